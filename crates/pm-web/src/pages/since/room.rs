//! How much of a page is left for differences of texts.

use crate::diff_lines::DiffLines;

/// The most bytes of texts that a page compares: more would take too long, and nobody reads it.
const BYTES_MAX: usize = 2_000_000;

/// The most lines of one difference.
const LINES_MAX: usize = 200;

/// The same for a page that is about something else, and shows differences beside it.
const SMALL_BYTES_MAX: usize = 200_000;
const SMALL_LINES_MAX: usize = 12;

/// What is left for differences.
pub(crate) struct Room {
    bytes: usize,
    /// The most lines of one.
    lines_max: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            bytes: BYTES_MAX,
            lines_max: LINES_MAX,
        }
    }
}

impl Room {
    /// The room of a page that is about something else.
    pub(crate) fn small() -> Self {
        Self {
            bytes: SMALL_BYTES_MAX,
            lines_max: SMALL_LINES_MAX,
        }
    }

    /// The first lines of what differs; `None` if there is no room for it.
    pub(super) fn lines(&mut self, former: &str, present: &str) -> Option<DiffLines> {
        self.bytes = self.bytes.checked_sub(former.len() + present.len())?;
        Some(DiffLines::beginning(former, present, self.lines_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_left_out_and_what_is_smaller_still_fits() {
        let mut room = Room::default();
        let half = "x".repeat(BYTES_MAX / 2);
        assert!(room.lines("", &half).is_some());
        assert!(room.lines(&half, "y").is_none());
        assert!(room.lines("x", "y").is_some());
    }

    #[test]
    fn a_long_difference_is_cut() {
        let long = "line\n".repeat(LINES_MAX * 2);
        let lines = Room::default().lines("", &long).unwrap();
        assert!(lines.is_cut());
        let short = Room::default().lines("", "1\n2\n").unwrap();
        assert!(!short.is_cut());
    }
}
