//! New processes.

use std::sync::Arc;

use pm_core::resolve::folded;
use pm_core::store::Requester;
use pm_core::{Process, codec};
use tokio::time::Instant;

use super::step::Repeatable;
use super::{Answer, PROCESS_BYTES_MAX, Processes, refuse_nul, too_large};
use crate::connection::params;
use crate::draft::{created_summary, not_written, tag};
use crate::known::{Behind, Known};
use crate::pool::ANSWER_WITHIN;
use crate::sql;

impl Processes {
    /// Keeps a new process.
    pub(crate) fn create(&self, mut process: Process, requester: &Requester) -> Answer {
        refuse_nul(&process.name)?;
        let deadline = Instant::now() + ANSWER_WITHIN;
        process.revision = 1;
        process.settle();
        let content = codec::write_process(&process).map_err(not_written)?;
        if content.len() > PROCESS_BYTES_MAX {
            return Err(too_large());
        }
        let (birth, content) = (tag(), content.into_bytes());
        let summary = created_summary(&process, &self.database.now().into())?;
        let params = || {
            params![
                self.workspace.clone(),
                process.name.to_string(),
                folded(process.name.as_str()),
                birth,
                summary.clone(),
                content.clone(),
            ]
        };
        let statement = Repeatable {
            action: "keep the new process",
            sql: sql::CREATE,
            params: &params,
            was_done: sql::WAS_CREATED,
            was_done_params: &|| params![self.workspace.clone(), birth],
        };
        requester.check()?;
        let id = loop {
            match self.repeat(&statement, deadline)? {
                Some(id) => break id,
                None => self.refuse_taken(&process.name)?,
            }
            // Whoever had the name has given it up.
            requester.check()?;
        };
        let known = Known {
            id,
            process: Arc::new(process),
            head: birth,
            fence: 0,
            behind: Behind {
                snapshot: content.len(),
                ..Behind::default()
            },
        };
        let process = Arc::clone(&known.process);
        self.feed.came(&known, &requester.author.actor);
        self.cache.put(known);
        Ok(process)
    }
}
