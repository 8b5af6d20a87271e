//! The folder of Backlog.md: a Markdown file a task, with YAML front matter.
//!
//! The folder that is named may be the project's, its `backlog` folder or the one of the tasks.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use pm_core::model::Comment;

use crate::Format;
use crate::bounds::check_markdown;
use crate::markdown::{Block, Item, blocks};
use crate::order::{Piece, natural};
use crate::plan::{Plan, PlannedJob, PlannedTask, State, Text, Times, comment, priority};
use crate::report::Notes;
use crate::source::{Problem, Source, read_text};
use crate::times;
use crate::yaml::{self, Head};

/// The folders of tasks within that of a backlog.
const TASK_FOLDERS: &[&str] = &["tasks", "completed"];

/// What is not read: nobody works on it, or it is no task.
const OTHER_FOLDERS: &[(&str, &str)] = &[
    ("drafts", "a draft (in drafts/)"),
    ("archive/tasks", "a task in the archive (archive/tasks/)"),
    ("archive/drafts", "a draft in the archive (archive/drafts/)"),
    ("docs", "a document (in docs/)"),
    ("decisions", "a decision (in decisions/)"),
];

/// What is said of the task elsewhere.
const NOT_MISSED: &[&str] = &["subtasks"];

/// Fields that become a line of the description, with the words for them.
const LINES: &[(&str, &str)] = &[
    ("assignee", "Assignee"),
    ("reporter", "Reporter"),
    ("references", "References"),
    ("documentation", "Documentation"),
    ("modified_files", "Modified files"),
    ("due_date", "Due"),
    ("type", "Type"),
    ("parent_task_id", "Part of"),
];

/// The place of a task: those with an ordinal come first, then the ids count.
type Place = (f64, Vec<Piece>);

/// The plan of all tasks, in the order in which Backlog.md shows them.
pub(crate) fn plan(source: &Source) -> Result<Plan, Problem> {
    let named = source.folder(Format::Backlog)?;
    let folder = root(named);
    let mut notes = Notes::default();
    let milestones = milestones(&folder);
    let mut tasks: Vec<(Place, PlannedTask)> = Vec::new();
    for place in TASK_FOLDERS {
        for file in markdown_files(&folder.join(place))? {
            let shown = file
                .strip_prefix(named)
                .or_else(|_| file.strip_prefix(&folder));
            let shown = shown.unwrap_or(&file);
            let text = read_text(&file).and_then(|text| {
                check_markdown(&text)?;
                Ok(text)
            });
            match text {
                Ok(text) => match planned(&text, shown, &milestones, &mut notes) {
                    Some(task) => tasks.push(task),
                    None => notes.left_out_of(shown, None, "it does not begin with front matter between --- lines, so that it is no task",
                    ),
                },
                Err(problem) => notes.left_out_of(shown, None, problem.to_string()),
            }
        }
    }
    tasks.sort_by(|((one, id), _), ((other, other_id), _)| {
        one.total_cmp(other).then_with(|| id.cmp(other_id))
    });
    for (place, what) in OTHER_FOLDERS {
        notes.lost_all(*what, markdown_files(&folder.join(place))?.len());
    }
    let mut tasks: Vec<PlannedTask> = tasks.into_iter().map(|(_, task)| task).collect();
    find_renumbered(&mut tasks);
    let name = project_name(&folder).or_else(|| source.project(&["backlog", "tasks"]));
    Ok(Plan {
        name: name.unwrap_or_else(|| "backlog".to_owned()),
        tasks,
        notes,
        ..Plan::default()
    })
}

/// Lets dependencies follow a change of the prefix: what `task-4.01` was is `BACK-4.1` since, and
/// the files go on naming it as before.
fn find_renumbered(tasks: &mut [PlannedTask]) {
    let ids: HashSet<String> = tasks.iter().map(|task| task.id.to_lowercase()).collect();
    let mut by_number: HashMap<String, Option<String>> = HashMap::new();
    for task in tasks.iter() {
        // Of two with one number neither is meant for sure.
        let id = by_number.entry(number_of(&task.id));
        id.and_modify(|id| *id = None)
            .or_insert_with(|| Some(task.id.clone()));
    }
    for other in tasks.iter_mut().flat_map(|task| &mut task.depends_on) {
        if !ids.contains(&other.to_lowercase())
            && let Some(Some(id)) = by_number.get(&number_of(other))
        {
            other.clone_from(id);
        }
    }
}

/// The number in an id, without zeros in front: `4.1` for `task-4.01`.
fn number_of(id: &str) -> String {
    let number = id.trim_start_matches(|c: char| !c.is_ascii_digit());
    let parts = number.split('.').map(|part| part.trim_start_matches('0'));
    parts.collect::<Vec<_>>().join(".")
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

/// The Markdown files of a folder by name; none if there is no such folder. The names of files that
/// editors and systems leave there begin with a dot.
pub(crate) fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_markdown = path.extension().is_some_and(|ending| ending == "md");
            let is_readme = name.eq_ignore_ascii_case("readme.md");
            if is_markdown && !is_readme && !name.starts_with('.') && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// What the settings call the project.
fn project_name(folder: &Path) -> Option<String> {
    let files = ["config.yml", "config.yaml"].into_iter();
    let mut names = files.filter_map(|file| {
        let text = read_text(&folder.join(file)).ok()?;
        Some(yaml::head(&text).text("project_name"))
    });
    names.find(|name| !name.trim().is_empty())
}

/// The titles of milestones, by id.
fn milestones(folder: &Path) -> HashMap<String, String> {
    let folders = ["milestones", "archive/milestones"].into_iter();
    let files = folders.filter_map(|place| markdown_files(&folder.join(place)).ok());
    let heads = files.flatten().filter_map(|file| {
        let text = read_text(&file).ok()?;
        let (head, _) = front_matter(&text)?;
        let mut head = yaml::head(head);
        Some((milestone_key(&head.text("id")), head.text("title")))
    });
    let named = heads.filter(|(id, title)| !id.is_empty() && !title.is_empty());
    named.collect()
}

/// A milestone goes by `m-6` and by `6`.
fn milestone_key(id: &str) -> String {
    let id = id.trim().to_lowercase();
    let number = id.strip_prefix("m-").unwrap_or(&id);
    match number.trim_start_matches('0') {
        "" => number.to_owned(),
        number => number.to_owned(),
    }
}

/// The text between the `---` lines at the beginning, and what is behind them.
fn front_matter(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let begin = text.find('\n')?;
    let (first, rest) = text.split_at(begin + 1);
    if first.trim_end() != "---" {
        return None;
    }
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            let (head, behind) = rest.split_at(end);
            return Some((head, behind.get(line.len()..).unwrap_or_default()));
        }
        end += line.len();
    }
    None
}

/// The task of a file, and its place among the others; `None` if the file is no task.
fn planned(
    text: &str,
    file: &Path,
    milestones: &HashMap<String, String>,
    notes: &mut Notes,
) -> Option<(Place, PlannedTask)> {
    let (head, body) = front_matter(text)?;
    let mut head = yaml::head(head);
    for line in std::mem::take(&mut head.unread) {
        // The head begins on the second line.
        notes.left_out_of(
            file,
            Some(line + 1),
            "this entry of the front matter cannot be read as YAML",
        );
    }
    let mut description = Text::default();
    let (jobs, comments) = read_body(body, &mut description);
    let labels = head.texts("labels");
    let (id, title) = identity(&mut head, file);
    let state = State::of(&head.text("status"), notes);
    let priority = priority(&head.text("priority"), notes);
    let depends_on = head.texts("dependencies");
    for (field, name) in LINES {
        description.line(name, &head.text(field));
    }
    let milestone = head.text("milestone");
    match milestones.get(&milestone_key(&milestone)) {
        Some(title) if *title != milestone => {
            description.line("Milestone", &format!("{title} ({milestone})"));
        }
        _ => description.line("Milestone", &milestone),
    }
    let created = head.text("created_date");
    let created_at = times::read(&created);
    if created_at.is_none() {
        description.line("Created", &created);
    }
    let times = Times {
        created: created_at,
        status: None,
        updated: head.text("updated_date"),
    };
    let ordinal = head.text("ordinal").trim().parse().ok();
    for (field, value) in head.rest() {
        if !NOT_MISSED.contains(&field.as_str()) {
            description.line(&field, &value);
        }
    }
    let place = (ordinal.unwrap_or(f64::MAX), natural(&id));
    let task = PlannedTask {
        id,
        title,
        description,
        state,
        priority,
        depends_on,
        labels,
        comments,
        jobs,
        times,
        ..PlannedTask::default()
    };
    Some((place, task))
}

/// What the task is called, as the head or else the name of its file says: `task-2 - Dig.md`.
fn identity(head: &mut Head, file: &Path) -> (String, String) {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let (of_file, title) = stem.split_once(" - ").unwrap_or((&stem, &stem));
    let or = |text: String, other: &str| match text.trim() {
        "" => other.trim().to_owned(),
        text => text.to_owned(),
    };
    (or(head.text("id"), of_file), or(head.text("title"), title))
}

/// What stands below the front matter: texts, and criteria as jobs.
fn read_body(body: &str, description: &mut Text) -> (Vec<PlannedJob>, Vec<Comment>) {
    let mut jobs = Vec::new();
    let (body, comments) = without_comments(body);
    blocks(&body, |block| match block {
        Block::Heading { text, .. } if is_usual(&text) => {}
        Block::Heading { text, .. } => description.paragraph(&format!("## {text}")),
        Block::List { items, text } => {
            if items.iter().any(Item::has_box) {
                jobs.extend(items.into_iter().filter(Item::says_something).map(job));
            } else {
                description.paragraph(text);
            }
        }
        Block::Text(text) => description.paragraph(text),
        // The marks between which Backlog.md finds its sections.
        Block::Comment(_) | Block::FrontMatter(_) | Block::LinkTarget(_) => {}
    });
    (jobs, comments)
}

/// Takes out what Backlog.md keeps as comments, which is no Markdown but for itself.
fn without_comments(body: &str) -> (std::borrow::Cow<'_, str>, Vec<Comment>) {
    const BEGIN: &str = "<!-- COMMENTS:BEGIN -->";
    const END: &str = "<!-- COMMENTS:END -->";
    let Some((before, rest)) = body.split_once(BEGIN) else {
        return (body.into(), Vec::new());
    };
    let (text, behind) = rest.split_once(END).unwrap_or((rest, ""));
    let before = before.trim_end();
    let before = before.strip_suffix("## Comments").unwrap_or(before);
    (format!("{before}\n{behind}").into(), comments(text))
}

/// Reads comments: each a few fields and its text, with a rule behind both.
fn comments(text: &str) -> Vec<Comment> {
    const FIELDS: [&str; 2] = ["author", "created"];
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let (mut author, mut created) = ("", "");
    let mut comments = Vec::new();
    for part in lines.split(|line| *line == "---") {
        let said = part.iter().filter(|line| !line.starts_with("<!--"));
        let said: Vec<&str> = said.copied().collect();
        let field = |line: &str| {
            let parts = line.split_once(':');
            parts.is_some_and(|(name, _)| FIELDS.contains(&name))
        };
        let is_head = said.iter().all(|line| line.is_empty() || field(line));
        if !is_head {
            let text = said.join("\n");
            comments.extend(comment(author, created, &text));
            continue;
        }
        let value = |name: &str| {
            let mut fields = said.iter().filter_map(|line| line.split_once(':'));
            fields
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.trim())
        };
        if said.iter().any(|line| !line.is_empty()) {
            author = value("author").unwrap_or_default();
            created = value("created").unwrap_or_default();
        }
    }
    comments
}

/// A heading that only names its section: descriptions and jobs have fields of their own here.
fn is_usual(heading: &str) -> bool {
    matches!(
        pm_core::resolve::folded(heading).as_str(),
        "description" | "acceptancecriteria" | "definitionofdone"
    )
}

/// A criterion as a job, without its number in front.
fn job(item: Item) -> PlannedJob {
    let mut job = item.into_job();
    if let Some((number, rest)) = job.title.split_once(' ')
        && is_number(number)
    {
        job.title = rest.to_owned();
    }
    job
}

/// Whether it is `#1` or the like.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
