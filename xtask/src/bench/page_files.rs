//! What the pages are measured over: many processes, one with many tasks, and one with large code.

use std::{fs, path::Path};

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::starts;

/// How many processes Home lists.
pub(super) const PROCESSES: usize = 1_000;

/// How many tasks the board has.
pub(super) const TASKS: usize = 5_000;

/// How long each of the large snippets is, in bytes.
const SNIPPET: usize = 1 << 20;

/// How many large snippets there are.
pub(super) const SNIPPETS: usize = 5;

/// When everything in the files was made.
const TIME: &str = "2026-01-02T03:04:05.678901Z";

/// Fills a directory.
pub(super) fn fill(storage: &Path) -> Result<()> {
    starts::fill(storage, PROCESSES)?;
    put(storage, "Board", &board())?;
    put(storage, "Snippet", &snippets())
}

fn put(storage: &Path, name: &str, tasks: &Map<String, Value>) -> Result<()> {
    let process = json!({
        "process_name": name,
        "description": "To be looked at",
        "created_at": TIME,
        "tasks": tasks,
    });
    let file = storage.join(format!("{name}.json"));
    fs::write(file, serde_json::to_vec_pretty(&process)?)?;
    Ok(())
}

fn board() -> Map<String, Value> {
    const STATUSES: [&str; 4] = ["todo", "in_progress", "blocked", "done"];
    let task = |number: usize| {
        let task = json!({
            "description": "Look at what the measurement has shown, and write it down",
            "created_at": TIME,
            "status": STATUSES.get(number % 4),
            "jobs": {},
            "code": {},
        });
        (format!("task {number}"), task)
    };
    (0..TASKS).map(task).collect()
}

fn snippets() -> Map<String, Value> {
    let content = |snippet: usize, version: usize| {
        let lines = (0..SNIPPET / 32).map(|line| {
            let changed = if line % 100 == 0 { version } else { 0 };
            format!("let line_{line:06} = call({snippet}{changed}); //\n")
        });
        lines.collect::<String>()
    };
    let versions = (1..=SNIPPETS).flat_map(|snippet| {
        (1..=2).map(move |version| {
            let (name, time) = (
                format!("large{snippet}.rs"),
                format!("2026-01-02T03:04:0{version}.678901Z"),
            );
            let key = format!("{name}_{time}");
            let content = content(snippet, version);
            (
                key,
                json!({ "name": name, "content": content, "created_at": time }),
            )
        })
    });
    let task = json!({
        "description": "Holds code",
        "created_at": TIME,
        "jobs": {},
        "code": versions.collect::<Map<String, Value>>(),
    });
    [("task".to_owned(), task)].into_iter().collect()
}
