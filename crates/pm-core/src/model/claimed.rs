//! Who is at work in a process, as far as a list tells it: what stands in its tasks now, from which
//! it follows who is at work at a later time.

use std::cmp::Reverse;

use super::{Claim, Status, Task};
use crate::Timestamp;

/// The most claims that a list names of a process.
const NAMED_MAX: usize = 8;

/// The claims on the tasks of a process that are in progress. They run out by time alone, so which
/// of them hold depends on the time that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// Those that end last, the last first.
    longest: Vec<Claim>,
    /// How many end no later than those.
    others: usize,
}

impl Claims {
    /// The claims on `tasks`.
    pub(crate) fn of<'a>(tasks: impl IntoIterator<Item = &'a Task>) -> Self {
        let in_progress = |task: &&Task| task.status() == Status::InProgress;
        let tasks = tasks.into_iter().filter(in_progress);
        tasks.filter_map(Task::claim).collect()
    }

    /// Puts together what was taken apart; `longest` has to be in its order.
    pub(crate) fn new(longest: Vec<Claim>, others: usize) -> Self {
        Self { longest, others }
    }

    /// The claims that end last, the last first, and how many there are beside them.
    pub(crate) fn parts(&self) -> (&[Claim], usize) {
        (&self.longest, self.others)
    }

    /// The claims that hold at `now`, the one that ends last first, and how many more may hold,
    /// none of them longer.
    pub fn at(&self, now: &Timestamp) -> (Vec<&Claim>, usize) {
        let held: Vec<_> = self
            .longest
            .iter()
            .take_while(|claim| claim.holds_at(now))
            .collect();
        // If one of these is over, then so are all that end earlier.
        let is_any_over = held.len() < self.longest.len();
        let others = if is_any_over { 0 } else { self.others };
        (held, others)
    }
}

impl Claims {
    /// The claims that are over at `now` and still stand on tasks in progress, the one that ended
    /// last first, and how many more there are, which ended earlier.
    pub fn over_at(&self, now: &Timestamp) -> (Vec<&Claim>, usize) {
        let over = self.longest.iter();
        let over: Vec<_> = over.skip_while(|claim| claim.holds_at(now)).collect();
        // Those that are not named end no later than any that is.
        let others = if over.is_empty() { 0 } else { self.others };
        (over, others)
    }
}

impl FromIterator<Claim> for Claims {
    fn from_iter<I: IntoIterator<Item = Claim>>(claims: I) -> Self {
        let mut longest: Vec<Claim> = claims.into_iter().collect();
        longest.sort_by_cached_key(|claim| Reverse(claim.until.instant()));
        let others = longest.len().saturating_sub(NAMED_MAX);
        longest.truncate(NAMED_MAX);
        longest.shrink_to_fit();
        Self { longest, others }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: usize) -> Timestamp {
        Timestamp::stored(format!("2026-11-22T12:{minute:02}:00Z"))
    }

    fn claims(ends: &[usize]) -> Claims {
        let claim = |end: &usize| Claim {
            by: format!("agent {end}"),
            until: at(*end),
        };
        ends.iter().map(claim).collect()
    }

    fn held(claims: &Claims, minute: usize) -> (Vec<String>, usize) {
        let now = at(minute);
        let (held, others) = claims.at(&now);
        let names = held.into_iter().map(|claim| claim.by.clone());
        (names.collect(), others)
    }

    #[test]
    fn claims_run_out_one_after_the_other() {
        let claims = claims(&[10, 30, 20]);
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let all = names(&["agent 30", "agent 20", "agent 10"]);
        assert_eq!(held(&claims, 5), (all, 0));
        assert_eq!(held(&claims, 10), (names(&["agent 30", "agent 20"]), 0));
        assert_eq!(held(&claims, 30), (Vec::new(), 0));
    }

    #[test]
    fn what_does_not_hold_any_more_is_over() {
        let claims = claims(&[10, 30, 20]);
        let over = |minute| {
            let now = at(minute);
            let (over, others) = claims.over_at(&now);
            let names = over.into_iter().map(|claim| claim.by.clone());
            (names.collect::<Vec<_>>(), others)
        };
        assert_eq!(over(5), (Vec::new(), 0));
        assert_eq!(over(20).0, ["agent 20", "agent 10"]);
        assert_eq!(over(30).0.len(), 3);
    }

    #[test]
    fn of_many_claims_a_few_are_named_and_the_others_counted() {
        let claims = claims(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        let (named, others) = held(&claims, 0);
        assert_eq!((named.len(), others), (NAMED_MAX, 2));
        assert_eq!(named.first().map(String::as_str), Some("agent 10"));
        // Nobody knows of the others one by one, and they are over with the first of these.
        assert_eq!(held(&claims, 2).1, 2);
        assert_eq!(held(&claims, 3), (held(&claims, 3).0, 0));
        assert_eq!(claims.over_at(&at(2)), (Vec::new(), 0));
        assert_eq!(claims.over_at(&at(3)).1, 2);
    }
}
