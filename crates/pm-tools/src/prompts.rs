//! Prompts that a person picks in a client's menu: each leads a small model through the loop of
//! planning, working and reviewing, in single calls of the tools that are offered.

mod steps;
#[cfg(test)]
mod tests;
mod texts;

use pm_core::{Error, ProcessManager, ProcessName, TaskName};
use rmcp::model::{
    ErrorData, GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role,
};

use self::texts::Given;
use crate::caller::offer::Offer;
use crate::text::near_names;
use crate::text::phrases::sentence;

/// A prompt.
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    title: &'static str,
    description: &'static str,
    pub(crate) arguments: &'static [Argument],
    /// The tools without which it makes no sense: of each line, one has to be offered.
    needs: &'static [&'static [&'static str]],
    text: fn(&Offer, &Given) -> String,
}

/// An argument of a prompt; each has to be given.
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    description: &'static str,
}

const GOAL: Argument = Argument {
    name: "goal",
    description: "what is to be reached",
};
const PROCESS: Argument = Argument {
    name: "process",
    description: "which process",
};
const TASK: Argument = Argument {
    name: "task",
    description: "which task",
};

/// All prompts, in the order in which they are listed.
const PROMPTS: [Definition; 5] = [
    Definition {
        name: "plan",
        title: "Plan a goal",
        description: "Make a process with tasks and jobs for a goal.",
        arguments: &[GOAL],
        needs: &[&["process_new"], &["task_new"]],
        text: texts::plan,
    },
    Definition {
        name: "work",
        title: "Work on a process",
        description: "Go through the tasks of a process and do them.",
        arguments: &[PROCESS],
        needs: &[
            &["task_next", "task_list"],
            &["task_code_add", "task_code_update"],
        ],
        text: texts::work,
    },
    Definition {
        name: "review",
        title: "Review a task",
        description: "Check what was done for a task, and write down what is wrong.",
        arguments: &[PROCESS, TASK],
        needs: &[&["task_details_get"]],
        text: texts::review,
    },
    Definition {
        name: "resume",
        title: "Resume a process",
        description: "Find out where a process stands and what comes next.",
        arguments: &[PROCESS],
        needs: &[&["task_list", "task_next"]],
        text: texts::resume,
    },
    Definition {
        name: "self_test",
        title: "Try all tools",
        description: "Try every tool in a scratch process and report what is unclear.",
        arguments: &[],
        needs: &[&["process_new"]],
        text: texts::self_test,
    },
];

/// The prompts as the protocol lists them: those that make sense with the tools that are offered.
pub(crate) fn list(offer: &Offer) -> Vec<Prompt> {
    let argument = |argument: &Argument| {
        PromptArgument::new(argument.name)
            .with_description(argument.description)
            .with_required(true)
    };
    let possible = PROMPTS
        .iter()
        .filter(|prompt| prompt.lacks(offer).is_none());
    possible
        .map(|prompt| {
            let arguments: Vec<_> = prompt.arguments.iter().map(argument).collect();
            let arguments = (!arguments.is_empty()).then_some(arguments);
            Prompt::new(prompt.name, Some(prompt.description), arguments).with_title(prompt.title)
        })
        .collect()
}

/// Finds a prompt that makes sense with the tools that are offered.
pub(crate) fn find(name: &str, offer: &Offer) -> Result<&'static Definition, ErrorData> {
    const ALL: &[Definition] = &PROMPTS;
    let Some(prompt) = ALL.iter().find(|prompt| prompt.name == name) else {
        let possible = ALL.iter().filter(|prompt| prompt.lacks(offer).is_none());
        let names: Vec<&str> = possible.map(|prompt| prompt.name).collect();
        let near = near_names(name, names.iter().copied());
        let message = if near.is_empty() {
            let all = names.join(", ");
            format!("There is no prompt of this name. The prompts are: {all}.")
        } else {
            format!(
                "There is no prompt of this name. The nearest is {}.",
                or(&near)
            )
        };
        return Err(ErrorData::invalid_params(message, None));
    };
    match prompt.lacks(offer) {
        None => Ok(prompt),
        Some(tools) => {
            let message = format!(
                "The prompt {name} needs the tool {}, which this server does not offer.",
                or(tools)
            );
            Err(ErrorData::invalid_params(message, None))
        }
    }
}

/// The messages of a prompt.
pub(crate) fn get(
    manager: &ProcessManager,
    offer: &Offer,
    name: &str,
    arguments: Option<&JsonObject>,
) -> Result<GetPromptResult, ErrorData> {
    let prompt = find(name, offer)?;
    let given = prompt.given(manager, arguments)?;
    let text = (prompt.text)(offer, &given);
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(prompt.description))
}

/// What a prompt says of a process, or of a task in it; `None` if it makes no sense with the tools
/// that are offered.
pub(crate) fn text(
    offer: &Offer,
    name: &str,
    process: &ProcessName,
    task: Option<&TaskName>,
) -> Option<String> {
    let prompt = find(name, offer).ok()?;
    let given = Given {
        process: process.to_string(),
        task: task.map(ToString::to_string).unwrap_or_default(),
        ..Given::default()
    };
    Some((prompt.text)(offer, &given))
}

impl Definition {
    /// The tools of which one would be needed, if none is offered.
    fn lacks(&self, offer: &Offer) -> Option<&'static [&'static str]> {
        let mut needs = self.needs.iter();
        needs
            .find(|tools| !tools.iter().any(|tool| offer.has(tool)))
            .copied()
    }

    /// The arguments, with the real names of what they mean.
    fn given(
        &self,
        manager: &ProcessManager,
        arguments: Option<&JsonObject>,
    ) -> Result<Given, ErrorData> {
        let invalid = |message: String| ErrorData::invalid_params(message, None);
        let names: Vec<&str> = self.arguments.iter().map(|known| known.name).collect();
        let surplus = arguments.and_then(|sent| sent.keys().find(|key| !names.contains(&&***key)));
        if let Some(surplus) = surplus {
            let takes = if names.is_empty() {
                "takes no arguments".to_owned()
            } else {
                format!("takes {}", names.join(" and "))
            };
            return Err(invalid(format!(
                "The prompt {} {takes}, and not {surplus:?}.",
                self.name
            )));
        }
        let text = |name: &str| -> Result<String, ErrorData> {
            let value = arguments
                .and_then(|sent| sent.get(name))
                .and_then(|value| value.as_str());
            let value = value.map(str::trim).filter(|value| !value.is_empty());
            let missing = || {
                invalid(format!(
                    "The prompt {} needs the argument {name}.",
                    self.name
                ))
            };
            value.map(ToOwned::to_owned).ok_or_else(missing)
        };
        let mut given = Given::default();
        if names.contains(&GOAL.name) {
            given.goal = text(GOAL.name)?;
        }
        if names.contains(&PROCESS.name) {
            let process = manager.process(&text(PROCESS.name)?);
            let process = process.map_err(|error| refused(&error))?;
            given.process = process.name.to_string();
            if names.contains(&TASK.name) {
                let task = process.task(&text(TASK.name)?);
                let (task, _) = task.map_err(|error| refused(&error))?;
                given.task = task.to_string();
            }
        }
        Ok(given)
    }
}

/// The error for a name that means nothing, or for a store that fails.
fn refused(error: &Error) -> ErrorData {
    let near: Vec<&str> = match error {
        Error::Process(unresolved) => unresolved.names().iter().map(AsRef::as_ref).collect(),
        Error::Task(_, unresolved) => unresolved.names().iter().map(AsRef::as_ref).collect(),
        _ => return ErrorData::internal_error(error.to_string(), None),
    };
    let message = match near.as_slice() {
        [] => sentence(&error.to_string()),
        near => format!(
            "{} Perhaps {} is meant.",
            sentence(&error.to_string()),
            or(near)
        ),
    };
    ErrorData::invalid_params(message, None)
}

fn or(names: &[&str]) -> String {
    names.join(" or ")
}
