//! The instructions that a model is given, and what shall be stored afterwards.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;

/// A file of cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cases {
    /// What is stored before a case, by name: calls of tools.
    #[serde(default)]
    pub(super) fixtures: BTreeMap<String, Vec<Call>>,
    pub(super) cases: Vec<Case>,
}

/// A tool and its arguments.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Call(pub(super) String, pub(super) Value);

/// One instruction.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) id: String,
    /// What it is about, such as `code`.
    #[serde(alias = "cat")]
    pub(super) group: String,
    /// Whether one call does it or several are needed.
    pub(super) kind: Kind,
    /// The fixtures that are stored before.
    #[serde(default)]
    pub(super) fixtures: Vec<String>,
    /// The process that is open before.
    #[serde(default)]
    pub(super) current: Option<String>,
    /// What the user says, one message after the other.
    user: OneOrMany,
    /// The tools of which the first call should be one.
    #[serde(default)]
    pub(super) first: Vec<String>,
    pub(super) expect: Expected,
    /// What the last answer to the user should say.
    #[serde(default)]
    pub(super) answer: Vec<String>,
    /// The calls that do it, between which the model may say something.
    pub(super) solve: Vec<Step>,
    /// The most answers of the model.
    #[serde(default)]
    max_turns: Option<usize>,
    /// Whether only the tools beyond the reference can do it.
    #[serde(default, rename = "new")]
    _new: bool,
}

/// How many calls a case takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Single,
    Multi,
}

/// A step of a case's own solution.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Step {
    Call(Call),
    /// What the model says to the user.
    Says(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Texts by where they belong: `process`, `process/task`, `process/task/job`.
pub(super) type ByPath<T = Vec<String>> = BTreeMap<String, T>;

/// What shall be stored; what is left out is not looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expected {
    /// The names of all processes.
    pub(super) processes: Option<Vec<String>>,
    /// What a process's description contains.
    pub(super) process_desc: ByPath,
    /// The names of all tasks of a process.
    pub(super) tasks: ByPath,
    /// What a task's description contains.
    pub(super) desc: ByPath,
    /// The names of all jobs of a task.
    pub(super) jobs: ByPath,
    /// What a job's name or description contains.
    pub(super) job_has: ByPath,
    /// The names of all snippets of a task.
    pub(super) codes: ByPath,
    /// What a version of a snippet contains.
    pub(super) code_has: ByPath,
    /// The newest version of a snippet.
    pub(super) code_last: ByPath<String>,
    /// The fewest snippets of a task.
    pub(super) code_count: ByPath<usize>,
    /// The statuses of which a task has one.
    pub(super) status: ByPath,
    pub(super) priority: ByPath<String>,
    pub(super) job_status: ByPath,
    /// How much a new process holds, whatever its names.
    pub(super) min: Option<Least>,
    /// Whether nothing is changed.
    pub(super) unchanged: bool,
    /// The process that is open at the end.
    pub(super) current: Option<String>,
    /// What an answer of a tool showed.
    pub(super) seen: Vec<String>,
}

/// The least that a plan of free names holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Least {
    #[serde(default = "one")]
    pub(super) processes: usize,
    #[serde(default)]
    pub(super) tasks: usize,
    #[serde(default)]
    pub(super) jobs_per_task: usize,
}

fn one() -> usize {
    1
}

impl Cases {
    /// Reads a file of cases.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path);
        let text = text.with_context(|| format!("{} cannot be read", path.display()))?;
        let cases: Self = serde_json::from_str(&text)
            .with_context(|| format!("{} is not a file of cases", path.display()))?;
        for case in &cases.cases {
            for fixture in &case.fixtures {
                if !cases.fixtures.contains_key(fixture) {
                    bail!(
                        "{}: {} wants the fixture {fixture:?}, which is not there",
                        path.display(),
                        case.id
                    );
                }
            }
        }
        Ok(cases)
    }

    /// The calls that store what is there before a case.
    pub(super) fn before(&self, case: &Case) -> impl Iterator<Item = &Call> {
        let fixtures = case
            .fixtures
            .iter()
            .filter_map(|name| self.fixtures.get(name));
        fixtures.flatten()
    }
}

impl Case {
    /// What the user says, one message after the other.
    pub(super) fn user(&self) -> &[String] {
        match &self.user {
            OneOrMany::One(text) => std::slice::from_ref(text),
            OneOrMany::Many(texts) => texts,
        }
    }

    /// The most answers of the model.
    pub(super) fn max_turns(&self) -> usize {
        self.max_turns.unwrap_or(match self.kind {
            Kind::Single => 6,
            Kind::Multi => 20,
        })
    }

    /// Whether it is one of those that were asked for; all are if none was.
    pub(super) fn is_among(&self, asked: &[String]) -> bool {
        let kind = match self.kind {
            Kind::Single => "single",
            Kind::Multi => "multi",
        };
        let is =
            |word: &String| [self.id.as_str(), self.group.as_str(), kind].contains(&word.as_str());
        asked.is_empty() || asked.iter().any(is)
    }
}
