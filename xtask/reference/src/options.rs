//! `docs/options.md`: every option and variable, from the definitions of the command lines.

use std::collections::BTreeMap;

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::Part;
use crate::table::{codes, table};

const PAGE: &str = "options.md";

/// Variables that no option stands for, since they are not for a command line.
const WITHOUT_OPTION: &[(&str, &str)] = &[
    (
        "PM_TOKEN",
        "the access token itself; there is no option for it, since everybody on a machine can read \
         command lines",
    ),
    (
        "PM_LOG",
        "what is logged: `error`, `warn`, `info`, `debug`, or `target=level` pairs with commas",
    ),
];

/// The parts of the page.
pub(crate) fn parts() -> Vec<Part> {
    let http = built(pm_mcp_http::cli::Cli::command());
    let stdio = built(pm_mcp_stdio::cli::Cli::command());
    let pm = built(pm::command());
    let both = |arg: &Arg| same(arg, &stdio);
    let programs = [&http, &stdio, &pm];
    vec![
        (PAGE, "both servers", under_headings(&http, both)),
        (PAGE, "pm-mcp-http", under_headings(&http, |arg| !both(arg))),
        (PAGE, "commands", commands(&http, &[])),
        (PAGE, "pm", under_headings(&pm, |_| true)),
        (PAGE, "commands of pm", commands(&pm, &[&stdio, &http])),
        (PAGE, "variables", variables(&programs)),
    ]
}

fn built(mut command: Command) -> Command {
    command.build();
    command
}

/// The arguments of a command that are its own.
fn arguments(command: &Command) -> impl Iterator<Item = &Arg> {
    let is_own =
        |arg: &&Arg| !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version");
    command.get_arguments().filter(is_own)
}

/// Whether a command has the same option, with the same words.
fn same(arg: &Arg, command: &Command) -> bool {
    arguments(command)
        .any(|other| other.get_long() == arg.get_long() && meaning(other) == meaning(arg))
}

/// A table for each heading, of those arguments that are wanted.
fn under_headings(command: &Command, wanted: impl Fn(&Arg) -> bool) -> String {
    let mut headings: Vec<(&str, Vec<&Arg>)> = Vec::new();
    for arg in arguments(command).filter(|arg| wanted(arg)) {
        let heading = arg.get_help_heading().unwrap_or("Options");
        match headings.iter_mut().find(|(name, _)| *name == heading) {
            Some((_, args)) => args.push(arg),
            None => headings.push((heading, vec![arg])),
        }
    }
    let tables = headings
        .into_iter()
        .map(|(heading, args)| format!("**{heading}**\n\n{}", listed(&args)));
    tables.collect::<Vec<_>>().join("\n")
}

fn listed(args: &[&Arg]) -> String {
    let rows: Vec<[String; 4]> = args
        .iter()
        .map(|arg| [shown(arg), variable(arg), default(arg), meaning(arg)])
        .collect();
    table(["option", "variable", "default", "meaning"], &rows)
}

/// The commands of a program, each with its own options; of one that takes those of a server, only
/// that it does.
fn commands(program: &Command, servers: &[&Command]) -> String {
    let texts = below(program).into_iter().map(|(name, command)| {
        let about = text(command.get_long_about().or(command.get_about()));
        let args: Vec<&Arg> = arguments(command)
            .filter(|arg| !arg.is_global_set())
            .collect();
        let is_of =
            |server: &&&Command| !args.is_empty() && args.iter().all(|arg| same(arg, server));
        let options = match servers.iter().find(is_of) {
            Some(server) => format!("It takes the options of `{}`.\n", server.get_name()),
            None if args.is_empty() => String::new(),
            None => listed(&args),
        };
        format!("### {name}\n\n{about}.\n\n{options}")
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// All commands below one, with their whole names; of those that only hold others, the others.
fn below(command: &Command) -> Vec<(String, &Command)> {
    let mut all = Vec::new();
    for inner in command.get_subcommands() {
        if inner.get_name() == "help" || inner.is_hide_set() {
            continue;
        }
        let further = below(inner);
        if further.is_empty() {
            all.push((
                format!("{} {}", command.get_name(), inner.get_name()),
                inner,
            ));
        }
        let whole = |(rest, it)| (format!("{} {rest}", command.get_name()), it);
        all.extend(further.into_iter().map(whole));
    }
    all
}

/// Every variable, with the option in whose place it stands.
fn variables(programs: &[&Command]) -> String {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, what) in WITHOUT_OPTION {
        all.insert((*name).to_owned(), (*what).to_owned());
    }
    let commands = programs.iter().flat_map(|program| {
        let inner = below(program).into_iter().map(|(_, command)| command);
        std::iter::once(*program).chain(inner)
    });
    for arg in commands.flat_map(arguments) {
        if let (Some(variable), Some(long)) = (arg.get_env(), arg.get_long()) {
            let variable = variable.to_string_lossy().into_owned();
            all.entry(variable).or_insert_with(|| format!("`--{long}`"));
        }
    }
    let rows: Vec<[String; 2]> = all
        .into_iter()
        .map(|(variable, what)| [format!("`{variable}`"), what])
        .collect();
    table(["variable", "in place of"], &rows)
}

/// An option as it is written.
fn shown(arg: &Arg) -> String {
    let values = arg.get_value_names().unwrap_or_default();
    let value = values.first().map(ToString::to_string);
    let value = value.filter(|_| arg.get_action().takes_values());
    let is_repeated = matches!(arg.get_action(), ArgAction::Append);
    match (arg.get_long(), value) {
        (Some(long), value) => {
            let short = arg
                .get_short()
                .map_or_else(String::new, |it| format!("-{it}, "));
            let value = value.map_or_else(String::new, |it| format!(" {it}"));
            format!("`{short}--{long}{value}`")
        }
        (None, Some(value)) if is_repeated => format!("`{value}…`"),
        (None, value) => format!("`{}`", value.unwrap_or_default()),
    }
}

fn variable(arg: &Arg) -> String {
    arg.get_env()
        .map_or_else(String::new, |name| format!("`{}`", name.to_string_lossy()))
}

fn default(arg: &Arg) -> String {
    if !arg.get_action().takes_values() {
        return String::new();
    }
    codes(
        arg.get_default_values()
            .iter()
            .filter_map(|value| value.to_str())
            .filter(|value| !value.is_empty()),
    )
}

/// What an option does, whole, with the values that it may have.
fn meaning(arg: &Arg) -> String {
    let mut meaning = text(arg.get_long_help().or(arg.get_help()));
    let values = arg.get_possible_values();
    let is_switch = !arg.get_action().takes_values();
    if !values.is_empty() && !is_switch {
        let values = values.iter().map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        });
        meaning = format!("{meaning}: {}", values.collect::<Vec<_>>().join(", "));
    }
    meaning
}

fn text(text: Option<&StyledStr>) -> String {
    let text = text.map(ToString::to_string).unwrap_or_default();
    let paragraphs = text.split("\n\n").map(|it| it.trim().trim_end_matches('.'));
    paragraphs.collect::<Vec<_>>().join(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> String {
        parts().into_iter().map(|(_, _, text)| text).collect()
    }

    #[test]
    fn every_variable_of_the_programs_is_told() {
        let source = include_str!("../../../crates/pm-cli/src/env.rs");
        let page = page();
        let names = source.split('"').filter(|word| word.starts_with("PM_"));
        let mut count = 0;
        for name in names {
            assert!(page.contains(&format!("| `{name}` |")), "{name}");
            count += 1;
        }
        assert!(count > 20, "{count}");
    }

    #[test]
    fn an_option_is_told_with_its_variable_and_its_default() {
        let page = page();
        assert!(
            page.contains("| `--lease TIME` | `PM_LEASE` | `2h` |"),
            "{page}"
        );
        assert!(
            page.contains("| `--read-only` | `PM_READ_ONLY` |  |"),
            "{page}"
        );
        assert!(page.contains("### pm-mcp-http doctor"), "{page}");
    }
}
