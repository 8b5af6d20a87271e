//! The JSON Lines of beads: an issue a line.

use std::collections::BTreeMap;

use pm_core::{Priority, Status};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Format;
use crate::format::reason;
use crate::plan::{Lost, Plan, PlannedTask, State, Text, is_nothing};
use crate::source::{Problem, Source};

#[derive(Deserialize)]
struct Issue {
    id: String,
    title: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    design: Option<String>,
    #[serde(default)]
    acceptance_criteria: Option<String>,
    #[serde(default)]
    notes: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    priority: Option<u8>,
    #[serde(rename = "issue_type", default)]
    kind: Option<String>,
    #[serde(default)]
    assignee: Option<String>,
    #[serde(default)]
    close_reason: Option<String>,
    #[serde(default)]
    labels: Option<Vec<String>>,
    #[serde(default)]
    dependencies: Option<Vec<Dependency>>,
    #[serde(default)]
    comments: Option<Vec<Value>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Fields that are not missed: when and by whom the issue was written down and last changed.
const NOT_MISSED: &[&str] = &[
    "closed_at",
    "content_hash",
    "created_at",
    "created_by",
    "source_repo",
    "updated_at",
];

#[derive(Deserialize)]
struct Dependency {
    depends_on_id: String,
    #[serde(rename = "type", default)]
    kind: String,
}

/// The plan of all issues, in the order of the file.
pub(crate) fn plan(source: &Source) -> Result<Plan, Problem> {
    let project = source.project(&[]);
    let mut plan = Plan {
        name: project.unwrap_or_else(|| source.stem()),
        ..Plan::default()
    };
    let mut lines = BTreeMap::new();
    for (index, line) in source.text(Format::Beads)?.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let bad = |reason: String| Problem::Part {
            place: format!("line {}", index + 1),
            reason,
        };
        let issue: Issue = serde_json::from_str(line).map_err(|error| bad(reason(&error)))?;
        if let Some(first) = lines.insert(issue.id.clone(), index + 1) {
            return Err(bad(format!(
                "the id {} is that of line {first}, too",
                issue.id
            )));
        }
        if issue.status.as_deref() == Some("tombstone") {
            plan.lost.add("an issue that was deleted");
        } else {
            let task = planned(issue, &mut plan.lost);
            plan.tasks.push(task);
        }
    }
    Ok(plan)
}

fn planned(issue: Issue, lost: &mut Lost) -> PlannedTask {
    let mut description = Text::new(&issue.description.unwrap_or_default());
    for (heading, text) in [
        ("Design", issue.design),
        ("Acceptance criteria", issue.acceptance_criteria),
        ("Notes", issue.notes),
    ] {
        description.section(heading, &text.unwrap_or_default());
    }
    let mut state = State::of(issue.status.as_deref().unwrap_or_default());
    if state.status.is_over() {
        state.note = issue.close_reason.unwrap_or_default();
    } else if state.status == Status::Todo && state.note == "pinned" {
        state.note.clear();
    }
    let mut depends_on = Vec::new();
    for dependency in issue.dependencies.into_iter().flatten() {
        match dependency.kind.as_str() {
            "" | "blocks" => depends_on.push(dependency.depends_on_id),
            "parent-child" => description.line("Part of", &dependency.depends_on_id),
            kind => description.line(kind, &dependency.depends_on_id),
        }
    }
    let kind = issue.kind.filter(|kind| kind != "task");
    description.line("Type", &kind.unwrap_or_default());
    description.line("Labels", &issue.labels.unwrap_or_default().join(", "));
    description.line("Assignee", &issue.assignee.unwrap_or_default());
    for (field, value) in &issue.rest {
        if !NOT_MISSED.contains(&field.as_str()) && !is_nothing(value) {
            lost.add(format!("the field {field:?} of an issue"));
        }
    }
    lost.add_all(
        "comments",
        issue.comments.map_or(0, |comments| comments.len()),
    );
    PlannedTask {
        id: issue.id,
        title: issue.title,
        description,
        state,
        // 0 is critical, 4 the backlog; 2 is what is meant where nothing is said.
        priority: match issue.priority {
            Some(0 | 1) => Priority::High,
            None | Some(2) => Priority::Normal,
            Some(_) => Priority::Low,
        },
        depends_on,
        jobs: Vec::new(),
    }
}
