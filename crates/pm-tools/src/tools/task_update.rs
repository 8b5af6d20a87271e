//! The tool that changes a task's part in the plan.

use pm_core::model::{OthersClaim, TaskUpdate as Update};
use pm_core::name::Label;
use pm_core::{Priority, Progress, Status};

use crate::answer::{PlanBody, ProgressBody};
use crate::input::arguments::{
    ArgumentProblem, SentStatus, is_filler_text, names, optional_name, optional_status,
    optional_word,
};
use crate::text::phrases::listed;
use crate::tool::prelude::*;

/// The arguments that say what to change.
const CHANGES: &[&str] = &[
    "status",
    "note",
    "priority",
    "depends_on",
    "position",
    "labels",
    "comment",
];

/// Changes how far a task is, how much it matters, its place, and what it waits for.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct TaskUpdate {
    task_name: String,
    /// how far it is
    #[schemars(extend("enum" = Status::WORDS))]
    status: Option<String>,
    /// why
    note: Option<String>,
    /// how urgent
    #[schemars(extend("enum" = Priority::WORDS))]
    priority: Option<String>,
    /// tasks before it, or []
    depends_on: Option<Vec<String>>,
    /// its place, from 1
    position: Option<u64>,
    /// all its labels
    labels: Option<Vec<String>>,
    /// what you found, added to others
    comment: Option<String>,
    /// take it from another
    take_over: Option<bool>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct TaskUpdateAnswer {
    message: String,
    task_name: String,
    #[serde(flatten)]
    plan: PlanBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    progress: ProgressBody,
    #[serde(flatten)]
    concerned: Concerned,
}

impl TaskUpdate {
    /// Whether just one of the arguments that say what to change was sent.
    ///
    /// Small models fill in every argument that they see, so that an empty value beside others
    /// says nothing; if it is sent alone, it can only mean to empty what is there.
    fn is_alone(&self) -> bool {
        let sent = [
            self.status.is_some(),
            self.note.is_some(),
            self.priority.is_some(),
            self.depends_on.is_some(),
            self.position.is_some(),
            self.labels.is_some(),
            self.comment.is_some(),
        ];
        sent.into_iter().filter(|is_sent| *is_sent).count() == 1
    }
}

/// A note that was meant: also an empty one, if it was sent alone.
fn given(note: Option<&str>, sent_alone: bool) -> Option<String> {
    let is_empty = |note: &&str| sent_alone && note.trim().is_empty();
    let note = optional_name(note, |_| false).or_else(|| note.filter(is_empty));
    note.map(|note| note.trim().to_owned())
}

/// Labels that were meant: none at all, if nothing but an empty list was sent.
fn labels(sent: Vec<String>, sent_alone: bool) -> Result<Option<Vec<Label>>, Failure> {
    let is_filler = |label: &String| is_filler_text(label);
    if sent.iter().all(is_filler) {
        return Ok(sent_alone.then(Vec::new));
    }
    let labels = names(sent, |_| false).into_iter();
    Ok(Some(
        labels
            .map(|label| label.parse())
            .collect::<Result<_, _>>()?,
    ))
}

impl ToolDefinition for TaskUpdate {
    const NAME: &'static str = "task_update";
    const TITLE: &'static str = "Update task";
    const DESCRIPTION: &'static str =
        "Mark a task done or blocked, or set its priority, place or dependencies.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was changed";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let wanted = &self.task_name;
        let chosen = call.process_with(wanted, self.process.as_deref())?;
        let exists = |name: &str| chosen.process.task(name).is_ok();
        let sent_alone = self.is_alone();
        let (status, word) = match optional_status(self.status.as_deref())? {
            Some(SentStatus { status, word }) => (Some(status), word),
            None => (None, None),
        };
        let note = given(self.note.as_deref(), sent_alone);
        let depends_on = self.depends_on.and_then(|sent| {
            let is_filler = |name: &String| is_filler_text(name) && !exists(name);
            let is_blank = |name: &String| name.trim().is_empty();
            match sent.iter().all(is_filler) {
                true if sent_alone && sent.iter().all(is_blank) => Some(Vec::new()),
                true => None,
                false => Some(names(sent, exists)),
            }
        });
        let labels = match self.labels {
            Some(sent) => labels(sent, sent_alone)?,
            None => None,
        };
        let comment = optional_name(self.comment.as_deref(), |_| false);
        let position = match self.position {
            Some(0) if !sent_alone => None,
            position => position.map(|position| usize::try_from(position).unwrap_or(usize::MAX)),
        };
        let update = Update {
            status,
            note: note.or(word.clone()),
            priority: optional_word("priority", self.priority.as_deref())?,
            depends_on,
            labels,
            comment: comment.map(str::to_owned),
            position,
            others_claim: if self.take_over == Some(true) {
                OthersClaim::TakeOver
            } else {
                OthersClaim::Respect
            },
        };
        let nothing = Update {
            others_claim: update.others_claim,
            ..Update::default()
        };
        if update == nothing {
            // A task that does not exist is told before an argument that is missing.
            chosen.process.task(wanted)?;
            return Err(ArgumentProblem::NothingToChange(CHANGES).into());
        }
        let asked = update.status;
        let says_only_a_comment = update.comment.is_some() && sent_alone;
        let changed = call.manager.update_task(chosen.name(), wanted, update)?;
        let updated = changed.value;
        let process = &*changed.process;
        if asked == Some(Status::InProgress) {
            call.caller.claimed_in(&process.name, call.manager);
        }
        let (name, task) = process.task(updated.task.as_str())?;
        let progress = Progress::of_tasks(process);

        let jobs = Progress::of_jobs(task);
        let waits = process.unmet_dependencies(task);
        let mut told = vec![match asked {
            Some(Status::Done) => {
                let (done, all) = (progress.done, progress.all());
                format!("The task \"{name}\" is now done. Progress: {done} of {all} done.")
            }
            Some(status) => match word {
                Some(word) => format!("The task \"{name}\" is now {status}; {word:?} is its note."),
                None => format!("The task \"{name}\" is now {status}."),
            },
            None if says_only_a_comment => format!("Left a comment on the task \"{name}\"."),
            None => format!("Updated the task \"{name}\"."),
        }];
        if asked == Some(Status::Done) && jobs.open() + jobs.blocked > 0 {
            let open = jobs.open() + jobs.blocked;
            told.push(format!("Jobs of it that are not done: {open}."));
        }
        if asked == Some(Status::Done) && !waits.is_empty() {
            told.push(format!("It depends on {}, not done yet.", listed(&waits)));
        }
        if asked == Some(Status::InProgress) && !waits.is_empty() {
            told.push(format!("It waits for {}.", listed(&waits)));
        }
        Ok(TaskUpdateAnswer {
            message: told.join(" "),
            task_name: name.to_string(),
            plan: PlanBody::in_list(task, call.style(), &call.manager.now()),
            position: updated.position,
            progress: progress.into(),
            concerned: chosen.concerned_since(process),
        })
    }
}
