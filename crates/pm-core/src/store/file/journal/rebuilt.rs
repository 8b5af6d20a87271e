//! Journals that are made at once, of a history that came from elsewhere.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::disk::names;
use super::super::disk::store_dir::StoreDir;
use super::checksum::Checksum;
use super::file::Base;
use super::record::Line;
use super::segments::history_name;
use crate::HistoryEntry;

/// Writes the journal of a process whose JSON file holds `base.marker`, and the files of its
/// history, durably into `target`, which has none of this lock; answers their paths. A journal is
/// made if the history leads to the marker, and a file of history for what stands before a gap.
pub(crate) fn write_journals(
    dir: &StoreDir,
    target: &Path,
    lock_id: &str,
    base: &Base<'_>,
    history: &[Arc<HistoryEntry>],
) -> io::Result<Vec<PathBuf>> {
    let follows = |a: &Arc<HistoryEntry>, b: &Arc<HistoryEntry>| b.revision == a.revision + 1;
    let mut paths = Vec::new();
    for run in history.chunk_by(follows) {
        let (name, lines) = journal_of(lock_id, base, run);
        let mut bytes = Vec::new();
        let mut chain = Checksum::NONE;
        for line in &lines {
            chain = line.write(chain, &mut bytes)?;
        }
        let path = target.join(name);
        paths.push(path.clone());
        let mut journal = dir.fs.create_journal(&path)?;
        journal.write_at(0, &bytes)?;
        journal.sync_data()?;
    }
    if !paths.is_empty() {
        dir.fs.sync_dir(target)?;
    }
    Ok(paths)
}

/// The name of the journal that changes without a gap make, and its lines.
fn journal_of(lock_id: &str, base: &Base<'_>, run: &[Arc<HistoryEntry>]) -> (String, Vec<Line>) {
    let last = run.last().map_or(0, |entry| entry.revision);
    let header = Line::Header {
        epoch: names::random(),
        file: names::shown(base.file),
        process: Some(base.process.to_string()),
        created_at: Some(base.created_at.clone()),
        revision: last.saturating_sub(run.len() as u64),
        // The file that held the state before these changes is not known any more.
        json: Checksum::NONE,
    };
    let changes = run.iter().map(|entry| Line::Change {
        entry: Arc::clone(entry),
        json: None,
    });
    let mut lines: Vec<_> = std::iter::once(header).chain(changes).collect();
    if last != base.marker.revision {
        return (history_name(lock_id, run.len() as u64, last), lines);
    }
    let (revision, json) = (base.marker.revision, base.marker.json);
    lines.push(Line::Checkpoint { revision, json });
    lines.push(Line::Placed { json });
    (names::journal(lock_id), lines)
}
