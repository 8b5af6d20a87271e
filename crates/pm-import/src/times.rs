//! Times as other programs write them.

use pm_core::Timestamp;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::{datetime, format_description};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// Dates with a time, to the minute or the second.
const MOMENTS: &[&[BorrowedFormatItem<'_>]] = &[
    format_description!("[year]-[month]-[day] [hour]:[minute]"),
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"),
];

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// Reads a time; one without a zone is taken for UTC. `None` for a text that is none, and for a
/// zero time, which some programs write if they have none.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let at = OffsetDateTime::parse(text, &Rfc3339).ok();
    let at = at.or_else(|| {
        let plain = text
            .strip_suffix(" UTC")
            .unwrap_or(text)
            .replacen('T', " ", 1);
        let moment = MOMENTS.iter();
        let mut moment = moment.filter_map(|format| PrimitiveDateTime::parse(&plain, format).ok());
        let day = || Some(Date::parse(&plain, DAY).ok()?.midnight());
        moment
            .next()
            .or_else(day)
            .map(PrimitiveDateTime::assume_utc)
    })?;
    (at > datetime!(1970-01-02 0:00 UTC)).then(|| at.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_programs_write_them() {
        let read = |text| read(text).map(|at| at.to_string());
        let at = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("2026-04-14T10:00:00+02:00"),
            at("2026-04-14T08:00:00.000000Z")
        );
        assert_eq!(read("2026-04-14 10:30"), at("2026-04-14T10:30:00.000000Z"));
        assert_eq!(read("2026-04-14T10:30"), at("2026-04-14T10:30:00.000000Z"));
        assert_eq!(
            read("2026-04-14 10:30 UTC"),
            at("2026-04-14T10:30:00.000000Z")
        );
        assert_eq!(read(" 2026-04-14 "), at("2026-04-14T00:00:00.000000Z"));
        for none in [
            "",
            "soon",
            "14.04.2026",
            "1970-01-01T00:00:00Z",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
