//! `pm code diff`: what differs between two versions.

use std::process::ExitCode;

use pm_core::diff::unified_diff;
use pm_core::model::NumberedVersion;
use serde_json::Value;

use super::code_place::CodePlace;
use crate::context::{Context, insert};
use crate::draw::line::{Line, Page, Tone};
use crate::stop::Outcome;

/// What is compared.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    place: CodePlace,

    /// Version before [default: the one before the last]
    from: Option<usize>,

    /// Version after [default: the last]
    to: Option<usize>,
}

pub(crate) fn run(args: &DiffArgs, context: &Context) -> Outcome {
    let mut arguments = args.place.arguments(context)?;
    insert(&mut arguments, "from", args.from);
    insert(&mut arguments, "to", args.to);
    let answer = context.call("task_code_diff", arguments)?;
    if context.print_json(&answer) {
        return Ok(ExitCode::SUCCESS);
    }
    let process = context.process_of(&answer)?;
    let version = |number: &str| {
        let number = answer.0.get(number).and_then(Value::as_u64);
        let number = number.and_then(|number| usize::try_from(number).ok())?;
        let task = answer.text("task_name")?;
        let found = process.snippet_version(task, answer.text("code_name")?, Some(number));
        found.ok().map(|(_, found)| found)
    };
    let text = |version: Option<NumberedVersion<'_>>| match version {
        None => ("nothing".to_owned(), String::new()),
        Some(NumberedVersion {
            version, snippet, ..
        }) => {
            let title = format!("{} version {version}", snippet.name);
            (title, snippet.content.clone())
        }
    };
    let (old, new) = (text(version("from")), text(version("to")));
    let diff = unified_diff((&old.0, &old.1), (&new.0, &new.1));
    let mut page = Page::default();
    for line in diff.text.lines() {
        let tone = match line.chars().next() {
            Some('+') => Tone::Good,
            Some('-') => Tone::Bad,
            Some('@') => Tone::Faint,
            _ => Tone::Plain,
        };
        page.push(Line::toned(&line.replace('\t', "    "), tone));
    }
    if diff.text.is_empty() {
        page.push(Line::of("They are the same."));
    }
    context.screen.show(&page);
    Ok(ExitCode::SUCCESS)
}
