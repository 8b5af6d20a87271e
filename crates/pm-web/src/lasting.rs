//! For how long what is being made may be shown again: words for times change by themselves, and some
//! of what a page waits for comes later. Whatever makes such a part notes it here, so that no page
//! needs to pass it on.

use std::cell::Cell;

use time::OffsetDateTime;

/// How long something may be shown again; the shorter one is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lasting {
    /// Not at all.
    NotAtAll,
    /// Before this moment.
    Until(OffsetDateTime),
    /// As long as what it was made from is the same.
    ForEver,
}

thread_local! {
    static SHORTEST: Cell<Lasting> = const { Cell::new(Lasting::ForEver) };
}

/// Notes that a part of what is being made on this thread lasts no longer than this.
pub(crate) fn note(lasting: Lasting) {
    SHORTEST.set(SHORTEST.get().min(lasting));
}

/// Makes something, and says how long all parts of it last.
pub(crate) fn measured<T>(make: impl FnOnce() -> T) -> (T, Lasting) {
    let outer = SHORTEST.replace(Lasting::ForEver);
    let result = make();
    let own = SHORTEST.replace(outer);
    note(own);
    (result, own)
}

impl Lasting {
    /// Whether it still lasts.
    pub(crate) fn is_so_at(self, now: Option<OffsetDateTime>) -> bool {
        match self {
            Self::NotAtAll => false,
            Self::Until(end) => now.is_some_and(|now| now < end),
            Self::ForEver => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_part_that_lasts_shortest_counts() {
        let noon = datetime!(2026-11-22 12:00 UTC);
        let later = noon + Duration::HOUR;
        let ((), lasting) = measured(|| ());
        assert_eq!(lasting, Lasting::ForEver);
        let (inner, outer) = measured(|| {
            note(Lasting::Until(noon));
            measured(|| note(Lasting::Until(later))).1
        });
        assert_eq!([inner, outer], [later, noon].map(Lasting::Until));
        assert!(inner.is_so_at(Some(noon)) && !outer.is_so_at(Some(noon)));
        let ((), lasting) = measured(|| note(Lasting::NotAtAll));
        assert!(!lasting.is_so_at(Some(noon)) && Lasting::ForEver.is_so_at(None));
    }
}
