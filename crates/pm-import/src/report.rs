//! What became of what a file holds: what was left out, what could not be carried over, and what
//! was taken for something else. Nothing is dropped unsaid.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many items that were left out are named one by one.
pub const NAMED_ITEMS_MAX: usize = 1000;

/// An item that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The file, if a folder was read; below that folder.
    pub file: Option<PathBuf>,
    /// The line, from 1, if it is not the whole file.
    pub line: Option<usize>,
    /// Why.
    pub reason: String,
}

impl LeftOut {
    /// Its place, with `read` being the file or folder that was read.
    pub fn place(&self, read: &Path) -> String {
        let file = self.file.as_ref().map(|file| read.join(file));
        let file = file.as_deref().unwrap_or(read).display();
        match self.line {
            Some(line) => format!("{file}, line {line}"),
            None => file.to_string(),
        }
    }
}

/// What there is to say of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Items that were left out, the first [`NAMED_ITEMS_MAX`] of them.
    pub left_out: Vec<LeftOut>,
    /// How many more were left out.
    pub more_left_out: usize,
    /// What could not be carried over, a line for each kind.
    pub not_carried_over: Vec<String>,
    /// What was taken for what, a line for each kind.
    pub taken: Vec<String>,
}

impl Report {
    /// How many items were left out.
    pub fn left_out_count(&self) -> usize {
        self.left_out.len() + self.more_left_out
    }
}

/// A report that is being written.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    left_out: Vec<LeftOut>,
    more_left_out: usize,
    not_carried_over: Kinds,
    taken: Kinds,
}

/// Kinds of things, and how often each was met.
type Kinds = BTreeMap<String, usize>;

impl Notes {
    /// What begins on a line is left out.
    pub(crate) fn left_out(&mut self, line: usize, reason: impl Into<String>) {
        self.leave_out(LeftOut {
            file: None,
            line: Some(line),
            reason: reason.into(),
        });
    }

    /// A file of a folder, or what begins on a line of it, is left out.
    pub(crate) fn left_out_of(
        &mut self,
        file: &Path,
        line: Option<usize>,
        reason: impl Into<String>,
    ) {
        self.leave_out(LeftOut {
            file: Some(file.to_owned()),
            line,
            reason: reason.into(),
        });
    }

    fn leave_out(&mut self, item: LeftOut) {
        if self.left_out.len() < NAMED_ITEMS_MAX {
            self.left_out.push(item);
        } else {
            self.more_left_out += 1;
        }
    }

    /// One more of a kind is not carried over.
    pub(crate) fn lost(&mut self, what: impl Into<String>) {
        self.lost_all(what, 1);
    }

    /// More of a kind are not carried over.
    pub(crate) fn lost_all(&mut self, what: impl Into<String>, count: usize) {
        if count > 0 {
            count_one(&mut self.not_carried_over, what.into(), count);
        }
    }

    /// Something is taken for something else, in words such as `[-] for cancelled`.
    pub(crate) fn taken(&mut self, what: impl Into<String>) {
        count_one(&mut self.taken, what.into(), 1);
    }

    /// Puts other notes behind these.
    pub(crate) fn append(&mut self, other: Self) {
        for item in other.left_out {
            self.leave_out(item);
        }
        self.more_left_out += other.more_left_out;
        for (what, count) in other.not_carried_over {
            count_one(&mut self.not_carried_over, what, count);
        }
        for (what, count) in other.taken {
            count_one(&mut self.taken, what, count);
        }
    }

    pub(crate) fn into_report(self) -> Report {
        Report {
            left_out: self.left_out,
            more_left_out: self.more_left_out,
            not_carried_over: lines(self.not_carried_over),
            taken: lines(self.taken),
        }
    }
}

/// Past this many kinds all others are one: a hostile file must not fill the screen.
const KINDS_MAX: usize = 500;

fn count_one(kinds: &mut Kinds, what: String, count: usize) {
    let what = if kinds.len() >= KINDS_MAX && !kinds.contains_key(&what) {
        "others like these".to_owned()
    } else {
        what
    };
    *kinds.entry(what).or_default() += count;
}

fn lines(kinds: Kinds) -> Vec<String> {
    let line = |(what, count): (String, usize)| match count {
        1 => what,
        count => format!("{what} ({count} times)"),
    };
    kinds.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_often_is_counted_and_never_forgotten() {
        let mut notes = Notes::default();
        for number in 0..NAMED_ITEMS_MAX + 2 {
            notes.left_out(number, "no title");
            notes.lost("a sprint");
            notes.taken(format!("{number} for none"));
        }
        let report = notes.into_report();
        assert_eq!(report.left_out_count(), NAMED_ITEMS_MAX + 2);
        assert_eq!(report.not_carried_over, ["a sprint (1002 times)"]);
        assert_eq!(report.taken.len(), KINDS_MAX + 1);
        assert!(
            report
                .taken
                .contains(&"others like these (502 times)".to_owned())
        );
    }
}
