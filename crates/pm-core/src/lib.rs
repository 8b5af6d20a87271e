//! Processes, tasks, jobs and versioned code snippets, kept where several programs and people
//! with a text editor can work on them at once.
//!
//! ```
//! use pm_core::{FileStore, ProcessManager};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = tempfile::tempdir()?;
//! let manager = ProcessManager::new(FileStore::open(dir.path())?);
//!
//! let garden = manager.create_process("Garden Planner".parse()?, "Plan the garden")?;
//! manager.add_task(&garden.name, "soil test".parse()?, "Find out what grows here")?;
//! manager.add_job(&garden.name, "soil test", "sample".parse()?, "Take five samples")?;
//!
//! // Names resolve the way people write them.
//! let garden = manager.process("garden_planner")?;
//! let (name, task) = garden.task("Soil Test")?;
//! assert_eq!(name.as_str(), "soil test");
//! assert_eq!(task.jobs_matching("sample").len(), 1);
//!
//! for process in manager.list_processes()?.processes {
//!     println!("{}: {} tasks, {} jobs", process.name, process.tasks, process.jobs);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The crate is synchronous and knows no transport; it reads no environment variable and no
//! home directory. A [`ProcessManager`] works over any [`Store`]: [`FileStore`] keeps one
//! human-readable JSON file a process, [`MemoryStore`] keeps them in memory.

mod clock;
pub mod codec;
mod diff;
mod error;
mod export;
pub mod feed;
pub mod history;
mod language;
mod manager;
mod markdown;
mod model;
mod name;
mod resolve;
mod search;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;
mod visible;

pub use clock::{Clock, ManualClock, SystemClock};
pub use diff::{Diff, unified_diff};
pub use error::Error;
#[cfg(feature = "zip")]
pub use export::write_zip;
pub use export::{
    ExportFile, ExportPath, ExportPlan, ExportRoot, Exported, HiddenNames, IfPresent, NotExported,
    Obstacle, PathProblem, WhyNotExported,
};
pub use feed::{FeedItem, ProcessUpdate, Subscription};
pub use history::{
    Action, Actor, Edit, Entity, EntryEdit, FieldValue, HistoryEntry, LaterChange, Misfit,
    PastChange, Patch,
};
pub use language::{Language, PLAIN_TEXT, language_of};
pub use manager::{
    Changed, HistoryPage, HistoryQuery, Look, MadeBefore, ProcessManager, Session, TakenBack,
    Undone, UndoneChange,
};
pub use markdown::{
    CodeShown, process_head_markdown, process_markdown, task_markdown, task_section_markdown,
};
pub use model::{
    AddedJob, AddedSnippet, ByFoldedName, BySnippetName, Claim, DEFAULT_LEASE,
    DESCRIPTION_CUT_CHARS, DeletedSnippets, DescriptionChange, FieldSlot, FileFields, FoundJob,
    Holdup, IMPORTED_AS, Job, JobMatch, JobUpdate, NextTask, NumberedVersion, Ordered, OthersClaim,
    PlanThere, PlannedJob, PlannedTask, Position, Priority, Process, ProcessSummary, Progress,
    Rename, SnippetVersion, Status, StatusDetails, Task, TaskUpdate, UnknownWord, UnreadWord,
    UpdatedTask,
};
pub use name::{
    JobName, MAX_NAME_CHARS, NameError, NameKind, NameProblem, ProcessName, SnippetName, TaskName,
};
pub use resolve::{Resolved, folded, resolve};
pub use search::{
    HitField, HitPlace, MOST_QUERY_CHARS, QueryProblem, SearchHit, SearchHits, SearchQuery,
};
pub use store::{
    Cancellation, Change, Concern, Examination, ExamineError, FileNotice, FileNoticeKind,
    FileProblem, FileProblemKind, FileStore, FileStoreOptions, Finding, FindingKind, HISTORY_AGE,
    HISTORY_CHANGES, Listing, LockSupport, MemoryStore, OpenError, OpenProblem, Repair,
    RepairError, RepairKind, Requester, Revisions, Store, StoreError, StoreHealth, TRASH_AGE,
    TrashContents, Trashed, WordPlace, Writer, examine, process_from_json, repair,
};
pub use timestamp::Timestamp;
pub use visible::{for_markdown, for_name, for_terminal};
