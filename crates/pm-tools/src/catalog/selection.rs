//! Which tools a server is to offer: profiles and names, parsed before a server is made.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::{TOOLS, find};
use crate::answer::AnswerStyle;
use crate::text::near_names;

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

/// What it takes to plan, to get the next task, to write code and to say what is done: for models
/// whose context is small.
const TINY: &[&str] = &[
    "process_new",
    "process_load",
    "task_new",
    "task_code_update",
    "task_next",
    "task_update",
];

/// The tools that a server offers.
///
/// Parsed from the names of profiles and tools, separated by commas: `tiny` stands for the six
/// that a plan is worked with, `reference` for the 18 tools of the Python reference, `full` (the
/// default) for all. The order of the list that clients get is fixed, whatever the order here.
/// If `reference` is named, answers have all fields of the reference; otherwise they are lean.
///
/// ```
/// use pm_tools::ToolSelection;
///
/// assert!("process_list_all, task_list".parse::<ToolSelection>().is_ok());
/// let error = "task_lst".parse::<ToolSelection>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "there is no tool or profile called \"task_lst\"; did you mean task_list?"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolSelection {
    tools: BTreeSet<&'static str>,
    /// Those among them that were asked for by their own names.
    named: BTreeSet<&'static str>,
    answers: AnswerStyle,
    /// Whether a profile is named whose list is to be short.
    is_short: bool,
}

impl ToolSelection {
    /// The names of the profiles.
    pub const PROFILES: &'static [&'static str] = &["tiny", "reference", "full"];

    /// Says whether the tool of this name is offered.
    pub fn offers(&self, tool: &str) -> bool {
        self.tools.contains(tool)
    }

    /// Says whether the tool was asked for by its own name, and not with a profile.
    pub(crate) fn names(&self, tool: &str) -> bool {
        self.named.contains(tool)
    }

    /// Whether a tool is listed with all the parameters that it takes, also those that only long
    /// lists need. Small models fill whatever they see, and so the profiles that are made for them
    /// and for the clients of the reference go without.
    pub(crate) fn lists_all_parameters(&self) -> bool {
        !self.is_short
    }

    /// Which fields the answers have.
    pub(crate) fn answers(&self) -> AnswerStyle {
        self.answers
    }
}

impl Default for ToolSelection {
    fn default() -> Self {
        Self {
            tools: TOOLS.iter().map(|tool| tool.name).collect(),
            named: BTreeSet::new(),
            answers: AnswerStyle::Lean,
            is_short: false,
        }
    }
}

impl FromStr for ToolSelection {
    type Err = UnknownTool;

    fn from_str(text: &str) -> Result<Self, UnknownTool> {
        let (mut selected, mut named) = (BTreeSet::new(), BTreeSet::new());
        let (mut answers, mut is_short) = (AnswerStyle::Lean, false);
        for name in text.split(',').map(str::trim).filter(|n| !n.is_empty()) {
            match name {
                "full" => selected.extend(TOOLS.iter().map(|tool| tool.name)),
                "tiny" => {
                    selected.extend(TINY);
                    is_short = true;
                }
                "reference" => {
                    selected.extend(REFERENCE);
                    answers = AnswerStyle::Recorded;
                    is_short = true;
                }
                _ => {
                    let name = find(name).ok_or_else(|| UnknownTool::new(name))?.name;
                    selected.insert(name);
                    named.insert(name);
                }
            }
        }
        if selected.is_empty() {
            return Err(UnknownTool::new(text.trim()));
        }
        Ok(Self {
            tools: selected,
            named,
            answers,
            is_short,
        })
    }
}

/// A name in a tool selection that no tool and no profile has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no tool or profile called {name:?}; did you mean {}?", near.join(" or "))]
pub struct UnknownTool {
    name: String,
    near: Vec<&'static str>,
}

impl UnknownTool {
    fn new(name: &str) -> Self {
        let names = TOOLS.iter().map(|tool| tool.name);
        let mut near = near_names(name, names.chain(ToolSelection::PROFILES.iter().copied()));
        if near.is_empty() {
            near.extend(ToolSelection::PROFILES);
        }
        Self {
            name: name.to_owned(),
            near,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_and_names_add_up() {
        let all: ToolSelection = "full".parse().unwrap();
        assert_eq!(all, ToolSelection::default());
        let some: ToolSelection = " task_list,process_load ,".parse().unwrap();
        assert!(some.offers("task_list") && some.offers("process_load"));
        assert!(!some.offers("task_new"));
        let reference: ToolSelection = "reference".parse().unwrap();
        assert_eq!(reference.tools.len(), 18);
        let tiny: ToolSelection = "tiny".parse().unwrap();
        assert_eq!(tiny.tools.len(), 6);
        assert!(REFERENCE.iter().chain(TINY).all(|name| all.offers(name)));
    }

    #[test]
    fn answers_are_as_recorded_where_the_reference_is_named() {
        let answers = |text: &str| text.parse::<ToolSelection>().unwrap().answers();
        assert_eq!(answers("reference"), AnswerStyle::Recorded);
        assert_eq!(answers("task_next,reference"), AnswerStyle::Recorded);
        for lean in ["full", "tiny", "task_list,task_new"] {
            assert_eq!(answers(lean), AnswerStyle::Lean, "{lean}");
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_near_misses() {
        let refusal = |text: &str| text.parse::<ToolSelection>().unwrap_err().to_string();
        insta::assert_snapshot!(refusal("proces_load"), @r#"there is no tool or profile called "proces_load"; did you mean process_load?"#);
        insta::assert_snapshot!(refusal("everything"), @r#"there is no tool or profile called "everything"; did you mean tiny or reference or full?"#);
        insta::assert_snapshot!(refusal(" , "), @r#"there is no tool or profile called ","; did you mean tiny or reference or full?"#);
    }
}
