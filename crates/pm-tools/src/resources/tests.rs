//! Tests of listing and reading, and of every way in which there is nothing to read.

use pm_core::{MemoryStore, ProcessManager, ProcessName, StoreError};
use rmcp::model::{ErrorCode, ResourceContents};

use super::{PAGE, list, read};

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
    let count = 2 * PAGE + 1;
    for number in 0..count {
        manager
            .create_process(name(&format!("process {number:03}")), "")
            .unwrap();
    }
    let mut uris = Vec::new();
    let mut cursor = None;
    loop {
        let page = list(&manager, cursor.as_deref()).unwrap();
        assert!(page.resources.len() <= PAGE);
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
    insta::assert_snapshot!(listed, @r#"[{"uri":"pm://process/Garden%20Planner","name":"Garden Planner","description":"Plan the garden","mimeType":"text/markdown"}]"#);
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
    let (from, _) = text(&manager, &format!("{uri}?version=2&line=2"), LIMIT);
    assert_eq!(from, "    run();\n}\n");
}

#[test]
fn what_is_long_ends_with_where_to_read_on() {
    let manager = garden();
    let garden = name("Garden Planner");
    let whole: String = (1..=500).fold(String::new(), |text, line| {
        text + &format!("line {line} é\n")
    });
    let code = "long.txt".parse().unwrap();
    manager
        .add_snippet(&garden, "soil test", code, whole.clone())
        .unwrap();
    let mut read = String::new();
    let mut uri = "pm://process/Garden%20Planner/task/soil%20test/code/long.txt".to_owned();
    loop {
        let (part, _) = text(&manager, &uri, 1024);
        assert!(part.len() < 1300, "{}", part.len());
        let Some((lines, rest)) = part.split_once("… cut here: read on at ") else {
            read.push_str(&part);
            break;
        };
        read.push_str(lines);
        rest.trim().clone_into(&mut uri);
    }
    assert_eq!(read, whole);

    for number in 0..100 {
        let task = format!("task {number}").parse().unwrap();
        manager.add_task(&garden, task, "x".repeat(50)).unwrap();
    }
    let (process, _) = text(&manager, "pm://process/Garden%20Planner", 1024);
    assert!(
        process.len() < 1300 && process.contains("… cut here: "),
        "{process}"
    );
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
