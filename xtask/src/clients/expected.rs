//! The checks that the conformance suite is expected to fail, each with its reason.
//!
//! The suite reads the same file, and judges by it the scenarios that it
//! scores. We judge all that ran, and find entries whose check never came.

use anyhow::{Result, bail};
use serde_json::Value;

/// One entry: a whole scenario, or one check of it.
struct Entry<'a> {
    scenario: &'a str,
    check: Option<&'a str>,
}

/// The entries of an expected-failures file.
pub(super) struct Expected<'a> {
    entries: Vec<Entry<'a>>,
}

/// One check as the suite recorded it.
pub(super) struct Check {
    pub(super) scenario: String,
    pub(super) id: String,
    pub(super) failed: bool,
    pub(super) message: String,
}

/// What a run amounts to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) passed: usize,
    pub(super) expected: usize,
    pub(super) problems: Vec<String>,
}

impl<'a> Expected<'a> {
    /// Reads a file; an entry without a reason is an error.
    pub(super) fn read(text: &'a str) -> Result<Self> {
        let mut entries = Vec::new();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') || line == "server:" {
                continue;
            }
            let parts = line
                .strip_prefix("- ")
                .and_then(|line| line.split_once(" # "));
            let Some((name, _reason)) = parts else {
                bail!("an entry is `- scenario:check # reason`, and not `{line}`");
            };
            entries.push(match name.split_once(':') {
                Some((scenario, check)) => Entry {
                    scenario,
                    check: Some(check),
                },
                None => Entry {
                    scenario: name,
                    check: None,
                },
            });
        }
        Ok(Self { entries })
    }

    /// Compares a run with the entries.
    pub(super) fn judge(&self, checks: &[Check]) -> Judgement {
        let mut judgement = Judgement::default();
        for check in checks {
            if !check.failed {
                judgement.passed += 1;
            } else if self.entries.iter().any(|entry| entry.covers(check)) {
                judgement.expected += 1;
            } else {
                let Check {
                    scenario,
                    id,
                    message,
                    ..
                } = check;
                let problem = format!("{scenario}:{id}: {message}");
                judgement.problems.push(problem);
            }
        }
        for entry in &self.entries {
            if !checks
                .iter()
                .any(|check| check.failed && entry.covers(check))
            {
                let name = entry.check.map_or_else(
                    || entry.scenario.to_owned(),
                    |check| format!("{}:{check}", entry.scenario),
                );
                judgement.problems.push(format!(
                    "{name} is expected to fail, and did not: take the entry away"
                ));
            }
        }
        judgement
    }
}

impl Entry<'_> {
    fn covers(&self, check: &Check) -> bool {
        self.scenario == check.scenario && self.check.is_none_or(|id| id == check.id)
    }
}

impl Check {
    /// Reads a check; `None` where it says nothing of the server: a note, or a
    /// check that was skipped.
    pub(super) fn read(scenario: &str, record: &Value) -> Option<Self> {
        let word = |name: &str| record.get(name).and_then(Value::as_str);
        let failed = match word("status") {
            Some("SUCCESS") => false,
            Some("INFO" | "SKIPPED") => return None,
            // The suite counts a warning as a failure here too; what we do not
            // know must not pass either.
            _ => true,
        };
        let message = word("errorMessage").or_else(|| word("description"));
        Some(Self {
            scenario: scenario.to_owned(),
            id: word("id").unwrap_or("unnamed").to_owned(),
            failed,
            message: message.unwrap_or_default().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FILE: &str = "\
# Why there is a file.
server:
  # A group.
  - prompts:list # no prompts
  - tasks # no tasks
";

    fn check(scenario: &str, id: &str, status: &str) -> Check {
        let record = json!({"id": id, "status": status, "errorMessage": "because"});
        Check::read(scenario, &record).unwrap()
    }

    #[test]
    fn a_run_as_expected_has_no_problem() {
        let checks = [
            check("ping", "ping", "SUCCESS"),
            check("prompts", "list", "FAILURE"),
            check("prompts", "wire", "SUCCESS"),
            check("tasks", "a", "WARNING"),
            check("tasks", "b", "FAILURE"),
        ];
        let judgement = Expected::read(FILE).unwrap().judge(&checks);
        let as_expected = Judgement {
            passed: 2,
            expected: 3,
            problems: Vec::new(),
        };
        assert_eq!(judgement, as_expected);
    }

    #[test]
    fn what_is_not_expected_is_a_problem() {
        let checks = [
            check("prompts", "list", "SUCCESS"),
            check("prompts", "wire", "FAILURE"),
            check("ping", "ping", "NEW"),
        ];
        let problems = Expected::read(FILE).unwrap().judge(&checks).problems;
        assert_eq!(
            problems,
            [
                "prompts:wire: because",
                "ping:ping: because",
                "prompts:list is expected to fail, and did not: take the entry away",
                "tasks is expected to fail, and did not: take the entry away",
            ]
        );
    }

    #[test]
    fn notes_and_skipped_checks_do_not_count() {
        for status in ["INFO", "SKIPPED"] {
            assert!(Check::read("a", &json!({"id": "b", "status": status})).is_none());
        }
    }

    #[test]
    fn an_entry_needs_a_reason() {
        assert!(Expected::read("server:\n  - ping\n").is_err());
        assert!(Expected::read("client:\n").is_err());
    }
}
