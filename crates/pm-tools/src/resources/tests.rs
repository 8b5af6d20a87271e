//! Tests of listing and reading, and of every way in which there is nothing to read.

use pm_core::{MemoryStore, ProcessManager, ProcessName, StoreError};
use rmcp::model::{ErrorCode, ResourceContents};

use super::{PAGE_PROCESSES, list, read};

const LIMIT: usize = 32 << 10;

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

fn garden() -> ProcessManager {
    let manager = ProcessManager::new(MemoryStore::new());
    let garden = name("Garden Planner");
    manager
        .create_process(garden.clone(), "Plan the garden")
        .unwrap();
    let task = "soil test".parse().unwrap();
    manager
        .add_task(&garden, task, "Find out what grows")
        .unwrap();
    let job = "sample".parse().unwrap();
    manager
        .add_job(&garden, "soil test", job, "Take five")
        .unwrap();
    for content in ["fn main() {}\n", "fn main() {\n    run();\n}\n"] {
        let code = "src/main.rs".parse().unwrap();
        manager
            .add_snippet(&garden, "soil test", code, content)
            .unwrap();
    }
    manager
}

/// The text and the media type of a resource.
fn text(manager: &ProcessManager, uri: &str, limit: usize) -> (String, String) {
    let read = read(manager, uri, limit).unwrap();
    match read.contents.as_slice() {
        [
            ResourceContents::TextResourceContents {
                uri: of,
                mime_type: Some(mime_type),
                text,
                ..
            },
        ] => {
            assert_eq!(of, uri);
            (text.clone(), mime_type.clone())
        }
        other => panic!("{other:?}"),
    }
}

fn refusal(manager: &ProcessManager, uri: &str) -> String {
    let error = read(manager, uri, LIMIT).unwrap_err();
    assert_eq!(error.code, ErrorCode::RESOURCE_NOT_FOUND);
    format!("{} {}", error.message, error.data.unwrap())
}

#[test]
fn processes_are_listed_page_by_page() {
    let manager = ProcessManager::new(MemoryStore::new());
    let count = 2 * PAGE_PROCESSES + 1;
    for number in 0..count {
        manager
            .create_process(name(&format!("process {number:03}")), "")
            .unwrap();
    }
    let mut uris = Vec::new();
    let mut cursor = None;
    loop {
        let page = list(&manager, cursor.as_deref()).unwrap();
        assert!(page.resources.len() <= PAGE_PROCESSES);
        uris.extend(page.resources.into_iter().map(|resource| resource.uri));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(uris.len(), count);
    assert_eq!(uris[1], "pm://process/process%20001");
    uris.dedup();
    assert_eq!(uris.len(), count);
}

#[test]
fn a_listed_process_says_what_it_is() {
    let listed = list(&garden(), None).unwrap();
    let listed = serde_json::to_string(&listed.resources).unwrap();
    insta::assert_snapshot!(listed, @r#"[{"uri":"pm://process/Garden%20Planner","name":"Garden Planner","title":"Garden Planner","description":"Plan the garden","mimeType":"text/markdown"}]"#);
}

#[test]
fn a_process_and_a_task_are_markdown() {
    let manager = garden();
    let (process, media_type) = text(&manager, "pm://process/garden%20planner", LIMIT);
    assert_eq!(media_type, "text/markdown");
    assert!(process.starts_with("# Garden Planner\n"), "{process}");
    assert!(process.contains("## soil test") && process.contains("src/main.rs"));
    let uri = "pm://process/Garden%20Planner/task/Soil%20Test";
    let (task, media_type) = text(&manager, uri, LIMIT);
    assert_eq!(media_type, "text/markdown");
    assert!(task.starts_with("# soil test\n"), "{task}");
    assert!(task.contains("    run();"), "{task}");
}

#[test]
fn code_is_itself_in_the_version_that_is_asked_for() {
    let manager = garden();
    let uri = "pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs";
    let (last, media_type) = text(&manager, uri, LIMIT);
    assert_eq!(
        (last.as_str(), media_type.as_str()),
        ("fn main() {\n    run();\n}\n", "text/x-rust")
    );
    let (first, _) = text(&manager, &format!("{uri}?version=1"), LIMIT);
    assert_eq!(first, "fn main() {}\n");
    let (empty, _) = text(&manager, &format!("{uri}?version="), LIMIT);
    assert_eq!(empty, last);
    let (from, _) = text(&manager, &format!("{uri}?version=2&line=2"), LIMIT);
    assert_eq!(from, "    run();\n}\n");
}

/// All of a resource, whose address is followed from each part to the next.
fn followed(manager: &ProcessManager, uri: &str, limit: usize) -> String {
    let mut whole = String::new();
    let (path, _) = uri.split_once('?').unwrap_or((uri, ""));
    let mut uri = uri.to_owned();
    for _ in 0..100 {
        let (part, _) = text(manager, &uri, limit);
        assert!(part.len() <= limit, "{} of {limit}", part.len());
        let Some((shown, rest)) = part.split_once("\n… cut here: read on at ") else {
            return whole + &part;
        };
        whole.push_str(shown);
        let rest = rest.strip_suffix('\n').unwrap();
        uri = match rest.strip_prefix("the same address with ") {
            Some(query) => path.to_owned() + query.strip_suffix(" behind its path").unwrap(),
            None => rest.to_owned(),
        };
    }
    panic!("it never ends: {uri}");
}

/// The process with one more snippet in a task.
fn with_code(task: &str, code: &str, content: &str) -> ProcessManager {
    let manager = garden();
    let garden = name("Garden Planner");
    if task != "soil test" {
        let task = task.parse().unwrap();
        manager.add_task(&garden, task, "").unwrap();
    }
    let code = code.parse().unwrap();
    manager.add_snippet(&garden, task, code, content).unwrap();
    manager
}

#[test]
fn what_is_long_ends_with_where_to_read_on() {
    let lines = (1..=500).map(|line| format!("line {line} é\n"));
    let whole: String = lines.collect();
    let manager = with_code("soil test", "long.txt", &whole);
    let uri = "pm://process/Garden%20Planner/task/soil%20test/code/long.txt";
    assert_eq!(followed(&manager, uri, 1024), whole);
    let (part, _) = text(&manager, uri, 1024);
    insta::assert_snapshot!(part.lines().last().unwrap(), @"… cut here: read on at pm://process/Garden%20Planner/task/soil%20test/code/long.txt?version=1&line=81");
    let manager = garden();
    let garden = name("Garden Planner");
    for number in 0..100 {
        let task = format!("task {number}").parse().unwrap();
        manager.add_task(&garden, task, "x".repeat(50)).unwrap();
    }
    let uri = "pm://process/garden%20planner";
    let (whole, _) = text(&manager, uri, LIMIT);
    assert_eq!(followed(&manager, uri, 1024), whole);
}

#[test]
fn a_line_that_is_longer_than_an_answer_can_be_read_to_its_end() {
    for whole in [
        "é".repeat(3_000),
        format!("{{\n{}\n}}", "🌱".repeat(2_000)),
        format!("{}\n", "x".repeat(5_000)).repeat(3),
    ] {
        let manager = with_code("soil test", "one.json", &whole);
        let uri = "pm://process/Garden%20Planner/task/soil%20test/code/one.json";
        assert_eq!(followed(&manager, uri, 1024), whole);
    }
    // An address that would not fit is not given in full.
    let (task, code) = ("ö".repeat(200), "ü".repeat(200));
    let manager = with_code(&task, &code, &"x".repeat(5_000));
    let target = super::Target::Code {
        process: "Garden Planner".into(),
        task,
        code,
        version: None,
    };
    assert_eq!(followed(&manager, &target.uri(), 1024), "x".repeat(5_000));
    let (part, _) = text(&manager, &target.uri(), 1024);
    insta::assert_snapshot!(part.lines().last().unwrap(), @"… cut here: read on at the same address with ?version=1&line=1:903 behind its path");
}

#[test]
fn a_task_with_long_code_says_where_the_code_is() {
    let manager = with_code("soil test", "long.txt", &"x".repeat(2_000));
    let uri = "pm://process/Garden%20Planner/task/soil%20test";
    let (task, _) = text(&manager, uri, 1024);
    insta::assert_snapshot!(task, @"
# soil test

> Find out what grows

- **sample**: Take five

## src/main.rs (version 2 of 2)

(25 bytes)

## long.txt

(2000 bytes)

… code left out here: read it at pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs
… code left out here: read it at pm://process/Garden%20Planner/task/soil%20test/code/long.txt
");
    let at = task.rsplit_once("read it at ").unwrap().1.trim_end();
    assert_eq!(followed(&manager, at, 1024), "x".repeat(2_000));
    let (whole, _) = text(&manager, uri, LIMIT);
    assert!(whole.contains("xxx") && !whole.contains("left out"));
}

#[test]
fn a_place_that_is_not_there_is_refused() {
    let manager = garden();
    insta::assert_snapshot!(refusal(&manager, "pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs?line=9"), @r#"This text has no such place. It begins at pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs?version=2. {"uri":"pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs?line=9","near":["pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs?version=2"]}"#);
    insta::assert_snapshot!(refusal(&manager, "pm://process/Garden%20Planner?line=1:900"), @r#"This text has no such place. It begins at pm://process/Garden%20Planner. {"uri":"pm://process/Garden%20Planner?line=1:900","near":["pm://process/Garden%20Planner"]}"#);
}

#[test]
fn what_is_not_there_is_refused_with_what_comes_near() {
    let manager = garden();
    insta::assert_snapshot!(refusal(&manager, "file:///etc/passwd"), @r#"There is no resource at this address. Addresses are pm://process/{process}, pm://process/{process}/task/{task} and pm://process/{process}/task/{task}/code/{code}{?version}, with the names percent-encoded. {"uri":"file:///etc/passwd"}"#);
    insta::assert_snapshot!(refusal(&manager, "pm://process/Garden%20Plan"), @r#"There is no process "Garden Plan". The nearest is pm://process/Garden%20Planner. {"uri":"pm://process/Garden%20Plan","near":["pm://process/Garden%20Planner"]}"#);
    insta::assert_snapshot!(refusal(&manager, "pm://process/zzz"), @r#"There is no process "zzz". {"uri":"pm://process/zzz"}"#);
    insta::assert_snapshot!(refusal(&manager, "pm://process/Garden%20Planner/task/soil"), @r#"There is no task "soil" in Garden Planner. The nearest is pm://process/Garden%20Planner/task/soil%20test. {"uri":"pm://process/Garden%20Planner/task/soil","near":["pm://process/Garden%20Planner/task/soil%20test"]}"#);
    insta::assert_snapshot!(refusal(&manager, "pm://process/Garden%20Planner/task/soil%20test/code/main.py"), @r#"There is no snippet "main.py" in the task soil test of Garden Planner. {"uri":"pm://process/Garden%20Planner/task/soil%20test/code/main.py"}"#);
    insta::assert_snapshot!(refusal(&manager, "pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs?version=7"), @r#"The snippet src/main.rs in the task soil test of Garden Planner has no version 7. The nearest is pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs?version=2. {"uri":"pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs?version=7","near":["pm://process/Garden%20Planner/task/soil%20test/code/src%2Fmain.rs?version=2"]}"#);
}

#[test]
fn a_store_that_fails_is_no_missing_resource() {
    let error = StoreError::Full.into();
    let target = super::Target::parse("pm://process/a").unwrap();
    let refused = super::near::not_found(&error, &target);
    assert_eq!(refused.code, ErrorCode::INTERNAL_ERROR);
    assert_eq!(refused.message, "The disk is full.");
}
