//! Reads tasks from objects, for which the schema asks; models send them with other fields as well.

use pm_core::resolve::folded;
use pm_core::{Priority, Status};
use rmcp::model::JsonObject;
use serde_json::Value;

use super::draft::{DraftJob, DraftTask, add_line};
use super::lines;

/// The names of the fields that hold each part, folded, as they are compared that way; the first
/// that is there is taken.
const NAMES: &[&str] = &[
    "name", "title", "taskname", "task", "content", "subject", "step",
];
const DESCRIPTIONS: &[&str] = &["description", "taskdescription", "details", "body", "text"];
const JOBS: &[&str] = &["jobs", "steps", "subtasks", "todos", "checklist", "actions"];
const AFTER: &[&str] = &[
    "dependson",
    "dependencies",
    "after",
    "blockedby",
    "requires",
    "needs",
    "waitsfor",
];
const IDS: &[&str] = &["id", "taskid", "number"];
const JOB_NAMES: &[&str] = &["name", "title", "jobname", "job", "content", "step", "task"];
const JOB_DESCRIPTIONS: &[&str] = &["description", "jobdescription", "details", "text"];
/// What other programs show while somebody works on a task, and only repeats its name.
const OF_NO_USE: &[&str] = &["activeform"];

/// Makes the texts of the objects that were sent as tasks, which [`draft`] reads again.
pub(super) fn as_texts(mut sent: JsonObject) -> JsonObject {
    let Some(tasks) = sent.get_mut("tasks") else {
        return sent;
    };
    if let Value::String(text) = tasks
        && let Ok(parsed @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str(text)
    {
        *tasks = parsed;
    }
    match tasks {
        Value::Array(items) => items.iter_mut().for_each(as_text),
        Value::Object(fields) if is_a_task(fields) => as_text(tasks),
        // Tasks by their names.
        Value::Object(fields) => {
            let named = std::mem::take(fields).into_iter().map(|(name, value)| {
                let mut task = match value {
                    Value::Object(task) => task,
                    Value::String(text) => {
                        [("description".into(), text.into())].into_iter().collect()
                    }
                    _ => JsonObject::new(),
                };
                task.insert("name".into(), name.into());
                Value::Object(task).to_string().into()
            });
            *tasks = Value::Array(named.collect());
        }
        _ => {}
    }
    sent
}

fn as_text(item: &mut Value) {
    if item.is_object() {
        *item = item.to_string().into();
    }
}

fn is_a_task(fields: &JsonObject) -> bool {
    let is_name = |(field, value): (&String, &Value)| {
        value.is_string() && NAMES.contains(&folded(field).as_str())
    };
    fields.iter().any(is_name)
}

/// Reads a task from the JSON of an object; `None` if the text is another.
pub(super) fn draft(text: &str) -> Option<DraftTask> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut fields: JsonObject = serde_json::from_str(text).ok()?;
    let mut task = DraftTask {
        name: text_of(&mut fields, NAMES),
        description: text_of(&mut fields, DESCRIPTIONS),
        ..DraftTask::default()
    };
    if task.name.is_empty() {
        task.name = std::mem::take(&mut task.description);
    }
    task.ids = taken(&mut fields, IDS).iter().map(shown).collect();
    task.after = match taken(&mut fields, AFTER) {
        Some(Value::Array(names)) => names.iter().map(shown).collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![shown(&one)],
    };
    task.jobs = match taken(&mut fields, JOBS) {
        Some(Value::Array(jobs)) => jobs.iter().map(job).collect(),
        Some(Value::String(jobs)) => {
            let jobs = jobs
                .split(['\n', ';'])
                .map(|job| job.trim().trim_start_matches("- "));
            let jobs = jobs.filter(|job| !job.is_empty());
            jobs.map(|text| lines::job(text, false)).collect()
        }
        _ => Vec::new(),
    };
    task.status = status(&mut fields);
    let priority = fields.get("priority").and_then(Value::as_str);
    if let Some(Ok(priority)) = priority.map(str::parse::<Priority>) {
        task.priority = priority;
        fields.shift_remove("priority");
    }
    add_rest(&mut task.description, fields);
    Some(task)
}

/// Adds what else was said of something to its description, so that it is not lost.
fn add_rest(description: &mut String, fields: JsonObject) {
    for (field, value) in fields {
        let is_said =
            !matches!(&value, Value::Null) && value != "" && value != Value::Array(vec![]);
        if is_said && !OF_NO_USE.contains(&folded(&field).as_str()) {
            add_line(description, &format!("{field}: {}", shown(&value)));
        }
    }
}

/// Takes the status out. A word that is not quite one of ours stays, so that the description tells
/// it.
fn status(fields: &mut JsonObject) -> Status {
    let word = fields.get("status").and_then(Value::as_str);
    let word = word.unwrap_or_default().to_owned();
    match word.parse() {
        Ok(status) => {
            fields.shift_remove("status");
            status
        }
        Err(_) => Status::roughly(&word).unwrap_or_default(),
    }
}

fn job(sent: &Value) -> DraftJob {
    let Value::Object(fields) = sent else {
        return lines::job(&shown(sent), false);
    };
    let mut fields = fields.clone();
    let mut job = DraftJob {
        name: text_of(&mut fields, JOB_NAMES),
        description: text_of(&mut fields, JOB_DESCRIPTIONS),
        status: Status::default(),
    };
    if job.name.is_empty() {
        job.name = std::mem::take(&mut job.description);
    }
    job.status = status(&mut fields);
    add_rest(&mut job.description, fields);
    job
}

/// Takes the first of some fields out, whatever its spelling.
fn taken(fields: &mut JsonObject, wanted: &[&str]) -> Option<Value> {
    let found = wanted.iter().find_map(|wanted| {
        let mut names = fields.keys();
        names.find(|name| folded(name) == **wanted).cloned()
    })?;
    fields.shift_remove(&found)
}

/// Takes the first of some fields out that holds a text.
fn text_of(fields: &mut JsonObject, wanted: &[&str]) -> String {
    let texts = |name: &&&str| {
        let is_it =
            |(field, value): (&String, &Value)| folded(field) == **name && value.is_string();
        fields.iter().any(is_it)
    };
    let wanted: Vec<&str> = wanted.iter().filter(texts).copied().collect();
    taken(fields, &wanted)
        .map(|text| shown(&text))
        .unwrap_or_default()
}

/// A value as text.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}
