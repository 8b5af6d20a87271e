//! Which code a command is about.

use crate::context::{Context, Object};
use crate::stop::Stop;

/// Which code is meant.
#[derive(Debug, clap::Args)]
pub(super) struct CodePlace {
    /// Task that holds it
    pub(super) task: String,

    /// Its name
    pub(super) code: String,
}

impl CodePlace {
    /// The arguments of a tool that is about it.
    pub(super) fn arguments(&self, context: &Context) -> Result<Object, Stop> {
        let mut arguments = context.inside_task(&self.task)?;
        arguments.insert("code_name".into(), self.code.as_str().into());
        Ok(arguments)
    }
}
