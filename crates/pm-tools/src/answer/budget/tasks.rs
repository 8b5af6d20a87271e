//! Shortens the tasks of a whole process: those that are over to their names, then the others, and
//! then without what is over; what a task holds was cut before.

use rmcp::model::JsonObject;
use serde_json::Value;

use super::left_out::LeftOut;
use crate::answer::list_names::count_beside;
use crate::text::json_size::fits;

/// Where an answer has the tasks of a whole process.
const TASKS: &str = "/process_data/tasks";

/// What says how far a task is.
const STATUS: &str = "status";

/// Shortens tasks until `answer` takes at most `room` bytes, or their names are left.
pub(super) fn shorten(answer: &mut Value, room: usize, left_out: &mut LeftOut) {
    // A page of them can be read on as it is.
    if left_out.page.list() == TASKS {
        return;
    }
    let all = |_: &Value| true;
    for which in [is_over as fn(&Value) -> bool, all] {
        let Some(tasks) = tasks(answer) else {
            return;
        };
        left_out.names = 0;
        for task in tasks.values_mut() {
            if which(task)
                && let Value::Object(fields) = task
            {
                fields.retain(|name, _| name == STATUS);
                left_out.names += 1;
            }
        }
        if fits(answer, room) {
            return;
        }
    }
    let Some(tasks) = tasks(answer) else {
        return;
    };
    let before = tasks.len();
    if tasks.values().all(is_over) {
        return;
    }
    tasks.retain(|_, task| !is_over(task));
    let over = before - tasks.len();
    left_out.names = tasks.len();
    left_out.over = over;
    if over > 0
        && let Some(Value::Object(process)) = answer.get_mut("process_data")
    {
        process.insert(count_beside("tasks"), over.into());
    }
}

/// Takes note of it where some of the names were cut after all.
pub(super) fn count_names(answer: &mut Value, left_out: &mut LeftOut) {
    if left_out.names > 0 {
        let left = tasks(answer).map_or(0, |tasks| tasks.len());
        left_out.names = left_out.names.min(left);
    }
}

fn tasks(answer: &mut Value) -> Option<&mut JsonObject> {
    answer.pointer_mut(TASKS)?.as_object_mut()
}

fn is_over(task: &Value) -> bool {
    matches!(task[STATUS].as_str(), Some("done" | "cancelled"))
}
