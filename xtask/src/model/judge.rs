//! Whether what is stored is what an instruction asked for.

use std::collections::BTreeMap;

use super::{
    cases::{Case, Expected, Least},
    state::{State, Task, folded},
};

/// What a case came to.
pub(super) struct Evidence<'a> {
    pub(super) before: &'a State,
    pub(super) after: &'a State,
    /// What the case's own solution leaves.
    pub(super) solved: &'a State,
    /// The process that is open at the end.
    pub(super) current: Option<&'a str>,
    /// What tools answered to calls that were done.
    pub(super) seen: &'a [String],
}

/// What is not as a case expects it; nothing if all is right.
pub(super) fn wrong(case: &Case, evidence: &Evidence<'_>) -> Vec<String> {
    let expected = &case.expect;
    let state = evidence.after;
    let mut wrong = Vec::new();
    if let Some(names) = &expected.processes {
        same_names("the processes", names, state.0.keys(), &mut wrong);
    }
    for (process, parts) in &expected.process_desc {
        let found = state.0.get(&folded(process));
        let text = found.map_or("", |process| &process.description);
        contains(
            &format!("the description of {process}"),
            text,
            parts,
            &mut wrong,
        );
    }
    for (process, names) in &expected.tasks {
        let found = state.0.get(&folded(process));
        let tasks = found.into_iter().flat_map(|process| process.tasks.keys());
        same_names(&format!("the tasks of {process}"), names, tasks, &mut wrong);
    }
    tasks(expected, state, &mut wrong);
    if let Some(least) = &expected.min {
        new_plan(least, evidence, &mut wrong);
    }
    if expected.unchanged && evidence.after != evidence.before {
        wrong.push("something was changed by an instruction to read".to_owned());
    }
    if let Some(process) = &expected.current
        && evidence.current.map(folded) != Some(folded(process))
    {
        wrong.push(format!(
            "the open process is {:?}, not {process:?}",
            evidence.current
        ));
    }
    let seen = folded(&evidence.seen.join(" "));
    for text in expected
        .seen
        .iter()
        .filter(|text| !seen.contains(&folded(text)))
    {
        wrong.push(format!("no answer showed {text:?}"));
    }
    wrong
}

/// What is expected of single tasks.
fn tasks(expected: &Expected, state: &State, wrong: &mut Vec<String>) {
    let none = Task::default();
    let task = |path: &str| state.task(path).unwrap_or(&none);
    for (path, parts) in &expected.desc {
        contains(
            &format!("the description of {path}"),
            &task(path).description,
            parts,
            wrong,
        );
    }
    for (path, names) in &expected.jobs {
        let jobs = task(path).jobs.iter().map(|job| &job.name);
        same_names(&format!("the jobs of {path}"), names, jobs, wrong);
    }
    for (path, names) in &expected.codes {
        let codes = task(path).codes.keys();
        same_names(&format!("the codes of {path}"), names, codes, wrong);
    }
    for (path, parts) in &expected.job_has {
        let jobs = last_named(path, &task(path).jobs, |job| &job.name);
        let texts: Vec<String> = jobs
            .map(|job| format!("{} {}", job.name, job.description))
            .collect();
        contains(&format!("the job {path}"), &texts.join("\n"), parts, wrong);
    }
    for (path, parts) in &expected.code_has {
        let versions = versions(task(path), path);
        if !versions
            .iter()
            .any(|text| parts.iter().all(|part| holds_code(text, part)))
        {
            wrong.push(format!(
                "the code {path} is {versions:?}, without {parts:?}"
            ));
        }
    }
    for (path, text) in &expected.code_last {
        let versions = versions(task(path), path);
        if versions.last().map(|last| last.trim()) != Some(text.trim()) {
            wrong.push(format!(
                "the code {path} is {:?}, not {text:?}",
                versions.last()
            ));
        }
    }
    for (path, least) in &expected.code_count {
        let count = task(path).codes.len();
        if count < *least {
            wrong.push(format!("{path} has {count} snippets, fewer than {least}"));
        }
    }
    for (path, words) in &expected.status {
        one_of(
            &format!("the status of {path}"),
            &task(path).status,
            words,
            wrong,
        );
    }
    for (path, word) in &expected.priority {
        one_of(
            &format!("the priority of {path}"),
            &task(path).priority,
            std::slice::from_ref(word),
            wrong,
        );
    }
    for (path, words) in &expected.job_status {
        let jobs = last_named(path, &task(path).jobs, |job| &job.name);
        let statuses: Vec<&str> = jobs.map(|job| job.status.as_str()).collect();
        one_of(
            &format!("the status of the job {path}"),
            &statuses.join(", "),
            words,
            wrong,
        );
    }
}

/// What was changed, added or taken away although the instruction did not ask for it: what the
/// case's own solution leaves as it was.
pub(super) fn unasked(case: &Case, evidence: &Evidence<'_>) -> Vec<String> {
    let before = evidence.before.facts();
    let (after, solved) = (evidence.after.facts(), evidence.solved.facts());
    let of = |facts: &BTreeMap<String, String>, place: &str| facts.get(place).cloned();
    let mut found = Vec::new();
    for (place, value) in &before {
        if solved.get(place) == Some(value) && after.get(place) != Some(value) {
            let what = if after.contains_key(place) {
                "changed"
            } else {
                "gone"
            };
            found.push(format!("{place} is {what}"));
        }
    }
    // The names of a new plan may be free.
    let names_are_free = case.expect.min.is_some();
    for place in after.keys() {
        if !names_are_free && of(&before, place).is_none() && of(&solved, place).is_none() {
            found.push(format!("{place} is new"));
        }
    }
    found
}

/// Whether a plan of free names holds enough.
fn new_plan(least: &Least, evidence: &Evidence<'_>, wrong: &mut Vec<String>) {
    let is_new = |name: &String| !evidence.before.0.contains_key(name);
    let new: Vec<_> = evidence
        .after
        .0
        .iter()
        .filter(|(name, _)| is_new(name))
        .collect();
    if new.len() != least.processes {
        wrong.push(format!(
            "{} new processes, not {}",
            new.len(),
            least.processes
        ));
    }
    for (name, process) in new {
        if process.tasks.len() < least.tasks {
            wrong.push(format!(
                "{name} has {} tasks, fewer than {}",
                process.tasks.len(),
                least.tasks
            ));
        }
        for (task_name, task) in &process.tasks {
            if task.jobs.len() < least.jobs_per_task {
                wrong.push(format!("{name}/{task_name} has {} jobs", task.jobs.len()));
            }
        }
    }
}

/// What of a list has the name at the end of a path.
fn last_named<'a, T>(
    path: &str,
    list: &'a [T],
    name: impl Fn(&T) -> &str,
) -> impl Iterator<Item = &'a T> {
    let wanted = folded(path.rsplit('/').next().unwrap_or_default());
    list.iter()
        .filter(move |entry| folded(name(entry)) == wanted)
}

/// The versions of the snippet at the end of a path.
fn versions<'a>(task: &'a Task, path: &str) -> &'a [String] {
    let name = folded(path.rsplit('/').next().unwrap_or_default());
    task.codes.get(&name).map_or(&[], Vec::as_slice)
}

/// Whether code holds a part: to the letter if that has several lines, and else with any blanks.
fn holds_code(text: &str, part: &str) -> bool {
    let squashed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if part.contains('\n') {
        text.contains(part)
    } else {
        squashed(text).contains(&squashed(part))
    }
}

fn same_names<'a>(
    what: &str,
    wanted: &[String],
    found: impl Iterator<Item = &'a String>,
    wrong: &mut Vec<String>,
) {
    let mut wanted: Vec<String> = wanted.iter().map(|name| folded(name)).collect();
    let mut found: Vec<String> = found.map(|name| folded(name)).collect();
    wanted.sort();
    found.sort();
    if wanted != found {
        wrong.push(format!("{what} are {found:?}, not {wanted:?}"));
    }
}

fn contains(what: &str, text: &str, parts: &[String], wrong: &mut Vec<String>) {
    let lower = text.to_lowercase();
    let lacks = parts
        .iter()
        .find(|part| !lower.contains(&part.to_lowercase()));
    if let Some(part) = lacks {
        wrong.push(format!("{what} is {text:?}, without {part:?}"));
    }
}

fn one_of(what: &str, found: &str, words: &[String], wrong: &mut Vec<String>) {
    if !words.iter().any(|word| word == found) {
        wrong.push(format!("{what} is {found:?}, not {}", words.join(" or ")));
    }
}

#[cfg(test)]
mod tests;
