//! `pm init`: a directory gets a process, and a store of its own if that is wished.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use pm_cli::ConfigError;
use pm_cli::project::{PROJECT_FILE, PROJECT_STORE, Project};
use pm_core::{ProcessName, reason};

use crate::context::{Answer, Context, Object};
use crate::place::{Place, StorePlace};
use crate::stop::{Outcome, Stop};

/// Which process the directory gets.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// Name of the process, which is made if there is none [default: the one that -p names, or
    /// else the name of the directory]
    name: Option<ProcessName>,

    /// Store it in the directory itself, in .processes, in place of the usual place
    #[arg(long)]
    here: bool,
}

pub(crate) fn run(args: &InitArgs, context: &Context) -> Outcome {
    let here = std::env::current_dir()
        .map_err(|error| Stop::Unable(format!("there is no directory here: {}", reason(&error))))?;
    let name = match &args.name {
        Some(name) => name.to_string(),
        None => match context.named_outright() {
            Some(name) => outright(name)?,
            None => name_of(&here)?,
        },
    };
    let file = here.join(PROJECT_FILE);
    if file.exists() {
        let named = Project::above(&here)
            .map_err(ConfigError::Project)?
            .and_then(|project| project.process);
        let named = named.map_or_else(String::new, |name| format!(", and names \"{name}\""));
        let why = format!("Nothing was written: {PROJECT_FILE} is there already{named}.");
        return Err(Stop::Failed(why));
    }
    let store = here.join(PROJECT_STORE);
    if args.here {
        let place = context.usual_place()?.store;
        if place.directory().is_none() {
            return Err(Stop::Usage(format!(
                "--here makes a directory, and the processes are in {place}; leave one of them out"
            )));
        }
        std::fs::create_dir_all(&store).map_err(|error| failed(&store, &error))?;
        context.work_in(Place {
            store: StorePlace::Directory(store),
            process: Some(name.clone()),
            named_by: None,
        });
    }
    let manager = context.manager()?;
    let message = match manager.process(&name) {
        Ok(process) => format!("This directory works in the process \"{}\".", process.name),
        Err(pm_core::Error::Process(_)) => {
            let mut arguments = Object::new();
            arguments.insert("name".into(), name.as_str().into());
            context.call("process_new", arguments)?;
            format!("Created the process \"{name}\", in which this directory works.")
        }
        Err(error) => return Err(context.refused("process_load", error)),
    };
    write(&file, &name)?;
    let mut answer = Object::new();
    answer.insert("success".into(), true.into());
    answer.insert(
        "message".into(),
        format!("{message} {PROJECT_FILE} says so.").into(),
    );
    answer.insert("process_name".into(), name.into());
    let store = &context.place()?.store;
    let kind = match store.directory() {
        Some(_) => "directory",
        None => "store",
    };
    answer.insert(kind.into(), store.to_string().into());
    context.say(&Answer(answer));
    Ok(ExitCode::SUCCESS)
}

/// A name that an option or a variable gives a process.
fn outright(name: &str) -> Result<String, Stop> {
    let name = name.parse::<ProcessName>();
    name.map(|name| name.to_string())
        .map_err(|problem| Stop::Usage(problem.to_string()))
}

/// The name of a directory as that of a process.
fn name_of(directory: &Path) -> Result<String, Stop> {
    let name = directory.file_name().map(|name| name.to_string_lossy());
    let name = name.unwrap_or_default();
    let is_name = name.parse::<ProcessName>().is_ok();
    if is_name {
        return Ok(name.into_owned());
    }
    Err(Stop::Usage(
        "no process can be called like this directory; write `pm init NAME`".into(),
    ))
}

/// Writes the file, which must not be there.
fn write(file: &Path, name: &str) -> Result<(), Stop> {
    let created = std::fs::File::options()
        .write(true)
        .create_new(true)
        .open(file);
    let written = created.and_then(|mut file| writeln!(file, "{name}"));
    written.map_err(|error| failed(file, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Stop {
    Stop::Unable(format!(
        "cannot write {}: {}",
        path.display(),
        reason(error)
    ))
}
