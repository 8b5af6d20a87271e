//! What is done to a store, step by step.

use super::world::Answer;
use crate::{ProcessManager, ProcessName};

/// One step. Names are small numbers, so that steps meet at the same things again and again.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Create {
        process: usize,
        bytes: usize,
    },
    Rename {
        process: usize,
        new: usize,
    },
    Delete {
        process: usize,
    },
    AddTask {
        process: usize,
        task: usize,
    },
    DescribeTask {
        process: usize,
        task: usize,
        bytes: usize,
    },
    RenameTask {
        process: usize,
        task: usize,
        new: usize,
    },
    DeleteTask {
        process: usize,
        task: usize,
    },
    AddJob {
        process: usize,
        task: usize,
        job: usize,
    },
    AddSnippet {
        process: usize,
        task: usize,
        snippet: usize,
        bytes: usize,
    },
    UpdateSnippet {
        process: usize,
        task: usize,
        snippet: usize,
        bytes: usize,
    },
    DeleteSnippets {
        process: usize,
        task: usize,
        snippet: usize,
    },
    /// The program ends in good order, and another one starts.
    Restart,
    /// The files are brought up to what the journals hold.
    Flush,
}

pub(crate) const PROCESSES: [&str; 4] = ["garden", "shed", "Häuschen am See", "attic"];

/// The process of a number.
pub(crate) fn process_name(number: usize) -> ProcessName {
    PROCESSES[number % PROCESSES.len()].parse().unwrap()
}

fn name<N: std::str::FromStr<Err: std::fmt::Debug>>(kind: &str, number: usize) -> N {
    format!("{kind} {number}").parse().unwrap()
}

/// A text that differs from one length to the next in all of its places.
fn text(bytes: usize) -> String {
    let letter =
        |place: usize| char::from(b'a' + u8::try_from((place * 7 + bytes) % 26).unwrap_or(0));
    (0..bytes).map(letter).collect()
}

/// Does a step; the answer is the process after it, if there is one.
pub(crate) fn perform(step: &Step, manager: &ProcessManager) -> Answer {
    let changed = |process| Ok(Some(process));
    let task_name = |task: usize| format!("task {task}");
    match *step {
        Step::Create { process, bytes } => manager
            .create_process(process_name(process), text(bytes))
            .map(Some),
        Step::Rename { process, new } => manager
            .rename_process(&process_name(process), &process_name(new))
            .map(Some),
        Step::Delete { process } => manager
            .delete_process(&process_name(process))
            .map(|()| None),
        Step::AddTask { process, task } => {
            let name = name("task", task);
            changed(manager.add_task(&process_name(process), name, "")?.process)
        }
        Step::DescribeTask {
            process,
            task,
            bytes,
        } => {
            let (process, task) = (process_name(process), task_name(task));
            changed(manager.describe_task(&process, &task, text(bytes))?.process)
        }
        Step::RenameTask { process, task, new } => {
            let (process, task) = (process_name(process), task_name(task));
            changed(
                manager
                    .rename_task(&process, &task, name("task", new))?
                    .process,
            )
        }
        Step::DeleteTask { process, task } => {
            let (process, task) = (process_name(process), task_name(task));
            changed(manager.delete_task(&process, &task)?.process)
        }
        Step::AddJob { process, task, job } => {
            let (process, task) = (process_name(process), task_name(task));
            changed(
                manager
                    .add_job(&process, &task, name("job", job), "")?
                    .process,
            )
        }
        Step::AddSnippet {
            process,
            task,
            snippet,
            bytes,
        } => {
            let (process, task) = (process_name(process), task_name(task));
            let snippet = name("snippet", snippet);
            changed(
                manager
                    .add_snippet(&process, &task, snippet, text(bytes))?
                    .process,
            )
        }
        Step::UpdateSnippet {
            process,
            task,
            snippet,
            bytes,
        } => {
            let (process, task) = (process_name(process), task_name(task));
            let snippet = name("snippet", snippet);
            changed(
                manager
                    .update_snippet(&process, &task, snippet, text(bytes))?
                    .process,
            )
        }
        Step::DeleteSnippets {
            process,
            task,
            snippet,
        } => {
            let (process, task) = (process_name(process), task_name(task));
            let snippet = name("snippet", snippet);
            changed(manager.delete_snippets(&process, &task, snippet)?.process)
        }
        Step::Flush => {
            manager.flush()?;
            Ok(None)
        }
        Step::Restart => Ok(None),
    }
}
