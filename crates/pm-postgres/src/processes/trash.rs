//! Into the trash, and back from it.

use std::sync::Arc;
use std::thread;

use pm_core::store::{Requester, Trashed, no_such_process};
use pm_core::{Action, Error, ProcessName, Timestamp};
use tokio::time::Instant;

use super::step::{Repeatable, Step, Stepped, Stepping};
use super::{Answer, Processes, refuse_nul};
use crate::connection::params;
use crate::draft::tag;
use crate::failure::Failure;
use crate::known::Known;
use crate::pool::ANSWER_WITHIN;
use crate::sql;
use crate::tries::{Tries, again};

impl Processes {
    /// Puts a process into the trash.
    pub(crate) fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        const ACTION: &str = "delete the process";
        let deadline = Instant::now() + ANSWER_WITHIN;
        let (at, head) = (Timestamp::from(self.database.now()), tag());
        let by = requester.author.actor.to_string().replace('\0', "");
        let missing = || no_such_process(name.as_str());
        if name.as_str().contains('\0') {
            return Err(missing());
        }
        let id = loop {
            let found = self.ask(ACTION, sql::FIND, self.named(name.as_str(), params![]))?;
            let found = found.first().ok_or_else(missing)?;
            let (id, fence): (i64, i32) = (found.get(0), found.get(1));
            let params = || {
                params![
                    id,
                    name.to_string(),
                    at.to_string(),
                    by.clone(),
                    head,
                    fence
                ]
            };
            let statement = Repeatable {
                action: ACTION,
                sql: sql::DELETE,
                params: &params,
                was_done: sql::WAS_DELETED,
                was_done_params: &|| params![id, head],
            };
            requester.check()?;
            // If nothing was done, it has another name or another fence by now.
            if let Some(id) = self.repeat(&statement, deadline)? {
                break id;
            }
        };
        self.cache.forget(name);
        self.feed.gone(id, name, &requester.author.actor);
        Ok(())
    }

    /// Takes the process in the trash that has this number away for ever.
    pub(crate) fn purge_one(
        &self,
        id: i64,
        item: &Trashed,
        requester: &Requester,
    ) -> Result<(), Error> {
        let deadline = Instant::now() + ANSWER_WITHIN;
        let statement = Repeatable {
            action: "purge the process",
            sql: sql::PURGE_ONE,
            params: &|| params![id, item.deleted_at.to_string()],
            was_done: sql::WAS_PURGED,
            was_done_params: &|| params![id],
        };
        requester.check()?;
        let purged = self.repeat(&statement, deadline)?;
        purged
            .map(drop)
            .ok_or_else(|| no_such_process(item.name.as_str()))
    }

    /// Puts back the process of a name that was deleted last.
    pub(crate) fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: &Action,
    ) -> Answer {
        refuse_nul(new)?;
        if name.as_str().contains('\0') {
            return Err(no_such_process(name.as_str()));
        }
        let failed = |failure: Failure| failure.into_error("look into the trash");
        let deadline = Instant::now() + ANSWER_WITHIN;
        let mut tries = Tries::default();
        loop {
            let missing = || no_such_process(name.as_str());
            let locked = again(|| {
                let mut transaction = self.database.begin(deadline)?;
                let params = params![self.workspace.clone(), name.to_string()];
                let rows = transaction.read(sql::LOCK_TRASHED, params)?;
                let Some(row) = rows.first() else {
                    return Ok(None);
                };
                let rows = transaction.read(sql::LOAD_TRASHED, params![row.get::<_, i64>(0)])?;
                Ok(Some((transaction, rows)))
            });
            let (transaction, rows) = locked.map_err(failed)?.ok_or_else(missing)?;
            let (base, head) = Known::loaded_from_trash(&rows)?.ok_or_else(missing)?;
            requester.check()?;
            let draft = self.renamed(&base.process, new, &requester.author, action)?;
            let written = draft.written(base.head)?;
            let step = Stepping {
                step: Step::Restore,
                base: &base,
                head,
                written: &written,
                name: new,
                deadline,
            };
            if let Stepped::Kept = self.step(&step, Some(transaction))? {
                let (known, _) = draft.kept(&base, &written);
                let process = Arc::clone(&known.process);
                self.feed.came(&known, &requester.author.actor);
                self.cache.put(known);
                return Ok(process);
            }
            thread::sleep(tries.pause());
        }
    }
}
