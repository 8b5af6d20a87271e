//! From what was sent of a plan to the plan: names become names, and dependencies lead somewhere.

use std::collections::HashMap;

use pm_core::model::{PlannedJob, PlannedTask};
use pm_core::name::NameError;
use pm_core::resolve::folded;
use pm_core::{JobName, TaskName};

use super::draft::{DraftJob, DraftTask};
use super::{lines, objects};
use crate::failure::WholePlanProblem;
use crate::input::arguments::names;

/// Reads a plan from the texts that were sent, each of which is a task, the JSON of one, or one
/// text for all of them.
pub(super) fn plan(sent: &[String]) -> Result<Vec<PlannedTask>, WholePlanProblem> {
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
        return Err(WholePlanProblem::Empty);
    }
    let meant = Meant::of(&drafts)?;
    let planned = |(index, draft): (usize, &DraftTask)| draft.planned(index + 1, &meant);
    drafts.iter().enumerate().map(planned).collect()
}

/// Which task each name, mark and number means, all of them folded.
struct Meant {
    names: HashMap<String, String>,
    ids: HashMap<String, String>,
    in_order: Vec<String>,
}

impl Meant {
    fn of(drafts: &[DraftTask]) -> Result<Self, WholePlanProblem> {
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
                return Err(WholePlanProblem::Twins {
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

    /// The name that is meant; a text that means no task of the plan is left as it is.
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
    fn planned(&self, number: usize, meant: &Meant) -> Result<PlannedTask, WholePlanProblem> {
        let problem = |is_of_job: bool| {
            move |error: NameError| WholePlanProblem::Name {
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
