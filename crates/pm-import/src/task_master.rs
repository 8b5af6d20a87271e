//! The `tasks.json` of Task Master.
//!
//! Since its version 0.16 the file holds a list of tasks for each tag, before that one list. See
//! its documentation, "Task Structure" and "Tagged Task Lists".

use pm_core::Priority;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Format;
use crate::format::reason;
use crate::plan::{Lost, Plan, PlannedJob, PlannedTask, State, Text, is_nothing, priority};
use crate::source::{Problem, Source};

/// The tag that is not worth a name of its own.
const USUAL_TAG: &str = "master";

/// Fields that are not missed: times of changes say nothing of the work, and what the file says
/// twice is not lost.
const SAID_OTHERWISE: &[&str] = &["updatedAt", "parentId", "parentTaskId"];

#[derive(Deserialize)]
struct TaskList {
    tasks: Vec<Task>,
    #[serde(default, alias = "meta")]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    project_name: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Task {
    id: Value,
    title: Option<String>,
    description: Option<String>,
    details: Option<String>,
    test_strategy: Option<String>,
    status: Option<String>,
    priority: Option<String>,
    dependencies: Option<Vec<Value>>,
    subtasks: Option<Vec<Task>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// A plan for each tag that has tasks.
pub(crate) fn plans(source: &Source) -> Result<Vec<Plan>, Problem> {
    let text = source.text(Format::TaskMaster)?;
    let json =
        |error: serde_json::Error| Problem::Json(error.line(), error.column(), reason(&error));
    let root: Map<String, Value> = serde_json::from_str(text).map_err(json)?;
    let project = source.project(&["tasks"]);
    let project = project.unwrap_or_else(|| source.stem());
    if root.contains_key("tasks") {
        let list: TaskList = serde_json::from_str(text).map_err(json)?;
        return Ok(vec![plan(project, list)]);
    }
    let mut plans = Vec::new();
    for (tag, list) in root {
        if list.get("tasks").is_none() {
            continue;
        }
        let list: TaskList = serde_json::from_value(list).map_err(|error| Problem::Part {
            place: format!("tag {tag:?}"),
            reason: error.to_string(),
        })?;
        let name = match tag.as_str() {
            USUAL_TAG => project.clone(),
            tag => format!("{project} ({tag})"),
        };
        plans.push(plan(name, list));
    }
    // An empty list says nothing, unless there is nothing else.
    if plans.iter().any(|plan| !plan.tasks.is_empty()) {
        plans.retain(|plan| !plan.tasks.is_empty());
    }
    Ok(plans)
}

fn plan(name: String, listed: TaskList) -> Plan {
    let mut lost = Lost::default();
    let (project, description) = listed.metadata.map_or((None, None), |metadata| {
        (metadata.project_name, metadata.description)
    });
    let tasks = listed
        .tasks
        .into_iter()
        .map(|task| planned(task, &mut lost))
        .collect();
    Plan {
        name: project
            .filter(|name| !name.trim().is_empty())
            .unwrap_or(name),
        description: description.unwrap_or_default(),
        tasks,
        lost,
    }
}

fn planned(task: Task, lost: &mut Lost) -> PlannedTask {
    let id = text_of(&task.id);
    let depends_on = task.dependencies.iter().flatten().map(text_of);
    // A subtask of another task, as `5.2`: that task is what can be waited for.
    let depends_on = depends_on.map(|other| match other.split_once('.') {
        Some((other, _)) => {
            lost.add("which subtask a task waits for; it waits for the whole task");
            other.to_owned()
        }
        None => other,
    });
    let depends_on = depends_on.filter(|other| *other != id).collect();
    let mut jobs = Vec::new();
    for subtask in task.subtasks.into_iter().flatten() {
        let waits_for = subtask.dependencies.as_ref().map_or(0, Vec::len);
        lost.add_all("that a subtask waits for another", waits_for);
        lost.add_all(
            "subtasks of subtasks",
            subtask.subtasks.as_ref().map_or(0, Vec::len),
        );
        let mut text = description(&subtask, lost);
        let word = subtask.priority.as_deref().unwrap_or_default();
        if priority(word) != Priority::Normal {
            text.line("Priority", word);
        }
        text.paragraph(&format!(
            "({} id: {id}.{})",
            Format::TaskMaster,
            text_of(&subtask.id)
        ));
        jobs.push(PlannedJob {
            title: subtask.title.clone().unwrap_or_default(),
            state: State::of(subtask.status.as_deref().unwrap_or_default()),
            description: text,
        });
    }
    let task = Task {
        subtasks: None,
        ..task
    };
    PlannedTask {
        title: task.title.clone().unwrap_or_default(),
        state: State::of(task.status.as_deref().unwrap_or_default()),
        priority: priority(task.priority.as_deref().unwrap_or_default()),
        description: description(&task, lost),
        id,
        depends_on,
        jobs,
    }
}

fn description(task: &Task, lost: &mut Lost) -> Text {
    let mut text = Text::new(task.description.as_deref().unwrap_or_default());
    text.section("Details", task.details.as_deref().unwrap_or_default());
    text.section(
        "Test strategy",
        task.test_strategy.as_deref().unwrap_or_default(),
    );
    for (field, value) in &task.rest {
        if !SAID_OTHERWISE.contains(&field.as_str()) && !is_nothing(value) {
            lost.add(format!("the field {field:?} of a task"));
        }
    }
    text
}

fn text_of(id: &Value) -> String {
    match id {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
