//! What goes with a program: its manual pages and the completions of its command line, both made
//! from the definition of the command line, so that they never say anything else.

mod zsh;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap_complete::CompleteEnv;
use clap_complete::env::{Bash, Elvish, Fish, Powershell, Shells};

use self::zsh::Zsh;
use crate::command_line::one_line;

/// The variable by which a shell asks a program what could come next.
const VARIABLE: &str = "PM_COMPLETE";

/// The shells for which there are completions.
pub const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// What each of them is answered.
const ANSWERS: Shells<'static> = Shells(&[&Bash, &Elvish, &Fish, &Powershell, &Zsh]);

/// The script that has a shell ask `program` what could come next; `None` for an unknown shell.
///
/// The program must be in the `PATH` of whoever completes.
pub fn completions(program: &str, shell: &str) -> Option<String> {
    let shell = ANSWERS.completer(shell)?;
    let mut script = Vec::new();
    let written = shell.write_registration(VARIABLE, program, program, program, &mut script);
    written.ok()?;
    String::from_utf8(script).ok()
}

/// Answers a shell that asks what could come next, and returns the exit code for that; `None` if the
/// program was started for anything else.
pub fn answer(program: &str, command: fn() -> clap::Command) -> Option<ExitCode> {
    let here = std::env::current_dir().ok();
    let answered = CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .bin(program)
        .completer(program)
        .shells(ANSWERS)
        .try_complete(std::env::args_os(), here.as_deref());
    match answered {
        Ok(false) => None,
        Ok(true) => Some(ExitCode::SUCCESS),
        Err(error) => Some(crate::refuse(program, &one_line(&error))),
    }
}

/// Writes the manual pages of a program and its commands into a directory.
pub fn write_manual(command: clap::Command, directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    clap_mangen::generate_to(command, directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_has_completions_that_ask_the_program() {
        for shell in SHELLS {
            let script = completions("pm", shell).unwrap();
            assert!(script.contains(VARIABLE), "{shell}: {script}");
        }
        assert_eq!(completions("pm", "csh"), None);
    }

    #[test]
    fn zsh_is_answered_the_first_time_as_well() {
        let script = completions("pm-mcp-http", "zsh").unwrap();
        let end = "if [[ \"${funcstack[1]-}\" = \"_pm-mcp-http\" ]]; then\n    \
                   _clap_dynamic_completer_pm_mcp_http \"$@\"\nfi\n";
        assert!(script.ends_with(end), "{script}");
    }

    #[test]
    fn every_command_has_a_page() {
        let command = clap::Command::new("pm").subcommand(clap::Command::new("list"));
        let directory = tempfile::tempdir().unwrap();
        let pages = directory.path().join("man1");
        write_manual(command, &pages).unwrap();
        for page in ["pm.1", "pm-list.1"] {
            let text = std::fs::read_to_string(pages.join(page)).unwrap();
            assert!(text.contains(".TH"), "{text}");
        }
    }
}
