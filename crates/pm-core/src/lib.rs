//! Processes, tasks, jobs and versioned code snippets, kept so that several programs and people
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

/// The examples of the page on embedding are tested as well.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
struct Embedding;

mod clock;
pub mod codec;
pub mod diff;
pub mod doctor;
pub mod error;
pub mod export;
pub mod feed;
pub mod history;
pub mod language;
pub mod manager;
pub mod markdown;
pub mod model;
pub mod name;
mod reason;
pub mod resolve;
pub mod search;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;
pub mod visible;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::Error;
pub use feed::{FeedItem, Subscription};
pub use history::{Action, Actor, HistoryEntry};
pub use manager::{Changed, Identity, ProcessManager};
pub use model::{Claim, Job, Priority, Process, Progress, SnippetVersion, Status, Task};
pub use name::{JobName, ProcessName, SnippetName, TaskName};
pub use reason::reason;
pub use store::{FileStore, FileStoreOptions, MemoryStore, Store, StoreError};
pub use timestamp::Timestamp;

pub(crate) use history::{Edit, Entity, EntryEdit, LaterChange, PastChange, Patch};
pub(crate) use language::language_of;
pub(crate) use model::{
    AddedJob, AddedSnippet, DeletedSnippets, DescriptionChange, FileFields, FoundJob, IMPORTED_AS,
    JobUpdate, NextTask, NumberedVersion, Ordered, OthersClaim, PlannedTask, Position,
    ProcessSummary, Rename, StatusDetails, TaskUpdate, TextEdit, UnreadWord, UpdatedTask,
};
pub(crate) use name::{MAX_NAME_CHARS, NameError};
pub(crate) use resolve::folded;
pub(crate) use search::{SearchHits, SearchQuery};
pub(crate) use store::UnusableKind;
pub(crate) use visible::{for_markdown, for_terminal};
