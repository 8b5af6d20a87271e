//! The tools for whole processes.

use std::mem::take;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Effect, ToolDefinition};
use crate::arguments::optional_name;
use crate::bounded::{Page, PageEnd, size};
use crate::call::Call;
use crate::failure::Failure;
use crate::listing::{named, narrowed, passed};
use crate::wire::{
    Concerned, ListedProcess, Problem, ProcessBody, ProcessEntry, ProgressBody, is_zero, progress,
};

/// Creates a process and opens it.
pub(super) struct ProcessNew;

#[derive(Deserialize, JsonSchema)]
pub(super) struct ProcessNewParameters {
    /// its name
    name: String,
    /// what it is about
    #[serde(default)]
    description: String,
}

#[derive(Serialize)]
pub(super) struct ProcessNewAnswer {
    message: String,
    /// Nothing but what the caller has just sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<ProcessBody>,
    #[serde(flatten)]
    concerned: Concerned,
}

impl ToolDefinition for ProcessNew {
    const NAME: &'static str = "process_new";
    const TITLE: &'static str = "New process";
    const DESCRIPTION: &'static str = "Create a new process (project) and open it.";
    const EFFECT: Effect = Effect::AddsOnce;
    const NOTHING: &'static str = "Nothing was created";
    type Parameters = ProcessNewParameters;
    type Answer = ProcessNewAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let name = parameters.name.parse().map_err(pm_core::Error::from)?;
        let process = call.manager.create_process(name, parameters.description)?;
        call.caller.activate(process.name.clone());
        Ok(ProcessNewAnswer {
            message: format!("Created and opened the process \"{}\".", process.name),
            process: call.echo(|style| ProcessBody::of(&process, style, &call.manager.now())),
            concerned: Concerned::new(&process, None),
        })
    }
}

/// Opens a process.
pub(super) struct ProcessLoad;

#[derive(Deserialize, JsonSchema)]
pub(super) struct ProcessLoadParameters {
    /// which process
    name: String,
}

#[derive(Serialize)]
pub(super) struct ProcessLoadAnswer {
    message: String,
    #[serde(flatten)]
    concerned: Concerned,
    task_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressBody>,
    process_data: ProcessBody,
}

impl ToolDefinition for ProcessLoad {
    const NAME: &'static str = "process_load";
    const TITLE: &'static str = "Open process";
    const DESCRIPTION: &'static str = "Open, continue or switch to a process and read all of it.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was opened";
    const REST: &'static str =
        "Call task_list for the tasks and task_details_get for one task, with its task_name.";
    const REST_IN_SHORT: &'static str = "Call task_next for the next task to work on.";
    type Parameters = ProcessLoadParameters;
    type Answer = ProcessLoadAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let process = call.manager.process(&parameters.name)?;
        call.caller.activate(process.name.clone());
        Ok(ProcessLoadAnswer {
            message: format!("Opened the process \"{}\".", process.name),
            concerned: Concerned::new(&process, None),
            task_count: process.tasks.len(),
            progress: progress(&process),
            process_data: ProcessBody::of(&process, call.style(), &call.manager.now()),
        })
    }
}

/// The part of an answer that damaged files may take, as its divisor.
const MOST_OF_PROBLEMS: usize = 4;

/// Lists all processes.
pub(super) struct ProcessListAll;

#[derive(Deserialize, JsonSchema)]
pub(super) struct ProcessListAllParameters {
    /// to read on
    after: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ProcessListAllAnswer {
    /// Said only where a part of the list was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    process_list: Vec<ProcessEntry>,
    total: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
    #[serde(skip_serializing_if = "is_zero")]
    problems_left_out: usize,
    #[serde(skip)]
    end: PageEnd,
}

impl ToolDefinition for ProcessListAll {
    const NAME: &'static str = "process_list_all";
    const TITLE: &'static str = "List processes";
    const DESCRIPTION: &'static str = "List all processes.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was listed";
    const REST: &'static str =
        "Every process, shown or not, can be opened: call process_load with its name.";
    type Parameters = ProcessListAllParameters;
    type Answer = ProcessListAllAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let listing = call.manager.list_processes()?;
        let style = call.style();
        let names = listing
            .processes
            .iter()
            .map(|process| process.name.as_str());
        let passed = passed(parameters.after.as_deref(), names)?;
        let (before, rest) = listing.processes.split_at(passed);
        let entries: Vec<ListedProcess<'_>> = rest
            .iter()
            .map(|summary| ListedProcess { summary, style })
            .collect();
        let before = before.last().map(|process| named(&process.name));
        let counts = (rest.len(), listing.processes.len());
        // They are told once, at the beginning.
        let problems = if passed == 0 {
            listing.problems
        } else {
            Vec::new()
        };
        let mut answer = ProcessListAllAnswer {
            message: narrowed("processes", None, before.as_deref(), counts),
            process_list: Vec::new(),
            total: listing.processes.len(),
            problems: problems.iter().map(Into::into).collect(),
            problems_left_out: 0,
            end: PageEnd::default(),
        };
        let most = call.room_beside(&answer.process_list) / MOST_OF_PROBLEMS;
        while size(&answer.problems) > most && answer.problems.pop().is_some() {
            answer.problems_left_out += 1;
        }
        let page = Page::of("/process_list", &entries, call.room_beside(&answer));
        (answer.process_list, answer.end) = (page.entries, page.end);
        Ok(answer)
    }

    fn page_end(answer: &mut Self::Answer) -> PageEnd {
        take(&mut answer.end)
    }
}

/// Gives the open process a new name; without one, confirms that it is stored.
pub(super) struct ProcessSave;

#[derive(Deserialize, JsonSchema)]
pub(super) struct ProcessSaveParameters {
    /// its new name
    name: Option<String>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ProcessSaveAnswer {
    message: String,
    #[serde(flatten)]
    concerned: Concerned,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_name: Option<String>,
}

impl ToolDefinition for ProcessSave {
    const NAME: &'static str = "process_save";
    const TITLE: &'static str = "Rename process";
    const DESCRIPTION: &'static str = "Only to rename the open process; all is saved already.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was saved";
    type Parameters = ProcessSaveParameters;
    type Answer = ProcessSaveAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let named = parameters.process.as_deref();
        let exists = |name: &str| call.manager.process(name).is_ok();
        let Some(new) = optional_name(parameters.name.as_deref(), exists) else {
            let chosen = call.process(named)?;
            return Ok(ProcessSaveAnswer {
                message: format!("The process \"{}\" is saved.", chosen.name()),
                concerned: chosen.concerned(),
                old_name: None,
            });
        };
        // Models take this tool for process_new: never rename what nobody has pointed at.
        let chosen = call.process_pointed_at(named)?;
        let old = chosen.name();
        if old.as_str() == new {
            return Ok(ProcessSaveAnswer {
                message: format!("The process \"{old}\" is saved and already has this name."),
                concerned: chosen.concerned(),
                old_name: None,
            });
        }
        let new = new.parse().map_err(pm_core::Error::from)?;
        let process = call.manager.rename_process(old, &new)?;
        call.caller.follow(old, Some(&process.name));
        Ok(ProcessSaveAnswer {
            message: format!("Renamed the process \"{old}\" to \"{}\".", process.name),
            concerned: chosen.concerned_since(&process),
            old_name: Some(old.to_string()),
        })
    }
}

/// Deletes a process.
pub(super) struct ProcessDelete;

#[derive(Deserialize, JsonSchema)]
pub(super) struct ProcessDeleteParameters {
    /// which process
    name: String,
}

#[derive(Serialize)]
pub(super) struct ProcessDeleteAnswer {
    message: String,
    deleted_process: String,
    process_name: String,
}

impl ToolDefinition for ProcessDelete {
    const NAME: &'static str = "process_delete";
    const TITLE: &'static str = "Delete process";
    const DESCRIPTION: &'static str = "Delete a whole process.";
    const EFFECT: Effect = Effect::Deletes;
    const NOTHING: &'static str = "Nothing was deleted";
    type Parameters = ProcessDeleteParameters;
    type Answer = ProcessDeleteAnswer;

    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure> {
        let process = call.manager.process(&parameters.name)?;
        call.manager.delete_process(&process.name)?;
        call.caller.follow(&process.name, None);
        let name = &process.name;
        let mut message = format!("Deleted the process \"{name}\".");
        let is_kept = || {
            let trash = call.manager.trash();
            trash.is_ok_and(|items| items.iter().any(|item| item.name == *name))
        };
        let how = call.how_to_restore(name);
        if !how.is_empty() && is_kept() {
            message.push_str(&how);
        }
        Ok(ProcessDeleteAnswer {
            message,
            deleted_process: process.name.to_string(),
            process_name: process.name.to_string(),
        })
    }
}
