//! `pm export`: a whole process as one text, which `pm import` reads again.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pm_cli::path_parser;
use pm_core::markdown::export_markdown;
use pm_core::{codec, reason};
use serde_json::json;

use crate::context::{Context, insert};
use crate::given::is_standard;
use crate::stop::{Outcome, Stop};

/// How the process is written.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Markdown, which people read, or JSON, with all versions of code and nothing left out
    #[arg(long, value_name = "FORMAT", default_value = "markdown", value_enum)]
    format: ExportFormat,

    /// File to write to, which must not be there; - is standard output
    #[arg(short, long, value_name = "FILE", value_parser = path_parser())]
    to: Option<PathBuf>,

    /// With --json: read on behind this task
    #[arg(long, value_name = "TASK", requires = "json", conflicts_with = "to")]
    after: Option<String>,
}

/// How a process is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// As Markdown
    #[value(alias = "md")]
    Markdown,
    /// As its file has it
    Json,
}

pub(crate) fn run(args: &ExportArgs, context: &Context) -> Outcome {
    let mut arguments = context.inside()?;
    let to = args.to.as_deref().filter(|file| !is_standard(file));
    // With --json alone, the text is in the answer.
    let is_answer = context.screen.is_json() && to.is_none();
    if is_answer {
        insert(&mut arguments, "after", args.after.as_deref());
        let format = (args.format == ExportFormat::Json).then_some("json");
        insert(&mut arguments, "format", format);
    }
    let tool = if is_answer {
        "process_export"
    } else {
        "task_list"
    };
    let answer = context.call(tool, arguments)?;
    if is_answer {
        context.print_json(&answer);
        return Ok(ExitCode::SUCCESS);
    }
    let process = context.process_of(&answer)?;
    let text = match args.format {
        ExportFormat::Markdown => export_markdown(&process, &context.now()?),
        ExportFormat::Json => codec::write_process(&process)
            .map_err(|error| Stop::Unable(format!("the process cannot be written: {error}")))?,
    };
    match to {
        None => context.screen.print_text(&text),
        Some(file) => {
            write(file, &text)?;
            if context.screen.is_json() {
                context.screen.print_json(&json!({
                    "success": true,
                    "process_name": process.name.as_str(),
                    "revision": process.revision,
                    "file": file,
                    "bytes": text.len(),
                }));
            } else {
                let name = &process.name;
                let told = format!("Wrote the process \"{name}\" into {}.", file.display());
                context.screen.say(&told);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(file: &Path, text: &str) -> Result<(), Stop> {
    let created = std::fs::File::create_new(file);
    let written = created.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        let file = file.display();
        Stop::Unable(match error.kind() {
            ErrorKind::AlreadyExists => format!(
                "{file} is there already, and was left as it is; remove it, or name another file with \
                 --to"
            ),
            _ => format!("cannot write {file}: {}; name another file with --to", reason(&error)),
        })
    })
}
