//! Why the operating system refused, in words for people and models.

use std::fmt::Display;

/// How the standard library begins the number that it puts behind the words.
const NUMBER_BEGINS: &str = " (os error ";

/// What it says of bytes that are no text, and what people and models are told.
const NO_TEXT: (&str, &str) = (
    "stream did not contain valid UTF-8",
    "it is not text in UTF-8",
);

/// An error in its own words, without the numbers of the operating system, which say nothing to
/// whoever has to mend what is wrong. Words that had such a number begin with a small letter, as
/// they do not begin a sentence.
///
/// ```
/// let error = std::fs::read("there is none").unwrap_err();
/// assert!(error.to_string().contains("(os error "));
/// assert!(!pm_core::reason(&error).contains("(os error "));
/// ```
pub fn reason(error: &(impl Display + ?Sized)) -> String {
    let text = error.to_string().replace(NO_TEXT.0, NO_TEXT.1);
    let mut parts = text.split(NUMBER_BEGINS);
    let mut words = parts.next().unwrap_or_default().to_owned();
    if words.len() == text.len() {
        return text;
    }
    for part in parts {
        words.push_str(part.split_once(')').map_or("", |(_, rest)| rest));
    }
    begun_small(words.trim_end_matches('.'))
}

/// A text with a small first letter, unless that begins an abbreviation.
fn begun_small(text: &str) -> String {
    let mut rest = text.chars();
    match (rest.next(), rest.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(rest).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn an_error_of_the_system_has_no_number() {
        let missing = std::fs::read("there/is/none").unwrap_err();
        assert_ne!(missing.raw_os_error(), None);
        let told = reason(&missing);
        assert!(!told.contains("os error"), "{told}");
        assert!(told.starts_with(char::is_lowercase), "{told}");
        let told = reason(&std::sync::Arc::new(missing));
        assert!(!told.contains("os error"), "{told}");
    }

    #[test]
    fn bytes_that_are_no_text_are_called_so() {
        let read = io::read_to_string(&b"\xff"[..]).unwrap_err();
        assert_eq!(reason(&read), "it is not text in UTF-8");
    }

    #[test]
    fn what_stands_around_the_number_stays() {
        let told = |text: &str| reason(&io::Error::other(text));
        let number = format!("{NUMBER_BEGINS}111)");
        assert_eq!(
            told(&format!(
                "Not connected: Refused{number}, then TLS{number}."
            )),
            "not connected: Refused, then TLS"
        );
        assert_eq!(told("The disk is gone."), "The disk is gone.");
        assert_eq!(told(&format!("TLS failed{number}")), "TLS failed");
        assert_eq!(told("cut (os error"), "cut (os error");
        assert_eq!(told(&format!("Cut{NUMBER_BEGINS}1")), "cut");
        assert_eq!(told(""), "");
    }
}
