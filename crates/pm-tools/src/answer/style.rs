//! What lean answers leave out: what is empty, what is usual, and what only looking closer needs.

use pm_core::Timestamp;

/// Which fields the answers of calls that succeed have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum AnswerStyle {
    /// Nothing that is empty or usual, nothing in lists that only looking closer needs, and none of
    /// what the caller has just sent.
    #[default]
    Lean,
    /// All that the Python reference answers, for clients that were written for it.
    Recorded,
}

impl AnswerStyle {
    /// A text that is not shown if it is empty.
    pub(crate) fn text(self, text: &str) -> Option<String> {
        self.unless(text.is_empty()).then(|| text.to_owned())
    }

    /// A count that is not shown if it is zero.
    pub(crate) fn count(self, count: usize) -> Option<usize> {
        self.unless(count == 0).then_some(count)
    }

    /// A list that is not shown if it is empty.
    pub(crate) fn list<T, L: FromIterator<T>>(
        self,
        entries: impl ExactSizeIterator<Item = T>,
    ) -> Option<L> {
        self.unless(entries.len() == 0).then(|| entries.collect())
    }

    /// When something happened, to the second; a fraction takes as many tokens as a date.
    pub(crate) fn time(self, at: &Timestamp) -> String {
        match self {
            Self::Lean => to_the_second(at.as_str()),
            Self::Recorded => at.to_string(),
        }
    }

    /// When an entry of a list was added: a caller gets it by reading the entry itself.
    pub(crate) fn time_in_list(self, at: &Timestamp) -> Option<String> {
        (self == Self::Recorded).then(|| at.to_string())
    }

    fn unless(self, is_left_out: bool) -> bool {
        self == Self::Recorded || !is_left_out
    }
}

/// A time in UTC without its fraction. Times of old files have no zone and stay as they are.
fn to_the_second(time: &str) -> String {
    let parts = time.strip_suffix('Z').and_then(|time| time.split_once('.'));
    match parts {
        Some((seconds, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{seconds}Z")
        }
        _ => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_the_second_where_nothing_else_is_lost() {
        let told = to_the_second("2026-11-22T11:05:57.484412Z");
        assert_eq!(told, "2026-11-22T11:05:57Z");
        for kept in [
            "2026-11-22T11:05:57.484412",
            "2026-11-22T12:05:57.4+01:00",
            "1.5.26",
            "",
        ] {
            assert_eq!(to_the_second(kept), kept);
        }
    }
}
