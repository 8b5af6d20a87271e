//! Random sequences of steps that make sense.

use std::sync::Arc;

use super::step::{PROCESSES, Step, process_name};
use super::world::{World, apply};
use crate::Process;
use crate::clock::ManualClock;

/// A sequence of steps, each by one of several programs that take turns.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    /// What another program left in the storage directory.
    pub(crate) before: World,
    pub(crate) steps: Vec<(usize, Step)>,
}

/// What a scenario is mostly about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Everything, evenly.
    Everything,
    /// Processes that come, go and change their names.
    Names,
}

impl Scenario {
    /// Random steps, `length` of them, of which nearly all can be done when their turn comes.
    pub(crate) fn random(seed: u64, programs: usize, length: usize, theme: Theme) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let clock = Arc::new(ManualClock::new(time::OffsetDateTime::UNIX_EPOCH));
        let before = before(&mut rng);
        let mut world = before.clone();
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
        Self {
            seed,
            before,
            steps,
        }
    }

    /// The shortest scenario found by leaving out steps that `fails` all the same.
    pub(crate) fn shrunk(mut self, fails: impl Fn(&Self) -> bool) -> Self {
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

/// Now and then a file that another program left, which knows nothing of a private directory.
fn before(rng: &mut fastrand::Rng) -> World {
    if rng.u8(..) < 192 {
        return World::new();
    }
    // The first process, whose name is that of its file, too.
    let name = process_name(0);
    let created_at = time::OffsetDateTime::UNIX_EPOCH.into();
    let process = Process::new(name.clone(), "left by another program".into(), created_at);
    World::from([(name, Arc::new(process))])
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
