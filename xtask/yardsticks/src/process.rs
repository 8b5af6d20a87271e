//! The processes that the core is measured on, written as files: through the core that would take
//! longer than what is measured.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use pm_core::{ProcessManager, ProcessName};
use serde_json::{Map, Value, json};

/// The task that is described anew again and again: a change that leaves the size as it is.
const TASK: &str = "described";

/// A process that is measured on.
pub(crate) struct Measured {
    pub(crate) name: ProcessName,
    /// Its file.
    pub(crate) file: PathBuf,
    /// The journal beside it, which is there once it was changed.
    pub(crate) journal: PathBuf,
}

impl Measured {
    /// The process of about so many bytes in a directory, whether it was written yet or not.
    pub(crate) fn of(dir: &Path, bytes: usize) -> Result<Self> {
        let stem = format!("Process_of_{bytes}_bytes");
        Ok(Self {
            name: stem.replace('_', " ").parse()?,
            file: dir.join(format!("{stem}.json")),
            journal: dir.join(format!(".pm/journals/{stem}.journal")),
        })
    }

    /// Writes a process of about so many bytes, with jobs of about 200 bytes.
    pub(crate) fn fill(dir: &Path, bytes: usize) -> Result<Self> {
        const TIME: &str = "2026-01-02T03:04:05.678901Z";
        let measured = Self::of(dir, bytes)?;
        let jobs: Map<String, Value> = (0..bytes / 200)
            .map(|number| {
                let name = format!("job {number}");
                let job = json!({
                    "name": &name,
                    "description": "Look at what was measured",
                    "created_at": TIME,
                });
                (format!("{name}_{TIME}"), job)
            })
            .collect();
        let task = json!({ "description": "", "created_at": TIME, "jobs": jobs, "code": {} });
        let process = json!({
            "process_name": measured.name.as_str(),
            "description": "To be measured",
            "created_at": TIME,
            "tasks": { TASK: task },
        });
        fs::write(&measured.file, serde_json::to_vec_pretty(&process)?)?;
        Ok(measured)
    }

    /// Makes one change, whose record is always of about the same length.
    pub(crate) fn change(&self, manager: &ProcessManager, number: usize) -> Result<()> {
        let description = format!("Described anew, write {:04}", number % 10_000);
        manager.describe_task(&self.name, TASK, description)?;
        Ok(())
    }

    /// How many bytes the journal takes for such a change: the length of its last one.
    pub(crate) fn record_bytes(&self) -> Result<usize> {
        let journal = fs::read_to_string(&self.journal)?;
        let mut lines = journal.lines().rev();
        let last = lines.find(|line| line.contains(" {\"change\":"));
        Ok(last.map_or(0, |line| line.len() + 1))
    }
}
