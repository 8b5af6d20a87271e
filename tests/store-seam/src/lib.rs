//! A store that keeps texts behind a lock, as one over a database keeps rows: what a process is,
//! and what a change of it leaves, it knows from `pm_core::codec` and `pm_core::history` alone.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pm_core::codec::{self, CodecError};
use pm_core::feed::{Hub, Touch};
use pm_core::history::{Author, LastChange};
use pm_core::model::ProcessSummary;
use pm_core::store::{Change, no_such_process, outdated, refuse_taken};
use pm_core::store::{Listing, Requester, StoreHealth, Trashed, WholeProcess};
use pm_core::{
    Action, Error, HistoryEntry, Process, ProcessName, Store, StoreError, Subscription, Timestamp,
    history,
};

/// Keeps processes and their histories as texts; they are gone with it.
#[derive(Default)]
pub struct TextStore {
    tables: Mutex<Tables>,
    hub: Hub,
}

/// What is kept.
#[derive(Default)]
struct Tables {
    processes: BTreeMap<ProcessName, Row>,
    /// The last deleted last.
    trash: Vec<(Trashed, Row)>,
}

/// One process.
struct Row {
    process: String,
    updated_at: String,
    /// Its entries by their revisions.
    history: BTreeMap<u64, String>,
}

impl Row {
    fn new(process: &Process, now: &Timestamp) -> Result<Self, Error> {
        Ok(Self {
            process: written(codec::write_process(process))?,
            updated_at: now.to_string(),
            history: BTreeMap::new(),
        })
    }

    fn process(&self) -> Result<Process, Error> {
        read(codec::read_process(&self.process))
    }

    /// All that is kept of the process.
    fn whole(&self) -> Result<WholeProcess, Error> {
        let texts = self.history.values();
        let entries = texts.map(|text| read(codec::read_entry(text)).map(Arc::new));
        let entries = entries.collect::<Result<_, Error>>()?;
        let whole = WholeProcess::new(Arc::new(self.process()?), entries)?;
        Ok(whole
            .updated_at_time(codec::read_time(&self.updated_at))
            .in_the_words_of(self.process.clone()))
    }

    /// Makes a change; all of it, or nothing where it is refused.
    fn change(
        &mut self,
        author: &Author,
        now: &Timestamp,
        change: impl FnOnce(&mut Process, &Timestamp) -> Result<Action, Error>,
    ) -> Result<(Arc<Process>, Arc<HistoryEntry>), Error> {
        let mut process = self.process()?;
        let entry = history::commit(&mut process, author, now, change)?;
        let text = written(codec::write_entry(&entry))?;
        self.process = written(codec::write_process(&process))?;
        self.updated_at = now.to_string();
        self.history.insert(entry.revision, text);
        Ok((Arc::new(process), Arc::new(entry)))
    }

    /// Gives the process a name.
    fn rename(
        &mut self,
        new: &ProcessName,
        requester: &Requester,
        now: &Timestamp,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let (process, _) = self.change(&requester.author, now, |process, _| {
            process.name = new.clone();
            Ok(action)
        })?;
        Ok(process)
    }
}

impl TextStore {
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As [`lock`](Self::lock), for a change that somebody still waits for.
    fn lock_for(
        &self,
        requester: &Requester,
    ) -> Result<(MutexGuard<'_, Tables>, Timestamp), Error> {
        let tables = self.lock();
        requester.check()?;
        Ok((tables, self.now().into()))
    }
}

impl Store for TextStore {
    fn names(&self) -> Result<Vec<ProcessName>, Error> {
        Ok(self.lock().processes.keys().cloned().collect())
    }

    fn list(&self) -> Result<Listing, Error> {
        let tables = self.lock();
        let summaries = tables.processes.values().map(|row| {
            let updated_at = codec::read_time(&row.updated_at);
            let last = row.history.values().next_back();
            let last = last.map(|text| read(codec::read_entry(text))).transpose()?;
            let last = last.map(|entry| LastChange::of(&entry).into());
            Ok(ProcessSummary::of(&row.process()?, updated_at, last).into())
        });
        Ok(Listing {
            processes: summaries.collect::<Result<_, Error>>()?,
            ..Listing::default()
        })
    }

    fn read(&self, name: &str) -> Result<Arc<Process>, Error> {
        let tables = self.lock();
        let row = tables.processes.get(name);
        let process = row.ok_or_else(|| no_such_process(name))?.process()?;
        Ok(Arc::new(process))
    }

    fn create(&self, mut process: Process, requester: &Requester) -> Result<Arc<Process>, Error> {
        let (mut tables, now) = self.lock_for(requester)?;
        refuse_taken(tables.processes.keys(), &process.name, None)?;
        process.revision = 1;
        process.settle();
        let row = Row::new(&process, &now)?;
        tables.processes.insert(process.name.clone(), row);
        self.hub
            .came((&process).into(), Some(&requester.author.actor));
        Ok(Arc::new(process))
    }

    fn update(
        &self,
        name: &ProcessName,
        requester: &Requester,
        change: Change,
    ) -> Result<Arc<Process>, Error> {
        let (mut tables, now) = self.lock_for(requester)?;
        let row = tables.processes.get_mut(name);
        let row = row.ok_or_else(|| no_such_process(name.as_str()))?;
        let (process, entry) = row.change(&requester.author, &now, change)?;
        // Under the lock, so that updates come in the order of changes.
        self.hub.changed((&*process).into(), || Touch::of([&entry]));
        Ok(process)
    }

    fn rename(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let (mut tables, now) = self.lock_for(requester)?;
        let tables = &mut *tables;
        let missing = || no_such_process(name.as_str());
        if !tables.processes.contains_key(name) {
            return Err(missing());
        }
        refuse_taken(tables.processes.keys(), new, Some(name))?;
        let row = tables.processes.get_mut(name).ok_or_else(missing)?;
        let renamed = row.rename(new, requester, &now, action)?;
        let row = tables.processes.remove(name).ok_or_else(missing)?;
        tables.processes.insert(new.clone(), row);
        self.hub.gone(name, Some(&requester.author.actor));
        self.hub
            .came((&*renamed).into(), Some(&requester.author.actor));
        Ok(renamed)
    }

    fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        let (mut tables, now) = self.lock_for(requester)?;
        let row = tables.processes.remove(name);
        let row = row.ok_or_else(|| no_such_process(name.as_str()))?;
        let trashed = Trashed {
            name: name.clone(),
            deleted_at: now,
            by: requester.author.actor.to_string(),
        };
        tables.trash.push((trashed, row));
        self.hub.gone(name, Some(&requester.author.actor));
        Ok(())
    }

    fn history(&self, name: &str, after: u64) -> Result<Vec<Arc<HistoryEntry>>, Error> {
        let tables = self.lock();
        let row = tables.processes.get(name);
        let texts = &row.ok_or_else(|| no_such_process(name))?.history;
        let texts = texts.range(after.saturating_add(1)..);
        let entries = texts.map(|(_, text)| read(codec::read_entry(text)).map(Arc::new));
        let mut entries: Vec<Arc<HistoryEntry>> = entries.collect::<Result<_, Error>>()?;
        entries.drain(..outdated(&entries, self.now()));
        Ok(entries)
    }

    fn trash(&self) -> Result<Vec<Trashed>, Error> {
        let tables = self.lock();
        let items = tables.trash.iter().rev();
        Ok(items.map(|(item, _)| item.clone()).collect())
    }

    fn restore(
        &self,
        name: &ProcessName,
        new: &ProcessName,
        requester: &Requester,
        action: Action,
    ) -> Result<Arc<Process>, Error> {
        let (mut tables, now) = self.lock_for(requester)?;
        let tables = &mut *tables;
        let mut items = tables.trash.iter_mut().enumerate().rev();
        let last = items.find(|(_, (item, _))| item.name == *name);
        let (place, (_, row)) = last.ok_or_else(|| no_such_process(name.as_str()))?;
        refuse_taken(tables.processes.keys(), new, None)?;
        let restored = row.rename(new, requester, &now, action)?;
        let (_, row) = tables.trash.remove(place);
        tables.processes.insert(new.clone(), row);
        self.hub
            .came((&*restored).into(), Some(&requester.author.actor));
        Ok(restored)
    }

    fn read_trashed(&self, item: &Trashed) -> Result<Arc<Process>, Error> {
        let tables = self.lock();
        let found = tables.trash.iter().rev().find(|(kept, _)| kept.is(item));
        let (_, row) = found.ok_or_else(|| no_such_process(item.name.as_str()))?;
        Ok(Arc::new(row.process()?))
    }

    fn purge_one(&self, item: &Trashed, requester: &Requester) -> Result<(), Error> {
        let (mut tables, _) = self.lock_for(requester)?;
        let found = tables.trash.iter().rposition(|(kept, _)| kept.is(item));
        let place = found.ok_or_else(|| no_such_process(item.name.as_str()))?;
        tables.trash.remove(place);
        Ok(())
    }

    fn purge(&self, time: &Timestamp) -> Result<usize, Error> {
        let trash = &mut self.lock().trash;
        let before = trash.len();
        trash.retain(|(item, _)| item.deleted_at.as_str() >= time.as_str());
        Ok(before - trash.len())
    }

    fn read_whole(&self, name: &str) -> Result<WholeProcess, Error> {
        let tables = self.lock();
        let row = tables.processes.get(name);
        row.ok_or_else(|| no_such_process(name))?.whole()
    }

    fn read_whole_trashed(&self, item: &Trashed) -> Result<WholeProcess, Error> {
        let tables = self.lock();
        let found = tables.trash.iter().rev().find(|(kept, _)| kept.is(item));
        let (_, row) = found.ok_or_else(|| no_such_process(item.name.as_str()))?;
        Ok(row.whole()?.deleted(item))
    }

    fn keep_whole(&self, whole: &WholeProcess, requester: &Requester) -> Result<(), Error> {
        let (mut tables, _) = self.lock_for(requester)?;
        let entries = whole.history().iter();
        let entries = entries.map(|it| Ok((it.revision, written(codec::write_entry(it))?)));
        let row = Row {
            process: whole.text().to_owned(),
            updated_at: whole.updated_at().to_string(),
            history: entries.collect::<Result<_, Error>>()?,
        };
        if let Some(item) = whole.trashed() {
            tables.trash.push((item, row));
            tables
                .trash
                .sort_by(|(a, _), (b, _)| a.deleted_at.as_str().cmp(b.deleted_at.as_str()));
            return Ok(());
        }
        refuse_taken(tables.processes.keys(), whole.name(), None)?;
        tables.processes.insert(whole.name().clone(), row);
        self.hub
            .came((&**whole.process()).into(), Some(&requester.author.actor));
        Ok(())
    }

    fn subscribe(&self) -> Result<Subscription, Error> {
        Ok(self.hub.subscribe())
    }

    fn health(&self) -> StoreHealth {
        StoreHealth {
            processes: self.lock().processes.len(),
            ..StoreHealth::default()
        }
    }
}

fn written(text: Result<String, CodecError>) -> Result<String, Error> {
    text.map_err(|error| backend("write the process", error))
}

fn read<T>(value: Result<T, CodecError>) -> Result<T, Error> {
    value.map_err(|error| backend("read the process", error))
}

fn backend(action: &'static str, error: CodecError) -> Error {
    let source = Arc::new(error);
    StoreError::Backend { action, source }.into()
}
