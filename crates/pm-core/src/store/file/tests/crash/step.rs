//! What is done to a store: single steps, and random sequences of them that make sense.

use std::sync::Arc;

use super::world::{Answer, World, apply};
use crate::clock::ManualClock;
use crate::{ProcessManager, ProcessName};

/// One step. Names are small numbers, so that steps meet at the same things again and again.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Create {
        process: usize,
        bytes: usize,
    },
    Rename {
        process: usize,
        new: usize,
    },
    Delete {
        process: usize,
    },
    AddTask {
        process: usize,
        task: usize,
    },
    DescribeTask {
        process: usize,
        task: usize,
        bytes: usize,
    },
    RenameTask {
        process: usize,
        task: usize,
        new: usize,
    },
    DeleteTask {
        process: usize,
        task: usize,
    },
    AddJob {
        process: usize,
        task: usize,
        job: usize,
    },
    AddSnippet {
        process: usize,
        task: usize,
        snippet: usize,
        bytes: usize,
    },
    UpdateSnippet {
        process: usize,
        task: usize,
        snippet: usize,
        bytes: usize,
    },
    DeleteSnippets {
        process: usize,
        task: usize,
        snippet: usize,
    },
    /// The program ends in good order, and another one starts.
    Restart,
    /// What waits to be written is written. Today nothing ever waits; a store with a journal
    /// makes its checkpoints here.
    Flush,
}

/// A sequence of steps, each by one of several programs that take turns.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    pub(super) seed: u64,
    pub(super) steps: Vec<(usize, Step)>,
}

/// What a scenario is mostly about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    /// Everything, evenly.
    Everything,
    /// Processes that come, go and change their names.
    Names,
}

pub(super) const PROCESSES: [&str; 4] = ["garden", "shed", "Häuschen am See", "attic"];

/// The process of a number.
pub(super) fn process_name(number: usize) -> ProcessName {
    PROCESSES[number % PROCESSES.len()].parse().unwrap()
}

fn name<N: std::str::FromStr<Err: std::fmt::Debug>>(kind: &str, number: usize) -> N {
    format!("{kind} {number}").parse().unwrap()
}

/// A text that differs from one length to the next in all of its places.
fn text(bytes: usize) -> String {
    let letter =
        |place: usize| char::from(b'a' + u8::try_from((place * 7 + bytes) % 26).unwrap_or(0));
    (0..bytes).map(letter).collect()
}

/// Does a step; the answer is the process since, where there is one.
pub(super) fn perform(step: &Step, manager: &ProcessManager) -> Answer {
    let changed = |process| Ok(Some(process));
    let task_name = |task: usize| format!("task {task}");
    match *step {
        Step::Create { process, bytes } => manager
            .create_process(process_name(process), text(bytes))
            .map(Some),
        Step::Rename { process, new } => manager
            .rename_process(&process_name(process), &process_name(new))
            .map(Some),
        Step::Delete { process } => manager
            .delete_process(&process_name(process))
            .map(|()| None),
        Step::AddTask { process, task } => {
            let name = name("task", task);
            changed(manager.add_task(&process_name(process), name, "")?.process)
        }
        Step::DescribeTask {
            process,
            task,
            bytes,
        } => {
            let (process, task) = (process_name(process), task_name(task));
            changed(manager.describe_task(&process, &task, text(bytes))?.process)
        }
        Step::RenameTask { process, task, new } => {
            let (process, task) = (process_name(process), task_name(task));
            changed(
                manager
                    .rename_task(&process, &task, name("task", new))?
                    .process,
            )
        }
        Step::DeleteTask { process, task } => {
            let (process, task) = (process_name(process), task_name(task));
            changed(manager.delete_task(&process, &task)?.process)
        }
        Step::AddJob { process, task, job } => {
            let (process, task) = (process_name(process), task_name(task));
            changed(
                manager
                    .add_job(&process, &task, name("job", job), "")?
                    .process,
            )
        }
        Step::AddSnippet {
            process,
            task,
            snippet,
            bytes,
        } => {
            let (process, task) = (process_name(process), task_name(task));
            let snippet = name("snippet", snippet);
            changed(
                manager
                    .add_snippet(&process, &task, snippet, text(bytes))?
                    .process,
            )
        }
        Step::UpdateSnippet {
            process,
            task,
            snippet,
            bytes,
        } => {
            let (process, task) = (process_name(process), task_name(task));
            let snippet = name("snippet", snippet);
            changed(
                manager
                    .update_snippet(&process, &task, snippet, text(bytes))?
                    .process,
            )
        }
        Step::DeleteSnippets {
            process,
            task,
            snippet,
        } => {
            let (process, task) = (process_name(process), task_name(task));
            let snippet = name("snippet", snippet);
            changed(manager.delete_snippets(&process, &task, snippet)?.process)
        }
        Step::Restart | Step::Flush => Ok(None),
    }
}

impl Scenario {
    /// Random steps, `length` of them, of which nearly all can be done when their turn comes.
    pub(super) fn random(seed: u64, programs: usize, length: usize, theme: Theme) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let clock = Arc::new(ManualClock::new(time::OffsetDateTime::UNIX_EPOCH));
        let mut world = World::new();
        let mut steps = Vec::new();
        while steps.len() < length {
            let step = random_step(&mut rng, theme);
            let (after, answer) = apply(&world, &step, &clock);
            // Now and then one that is refused: that, too, must change nothing.
            if answer.is_ok() || rng.u8(..) < 4 {
                world = after;
                steps.push((rng.usize(0..programs), step));
            }
        }
        Self { seed, steps }
    }

    /// The shortest scenario found by leaving out steps that `fails` all the same.
    pub(super) fn shrunk(mut self, fails: impl Fn(&Self) -> bool) -> Self {
        let mut place = self.steps.len();
        while place > 0 {
            place -= 1;
            let mut shorter = self.clone();
            shorter.steps.remove(place);
            if fails(&shorter) {
                self = shorter;
            }
        }
        self
    }
}

fn random_step(rng: &mut fastrand::Rng, theme: Theme) -> Step {
    let process = rng.usize(0..PROCESSES.len());
    let (task, snippet) = (rng.usize(0..3), rng.usize(0..2));
    // Mostly a sector or less, and now and then several, which a crash can tear.
    let bytes = if rng.u8(..) < 48 {
        rng.usize(600..2500)
    } else {
        rng.usize(0..200)
    };
    let new = rng.usize(0..PROCESSES.len());
    let kind = match theme {
        Theme::Everything => rng.u8(0..16),
        Theme::Names => rng.u8(0..8),
    };
    match kind {
        0 => Step::Restart,
        1 => Step::Flush,
        2 | 3 => Step::Create { process, bytes },
        4 => Step::Rename { process, new },
        5 => Step::Delete { process },
        6 | 7 => Step::AddTask { process, task },
        8 => Step::DescribeTask {
            process,
            task,
            bytes,
        },
        9 => Step::RenameTask {
            process,
            task,
            new: rng.usize(0..3),
        },
        10 => Step::DeleteTask { process, task },
        11 | 12 => Step::AddJob {
            process,
            task,
            job: rng.usize(0..3),
        },
        13 => Step::AddSnippet {
            process,
            task,
            snippet,
            bytes,
        },
        14 => Step::UpdateSnippet {
            process,
            task,
            snippet,
            bytes,
        },
        _ => Step::DeleteSnippets {
            process,
            task,
            snippet,
        },
    }
}
