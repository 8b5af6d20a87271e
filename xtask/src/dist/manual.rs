//! Manual pages and completions, as the programs themselves write them.

use std::fs;

use anyhow::Result;

use super::{contents::Contents, programs::Program};
use crate::{cmd::cmd, workspace};

/// The shells, and what the file of a program's completions is called in each.
const SHELLS: [(&str, &str, &str); 4] = [
    ("bash", "", ".bash"),
    ("zsh", "_", ""),
    ("fish", "", ".fish"),
    ("powershell", "", ".ps1"),
];

/// Adds both for each program.
pub(super) fn add(programs: &[Program], contents: &mut Contents) -> Result<()> {
    let pages = workspace::temp_dir()?;
    for program in programs {
        let name = program.name;
        cmd(&program.path)
            .arg("--man-pages")
            .arg(pages.path())
            .run()?;
        for (shell, before, after) in SHELLS {
            // Asked by a shell about nothing yet, a program answers with the script for it.
            let script = cmd(&program.path).env("PM_COMPLETE", shell).read()?;
            contents.add(format!("completions/{before}{name}{after}"), script.into());
        }
    }
    for entry in fs::read_dir(pages.path())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        contents.add_file(&format!("man/man1/{name}"), &entry.path())?;
    }
    Ok(())
}
