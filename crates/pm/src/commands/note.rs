//! `pm note`: what somebody found is left on a task, beside what others left.

use std::process::ExitCode;

use crate::context::Context;
use crate::given::text_of;
use crate::stop::{Outcome, Stop};

/// What is left, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct NoteArgs {
    /// Task
    task: String,

    /// What you found; - reads it from standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,

    /// More of it: quotes can be left out
    #[arg(value_name = "WORD")]
    words: Vec<String>,
}

pub(crate) fn run(args: &NoteArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside_task(&args.task)?;
    // Only the first word may begin with "-": an option behind the text is an option.
    let words: Vec<&str> = std::iter::once(&args.text)
        .chain(&args.words)
        .map(String::as_str)
        .collect();
    let text = text_of(&words.join(" "))?;
    // To the tool it would be nothing to change, of all that it can change.
    if text.trim().is_empty() {
        return Err(Stop::Failed(
            "Nothing was left: there is no text. Run `pm note TASK TEXT` with what you found."
                .into(),
        ));
    }
    arguments.insert("comment".into(), text.into());
    context.say(&context.call("task_update", arguments)?);
    Ok(ExitCode::SUCCESS)
}
