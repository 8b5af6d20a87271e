//! The words where the arguments do not fit, or a text cannot be a name.

use pm_core::{NameError, NameKind, NameProblem};

use super::Situation;
use super::phrases::{either, quoted};
use crate::arguments::ArgumentProblem;
use crate::refusal::Refusal;

impl Situation<'_> {
    pub(super) fn name(&self, error: &NameError) -> Refusal {
        let parameter = match error.kind {
            NameKind::Process => "name",
            NameKind::Task if self.tool.takes("new_task_name") => "new_task_name",
            NameKind::Task => "task_name",
            NameKind::Job if self.tool.takes("new_name") => "new_name",
            NameKind::Job => "job_name",
            NameKind::Snippet => "code_name",
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
            NameProblem::TooLong { chars } => self.refusal(
                format!(
                    "{parameter} has {chars} characters, and {} are the most",
                    pm_core::MAX_NAME_CHARS
                ),
                self.again(&format!("a shorter {parameter}")),
            ),
        }
    }

    pub(super) fn blank(&self, parameter: &str) -> Refusal {
        self.refusal(
            format!("{parameter} is blank"),
            self.again(&format!("a {parameter}")),
        )
    }

    pub(super) fn argument(&self, problem: &ArgumentProblem) -> Refusal {
        let tool = self.tool.name;
        match problem {
            ArgumentProblem::NotAnObject(found) => self.refusal(
                format!("the arguments of {tool} must be a JSON object and came as {found}"),
                self.again("an object of arguments"),
            ),
            ArgumentProblem::Unknown { name, near } => {
                let next = match near.first() {
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
            ArgumentProblem::NothingToChange(arguments) => self.refusal(
                "nothing to change was given".into(),
                self.again(&format!("one of {}", arguments.join(", "))),
            ),
            ArgumentProblem::Unfit(_) => self.refusal(
                format!("the arguments do not fit {tool}"),
                self.again("arguments that fit its schema"),
            ),
        }
    }
}
