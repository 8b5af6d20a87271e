//! What is stored, as far as cases look at it; names are compared without case and punctuation.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::mcp::Session;

/// All processes by their folded names.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct State(pub(super) BTreeMap<String, Process>);

#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Process {
    pub(super) description: String,
    pub(super) tasks: BTreeMap<String, Task>,
}

#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Task {
    pub(super) description: String,
    pub(super) status: String,
    pub(super) priority: String,
    pub(super) jobs: Vec<Job>,
    /// The versions of each snippet, by its folded name, oldest first.
    pub(super) codes: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) status: String,
}

/// A process as its file has it.
#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    description: String,
    #[serde(default)]
    tasks: BTreeMap<String, StoredTask>,
}

#[derive(Deserialize)]
struct StoredTask {
    #[serde(default)]
    description: String,
    status: Option<String>,
    priority: Option<String>,
    #[serde(default)]
    jobs: serde_json::Map<String, Value>,
    #[serde(default)]
    code: serde_json::Map<String, Value>,
}

/// A name as it is compared: in small letters, with one blank for all that is no letter or digit.
pub(super) fn folded(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

impl State {
    /// Reads all processes through a server that offers every tool.
    pub(super) fn read(server: &mut Session) -> Result<Self> {
        let list = server.call("process_list_all", &json!({}))?;
        let list = list.get("process_list").and_then(Value::as_array);
        let mut state = Self::default();
        for entry in list.context("process_list_all lists nothing")? {
            let name = entry.get("process").and_then(Value::as_str);
            let name = name.context("a process has no name")?;
            let export = json!({"process": name, "format": "json"});
            let mut exported = server.call("process_export", &export)?;
            let data = exported.get_mut("process_data").map(Value::take);
            let stored: Stored = serde_json::from_value(data.unwrap_or_default())
                .with_context(|| format!("the process {name:?} cannot be read"))?;
            state.0.insert(folded(name), stored.into());
        }
        Ok(state)
    }

    /// The task at `process/task`.
    pub(super) fn task(&self, path: &str) -> Option<&Task> {
        let mut parts = path.split('/').map(folded);
        let process = self.0.get(&parts.next()?)?;
        process.tasks.get(&parts.next()?)
    }

    /// Everything that is stored, each with the place where it stands.
    pub(super) fn facts(&self) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        for (name, process) in &self.0 {
            facts.insert(format!("the process {name}"), process.description.clone());
            for (task_name, task) in &process.tasks {
                let place = format!("{name}/{task_name}");
                let head = [&task.description, &task.status, &task.priority];
                facts.insert(
                    format!("the task {place}"),
                    head.map(String::as_str).join("\n"),
                );
                for job in &task.jobs {
                    let value = format!("{}\n{}", job.description, job.status);
                    facts.insert(format!("the job {place}/{}", folded(&job.name)), value);
                }
                for (code, versions) in &task.codes {
                    facts.insert(format!("the code {place}/{code}"), versions.join("\n\n"));
                }
            }
        }
        facts
    }
}

impl From<Stored> for Process {
    fn from(stored: Stored) -> Self {
        let tasks = stored.tasks.into_iter();
        Self {
            description: stored.description,
            tasks: tasks
                .map(|(name, task)| (folded(&name), task.into()))
                .collect(),
        }
    }
}

impl From<StoredTask> for Task {
    fn from(stored: StoredTask) -> Self {
        let text = |value: &Value, field: &str| {
            let text = value.get(field).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let or = |word: String, default: &str| {
            if word.is_empty() {
                default.to_owned()
            } else {
                word
            }
        };
        let mut codes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for version in stored.code.values() {
            let versions = codes.entry(folded(&text(version, "name"))).or_default();
            versions.push(text(version, "content"));
        }
        let job = |job: &Value| Job {
            name: text(job, "name"),
            description: text(job, "description"),
            status: or(text(job, "status"), "todo"),
        };
        Self {
            description: stored.description,
            status: stored.status.unwrap_or_else(|| "todo".to_owned()),
            priority: stored.priority.unwrap_or_else(|| "normal".to_owned()),
            jobs: stored.jobs.values().map(job).collect(),
            codes,
        }
    }
}
