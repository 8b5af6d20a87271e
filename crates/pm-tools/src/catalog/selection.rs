//! Which tools a server is to offer: profiles and names, parsed before a server is made.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::profiles::{FULL, PROFILES, Profile, Showing};
use super::{TOOLS, find};
use crate::answer::AnswerStyle;
use crate::text::near_names;
use crate::tool::Tool;

/// The tools that a server offers.
///
/// Parsed from the names of profiles and tools, separated by commas: `tiny` stands for the six
/// tools that it takes to work with a plan, `work` for what a whole session takes, with few
/// parameters, `reference` for the 18 tools of the Python reference, `full` for all, as without a
/// choice ([`Default`]). A tool that is named by itself is listed as in `full`. The order of the
/// list that clients get is fixed, whatever the order here. If `reference` is named, answers have
/// all fields of the reference; otherwise they are lean.
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
    profiles: BTreeSet<&'static str>,
    /// The tools that were asked for by their own names.
    named: BTreeSet<&'static str>,
}

impl ToolSelection {
    /// The names of the profiles.
    pub fn profiles() -> impl Iterator<Item = &'static str> {
        PROFILES.iter().map(|profile| profile.name)
    }

    /// Says whether the tool of this name is offered.
    pub fn offers(&self, tool: &str) -> bool {
        self.names(tool) || self.chosen().any(|profile| profile.offers(tool))
    }

    /// Says whether the tool was asked for by its own name, and not with a profile.
    pub(crate) fn names(&self, tool: &str) -> bool {
        self.named.contains(tool)
    }

    /// Whether a profile was named, and not tools alone.
    pub(crate) fn has_profile(&self) -> bool {
        !self.profiles.is_empty()
    }

    /// How a parameter of a tool is listed: as that of the profiles that shows the most.
    pub(crate) fn shows(&self, tool: &Tool, parameter: &str) -> Showing {
        let chosen = self.chosen().filter(|profile| profile.offers(tool.name));
        let alone = self.names(tool.name).then(|| Profile::find(FULL)).flatten();
        let shown = chosen
            .chain(alone)
            .map(|profile| profile.shows(tool, parameter));
        shown.max().unwrap_or(Showing::Hidden)
    }

    /// What a tool says in the place of its own description, if no other choice offers it.
    pub(crate) fn description(&self, tool: &str) -> Option<&'static str> {
        let mut offering = self.chosen().filter(|profile| profile.offers(tool));
        let only = offering.next().filter(|_| !self.names(tool))?;
        only.description(tool).filter(|_| offering.next().is_none())
    }

    /// Which fields the answers have.
    pub(crate) fn answers(&self) -> AnswerStyle {
        let recorded = |profile: &Profile| profile.answers == AnswerStyle::Recorded;
        if self.chosen().any(recorded) {
            AnswerStyle::Recorded
        } else {
            AnswerStyle::Lean
        }
    }

    fn chosen(&self) -> impl Iterator<Item = &'static Profile> {
        self.profiles.iter().filter_map(|name| Profile::find(name))
    }
}

impl Default for ToolSelection {
    fn default() -> Self {
        Self {
            profiles: [FULL].into(),
            named: BTreeSet::new(),
        }
    }
}

impl FromStr for ToolSelection {
    type Err = UnknownTool;

    fn from_str(text: &str) -> Result<Self, UnknownTool> {
        let (mut profiles, mut named) = (BTreeSet::new(), BTreeSet::new());
        for name in text.split(',').map(str::trim).filter(|n| !n.is_empty()) {
            if let Some(profile) = Profile::find(name) {
                profiles.insert(profile.name);
            } else {
                let tool = find(name).ok_or_else(|| UnknownTool::new(name))?;
                named.insert(tool.name);
            }
        }
        if profiles.is_empty() && named.is_empty() {
            return Err(UnknownTool::new(text.trim()));
        }
        Ok(Self { profiles, named })
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
        let mut near = near_names(name, names.chain(ToolSelection::profiles()));
        if near.is_empty() {
            near.extend(ToolSelection::profiles());
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
        let count = |text: &str| {
            let selection: ToolSelection = text.parse().unwrap();
            TOOLS
                .iter()
                .filter(|tool| selection.offers(tool.name))
                .count()
        };
        assert_eq!(count("reference"), 18);
        assert_eq!(count("tiny"), 6);
        assert_eq!(count("tiny,search"), 7);
        assert_eq!(count("full"), TOOLS.len());
    }

    #[test]
    fn profiles_name_only_what_there_is() {
        for profile in PROFILES {
            let (tools, parameters) = profile.named();
            for name in tools {
                assert!(find(name).is_some(), "{}: {name}", profile.name);
            }
            for (tool, parameter) in parameters {
                let takes = find(tool).unwrap().schema.takes(parameter);
                assert!(takes, "{}: {tool} {parameter}", profile.name);
            }
        }
    }

    #[test]
    fn a_parameter_is_listed_as_by_the_profile_that_shows_the_most() {
        let shows = |selection: &str, tool: &str, parameter: &str| {
            let selection: ToolSelection = selection.parse().unwrap();
            selection.shows(find(tool).unwrap(), parameter)
        };
        assert_eq!(shows("tiny", "task_new", "process"), Showing::Hidden);
        assert_eq!(
            shows("tiny", "task_new", "task_description"),
            Showing::Required
        );
        assert_eq!(
            shows("tiny,full", "task_new", "task_description"),
            Showing::Optional
        );
        assert_eq!(
            shows("tiny,task_new", "task_new", "process"),
            Showing::Optional
        );
        assert_eq!(
            shows("tiny,task_list", "task_new", "process"),
            Showing::Hidden
        );
        assert_eq!(
            shows("full", "task_code_update", "from_version"),
            Showing::Hidden
        );
        assert_eq!(
            shows("full", "task_code_update", "new_content"),
            Showing::Required
        );
        assert_eq!(
            shows("reference", "task_code_update", "new_content"),
            Showing::Optional
        );
        assert_eq!(shows("reference", "task_list", "after"), Showing::Hidden);
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
        insta::assert_snapshot!(refusal("everything"), @r#"there is no tool or profile called "everything"; did you mean tiny or work or reference or full?"#);
        insta::assert_snapshot!(refusal(" , "), @r#"there is no tool or profile called ","; did you mean tiny or work or reference or full?"#);
    }
}
