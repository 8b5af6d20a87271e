//! Shortens the tasks of a whole process: those that are over to their names, then the others too;
//! then those that are over are left out. What a task holds was cut before.

use rmcp::model::JsonObject;
use serde_json::Value;

use super::shortening::Shortening;
use crate::answer::list_names::count_beside;

/// The field in which an answer has the tasks of a whole process.
const TASKS: &str = "/process_data/tasks";

/// What says how far a task is.
const STATUS: &str = "status";

impl Shortening<'_> {
    /// Shortens tasks until the answer fits, or their names are left.
    pub(super) fn shorten_tasks(&mut self) {
        // A page of tasks can be read on as it is.
        if self.left_out.pages.iter().any(|page| page.list() == TASKS) {
            return;
        }
        let all = |_: &Value| true;
        for which in [is_over as fn(&Value) -> bool, all] {
            let Some(tasks) = tasks(&mut self.answer) else {
                return;
            };
            self.left_out.names = 0;
            for task in tasks.values_mut() {
                if which(task)
                    && let Value::Object(fields) = task
                {
                    fields.retain(|name, _| name == STATUS);
                    self.left_out.names += 1;
                }
            }
            if self.fits() {
                return;
            }
        }
        let Some(tasks) = tasks(&mut self.answer) else {
            return;
        };
        let before = tasks.len();
        if tasks.values().all(is_over) {
            return;
        }
        tasks.retain(|_, task| !is_over(task));
        let over = before - tasks.len();
        self.left_out.names = tasks.len();
        self.left_out.over = over;
        if over > 0
            && let Some(Value::Object(process)) = self.answer.get_mut("process_data")
        {
            process.insert(count_beside("tasks"), over.into());
        }
    }

    /// Counts the names again, of which some may have been cut after all.
    pub(super) fn count_names(&mut self) {
        if self.left_out.names > 0 {
            let left = tasks(&mut self.answer).map_or(0, |tasks| tasks.len());
            self.left_out.names = self.left_out.names.min(left);
        }
    }
}

fn tasks(answer: &mut Value) -> Option<&mut JsonObject> {
    answer.pointer_mut(TASKS)?.as_object_mut()
}

fn is_over(task: &Value) -> bool {
    matches!(task[STATUS].as_str(), Some("done" | "cancelled"))
}
