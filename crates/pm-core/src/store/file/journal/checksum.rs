//! The checksum of a line of a journal, and of a JSON file.

use std::hash::Hasher as _;
use std::{fmt, io};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

/// The checksum of a line, or of a whole JSON file: XXH3 with 64 bits.
///
/// It finds lines that were torn, lost or damaged; it is no protection from an attacker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checksum(pub(super) u64);

/// The number of characters that a checksum takes in a line.
pub(super) const CHECKSUM_CHARS: usize = 16;

impl Checksum {
    /// Stands for the line before the first one.
    pub(crate) const NONE: Self = Self(0);

    /// Sums up `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(XxHash3_64::oneshot(bytes))
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

/// Passes on what is written to it, and sums it up.
pub(crate) struct Summed<W> {
    to: W,
    sum: XxHash3_64,
}

impl<W> Summed<W> {
    pub(crate) fn new(to: W) -> Self {
        let sum = XxHash3_64::new();
        Self { to, sum }
    }

    /// The checksum of all that was passed on.
    pub(crate) fn checksum(&self) -> Checksum {
        Checksum(self.sum.finish())
    }
}

impl<W: io::Write> io::Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.sum.write(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
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
