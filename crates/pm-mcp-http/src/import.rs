//! `import`: makes processes of other task managers' files, and brings them up to date later on.

mod telling;

use std::process::ExitCode;

use pm_cli::{ConfigError, refuse, storage_directory};
use pm_core::{Actor, FileStore, ProcessManager};
use pm_import::{Bullets, IfThere, Imported, NameTaken, Options, Prepared};

use self::telling::Teller;
use crate::PROGRAM;
use crate::cli::ImportArgs;

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
    if let Some(name) = &args.name {
        pm_import::name_all(&mut found, name);
    }
    let store = FileStore::open(storage_directory(args.dir.as_deref())?)?;
    let manager = ProcessManager::new(store).acting_as(Actor::Client {
        client: "import".into(),
        principal: None,
    });
    let if_there = if args.update {
        IfThere::Update
    } else {
        IfThere::Refuse
    };
    let prepared = prepare(&manager, found, if_there, teller);
    let has_left_out = |one: &Prepared| one.imported.report.left_out_count() > 0;
    let is_odd = prepared.iter().any(has_left_out);
    if args.strict && (teller.has_refused() || is_odd) {
        for one in &prepared {
            teller.refuse_left_out(&one.imported.file, &one.imported.report);
        }
        teller.refuse("nothing was imported, as --strict takes all or nothing");
    } else {
        for one in prepared {
            carry_out(&manager, &one, args.dry_run, teller);
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

/// Says what is to be done with each, and refuses names that are taken.
fn prepare(
    manager: &ProcessManager,
    found: Vec<Imported>,
    if_there: IfThere,
    teller: &mut Teller,
) -> Vec<Prepared> {
    let existing = match manager.process_names() {
        Ok(names) => names,
        Err(error) => {
            teller.refuse(&error);
            return Vec::new();
        }
    };
    let (prepared, taken) = pm_import::prepare(existing, found, if_there);
    for taken in taken {
        let why = match taken {
            NameTaken::Twice { file, other, name } => format!(
                "{}: {} makes a process \"{name}\", too; import one of them with --name",
                file.display(),
                other.display()
            ),
            NameTaken::There { file, name } => format!(
                "{}: there is a process \"{name}\" already; bring it up to date with --update, or \
                 give another name with --name",
                file.display()
            ),
        };
        teller.refuse(&why);
    }
    prepared
}

fn carry_out(manager: &ProcessManager, prepared: &Prepared, dry_run: bool, teller: &mut Teller) {
    let done = if dry_run {
        prepared.try_out(manager)
    } else {
        prepared.carry_out(manager)
    };
    match done {
        Ok(done) => teller.tell(&prepared.imported, &done.outcome),
        Err(error) => {
            let file = prepared.imported.file.display();
            teller.refuse(&format!("{file}: {error}"));
        }
    }
}
