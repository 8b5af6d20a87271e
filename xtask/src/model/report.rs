//! The table of a run: a line for each group of cases, a column for each way of offering the tools.

use super::case_run::{End, Outcome};
use crate::table::Table;

/// The outcomes of one way of offering the tools.
pub(super) struct Column {
    pub(super) heading: String,
    pub(super) outcomes: Vec<Outcome>,
}

/// Makes the table.
pub(super) fn table(columns: &[Column], note: &str) -> Table {
    let mut head = vec!["right"];
    head.extend(columns.iter().map(|column| column.heading.as_str()));
    let mut table = Table::new("A model at the tools", note, &head);
    let mut row = |name: &str, cell: &dyn Fn(&[Outcome]) -> String| {
        let cells = columns.iter().map(|column| cell(&column.outcomes));
        table.row(std::iter::once(name.to_owned()).chain(cells));
    };
    let is_right = |outcome: &Outcome| outcome.wrong.is_empty();
    row("all cases", &|outcomes| share(outcomes, is_right));
    for group in groups(columns) {
        let in_group = |outcomes: &[Outcome]| {
            let these = || outcomes.iter().filter(|outcome| outcome.group == group);
            format!(
                "{} of {}",
                these().filter(|outcome| is_right(outcome)).count(),
                these().count()
            )
        };
        row(&format!("of these: {group}"), &in_group);
    }
    row("the first call", &|outcomes| {
        share(outcomes, |outcome| outcome.first_is_right)
    });
    row("the last answer", &|outcomes| {
        let asked = outcomes
            .iter()
            .filter_map(|outcome| outcome.answer_is_right);
        let (right, wrong): (Vec<bool>, Vec<bool>) = asked.partition(|is_right| *is_right);
        format!("{} of {}", right.len(), right.len() + wrong.len())
    });
    row("something changed unasked", &|outcomes| {
        count(outcomes, |outcome| !outcome.unasked.is_empty())
    });
    row("the same call until stopped", &|outcomes| {
        count(outcomes, |outcome| outcome.end == End::Loop)
    });
    row("no end", &|outcomes| {
        count(outcomes, |outcome| outcome.end == End::Turns)
    });
    row("an answer that no server could read", &|outcomes| {
        count(outcomes, |outcome| outcome.end == End::Unreadable)
    });
    row("calls (refused)", &|outcomes| {
        format!(
            "{} ({})",
            sum(outcomes, |it| it.calls as u64),
            sum(outcomes, |it| it.refused as u64)
        )
    });
    row("tokens read, written", &|outcomes| {
        format!(
            "{}, {}",
            sum(outcomes, |it| it.read_tokens),
            sum(outcomes, |it| it.written_tokens)
        )
    });
    row("seconds", &|outcomes| {
        sum(outcomes, |it| it.seconds).to_string()
    });
    table
}

/// The groups, in the order in which they come.
fn groups(columns: &[Column]) -> Vec<&str> {
    let mut groups = Vec::new();
    for outcome in columns.iter().flat_map(|column| &column.outcomes) {
        if !groups.contains(&outcome.group.as_str()) {
            groups.push(outcome.group.as_str());
        }
    }
    groups
}

fn share(outcomes: &[Outcome], is: impl Fn(&Outcome) -> bool) -> String {
    format!(
        "{} of {}",
        outcomes.iter().filter(|outcome| is(outcome)).count(),
        outcomes.len()
    )
}

fn count(outcomes: &[Outcome], is: impl Fn(&Outcome) -> bool) -> String {
    outcomes
        .iter()
        .filter(|outcome| is(outcome))
        .count()
        .to_string()
}

fn sum(outcomes: &[Outcome], of: impl Fn(&Outcome) -> u64) -> u64 {
    outcomes.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(group: &str, wrong: &[&str], end: End) -> Outcome {
        Outcome {
            id: "a".to_owned(),
            group: group.to_owned(),
            wrong: wrong.iter().map(|&what| what.to_owned()).collect(),
            unasked: Vec::new(),
            end,
            first_is_right: true,
            answer_is_right: Some(wrong.is_empty()),
            calls: 2,
            refused: 1,
            read_tokens: 100,
            written_tokens: 5,
            seconds: 1,
        }
    }

    #[test]
    fn a_column_counts_what_is_right_and_how_the_rest_ended() {
        let outcomes = vec![
            outcome("code", &[], End::Said),
            outcome("task", &["no tool was called"], End::Loop),
        ];
        let heading = "full".to_owned();
        let table = table(&[Column { heading, outcomes }], "Asked: nobody.").to_string();
        for line in [
            "| all cases                   | 1 of 2 |",
            "| of these: code              | 1 of 1 |",
            "| of these: task              | 0 of 1 |",
            "| the last answer             | 1 of 2 |",
            "| the same call until stopped | 1      |",
            "| calls (refused)             | 4 (2)  |",
            "| tokens read, written        | 200, 10 |",
        ] {
            let cells = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                table.lines().any(|found| cells(found) == cells(line)),
                "{line} in\n{table}"
            );
        }
    }
}
