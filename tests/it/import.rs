//! `import`: files of other task managers become processes, all of them or none.

use std::path::Path;

use pm_tests::binaries;
use pm_tests::running::{Finished, command, finish};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

use crate::check::check;

const PLAN: &str = "# Garden\n\n## Soil\n\n- [x] dig\n- [ ] test it\n\n## Beds\n\n- [x] build\n";
const TASKS: &str = r#"{"tasks": [
    {"id": 1, "title": "Buy a spade", "status": "done", "priority": "high"},
    {"id": 2, "title": "Dig", "dependencies": [1, 7], "subtasks": [{"id": 1, "title": "Deep"}]}
]}"#;

/// Imports files that stand in a directory of their own.
fn import(storage: &Storage, files: &Storage, arguments: &[&str]) -> Finished {
    let mut command = command(binaries::http());
    command.args(["import", "--dir"]).arg(storage.path());
    finish(command.args(arguments).current_dir(files.path()))
}

fn files() -> Storage {
    let files = Storage::new();
    files.write("plan.md", PLAN);
    std::fs::create_dir_all(files.file("shed/.taskmaster/tasks")).unwrap();
    files.write("shed/.taskmaster/tasks/tasks.json", TASKS);
    files.write("broken.jsonl", "{\"id\": 1");
    files.write(
        "shed/odd.jsonl",
        "{\"id\": 1, \"title\": \"A\"}\n{\"id\": 2,\n{\"_type\": \"wisp\"}\n",
    );
    files
}

#[test]
fn what_is_imported_can_be_worked_on_at_once() {
    let (storage, files) = (Storage::new(), files());
    let mut server = StdioServer::start(storage.path());
    let all = ["plan.md", "shed"];
    let tried = import(&storage, &files, &[&all[..], &["--dry-run"]].concat());
    assert_eq!(
        (tried.code, storage.names().len()),
        (Some(0), 0),
        "{tried:?}"
    );
    let done = import(&storage, &files, &all);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(
        tried.stdout.replace("Would import", "Imported"),
        done.stdout
    );
    check("import", &done.stdout);
    let task = json!({"process": "shed", "task_name": "dig"});
    let task = server.call("task_details_get", task).ok();
    assert_eq!(task["job_count"], 1, "{task}");
    assert_eq!(task["imported_id"], "2", "{task}");
    assert!(task.get("imported_as").is_none(), "{task}");
    server
        .call(
            "task_job_add",
            json!({"process": "garden", "task_name": "soil", "job_name": "sow"}),
        )
        .ok();
}

#[test]
fn what_cannot_be_imported_is_named_and_stops_the_rest_only_when_strict() {
    let (storage, files) = (Storage::new(), files());
    let mut said = String::new();
    let mut refused = |arguments: &[&str]| {
        let finished = import(&storage, &files, arguments);
        assert_eq!(finished.code, Some(1), "{finished:?}");
        said.extend([&finished.stdout, "\n", &finished.stderr, "\n\n"]);
    };
    let all = [
        "broken.jsonl",
        "missing.md",
        "shed/odd.jsonl",
        "plan.md",
        "./plan.md",
    ];
    refused(&[&all[..], &["--strict"]].concat());
    refused(&["plan.md", "--format", "beads"]);
    assert!(storage.names().is_empty());
    refused(&all);
    refused(&["plan.md"]);
    check("import_refusals", &said);
    assert_eq!(storage.names().len(), 2);
    let renamed = import(&storage, &files, &["plan.md", "--name", "Garden 2"]);
    assert_eq!(renamed.code, Some(0), "{renamed:?}");
    assert!(storage.names().iter().any(|name| name == "Garden_2.json"));
}

#[test]
fn importing_again_brings_up_to_date_and_takes_nothing_back() {
    let (storage, files) = (Storage::new(), files());
    let mut server = StdioServer::start(storage.path());
    assert_eq!(import(&storage, &files, &["shed"]).code, Some(0));
    let done = json!({"process": "shed", "task_name": "dig", "status": "done"});
    server.call("task_update", done).ok();
    let again = import(&storage, &files, &["shed", "--update"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.stdout.contains("is up to date"), "{again:?}");
    let tasks = TASKS.replace("Buy a spade", "Borrow a spade").replace(
        "]}\n]}",
        "]},\n    {\"id\": 3, \"title\": \"Sow\", \"dependencies\": [2]}\n]}",
    );
    files.write("shed/.taskmaster/tasks/tasks.json", &tasks);
    let tried = import(&storage, &files, &["shed", "--update", "--dry-run"]);
    let again = import(&storage, &files, &["shed", "--update"]);
    assert_eq!(
        tried.stdout.replace("Would update", "Updated"),
        again.stdout
    );
    let list = server
        .call("task_list", json!({"process": "shed"}))
        .ok()
        .to_string();
    assert!(
        list.contains("Borrow a spade") && !list.contains("Buy a spade"),
        "{list}"
    );
    let task = |server: &mut StdioServer, name: &str| {
        let task = json!({"process": "shed", "task_name": name});
        server.call("task_details_get", task).ok()
    };
    assert_eq!(task(&mut server, "dig")["status"], "done");
    assert_eq!(task(&mut server, "sow")["depends_on"], json!(["Dig"]));
}

#[test]
fn an_export_comes_back() {
    let (storage, files) = (Storage::new(), files());
    let mut server = StdioServer::start(storage.path());
    assert_eq!(import(&storage, &files, &["shed"]).code, Some(0));
    for format in ["markdown", "json"] {
        let asked = json!({"process": "shed", "format": format});
        let export = server.call("process_export", asked).ok();
        let (name, text) = match export["markdown"].as_str() {
            Some(text) => ("export.md", text.to_owned()),
            None => ("export.json", export.to_string()),
        };
        files.write(name, &text);
        let other = Storage::new();
        let back = import(&other, &files, &[name]);
        assert_eq!(back.code, Some(0), "{back:?}");
        assert!(back.stdout.contains("\"shed\""), "{back:?}");
        assert!(
            back.stdout.contains("tasks 2, jobs 1, dependencies 1"),
            "{back:?}"
        );
    }
}

#[test]
fn bad_arguments_are_one_line() {
    let (storage, files) = (Storage::new(), files());
    for arguments in [
        &[][..],
        &["plan.md", "--format", "trello"],
        &["plan.md", "--name", " "],
    ] {
        let finished = import(&storage, &files, arguments);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    }
    let file = files.file("plan.md");
    let finished = import(&Storage::new(), &files, &["plan.md", "--dir", path(&file)]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The most memory that reading a file takes, in bytes: a second one is a pipe from which nothing
/// comes until it was looked at.
#[cfg(target_os = "linux")]
fn memory_for(text: &str) -> usize {
    let (storage, files) = (Storage::new(), Storage::new());
    files.write("first.md", text);
    let pipe = files.file("second.md");
    let made = finish(command("mkfifo").arg(&pipe));
    assert_eq!(made.code, Some(0), "{made:?}");
    let mut command = command(binaries::http());
    command.args(["import", "--dry-run", "first.md", "second.md", "--dir"]);
    command.arg(storage.path()).current_dir(files.path());
    let mut running =
        pm_tests::running::Running::start(command.stdout(std::process::Stdio::null()));
    // Opening waits for the one who reads.
    let mut writer = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    let peak = peak_of(&running);
    std::io::Write::write_all(&mut writer, b"- [ ] dig\n").unwrap();
    drop(writer);
    running.wait();
    peak
}

/// The most memory that importing a file takes, in bytes: what is said of it goes into a pipe that is
/// full.
#[cfg(target_os = "linux")]
fn memory_to_import(text: &str) -> usize {
    let (storage, files) = (Storage::new(), Storage::new());
    files.write("plan.md", text);
    let (reader, writer) = full_pipe();
    let mut command = command(binaries::http());
    command.args(["import", "plan.md", "--dir"]);
    command.arg(storage.path()).current_dir(files.path());
    let running = pm_tests::running::Running::start(command.stdout(writer));
    pm_tests::eventually("it is stored", || storage.file("plan.json").exists());
    let peak = peak_of(&running);
    drop((running, reader));
    peak
}

#[cfg(target_os = "linux")]
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    let (reader, mut writer) = std::io::pipe().unwrap();
    rustix::io::ioctl_fionbio(&writer, true).unwrap();
    while std::io::Write::write(&mut writer, b"\n").is_ok() {}
    rustix::io::ioctl_fionbio(&writer, false).unwrap();
    (reader, writer)
}

#[cfg(target_os = "linux")]
fn peak_of(running: &pm_tests::running::Running) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.pid())).unwrap();
    let mut lines = status.lines();
    let peak = lines.find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes = peak.trim().strip_suffix(" kB").unwrap();
    kilobytes.parse::<usize>().unwrap() << 10
}

#[test]
#[cfg(target_os = "linux")]
fn a_large_file_takes_little_more_memory_than_it_is_long() {
    const BYTES: usize = 4 << 20;
    let idle = memory_for("- [ ] dig\n");
    let prose = "It goes on for a line or so, as *people* write it, with a [link](https://example.org) \
                 and what else there is, since nobody would know otherwise why it has to be done.\n\n";
    let section = format!(
        "## Heading\n\n{}- [ ] something to be done\n- [x] something that was done\n\n",
        prose.repeat(8)
    );
    for part in [section.as_str(), "- [ ] a\n", "*a* ", "- "] {
        let text = format!("- [ ] a\n\n{}", part.repeat(BYTES / part.len()));
        let taken = memory_for(&text).saturating_sub(idle);
        assert!(taken <= 8 * BYTES, "{} MiB for {part:?}", taken >> 20);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_large_plan_takes_little_more_memory_than_its_file_is_long_until_it_is_stored() {
    const BYTES: usize = 4 << 20;
    let idle = memory_to_import("- [ ] dig\n");
    let words = "what has to be done for it, in the words of people who have done it before";
    let with_jobs = |number: usize| {
        let jobs = format!("  - [ ] {}\n", &words[..56]).repeat(3);
        let description = format!("{words} {words} {words}");
        format!(
            "- [ ] {number} {}\n\n  {description}\n\n{jobs}",
            &words[..40]
        )
    };
    let alone = |number: usize| format!("- [x] {number} {words} {words}\n");
    for task in [&with_jobs as &dyn Fn(usize) -> String, &alone] {
        let tasks = BYTES / task(1_000).len();
        let text: String = (0..tasks).map(task).collect();
        let taken = memory_to_import(&text).saturating_sub(idle);
        assert!(
            taken <= 8 * BYTES,
            "{} KiB for {tasks} tasks such as {}",
            taken >> 10,
            task(0)
        );
    }
}
