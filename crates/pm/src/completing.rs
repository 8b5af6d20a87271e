//! Names of processes and tasks, for a shell that completes the command line.

use clap::{CommandFactory as _, Parser as _};
use clap_complete::{ArgValueCandidates, CompletionCandidate};
use pm_core::{FileStoreOptions, ProcessManager};

use crate::cli::Cli;
use crate::globals::GlobalArgs;
use crate::place::Place;

/// The options that say where the names are to be looked for.
const WHERE: [&str; 5] = ["-p", "--process", "--dir", "--store", "--workspace"];

/// The definition of the command line, with names where names are asked for.
pub(crate) fn command() -> clap::Command {
    with_names(Cli::command())
}

fn with_names(command: clap::Command) -> clap::Command {
    // The task that is added has a name that no other has.
    let is_new = command.get_name() == "add";
    let commands: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let command = command.mut_args(|argument| match argument.get_id().as_str() {
        "process" => argument.add(ArgValueCandidates::new(processes)),
        "task" if is_new => argument,
        "task" | "tasks" | "after" => argument.add(ArgValueCandidates::new(tasks)),
        _ => argument,
    });
    let with = |command: clap::Command, name| command.mut_subcommand(name, with_names);
    commands.into_iter().fold(command, with)
}

fn processes() -> Vec<CompletionCandidate> {
    let names = store().and_then(|(manager, _)| manager.process_names().ok());
    let names = names.into_iter().flatten();
    names.map(|name| candidate(name.as_ref())).collect()
}

fn tasks() -> Vec<CompletionCandidate> {
    let process = store().and_then(|(manager, named)| {
        let name = match named {
            Some(named) => named,
            None => match manager.process_names().ok()?.as_slice() {
                [only] => only.to_string(),
                _ => return None,
            },
        };
        manager.process(&name).ok()
    });
    let tasks = process.iter().flat_map(|process| process.tasks.iter());
    tasks.map(|(name, _)| candidate(name.as_str())).collect()
}

/// The store that the words so far lead to, and the process that they name. It is only read, and
/// not made if there is none.
fn store() -> Option<(ProcessManager, Option<String>)> {
    let place = Place::find(&given()?).ok()?;
    let directory = place.store.directory();
    if directory.is_some_and(|directory| !directory.is_dir()) {
        return None;
    }
    let options = FileStoreOptions {
        read_only: true,
        checkpoint_in_background: false,
        ..FileStoreOptions::default()
    };
    Some((place.store.open(options).ok()?, place.process))
}

/// What the words so far, which need not be a whole command, say of where to look.
fn given() -> Option<GlobalArgs> {
    #[derive(clap::Parser)]
    struct Given {
        #[command(flatten)]
        global: GlobalArgs,
    }
    let words: Vec<String> = std::env::args().collect();
    let pairs = words.windows(2).filter(|pair| {
        let first = pair.first().map(String::as_str);
        first.is_some_and(|first| WHERE.contains(&first))
    });
    let named = pairs.flatten().cloned();
    let given =
        Given::try_parse_from(std::iter::once(crate::globals::PROGRAM.to_owned()).chain(named));
    Some(given.ok()?.global)
}

/// A name in a spelling that needs no quotes: it is found by that, too.
fn candidate(name: &str) -> CompletionCandidate {
    let spelled: String = name
        .chars()
        .map(|c| match c {
            '_' | '.' | '/' => c,
            c if c.is_alphanumeric() => c,
            _ => '-',
        })
        .collect();
    let help = (spelled != name).then(|| name.to_owned().into());
    CompletionCandidate::new(spelled).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_asked_for_where_they_belong() {
        let command = command();
        let has = |name: &str, argument: &str| {
            let command = command.find_subcommand(name).unwrap();
            let mut arguments = command.get_arguments();
            let argument = arguments.find(|it| it.get_id() == argument).unwrap();
            argument.get::<ArgValueCandidates>().is_some()
        };
        assert!(has("show", "task"));
        assert!(has("done", "tasks"));
        assert!(has("add", "after"));
        assert!(!has("add", "task"));
    }

    #[test]
    fn a_name_is_spelled_without_quotes() {
        let spelled = candidate("Garden Planner (old)");
        assert_eq!(spelled.get_value(), "Garden-Planner--old-");
        assert_eq!(candidate("src/main.rs").get_value(), "src/main.rs");
    }
}
