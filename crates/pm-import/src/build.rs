//! Makes a process of a plan, in one pass: the cost grows with the plan alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use pm_core::model::Ordered;
use pm_core::name::{Label, MAX_NAME_CHARS};
use pm_core::resolve::folded;
use pm_core::{
    Job, Priority, Process, SnippetName, SnippetVersion, Status, Task, TaskName, Timestamp,
};
use serde_json::value::{RawValue, to_raw_value};
use time::OffsetDateTime;

use crate::circles::without_circles;
use crate::marks::{self, IMPORTED_FROM, IMPORTED_ID, IMPORTED_UPDATED};
use crate::names::{Names, cut, name_of, own_name_of};
use crate::plan::{Plan, PlannedCode, PlannedJob, PlannedTask, State};
use crate::report::{Notes, Report};
use crate::{Format, IMPORTER};

/// How far apart the times of what is imported are, so that no two share a key.
const TICK: Duration = Duration::from_micros(1);

/// Makes a process of a plan. `name` is the one that it gets, which the plan only proposes.
pub(crate) fn build(mut plan: Plan, name: &str, format: Format) -> Option<(Process, Report)> {
    let mut builder = Builder {
        format,
        now: OffsetDateTime::now_utc(),
        names: Names::default(),
        ids: HashMap::new(),
        waiting: Vec::new(),
        notes: plan.notes,
    };
    let (name, is_cut) = cut(&builder.name_of(name, ""), MAX_NAME_CHARS);
    let mut description = plan.description;
    if is_cut {
        description.before(&plan.name);
    }
    let (name, now) = (name.parse().ok()?, builder.tick());
    let mut process = Process::new(name, description.into_string(), now);
    set_fields(plan.fields, |name, value| process.set_field(name, value));
    if format != Format::Process {
        process.set_field(IMPORTED_FROM, text(format.as_str()));
    }
    // Given back as it is used up: the process of a large plan takes more than all of it.
    plan.tasks.reverse();
    while let Some(task) = plan.tasks.pop() {
        builder.add(&mut process, task);
        if plan.tasks.len() < plan.tasks.capacity() / 2 {
            plan.tasks.shrink_to_fit();
        }
    }
    builder.depend(&mut process);
    marks::leave(&mut process);
    Some((process, builder.notes.into_report()))
}

struct Builder {
    format: Format,
    now: OffsetDateTime,
    names: Names,
    /// The tasks by id, which differ in case from place to place.
    ids: HashMap<String, TaskName>,
    /// What each task waits for.
    waiting: Vec<(TaskName, Vec<String>)>,
    notes: Notes,
}

impl Builder {
    fn tick(&mut self) -> Timestamp {
        self.now += TICK;
        self.now.into()
    }

    /// What something can be called. What we have called it ourselves is that to the letter.
    fn name_of(&self, title: &str, id: &str) -> String {
        match self.format {
            Format::Process => own_name_of(title),
            _ => name_of(title, id),
        }
    }

    fn add(&mut self, process: &mut Process, planned: PlannedTask) {
        let plain = self.name_of(&planned.title, &planned.id);
        let given = self.names.give(&plain, &planned.id);
        let Ok(name) = given.name.parse::<TaskName>() else {
            // No name that was made here is refused; should one be, it is said.
            self.notes
                .lost(format!("\"{}\", which can be no name", given.name));
            return;
        };
        let mut description = planned.description;
        if given.is_cut {
            description.before(&planned.title);
        }
        if !planned.id.is_empty() {
            description.paragraph(&format!("({} id: {})", self.format, planned.id));
        }
        let now = self.tick();
        let created = planned.times.created.unwrap_or_else(|| now.clone());
        let mut task = Task::new(description.into_string(), created);
        let State { status, note } = planned.state;
        let by = Some(planned.status_by.as_str()).filter(|by| !by.is_empty());
        if status != Status::Todo || !note.is_empty() || by.is_some() {
            let at = planned.times.status.unwrap_or(now);
            task.set_status(status, &note, &at, by.unwrap_or(IMPORTER));
        }
        if planned.priority != Priority::Normal {
            task.set_priority(planned.priority);
        }
        self.add_labels(&mut task, &planned.labels);
        for comment in &planned.comments {
            task.add_comment(comment);
        }
        set_fields(planned.fields, |name, value| task.set_field(name, value));
        if !planned.times.updated.trim().is_empty() {
            task.set_field(IMPORTED_UPDATED, text(planned.times.updated.trim()));
        }
        if !planned.id.is_empty() {
            task.set_field(IMPORTED_ID, text(&planned.id));
            self.identify(&planned.id, &name);
        }
        for job in planned.jobs {
            self.add_job(&mut task, job);
        }
        for code in planned.code {
            self.add_code(&mut task, code);
        }
        process.tasks.insert(name.clone(), task);
        if !planned.depends_on.is_empty() {
            self.waiting.push((name, planned.depends_on));
        }
    }

    fn add_labels(&mut self, task: &mut Task, labels: &[String]) {
        let mut parsed: Vec<Label> = Vec::new();
        for label in labels {
            match label.parse() {
                Ok(label) => parsed.push(label),
                Err(_) => self.notes.lost(format!("{label:?}, which can be no label")),
            }
        }
        task.set_labels(&parsed);
    }

    /// The first of several tasks of one id is the one that others mean.
    fn identify(&mut self, id: &str, name: &TaskName) {
        match self.ids.entry(id.to_lowercase()) {
            Entry::Vacant(place) => {
                place.insert(name.clone());
            }
            Entry::Occupied(_) => self.notes.lost(format!(
                "which of several tasks the id {id} means; the first is taken"
            )),
        }
    }

    fn add_job(&mut self, task: &mut Task, planned: PlannedJob) {
        let (name, is_cut) = cut(&self.name_of(&planned.title, &planned.id), MAX_NAME_CHARS);
        let mut description = planned.description;
        if is_cut {
            description.before(&planned.title);
        }
        if !planned.id.is_empty() {
            description.paragraph(&format!("({} id: {})", self.format, planned.id));
        }
        let Ok(name) = name.parse() else {
            self.notes.lost(format!("\"{name}\", which can be no name"));
            return;
        };
        let now = self.tick();
        let mut job = Job {
            name,
            description: description.into_string(),
            created_at: now.clone(),
            file_fields: pm_core::model::FileFields::default(),
        };
        let State { status, note } = planned.state;
        if status != Status::Todo || !note.is_empty() {
            job.set_status(status, &note, &now, IMPORTER);
        }
        if !planned.id.is_empty() {
            job.set_field(IMPORTED_ID, text(&planned.id));
        }
        set_fields(planned.fields, |name, value| job.set_field(name, value));
        task.push_job(job);
    }

    fn add_code(&mut self, task: &mut Task, planned: PlannedCode) {
        let (name, _) = cut(&self.name_of(&planned.name, ""), MAX_NAME_CHARS);
        let Ok(name) = name.parse::<SnippetName>() else {
            self.notes.lost(format!("\"{name}\", which can be no name"));
            return;
        };
        let created_at = self.tick();
        let key = format!("{name}_{created_at}");
        let version = SnippetVersion {
            name,
            content: planned.content,
            created_at,
            file_fields: pm_core::model::FileFields::default(),
        };
        task.code.insert(key, version);
    }

    /// Lets the tasks wait for each other, as far as they are there and not in a circle.
    fn depend(&mut self, process: &mut Process) {
        // No more names are given, and those of nearly all plans are looked for by nobody.
        self.names = Names::default();
        if self.waiting.is_empty() {
            return;
        }
        let by_name: HashMap<String, TaskName> = process
            .tasks
            .keys()
            .map(|name| (folded(name.as_str()), name.clone()))
            .collect();
        let mut edges = Vec::new();
        for (task, waits_for) in std::mem::take(&mut self.waiting) {
            let mut all: Ordered<TaskName, ()> = Ordered::new();
            for id in waits_for {
                let named = self.ids.get(&id.to_lowercase());
                match named.or_else(|| by_name.get(&folded(&id))) {
                    Some(other) if *other == task => self
                        .notes
                        .lost(format!("that the task \"{task}\" waits for itself")),
                    Some(other) => {
                        all.insert(other.clone(), ());
                    }
                    None => self.notes.lost(format!(
                        "that the task \"{task}\" waits for {id}, which is not in the file"
                    )),
                }
            }
            edges.push((task, all.keys().cloned().collect()));
        }
        let (edges, dropped) = without_circles(edges);
        for (task, other) in dropped {
            let what =
                format!("that the task \"{task}\" waits for \"{other}\", which waits for it");
            self.notes.lost(what);
        }
        for (task, others) in edges {
            if let Some(task) = process.tasks.get_mut(&task) {
                task.set_dependencies(&others);
            }
        }
    }
}

/// A text as JSON.
pub(crate) fn text(text: &str) -> Option<Box<RawValue>> {
    to_raw_value(text).ok()
}

fn set_fields(fields: Vec<(String, String)>, mut set: impl FnMut(&str, Option<Box<RawValue>>)) {
    for (name, value) in fields {
        set(&name, RawValue::from_string(value).ok());
    }
}
