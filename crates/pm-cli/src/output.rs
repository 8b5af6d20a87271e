//! What a program prints on standard output, and whether all of it got there: what is cut off must
//! not pass for a success.

use std::fmt::Display;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use std::sync::OnceLock;

use pm_core::reason;
use pm_core::visible::for_terminal;

/// Why standard output took no more, if it did not.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes a text to standard output, to the letter; false if it did not get there.
///
/// That nobody reads any more (`pm list | head -1`) is no failure; whatever else is in the way is
/// said by [`exit`].
pub fn write(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    // What the buffer keeps back until the end would be lost there without a word.
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    is_written(&written)
}

/// Writes one line to standard output, whatever `text` holds.
pub fn print(text: &impl Display) {
    write(&format!("{}\n", for_terminal(&text.to_string())));
}

/// Whether something was written; why not is kept for [`exit`].
pub(crate) fn is_written(outcome: &std::io::Result<()>) -> bool {
    if let Err(error) = outcome
        && error.kind() != ErrorKind::BrokenPipe
    {
        // The first failure is the one that explains the others.
        LOST.get_or_init(|| reason(error));
    }
    outcome.is_ok()
}

/// The exit code of `program`, which would have ended with `code`: 1 in place of success, after a
/// line on standard error, if a part of what it printed was lost.
pub fn exit(program: &str, code: ExitCode) -> ExitCode {
    let Some(reason) = LOST.get() else {
        return code;
    };
    let told = format!("what was to be printed is not complete: {reason} (standard output)");
    crate::say(program, &told);
    if code == ExitCode::SUCCESS {
        return ExitCode::FAILURE;
    }
    code
}
