//! What all stores refuse alike: names that are taken, and what is not there.

use crate::error::{ConflictProblem, Taken, Unresolved};
use crate::resolve::folded;
use crate::{Error, ProcessName};

/// The refusal of a name that no process has; near misses are the manager's to add.
pub fn no_such_process(name: &str) -> Error {
    Error::Process(Unresolved::unknown(name))
}

/// Refuses a name that is taken, also loosely; `own` is the present name of a process that is
/// being renamed, and may come back in another spelling.
pub fn refuse_taken<'a>(
    names: impl IntoIterator<Item = &'a ProcessName>,
    wanted: &ProcessName,
    own: Option<&ProcessName>,
) -> Result<(), Error> {
    let key = folded(wanted.as_str());
    let taken = names
        .into_iter()
        .find(|name| *name == wanted || (Some(*name) != own && folded(name.as_str()) == key));
    match taken {
        Some(existing) => Err(Error::Taken(Taken::Process {
            wanted: wanted.clone(),
            existing: existing.clone(),
        })),
        None => Ok(()),
    }
}

/// The refusal of kept changes that are not there.
pub fn no_such_conflict(id: &str) -> Error {
    let id = id.to_owned();
    Error::Conflict(ConflictProblem::NotFound { id })
}
