//! Texts that stand in the place of ours: every model likes its tools described differently.

use std::collections::BTreeMap;
use std::str::FromStr;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{TOOLS, find};
use crate::text::near_names;
use crate::tool::Tool;

/// The longest text, in characters: the model reads all of them before each of its answers.
pub const MAX_TEXT_CHARS: usize = 2_000;

/// What a model reads of tools and their parameters in the place of our own texts.
///
/// Parsed from TOML: a table for each tool, with its `description`, its `parameters` by name, or
/// both. What is left out keeps our text.
///
/// ```
/// use pm_tools::Descriptions;
///
/// let texts: Descriptions = r#"
///     [task_new]
///     description = "Add one step of the plan."
///     parameters.task_name = "two or three words"
/// "#.parse()?;
/// let error = "[task_nwe]".parse::<Descriptions>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "there is no tool called \"task_nwe\"; did you mean task_new?"
/// );
/// # Ok::<(), pm_tools::DescriptionsError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Descriptions(BTreeMap<&'static str, Texts>);

/// The texts of one tool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub(crate) parameters: IndexMap<String, String>,
}

/// Why texts cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionsError {
    /// They are not TOML, or not of this shape.
    #[error("line {line}, column {column}: {reason}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// There is no such tool.
    #[error("there is no tool called {name:?}{}", guess(near))]
    UnknownTool {
        /// The name.
        name: String,
        /// Tools of a name like it, best first.
        near: Vec<String>,
    },
    /// The tool has no such parameter.
    #[error("{tool} has no parameter called {name:?}{}", guess(near))]
    UnknownParameter {
        /// The tool.
        tool: &'static str,
        /// The name.
        name: String,
        /// Its parameters of a name like it, or else all of them.
        near: Vec<String>,
    },
    /// A text is blank.
    #[error("the text of {0} is empty; leave it out to keep ours")]
    Blank(String),
    /// A text is longer than a model should have to read.
    #[error("the text of {place} has {chars} characters, and {MAX_TEXT_CHARS} are the most")]
    TooLong {
        /// What it describes.
        place: String,
        /// Its length in characters.
        chars: usize,
    },
}

fn guess(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    format!("; did you mean {}?", near.join(" or "))
}

impl Descriptions {
    /// The texts of a tool, if there are some.
    pub(crate) fn of(&self, tool: &str) -> Option<&Texts> {
        self.0.get(tool)
    }
}

impl FromStr for Descriptions {
    type Err = DescriptionsError;

    fn from_str(text: &str) -> Result<Self, DescriptionsError> {
        let tables: IndexMap<String, Texts> =
            toml::from_str(text).map_err(|error| malformed(text, &error))?;
        let mut all = BTreeMap::new();
        for (name, texts) in tables {
            let tool = find(&name).ok_or_else(|| unknown_tool(&name))?;
            check(tool, &texts)?;
            all.insert(tool.name, texts);
        }
        Ok(Self(all))
    }
}

fn check(tool: &Tool, texts: &Texts) -> Result<(), DescriptionsError> {
    if let Some(text) = &texts.description {
        check_text(tool.name.to_owned(), text)?;
    }
    for (name, text) in &texts.parameters {
        if !tool.schema.takes(name) {
            return Err(unknown_parameter(tool, name));
        }
        check_text(format!("{}.{name}", tool.name), text)?;
    }
    Ok(())
}

fn check_text(place: String, text: &str) -> Result<(), DescriptionsError> {
    if text.trim().is_empty() {
        return Err(DescriptionsError::Blank(place));
    }
    match text.chars().count() {
        chars if chars > MAX_TEXT_CHARS => Err(DescriptionsError::TooLong { place, chars }),
        _ => Ok(()),
    }
}

fn unknown_tool(name: &str) -> DescriptionsError {
    let near = near_names(name, TOOLS.iter().map(|tool| tool.name));
    DescriptionsError::UnknownTool {
        name: name.to_owned(),
        near: near.into_iter().map(str::to_owned).collect(),
    }
}

fn unknown_parameter(tool: &Tool, name: &str) -> DescriptionsError {
    let parameters = || tool.schema.names();
    let mut near = near_names(name, parameters());
    if near.is_empty() {
        near.extend(parameters());
    }
    DescriptionsError::UnknownParameter {
        tool: tool.name,
        name: name.to_owned(),
        near: near.into_iter().map(str::to_owned).collect(),
    }
}

/// Makes one line of an error, as the library's own message shows the place over several lines.
fn malformed(text: &str, error: &toml::de::Error) -> DescriptionsError {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    DescriptionsError::Malformed {
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        reason: error.message().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        text.parse::<Descriptions>().unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_place() {
        let long = "x".repeat(MAX_TEXT_CHARS + 1);
        let refusals = [
            "[task_lst]",
            "[zebra]",
            "[task_new.parameters]\ntaskname = 'x'",
            "[task_new.parameters]\nzebra = 'x'",
            "[task_list.parameters]\nprocess = ' '",
            "[task_list]\n  descripton = 'x'",
            "[task_list]\ndescription = 1",
            "[task_list\n",
            &format!("task_list.description = '{long}'"),
        ]
        .map(refusal);
        insta::assert_snapshot!(refusals.join("\n"), @r#"
there is no tool called "task_lst"; did you mean task_list?
there is no tool called "zebra"
task_new has no parameter called "taskname"; did you mean task_name?
task_new has no parameter called "zebra"; did you mean task_name or task_description or process?
the text of task_list.process is empty; leave it out to keep ours
line 2, column 3: unknown field `descripton`, expected `description` or `parameters`
line 2, column 15: invalid type: integer `1`, expected a string
line 1, column 11: unclosed table, expected `]`
the text of task_list has 2001 characters, and 2000 are the most
"#);
    }

    #[test]
    fn nothing_is_a_file_that_keeps_every_text() {
        assert_eq!("# none".parse(), Ok(Descriptions::default()));
    }
}
