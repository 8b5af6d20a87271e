//! Why a command was not done, how that is said, and which exit code it has.

use std::process::ExitCode;

use pm_cli::ConfigError;
use pm_core::StoreError;
use pm_tools::RefusedCall;
use serde_json::{Value, json};

use crate::globals::PROGRAM;
use crate::in_shell;
use crate::screen::{Screen, complain};

/// What comes of a command: an exit code, or why it was not done.
pub(crate) type Outcome = Result<ExitCode, Stop>;

/// The exit code of what was refused.
const REFUSED: u8 = 1;

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// A tool refused, or the core did.
    #[error("{}", .0.error)]
    Refused(Box<RefusedCall>),
    /// The settings are bad.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store failed at the end.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It was not done; whole sentences say so, and what to do.
    #[error("{0}")]
    Failed(String),
    /// A file or the system is in the way: what of it, and what to do, in a line behind the name of
    /// the program.
    #[error("{0}")]
    Unable(String),
    /// What was asked for makes no sense.
    #[error("{0}")]
    Usage(String),
}

impl From<RefusedCall> for Stop {
    fn from(refused: RefusedCall) -> Self {
        Self::Refused(Box::new(refused))
    }
}

impl Stop {
    /// Whether a tool or the core refused.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// Says why the command of this name was not done, and returns the exit code.
    pub(crate) fn tell(self, command: &str, screen: &Screen) -> ExitCode {
        match self {
            Self::Refused(refused) if screen.is_json() => {
                let mut object = refused.object;
                in_shell::translate(&mut object, command);
                screen.print_json(&Value::Object(object));
                ExitCode::from(REFUSED)
            }
            Self::Refused(refused) => {
                let told = [refused.error, refused.hint];
                let told = told.map(|sentence| in_shell::sentence(&sentence, command));
                // Of a sentence that is for models alone, nothing may be left here.
                for sentence in told.iter().filter(|sentence| !sentence.is_empty()) {
                    complain(sentence);
                }
                ExitCode::from(REFUSED)
            }
            Self::Failed(_) | Self::Unable(_) | Self::Store(_) => {
                let why = self.to_string();
                if screen.is_json() {
                    let object = json!({ "success": false, "error": why });
                    screen.print_json(&object);
                } else if matches!(self, Self::Failed(_)) {
                    complain(&why);
                } else {
                    complain(&format!("{PROGRAM}: {why}"));
                }
                ExitCode::from(REFUSED)
            }
            Self::Config(_) | Self::Usage(_) => pm_cli::refuse(PROGRAM, &self),
        }
    }
}
