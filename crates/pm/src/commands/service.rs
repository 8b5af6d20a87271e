//! `pm service`: the server as a service of whoever is logged in.

use std::fs;
use std::io;
use std::process::{Command, ExitCode, Stdio};

use pm_core::reason;

use crate::clients::Folders;
use crate::context::Context;
use crate::login_service::{Action, Service, Step};
use crate::stop::{Outcome, Stop};

/// What is done with the service.
#[derive(Debug, clap::Args)]
pub(crate) struct ServiceArgs {
    /// What is done with it.
    #[command(subcommand)]
    action: Action,

    /// Say what would be done, and do nothing
    #[arg(long, global = true)]
    dry_run: bool,
}

pub(crate) fn run(args: &ServiceArgs, context: &Context) -> Outcome {
    let folders = Folders::current().ok_or_else(|| {
        Stop::Usage("no home directory is known, and so nowhere to put a service".to_owned())
    })?;
    let service = Service {
        system: folders.system,
        home: &folders.home,
        config: &folders.config(),
        user: user()?,
        command: &command(context)?,
    };
    let steps = service.steps(args.action);
    if args.dry_run {
        for step in &steps {
            context.screen.print_text(&told(step));
        }
        return Ok(ExitCode::SUCCESS);
    }
    if args.action == Action::Install {
        install(&steps)?;
    } else {
        steps.iter().try_for_each(take)?;
    }
    if args.action == Action::Install {
        context.screen.print_text(
            "The server runs, now and whenever you are logged in; `pm service status` shows it.\n",
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// This program as a server, on the directory that it works with here.
fn command(context: &Context) -> Result<Vec<String>, Stop> {
    let unwritable = || Stop::Unable("a path is not written in Unicode".to_owned());
    let program = std::env::current_exe().map_err(|error| {
        Stop::Unable(format!(
            "where this program is cannot be found out: {}",
            reason(&error)
        ))
    })?;
    let program = program.to_str().ok_or_else(unwritable)?;
    let mut command = vec![program.to_owned(), "serve".to_owned()];
    command.extend(context.store_options_everywhere()?);
    Ok(command)
}

/// Takes the steps of an installation; after one that fails, the files that they made are gone again.
fn install(steps: &[Step]) -> Result<(), Stop> {
    let new = steps.iter().filter_map(|step| match step {
        Step::Write { file, .. } if !file.exists() => Some(file),
        _ => None,
    });
    let new: Vec<_> = new.collect();
    steps.iter().try_for_each(take).map_err(|stop| {
        for file in new {
            // A file that was not made is not there, which is no failure.
            let _ = fs::remove_file(file);
        }
        Stop::Failed(format!(
            "Nothing was installed: {stop}. Start `pm serve` in another way; `pm service install \
             --dry-run` says what was to be done."
        ))
    })
}

fn take(step: &Step) -> Result<(), Stop> {
    match step {
        Step::Write { file, text } => {
            let failed =
                |error: io::Error| Stop::Unable(format!("{}: {}", file.display(), reason(&error)));
            if let Some(directory) = file.parent() {
                fs::create_dir_all(directory).map_err(failed)?;
            }
            fs::write(file, text).map_err(failed)
        }
        Step::Remove(file) => {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Stop::Unable(
                    format!("{}: {}", file.display(), reason(&error)),
                )),
                _ => Ok(()),
            }
        }
        Step::Run { command, may_fail } => {
            let line = command.join(" ");
            let Some((program, arguments)) = command.split_first() else {
                return Ok(());
            };
            let mut child = Command::new(program);
            child.args(arguments).stdin(Stdio::null());
            if *may_fail {
                child.stderr(Stdio::null());
            }
            match child.status() {
                Ok(status) if status.success() || *may_fail => Ok(()),
                Ok(status) => Err(Stop::Unable(format!("`{line}` failed: {status}"))),
                Err(error) => Err(Stop::Unable(format!(
                    "`{line}` cannot be run here: {}",
                    reason(&error)
                ))),
            }
        }
    }
}

/// A step in words.
fn told(step: &Step) -> String {
    match step {
        Step::Write { file, text } => format!("write {}:\n{text}", file.display()),
        Step::Remove(file) => format!("remove {}\n", file.display()),
        Step::Run { command, .. } => format!("run {}\n", command.join(" ")),
    }
}

/// The number of the user, which launchd asks for.
#[cfg(unix)]
fn user() -> Result<u32, Stop> {
    use std::os::unix::fs::MetadataExt as _;
    let home = etcetera::home_dir().map_err(|error| Stop::Unable(error.to_string()))?;
    let found = fs::metadata(&home);
    let found =
        found.map_err(|error| Stop::Unable(format!("{}: {}", home.display(), reason(&error))))?;
    Ok(found.uid())
}

#[cfg(not(unix))]
fn user() -> Result<u32, Stop> {
    Ok(0)
}
