//! Trying again what the database refused because of what somebody else did at the same time.

use std::hash::{BuildHasher as _, RandomState};
use std::thread;
use std::time::Duration;

use crate::failure::Failure;

/// How often something is tried in all: some seconds long. Among many that write at once, every other
/// try may be refused.
const TRIES_MAX: u32 = 30;

/// The longest pause before the second try. It doubles with each further try, [`DOUBLINGS_MAX`]
/// times at most.
const FIRST_PAUSE: Duration = Duration::from_millis(4);
const DOUBLINGS_MAX: u32 = 6;

/// How often something was tried.
#[derive(Debug, Default)]
pub(crate) struct Tries(u32);

impl Tries {
    /// How long to wait before the next try; `None` if there is to be none, as the database did not
    /// refuse it for what others did, or did so too often.
    pub(crate) fn pause_after<T>(&mut self, answer: &Result<T, Failure>) -> Option<Duration> {
        let is_conflict = answer.as_ref().is_err_and(Failure::is_conflict);
        (is_conflict && self.0 + 1 < TRIES_MAX).then(|| self.pause())
    }

    /// How long to wait before the next try.
    pub(crate) fn pause(&mut self) -> Duration {
        let longest = FIRST_PAUSE * (1 << self.0.min(DOUBLINGS_MAX));
        self.0 += 1;
        // Of random length, so that those who were in each other's way do not meet again.
        let micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(RandomState::new().hash_one(self.0) % micros.max(1))
    }
}

/// Does something from its beginning, and again while it is refused for what others do.
pub(crate) fn again<T>(mut doing: impl FnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    let mut tries = Tries::default();
    loop {
        let answer = doing();
        match tries.pause_after(&answer) {
            Some(pause) => thread::sleep(pause),
            None => return answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio_postgres::error::SqlState;

    use super::*;
    use crate::failure::Words;

    fn refused(code: SqlState) -> Failure {
        Failure::Refused(code, Arc::new(Words("refused".to_owned())))
    }

    #[test]
    fn what_others_are_in_the_way_of_is_tried_again() {
        for code in [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ] {
            let mut count = 0;
            let answer = again(|| {
                count += 1;
                match count {
                    1 | 2 => Err(refused(code.clone())),
                    _ => Ok(count),
                }
            });
            assert_eq!(answer.unwrap(), 3);
        }
        let mut count = 0;
        let answer: Result<(), _> = again(|| {
            count += 1;
            Err(refused(SqlState::UNIQUE_VIOLATION))
        });
        assert!(answer.is_err() && count == 1);
    }

    #[test]
    fn nothing_is_tried_for_ever() {
        let answer: Result<(), _> = Err(refused(SqlState::T_R_SERIALIZATION_FAILURE));
        let mut tries = Tries::default();
        let longest = FIRST_PAUSE * (1 << DOUBLINGS_MAX);
        let pauses = std::iter::from_fn(|| tries.pause_after(&answer));
        let pauses: Vec<_> = pauses.collect();
        assert_eq!(pauses.len() + 1, TRIES_MAX as usize);
        assert!(pauses.iter().all(|pause| *pause < longest), "{pauses:?}");
    }
}
