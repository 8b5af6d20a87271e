//! Names of processes, tasks, jobs and code, for a shell that completes the command line.

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::{ArgMatches, CommandFactory as _, Parser as _};
use clap_complete::{ArgValueCandidates, CompletionCandidate};
use pm_core::{Process, ProcessManager, Task};

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
    // The task or the job that is added has a name that no other has.
    let (adds_task, adds_job) = match command.get_name() {
        "add" => (true, true),
        "job" => (false, true),
        _ => (false, false),
    };
    let commands: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    let command = command.mut_args(|argument| match argument.get_id().as_str() {
        "process" => argument.add(ArgValueCandidates::new(processes)),
        "task" if adds_task => argument,
        "job" if adds_job => argument,
        "task" | "tasks" | "after" => argument.add(ArgValueCandidates::new(tasks)),
        "job" => argument.add(ArgValueCandidates::new(jobs)),
        "code" => argument.add(ArgValueCandidates::new(code)),
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
    let process = process();
    let tasks = process.iter().flat_map(|process| process.tasks.keys());
    tasks.map(|name| candidate(name.as_str())).collect()
}

fn jobs() -> Vec<CompletionCandidate> {
    of_tasks(|task| task.jobs.values().map(|job| job.name.to_string()).collect())
}

fn code() -> Vec<CompletionCandidate> {
    of_tasks(|task| {
        task.snippet_names()
            .iter()
            .map(ToString::to_string)
            .collect()
    })
}

/// The names that the tasks have which the words so far name, each once.
fn of_tasks(names: impl Fn(&Task) -> Vec<String>) -> Vec<CompletionCandidate> {
    let wanted = tasks_in(&words());
    let Some(process) = process().filter(|_| !wanted.is_empty()) else {
        return Vec::new();
    };
    let tasks = wanted.iter().filter_map(|task| process.task(task).ok());
    let mut told = BTreeSet::new();
    let names = tasks.flat_map(|(_, task)| names(task));
    let names = names.filter(|name| told.insert(name.clone()));
    names.map(|name| candidate(&name)).collect()
}

/// The process in which the words so far work.
fn process() -> Option<Arc<Process>> {
    let (manager, named) = store()?;
    let name = match named {
        Some(named) => named,
        None => match manager.process_names().ok()?.as_slice() {
            [only] => only.to_string(),
            _ => return None,
        },
    };
    manager.process(&name).ok()
}

/// The words of the command line that is completed; they follow the words that ask for it.
fn words() -> Vec<String> {
    let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    words.skip_while(|word| word != "--").skip(1).collect()
}

/// The tasks that a command line names, which need not be whole.
fn tasks_in(words: &[String]) -> Vec<String> {
    let command = Cli::command().ignore_errors(true);
    let Ok(mut matches) = command.try_get_matches_from(words) else {
        return Vec::new();
    };
    while let Some((_, inner)) = matches.remove_subcommand() {
        matches = inner;
    }
    let texts = |matches: &ArgMatches, id: &str| -> Vec<String> {
        // Not every command has an argument of this name.
        let texts = matches.try_get_many::<String>(id).ok().flatten();
        texts.into_iter().flatten().cloned().collect()
    };
    // The second of the names that renaming takes is a new one.
    let renamed = texts(&matches, "names").into_iter().take(1);
    let named = ["task", "tasks"].into_iter();
    named
        .flat_map(|id| texts(&matches, id))
        .chain(renamed)
        .collect()
}

/// The store that the words so far lead to, and the process that they name. It is only read, and
/// not made if there is none.
fn store() -> Option<(ProcessManager, Option<String>)> {
    let place = Place::find(&given()?).ok()?;
    let directory = place.store.directory();
    if directory.is_some_and(|directory| !directory.is_dir()) {
        return None;
    }
    Some((place.store.open_at_once().ok()?, place.process))
}

/// What the words so far, which need not be a whole command, say of where to look.
fn given() -> Option<GlobalArgs> {
    #[derive(clap::Parser)]
    struct Given {
        #[command(flatten)]
        global: GlobalArgs,
    }
    let words = words();
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
            // No shell takes these for anything else, and they tell a name from another.
            c if !c.is_ascii() && !c.is_whitespace() && !c.is_control() => c,
            _ => '-',
        })
        .collect();
    // With a hyphen in front it would be taken for an option.
    let spelled = match spelled.trim_start_matches('-') {
        "" => name.to_owned(),
        spelled => spelled.to_owned(),
    };
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
        assert!(has("done", "job"));
        assert!(has("rename", "job"));
        assert!(!has("add", "job"));
        assert!(!has("job", "job"));
        assert!(has("job", "task"));
    }

    #[test]
    fn the_tasks_of_a_line_that_is_not_whole_are_found() {
        for (line, tasks) in [
            ("pm done dig sow --job", &["dig", "sow"][..]),
            ("pm done dig -j ", &["dig"]),
            ("pm -p garden rename dig -j o", &["dig"]),
            ("pm rename dig ditch --job=o", &["dig"]),
            ("pm code get dig ", &["dig"]),
            ("pm code diff dig a.rs --nonsense", &["dig"]),
            ("pm done -j o", &[]),
            ("pm", &[]),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(tasks_in(&words), tasks, "{line}");
        }
    }

    #[test]
    fn a_name_is_spelled_without_quotes() {
        let spelled = candidate("Garden Planner (old)");
        assert_eq!(spelled.get_value(), "Garden-Planner--old-");
        assert_eq!(candidate("src/main.rs").get_value(), "src/main.rs");
        assert_eq!(candidate("🌱 Ümläut").get_value(), "🌱-Ümläut");
        assert_eq!(candidate("(old) beds").get_value(), "old--beds");
    }
}
