//! What a person is told of an import beside how much it is, a line each without its full stop.

use std::path::Path;

use crate::{Outcome, Report, Updated};

/// How many tasks are named that are no longer in a file.
const GONE_NAMED_MAX: usize = 20;

impl Report {
    /// What there is to say of a file that became this: what it overruled or could not do, what was
    /// left out, what could not be carried over, and what was taken for something else.
    pub fn lines(&self, file: &Path, outcome: &Outcome) -> Vec<String> {
        let mut lines = match outcome {
            Outcome::Created => Vec::new(),
            Outcome::Updated(updated) => updated.lines(),
        };
        let left_out = self.left_out_lines(file).into_iter();
        lines.extend(left_out.map(|line| format!("left out: {line}")));
        let lost = self.not_carried_over.iter();
        lines.extend(lost.map(|what| format!("not carried over: {what}")));
        let taken = self.taken.iter();
        lines.extend(taken.map(|what| format!("taken: {what}")));
        lines
    }

    /// The items that were left out, each with its place and why.
    pub fn left_out_lines(&self, file: &Path) -> Vec<String> {
        let named = self.left_out.iter();
        let named = named.map(|item| format!("{}: {}", item.place(file), item.reason));
        let more = self.more_left_out;
        let more = (more > 0).then(|| format!("{more} more like these"));
        named.chain(more).collect()
    }
}

impl Updated {
    fn lines(&self) -> Vec<String> {
        let overruled = self.overruled.iter();
        let overruled = overruled
            .map(|what| format!("changed here as well, and the file's word was taken: {what}"));
        let refused = self.refused.iter();
        let refused = refused.map(|what| format!("not done: {what}"));
        let gone = self.gone.iter().take(GONE_NAMED_MAX);
        let gone = gone.map(|name| format!("no longer in the file, and left as it is: \"{name}\""));
        let more = self.gone.len().saturating_sub(GONE_NAMED_MAX);
        let more =
            (more > 0).then(|| format!("no longer in the file, and left as they are: {more} more"));
        overruled.chain(refused).chain(gone).chain(more).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LeftOut;

    #[test]
    fn nothing_is_dropped_unsaid() {
        let report = Report {
            left_out: vec![LeftOut {
                file: None,
                line: Some(3),
                reason: "it has no title".to_owned(),
            }],
            more_left_out: 2,
            not_carried_over: vec!["a sprint (2 times)".to_owned()],
            taken: vec!["[-] for cancelled".to_owned()],
        };
        let gone = (1..=21).map(|number| format!("task {number}").parse().unwrap());
        let outcome = Outcome::Updated(Updated {
            overruled: vec!["the status of \"a\"".to_owned()],
            refused: vec!["the name of \"b\"".to_owned()],
            gone: gone.collect(),
            ..Updated::default()
        });
        let lines = report.lines("plan.md".as_ref(), &outcome);
        assert_eq!(lines.len(), 1 + 1 + 20 + 1 + 2 + 1 + 1);
        let told = [&lines[..3], &lines[21..]].concat().join("\n");
        insta::assert_snapshot!(told, @r#"
        changed here as well, and the file's word was taken: the status of "a"
        not done: the name of "b"
        no longer in the file, and left as it is: "task 1"
        no longer in the file, and left as it is: "task 20"
        no longer in the file, and left as they are: 1 more
        left out: plan.md, line 3: it has no title
        left out: 2 more like these
        not carried over: a sprint (2 times)
        taken: [-] for cancelled
        "#);
        assert_eq!(report.lines("plan.md".as_ref(), &Outcome::Created).len(), 4);
    }
}
