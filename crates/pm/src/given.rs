//! Texts that a command is given: on the command line, in a file or on standard input.

use std::io;
use std::path::Path;
use std::str::FromStr;

use pm_core::reason;

use crate::stop::Stop;

/// What stands for standard input.
const STANDARD_INPUT: &str = "-";

/// A text from the command line; `-` stands for standard input.
pub(crate) fn text_of(text: &str) -> Result<String, Stop> {
    if text != STANDARD_INPUT {
        return Ok(text.to_owned());
    }
    let read = io::read_to_string(io::stdin());
    read.map_err(|error| unreadable("standard input", &error))
}

/// Whether a file on the command line stands for standard input, or for standard output.
pub(crate) fn is_standard(file: &Path) -> bool {
    file == Path::new(STANDARD_INPUT)
}

/// The content of a file that the command line names; `-` stands for standard input.
pub(crate) fn content_of(file: &Path) -> Result<String, Stop> {
    if is_standard(file) {
        return text_of(STANDARD_INPUT);
    }
    let read = std::fs::read_to_string(file);
    read.map_err(|error| unreadable(&file.display().to_string(), &error))
}

fn unreadable(what: &str, error: &io::Error) -> Stop {
    Stop::Unable(match error.kind() {
        // So it is said of bytes that are no text.
        io::ErrorKind::InvalidData => {
            format!("{what} is not text in UTF-8, and nothing else is kept; save it as UTF-8 first")
        }
        _ => format!(
            "{what} cannot be read: {}; name another file, or - for standard input",
            reason(error)
        ),
    })
}

/// A number on the command line that counts from 1.
pub(crate) fn from_one<N: FromStr + PartialOrd + From<u8>>(text: &str) -> Result<N, &'static str> {
    let number = text.parse().ok().filter(|number| *number >= N::from(1));
    number.ok_or("write a number from 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_is_told_without_a_number_of_the_system() {
        let place = tempfile::tempdir().unwrap();
        let told = content_of(&place.path().join("none")).unwrap_err();
        let told = told.to_string();
        assert!(told.contains("none cannot be read: "), "{told}");
        assert!(!told.contains("os error"), "{told}");
    }

    #[test]
    fn what_is_no_text_is_told_with_what_to_do() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("picture");
        std::fs::write(&file, b"\xff\xfe\n").unwrap();
        let told = content_of(&file).unwrap_err().to_string();
        assert!(
            told.ends_with(
                "picture is not text in UTF-8, and nothing else is kept; save it as UTF-8 first"
            ),
            "{told}"
        );
    }
}
