//! `pm new`: a process, empty or with a whole plan.

use std::path::PathBuf;
use std::process::ExitCode;

use pm_cli::path_parser;
use serde_json::Value;

use crate::context::{Context, Object};
use crate::given::{content_of, text_of};
use crate::stop::{Outcome, Stop};

/// The process that is made.
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// Name of the process
    name: String,

    /// What it is about; - reads it from standard input
    #[arg(
        short,
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    description: String,

    /// File with its tasks, or - for standard input: a line each, with jobs as "- job" below
    ///
    /// "after: TASK" below a task says what it waits for, and any other line is more of its
    /// description. A JSON array of objects with name, description, jobs and after is taken as well.
    /// If there is a process of this name, the tasks are added to it.
    #[arg(long, value_name = "FILE", value_parser = path_parser())]
    plan: Option<PathBuf>,
}

pub(crate) fn run(args: &NewArgs, context: &Context) -> Outcome {
    let mut arguments = Object::new();
    arguments.insert("description".into(), text_of(&args.description)?.into());
    let tool = match &args.plan {
        None => {
            arguments.insert("name".into(), args.name.as_str().into());
            "process_new"
        }
        Some(file) => {
            arguments.insert("process".into(), args.name.as_str().into());
            arguments.insert("tasks".into(), tasks(&content_of(file)?)?);
            "plan_new"
        }
    };
    context.say(&context.call(tool, arguments)?);
    Ok(ExitCode::SUCCESS)
}

/// The tasks of a plan: an array of JSON, or else the text as it is.
fn tasks(text: &str) -> Result<Value, Stop> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(|error| Stop::Unable(not_json(&error)));
    }
    Ok(Value::Array(vec![text.into()]))
}

fn not_json(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let what = if error.is_eof() {
        "it ends too early"
    } else {
        "it is none"
    };
    format!(
        "the plan begins with [ and so is read as JSON, but {what} at line {line}, column {column}; \
         mend it there, or write a line for each task, as `pm new --help` says"
    )
}
