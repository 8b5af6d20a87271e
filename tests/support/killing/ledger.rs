//! What a writer has sent, and what of it was acknowledged.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{SHARED, TASK};

/// A change with a name that no other change has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Change {
    /// A job in the task of a process that everybody writes to.
    Job {
        /// The process.
        process: &'static str,
        /// The job's name, which its description repeats.
        name: String,
    },
    /// A new process, which is whole or not there.
    Process {
        /// Its name, which its description repeats.
        name: String,
    },
}

impl Change {
    /// The change with this number by this writer. One in sixteen makes a process.
    pub(super) fn new(writer: usize, number: usize) -> Self {
        let name = format!("{writer}-{number}");
        if number % 16 == 7 {
            return Self::Process { name };
        }
        let process = SHARED[number % SHARED.len()];
        Self::Job { process, name }
    }

    /// The name that only this change has.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Job { name, .. } | Self::Process { name } => name,
        }
    }

    /// The tool call that makes it.
    pub(super) fn call(&self) -> (&'static str, Value) {
        let about = about(self.name());
        match self {
            Self::Job { process, name } => (
                "task_job_add",
                json!({
                    "process": process,
                    "task_name": TASK,
                    "job_name": name,
                    "job_description": about,
                }),
            ),
            Self::Process { name } => ("process_new", json!({"name": name, "description": about})),
        }
    }
}

/// The description of what is called `name`; long enough to be torn.
pub(super) fn about(name: &str) -> String {
    format!("about {name} ").repeat(8)
}

/// The changes of a writer, over all of its lives.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Those that were answered with success.
    pub(super) acknowledged: Vec<Change>,
    /// Those that were sent to a server that died before it answered, one list a server.
    pub(super) unanswered: Vec<Vec<Change>>,
    /// How many there have been.
    pub(super) sent: usize,
    /// The last life's that were sent and are not answered yet, by the number of their call.
    under_way: HashMap<u64, Change>,
}

impl Ledger {
    /// How many are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// Notes a change that was sent as the call with this number.
    pub(super) fn sent(&mut self, call: u64, change: Change) {
        self.under_way.insert(call, change);
        self.sent += 1;
    }

    /// Notes an answer; what is wrong with it where it is no success.
    pub(super) fn answered(&mut self, answer: &Value) -> Result<(), String> {
        let call = answer["id"].as_u64();
        let Some(change) = call.and_then(|call| self.under_way.remove(&call)) else {
            // To the handshake.
            return Ok(());
        };
        if answer["result"]["structuredContent"]["success"] != true {
            return Err(format!("{} was refused: {answer}", change.name()));
        }
        self.acknowledged.push(change);
        Ok(())
    }

    /// Notes that the server is dead and answers no more.
    pub(super) fn died(&mut self) {
        let open = self.under_way.drain().map(|(_, change)| change);
        self.unanswered.push(open.collect());
    }
}
