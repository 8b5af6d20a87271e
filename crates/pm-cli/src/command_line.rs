//! Reading the command line: help as clap writes it, refusals in one line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;

/// Parses `arguments` (the first is the program's name).
///
/// On `Err` the answer has been printed: help or the version (exit code 0), or one line on
/// standard error that says what is wrong (exit code 2).
pub fn parse<P: clap::Parser>(
    program: &str,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<P, ExitCode> {
    P::try_parse_from(arguments).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe (`--help | head`) is no failure.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        _ => crate::refuse(program, &one_line(&error)),
    })
}

/// Puts clap's refusal, its tips included, on one line.
pub fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let parts: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches("error: "))
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    format!("{}; see --help", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Example {
        #[arg(long)]
        listen: Option<u16>,
    }

    #[test]
    fn a_refusal_is_one_line_with_the_tip() {
        let error = Example::try_parse_from(["example", "--listn", "1"]).unwrap_err();
        let line = one_line(&error);
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(
            line,
            "unexpected argument '--listn' found; tip: a similar argument exists: '--listen'; see --help"
        );
    }

    #[test]
    fn a_bad_value_names_the_option() {
        let error = Example::try_parse_from(["example", "--listen", "x"]).unwrap_err();
        let line = one_line(&error);
        assert!(
            line.starts_with("invalid value 'x' for '--listen <LISTEN>'"),
            "{line}"
        );
        assert!(!line.contains('\n'), "{line}");
    }
}
