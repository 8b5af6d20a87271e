//! The editor of who works here, on a file that is there for as long as it is edited.

use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};
use std::process::Command;

use pm_core::reason;
use tempfile::NamedTempFile;

use crate::screen::complain;
use crate::stop::Stop;

/// What came of an editor.
pub(super) struct Edited {
    pub(super) text: String,
    /// The file, until it is kept.
    file: Cell<Option<NamedTempFile>>,
}

/// Has a text edited, and answers what came of it.
pub(super) fn edited(text: &str) -> Result<Edited, Stop> {
    let editor = editor().ok_or_else(|| {
        Stop::Failed(
            "Nothing was changed: nobody is at a terminal, and EDITOR names no editor. Say what is to \
             change with options, as in --description TEXT; `pm edit --help` lists them."
                .into(),
        )
    })?;
    let failed =
        |error: std::io::Error| Stop::Failed(format!("nothing can be edited: {}", reason(&error)));
    let file = tempfile::Builder::new()
        .prefix("pm-")
        .suffix(".md")
        .tempfile();
    let mut file = file.map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.flush().map_err(failed)?;
    let path = file.path().to_owned();
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(&path).status();
    let status = status.map_err(|error| {
        let error = reason(&error);
        let why = format!("the editor {program} does not start: {error}; name one in EDITOR");
        Stop::Failed(why)
    })?;
    let mut edited = Edited {
        text: String::new(),
        file: Cell::new(Some(file)),
    };
    // Many an editor writes another file in its place.
    let after = std::fs::read_to_string(&path);
    if !status.success() {
        let stop = Stop::Failed(format!(
            "Nothing was changed: {program} ended with {status}."
        ));
        let is_written = after.is_ok_and(|after| after != text);
        return Err(if is_written { edited.kept(stop) } else { stop });
    }
    edited.text = after.map_err(|error| edited.refused(&reason(&error)))?;
    Ok(edited)
}

impl Edited {
    /// Leaves the file where it is, as what is in it was not saved, and says where that is.
    fn keep(&self) -> Option<String> {
        let (_, path) = self.file.take()?.keep().ok()?;
        Some(format!("What you wrote is in {}.", path.display()))
    }

    /// Says why nothing was saved, and where what was written is.
    pub(super) fn refused(&self, why: &str) -> Stop {
        self.kept(Stop::Failed(format!("Nothing was saved: {why}.")))
    }

    /// Says with why something was not saved where what was written is.
    pub(super) fn kept(&self, stop: Stop) -> Stop {
        let Some(kept) = self.keep() else {
            return stop;
        };
        match stop {
            Stop::Failed(why) => Stop::Failed(format!("{why} {kept}")),
            stop => {
                complain(&kept);
                stop
            }
        }
    }
}

/// The editor that is named, or the usual one if somebody is there to use it.
fn editor() -> Option<String> {
    let names = ["VISUAL", "EDITOR"].into_iter();
    let mut editors = names.filter_map(|name| std::env::var(name).ok());
    let usual = if cfg!(windows) { "notepad" } else { "vi" };
    let wanted = editors.find(|editor| !editor.trim().is_empty());
    let usual = || std::io::stdin().is_terminal().then(|| usual.to_owned());
    wanted.or_else(usual)
}
