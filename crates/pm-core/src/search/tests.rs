//! Tests of what is found, in which order, and what is shown of it.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::{MemoryStore, ProcessManager, ProcessName};

fn query(text: &str) -> SearchQuery {
    text.parse().unwrap()
}

/// A process with a task, a job and two versions of code.
fn garden(manager: &ProcessManager, name: &str) -> ProcessName {
    let garden: ProcessName = name.parse().unwrap();
    manager
        .create_process(garden.clone(), "Plan the beds.\nThen the soil.")
        .unwrap();
    let task = "Soil test".parse().unwrap();
    manager
        .add_task(&garden, task, "Find out what grows")
        .unwrap();
    let job = "take samples".parse().unwrap();
    manager
        .add_job(&garden, "soil test", job, "Five soils, please")
        .unwrap();
    for content in ["fn old_soil() {}\n", "// new\nfn grow(soil: Soil) {}\n"] {
        let code = "soil.rs".parse().unwrap();
        manager
            .add_snippet(&garden, "soil test", code, content)
            .unwrap();
    }
    garden
}

/// The hits in words.
fn found(manager: &ProcessManager, text: &str) -> Vec<String> {
    let hits = manager.search(&query(text)).unwrap();
    let shown = hits.best();
    assert_eq!(hits.total, shown.len());
    let in_words = |hit: &SearchHit| {
        let place = match &hit.place {
            HitPlace::Process => "process".to_owned(),
            HitPlace::Task(task) => format!("task {task}"),
            HitPlace::Job { task, job } => format!("job {task}/{job}"),
            HitPlace::Snippet {
                task,
                snippet,
                version,
                of,
            } => format!("code {task}/{snippet} {version} of {of}"),
        };
        let SearchHit {
            process,
            field,
            line,
            excerpt,
            ..
        } = hit;
        format!("{process}: {field:?} of {place}, line {line}: {excerpt}")
    };
    shown.iter().map(in_words).collect()
}

#[test]
fn names_come_first_then_descriptions_then_code_and_words_before_parts() {
    let manager = ProcessManager::new(MemoryStore::new());
    garden(&manager, "Garden");
    insta::assert_snapshot!(found(&manager, "SOIL").join("\n"), @"
    Garden: Name of task Soil test, line 1: Soil test
    Garden: Name of code Soil test/soil.rs 2 of 2, line 1: soil.rs
    Garden: Description of process, line 2: Then the soil.
    Garden: Description of job Soil test/take samples, line 1: Five soils, please
    Garden: Code of code Soil test/soil.rs 2 of 2, line 2: fn grow(soil: Soil) {}
    ");
    insta::assert_snapshot!(found(&manager, "old_soil").join("\n"), @"Garden: Code of code Soil test/soil.rs 1 of 2, line 1: fn old_soil() {}");
    assert_eq!(found(&manager, "nothing like it"), [""; 0]);
}

#[test]
fn one_kind_of_thing_is_found_alone_and_no_more_than_is_asked_for() {
    let manager = ProcessManager::new(MemoryStore::new());
    garden(&manager, "Garden");
    let of = |kinds: &[HitKind]| {
        let query = query("soil").only(kinds.iter().copied());
        manager.search(&query).unwrap().best()
    };
    for (kind, hits) in HitKind::ALL.into_iter().zip([1, 1, 1, 2]) {
        assert_eq!(of(&[kind]).len(), hits, "{}", kind.as_str());
    }
    assert_eq!(of(&[HitKind::Task, HitKind::Code]).len(), 3);
    assert_eq!(of(&[]).len(), 5);

    for number in 0..300 {
        let name = format!("bed {number:03}").parse().unwrap();
        manager.create_process(name, "").unwrap();
    }
    for (asked, given) in [(0, 1), (1, 1), (20, 20), (90, 90), (1_000, MOST_HITS)] {
        let hits = manager.search(&query("bed").at_most(asked)).unwrap();
        let best = hits.best();
        assert_eq!((hits.total, best.len()), (301, given));
        // The plan of the garden names beds in its description.
        let named = best.iter().map(|hit| hit.process.to_string());
        let first = (0..given).map(|number| format!("bed {number:03}"));
        assert!(named.eq(first), "{best:?}");
    }
}

#[test]
fn all_words_must_stand_in_one_text_best_one_behind_the_other() {
    let manager = ProcessManager::new(MemoryStore::new());
    let new = |name: &str, description: &str| {
        let name = name.parse().unwrap();
        manager.create_process(name, description).unwrap();
    };
    new("a", "the login form has a bug");
    new("b", "a bug in the login, and a login\n  bug at that");
    new("c", "only the login");
    new("d", "login");
    new("e", "buggy logins");
    new("login bug", "");
    insta::assert_snapshot!(found(&manager, " Login \t bug").join("\n"), @"
    login bug: Name of process, line 1: login bug
    b: Description of process, line 1: a bug in the login, and a login
    a: Description of process, line 1: the login form has a bug
    e: Description of process, line 1: buggy logins
    ");
}

#[test]
fn case_does_not_matter_in_any_script_and_nothing_is_a_pattern() {
    let manager = ProcessManager::new(MemoryStore::new());
    let name = "GRÜẞE Σίσυφος".parse().unwrap();
    manager.create_process(name, "a.*b [x] (y)").unwrap();
    for text in ["grüße", "ΣΊΣΥΦΟΣ", "ΣΊΣΥΦΟς", "a.*b", "[X]", "(y)"] {
        assert_eq!(found(&manager, text).len(), 1, "{text}");
    }
    for text in ["gruße", "axb", "x]["] {
        assert_eq!(found(&manager, text).len(), 0, "{text}");
    }
}

#[test]
fn notes_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let file = r#"{"process_name": "p", "notes": "call Ann", "tasks": {"t": {
        "status_note": "waits for Ann", "other": "Ann", "labels": ["ann", "Bob"],
        "comments": [{"by": "Ann", "text": "too wet"}, {"text": "Ann says no"}, {"text": "x"}],
        "jobs": {"j_1": {"name": "j", "note": ["Ann"]}},
        "code": {"c_1": {"name": "c", "content": "", "note": "by Ann"}}}}}"#;
    std::fs::write(dir.path().join("p.json"), file).unwrap();
    let manager = ProcessManager::new(crate::FileStore::open(dir.path()).unwrap());
    insta::assert_snapshot!(found(&manager, "ann").join("\n"), @r"
    p: Note of task t, line 1: ann
    p: Note of job t/j, line 1: Ann
    p: Note of process, line 1: call Ann
    p: Note of task t, line 1: waits for Ann
    p: Note of task t, line 1: Ann says no
    p: Note of code t/c 1 of 1, line 1: by Ann
    ");
}

#[test]
fn of_many_hits_the_best_are_kept_whatever_the_order() {
    let manager = ProcessManager::new(MemoryStore::new());
    let garden = garden(&manager, "garden");
    for number in 0..150 {
        let job = format!("job {number}").parse().unwrap();
        let text = if number == 149 { "sun" } else { "sunny" };
        manager.add_job(&garden, "soil test", job, text).unwrap();
    }
    manager.create_process("sun".parse().unwrap(), "").unwrap();
    let hits = manager.search(&query("sun")).unwrap();
    assert_eq!((hits.total, hits.best().len()), (151, 20));
    let best: Vec<String> = hits.best().into_iter().map(|hit| hit.excerpt).collect();
    assert_eq!(best[..3], ["sun", "sun", "sunny"]);
    let first = &hits.best()[2];
    assert!(matches!(&first.place, HitPlace::Job { job, .. } if job.as_str() == "job 0"));
    // Joined in any order, they are the same.
    let parts = || {
        let processes = ["garden", "sun"].map(|name| manager.process(name).unwrap());
        processes.map(|process| {
            let mut hits = SearchHits::default();
            query("sun").look_in(&process, &mut hits);
            hits
        })
    };
    let [mut one, two] = parts();
    one.join(two);
    let [two, mut other] = parts();
    other.join(two);
    assert_eq!(one.best(), hits.best());
    assert_eq!(other.best(), hits.best());
}

#[test]
fn a_long_line_is_shown_around_the_place() {
    let manager = ProcessManager::new(MemoryStore::new());
    let text = format!("first\r\n{}needle{}\r\n", "é".repeat(500), "x".repeat(500));
    manager.create_process("p".parse().unwrap(), text).unwrap();
    let hits = manager.search(&query("NEEDLE")).unwrap().best();
    assert_eq!(hits[0].line, 2);
    let shown = format!("…{}needle{}…", "é".repeat(40), "x".repeat(114));
    assert_eq!(hits[0].excerpt, shown);
    let text = format!("{}end", "y".repeat(200));
    manager.create_process("q".parse().unwrap(), text).unwrap();
    let hits = manager.search(&query("end")).unwrap().best();
    assert_eq!(hits[0].excerpt, format!("…{}end", "y".repeat(157)));
}

#[test]
fn what_cannot_be_looked_for_is_refused() {
    let refused = |text: &str| text.parse::<SearchQuery>().unwrap_err();
    assert_eq!(refused(" \n\t"), QueryProblem::Blank);
    let chars = MOST_QUERY_CHARS + 1;
    assert_eq!(refused(&"ü".repeat(chars)), QueryProblem::TooLong { chars });
    query(&"ü".repeat(MOST_QUERY_CHARS));
    query(&"k s ".repeat(MOST_QUERY_CHARS / 4));
}

/// A JSON string, each character of which is escaped in one of the ways there are.
fn json(text: &str, ways: &[u8]) -> String {
    let mut ways = ways.iter().cycle();
    let mut json = String::from("\"");
    for character in text.chars() {
        let plain = serde_json::to_string(&character).unwrap();
        let plain = &plain[1..plain.len() - 1];
        match ways.next().unwrap() % 4 {
            0 => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(json, "\\u{unit:04X}").unwrap();
                }
            }
            1 if character == '/' => json.push_str("\\/"),
            _ => json.push_str(plain),
        }
    }
    json + "\""
}

proptest! {
    /// The sieve never keeps back a process that holds what is looked for.
    #[test]
    fn whatever_is_found_passes_the_sieve(
        text in "[a-dKkSsßẞΣςσµéÉ\u{212a}ſİı\"\\\\/\u{8}\n \u{1d11e}-]{1,12}",
        ways in proptest::collection::vec(any::<u8>(), 1..8),
        (from, length) in (0_usize..12, 1_usize..6),
        upper in any::<bool>(),
    ) {
        let part: String = text.chars().skip(from).take(length).collect();
        let part = if upper { part.to_uppercase() } else { part.to_lowercase() };
        let Ok(query) = part.parse::<SearchQuery>() else {
            return Ok(());
        };
        let manager = ProcessManager::new(MemoryStore::new());
        manager.create_process("p".parse().unwrap(), text.as_str()).unwrap();
        let file = format!("{{\"description\": {}}}", json(&text, &ways));
        if manager.search(&query).unwrap().total > 0 {
            prop_assert!(query.may_hit("p", file.as_bytes()), "{file}");
        }
    }
}

#[test]
fn a_text_is_found_however_its_letters_are_written() {
    let manager = ProcessManager::new(MemoryStore::new());
    let name: ProcessName = "Straße".parse().unwrap();
    let about = "Die Gro\u{308}ße des cafe\u{301}s\n in der ﬁnalen Straße";
    manager.create_process(name, about).unwrap();
    for text in [
        "GRÖSSE",
        "Größe",
        "gro\u{308}sse",
        "CAFÉ",
        "cafe\u{301}s",
        "finalen",
        "ＦＩＮＡＬＥＮ",
    ] {
        let hits = manager.search(&query(text)).unwrap();
        assert_eq!(hits.total, 1, "{text}");
    }
    assert_eq!(manager.search(&query("strasse")).unwrap().total, 2);
    for other in ["Grosse", "cafe au", "größ!"] {
        assert_eq!(manager.search(&query(other)).unwrap().total, 0, "{other}");
    }
    // What is shown is the text as it is, from where it was found.
    insta::assert_snapshot!(found(&manager, "FINALEN STRASSE").join("\n"), @"Straße: Description of process, line 2: in der ﬁnalen Straße");
    // A word that is nothing but marks is none.
    assert_eq!(
        "\u{301} \u{200b}".parse::<SearchQuery>().unwrap_err(),
        QueryProblem::Blank
    );
}

#[test]
fn words_may_stand_in_the_name_the_description_and_the_note_of_one_thing() {
    let manager = ProcessManager::new(MemoryStore::new());
    let garden = garden(&manager, "Garden");
    let blocked = crate::TaskUpdate {
        note: Some("the lab is closed".to_owned()),
        ..crate::TaskUpdate::default()
    };
    manager.update_task(&garden, "soil test", blocked).unwrap();
    insta::assert_snapshot!(found(&manager, "grows soil").join("\n"), @"Garden: Description of task Soil test, line 1: Find out what grows");
    insta::assert_snapshot!(found(&manager, "lab soil grow").join("\n"), @"Garden: Note of task Soil test, line 1: the lab is closed");
    insta::assert_snapshot!(found(&manager, "garden beds").join("\n"), @"Garden: Description of process, line 1: Plan the beds.");
    insta::assert_snapshot!(found(&manager, "samples please").join("\n"), @"Garden: Description of job Soil test/take samples, line 1: Five soils, please");
    // Not in two things: a task and its job, a process and its task.
    assert_eq!(found(&manager, "grows samples"), [""; 0]);
    assert_eq!(found(&manager, "beds grows"), [""; 0]);
    // What one text holds comes first.
    manager
        .describe_process(&garden, "what grows in soil")
        .unwrap();
    let first = found(&manager, "soil grows");
    assert!(first[0].contains("Description of process"), "{first:?}");
    assert_eq!(first.len(), 2);
}
