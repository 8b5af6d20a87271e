//! What is damaged or left over in a storage directory, and repairing that.

pub use crate::store::file::{
    Concern, Examination, ExamineError, Finding, FindingKind, Repair, RepairError, RepairKind,
    TrashContents, WordPlace, Writer, examine, repair,
};
