//! Points in time, in words for people: how long ago while that is short, else the day.

use askama::Template;
use pm_core::Timestamp;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::lasting::{self, Lasting};

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
        // A time without a zone could be several moments; it is shown to the letter.
        let Some(moment) = at.instant() else {
            return Self {
                machine: String::new(),
                exact: String::new(),
                words: at.to_string(),
            };
        };
        let exact = to_the_minute(moment);
        let age = now.instant().map(|now| now - moment);
        if let Some(next) = age.and_then(next_words) {
            lasting::note(Lasting::Until(moment + next));
        }
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

/// How long something still lasts, as in `1 h 42 min left`.
pub(crate) fn left(until: &Timestamp, now: &Timestamp) -> String {
    let times = until.instant().zip(now.instant());
    let minutes = times.map_or(0, |(until, now)| (until - now).whole_minutes().max(0));
    if let Some((until, _)) = times {
        // A whole number of minutes before the end, the words still hold; at the end itself,
        // nothing is left.
        let whole = Duration::NANOSECOND * i32::from(minutes > 0);
        lasting::note(Lasting::Until(until - Duration::minutes(minutes) + whole));
    }
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min left"),
        (hours, 0) => format!("{hours} h left"),
        (hours, minutes) => format!("{hours} h {minutes} min left"),
    }
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

/// At which age the words for something of this age change; `None` for what is a day old.
fn next_words(age: Duration) -> Option<Duration> {
    let (seconds, minutes, hours) = (age.whole_seconds(), age.whole_minutes(), age.whole_hours());
    match hours {
        _ if seconds < -60 => Some(Duration::seconds(-61)),
        _ if seconds < 60 => Some(Duration::MINUTE),
        0 => Some(Duration::minutes(minutes + 1)),
        1..=23 => Some(Duration::hours(hours + 1)),
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

    /// Whether words last as long as is said, and no longer.
    fn last_as_is_said(words: impl Fn(OffsetDateTime) -> String, now: OffsetDateTime) {
        let (before, lasting) = lasting::measured(|| words(now));
        let Lasting::Until(end) = lasting else {
            panic!("{before} is said to last {lasting:?}");
        };
        let (short, long) = (Duration::NANOSECOND, Duration::seconds(2));
        assert_eq!(words(end - short), before);
        assert_ne!(words(end + long), before);
    }

    #[test]
    fn words_last_until_others_are_shown() {
        let noon = datetime!(2026-11-22 12:00 UTC);
        for seconds in [-100, -2, 0, 59, 60, 119, 3599, 3600, 86_399] {
            let at: Timestamp = (noon - Duration::seconds(seconds)).into();
            last_as_is_said(|now| Moment::new(&at, &now.into()).words, noon);
        }
        let old = (noon - Duration::DAY).into();
        let (_, lasting) = lasting::measured(|| Moment::new(&old, &noon.into()));
        assert_eq!(lasting, Lasting::ForEver);
        for seconds in [60, 119, 3600, 6120] {
            let until: Timestamp = (noon + Duration::seconds(seconds)).into();
            last_as_is_said(|now| left(&until, &now.into()), noon);
        }
        // A claim that has less than a minute left is not shown behind its end.
        let until = (noon + Duration::seconds(30)).into();
        let (_, lasting) = lasting::measured(|| left(&until, &noon.into()));
        assert_eq!(lasting, Lasting::Until(noon + Duration::seconds(30)));
    }

    #[test]
    fn what_is_left_is_hours_and_minutes() {
        let now = datetime!(2026-11-22 12:00 UTC);
        let left = |by: Duration| left(&(now + by).into(), &now.into());
        assert_eq!(left(Duration::minutes(102)), "1 h 42 min left");
        assert_eq!(left(Duration::minutes(-5)), "0 min left");
    }
}
