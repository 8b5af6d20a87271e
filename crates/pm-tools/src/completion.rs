//! Completion of the names in prompts and in the addresses of resources.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexSet;
use pm_core::resolve::folded;
use pm_core::{Error, Process, ProcessManager, ProcessName};
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, ErrorData, Reference};

use crate::call::SEARCHED_PROCESSES_MAX;
use crate::caller::offer::Offer;
use crate::prompts;
use crate::resources::templates::{PROCESS, TEMPLATES};
use crate::text::near_names;

/// Completes a text that was begun; `open` is the caller's open process.
///
/// Names that begin with it come first, then those that hold it, whatever their case and
/// punctuation; 100 at most, as the protocol wants it.
pub(crate) fn complete(
    manager: &ProcessManager,
    offer: &Offer,
    open: Option<&ProcessName>,
    request: &CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let arguments = arguments_of(&request.r#ref, offer)?;
    let argument = request.argument.name.as_str();
    if !arguments.contains(&argument) {
        let message = format!(
            "There is no argument of this name. The arguments are: {}.",
            arguments.join(", ")
        );
        return Err(ErrorData::invalid_params(message, None));
    }
    let context = request.context.as_ref();
    let asked = Asked {
        argument,
        begun: folded(request.argument.value.trim()),
        known: context.and_then(|context| context.arguments.as_ref()),
    };
    let found = match asked.found(manager, open) {
        Ok(found) => found,
        Err(Error::Store(error)) => {
            return Err(ErrorData::internal_error(error.to_string(), None));
        }
        // The arguments written before name nothing that exists, so nothing fits this one.
        Err(_) => Vec::new(),
    };
    let total = found.len();
    let values: Vec<_> = found.into_iter().take(CompletionInfo::MAX_VALUES).collect();
    let more = values.len() < total;
    let info = CompletionInfo::with_pagination(values, u32::try_from(total).ok(), more);
    let info = info.map_err(|error| ErrorData::internal_error(error, None))?;
    Ok(CompleteResult::new(info))
}

/// The names of the arguments of what is referred to.
fn arguments_of<'a>(reference: &Reference, offer: &Offer) -> Result<Vec<&'a str>, ErrorData> {
    match reference {
        Reference::Prompt(prompt) => {
            let prompt = prompts::find(&prompt.name, offer)?;
            Ok(prompt
                .arguments
                .iter()
                .map(|argument| argument.name)
                .collect())
        }
        Reference::Resource(resource) => {
            let template = TEMPLATES.iter().find(|(uri, _)| *uri == resource.uri);
            if let Some((_, variables)) = template {
                return Ok(variables.to_vec());
            }
            let near = near_names(&resource.uri, TEMPLATES.iter().map(|(uri, _)| *uri));
            let near = near.first().unwrap_or(&PROCESS);
            let message = format!("There is no such template. The nearest is {near}.");
            Err(ErrorData::invalid_params(message, None))
        }
        _ => Err(ErrorData::invalid_params(
            "Only arguments of prompts and of resource templates are completed.",
            None,
        )),
    }
}

/// What is to be completed.
struct Asked<'a> {
    argument: &'a str,
    /// What is written of it so far, folded.
    begun: String,
    /// The other arguments, as far as the client tells them.
    known: Option<&'a HashMap<String, String>>,
}

impl Asked<'_> {
    /// All that the argument may be and that fits what is written of it.
    ///
    /// A client that does not say which process it means is offered what the open one has, and if
    /// nothing in that fits, what any process has.
    fn found(
        &self,
        manager: &ProcessManager,
        open: Option<&ProcessName>,
    ) -> Result<Vec<String>, Error> {
        if self.argument == "process" {
            let all = manager.process_names()?;
            return Ok(self.fitting(all.iter().map(ToString::to_string)));
        }
        if let Some(named) = self.known("process") {
            return Ok(self.fitting(self.within(&*manager.process(named)?)?));
        }
        // A process whose name is only like that of the open one is another process.
        let is_it = |process: &Arc<Process>| open == Some(&process.name);
        let open = open.and_then(|open| manager.process(open.as_str()).ok());
        let open = open.filter(is_it);
        let of_open = open.and_then(|open| self.within(&open).ok());
        let found = self.fitting(of_open.into_iter().flatten());
        if !found.is_empty() {
            return Ok(found);
        }
        let all: IndexSet<String> = some_of_all(manager)?
            .iter()
            // A process that has no such task is passed over, and others are asked.
            .filter_map(|process| self.within(process).ok())
            .flatten()
            .collect();
        Ok(self.fitting(all))
    }

    /// What the argument may be within a process, in the order in which a reader looks for it.
    fn within(&self, process: &Process) -> Result<IndexSet<String>, Error> {
        let codes_of = |task: &pm_core::Task| -> Vec<String> {
            let names = task.snippet_names();
            names.iter().map(ToString::to_string).collect()
        };
        Ok(
            match (self.argument, self.known("task"), self.known("code")) {
                ("task", _, _) => process.tasks.keys().map(ToString::to_string).collect(),
                ("code", Some(task), _) => codes_of(process.task(task)?.1).into_iter().collect(),
                ("code", None, _) => process.tasks.values().flat_map(codes_of).collect(),
                ("version", Some(task), Some(code)) => {
                    let (_, last) = process.snippet_version(task, code, None)?;
                    let newest_first = (1..=last.of).rev();
                    newest_first.map(|version| version.to_string()).collect()
                }
                _ => IndexSet::new(),
            },
        )
    }

    fn known(&self, argument: &str) -> Option<&str> {
        let value = self.known?.get(argument)?;
        Some(value.as_str()).filter(|value| !value.trim().is_empty())
    }

    /// Those that begin with what is written, and then those that hold it.
    fn fitting(&self, names: impl IntoIterator<Item = String>) -> Vec<String> {
        let holds = |name: &String| folded(name).contains(&self.begun);
        let begins = |name: &String| folded(name).starts_with(&self.begun);
        let (mut first, others): (Vec<_>, Vec<_>) =
            names.into_iter().filter(holds).partition(begins);
        first.extend(others);
        first
    }
}

/// All processes that can be opened, in the order of their names. No more of them are read than
/// for a call that names no process: a person who is typing does not wait for thousands.
fn some_of_all(manager: &ProcessManager) -> Result<Vec<Arc<Process>>, Error> {
    let names = manager.process_names()?;
    let some = names.iter().take(SEARCHED_PROCESSES_MAX);
    Ok(some
        .filter_map(|name| manager.process(name.as_str()).ok())
        .collect())
}

#[cfg(test)]
mod tests;
