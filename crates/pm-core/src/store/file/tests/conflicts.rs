//! Changes that did not fit on an edit by hand, until a person settles them.

use std::fs;
use std::mem;
use std::path::Path;

use super::{job_names, manager, names};
use crate::error::ConflictProblem;
use crate::manager::{ConflictLook, HistoryQuery};
use crate::model::TextChecksum;
use crate::store::Conflict;
use crate::{Error, FileStore, FileStoreOptions, ProcessManager, ProcessName};

fn name() -> ProcessName {
    "garden".parse().unwrap()
}

/// A directory in which a program made `changes` that the file lacked when somebody edited it:
/// wherever `from` stood, `to` stands.
fn edited(
    changes: impl FnOnce(&ProcessManager),
    from: &str,
    to: &str,
) -> (tempfile::TempDir, ProcessManager) {
    let dir = tempfile::tempdir().unwrap();
    let options = FileStoreOptions {
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    let before = ProcessManager::new(FileStore::open_with(dir.path(), options).unwrap());
    before.create_process(name(), "Plan the garden").unwrap();
    let soil = "soil".parse().unwrap();
    before.add_task(&name(), soil, "Test the soil").unwrap();
    before.flush().unwrap();
    changes(&before);
    // Ended by force, before it has brought the file up to date.
    mem::forget(before);
    let file = dir.path().join("garden.json");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&file, text.replace(from, to)).unwrap();
    let manager = manager(dir.path());
    manager.process("garden").unwrap();
    (dir, manager)
}

fn described(text: &str) -> impl FnOnce(&ProcessManager) {
    let text = text.to_owned();
    move |manager| {
        manager.describe_task(&name(), "soil", text).unwrap();
    }
}

/// The only conflict there is.
fn only(manager: &ProcessManager) -> Conflict {
    let conflicts = manager.conflicts().unwrap();
    let [one] = conflicts.as_slice() else {
        panic!("{conflicts:?}");
    };
    one.clone()
}

fn look(manager: &ProcessManager) -> ConflictLook {
    manager.look_into_conflict(&only(manager)).unwrap()
}

fn description(manager: &ProcessManager) -> String {
    let garden = manager.process("garden").unwrap();
    garden.tasks.get("soil").unwrap().description.clone()
}

/// What differs, a line a place.
fn told(look: &ConflictLook) -> Vec<String> {
    let line = |what: &str, difference: &crate::history::EditText| {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        let (present, other) = (text(&difference.present), text(&difference.other));
        format!("{what}{}: {present} | {other}", difference.place)
    };
    let differences = look.differences.iter().map(|it| line("", it));
    let unplaced = look.unplaced.iter().map(|it| line("unplaced: ", it));
    differences.chain(unplaced).collect()
}

fn last_change(manager: &ProcessManager) -> String {
    let page = manager.history(&name(), &HistoryQuery::default()).unwrap();
    page.changes[0].entry.action.summary.clone()
}

#[test]
fn what_did_not_fit_is_listed_with_both_texts() {
    let (_dir, manager) = edited(described("Test it well"), "Test the soil", "Test all of it");
    let conflict = only(&manager);
    assert_eq!(
        conflict,
        Conflict {
            id: "garden.conflict-4.txt".to_owned(),
            process: Some(name()),
            revision: 4,
        }
    );
    assert_eq!(manager.list_processes().unwrap().conflicts, [conflict]);
    let look = look(&manager);
    let place = "the description of the task \"soil\"";
    assert_eq!(
        told(&look),
        [format!("{place}: Test all of it | Test it well")]
    );
    assert!(look.is_readable);
    assert!(look.text.contains("Test it well"), "{}", look.text);
}

#[test]
fn changes_are_applied_as_one_change_that_can_be_taken_back() {
    let (dir, manager) = edited(described("Test it well"), "Test the soil", "Test all of it");
    let seen = Some(look(&manager).checksum);
    let applied = manager
        .apply_conflict("garden.conflict-4.txt", seen)
        .unwrap();
    assert_eq!(description(&manager), "Test it well");
    assert_eq!(
        last_change(&manager),
        "applied the changes that did not fit on the edit of revision 4"
    );
    assert_eq!(manager.conflicts().unwrap(), []);
    assert_eq!(names(dir.path()), ["garden.json"]);
    // Nobody has to be told of it any more.
    assert_eq!(manager.take_notices("garden"), []);
    assert_eq!(manager.health().notices, []);
    manager.undo(&name(), applied.revision.unwrap()).unwrap();
    assert_eq!(description(&manager), "Test all of it");
}

#[test]
fn changes_are_discarded_and_what_is_there_stays() {
    let (dir, manager) = edited(described("Test it well"), "Test the soil", "Test all of it");
    let revision = manager.process("garden").unwrap().revision;
    let seen = Some(look(&manager).checksum);
    manager
        .discard_conflict("garden.conflict-4.txt", seen)
        .unwrap();
    assert_eq!(description(&manager), "Test all of it");
    assert_eq!(manager.process("garden").unwrap().revision, revision);
    assert_eq!(manager.conflicts().unwrap(), []);
    assert_eq!(names(dir.path()), ["garden.json"]);
    // Somebody else sends the same.
    for settled in [
        manager
            .discard_conflict("garden.conflict-4.txt", seen)
            .err(),
        manager.apply_conflict("garden.conflict-4.txt", seen).err(),
    ] {
        let is_gone = matches!(
            settled,
            Some(Error::Conflict(ConflictProblem::NotFound { .. }))
        );
        assert!(is_gone, "{settled:?}");
    }
}

#[test]
fn nothing_is_settled_that_was_not_seen() {
    let (dir, manager) = edited(described("Test it well"), "Test the soil", "Test all of it");
    let seen = Some(look(&manager).checksum);
    manager
        .describe_task(&name(), "soil", "Ask a friend")
        .unwrap();
    for refused in [
        manager.apply_conflict("garden.conflict-4.txt", seen).err(),
        manager
            .discard_conflict("garden.conflict-4.txt", seen)
            .err(),
    ] {
        let changed = Error::Conflict(ConflictProblem::ChangedMeanwhile {
            process: Some(name()),
        });
        assert_eq!(refused.unwrap().to_string(), changed.to_string());
    }
    assert_eq!(description(&manager), "Ask a friend");
    assert_eq!(names(dir.path()), ["garden.conflict-4.txt", "garden.json"]);
    // A change elsewhere is no reason to refuse.
    let seen = Some(look(&manager).checksum);
    let beds = "beds".parse().unwrap();
    manager.add_task(&name(), beds, "").unwrap();
    manager
        .apply_conflict("garden.conflict-4.txt", seen)
        .unwrap();
    assert_eq!(description(&manager), "Test it well");
}

#[test]
fn changes_of_one_place_after_another_come_to_the_last() {
    let changes = |manager: &ProcessManager| {
        for text in ["Test it", "Test it well", "Test it very well"] {
            manager.describe_task(&name(), "soil", text).unwrap();
        }
        let job = "sample".parse().unwrap();
        manager.add_job(&name(), "soil", job, "").unwrap();
    };
    let (_dir, manager) = edited(changes, "Test the soil", "Test all of it");
    let look = look(&manager);
    let place = "the description of the task \"soil\"";
    assert_eq!(
        told(&look),
        [format!("{place}: Test all of it | Test it very well")]
    );
    manager.apply_conflict(&look.conflict.id, None).unwrap();
    assert_eq!(description(&manager), "Test it very well");
    let garden = manager.process("garden").unwrap();
    assert_eq!(job_names(&garden, "soil"), ["sample"]);
}

#[test]
fn what_has_no_place_any_more_stays_until_it_is_discarded() {
    let changes = |manager: &ProcessManager| {
        manager.describe_process(&name(), "Plan it well").unwrap();
        manager
            .describe_task(&name(), "soil", "Test it well")
            .unwrap();
    };
    // Somebody calls the task something else, and describes the process.
    let (dir, manager) = edited(changes, "soil\": {", "ground\": {");
    let text = fs::read_to_string(dir.path().join("garden.json")).unwrap();
    assert!(text.contains("Plan it well"), "{text}");
    let conflict = only(&manager);
    let unplaced = look(&manager);
    let place = "unplaced: the description of the task \"soil\"";
    assert_eq!(
        told(&unplaced),
        [format!("{place}: Test the soil | Test it well")]
    );
    let revision = manager.process("garden").unwrap().revision;
    let applied = manager.apply_conflict(&conflict.id, None).unwrap();
    assert_eq!(
        (applied.revision, applied.process.revision),
        (None, revision)
    );
    assert_eq!(only(&manager), conflict);
    manager
        .discard_conflict(&conflict.id, Some(unplaced.checksum))
        .unwrap();
    assert_eq!(manager.conflicts().unwrap(), []);
}

#[test]
fn a_task_that_was_deleted_and_edited_can_go_or_stay() {
    let deleted = |manager: &ProcessManager| {
        manager.delete_task(&name(), "soil").unwrap();
    };
    let (_dir, manager) = edited(deleted, "Test the soil", "Test all of it");
    assert_eq!(
        told(&look(&manager)),
        ["the task \"soil\": Test all of it | nothing"]
    );
    assert_eq!(description(&manager), "Test all of it");
    manager.apply_conflict(&only(&manager).id, None).unwrap();
    assert!(manager.process("garden").unwrap().tasks.is_empty());
}

#[test]
fn changes_whose_text_or_process_is_gone_can_be_read_and_discarded() {
    let (dir, manager) = edited(described("Test it well"), "Test the soil", "Test all of it");
    let file = dir.path().join("garden.conflict-4.txt");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("\"at\"", "at")).unwrap();
    let unreadable = look(&manager);
    assert!(!unreadable.is_readable && unreadable.text.contains("Test it well"));
    let refused = manager.apply_conflict(&unreadable.conflict.id, None).err();
    let is_unreadable = matches!(
        refused,
        Some(Error::Conflict(ConflictProblem::Unreadable { .. }))
    );
    assert!(is_unreadable, "{refused:?}");
    fs::write(&file, text).unwrap();

    manager.delete_process(&name()).unwrap();
    let orphaned = look(&manager);
    assert_eq!(orphaned.conflict.process, None);
    assert_eq!(orphaned.unplaced.len(), 1);
    let refused = manager.apply_conflict(&orphaned.conflict.id, None).err();
    let is_gone = matches!(
        refused,
        Some(Error::Conflict(ConflictProblem::ProcessGone { .. }))
    );
    assert!(is_gone, "{refused:?}");
    manager
        .discard_conflict(&orphaned.conflict.id, None)
        .unwrap();
    assert_eq!(names(dir.path()), [""; 0]);
}

#[test]
fn changes_that_did_not_fit_follow_their_process_to_another_name() {
    let (dir, manager) = edited(described("Test it well"), "Test the soil", "Test all of it");
    let beds = "Raised beds".parse().unwrap();
    manager.rename_process(&name(), &beds).unwrap();
    let files = ["Raised_beds.conflict-4.txt", "Raised_beds.json"];
    assert_eq!(names(dir.path()), files);
    let conflict = only(&manager);
    assert_eq!(
        (conflict.id.as_str(), &conflict.process),
        (files[0], &Some(beds))
    );
    let notices = manager.take_notices("Raised beds");
    assert!(notices[0].to_string().contains(files[0]), "{notices:?}");
    manager.apply_conflict(files[0], None).unwrap();
    let process = manager.process("Raised beds").unwrap();
    assert_eq!(
        process.tasks.get("soil").unwrap().description,
        "Test it well"
    );
}

#[test]
fn no_name_that_is_sent_leads_to_another_file() {
    let (dir, manager) = edited(described("Test it well"), "Test the soil", "Test all of it");
    let outside = Path::new("..").join(dir.path().file_name().unwrap());
    let outside = outside.join("garden.conflict-4.txt");
    for id in [
        "garden.json",
        "./garden.conflict-4.txt",
        outside.to_str().unwrap(),
        "",
    ] {
        let refused = manager.discard_conflict(id, None);
        let is_none = matches!(
            refused,
            Err(Error::Conflict(ConflictProblem::NotFound { .. }))
        );
        assert!(is_none, "{id}: {refused:?}");
    }
    assert_eq!(names(dir.path()), ["garden.conflict-4.txt", "garden.json"]);
}

#[test]
fn a_store_for_reading_only_shows_conflicts_and_settles_none() {
    let (dir, manager) = edited(described("Test it well"), "Test the soil", "Test all of it");
    drop(manager);
    let options = FileStoreOptions {
        read_only: true,
        ..FileStoreOptions::default()
    };
    let store = FileStore::open_with(dir.path(), options).unwrap();
    let manager = ProcessManager::new(store);
    let look = look(&manager);
    let seen: Option<TextChecksum> = Some(look.checksum);
    assert_eq!(look.differences.len(), 1);
    assert!(manager.apply_conflict(&look.conflict.id, seen).is_err());
    assert!(manager.discard_conflict(&look.conflict.id, seen).is_err());
    assert_eq!(names(dir.path()), ["garden.conflict-4.txt", "garden.json"]);
}
