//! Code as files: which snippets of a process become which files, and which may not.
//!
//! What is planned here is written by [`ExportRoot::write`] below a directory, or put into one
//! archive. A snippet's name is its path, and never leads out of the directory to which it is
//! written.

mod path;
mod plan;
mod root;
#[cfg(test)]
mod tests;
#[cfg(feature = "zip")]
mod zip;

pub use path::{ExportPath, PathProblem};
pub use plan::{ExportFile, ExportPlan, NotExported, WhyNotExported};
pub use root::{ExportRoot, Exported, HiddenNames, IfPresent, Obstacle};
#[cfg(feature = "zip")]
pub use zip::write_zip;
