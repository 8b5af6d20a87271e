//! Completions for zsh, which clap's script offers only from the second time on if it is installed.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap_complete::env::{EnvCompleter, Zsh as Claps};

/// Completions for zsh.
pub(super) struct Zsh;

impl EnvCompleter for Zsh {
    fn name(&self) -> &'static str {
        Claps.name()
    }

    fn is(&self, name: &str) -> bool {
        Claps.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        program: &str,
        completer: &str,
        script: &mut dyn Write,
    ) -> io::Result<()> {
        Claps.write_registration(variable, name, program, completer, script)?;
        // zsh loads an installed script when it is first asked, as the function of the file's name,
        // and takes what that offers; clap's only says whom to ask from then on.
        let function = name.replace('-', "_");
        write!(
            script,
            "\nif [[ \"${{funcstack[1]-}}\" = \"_{program}\" ]]; then\n    \
             _clap_dynamic_completer_{function} \"$@\"\nfi\n"
        )
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        words: Vec<OsString>,
        here: Option<&Path>,
        offered: &mut dyn Write,
    ) -> io::Result<()> {
        Claps.write_complete(command, words, here, offered)
    }
}
