//! `tools`: prints the list of tools that a server with the same options gives to models, and
//! what it costs them to read.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use pm_cli::{ConfigError, refuse, tools_left_out};
use pm_core::visible::for_terminal;
use pm_tools::{ListSize, ToolList};

use crate::PROGRAM;
use crate::cli::{ListFormat, ToolsArgs};

/// Prints the list; the exit code is 0, or 2 where the options are bad.
pub fn run(args: &ToolsArgs) -> ExitCode {
    match list(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(PROGRAM, &error),
    }
}

fn list(args: &ToolsArgs) -> Result<(), ConfigError> {
    let options = args.tools.options()?;
    let left_out = tools_left_out(&options)?;
    let list = ToolList::new(&options);
    let size = described(list.size());
    match args.format {
        ListFormat::Toml => {
            say(&format!("# {size}."));
            say(&"# Change what you like, take out the rest, and start with --descriptions FILE.");
            say(&format!("\n{}", list.to_toml().trim_end()));
        }
        ListFormat::Json => {
            say(&format!("{:#}", list.functions()));
            // Beside the list, which a program reads.
            pm_cli::say(PROGRAM, &size);
        }
    }
    for line in &left_out {
        pm_cli::say(PROGRAM, line);
    }
    Ok(())
}

fn described(size: ListSize) -> String {
    let ListSize {
        tools,
        bytes,
        tokens,
    } = size;
    format!("{tools} tools: {bytes} bytes as the array of functions, about {tokens} tokens")
}

/// Prints some lines; to the letter only for a program that reads them.
fn say(text: &impl Display) {
    let mut out = std::io::stdout();
    let mut text = text.to_string();
    if out.is_terminal() {
        let lines = text.lines().map(for_terminal);
        text = lines.collect::<Vec<_>>().join("\n");
    }
    // Nobody may be reading, which is no reason to fail.
    let _ = writeln!(out, "{text}");
}
