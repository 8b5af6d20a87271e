//! Which processes somebody may use, by their names.

use std::fmt;
use std::str::FromStr;

use crate::resolve::folded;

/// Which processes somebody may use.
///
/// Names are compared as they are everywhere ([`folded`]): by their letters and digits, whatever
/// their case. So two names that no two processes can have at once are both in reach, or neither
/// is, and a name that is refused as taken tells of no process out of reach. It follows that
/// `team-a/*` also reaches `Team Alpha`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach(Vec<ReachPattern>);

/// A name, or with `*` behind it the beginning of names; `*` alone is all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachPattern {
    text: String,
    key: String,
    is_beginning: bool,
}

/// Why a text is no pattern of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReachProblem {
    /// There is nothing in it.
    #[error("it is blank")]
    Blank,
    /// There is a `*` before its end.
    #[error("it has a * before its end, where alone it stands for the rest of a name")]
    StarWithin,
    /// What stands before the `*` has no letter and no digit, by which names are compared.
    #[error("there is no letter and no digit before its *, and names are compared by these")]
    NothingToCompare,
}

impl Reach {
    /// Takes in each name that any of these patterns means.
    pub fn of(patterns: impl IntoIterator<Item = ReachPattern>) -> Self {
        Self(patterns.into_iter().collect())
    }

    /// Whether a process of this name is in reach.
    pub fn holds(&self, name: &str) -> bool {
        let key = folded(name);
        self.0.iter().any(|pattern| pattern.holds(&key))
    }

    /// Whether every process is in reach, whatever its name.
    pub fn is_everything(&self) -> bool {
        let mut patterns = self.0.iter();
        patterns.any(|pattern| pattern.is_beginning && pattern.key.is_empty())
    }
}

impl ReachPattern {
    fn holds(&self, key: &str) -> bool {
        if self.is_beginning {
            key.starts_with(&self.key)
        } else {
            key == self.key
        }
    }
}

impl FromStr for ReachPattern {
    type Err = ReachProblem;

    fn from_str(text: &str) -> Result<Self, ReachProblem> {
        let text = text.trim();
        let (name, is_beginning) = match text.strip_suffix('*') {
            Some(beginning) => (beginning, true),
            None => (text, false),
        };
        if text.is_empty() {
            return Err(ReachProblem::Blank);
        }
        if name.contains('*') {
            return Err(ReachProblem::StarWithin);
        }
        if is_beginning && !name.is_empty() && !name.chars().any(char::is_alphanumeric) {
            return Err(ReachProblem::NothingToCompare);
        }
        Ok(Self {
            text: text.to_owned(),
            key: folded(name),
            is_beginning,
        })
    }
}

/// The patterns, as they were written.
impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, pattern) in self.0.iter().enumerate() {
            let join = if number == 0 { "" } else { " or " };
            write!(f, "{join}{}", pattern.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(patterns: &[&str]) -> Reach {
        Reach::of(patterns.iter().map(|pattern| pattern.parse().unwrap()))
    }

    #[test]
    fn names_are_in_reach_by_their_letters_and_digits() {
        let some = reach(&["team-a/*", "Notes"]);
        for name in [
            "team-a/plan",
            "Team A: plan",
            "TEAM-A/",
            "notes",
            "no-tes",
            "Team Alpha",
        ] {
            assert!(some.holds(name), "{name}");
        }
        for name in ["team-b/plan", "notes 2", "a team", "🌱", ""] {
            assert!(!some.holds(name), "{name}");
        }
        assert_eq!(some.to_string(), "team-a/* or Notes");
        assert!(!some.is_everything());
        assert!(!reach(&[]).holds("notes"));
    }

    #[test]
    fn a_star_alone_is_everything() {
        let all = reach(&["x", " * "]);
        assert!(all.is_everything());
        assert!(all.holds("🌱") && all.holds("anything"));
    }

    #[test]
    fn names_that_are_one_name_are_in_reach_together() {
        let some = reach(&["straße*", "🌱"]);
        assert!(some.holds("STRASSE 5") && some.holds("Straße") && some.holds(" 🌱 "));
        assert!(!some.holds("🌱🌱") && !some.holds("***"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let problem = |text: &str| text.parse::<ReachPattern>().unwrap_err();
        assert_eq!(problem(" "), ReachProblem::Blank);
        assert_eq!(problem("a*b"), ReachProblem::StarWithin);
        assert_eq!(problem("**"), ReachProblem::StarWithin);
        assert_eq!(problem("-/ *"), ReachProblem::NothingToCompare);
    }
}
