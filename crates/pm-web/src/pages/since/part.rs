//! A part of the page: the process, or a task, with what changed in it and who changed it.

use pm_core::history::{
    ChangedBy, Difference, LastVersion, Presence, SnippetDifference, TaskDifference,
};
use pm_core::model::Comment;
use pm_core::{Process, Timestamp};

use super::room::Room;
use super::told::{Fact, JobPart, TextChange, mark};
use crate::address;
use crate::diff_lines::DiffLines;
use crate::moment::Moment;

/// The process, or a task of it.
pub(super) struct Part {
    /// Its place on the page; empty if the page tells of other differences, too.
    pub(super) id: String,
    /// The last revision that changed it.
    pub(super) revision: u64,
    /// What it is: the process, or a task.
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// Its page, if it is there.
    pub(super) address: Option<String>,
    /// Whether it came or went.
    pub(super) mark: Option<&'static str>,
    /// Who changed the process or task itself, apart from snippets.
    pub(super) by: Vec<By>,
    pub(super) facts: Vec<Fact>,
    pub(super) description: Option<TextChange>,
    pub(super) comments: Vec<Remark>,
    pub(super) comments_gone: Vec<Remark>,
    pub(super) jobs: Vec<JobPart>,
    pub(super) snippets: Vec<SnippetPart>,
}

/// Somebody, and their last change.
pub(super) struct By {
    pub(super) name: String,
    pub(super) at: Moment,
}

/// A comment.
pub(super) struct Remark {
    pub(super) by: Option<String>,
    pub(super) text: String,
}

/// A snippet of a task.
pub(super) struct SnippetPart {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) former_name: Option<String>,
    /// Its page, if it is there.
    pub(super) address: Option<String>,
    /// The page of the whole difference, if there is one.
    pub(super) whole: Option<String>,
    pub(super) mark: Option<&'static str>,
    /// Which versions differ.
    pub(super) versions: String,
    pub(super) rewritten: usize,
    pub(super) by: Vec<By>,
    /// What differs, unless it is too much.
    pub(super) lines: Option<DiffLines>,
    /// Whether the two texts are the same, as after a new name alone.
    pub(super) is_same: bool,
}

/// Whether one of these has this name; if none is given, any of them does.
pub(super) fn is_by(by: &[ChangedBy], who: Option<&str>) -> bool {
    who.is_none_or(|who| by.iter().any(|by| by.actor.to_string() == who))
}

impl Part {
    /// What changed in the process itself.
    pub(super) fn of_process(difference: &Difference, now: &Timestamp, room: &mut Room) -> Self {
        let name = difference.name.as_ref();
        let name = Fact::renamed(name.map(|name| &name.former), &difference.process);
        Self {
            id: "process".to_owned(),
            revision: last(&difference.changed_by),
            kind: "process",
            name: difference.process.to_string(),
            address: Some(address::process(&difference.process)),
            mark: None,
            by: By::all(&difference.changed_by, now),
            facts: name
                .into_iter()
                .chain(Fact::others(&difference.others))
                .collect(),
            description: TextChange::new("description", difference.description.as_ref(), room),
            comments: Vec::new(),
            comments_gone: Vec::new(),
            jobs: Vec::new(),
            snippets: Vec::new(),
        }
    }

    /// What changed in a task; if `who` is given, only what they had a hand in.
    pub(super) fn of_task(
        process: &Process,
        (task, who): (&TaskDifference, Option<&str>),
        now: &Timestamp,
        room: &mut Room,
    ) -> Self {
        let is_gone = task.presence == Presence::Removed;
        let segment = address::segment(task.name.as_str());
        let id = format!("{}-{segment}", if is_gone { "gone" } else { "t" });
        let changed = task.snippets.iter().map(|code| last(&code.changed_by));
        let mut part = Self {
            revision: changed.fold(last(&task.changed_by), u64::max),
            kind: "task",
            name: task.name.to_string(),
            address: is_there(process, task).then(|| address::task(&process.name, &task.name)),
            mark: mark(task.presence),
            by: Vec::new(),
            facts: Vec::new(),
            description: None,
            comments: Vec::new(),
            comments_gone: Vec::new(),
            jobs: Vec::new(),
            snippets: Vec::new(),
            id,
        };
        if is_by(&task.changed_by, who) {
            part.by = By::all(&task.changed_by, now);
            part.facts = Fact::of_task(task);
            part.description = TextChange::new("description", task.description.as_ref(), room);
            part.comments = task.comments.iter().map(Remark::new).collect();
            part.comments_gone = task.comments_gone.iter().map(Remark::new).collect();
            part.jobs = task
                .jobs
                .iter()
                .map(|job| JobPart::new(job, room))
                .collect();
        }
        let snippets = task.snippets.iter();
        let snippets = snippets.filter(|code| is_by(&code.changed_by, who));
        part.snippets = snippets
            .map(|code| SnippetPart::new(process, (task, code), &part.id, now, room))
            .collect();
        part
    }
}

impl Part {
    /// The same for a page that tells of other differences, too, and says beside it who made this
    /// one.
    pub(super) fn among_others(mut self) -> Self {
        self.id.clear();
        self.by.clear();
        for code in &mut self.snippets {
            code.id.clear();
            code.by.clear();
        }
        self
    }
}

/// Whether a task is there by its name, and was not deleted or renamed after the difference.
fn is_there(process: &Process, task: &TaskDifference) -> bool {
    task.presence != Presence::Removed
        && matches!(process.task(task.name.as_str()), Ok((name, _)) if *name == task.name)
}

/// The same for a snippet of it.
fn is_code_there(process: &Process, task: &TaskDifference, code: &SnippetDifference) -> bool {
    let found = process.snippet_version(task.name.as_str(), code.name.as_str(), None);
    is_there(process, task) && found.is_ok_and(|(_, last)| last.snippet.name == code.name)
}

/// The last revision of those that changed something.
fn last(by: &[ChangedBy]) -> u64 {
    by.iter().map(|by| by.revision).max().unwrap_or_default()
}

impl By {
    fn all(by: &[ChangedBy], now: &Timestamp) -> Vec<Self> {
        let one = |by: &ChangedBy| Self {
            name: by.actor.to_string(),
            at: Moment::new(&by.at, now),
        };
        by.iter().map(one).collect()
    }
}

impl Remark {
    fn new(comment: &Comment) -> Self {
        Self {
            by: comment.by.clone(),
            text: comment.text.clone(),
        }
    }
}

impl SnippetPart {
    fn new(
        process: &Process,
        (task, code): (&TaskDifference, &SnippetDifference),
        part: &str,
        now: &Timestamp,
        room: &mut Room,
    ) -> Self {
        let content = |of: &Option<LastVersion>| {
            let version = of.as_ref().map(|last| &last.version);
            version.map_or(String::new(), |version| version.content.clone())
        };
        let (former, present) = (content(&code.former), content(&code.present));
        let is_same = former == present;
        let is_there = code.present.is_some() && is_code_there(process, task, code);
        let address = is_there.then(|| address::snippet(&process.name, &task.name, &code.name));
        Self {
            id: format!("{part}-c-{}", address::segment(code.name.as_str())),
            name: code.name.to_string(),
            former_name: code.former_name.as_ref().map(ToString::to_string),
            whole: address
                .as_deref()
                .and_then(|at| whole(process, task, code, at)),
            address,
            mark: mark(code.presence),
            versions: versions(code),
            rewritten: code.rewritten,
            by: By::all(&code.changed_by, now),
            lines: if is_same {
                None
            } else {
                room.lines(&former, &present)
            },
            is_same,
        }
    }
}

/// The page of two versions, if both are still there and as they were.
fn whole(
    process: &Process,
    task: &TaskDifference,
    code: &SnippetDifference,
    address: &str,
) -> Option<String> {
    let (former, present) = (code.former.as_ref()?, code.present.as_ref()?);
    let (task, name) = (task.name.as_str(), code.name.as_str());
    let (_, before) = process
        .snippet_version(task, name, Some(former.number))
        .ok()?;
    let is_it = before.snippet.content == former.version.content;
    (is_it && former.number < present.number).then(|| {
        let (version, with) = (present.number.to_string(), former.number.to_string());
        address::with_query(address, &[("v", &version), ("with", &with)])
    })
}

fn versions(code: &SnippetDifference) -> String {
    let number = |of: &Option<LastVersion>| of.as_ref().map(|last| last.number);
    match (number(&code.former), number(&code.present)) {
        (Some(former), Some(present)) if former != present => {
            format!("from version {former} to {present}")
        }
        (_, Some(number)) | (Some(number), None) => format!("version {number}"),
        (None, None) => String::new(),
    }
}
