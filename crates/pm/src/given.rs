//! Texts that a command is given: on the command line, in a file or on standard input.

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
    let read = std::io::read_to_string(std::io::stdin());
    read.map_err(|error| Stop::Failed(format!("standard input cannot be read: {}", reason(&error))))
}

/// The content of a file that the command line names; `-` stands for standard input.
pub(crate) fn content_of(file: &Path) -> Result<String, Stop> {
    if file == Path::new(STANDARD_INPUT) {
        return text_of(STANDARD_INPUT);
    }
    let unreadable = |error| {
        Stop::Failed(format!(
            "{} cannot be read: {}",
            file.display(),
            reason(&error)
        ))
    };
    std::fs::read_to_string(file).map_err(unreadable)
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
}
