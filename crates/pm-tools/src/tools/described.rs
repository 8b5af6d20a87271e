//! What is said of a description that was given.

use std::fmt::Display;

/// Says whether the description was another one before.
pub(super) fn described_anew(what: &str, name: impl Display, is_same: bool) -> String {
    if is_same {
        format!("The {what} \"{name}\" has this description already; nothing was changed.")
    } else {
        format!("Changed the description of the {what} \"{name}\".")
    }
}
