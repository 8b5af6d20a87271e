//! Points in time as files hold them: text, so that times from older files stay as they are.

use std::sync::Arc;

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// The length of a new time's text.
const NEW_FORMAT_BYTES: usize = "2026-11-22T11:05:57.484412Z".len();

/// A point in time, kept as the text that stands in the file.
///
/// New ones are RFC 3339 in UTC with microseconds and `Z` (`2026-11-22T11:05:57.484412Z`).
/// Times in files of the Python reference are local and without a zone; they are kept to the
/// letter and never reinterpreted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(Arc<str>);

impl Timestamp {
    /// Takes a time as a file holds it.
    pub(crate) fn stored(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// This time, or `earliest` if that is later; for times that this crate wrote, which order as
    /// their texts do. File systems stamp files with a clock that lags behind by some milliseconds.
    pub(crate) fn not_before(self, earliest: &Self) -> Self {
        let ours = |time: &Self| time.0.len() == NEW_FORMAT_BYTES && time.0.ends_with('Z');
        if ours(&self) && ours(earliest) && self.0 < earliest.0 {
            earliest.clone()
        } else {
            self
        }
    }

    /// The moment that it stands for; `None` for a time without a zone, which could be several.
    pub fn instant(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.0, &Rfc3339).ok()
    }

    /// Borrows the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(at: OffsetDateTime) -> Self {
        let format = format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z"
        );
        // The format has no component that a date can lack, so the fallback is never taken; it
        // keeps this conversion free of a panic.
        let text = at
            .to_offset(UtcOffset::UTC)
            .format(format)
            .unwrap_or_default();
        Self(text.into())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_new_time_is_rfc_3339_in_utc_with_microseconds() {
        let at = datetime!(2026-11-22 12:05:57.484_412_9 +1);
        assert_eq!(Timestamp::from(at).as_str(), "2026-11-22T11:05:57.484412Z");
    }

    #[test]
    fn a_time_with_a_zone_is_a_moment() {
        let instant = |text: &str| Timestamp::stored(text).instant();
        let at = datetime!(2026-11-22 11:05:57.484_412 UTC);
        assert_eq!(Timestamp::from(at).instant(), Some(at));
        assert_eq!(instant("2026-11-22T12:05:57.484412+01:00"), Some(at));
        assert_eq!(instant("2026-11-22T12:05:57.484412"), None);
    }

    #[test]
    fn a_time_is_held_back_only_by_a_later_one_of_the_same_form() {
        let early = Timestamp::stored("2026-11-22T11:05:57.000000Z");
        let late = Timestamp::stored("2026-11-22T11:05:58.000000Z");
        let local = Timestamp::stored("2026-11-22T12:05:58.000000");
        assert_eq!(early.clone().not_before(&late), late);
        assert_eq!(late.clone().not_before(&early), late);
        assert_eq!(early.clone().not_before(&local), early);
    }
}
