//! Random changes of a process: what the operations do, and what only an editor does.

use proptest::prelude::*;
use serde_json::value::RawValue;

use crate::model::{JOB_FIELDS, PROCESS_FIELDS, SNIPPET_FIELDS, TASK_FIELDS};
use crate::{JobName, Position, Process, ProcessName, SnippetName, Task, TaskName, Timestamp};

const TASKS: [&str; 6] = ["beds", "soil test", "Soil-Test", "water", "🌱", "seeds"];
const NAMES: [&str; 4] = ["sample", "main.py", "Main Py", "x"];

/// A change; the numbers are taken modulo what there is to choose from.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    AddTask(usize),
    DescribeTask(usize, u8),
    RenameTask(usize, usize),
    DeleteTask(usize),
    AddJob(usize, usize, u8),
    AddSnippet(usize, usize, u8),
    UpdateSnippet(usize, usize, u8),
    DeleteSnippets(usize, usize),
    RenameProcess(u8),
    DescribeProcess(u8),
    SetUnknown(usize, usize, u8),
    SetJob(usize, usize, u8),
    SetSnippet(usize, usize, usize),
    DeleteJob(usize, usize),
    /// Takes a task out and puts it back, behind another one.
    MoveTask(usize, usize),
    /// Takes a job out and puts it back, behind another one.
    MoveJob(usize, usize, usize),
    ArrangeTasks(usize, usize),
    ArrangeCode(usize, usize, usize),
    /// Hands a task out, and does nothing to it.
    Touch(usize),
    SwapNames(usize, usize),
    RenameJob(usize, usize),
    Rebuild,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let n = || 0_usize..8;
    let v = || 0_u8..3;
    let operations = prop_oneof![
        4 => n().prop_map(Step::AddTask),
        1 => (n(), v()).prop_map(|(a, b)| Step::DescribeTask(a, b)),
        3 => (n(), n()).prop_map(|(a, b)| Step::RenameTask(a, b)),
        2 => n().prop_map(Step::DeleteTask),
        4 => (n(), n(), v()).prop_map(|(a, b, c)| Step::AddJob(a, b, c)),
        3 => (n(), n(), v()).prop_map(|(a, b, c)| Step::AddSnippet(a, b, c)),
        1 => (n(), n(), v()).prop_map(|(a, b, c)| Step::UpdateSnippet(a, b, c)),
        1 => (n(), n()).prop_map(|(a, b)| Step::DeleteSnippets(a, b)),
    ];
    let edits = prop_oneof![
        v().prop_map(Step::RenameProcess),
        v().prop_map(Step::DescribeProcess),
        (n(), n(), v()).prop_map(|(a, b, c)| Step::SetUnknown(a, b, c)),
        (n(), n(), v()).prop_map(|(a, b, c)| Step::SetJob(a, b, c)),
        (n(), n(), n()).prop_map(|(a, b, c)| Step::SetSnippet(a, b, c)),
        (n(), n()).prop_map(|(a, b)| Step::DeleteJob(a, b)),
        (n(), n()).prop_map(|(a, b)| Step::MoveTask(a, b)),
        (n(), n(), n()).prop_map(|(a, b, c)| Step::MoveJob(a, b, c)),
        (n(), n()).prop_map(|(a, b)| Step::ArrangeTasks(a, b)),
        (n(), n(), n()).prop_map(|(a, b, c)| Step::ArrangeCode(a, b, c)),
        n().prop_map(Step::Touch),
        (n(), n()).prop_map(|(a, b)| Step::SwapNames(a, b)),
        (n(), n()).prop_map(|(a, b)| Step::RenameJob(a, b)),
        Just(Step::Rebuild),
    ];
    prop::collection::vec(prop_oneof![3 => operations, 1 => edits], 0..24)
}

fn of<'a>(choices: &[&'a str], n: usize) -> &'a str {
    choices[n % choices.len()]
}

fn nth<T>(mut entries: impl ExactSizeIterator<Item = T>, n: usize) -> Option<T> {
    entries.nth(n.checked_rem(entries.len())?)
}

/// The time of a step; equal ones come up, as within a tick of the clock.
fn time(value: u8) -> Timestamp {
    Timestamp::stored(format!("2026-11-22T11:05:5{value}.000000Z"))
}

/// Does a step, or nothing if it is refused or has no object.
pub(crate) fn run(step: &Step, process: &mut Process) {
    // Most of this is of no interest if it fails.
    let _ = try_run(step, process);
}

fn task_name(process: &Process, n: usize) -> Option<TaskName> {
    nth(process.tasks.keys(), n).cloned()
}

fn try_run(step: &Step, process: &mut Process) -> Option<()> {
    match *step {
        Step::AddTask(name) => {
            let name = TaskName::stored(of(&TASKS, name));
            process.add_task(name, String::new(), &time(0)).ok()?;
        }
        Step::DescribeTask(n, value) => {
            let name = task_name(process, n)?;
            process
                .describe_task(name.as_str(), value.to_string())
                .ok()?;
        }
        Step::RenameTask(n, new) => {
            let (name, new) = (task_name(process, n)?, TaskName::stored(of(&TASKS, new)));
            process.rename_task(name.as_str(), new).ok()?;
        }
        Step::DeleteTask(n) => {
            let name = task_name(process, n)?;
            process.delete_task(name.as_str()).ok()?;
        }
        Step::AddJob(n, name, value) => {
            let (task, name) = (task_name(process, n)?, JobName::stored(of(&NAMES, name)));
            let now = time(value);
            process
                .add_job(task.as_str(), name, String::new(), &now)
                .ok()?;
        }
        Step::AddSnippet(n, name, value) => {
            let (task, name) = (
                task_name(process, n)?,
                SnippetName::stored(of(&NAMES, name)),
            );
            let now = time(value);
            process
                .add_snippet(task.as_str(), name, value.to_string(), &now)
                .ok()?;
        }
        Step::UpdateSnippet(n, name, value) => {
            let (task, name) = (
                task_name(process, n)?,
                SnippetName::stored(of(&NAMES, name)),
            );
            let now = time(value);
            process
                .update_snippet(task.as_str(), name, value.to_string(), &now)
                .ok()?;
        }
        Step::DeleteSnippets(n, name) => {
            let (task, name) = (
                task_name(process, n)?,
                SnippetName::stored(of(&NAMES, name)),
            );
            process.delete_snippets(task.as_str(), &name).ok()?;
        }
        _ => edit(step, process)?,
    }
    Some(())
}

/// What only an editor does.
fn edit(step: &Step, process: &mut Process) -> Option<()> {
    match *step {
        Step::RenameProcess(value) => process.name = ProcessName::stored(value.to_string()),
        Step::DescribeProcess(value) => process.description = value.to_string(),
        Step::SetUnknown(n, field, value) => set_unknown(process, n, field, value),
        Step::SetJob(n, job, value) => {
            let task = process.tasks.get_mut(&task_name(process, n)?)?;
            let key = nth(task.jobs.keys(), job)?.clone();
            let job = task.jobs.get_mut(&key)?;
            job.description = value.to_string();
            job.name = JobName::stored(of(&NAMES, value.into()));
        }
        Step::SetSnippet(n, snippet, name) => {
            let task = process.tasks.get_mut(&task_name(process, n)?)?;
            let key = nth(task.code.keys(), snippet)?.clone();
            task.code.change(&key, |version| {
                version.name = SnippetName::stored(of(&NAMES, name));
            })?;
        }
        Step::DeleteJob(n, job) => {
            let task = process.tasks.get_mut(&task_name(process, n)?)?;
            let key = nth(task.jobs.keys(), job)?.clone();
            task.jobs.shift_remove(&key)?;
        }
        Step::MoveTask(n, after) => {
            let (name, after) = (task_name(process, n)?, task_name(process, after)?);
            let task = process.tasks.shift_remove(&name)?;
            process.tasks.insert_at(name, task, &Position::After(after));
        }
        Step::MoveJob(n, job, after) => {
            let task = process.tasks.get_mut(&task_name(process, n)?)?;
            let key = nth(task.jobs.keys(), job)?.clone();
            let after = nth(task.jobs.keys(), after)?.clone();
            let job = task.jobs.shift_remove(&key)?;
            task.jobs.insert_at(key, job, &Position::After(after));
        }
        Step::ArrangeTasks(a, b) => {
            let (a, b) = (task_name(process, a)?, task_name(process, b)?);
            if a != b {
                process.tasks.arrange(&[a, b]);
            }
        }
        Step::ArrangeCode(n, a, b) => {
            let task = process.tasks.get_mut(&task_name(process, n)?)?;
            let (a, b) = (nth(task.code.keys(), a)?, nth(task.code.keys(), b)?);
            if a != b {
                let keys = [a.clone(), b.clone()];
                task.code.arrange(&keys);
            }
        }
        Step::Touch(n) => {
            process.tasks.get_mut(&task_name(process, n)?)?;
        }
        Step::SwapNames(a, b) => {
            let (a, b) = (task_name(process, a)?, task_name(process, b)?);
            let aside = TaskName::stored("aside");
            if a != b {
                process.tasks.rename(&a, aside.clone());
                process.tasks.rename(&b, a);
                process.tasks.rename(&aside, b);
            }
        }
        Step::RenameJob(n, job) => {
            let task = process.tasks.get_mut(&task_name(process, n)?)?;
            let key = nth(task.jobs.keys(), job)?.clone();
            task.jobs.rename(&key, format!("{key}*"));
        }
        Step::Rebuild => {
            let tasks = process.tasks.iter();
            let tasks = tasks.map(|(name, task)| (name.clone(), rebuilt(task)));
            process.tasks = tasks.collect();
        }
        _ => {}
    }
    Some(())
}

fn rebuilt(task: &Task) -> Task {
    Task {
        jobs: task
            .jobs
            .iter()
            .map(|(key, job)| (key.clone(), job.clone()))
            .collect(),
        ..task.clone()
    }
}

/// Sets a field that the model does not know, or takes it away, on something.
fn set_unknown(process: &mut Process, n: usize, field: usize, value: u8) {
    let field = of(&["owner", "done"], field);
    let value = (value > 0).then(|| RawValue::from_string(format!("[{value}, 1e400]")).unwrap());
    let Some(name) = nth(process.tasks.keys(), n / 2).cloned() else {
        process.file_fields.set(field, value, PROCESS_FIELDS);
        return;
    };
    let task = process.tasks.get_mut(&name).unwrap();
    let (job, code) = (
        nth(task.jobs.keys(), n).cloned(),
        nth(task.code.keys(), n).cloned(),
    );
    match (n % 3, job, code) {
        (1, Some(key), _) => {
            let job = task.jobs.get_mut(&key).unwrap();
            job.file_fields.set(field, value, JOB_FIELDS);
        }
        (2, _, Some(key)) => {
            task.code.change(&key, |version| {
                version.file_fields.set(field, value, SNIPPET_FIELDS);
            });
        }
        _ => task.file_fields.set(field, value, TASK_FIELDS),
    }
}
