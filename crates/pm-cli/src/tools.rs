//! `tools`: prints the list of tools that a server with the same options gives to models, and
//! what it costs them to read.

use std::fmt::Display;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use pm_core::visible::for_terminal;
use pm_tools::{ListSize, ToolList};

use crate::{ConfigError, ToolArgs, output, refuse, tools_left_out};

/// Which tools are printed, and how.
#[derive(Debug, Clone, clap::Args)]
pub struct ToolsArgs {
    /// The options that a server has, too.
    #[command(flatten)]
    pub tools: ToolArgs,

    /// How the list is printed
    #[arg(long, value_name = "FORMAT", default_value = "toml", value_enum)]
    pub format: ListFormat,
}

/// How the list of tools is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// The texts, as a file for --descriptions
    Toml,
    /// The array of functions that llama.cpp hands to the model
    Json,
}

/// Prints the list; the exit code is 0, or 2 if the options are bad.
pub fn run(program: &str, args: &ToolsArgs) -> ExitCode {
    match list(program, args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(program, &error),
    }
}

fn list(program: &str, args: &ToolsArgs) -> Result<(), ConfigError> {
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
            crate::say(program, &size);
        }
    }
    for line in &left_out {
        crate::say(program, line);
    }
    Ok(())
}

fn described(size: ListSize) -> String {
    let ListSize {
        tools,
        bytes,
        tokens,
    } = size;
    format!(
        "{tools} tools: {bytes} bytes as the array of functions, about {tokens} tokens; what a \
         model's template writes around each comes on top"
    )
}

/// Prints some lines; to the letter only for a program that reads them.
fn say(text: &impl Display) {
    let mut text = text.to_string();
    if std::io::stdout().is_terminal() {
        let lines = text.lines().map(for_terminal);
        text = lines.collect::<Vec<_>>().join("\n");
    }
    output::write(&format!("{text}\n"));
}
