//! Points in time, in words: how long ago while that is short, else the day.

use pm_core::Timestamp;

/// How long ago something was, as in `3 min ago`, or its day.
pub(crate) fn ago(at: &Timestamp, now: &Timestamp) -> String {
    let times = at.instant().zip(now.instant());
    let Some(age) = times.map(|(at, now)| now - at) else {
        return at.to_string();
    };
    let (seconds, minutes, hours) = (age.whole_seconds(), age.whole_minutes(), age.whole_hours());
    match hours {
        // Clocks of two machines may differ by a little.
        _ if seconds < -60 => day(at),
        _ if seconds < 60 => "just now".to_owned(),
        0 => format!("{minutes} min ago"),
        1..=23 => format!("{hours} h ago"),
        _ => day(at),
    }
}

/// How long something still lasts, as in `1 h 42 min left`.
pub(crate) fn left(until: &Timestamp, now: &Timestamp) -> String {
    let times = until.instant().zip(now.instant());
    let minutes = times.map_or(0, |(until, now)| (until - now).whole_minutes().max(0));
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min left"),
        (hours, 0) => format!("{hours} h left"),
        (hours, minutes) => format!("{hours} h {minutes} min left"),
    }
}

/// The day of a time, as its file has it: `2026-11-22`.
fn day(at: &Timestamp) -> String {
    let text = at.as_str();
    let day = text.split_once(['T', ' ']).map_or(text, |(day, _)| day);
    day.to_owned()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use time::{Duration, OffsetDateTime};

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn told(age: Duration) -> String {
        ago(&(NOW - age).into(), &NOW.into())
    }

    #[test]
    fn what_is_near_is_told_by_its_age() {
        assert_eq!(told(Duration::seconds(-2)), "just now");
        assert_eq!(told(Duration::seconds(59)), "just now");
        assert_eq!(told(Duration::minutes(3)), "3 min ago");
        assert_eq!(told(Duration::minutes(119)), "1 h ago");
        assert_eq!(told(Duration::hours(24)), "2026-11-21");
        assert_eq!(told(Duration::hours(-1)), "2026-11-22");
    }

    #[test]
    fn what_lasts_is_told_in_hours_and_minutes() {
        let left = |time: Duration| left(&(NOW + time).into(), &NOW.into());
        assert_eq!(left(Duration::seconds(6150)), "1 h 42 min left");
        assert_eq!(left(Duration::minutes(42)), "42 min left");
        assert_eq!(left(Duration::hours(2)), "2 h left");
        assert_eq!(left(Duration::hours(-1)), "0 min left");
    }
}
