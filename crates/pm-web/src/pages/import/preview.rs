//! What would come of a file: its processes with their tasks and jobs, and what there is to say of
//! them.

use pm_core::{Process, ProcessManager};
use pm_import::{Outcome, Prepared, Updated};

use crate::parts::count;
use crate::problem::Problem;

/// How many tasks and jobs of a process are named.
const NAMES_MAX: usize = 200;

/// How many lines of notes are shown of a process.
pub(super) const NOTES_MAX: usize = 100;

/// What would come of a file.
pub(super) struct Preview {
    pub(super) processes: Vec<Row>,
    /// Whether it can be imported as it is.
    pub(super) can_be_made: bool,
}

/// A process that would come.
pub(super) struct Row {
    pub(super) name: String,
    /// What would become of it.
    pub(super) outcome: String,
    pub(super) format: &'static str,
    /// How much is in it.
    pub(super) counts: Vec<String>,
    /// The first tasks, each with the first of its jobs.
    pub(super) tasks: Vec<(String, Vec<String>)>,
    /// How many tasks and jobs more there are.
    pub(super) more: usize,
    /// What is left out, is not carried over, or is taken for something else.
    pub(super) notes: Vec<String>,
    pub(super) more_notes: usize,
}

impl Preview {
    pub(super) fn new(
        manager: &ProcessManager,
        prepared: &[Prepared],
        is_free: bool,
    ) -> Result<Self, Problem> {
        let rows = prepared.iter().map(|one| Row::new(manager, one));
        Ok(Self {
            processes: rows.collect::<Result<_, Problem>>()?,
            can_be_made: is_free && !prepared.is_empty(),
        })
    }
}

impl Row {
    fn new(manager: &ProcessManager, prepared: &Prepared) -> Result<Self, Problem> {
        let done = prepared.try_out(manager)?;
        let imported = &prepared.imported;
        let mut notes = imported.report.lines(&imported.file, &done.outcome);
        let more_notes = notes.len().saturating_sub(NOTES_MAX);
        notes.truncate(NOTES_MAX);
        let (tasks, more) = names(&imported.process);
        Ok(Self {
            name: done.name.to_string(),
            outcome: match &done.outcome {
                Outcome::Created => "a new process".to_owned(),
                Outcome::Updated(updated) => told(updated),
            },
            format: imported.format.description(),
            counts: counts(&imported.process),
            tasks,
            more,
            notes,
            more_notes,
        })
    }
}

fn told(updated: &Updated) -> String {
    if updated.is_nothing() {
        return "up to date: there is nothing new".to_owned();
    }
    format!(
        "brings the one up to date that is there: new {}, changed {}, as before {}",
        count(updated.added, "task"),
        updated.changed,
        updated.unchanged
    )
}

fn counts(process: &Process) -> Vec<String> {
    let of = |number: fn(&pm_core::Task) -> usize| process.tasks.values().map(number).sum();
    let waits: usize = of(|task| task.depends_on().len());
    let waits = match waits {
        1 => "1 dependency".to_owned(),
        waits => format!("{waits} dependencies"),
    };
    vec![
        count(process.tasks.len(), "task"),
        count(of(|task| task.jobs.len()), "job"),
        count(of(|task| task.snippet_names().len()), "snippet"),
        waits,
    ]
}

/// The first names, and how many more there are.
fn names(process: &Process) -> (Vec<(String, Vec<String>)>, usize) {
    let mut room = NAMES_MAX;
    let mut more = 0;
    let mut tasks = Vec::new();
    for (name, task) in &process.tasks {
        if room == 0 {
            more += 1 + task.jobs.len();
            continue;
        }
        room -= 1;
        let jobs = task.jobs.values().take(room);
        let jobs: Vec<String> = jobs.map(|job| job.name.to_string()).collect();
        room -= jobs.len();
        more += task.jobs.len() - jobs.len();
        tasks.push((name.to_string(), jobs));
    }
    (tasks, more)
}
