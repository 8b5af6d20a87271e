//! Lists that are longer than an answer: the entry behind which a caller reads on, and the status
//! that it wants to see.

use std::str::FromStr;

use pm_core::model::UnknownWord;
use pm_core::resolve::resolve;
use pm_core::{Status, Task};

use super::arguments::{ArgumentProblem, optional_name, optional_word};
use crate::text::phrases::{named, quoted};

/// The parameters by which a list is read on and narrowed. A model that sees them fills them, even
/// if nothing needs reading on; so a short list of tools leaves them out, and each tool takes them
/// all the same.
pub(crate) const READING_ON: &[&str] = &["after", "status", "label"];

/// Which entries are wanted, by how far they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those that are neither done nor cancelled.
    Open,
    /// Those that are done or cancelled.
    Closed,
    /// Those of just one status.
    Just(Status),
    /// Tasks on which somebody left a comment.
    Commented,
}

impl Wanted {
    /// The words, the usual ones first.
    const WORDS: &'static [&'static str] = &[
        "open",
        "closed",
        "todo",
        "in_progress",
        "blocked",
        "done",
        "cancelled",
        "commented",
    ];

    /// Whether a job of this status is wanted.
    pub(crate) fn fits(self, status: Status) -> bool {
        match self {
            Self::Open => !status.is_over(),
            Self::Closed => status.is_over(),
            Self::Just(wanted) => wanted == status,
            Self::Commented => false,
        }
    }

    fn fits_task(self, task: &Task) -> bool {
        match self {
            Self::Commented => !task.comments().is_empty(),
            _ => self.fits(task.status()),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Just(status) => status.as_str(),
            Self::Commented => "commented",
        }
    }
}

impl FromStr for Wanted {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text.to_lowercase().as_str() {
            "open" | "unfinished" => Ok(Self::Open),
            "closed" | "finished" => Ok(Self::Closed),
            "commented" | "with comments" => Ok(Self::Commented),
            _ => text.parse().map(Self::Just).map_err(|_| UnknownWord {
                word: text.to_owned(),
                known: Self::WORDS,
            }),
        }
    }
}

/// Reads the argument `status`; models also send "all" if they want no other list.
pub(crate) fn wanted(sent: Option<&str>) -> Result<Option<Wanted>, ArgumentProblem> {
    let is_none = |word: &&str| !matches!(word.trim().to_lowercase().as_str(), "all" | "any");
    optional_word("status", sent.filter(is_none))
}

/// A name in a list and its index there.
struct Indexed<'a>(usize, &'a str);

impl AsRef<str> for Indexed<'_> {
    fn as_ref(&self) -> &str {
        self.1
    }
}

/// How many entries of the list of these names are to be passed over, to read on behind `after`; and
/// the last of them, as a sentence writes it.
pub(crate) fn passed<'a>(
    after: Option<&str>,
    names: impl Iterator<Item = &'a str>,
) -> Result<(usize, Option<String>), ArgumentProblem> {
    let Some(after) = optional_name(after, |_| true) else {
        return Ok((0, None));
    };
    let names: Vec<&str> = names.collect();
    let Some(after) = optional_name(Some(after), |name| names.contains(&name)) else {
        return Ok((0, None));
    };
    let indexed = names.iter().enumerate();
    match resolve(after, indexed.map(|(index, name)| Indexed(index, name))) {
        Ok(Indexed(index, name)) => Ok((index + 1, Some(named(name)))),
        // What models send for "from the beginning".
        Err(_) if matches!(after, "0" | "none") => Ok((0, None)),
        Err(unresolved) => Err(ArgumentProblem::NotListed {
            sent: after.to_owned(),
            near: unresolved
                .names()
                .first()
                .map(|Indexed(_, name)| (*name).to_owned()),
        }),
    }
}

/// The same for a list whose entries also have keys, as several may have one name.
pub(crate) fn passed_keyed<'a>(
    after: Option<&str>,
    mut keys: impl Iterator<Item = &'a String>,
    names: impl Iterator<Item = &'a str>,
) -> Result<usize, ArgumentProblem> {
    match keys.position(|key| Some(key.as_str()) == after) {
        Some(index) => Ok(index + 1),
        None => Ok(passed(after, names)?.0),
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wish<'a> {
    pub(crate) status: Option<Wanted>,
    pub(crate) label: Option<&'a str>,
}

impl Wish<'_> {
    /// Whether a task is wanted.
    pub(crate) fn fits(self, task: &Task) -> bool {
        self.status.is_none_or(|wanted| wanted.fits_task(task))
            && self.label.is_none_or(|label| task.has_label(label))
    }
}

/// Says what is shown of a list that a caller has narrowed; `counts` says how many entries are
/// wanted, and how many there are.
pub(crate) fn narrowed(
    kind: &str,
    wish: Wish<'_>,
    after: Option<&str>,
    counts: (usize, usize),
) -> Option<String> {
    let Wish { status, label } = wish;
    if status.is_none() && label.is_none() && after.is_none() {
        return None;
    }
    let status = status.map(|wanted| format!("status {}", wanted.as_str()));
    let label = label.map(|label| format!("label {}", quoted(label)));
    let parts: Vec<String> = status.into_iter().chain(label).collect();
    let narrowed = if parts.is_empty() {
        String::new()
    } else {
        format!(" with {}", parts.join(" and "))
    };
    let behind = after.map_or(String::new(), |after| format!(" behind {after}"));
    let (count, all) = counts;
    Some(format!(
        "Only the {kind}{narrowed}{behind}: {count} of {all}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_on_behind_a_name_however_it_is_written() {
        let names = ["Soil Test", "beds", "none", "Beds!"];
        let passed = |after: &str| {
            let passed = passed(Some(after), names.iter().copied());
            passed.map(|(count, _)| count)
        };
        assert_eq!(passed("Soil Test").unwrap(), 1);
        assert_eq!(passed(" soil_test ").unwrap(), 1);
        assert_eq!(passed("beds").unwrap(), 2);
        assert_eq!(passed("none").unwrap(), 3);
        for nothing in ["", " ", "null", "0"] {
            assert_eq!(passed(nothing).unwrap(), 0, "{nothing:?}");
        }
        let near = |near: Option<&str>, sent: &str| ArgumentProblem::NotListed {
            sent: sent.into(),
            near: near.map(str::to_owned),
        };
        assert_eq!(
            passed("soil tests"),
            Err(near(Some("Soil Test"), "soil tests"))
        );
        assert_eq!(passed("BEDS"), Err(near(Some("beds"), "BEDS")));
        assert_eq!(passed("zzz"), Err(near(None, "zzz")));
    }

    #[test]
    fn a_wish_is_a_group_or_a_status() {
        let fitting = |word: &str| -> Vec<&str> {
            let wanted = wanted(Some(word)).unwrap().unwrap();
            let all = Status::WORDS.iter().copied();
            all.filter(|word| wanted.fits(word.parse().unwrap()))
                .collect()
        };
        assert_eq!(fitting("open"), ["todo", "in_progress", "blocked"]);
        assert_eq!(fitting("Closed"), ["done", "cancelled"]);
        assert_eq!(fitting("In Progress"), ["in_progress"]);
        for nothing in ["", "all", "null"] {
            assert_eq!(wanted(Some(nothing)).unwrap(), None);
        }
        assert!(wanted(Some("half")).is_err());
        // Every word that refusals name is taken.
        for word in Wanted::WORDS {
            assert!(wanted(Some(word)).unwrap().is_some(), "{word}");
        }
    }
}
