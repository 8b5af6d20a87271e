//! What models write in the place of a name that they do not have.

use pm_core::Process;
use pm_core::resolve::folded;

use super::arguments::optional_name;

/// What models write for the process or the task that is open, or for none in particular.
const NO_NAMES: &[&str] = &["all", "any", "current", "default", "main", "active"];

/// What models write for a task of which they know nothing, without the number that may stand
/// behind it.
const NO_TASKS: &[&str] = &[
    "task",
    "taskname",
    "each",
    "every",
    "alltasks",
    "currentprocess",
    "currenttask",
    "eachtask",
    "everytask",
];

/// Whether a name stands for none in particular, as long as nothing is called so.
pub(crate) fn is_no_name(name: &str) -> bool {
    NO_NAMES.contains(&folded(name).as_str())
}

/// The name of a task that was sent, if one is meant: not a filler, and not a placeholder such as
/// `task1` or `all tasks`, unless a task of the process is called so.
pub(crate) fn task_meant<'n>(sent: Option<&'n str>, process: &Process) -> Option<&'n str> {
    let exists = |name: &str| process.task(name).is_ok();
    optional_name(sent, exists).filter(|name| exists(name) || !is_no_task(name))
}

fn is_no_task(name: &str) -> bool {
    let folded = folded(name);
    let word = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    NO_TASKS.contains(&word) || NO_NAMES.contains(&word)
}
