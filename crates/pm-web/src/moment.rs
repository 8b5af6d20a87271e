//! Points in time, in words for people: how long ago while that is short, else the day.

use askama::Template;
use pm_core::Timestamp;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, UtcOffset};

/// A point in time as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/moment.html")]
pub(crate) struct Moment {
    /// For programs; empty if it is no moment for certain.
    machine: String,
    /// To the minute, in UTC.
    exact: String,
    /// As it is read.
    words: String,
}

/// It is made of a template that escapes.
impl askama::filters::HtmlSafe for Moment {}

impl Moment {
    /// A time in the past, seen from `now`.
    pub(crate) fn new(at: &Timestamp, now: &Timestamp) -> Self {
        // A time without a zone could be several; it is shown to the letter.
        let Some(moment) = at.instant() else {
            return Self {
                machine: String::new(),
                exact: String::new(),
                words: at.to_string(),
            };
        };
        let exact = to_the_minute(moment);
        let age = now.instant().map(|now| now - moment);
        let words = age.and_then(ago).unwrap_or_else(|| day(moment));
        let machine = at.to_string();
        Self {
            machine,
            exact,
            words,
        }
    }
}

/// A point in time within a sentence: to the minute, in UTC.
pub(crate) fn exactly(at: &Timestamp) -> String {
    at.instant().map_or_else(|| at.to_string(), to_the_minute)
}

/// How long something still lasts, as in `1:42 left`.
pub(crate) fn left(until: &Timestamp, now: &Timestamp) -> String {
    let left = until.instant().zip(now.instant());
    let minutes = left.map_or(0, |(until, now)| (until - now).whole_minutes().max(0));
    format!("{}:{:02} left", minutes / 60, minutes % 60)
}

/// How long ago, up to a day. Clocks of two machines may differ by a little.
fn ago(age: Duration) -> Option<String> {
    let (seconds, minutes, hours) = (age.whole_seconds(), age.whole_minutes(), age.whole_hours());
    match hours {
        _ if seconds < -60 => None,
        _ if seconds < 60 => Some("just now".to_owned()),
        0 => Some(format!("{minutes} min ago")),
        1..=23 => Some(format!("{hours} h ago")),
        _ => None,
    }
}

fn day(at: OffsetDateTime) -> String {
    let format = format_description!("[day padding:none] [month repr:short] [year]");
    let at = at.to_offset(UtcOffset::UTC);
    at.format(format).unwrap_or_default()
}

fn to_the_minute(at: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let at = at.to_offset(UtcOffset::UTC);
    at.format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn words(age: Duration) -> String {
        let now = datetime!(2026-11-22 12:00 UTC);
        Moment::new(&(now - age).into(), &now.into()).words
    }

    #[test]
    fn what_is_near_is_told_by_its_age() {
        assert_eq!(words(Duration::seconds(-2)), "just now");
        assert_eq!(words(Duration::seconds(59)), "just now");
        assert_eq!(words(Duration::minutes(3)), "3 min ago");
        assert_eq!(words(Duration::minutes(119)), "1 h ago");
        assert_eq!(words(Duration::hours(24)), "21 Nov 2026");
        assert_eq!(words(Duration::hours(-1)), "22 Nov 2026");
    }

    #[test]
    fn what_is_left_is_hours_and_minutes() {
        let now = datetime!(2026-11-22 12:00 UTC);
        let left = |by: Duration| left(&(now + by).into(), &now.into());
        assert_eq!(left(Duration::minutes(102)), "1:42 left");
        assert_eq!(left(Duration::minutes(-5)), "0:00 left");
    }
}
