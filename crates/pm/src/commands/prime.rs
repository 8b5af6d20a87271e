//! `pm prime`: what an agent with a shell has to know, in as few words as it takes.

use std::path::Path;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use serde_json::json;

use crate::context::Context;
use crate::screen::complain;
use crate::stop::{Outcome, Stop};

/// Agents, and the file of a project in which each looks for instructions.
const AGENTS: [(&str, &str); 9] = [
    ("claude", "CLAUDE.md"),
    ("codex", "AGENTS.md"),
    ("copilot", ".github/copilot-instructions.md"),
    ("cursor", "AGENTS.md"),
    ("gemini", "GEMINI.md"),
    ("goose", ".goosehints"),
    ("opencode", "AGENTS.md"),
    ("qwen", "QWEN.md"),
    ("zed", "AGENTS.md"),
];

/// What stands in such a file: no more than that there is something to read.
pub(crate) const POINTER: &str = "\
## Plans

Plans of this project are kept with `pm`: there they outlast a session, and others see them. Run
`pm prime` before you begin, and again when your context was made shorter. For what is to be done
use `pm`, and no list of your own: `pm next` gives you a task, `pm done TASK` finishes it, and
`pm add TASK` keeps what you find on the way.
";

/// What an agent has to know; `{place}` is where it works.
const PRIMER: &str = include_str!("prime.md");

/// For whom it is.
#[derive(Debug, clap::Args)]
pub(crate) struct PrimeArgs {
    /// Print what belongs into the instruction file of an agent, in place of all that it has to know
    #[arg(long = "for", value_name = "AGENT", value_parser = agents())]
    agent: Option<String>,
}

pub(crate) fn run(args: &PrimeArgs, context: &Context) -> Outcome {
    let Some(agent) = &args.agent else {
        let text = primer(context.place()?.process.as_deref());
        print(context, &text, None);
        if !context.screen.is_json()
            && context.place()?.store.directory().is_none_or(Path::is_dir)
            && let Ok(manager) = context.place()?.store.open_at_once()
            && let Some(stray) = context.stray_project(&manager)
        {
            complain(&stray);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let known = AGENTS.iter().find(|(name, _)| name == agent);
    let (_, file) = known.ok_or_else(|| Stop::Usage(format!("there is no agent {agent:?}")))?;
    print(context, POINTER, Some(file));
    if !context.screen.is_json() {
        complain(&format!(
            "This belongs into {file} in the directory of the project: pm prime --for {agent} >> {file}"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn print(context: &Context, text: &str, file: Option<&str>) {
    if context.screen.is_json() {
        let object = json!({"success": true, "text": text, "file": file});
        context.screen.print_json(&object);
    } else {
        context.screen.print_text(text);
    }
}

/// The text for an agent that works in a process, or has to name one.
pub(crate) fn primer(process: Option<&str>) -> String {
    let place = match process {
        Some(name) => format!("Commands work in the process {name:?} here; -p NAME names another."),
        None => {
            "No process is chosen here: `pm list` shows them, and -p NAME names one.".to_owned()
        }
    };
    PRIMER.replace("{place}", &place)
}

fn agents() -> PossibleValuesParser {
    PossibleValuesParser::new(AGENTS.map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token of such a text is some four bytes, in whatever words it is counted.
    const BYTES_MAX: usize = 500 * 4;

    #[test]
    fn it_is_short() {
        let name = "A process with a long name that somebody gave it";
        assert!(
            primer(Some(name)).len() <= BYTES_MAX,
            "{}",
            primer(None).len()
        );
        insta::assert_snapshot!(primer(Some("Garden Planner")));
    }
}
