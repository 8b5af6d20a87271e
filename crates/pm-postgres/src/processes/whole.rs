//! Processes with all that is kept of them, on their way into another store, and from one.

use std::sync::Arc;

use pm_core::history::LastChange;
use pm_core::model::ProcessSummary;
use pm_core::resolve::folded;
use pm_core::store::{
    HISTORY_CHANGES, Requester, Trashed, WholeProcess, no_such_process, outdated,
};
use pm_core::{Error, ProcessName, StoreError, codec};
use tokio::time::Instant;
use tokio_postgres::Row;

use super::step::Repeatable;
use super::{PROCESS_BYTES_MAX, Processes, refuse_nul, too_large};
use crate::connection::{Params, params};
use crate::draft::{not_written, tag};
use crate::entries::{read_entries, unreadable};
use crate::known::{Behind, Known, signed};
use crate::pool::ANSWER_WITHIN;
use crate::sql;

/// The words for it in errors.
const READING: &str = "read the process";

impl Processes {
    /// All that is kept of a process.
    pub(crate) fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        let missing = || no_such_process(name);
        if name.contains('\0') {
            return Err(missing());
        }
        let rows = self.ask(READING, sql::LOAD, self.named(name, params![]))?;
        let known = Known::loaded(&rows)?.ok_or_else(missing)?;
        self.whole(&known, &rows, missing)
    }

    /// All that is kept of the process in the trash that has this number.
    pub(crate) fn read_whole_trashed(
        &self,
        id: i64,
        item: &Trashed,
    ) -> Result<WholeProcess, Error> {
        let missing = || no_such_process(item.name.as_str());
        let rows = self.ask(READING, sql::LOAD_TRASHED, params![id])?;
        let (known, _) = Known::loaded_from_trash(&rows)?.ok_or_else(missing)?;
        Ok(self.whole(&known, &rows, missing)?.deleted(item))
    }

    /// What was loaded, with the history that led there.
    fn whole(
        &self,
        known: &Known,
        loaded: &[Row],
        missing: impl Fn() -> Error,
    ) -> Result<WholeProcess, Error> {
        let most = i64::try_from(HISTORY_CHANGES).unwrap_or(i64::MAX);
        let params = params![known.id, signed(known.process.revision), most];
        let rows = self.ask(READING, sql::CHANGES_OF, params)?;
        let first = rows.first().ok_or_else(missing)?;
        let summary = codec::read_summary(first.get(0));
        let summary = summary.map_err(|error| unreadable(READING, &error.to_string()))?;
        let entries = rows.iter().filter_map(|row| row.get::<_, Option<&[u8]>>(1));
        let mut entries = read_entries(READING, entries)?;
        entries.drain(..outdated(&entries, self.database.now()));
        let whole = WholeProcess::new(Arc::clone(&known.process), entries)?;
        let whole = whole.updated_at_time(summary.updated_at);
        // A snapshot that nothing follows may have come from another store in this form.
        let [snapshot] = loaded else {
            return Ok(whole);
        };
        let text = snapshot.try_get::<_, &[u8]>(5).ok();
        let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok());
        Ok(match text {
            Some(text) => whole.in_the_words_of(text.to_owned()),
            None => whole,
        })
    }

    /// Keeps a process that came from another store.
    pub(crate) fn keep_whole(
        &self,
        whole: &WholeProcess,
        requester: &Requester,
    ) -> Result<(), Error> {
        let name = whole.name();
        refuse_nul(name)?;
        let deadline = Instant::now() + ANSWER_WITHIN;
        if whole.text().len() > PROCESS_BYTES_MAX {
            return Err(too_large());
        }
        let rows = Rows::of(whole)?;
        let statement = Repeatable {
            action: "keep the process",
            sql: sql::KEEP_WHOLE,
            params: &|| rows.params(self, whole),
            was_done: sql::WAS_CREATED,
            was_done_params: &|| params![self.workspace.clone(), rows.last],
        };
        requester.check()?;
        let id = loop {
            match self.repeat(&statement, deadline)? {
                Some(id) => break id,
                None => self.refuse_taken(name)?,
            }
            // Whoever had the name has given it up.
            requester.check()?;
        };
        if whole.trashed().is_none() {
            let known = Known {
                id,
                process: Arc::clone(whole.process()),
                head: rows.head,
                fence: 0,
                behind: Behind {
                    snapshot: whole.text().len(),
                    ..Behind::default()
                },
            };
            self.feed.came(&known, &requester.author.actor);
            self.cache.put(known);
        }
        Ok(())
    }
}

/// A process as the tables take it in, each change with a tag of its own.
struct Rows {
    /// The tag of the last change.
    last: i64,
    /// The same, or that of the deletion.
    head: i64,
    summary: String,
    deleted: Option<Trashed>,
    tags: Vec<i64>,
    prevs: Vec<i64>,
    entries: Vec<Vec<u8>>,
}

impl Rows {
    fn of(whole: &WholeProcess) -> Result<Self, StoreError> {
        let change = whole.history().last();
        let change = change.map(|entry| Arc::new(LastChange::of(entry)));
        let updated_at = whole.updated_at().clone();
        let summary = ProcessSummary::of(whole.process(), updated_at, change);
        let tags: Vec<i64> = whole.history().iter().map(|_| tag()).collect();
        let last = tags.last().copied().unwrap_or_else(tag);
        let prevs = std::iter::once(tag()).chain(tags.iter().copied());
        let texts = whole
            .history()
            .iter()
            .map(|entry| codec::write_entry(entry));
        let texts = texts.map(|text| Ok(text.map_err(not_written)?.into_bytes()));
        let deleted = whole.trashed();
        Ok(Self {
            last,
            head: if deleted.is_some() { tag() } else { last },
            summary: codec::write_summary(&summary).map_err(not_written)?,
            deleted,
            prevs: prevs.take(tags.len()).collect(),
            tags,
            entries: texts.collect::<Result<_, StoreError>>()?,
        })
    }

    fn params(&self, processes: &Processes, whole: &WholeProcess) -> Params {
        let name: &ProcessName = whole.name();
        let history = whole.history().iter();
        let revisions = history.clone().map(|entry| signed(entry.revision));
        let times = history.map(|entry| entry.at.to_string());
        let deleted = self.deleted.as_ref();
        params![
            processes.workspace.clone(),
            name.to_string(),
            folded(name.as_str()),
            signed(whole.process().revision),
            self.head,
            self.last,
            self.summary.clone(),
            deleted.map(|item| item.deleted_at.to_string()),
            deleted.map(|item| item.by.replace('\0', "")),
            whole.text().as_bytes().to_vec(),
            revisions.collect::<Vec<_>>(),
            self.prevs.clone(),
            self.tags.clone(),
            times.collect::<Vec<_>>(),
            self.entries.clone(),
        ]
    }
}
