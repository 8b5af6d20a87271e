//! The tool that makes a whole plan in one call: all of it, or nothing.

mod draft;
mod lines;
mod objects;
mod planned;

use std::sync::Arc;

use indexmap::IndexMap;
use pm_core::error::Unresolved;
use pm_core::model::{PlanThere, PlannedTask};
use pm_core::{Error, Process, ProcessName};
use rmcp::model::JsonObject;

use crate::tool::prelude::*;

/// Makes a plan, in a new process or in one that is there, and opens that.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct PlanNew {
    /// a new process, or one to add to
    process: String,
    #[schemars(with = "Vec<ListedTask>")]
    tasks: Vec<String>,
    /// what it is about
    #[serde(default)]
    description: String,
}

/// A task as models are asked for it: a small model writes objects well, and lines of a form of
/// ours badly. Lines are taken all the same.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it only describes what is sent")]
struct ListedTask {
    name: String,
    description: String,
    jobs: Vec<String>,
    /// tasks to be done first
    #[schemars(default)]
    after: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct PlanNewAnswer {
    message: String,
    /// Said only if the same plan was there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    already_there: bool,
    tasks: IndexMap<String, PlannedBody>,
    #[serde(flatten)]
    concerned: Concerned,
}

/// A task of the plan, as it was understood: its description is what was sent.
#[derive(Serialize)]
struct PlannedBody {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    jobs: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

impl ToolDefinition for PlanNew {
    const NAME: &'static str = "plan_new";
    const TITLE: &'static str = "New plan";
    const DESCRIPTION: &'static str =
        "Make a whole plan at once: a process with its tasks and their jobs.";
    const EFFECT: Effect = Effect::AddsOnce;
    const NOTHING: &'static str = "Nothing was planned";
    const REST: &'static str = "All of them are there: call task_list to see them.";

    fn prepared(sent: JsonObject) -> JsonObject {
        objects::as_texts(sent)
    }

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let plan = planned::plan(&self.tasks)?;
        let count = match plan.len() {
            1 => "1 task".to_owned(),
            count => format!("{count} tasks"),
        };
        // This is said in case the user asked for jobs.
        let count = if plan.iter().all(|task| task.jobs.is_empty()) {
            format!("{count} and no jobs")
        } else {
            count
        };
        let is_blank = self.process.trim().is_empty();
        let found = match call.process_named(Some(&self.process)) {
            // A word that stands for the open process makes no process of that name.
            None if !is_blank => Ok(call.process_pointed_at(None)?.process),
            _ => call.manager.process(&self.process),
        };
        let found = match found {
            Ok(process) => Some(process),
            Err(Error::Process(Unresolved::NotFound { .. })) => None,
            Err(error) => return Err(error.into()),
        };
        let Some(found) = found else {
            let name: ProcessName = self.process.parse()?;
            let process = call.manager.create_planned(name, self.description, &plan)?;
            let message = format!(
                "Created and opened the process \"{}\" with {count}.",
                process.name
            );
            return Ok(PlanNewAnswer::of(call, message, &plan, &process));
        };
        match found.has_of_plan(&plan) {
            PlanThere::Nothing => {
                let added = call.manager.add_plan(&found.name, plan.clone())?;
                let process: Arc<Process> = added.process;
                let message = format!(
                    "Added {count} to the process \"{}\" and opened it.",
                    process.name
                );
                Ok(PlanNewAnswer::of(call, message, &plan, &process))
            }
            PlanThere::All => {
                let message = format!(
                    "The process \"{}\" has this plan already; nothing was added. It is open.",
                    found.name
                );
                Ok(PlanNewAnswer {
                    already_there: true,
                    ..PlanNewAnswer::of(call, message, &plan, &found)
                })
            }
            PlanThere::Some { same, differing } => {
                let is_there = |name: &str| found.task(name).is_ok();
                let missing = plan.into_iter().map(|planned| planned.name);
                Err(Failure::PlanDiffers {
                    process: found.name.clone(),
                    missing: missing.filter(|name| !is_there(name.as_str())).collect(),
                    same,
                    differing,
                })
            }
        }
    }
}

impl PlanNewAnswer {
    /// Opens the process, and says what it has of the plan.
    fn of(call: &Call<'_>, message: String, plan: &[PlannedTask], process: &Process) -> Self {
        call.caller.activate(process.name.clone());
        let tasks = plan.iter().filter_map(|planned| {
            let (name, task) = process.task(planned.name.as_str()).ok()?;
            let body = PlannedBody {
                jobs: planned
                    .jobs
                    .iter()
                    .map(|job| job.name.to_string())
                    .collect(),
                depends_on: task.depends_on(),
            };
            Some((name.to_string(), body))
        });
        Self {
            message,
            already_there: false,
            tasks: tasks.collect(),
            concerned: Concerned::new(process, None),
        }
    }
}
