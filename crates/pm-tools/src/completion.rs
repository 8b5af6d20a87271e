//! Completion of the names in prompts and in the addresses of resources.

use std::collections::HashMap;

use pm_core::{Error, Process, ProcessManager, folded};
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, ErrorData, Reference};

use crate::prompts::{self, Offer};
use crate::resources::{self, TEMPLATES};
use crate::tools::near_names;

/// Completes what somebody has begun to write.
///
/// Names that begin with it come first, then those that hold it, whatever their case and
/// punctuation; 100 at most, as the protocol wants it.
pub(crate) fn complete(
    manager: &ProcessManager,
    offer: Offer<'_>,
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
    let known = request
        .context
        .as_ref()
        .and_then(|known| known.arguments.as_ref());
    let names = match names(manager, argument, known) {
        Ok(names) => names,
        Err(Error::Store(error)) => {
            return Err(ErrorData::internal_error(error.to_string(), None));
        }
        // What was written before means nothing that there is: so does what follows.
        Err(_) => Vec::new(),
    };
    let fitting = fitting(names, &request.argument.value);
    let total = fitting.len();
    let values: Vec<_> = fitting
        .into_iter()
        .take(CompletionInfo::MAX_VALUES)
        .collect();
    let more = values.len() < total;
    let info = CompletionInfo::with_pagination(values, u32::try_from(total).ok(), more);
    let info = info.map_err(|error| ErrorData::internal_error(error, None))?;
    Ok(CompleteResult::new(info))
}

/// The names of the arguments of what is referred to.
fn arguments_of<'a>(reference: &Reference, offer: Offer<'_>) -> Result<Vec<&'a str>, ErrorData> {
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
            let near = near.first().unwrap_or(&resources::PROCESS);
            let message = format!("There is no such template. The nearest is {near}.");
            Err(ErrorData::invalid_params(message, None))
        }
        _ => Err(ErrorData::invalid_params(
            "Only arguments of prompts and of resource templates are completed.",
            None,
        )),
    }
}

/// All that an argument may be, given what is known of the others.
fn names(
    manager: &ProcessManager,
    argument: &str,
    known: Option<&HashMap<String, String>>,
) -> Result<Vec<String>, Error> {
    let known = |name: &str| {
        let value = known.and_then(|known| known.get(name));
        value
            .map(String::as_str)
            .filter(|value| !value.trim().is_empty())
    };
    let all = || manager.process_names();
    if argument == "process" {
        return Ok(all()?.iter().map(ToString::to_string).collect());
    }
    let process = match (known("process"), all()?.as_slice()) {
        (Some(named), _) => manager.process(named)?,
        (None, [only]) => manager.process(only.as_str())?,
        (None, _) => return Ok(Vec::new()),
    };
    within(&process, argument, known("task"), known("code"))
}

/// What an argument may be within a process.
fn within(
    process: &Process,
    argument: &str,
    task: Option<&str>,
    code: Option<&str>,
) -> Result<Vec<String>, Error> {
    let names = match (argument, task, code) {
        ("task", _, _) => process.tasks.keys().map(ToString::to_string).collect(),
        ("code", Some(task), _) => {
            let (_, task) = process.task(task)?;
            task.snippet_names()
                .iter()
                .map(ToString::to_string)
                .collect()
        }
        ("version", Some(task), Some(code)) => {
            let (_, last) = process.snippet_version(task, code, None)?;
            // The newest is the one that is looked for most.
            (1..=last.of)
                .rev()
                .map(|version| version.to_string())
                .collect()
        }
        _ => Vec::new(),
    };
    Ok(names)
}

fn fitting(names: Vec<String>, begun: &str) -> Vec<String> {
    let begun = folded(begun.trim());
    let (mut first, others): (Vec<_>, Vec<_>) = names
        .into_iter()
        .filter(|name| folded(name).contains(&begun))
        .partition(|name| folded(name).starts_with(&begun));
    first.extend(others);
    first
}

#[cfg(test)]
mod tests;
