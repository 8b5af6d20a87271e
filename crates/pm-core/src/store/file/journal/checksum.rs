//! The checksum of a line of a journal, and of a JSON file.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The checksum of a line, or of a whole JSON file: XXH3 with 64 bits.
///
/// It finds lines that were torn, lost or damaged; it is no protection from an attacker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checksum(pub(super) u64);

/// The number of characters that a checksum takes in a line.
pub(super) const CHECKSUM_CHARS: usize = 16;

impl Checksum {
    /// What comes before the first line.
    pub(crate) const NONE: Self = Self(0);

    /// Sums up `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(twox_hash::XxHash3_64::oneshot(bytes))
    }

    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        // A sign, which the parser would take, is not a digit.
        let digits = text.len() == CHECKSUM_CHARS && text.bytes().all(|b| b.is_ascii_hexdigit());
        digits
            .then(|| u64::from_str_radix(text, 16).ok())?
            .map(Self)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Checksum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(text.as_bytes())
            .ok_or_else(|| serde::de::Error::custom("this is not a checksum"))
    }
}
