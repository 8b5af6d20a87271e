//! The profiles: which tools each offers, and which of their parameters it lists.
//!
//! A small model fills every parameter that it sees: if it is asked for a task, it names a process
//! that does not exist, and if it is asked for a snippet, a version. So a profile lists the
//! parameters that its models can use, and a tool takes the others all the same.

use crate::answer::AnswerStyle;
use crate::tool::Tool;

/// A choice of tools under a name.
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    tools: Tools,
    /// What its tools say in the place of their own descriptions.
    descriptions: &'static [(&'static str, &'static str)],
    pub(crate) answers: AnswerStyle,
}

/// The tools of a profile and the parameters that it lists.
enum Tools {
    /// All tools, each with the parameters that [`FULL_LACKS`] leaves.
    All,
    /// These, with all parameters but those that read long lists on.
    Short(&'static [&'static str]),
    /// These, each with the parameters behind it and with those that it requires.
    Just(&'static [(&'static str, &'static [Listed])]),
}

/// A parameter that a tool does not require, and how it is listed.
#[derive(Clone, Copy)]
enum Listed {
    /// The model may leave it out.
    May(&'static str),
    /// The model has to give it: a parameter that may be left out is left out, or filled with
    /// anything.
    Must(&'static str),
}

/// How a parameter is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Showing {
    /// It is not listed, and is taken all the same.
    Hidden,
    /// It has to be given.
    Required,
    /// It may be left out.
    Optional,
}

use Listed::{May, Must};

/// All profiles, the shortest first.
pub(crate) const PROFILES: &[Profile] = &[
    Profile {
        name: "tiny",
        tools: Tools::Just(TINY),
        descriptions: TINY_DESCRIPTIONS,
        answers: AnswerStyle::Lean,
    },
    Profile {
        name: "work",
        tools: Tools::Just(WORK),
        descriptions: &[],
        answers: AnswerStyle::Lean,
    },
    Profile {
        name: "reference",
        tools: Tools::Short(REFERENCE),
        descriptions: &[],
        answers: AnswerStyle::Recorded,
    },
    Profile {
        name: FULL,
        tools: Tools::All,
        descriptions: &[],
        answers: AnswerStyle::Lean,
    },
];

/// The profile of all tools.
pub(crate) const FULL: &str = "full";

/// What it takes to plan, to read, to write code and to say what is done, with nothing that may be
/// left out: for models whose context is small. If it is asked to show code, such a model calls the
/// tool that takes the name of code, and so that tool reads all else as well.
const TINY: &[(&str, &[Listed])] = &[
    ("process_new", &[Must("description")]),
    ("process_load", &[]),
    ("task_new", &[Must("task_description")]),
    ("task_code_get", &[]),
    ("task_code_update", &[]),
    ("task_update", &[Must("status")]),
];

/// Shorter descriptions, which also say what its tools do in the place of those that it lacks.
const TINY_DESCRIPTIONS: &[(&str, &str)] = &[
    ("process_load", "Open a process to continue working on it."),
    ("task_new", "Add a task."),
    ("task_code_get", "Show the tasks, a task or code."),
    ("task_update", "Mark a task done or blocked."),
];

/// A whole session's work with few parameters: for models that fill what they see.
const WORK: &[(&str, &[Listed])] = &[
    ("process_new", &[Must("description")]),
    ("process_load", &[]),
    ("process_list_all", &[]),
    ("process_delete", &[]),
    ("task_new", &[Must("task_description"), May("process")]),
    ("task_list", &[May("process")]),
    ("task_details_get", &[]),
    ("task_update_description", &[]),
    ("task_name_change", &[May("process")]),
    ("task_delete", &[May("process")]),
    ("task_job_add", &[Must("job_description"), May("process")]),
    // A model that is asked for jobs and can only add some adds one.
    ("task_jobs_list", &[May("task_name")]),
    ("task_job_get", &[]),
    ("task_code_add", &[]),
    ("task_code_get", &[]),
    ("task_code_update", &[]),
    ("task_code_delete", &[]),
    ("process_undo", &[]),
    ("plan_new", &[]),
    ("task_next", &[]),
    ("task_update", &[Must("status")]),
    ("search", &[]),
];

/// The tools of the Python reference, which every client of it knows.
const REFERENCE: &[&str] = &[
    "process_new",
    "process_load",
    "process_list_all",
    "process_save",
    "process_delete",
    "task_new",
    "task_list",
    "task_details_get",
    "task_update_description",
    "task_name_change",
    "task_delete",
    "task_job_add",
    "task_job_get",
    "task_jobs_list",
    "task_code_add",
    "task_code_get",
    "task_code_update",
    "task_code_delete",
];

/// What the list of all tools goes without: old versions are read and brought back by tools of
/// their own, and history is read page by page.
const FULL_LACKS: &[(&str, &[&str])] = &[
    ("task_code_get", &["version", "latest_only", "from_line"]),
    ("task_code_update", &["from_version"]),
    ("process_history", &["limit"]),
];

/// The parameters that a list has to require, as it does not show the one that may stand in their
/// place.
const REQUIRED_INSTEAD: &[(&str, &str)] = &[("task_code_update", "new_content")];

impl Profile {
    /// The profile of this name.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// Whether it offers a tool.
    pub(crate) fn offers(&self, tool: &str) -> bool {
        match self.tools {
            Tools::All => true,
            Tools::Short(names) => names.contains(&tool),
            Tools::Just(_) => self.listed(tool).is_some(),
        }
    }

    /// What a tool says in the place of its own description.
    pub(crate) fn description(&self, tool: &str) -> Option<&'static str> {
        let mut other = self.descriptions.iter();
        other.find_map(|(name, text)| (*name == tool).then_some(*text))
    }

    /// How it lists a parameter of a tool that it offers; `list.field` is a field of the objects in
    /// a list.
    pub(crate) fn shows(&self, tool: &Tool, parameter: &str) -> Showing {
        if tool.schema.requires(parameter) {
            return Showing::Required;
        }
        let is_short = matches!(self.tools, Tools::Short(_));
        match self.tools {
            _ if !is_short && is_required_instead(tool.name, parameter) => Showing::Required,
            Tools::All if lacks(tool.name, parameter) => Showing::Hidden,
            Tools::Short(_) if tool.reads_on_with(parameter) => Showing::Hidden,
            Tools::All | Tools::Short(_) => Showing::Optional,
            Tools::Just(_) => {
                let mut listed = self.listed(tool.name).unwrap_or_default().iter();
                let shows = |listed: &Listed| match listed {
                    May(name) => (*name == parameter).then_some(Showing::Optional),
                    Must(name) => (*name == parameter).then_some(Showing::Required),
                };
                listed.find_map(shows).unwrap_or(Showing::Hidden)
            }
        }
    }

    fn listed(&self, tool: &str) -> Option<&'static [Listed]> {
        let Tools::Just(tools) = self.tools else {
            return None;
        };
        let (_, listed) = tools.iter().find(|(name, _)| *name == tool)?;
        Some(listed)
    }
}

fn lacks(tool: &str, parameter: &str) -> bool {
    let mut these = FULL_LACKS.iter().filter(|(name, _)| *name == tool);
    these.any(|(_, parameters)| parameters.contains(&parameter))
}

fn is_required_instead(tool: &str, parameter: &str) -> bool {
    REQUIRED_INSTEAD.contains(&(tool, parameter))
}

#[cfg(test)]
impl Profile {
    /// The tools that it names, and the parameters, each with its tool.
    pub(super) fn named(&self) -> (Vec<&'static str>, Vec<(&'static str, &'static str)>) {
        match self.tools {
            Tools::All => {
                let lacks = FULL_LACKS.iter();
                let pairs = lacks.flat_map(|(tool, names)| names.iter().map(|name| (*tool, *name)));
                (
                    Vec::new(),
                    pairs.chain(REQUIRED_INSTEAD.iter().copied()).collect(),
                )
            }
            Tools::Short(names) => (names.to_vec(), Vec::new()),
            Tools::Just(tools) => {
                let name = |listed: &Listed| match listed {
                    May(name) | Must(name) => *name,
                };
                let pairs = tools
                    .iter()
                    .flat_map(|(tool, listed)| listed.iter().map(move |it| (*tool, name(it))));
                (
                    tools.iter().map(|(tool, _)| *tool).collect(),
                    pairs.collect(),
                )
            }
        }
    }
}
