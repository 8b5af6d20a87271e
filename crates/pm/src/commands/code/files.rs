//! `pm code export`: the newest code as files in a folder, or in a zip archive.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pm_cli::path_parser;
use pm_core::export::{ExportRoot, HiddenNames, write_zip};
use pm_core::reason;
use serde_json::Value;

use crate::context::{Answer, Context, insert};
use crate::screen::complain;
use crate::stop::{Outcome, Stop};

/// What is written, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct FilesArgs {
    /// Only the code of this task
    task: Option<String>,

    /// Folder to write to, which is made if it is missing
    #[arg(short, long, value_name = "DIRECTORY", default_value = ".", value_parser = path_parser())]
    to: PathBuf,

    /// Replace files that differ
    #[arg(long)]
    overwrite: bool,

    /// Write a zip archive of this name in place of files
    #[arg(long, value_name = "FILE", value_parser = path_parser(), conflicts_with_all = ["to", "overwrite"])]
    zip: Option<PathBuf>,
}

pub(crate) fn run(args: &FilesArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside()?;
    insert(&mut arguments, "task_name", args.task.as_deref());
    if let Some(file) = &args.zip {
        let tool = if args.task.is_some() {
            "task_details_get"
        } else {
            "task_list"
        };
        let found = context.call(tool, arguments)?;
        return zip(file, &found, context);
    }
    insert(&mut arguments, "overwrite", args.overwrite.then_some(true));
    let root = ExportRoot::open(&args.to);
    let root = root.map_err(|error| failed(&args.to, &error))?;
    // Whoever asks for it here is the one whose files these are.
    let root = root.with_hidden_names(HiddenNames::Written);
    let answer = context.call_with_export(root, "code_export", arguments)?;
    context.say(&answer);
    if !context.screen.is_json() {
        tell_rest(&answer);
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what did not become a file.
fn tell_rest(answer: &Answer) {
    let list = |field: &str| {
        answer
            .0
            .get(field)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    for file in list("differing").filter_map(Value::as_str) {
        complain(&format!(
            "{file} differs and was left; --overwrite replaces it"
        ));
    }
    for left in list("not_written") {
        let text = |field: &str| left.get(field).and_then(Value::as_str).unwrap_or_default();
        let (task, code, why) = (text("task_name"), text("code_name"), text("reason"));
        complain(&format!("\"{code}\" of the task \"{task}\": {why}"));
    }
}

fn zip(file: &Path, found: &Answer, context: &Context) -> Outcome {
    let process = context.process_of(found)?;
    let plan = process.export_plan(found.text("task_name"));
    let plan = plan.map_err(|error| context.refused("code_export", error))?;
    let created = File::create_new(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Stop::Unable(format!(
            "{} is there already, and was left as it is; remove it, or name another file with --zip",
            file.display()
        )),
        _ => failed(file, &error),
    })?;
    write_zip(plan.contents(), created).map_err(|error| failed(file, &error))?;
    for left in &plan.not_exported {
        let (task, snippet) = (&left.task, &left.snippet);
        complain(&format!(
            "\"{snippet}\" of the task \"{task}\" cannot be a file"
        ));
    }
    let mut answer = found.place();
    answer.insert("success".into(), true.into());
    let files = plan.files.len();
    let message = format!("Files written into {}: {files}.", file.display());
    answer.insert("message".into(), message.into());
    context.say(&Answer(answer));
    Ok(ExitCode::SUCCESS)
}

fn failed(path: &Path, error: &std::io::Error) -> Stop {
    Stop::Unable(format!(
        "cannot write to {}: {}",
        path.display(),
        reason(error)
    ))
}
