//! An item of a list, with the lists in it.

use super::boxes::state_of;
use crate::plan::{PlannedJob, State, Text};

/// An item of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// The content of its box; `None` if it has none.
    pub(crate) mark: Option<char>,
    /// Its first paragraph, on one line.
    pub(crate) title: String,
    /// What else stands in it, lists aside, unless they are nested too deep.
    pub(crate) rest: String,
    pub(crate) children: Vec<Item>,
}

impl Item {
    /// Whether it or one within it has a box.
    pub(crate) fn has_box(&self) -> bool {
        self.mark.is_some() || self.children.iter().any(Self::has_box)
    }

    /// Whether there is anything in it.
    pub(crate) fn says_something(&self) -> bool {
        !(self.title.is_empty() && self.rest.is_empty() && self.children.is_empty())
    }

    /// How far it is.
    pub(crate) fn state(&self) -> State {
        self.mark.map_or_else(State::default, state_of)
    }

    /// It as a job, with all that is nested in it as text.
    pub(crate) fn into_job(self) -> PlannedJob {
        let state = self.state();
        let mut description = Text::new(&self.rest);
        let mut nested = String::new();
        Self::write(&self.children, 0, &mut nested);
        description.paragraph(&nested);
        PlannedJob {
            title: self.title,
            description,
            state,
            ..PlannedJob::default()
        }
    }

    /// Writes items with all that is in them as a list.
    fn write(items: &[Self], depth: usize, into: &mut String) {
        let indent = "  ".repeat(depth);
        for item in items {
            into.push_str(&indent);
            into.push_str("- ");
            if let Some(mark) = item.mark {
                into.extend(['[', mark, ']', ' ']);
            }
            into.push_str(&item.title);
            into.push('\n');
            if !item.rest.is_empty() {
                into.push('\n');
            }
            for line in item.rest.lines() {
                into.push_str(format!("{indent}  {line}").trim_end());
                into.push('\n');
            }
            Self::write(&item.children, depth + 1, into);
        }
    }
}
