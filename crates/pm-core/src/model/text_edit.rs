//! Texts that are edited from a state that somebody saw, so that nobody writes over what came since
//! without knowing it.

use std::fmt;
use std::str::FromStr;

use twox_hash::XxHash3_64;

/// Tells one text from another: its checksum (XXH3, 64 bits), as 16 hexadecimal digits. It is no
/// guard against somebody who makes two texts with the same checksum on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextChecksum(u64);

/// A text that is no checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a checksum has 16 hexadecimal digits")]
pub struct NoChecksum;

/// A text that takes the place of another.
///
/// ```
/// # use pm_core::model::{TextChecksum, TextEdit};
/// # use pm_core::{Error, MemoryStore, ProcessManager};
/// let manager = ProcessManager::new(MemoryStore::new());
/// let garden = manager.create_process("garden".parse()?, "Grow herbs")?.name.clone();
/// let seen = TextChecksum::of("Grow herbs");
/// manager.describe_process(&garden, "Grow roses")?;
/// let edit = TextEdit { text: "Grow herbs and beans".into(), from: Some(seen) };
/// let refusal = manager.describe_process(&garden, edit).unwrap_err();
/// assert!(matches!(refusal, Error::ChangedMeanwhile(it) if it.now == "Grow roses"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// The text.
    pub text: String,
    /// The checksum of the text that it was made from. If another stands in its place at the moment
    /// of the change, the edit is refused with
    /// [`Error::ChangedMeanwhile`](crate::Error::ChangedMeanwhile), unless that one equals the text
    /// of this edit. `None` takes the place of any text.
    pub from: Option<TextChecksum>,
}

impl TextChecksum {
    /// The checksum of a text.
    pub fn of(text: &str) -> Self {
        Self(XxHash3_64::oneshot(text.as_bytes()))
    }
}

impl fmt::Display for TextChecksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for TextChecksum {
    type Err = NoChecksum;

    fn from_str(text: &str) -> Result<Self, NoChecksum> {
        let is_one = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_one.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number.map(Self).ok_or(NoChecksum)
    }
}

impl From<String> for TextEdit {
    fn from(text: String) -> Self {
        Self { text, from: None }
    }
}

impl From<&str> for TextEdit {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl TextEdit {
    /// Whether this was made from another text than `present`, over which it would write.
    pub(crate) fn is_stale(&self, present: &str) -> bool {
        self.text != present
            && self
                .from
                .is_some_and(|from| from != TextChecksum::of(present))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_read_as_it_is_shown() {
        for text in ["", "beds", "🌱"] {
            let checksum = TextChecksum::of(text);
            assert_eq!(checksum.to_string().parse(), Ok(checksum));
        }
        assert_eq!(TextChecksum::of("").to_string(), "2d06800538d394c2");
        for text in [
            "",
            "2d06800538d394c",
            "2d06800538d394c2a",
            "+d06800538d394c2",
            "ü2d06800538d394",
        ] {
            assert_eq!(text.parse::<TextChecksum>(), Err(NoChecksum), "{text}");
        }
    }

    #[test]
    fn an_edit_is_stale_if_another_text_stands_there_that_is_not_the_wanted_one() {
        let edit = |from: Option<&str>| TextEdit {
            text: "new".to_owned(),
            from: from.map(TextChecksum::of),
        };
        assert!(!edit(None).is_stale("other"));
        assert!(!edit(Some("old")).is_stale("old"));
        assert!(!edit(Some("old")).is_stale("new"));
        assert!(edit(Some("old")).is_stale("other"));
    }
}
