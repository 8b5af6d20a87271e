//! The `tasks.json` of Task Master.
//!
//! Since its version 0.16 the file holds a list of tasks for each tag, before that one list; some
//! files hold both. See its documentation, "Task Structure" and "Tagged Task Lists".

use pm_core::Priority;

use crate::Format;
use crate::json::{Fields, Kind, Lines, broken, each_element, each_entry, text_of};
use crate::order::natural;
use crate::plan::{Plan, PlannedJob, PlannedTask, State, Text, Times, priority};
use crate::report::Notes;
use crate::source::{Problem, Source};
use crate::times;

/// The tag that is not worth a name of its own.
const USUAL_TAG: &str = "master";

/// Fields that are not missed, since the file says the same twice.
const SAID_OTHERWISE: &[&str] = &["parentId", "parentTaskId", "parentTask", "isSubtask"];

/// How deep subtasks are read within each other.
const DEPTH_MAX: usize = 16;

/// A plan for each list of tasks.
pub(crate) fn plans(source: &Source) -> Result<Vec<Plan>, Problem> {
    let text = source.text(Format::TaskMaster)?;
    let project = source.project(&["tasks"]);
    let mut reader = Reader {
        lines: Lines::of(text),
        project: project.unwrap_or_else(|| source.stem()),
        plans: Vec::new(),
        notes: Notes::default(),
    };
    let mut entries = Vec::new();
    each_entry(text, |name, value| entries.push((name, value.get()))).map_err(|e| broken(&e))?;
    // The list of older versions has its metadata beside it.
    let is_list = |(name, value): &(String, &str)| name == "tasks" && Kind::of(value) == Kind::List;
    let is_old = entries.iter().any(is_list);
    let mut metadata = None;
    for (name, value) in &entries {
        if is_old && (name == "metadata" || name == "meta") {
            metadata = Some(*value);
        }
    }
    for (name, value) in entries {
        if is_list(&(name.clone(), value)) {
            reader.add_list("", value, metadata);
        } else if metadata != Some(value) {
            reader.add_entry(&name, value);
        }
    }
    Ok(reader.finish())
}

struct Reader<'a> {
    lines: Lines<'a>,
    project: String,
    plans: Vec<Plan>,
    notes: Notes,
}

impl<'a> Reader<'a> {
    /// Reads what stands at the outermost level: a tag, or something else.
    fn add_entry(&mut self, name: &str, value: &'a str) {
        let fields = Fields::of(value).ok();
        let tasks = fields.and_then(|mut fields| {
            let tasks = fields.take("tasks")?;
            let metadata = fields.take("metadata");
            let metadata = metadata.or_else(|| fields.take("meta"));
            let others: Vec<_> = fields.rest().map(|(other, _)| other).collect();
            Some((tasks, metadata, others))
        });
        match tasks {
            Some((tasks, metadata, others)) => {
                for other in others {
                    self.notes.lost(format!("the field \"{other}\" of a tag"));
                }
                self.add_list(name, tasks, metadata);
            }
            None if text_of(value).is_empty() || value.trim() == "{}" => {}
            None => self
                .notes
                .lost(format!("\"{name}\", which is no list of tasks")),
        }
    }

    fn add_list(&mut self, tag: &str, tasks: &'a str, metadata: Option<&'a str>) {
        let mut plan = Plan {
            name: match tag {
                "" | USUAL_TAG => self.project.clone(),
                tag => format!("{} ({tag})", self.project),
            },
            hint: if tag.is_empty() {
                "no tag".to_owned()
            } else {
                tag.to_owned()
            },
            ..Plan::default()
        };
        if let Some(mut metadata) = metadata.and_then(|metadata| Fields::of(metadata).ok()) {
            let name = metadata.text("projectName");
            if !name.trim().is_empty() {
                plan.name = name;
            }
            plan.description = Text::new(&metadata.text("description"));
            for name in [
                "created",
                "createdAt",
                "updated",
                "updatedAt",
                "lastModified",
            ] {
                metadata.take(name);
            }
            // How many there are can be counted.
            for name in ["taskCount", "completedCount", "tags"] {
                metadata.take(name);
            }
            for (name, value) in metadata.rest() {
                plan.description.line(&name, &value);
            }
        }
        let lines = &mut self.lines;
        let read = each_element(tasks, |task| {
            let line = lines.of_part(task.get());
            match Fields::of(task.get()) {
                Ok(fields) => plan.add(fields, line),
                Err(_) => plan
                    .notes
                    .left_out(line, "this is no task, which is an object with a title"),
            }
        });
        if read.is_err() {
            let line = self.lines.of_part(tasks);
            let what = match tag {
                "" => "the tasks are no list".to_owned(),
                tag => format!("the tasks of the tag \"{tag}\" are no list"),
            };
            self.notes.left_out(line, what);
            return;
        }
        self.plans.push(plan);
    }

    fn finish(self) -> Vec<Plan> {
        let mut notes = self.notes;
        let mut plans = self.plans;
        // An empty list says nothing, unless there is nothing else.
        if plans.iter().any(|plan| !plan.tasks.is_empty()) {
            for empty in plans.extract_if(.., |plan| plan.tasks.is_empty()) {
                notes.append(empty.notes);
            }
        }
        match plans.first_mut() {
            Some(first) => first.notes.append(notes),
            None => plans.push(Plan {
                name: self.project,
                notes,
                ..Plan::default()
            }),
        }
        plans
    }
}

impl Plan {
    fn add(&mut self, fields: Fields<'_>, line: usize) {
        if let Some(task) = planned(fields, &mut self.notes) {
            self.tasks.push(task);
        } else {
            let reason = "this task has neither a title nor an id nor a description";
            self.notes.left_out(line, reason);
        }
    }
}

fn planned(mut fields: Fields<'_>, notes: &mut Notes) -> Option<PlannedTask> {
    let id = fields.text("id").trim().to_owned();
    let status = fields.text("status");
    let word = fields.text("priority");
    let waits_for = fields.texts("dependencies");
    let subtasks = fields.take("subtasks");
    let times = Times {
        created: times::read(&fields.text("createdAt")),
        status: None,
        updated: fields.text("updatedAt"),
    };
    let title = fields.text("title");
    let mut description = description(fields);
    // A subtask of another task, as `5.2`: that task is what can be waited for.
    let of_others = waits_for.iter().filter(|other| other.contains('.'));
    let of_others: Vec<&str> = of_others.map(String::as_str).collect();
    description.line("Depends on the subtasks", &of_others.join(", "));
    let whole = |other: &String| match other.split_once('.') {
        Some((other, _)) => other.trim().to_owned(),
        None => other.trim().to_owned(),
    };
    let depends_on: Vec<String> = waits_for
        .iter()
        .map(whole)
        .filter(|other| *other != id)
        .collect();
    let mut jobs = Vec::new();
    for subtask in sorted(subtasks, notes, "a subtask") {
        jobs.extend(job(subtask, &id, notes));
    }
    let says_nothing = title.trim().is_empty() && id.is_empty() && description.is_empty();
    (!says_nothing || !jobs.is_empty()).then(|| PlannedTask {
        title,
        description,
        state: State::of(&status, notes),
        priority: priority(&word, notes),
        depends_on,
        jobs,
        times,
        id,
        ..PlannedTask::default()
    })
}

/// Subtasks in the order of their numbers.
fn sorted<'a>(list: Option<&'a str>, notes: &mut Notes, what: &str) -> Vec<Fields<'a>> {
    let mut all = Vec::new();
    let Some(list) = list else {
        return Vec::new();
    };
    let read = each_element(list, |element| match Fields::of(element.get()) {
        Ok(fields) => all.push((natural(&fields.peek("id")), fields)),
        Err(_) => notes.lost(format!(
            "{what} that is no object: {}",
            text_of(element.get())
        )),
    });
    if read.is_err() {
        notes.lost(format!("{what} list that is no list: {}", text_of(list)));
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    all.into_iter().map(|(_, fields)| fields).collect()
}

fn job(mut fields: Fields<'_>, task: &str, notes: &mut Notes) -> Option<PlannedJob> {
    let own = fields.text("id");
    let own = own.trim();
    let status = fields.text("status");
    let word = fields.text("priority");
    let waits_for = fields.texts("dependencies");
    let nested = fields.take("subtasks");
    let updated = fields.text("updatedAt");
    let title = fields.text("title");
    let mut text = description(fields);
    let mut list = String::new();
    within(nested, 0, &mut list, notes);
    text.section("Subtasks", &list);
    text.line("Depends on", &waits_for.join(", "));
    if priority(&word, notes) != Priority::Normal {
        text.line("Priority", &word);
    }
    text.line("Updated", &updated);
    let id = if own.is_empty() || own.contains('.') {
        own.to_owned()
    } else {
        format!("{task}.{own}")
    };
    if title.trim().is_empty() && text.is_empty() && id.is_empty() {
        notes.lost("a subtask without a title");
        return None;
    }
    Some(PlannedJob {
        title,
        state: State::of(&status, notes),
        description: text,
        id,
        ..PlannedJob::default()
    })
}

/// Subtasks of a subtask as a list, with all that they say.
fn within(list: Option<&str>, depth: usize, into: &mut String, notes: &mut Notes) {
    if depth == DEPTH_MAX {
        let what = "subtasks that are nested too deep";
        notes.lost_all(what, usize::from(list.is_some()));
        return;
    }
    for mut fields in sorted(list, notes, "a subtask of a subtask") {
        let state = State::of(&fields.text("status"), notes);
        let mark = if state.status.is_over() { "[x]" } else { "[ ]" };
        let id = fields.text("id");
        let title = fields.text("title");
        let nested = fields.take("subtasks");
        let indent = "  ".repeat(depth);
        let title = [id.trim(), title.trim()].join(" ");
        for part in [&indent, "- ", mark, " ", title.trim(), "\n"] {
            into.push_str(part);
        }
        let waits_for = fields.texts("dependencies");
        let mut text = description(fields);
        text.line("Depends on", &waits_for.join(", "));
        for line in text.into_string().lines() {
            into.push_str(format!("{indent}  {line}").trim_end());
            into.push('\n');
        }
        within(nested, depth + 1, into, notes);
    }
}

/// All texts of a task or a subtask, and what else it says.
fn description(mut fields: Fields<'_>) -> Text {
    let mut text = Text::new(&fields.text("description"));
    for (heading, field) in [
        ("Details", "details"),
        ("Test strategy", "testStrategy"),
        ("Acceptance criteria", "acceptanceCriteria"),
    ] {
        text.section(heading, &fields.text(field));
    }
    for (field, value) in fields.rest() {
        if !SAID_OTHERWISE.contains(&field.as_str()) {
            text.line(&field, &value);
        }
    }
    text
}
