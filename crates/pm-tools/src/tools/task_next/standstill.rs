//! What is said if no task can be begun: that all is done, or what holds up the rest.

use pm_core::model::Holdup;
use pm_core::{Process, Progress, Timestamp};

use super::answer::{ANSWER_BYTES_MAX, GLIMPSE_CHARS, HeldUp, TaskNextAnswer};
use crate::text::cut::cut;
use crate::text::phrases::listed;

/// What is kept free for the count of tasks that are left out, in bytes.
const COUNT_BYTES: usize = 24;

impl TaskNextAnswer {
    pub(super) fn explain(&mut self, process: &Process, now: &Timestamp) {
        let progress = Progress::of_tasks(process);
        if process.tasks.is_empty() {
            "There is no task yet.".clone_into(&mut self.message);
            return;
        }
        if progress.open() + progress.blocked == 0 {
            self.message = match progress.cancelled {
                0 => "Nothing is left to do: all tasks are done.".to_owned(),
                _ => "Nothing is left to do: all tasks are done or cancelled.".to_owned(),
            };
            return;
        }
        let holdups = process.tasks.iter().filter_map(|(name, task)| {
            let holdup = process.holdup(task, now)?;
            Some((name, holdup))
        });
        let holdups: Vec<_> = holdups.collect();
        let any = |wanted: fn(&Holdup) -> bool| holdups.iter().any(|(_, holdup)| wanted(holdup));
        let reason = if any(|holdup| matches!(holdup, Holdup::Claimed(_))) {
            " Others are at work."
        } else if any(|holdup| matches!(holdup, Holdup::Blocked(_))) {
            " Tell the user what blocks them."
        } else {
            ""
        };
        self.message = format!("No task can be begun now.{reason}");
        for (number, (name, holdup)) in holdups.iter().enumerate() {
            self.held_up.push(HeldUp {
                task_name: name.to_string(),
                why: why(process, name, holdup),
            });
            let is_last = number + 1 == holdups.len();
            let free = if is_last { 0 } else { COUNT_BYTES };
            if self.size() + free > ANSWER_BYTES_MAX && number > 0 {
                self.held_up.pop();
                self.more_held_up = holdups.len() - number;
                break;
            }
        }
    }
}

fn why(process: &Process, name: &pm_core::TaskName, holdup: &Holdup) -> String {
    match holdup {
        Holdup::Claimed(claim) => format!("in progress by {} until {}", claim.by, claim.until),
        Holdup::Blocked(details) => match &details.note {
            Some(note) => format!("blocked: {}", cut(note, GLIMPSE_CHARS)),
            None => "blocked".to_owned(),
        },
        Holdup::Waits(names) => {
            if let Some(cycle) = process.dependency_cycle(name) {
                let way: Vec<&str> = cycle.iter().map(pm_core::TaskName::as_str).collect();
                format!(
                    "waits for itself: {}",
                    cut(&way.join(" → "), 2 * GLIMPSE_CHARS)
                )
            } else {
                format!("waits for {}", cut(&listed(names), 2 * GLIMPSE_CHARS))
            }
        }
    }
}
