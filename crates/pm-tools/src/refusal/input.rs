//! The words if the arguments do not fit, or a text cannot be a name.

use pm_core::name::{MAX_NAME_CHARS, NameError, NameKind, NameProblem};

use super::{Refusal, Situation};
use crate::catalog::TOOLS;
use crate::input::arguments::ArgumentProblem;
use crate::text::near_names;
use crate::text::phrases::{either, list, quoted};
use crate::tool::Tool;

impl Situation<'_> {
    pub(super) fn name(&self, error: &NameError) -> Refusal {
        let parameter = match error.kind {
            NameKind::Process if !self.takes("name") => "process",
            NameKind::Task if self.takes("new_task_name") => "new_task_name",
            NameKind::Task => "task_name",
            NameKind::Job if self.takes("new_name") => "new_name",
            NameKind::Job => "job_name",
            NameKind::Snippet => "code_name",
            NameKind::Label => "label",
            NameKind::Process | _ => "name",
        };
        match error.problem {
            NameProblem::Blank => self.blank(parameter),
            NameProblem::ControlCharacter { position, .. } => self.refusal(
                format!("character {position} of {parameter} is a line break or another control character"),
                self.again(&format!("a {parameter} on one line")),
            ),
            NameProblem::HiddenCharacter { character, position } => self.refusal(
                format!(
                    "character {position} of {parameter} is U+{:04X}, which nobody can see",
                    u32::from(character)
                ),
                self.again(&format!("a {parameter} without it")),
            ),
            NameProblem::TooLong { chars } => self.too_long(parameter, chars, MAX_NAME_CHARS),
            other => self.refusal(
                format!("{parameter} cannot be used: {other}"),
                self.again(&format!("another {parameter}")),
            ),
        }
    }

    pub(super) fn blank(&self, parameter: &str) -> Refusal {
        self.refusal(
            format!("{parameter} is blank"),
            self.again(&format!("a {parameter}")),
        )
    }

    pub(super) fn too_long(&self, parameter: &str, chars: usize, most: usize) -> Refusal {
        self.refusal(
            format!("{parameter} has {chars} characters, and {most} are the most"),
            self.again(&format!("a shorter {parameter}")),
        )
    }

    pub(super) fn argument(&self, problem: &ArgumentProblem) -> Refusal {
        let tool = self.tool.name;
        match problem {
            ArgumentProblem::NotAnObject(found) => self.refusal(
                format!("the arguments of {tool} must be a JSON object and came as {found}"),
                self.again("an object of arguments"),
            ),
            ArgumentProblem::Unknown { name, near, all } => {
                if let Some(refusal) = self.set_by_another(name, all) {
                    return refusal;
                }
                let is_listed = |near: &&String| self.offer.lists(tool, near);
                let next = match near.iter().find(is_listed) {
                    Some(near) => self.again(&format!("{near} in its place")),
                    None => format!("Call {tool} again without it."),
                };
                self.refusal(format!("{tool} has no argument {}", quoted(name)), next)
            }
            ArgumentProblem::Missing(name) => self.refusal(
                format!("{name} is missing"),
                self.again(&format!("a {name}")),
            ),
            ArgumentProblem::Both(first, second) => self.refusal(
                format!("{first} and {second} are both given"),
                self.again("just one of them"),
            ),
            ArgumentProblem::WrongType {
                name,
                wanted,
                found,
            } => self.refusal(
                format!("{name} must be {wanted} and came as {found}"),
                self.again(&format!("{name} as {wanted}")),
            ),
            ArgumentProblem::NotOneOf { name, sent, words } => self.refusal(
                format!("{name} cannot be {}", quoted(sent)),
                self.again(&either(name, words)),
            ),
            ArgumentProblem::NotListed { sent, near } => {
                let next = match near {
                    Some(near) => self.again(&format!("after {}", quoted(near))),
                    None => format!("Call {tool} again without after, for the beginning."),
                };
                self.refusal(
                    format!("the list has no {} to read on behind", quoted(sent)),
                    next,
                )
            }
            ArgumentProblem::NothingToChange(arguments) => {
                let listed = arguments.iter().filter(|name| self.offer.lists(tool, name));
                let listed: Vec<&str> = listed.copied().collect();
                self.refusal(
                    "nothing to change was given",
                    self.again(&format!("one of {}", listed.join(", "))),
                )
            }
            ArgumentProblem::Unfit(_) => self.refusal(
                format!("the arguments do not fit {tool}"),
                self.again("arguments that fit its schema"),
            ),
        }
    }

    /// The words for arguments that another tool sets, once what is to be added is there; `None`
    /// if that tool does not set the one called `name`, or is not offered.
    fn set_by_another(&self, name: &str, all: &[String]) -> Option<Refusal> {
        let kind = self.tool.name.strip_suffix("_new");
        let kind = kind.or_else(|| self.tool.name.strip_suffix("_add"))?;
        let other = TOOLS
            .iter()
            .find(|tool| tool.name.strip_suffix("_update") == Some(kind))
            .filter(|tool| self.offer.has(tool.name))?;
        let sets = |name: &str| self.argument_of(other, name);
        sets(name)?;
        let (names, set): (Vec<&String>, Vec<&str>) = all
            .iter()
            .filter_map(|name| Some((name, sets(name)?)))
            .unzip();
        let (arguments, them) = match names.as_slice() {
            [_] => ("argument", "it"),
            _ => ("arguments", "them"),
        };
        let (tool, other) = (self.tool.name, other.name);
        let schema = &self.tool.schema;
        let of_what = schema.names().filter(|name| schema.requires(name));
        let of_what: Vec<&str> = of_what.take_while(|name| name.ends_with("_name")).collect();
        Some(self.refusal(
            format!(
                "{tool} has no {arguments} {}, which {other} sets",
                list(&names, "or")
            ),
            format!(
                "Call {tool} again without {them}, then {other} with that {} and {}.",
                of_what.join(" and "),
                set.join(" and ")
            ),
        ))
    }

    /// The argument of another tool that `name` stands for, if this tool lacks it.
    fn argument_of(&self, other: &'static Tool, name: &str) -> Option<&'static str> {
        let listed = |name: &&str| !self.takes(name) && self.offer.lists(other.name, name);
        let theirs = other.schema.names().filter(listed);
        let theirs: Vec<&str> = theirs.collect();
        let alike = || theirs.iter().find(|theirs| begin_alike(theirs, name));
        let near = near_names(name, theirs.iter().copied());
        near.first().or_else(alike).copied()
    }
}

/// Whether two names begin with the same six letters: `dependencies` for `depends_on`.
fn begin_alike(a: &str, b: &str) -> bool {
    let alike = a.chars().zip(b.chars());
    let alike = alike.take_while(|(a, b)| a.eq_ignore_ascii_case(b));
    alike.count() >= 6
}
