//! What answers hold: the model as it goes over the wire, and how much of it fits.

mod budget;
mod concerned;
mod extra;
mod job;
mod limits;
mod list_names;
mod listed;
mod page;
mod plan;
mod process;
mod snippet;
mod style;

pub(crate) use budget::{Bounds, bounded};
pub(crate) use concerned::Concerned;
pub(crate) use extra::extra;
pub(crate) use job::{JobBody, ListedJob};
pub use limits::MIN_ANSWER_LIMIT;
pub(crate) use limits::{NOTICE_BYTES, SUCCESS_BYTES};
pub(crate) use listed::{
    ListedProcess, ListedTask, ProblemBody, ProcessSummaryBody, TaskSummaryBody,
};
pub(crate) use page::{ListEntry, Page, PageEnd, Shown, WholeEntry};
pub(crate) use plan::{ClaimBody, PlanBody, ProgressBody, is_zero, progress};
pub(crate) use process::{ProcessBody, TaskBody};
pub(crate) use snippet::{DeletedCode, ListedSnippet, SnippetBody, VersionBody, deleted_codes};
pub(crate) use style::AnswerStyle;
