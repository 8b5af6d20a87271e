//! The folder of Backlog.md: a Markdown file a task, with YAML front matter.
//!
//! The folder that is named may be the project's, its `backlog` folder or the one of the tasks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::Format;
use crate::markdown::{Block, Item, blocks};
use crate::plan::{Lost, Plan, PlannedJob, PlannedTask, State, Text, is_nothing, priority};
use crate::source::{Problem, Source, read_text};
use crate::yaml;

/// Where tasks are, within the folder of a backlog.
const TASK_FOLDERS: &[&str] = &["tasks", "completed"];

/// Where tasks are that nobody works on, and that are not read.
const OTHER_FOLDERS: &[(&str, &str)] = &[
    ("drafts", "a draft"),
    ("archive/tasks", "a task in the archive"),
];

/// What stands between the `---` lines of a task's file.
#[derive(Deserialize)]
struct Head {
    id: Id,
    title: Option<String>,
    status: Option<String>,
    priority: Option<String>,
    ordinal: Option<f64>,
    parent_task_id: Option<Id>,
    milestone: Option<String>,
    #[serde(default)]
    dependencies: List,
    #[serde(default)]
    labels: List,
    #[serde(default)]
    assignee: List,
    #[serde(default)]
    references: List,
    #[serde(default)]
    documentation: List,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// Fields that are not missed: when and by whom the task was written down and changed, and what
/// the subtasks say themselves.
const NOT_MISSED: &[&str] = &["created_date", "updated_date", "reporter", "subtasks"];

/// An id, which YAML may take for a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(f64),
}

/// One or several, or nothing.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum List {
    #[default]
    None,
    One(Id),
    Several(Vec<Id>),
}

impl Id {
    /// Ids differ in case from place to place.
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl List {
    fn texts(&self) -> Vec<String> {
        let all = match self {
            Self::None => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(all) => all.as_slice(),
        };
        all.iter()
            .map(Id::text)
            .filter(|text| !text.is_empty())
            .collect()
    }
}

/// The plan of all tasks, in the order in which Backlog.md shows them.
pub(crate) fn plan(source: &Source) -> Result<Plan, Problem> {
    let folder = root(source.folder(Format::Backlog)?);
    let mut lost = Lost::default();
    let mut tasks = Vec::new();
    for file in task_files(&folder)? {
        let part = |problem: Problem| Problem::Part {
            place: shown(&file, &folder),
            reason: problem.to_string(),
        };
        let text = read_text(&file).map_err(part)?;
        let (order, task) = planned(&text, &mut lost).map_err(|reason| Problem::Part {
            place: shown(&file, &folder),
            reason,
        })?;
        tasks.push((order, task));
    }
    tasks.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    for (place, what) in OTHER_FOLDERS {
        lost.add_all(*what, markdown_files(&folder.join(place))?.len());
    }
    let name = project_name(&folder).or_else(|| source.project(&["backlog", "tasks"]));
    Ok(Plan {
        name: name.unwrap_or_else(|| "backlog".to_owned()),
        description: String::new(),
        tasks: tasks.into_iter().map(|(_, task)| task).collect(),
        lost,
    })
}

/// The folder that has the folder of tasks.
fn root(named: &Path) -> PathBuf {
    for candidate in [named.join("backlog"), named.join(".backlog")] {
        if candidate.join("tasks").is_dir() {
            return candidate;
        }
    }
    let is_tasks = named.file_name().is_some_and(|name| name == "tasks");
    match named.parent() {
        Some(parent) if is_tasks && !named.join("tasks").is_dir() => parent.to_owned(),
        _ => named.to_owned(),
    }
}

fn task_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for place in TASK_FOLDERS {
        files.extend(markdown_files(&folder.join(place))?);
    }
    Ok(files)
}

/// The Markdown files of a folder by name; none where there is no such folder.
fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_markdown = path.extension().is_some_and(|ending| ending == "md");
            let is_readme = path
                .file_stem()
                .is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
            if is_markdown && !is_readme && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn shown(file: &Path, folder: &Path) -> String {
    let within = file.strip_prefix(folder).unwrap_or(file);
    within.display().to_string()
}

/// What the settings call the project.
fn project_name(folder: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct Settings {
        project_name: Option<String>,
    }
    let text = read_text(&folder.join("config.yml")).ok()?;
    let settings: Settings = yaml::read(&text).ok()?;
    settings.project_name.filter(|name| !name.trim().is_empty())
}

/// The task of a file, and what tells its place among the others.
fn planned(text: &str, lost: &mut Lost) -> Result<(f64, PlannedTask), String> {
    let mut blocks = blocks(text).into_iter();
    let Some(Block::FrontMatter(head)) = blocks.next() else {
        return Err("it does not begin with front matter between --- lines".to_owned());
    };
    let head: Head = yaml::read(&head).map_err(|error| format!("in its front matter: {error}"))?;
    for (field, value) in &head.rest {
        if !NOT_MISSED.contains(&field.as_str()) && !is_nothing(value) {
            lost.add(format!("the field {field:?} of a task"));
        }
    }
    let mut description = Text::default();
    let mut jobs = Vec::new();
    for block in blocks {
        match block {
            Block::Heading(_, text) if is_usual(&text) => {}
            Block::Heading(_, text) => description.paragraph(&format!("## {text}")),
            Block::Checklist(items) => jobs.extend(items.into_iter().map(job)),
            Block::Text(text) => description.paragraph(&text),
            Block::FrontMatter(_) => {}
        }
    }
    let id = head.id.text();
    for (name, values) in [
        ("Labels", &head.labels),
        ("Assignee", &head.assignee),
        ("References", &head.references),
        ("Documentation", &head.documentation),
    ] {
        description.line(name, &values.texts().join(", "));
    }
    description.line("Milestone", &head.milestone.unwrap_or_default());
    let parent = head.parent_task_id.map(|id| id.text());
    description.line("Part of", &parent.unwrap_or_default());
    let task = PlannedTask {
        title: head.title.unwrap_or_default(),
        description,
        state: State::of(&head.status.unwrap_or_default()),
        priority: priority(&head.priority.unwrap_or_default()),
        depends_on: head.dependencies.texts(),
        jobs,
        id,
    };
    Ok((head.ordinal.unwrap_or_else(|| number(&task.id)), task))
}

/// A heading that says no more than where it stands: descriptions and jobs have places of their
/// own here.
fn is_usual(heading: &str) -> bool {
    matches!(
        pm_core::folded(heading).as_str(),
        "description" | "acceptancecriteria" | "definitionofdone"
    )
}

/// A criterion as a job, without its number in front.
fn job(item: Item) -> PlannedJob {
    let title = match item.title.split_once(' ') {
        Some((number, rest)) if is_number(number) => rest.to_owned(),
        _ => item.title,
    };
    let mut description = Text::new(&item.rest);
    let mut nested = String::new();
    Item::lines(&item.children, 0, &mut nested);
    description.paragraph(&nested);
    PlannedJob {
        title,
        description,
        state: State::checked(item.checked == Some(true)),
    }
}

/// Whether it is `#1` or the like.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number in an id such as `task-12` or `BACK-4.1`.
fn number(id: &str) -> f64 {
    let digits = id.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.parse().unwrap_or(f64::MAX)
}
