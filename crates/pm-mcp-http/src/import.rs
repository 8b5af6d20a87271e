//! `import`: makes processes of other task managers' files, all of them or none.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::process::ExitCode;

use pm_cli::{ConfigError, print, refuse, storage_directory};
use pm_core::{Actor, FileStore, Process, ProcessManager, ProcessName, folded};
use pm_import::Format;

use crate::PROGRAM;
use crate::cli::ImportArgs;

/// A process that is to be stored, and where it comes from.
struct Found {
    file: String,
    format: Format,
    process: Process,
    lost: Vec<String>,
}

/// Why nothing is imported, a line each.
struct Refusals(Vec<String>);

/// Imports, and returns 0 where all is stored, 1 where it is not, and 2 where the storage
/// directory cannot be used.
pub fn run(args: &ImportArgs) -> ExitCode {
    let outcome = find(args).map(|found| {
        let manager = open(args)?;
        let outcome =
            refuse_taken(&manager, &found).and_then(|()| store(&manager, found, args.dry_run));
        pm_cli::close(&manager);
        Ok(outcome)
    });
    let outcome = match outcome {
        Ok(Ok(outcome)) => outcome,
        Ok(Err::<_, ConfigError>(error)) => return refuse(PROGRAM, &error),
        Err(refusals) => Err(refusals),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Refusals(lines)) => {
            for line in lines {
                pm_cli::say(PROGRAM, &line);
            }
            ExitCode::FAILURE
        }
    }
}

fn open(args: &ImportArgs) -> Result<ProcessManager, ConfigError> {
    let store = FileStore::open(storage_directory(args.dir.as_deref())?)?;
    Ok(ProcessManager::new(store).acting_as(Actor::Client {
        client: "import".into(),
        principal: None,
    }))
}

/// Reads all files.
fn find(args: &ImportArgs) -> Result<Vec<Found>, Refusals> {
    let (mut found, mut bad) = (Vec::new(), Vec::new());
    for file in &args.files {
        match pm_import::read(file, args.format) {
            Ok(import) => found.extend(import.processes.into_iter().map(|imported| Found {
                file: file.display().to_string(),
                format: import.format,
                process: imported.process,
                lost: imported.lost,
            })),
            Err(error) => bad.push(error.to_string()),
        }
    }
    if !bad.is_empty() {
        bad.push("nothing was imported, as not all files can be".to_owned());
        return Err(Refusals(bad));
    }
    if let Some(name) = &args.name {
        let name: ProcessName = name.parse().map_err(|error| refusal(&error))?;
        match found.as_mut_slice() {
            [only] => only.process.name = name,
            all => {
                for item in all {
                    let own = format!("{name}: {}", item.process.name);
                    item.process.name = own.parse().map_err(|error| refusal(&error))?;
                }
            }
        }
    }
    Ok(found)
}

/// Refuses names that are taken, in the directory or by another file.
fn refuse_taken(manager: &ProcessManager, found: &[Found]) -> Result<(), Refusals> {
    let existing = manager.process_names().map_err(|error| refusal(&error))?;
    let existing = existing
        .into_iter()
        .map(|name| (folded(name.as_str()), None));
    let mut taken: BTreeMap<String, Option<&str>> = existing.collect();
    let mut bad = Vec::new();
    for item in found {
        let name = &item.process.name;
        match taken.insert(folded(name.as_str()), Some(&item.file)) {
            None => {}
            Some(None) => bad.push(format!(
                "{}: there is a process \"{name}\" already; give another name with --name",
                item.file
            )),
            Some(Some(other)) => bad.push(format!(
                "{}: {other} makes a process \"{name}\", too; import one of them with --name",
                item.file
            )),
        }
    }
    if bad.is_empty() {
        return Ok(());
    }
    bad.push("nothing was imported".to_owned());
    Err(Refusals(bad))
}

fn store(manager: &ProcessManager, found: Vec<Found>, dry_run: bool) -> Result<(), Refusals> {
    let done = if dry_run { "Would import" } else { "Imported" };
    let mut stored: Vec<String> = Vec::new();
    for item in found {
        let Found {
            file,
            format,
            process,
            lost,
        } = item;
        let name = process.name.to_string();
        let jobs: usize = process.tasks.values().map(|task| task.jobs.len()).sum();
        let tasks = process.tasks.len();
        if !dry_run {
            manager.create_whole(process).map_err(|error| {
                let already = match stored.as_slice() {
                    [] => "nothing was imported".to_owned(),
                    names => format!("only {} was imported", names.join(", ")),
                };
                Refusals(vec![format!("{file}: {error}"), already])
            })?;
        }
        print(&format!(
            "{done} \"{name}\" from {file} ({format}): tasks {tasks}, jobs {jobs}"
        ));
        for line in lost {
            print(&format!("  not carried over: {line}"));
        }
        stored.push(format!("\"{name}\""));
    }
    Ok(())
}

fn refusal(reason: &impl Display) -> Refusals {
    Refusals(vec![reason.to_string()])
}
