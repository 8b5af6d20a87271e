//! Repairing a storage directory: what the next program to use it would do, done now, and said
//! (`docs/storage.md#examining-a-directory`).

use std::path::PathBuf;
use std::sync::Arc;

use super::super::catalog::Catalog;
use super::super::catalog::file_entry::Depth;
use super::super::catalog::scan::DirScan;
use super::super::disk::probes::{LockSupport, OpenProblem, make_directories, probe_locks, sweep};
use super::super::disk::store_dir::StoreDir;
use super::super::documents::cache::Documents;
use super::super::documents::shared::Shared;
use super::super::open::OpenError;
use super::finding::Writer;
use super::leftovers;
use super::leftovers::Temporary;
use super::mend::Mending;
use super::paths::{below, shown_in};
use super::process::Remedy;
use super::repairs::{Repair, RepairKind};
use super::survey::{ExamineError, Survey, store_dir};
use crate::Error;
use crate::feed::Hub;

/// A directory that cannot be repaired.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RepairError {
    /// It cannot even be examined.
    #[error(transparent)]
    Examine(#[from] ExamineError),
    /// It cannot be changed.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Repairs what [`examine`](super::examine) finds, unless a person has to decide, and says what was
/// done.
///
/// Programs may go on using the directory; but one that has a process in memory whose journal is
/// damaged knows more of it than can be read here, and is better ended first.
pub fn repair(dir: impl Into<PathBuf>) -> Result<Vec<Repair>, RepairError> {
    let shared = Arc::new(Shared::new(store_dir(dir.into()), Hub::default()));
    let store_dir = &shared.dir;
    let survey = Survey::of(store_dir)?;
    let refuse = |problem: OpenProblem| OpenError {
        dir: store_dir.dir.clone(),
        problem,
    };
    make_directories(store_dir).map_err(refuse)?;
    let locks = probe_locks(store_dir).map_err(refuse)?;

    let mut repairs = Vec::new();
    for (file, seen) in &survey.processes {
        if seen.remedy != Remedy::None {
            repairs.extend(Mending::of(&shared, file).outcome(seen.remedy));
        }
    }
    // If locks keep nobody out, nobody knows which writers are dead.
    if locks == LockSupport::Working {
        repairs.extend(
            survey
                .temporary
                .iter()
                .filter_map(|it| take_away(store_dir, it)),
        );
    }
    if leftovers::index(store_dir).is_some() {
        repairs.push(rebuild_index(&shared));
    }
    Ok(repairs)
}

/// Takes away a temporary file, unless its writer is alive.
fn take_away(store_dir: &StoreDir, temporary: &Temporary) -> Option<Repair> {
    if temporary.writer == Writer::Alive {
        return None;
    }
    let dir = below(store_dir, temporary.dir);
    sweep(store_dir, &dir, std::slice::from_ref(&temporary.name));
    let is_gone = store_dir.fs.stat(&dir.join(&temporary.name)).is_err();
    is_gone.then(|| Repair {
        file: shown_in(temporary.dir, &temporary.name),
        kind: RepairKind::Swept,
    })
}

fn rebuild_index(shared: &Arc<Shared>) -> Repair {
    let documents = Documents::new(Arc::clone(shared), 0);
    let mut scan = DirScan::new(&documents);
    let mut catalog = Catalog::default();
    let rebuilt = catalog.refresh(&mut scan, Depth::Summaries);
    if rebuilt.is_ok() {
        catalog.save_index(&shared.dir);
    }
    Repair {
        file: ".pm/index.json".to_owned(),
        kind: match rebuilt {
            Ok(()) => RepairKind::IndexRebuilt,
            Err(error) => RepairKind::Failed(Error::Store(error)),
        },
    }
}
