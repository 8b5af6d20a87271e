//! The JSON Lines of beads: a record a line, as `bd export` writes them. Older versions wrote
//! issues alone; since then each line says in `_type` what it is.

use std::collections::HashMap;

use pm_core::model::Comment;
use pm_core::{Priority, Status};

use crate::Format;
use crate::json::{Fields, Kind, Lines, broken, each_element};
use crate::plan::{Plan, PlannedTask, State, Text, Times, priority};
use crate::report::Notes;
use crate::source::{Problem, Source};
use crate::times;

/// Fields that are not missed: what is counted of other records, and what says nothing of the work.
const NOT_MISSED: &[&str] = &[
    "_type",
    "comment_count",
    "content_hash",
    "dependency_count",
    "dependent_count",
    "original_size",
    "compaction_level",
    "source_repo",
];

/// Fields that become a line of the description, with the words for them.
const LINES: &[(&str, &str)] = &[
    ("assignee", "Assignee"),
    ("owner", "Owner"),
    ("created_by", "Created by"),
    ("due_at", "Due"),
    ("defer_until", "Deferred until"),
    ("external_ref", "External reference"),
];

/// The plan of all issues, in the order of the file.
pub(crate) fn plan(source: &Source) -> Result<Plan, Problem> {
    let text = source.text(Format::Beads)?;
    let mut reader = Reader {
        plan: Plan {
            name: source.project(&[]).unwrap_or_else(|| source.stem()),
            ..Plan::default()
        },
        lines: HashMap::new(),
        memories: String::new(),
    };
    if Kind::of(text) == Kind::List {
        // As `bd list --json` prints them.
        let mut lines = Lines::of(text);
        each_element(text, |record| {
            reader.add(record.get(), lines.of_part(record.get()));
        })
        .map_err(|error| broken(&error))?;
    } else {
        let lines = text.lines().map(str::trim).enumerate();
        for (index, line) in lines.filter(|(_, line)| !line.is_empty()) {
            reader.add(line, index + 1);
        }
    }
    reader
        .plan
        .description
        .section("Memories", &reader.memories);
    Ok(reader.plan)
}

struct Reader {
    plan: Plan,
    /// On which line each id stands.
    lines: HashMap<String, usize>,
    /// What was noted beside the issues, as a list.
    memories: String,
}

impl Reader {
    fn add(&mut self, record: &str, line: usize) {
        let notes = &mut self.plan.notes;
        let Ok(mut fields) = Fields::of(record) else {
            let reason = match record.get(..7) {
                Some("<<<<<<<" | "=======" | ">>>>>>>") => "this is a mark of a merge conflict",
                _ => "this is no JSON object",
            };
            notes.left_out(line, reason);
            return;
        };
        match fields.peek("_type").as_str() {
            "" | "issue" => {}
            "memory" => {
                let (key, value) = (fields.text("key"), fields.text("value"));
                let value = value.trim().replace('\n', "\n  ");
                for part in ["- ", key.trim(), ": ", &value, "\n"] {
                    self.memories.push_str(part);
                }
                return;
            }
            other => {
                let reason = format!("a record of the type \"{other}\" is not known here");
                notes.left_out(line, reason);
                return;
            }
        }
        if fields.peek("status") == "tombstone" {
            notes.lost("an issue that was deleted");
            return;
        }
        let id = fields.text("id").trim().to_owned();
        let title = fields.text("title");
        if id.is_empty() && title.trim().is_empty() {
            notes.left_out(line, "this issue has neither an id nor a title");
            return;
        }
        if let Some(first) = self.lines.get(&id).filter(|_| !id.is_empty()) {
            let line = format!("line {line}, whose id {id} is that of line {first} too");
            notes.taken(format!("{line}, for a task of its own"));
        }
        self.lines.entry(id.clone()).or_insert(line);
        let task = planned(fields, id, title, notes);
        self.plan.tasks.push(task);
    }
}

fn planned(mut fields: Fields<'_>, id: String, title: String, notes: &mut Notes) -> PlannedTask {
    let mut description = Text::new(&fields.text("description"));
    for (heading, field) in [
        ("Design", "design"),
        ("Acceptance criteria", "acceptance_criteria"),
        ("Notes", "notes"),
    ] {
        description.section(heading, &fields.text(field));
    }
    let comments = comments(fields.take("comments"), notes);
    let state = state(&mut fields, notes);
    let depends_on = dependencies(fields.take("dependencies"), &mut description);
    let kind = fields.text("issue_type");
    if kind != "task" {
        description.line("Type", &kind);
    }
    let labels = fields.texts("labels");
    for (field, name) in LINES {
        description.line(name, &fields.text(field));
    }
    let minutes = fields.text("estimated_minutes");
    if !minutes.is_empty() {
        description.line("Estimate", &format!("{minutes} minutes"));
    }
    // 0 is critical, 4 the backlog; without a number, 2 is meant.
    let priority = match fields.text("priority").as_str() {
        "" | "2" => Priority::Normal,
        "0" | "1" => Priority::High,
        "3" | "4" => Priority::Low,
        word => priority(word, notes),
    };
    let created = fields.text("created_at");
    let (started, closed) = (fields.text("started_at"), fields.text("closed_at"));
    let since = match state.status {
        Status::Done | Status::Cancelled => times::read(&closed),
        Status::InProgress => times::read(&started),
        Status::Todo | Status::Blocked => None,
    };
    if state.status.is_over() {
        description.line("Started", &started);
    }
    let times = Times {
        created: times::read(&created),
        status: since,
        updated: fields.text("updated_at"),
    };
    for (field, value) in fields.rest() {
        if !NOT_MISSED.contains(&field.as_str()) {
            description.line(&field, &value);
        }
    }
    PlannedTask {
        id,
        title,
        description,
        state,
        priority,
        depends_on,
        labels,
        comments,
        times,
        ..PlannedTask::default()
    }
}

fn state(fields: &mut Fields<'_>, notes: &mut Notes) -> State {
    let mut state = State::of(&fields.text("status"), notes);
    let reason = fields.text("close_reason");
    if !reason.trim().is_empty() {
        reason.trim().clone_into(&mut state.note);
    }
    state
}

/// What was said of an issue.
fn comments(list: Option<&str>, notes: &mut Notes) -> Vec<Comment> {
    let mut all = Vec::new();
    let Some(list) = list else {
        return all;
    };
    let read = each_element(list, |comment| {
        let Ok(mut fields) = Fields::of(comment.get()) else {
            let text = crate::json::text_of(comment.get());
            all.extend(crate::plan::comment("", "", &text));
            return;
        };
        let (by, at) = (fields.text("author"), fields.text("created_at"));
        all.extend(crate::plan::comment(&by, &at, &fields.text("text")));
    });
    if read.is_err() {
        notes.lost("comments that are no list");
    }
    all
}

/// The ids of the issues that come before; what else one has to do with others becomes lines.
fn dependencies(list: Option<&str>, description: &mut Text) -> Vec<String> {
    let mut before = Vec::new();
    let Some(list) = list else {
        return before;
    };
    let _ = each_element(list, |dependency| {
        let (other, kind) = match Fields::of(dependency.get()) {
            Ok(mut fields) => {
                let other = fields.text("depends_on_id");
                let kind = fields.text("type");
                // As `bd list --json` prints them: the whole other issue.
                let id = if other.is_empty() {
                    fields.text("id")
                } else {
                    other
                };
                let of_list = fields.text("dependency_type");
                (id, if of_list.is_empty() { kind } else { of_list })
            }
            Err(_) => (crate::json::text_of(dependency.get()), String::new()),
        };
        match kind.as_str() {
            "" | "blocks" | "waits-for" => before.push(other),
            "parent-child" => description.line("Part of", &other),
            kind => description.line(kind, &other),
        }
    });
    before
}
