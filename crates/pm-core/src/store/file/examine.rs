//! Examining a storage directory: its damage, its leftovers, and what the next program to use it
//! will do about them (`docs/storage.md#examining-a-directory`).

mod finding;
mod history;
mod journals;
mod leftovers;
mod mend;
mod paths;
mod pause;
mod process;
mod repair;
mod repairs;
mod survey;

use std::ffi::OsStr;
use std::path::PathBuf;

use self::survey::{Survey, store_dir};
use super::disk::names;
use super::disk::store_dir::StoreDir;
use super::documents::damage::Lost;
use super::journal::scan;

pub use finding::{Concern, Examination, Finding, FindingKind, TrashContents, WordPlace, Writer};
pub use repair::{RepairError, repair};
pub use repairs::{Repair, RepairKind};
pub use survey::ExamineError;

/// Examines every file and journal of a storage directory, and changes nothing in it.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// std::fs::write(dir.path().join("garden.json"), "{\"process_name\": ")?;
/// let examination = pm_core::doctor::examine(dir.path())?;
/// assert_eq!(examination.processes, 0);
/// assert_eq!(examination.findings[0].file, "garden.json");
/// assert_eq!(examination.findings[0].concern(), pm_core::doctor::Concern::Person);
/// # Ok(())
/// # }
/// ```
pub fn examine(dir: impl Into<PathBuf>) -> Result<Examination, ExamineError> {
    Ok(Survey::of(&store_dir(dir.into()))?.into_examination())
}

/// The changes of a file's journal that cannot be read, as far as they are known; `None` if the
/// journal is not damaged.
pub(crate) fn lost(dir: &StoreDir, file: &OsStr) -> Option<Lost> {
    let findings = process::look(dir, file)?.findings.into_iter();
    let mut lost = findings.filter_map(|finding| match finding.kind {
        FindingKind::JournalDamaged { lost, .. } => Some(lost),
        FindingKind::JournalMisfit { lost, .. } => Some(Some(lost)),
        _ => None,
    });
    lost.next()
        .or_else(|| is_headless(dir, file).then_some(None))
}

/// Whether a file's journal has no header, without which it holds nothing that can be read.
fn is_headless(dir: &StoreDir, file: &OsStr) -> bool {
    let path = dir.journal_path(&names::lock_id(file));
    let read = dir.fs.read(&path, u64::MAX);
    read.is_ok_and(|(_, bytes)| scan(&bytes).head.markers.is_empty())
}
