//! `import`: makes processes of other task managers' files, and brings them up to date later on.

mod telling;

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use pm_cli::{ConfigError, refuse, storage_directory};
use pm_core::resolve::folded;
use pm_core::{Action, Actor, Error, FileStore, Process, ProcessManager, ProcessName};
use pm_import::{Bullets, Imported, Options};

use self::telling::{Outcome, Teller};
use crate::PROGRAM;
use crate::cli::ImportArgs;

/// What is to be done with what was found.
enum Plan {
    /// It is a new process.
    Create,
    /// It is a process that is there, by this name.
    Update(ProcessName),
}

/// Imports, and returns 0 where all that was asked for is stored (odd items, which are named,
/// aside), 1 where a file or a process is not, and 2 where the storage directory cannot be used.
pub fn run(args: &ImportArgs) -> ExitCode {
    let mut teller = Teller::new(args.dry_run);
    match import(args, &mut teller) {
        Ok(()) => teller.finish(),
        Err(error) => refuse(PROGRAM, &error),
    }
}

fn import(args: &ImportArgs, teller: &mut Teller) -> Result<(), ConfigError> {
    let mut found = find(args, teller);
    name(&mut found, args.name.as_ref());
    let store = FileStore::open(storage_directory(args.dir.as_deref())?)?;
    let manager = ProcessManager::new(store).acting_as(Actor::Client {
        client: "import".into(),
        principal: None,
    });
    let planned = plan(&manager, found, args.update, teller);
    let has_left_out = |imported: &Imported| imported.report.left_out_count() > 0;
    let is_odd = planned.iter().any(|(imported, _)| has_left_out(imported));
    if args.strict && (teller.has_refused() || is_odd) {
        for (imported, _) in &planned {
            teller.refuse_items(imported);
        }
        teller.refuse("nothing was imported, as --strict takes all or nothing");
    } else {
        for (imported, plan) in planned {
            carry_out(&manager, imported, plan, args.dry_run, teller);
        }
    }
    pm_cli::close(&manager);
    Ok(())
}

/// Reads all files.
fn find(args: &ImportArgs, teller: &mut Teller) -> Vec<Imported> {
    let options = Options {
        format: args.format,
        bullets: if args.bullets {
            Bullets::All
        } else {
            Bullets::WithBoxes
        },
    };
    let mut found = Vec::new();
    for file in &args.files {
        match pm_import::read(file, options) {
            Ok(imported) => found.extend(imported),
            Err(error) => {
                teller.refuse(&error);
                teller.refuse_left_out(&error.path, &error.report);
            }
        }
    }
    found
}

/// Gives the processes the name that was asked for; in front of their own, where they are several.
fn name(found: &mut [Imported], name: Option<&ProcessName>) {
    match (found, name) {
        (_, None) => {}
        ([only], Some(name)) => only.process.name = name.clone(),
        (several, Some(name)) => {
            for imported in several {
                let own = format!("{name}: {}", imported.process.name);
                // Both are names, and only the length of the two can be too much.
                let short: String = own.chars().take(pm_core::name::MAX_NAME_CHARS).collect();
                if let Ok(name) = short.parse() {
                    imported.process.name = name;
                }
            }
        }
    }
}

/// Says what is to be done with each, and refuses names that are taken.
fn plan(
    manager: &ProcessManager,
    found: Vec<Imported>,
    update: bool,
    teller: &mut Teller,
) -> Vec<(Imported, Plan)> {
    let existing = match manager.process_names() {
        Ok(names) => names,
        Err(error) => {
            teller.refuse(&error);
            return Vec::new();
        }
    };
    let existing = existing.into_iter();
    let existing: HashMap<String, ProcessName> =
        existing.map(|name| (folded(name.as_str()), name)).collect();
    let mut taken: HashMap<String, String> = HashMap::new();
    let mut planned = Vec::new();
    for imported in found {
        let (name, file) = (&imported.process.name, shown(&imported.file));
        let key = folded(name.as_str());
        if let Some(other) = taken.get(&key) {
            teller.refuse(&format!(
                "{file}: {other} makes a process \"{name}\", too; import one of them with --name"
            ));
            continue;
        }
        taken.insert(key.clone(), file.clone());
        match existing.get(&key) {
            None => planned.push((imported, Plan::Create)),
            Some(own) if update => {
                let own = own.clone();
                planned.push((imported, Plan::Update(own)));
            }
            Some(own) => teller.refuse(&format!(
                "{file}: there is a process \"{own}\" already; bring it up to date with --update, \
                 or give another name with --name"
            )),
        }
    }
    planned
}

fn carry_out(
    manager: &ProcessManager,
    imported: Imported,
    plan: Plan,
    dry_run: bool,
    teller: &mut Teller,
) {
    let Imported {
        process,
        file,
        format,
        report,
    } = imported;
    let process = Arc::new(process);
    let done = match plan {
        Plan::Create if dry_run => Ok(Outcome::Created),
        Plan::Create => manager
            .create_whole(Process::clone(&process))
            .map(|_| Outcome::Created),
        Plan::Update(name) => update(manager, &name, &process, dry_run).map(Outcome::Updated),
    };
    match done {
        Ok(outcome) => teller.tell(&process, &file, format, &outcome, &report),
        Err(error) => teller.refuse(&format!("{}: {error}", shown(&file))),
    }
}

/// Brings a process up to date, without a change where it is.
fn update(
    manager: &ProcessManager,
    name: &ProcessName,
    imported: &Arc<Process>,
    dry_run: bool,
) -> Result<pm_import::Updated, Error> {
    let present = manager.process(name.as_str())?;
    let planned = pm_import::update(&mut Process::clone(&present), imported);
    if dry_run || planned.is_nothing() {
        return Ok(planned);
    }
    let imported = Arc::clone(imported);
    let updated = manager.revise(name, move |process, _| {
        let updated = pm_import::update(process, &imported);
        let summary = format!(
            "imported anew (new tasks: {}, changed: {})",
            updated.added, updated.changed
        );
        Ok((updated, Action::new("import", summary)))
    })?;
    Ok(updated.value)
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
