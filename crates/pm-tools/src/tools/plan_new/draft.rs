//! What was sent of a plan, before names are names and dependencies lead somewhere.

use std::collections::HashMap;

use pm_core::{
    JobName, NameError, NameProblem, PlannedJob, PlannedTask, Priority, Status, TaskName, folded,
};

use super::{lines, objects};
use crate::arguments::names;

/// A task as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DraftTask {
    /// What others may call it by beside its name: a number or another mark.
    pub(super) ids: Vec<String>,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) status: Status,
    pub(super) priority: Priority,
    /// What it is to wait for: names, numbers or marks, perhaps several with commas in a text.
    pub(super) after: Vec<String>,
    pub(super) jobs: Vec<DraftJob>,
}

/// A job as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DraftJob {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) status: Status,
}

/// Why a plan cannot be made of what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanProblem {
    /// There is no task in it.
    #[error("the plan has no task")]
    Empty,
    /// A task or one of its jobs cannot be called so.
    #[error("task {number} of the plan: {problem:?}")]
    Name {
        /// Which task, from 1.
        number: usize,
        /// Whether it is the name of one of its jobs.
        is_of_job: bool,
        /// What is wrong with the name.
        problem: NameProblem,
    },
    /// Two tasks have one name, but perhaps for case and punctuation.
    #[error("the plan has two tasks {first:?} and {second:?}")]
    Twins {
        /// The first of them.
        first: String,
        /// The other.
        second: String,
    },
}

/// Adds a line to a text.
pub(super) fn add_line(text: &mut String, line: &str) {
    if !text.is_empty() && !line.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// Reads a plan from the texts that were sent, each of which is a task, the JSON of one, or one
/// text for all of them.
pub(super) fn plan(sent: &[String]) -> Result<Vec<PlannedTask>, PlanProblem> {
    let mut drafts: Vec<DraftTask> = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    for text in sent {
        match objects::draft(text) {
            Some(draft) => {
                drafts.extend(lines::drafts(&texts));
                texts.clear();
                drafts.push(draft);
            }
            None => texts.push(text),
        }
    }
    drafts.extend(lines::drafts(&texts));
    if drafts.is_empty() {
        return Err(PlanProblem::Empty);
    }
    let meant = Meant::of(&drafts)?;
    let planned = |(place, draft): (usize, &DraftTask)| draft.planned(place + 1, &meant);
    drafts.iter().enumerate().map(planned).collect()
}

/// Which task each name, mark and number means, all of them folded.
struct Meant {
    names: HashMap<String, String>,
    ids: HashMap<String, String>,
    in_order: Vec<String>,
}

impl Meant {
    fn of(drafts: &[DraftTask]) -> Result<Self, PlanProblem> {
        let mut meant = Self {
            names: HashMap::new(),
            ids: HashMap::new(),
            in_order: Vec::new(),
        };
        for draft in drafts {
            let name = draft.name.trim().to_owned();
            if let Some(first) = meant.names.insert(folded(&name), name.clone())
                && !name.is_empty()
            {
                return Err(PlanProblem::Twins {
                    first,
                    second: name,
                });
            }
            for id in &draft.ids {
                meant.ids.entry(folded(id)).or_insert_with(|| name.clone());
            }
            meant.in_order.push(name);
        }
        Ok(meant)
    }

    /// The name that is meant; what means none of the plan is left as it is.
    fn name(&self, sent: &str) -> String {
        let key = folded(sent);
        let numbered = || {
            let number = key.strip_prefix("task").or(key.strip_prefix("step"));
            let number: usize = number.unwrap_or(&key).parse().ok()?;
            self.in_order.get(number.checked_sub(1)?)
        };
        let named = self.names.get(&key).or_else(|| self.ids.get(&key));
        let named = named.or_else(numbered);
        named.cloned().unwrap_or_else(|| sent.trim().to_owned())
    }
}

impl DraftTask {
    fn planned(&self, number: usize, meant: &Meant) -> Result<PlannedTask, PlanProblem> {
        let problem = |is_of_job: bool| {
            move |error: NameError| PlanProblem::Name {
                number,
                is_of_job,
                problem: error.problem,
            }
        };
        let name: TaskName = self.name.parse().map_err(problem(false))?;
        let job = |job: &DraftJob| {
            let name: JobName = job.name.parse().map_err(problem(true))?;
            Ok(PlannedJob {
                name,
                description: job.description.clone(),
                status: job.status,
            })
        };
        let is_name = |sent: &str| meant.names.contains_key(&folded(sent));
        let after = names(self.after.clone(), is_name).into_iter();
        let says_something = |sent: &String| {
            !matches!(
                folded(sent).as_str(),
                "none" | "nothing" | "null" | "na" | "-"
            )
        };
        Ok(PlannedTask {
            description: self.description.trim().to_owned(),
            status: self.status,
            priority: self.priority,
            depends_on: after
                .filter(says_something)
                .map(|sent| meant.name(&sent))
                .collect(),
            jobs: self.jobs.iter().map(job).collect::<Result<_, _>>()?,
            ..PlannedTask::new(name)
        })
    }
}
