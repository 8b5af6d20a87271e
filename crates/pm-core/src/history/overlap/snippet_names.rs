//! Names of snippets that are given or freed by a rename: no two snippets of a task may have such
//! names at once, and versions of one name are one snippet.

use serde_json::value::RawValue;

use super::super::{Edit, Entity};
use crate::resolve::folded;

impl Edit {
    /// Whether `later`, a change within the same task, and this one give or free the same name of a
    /// snippet, but for case and punctuation, and at least one of the two by a rename.
    ///
    /// Versions that come and go under a name that stays do not count.
    pub(super) fn shares_snippet_name(&self, later: &Self) -> bool {
        if !self.renames_a_snippet() && !later.renames_a_snippet() {
            return false;
        }
        let later = later.snippet_names();
        self.snippet_names().iter().any(|name| later.contains(name))
    }

    fn renames_a_snippet(&self) -> bool {
        matches!(
            self,
            Self::Field { entity: Entity::Code(..), field, .. } if field == "name"
        )
    }

    /// The folded names that a version of a snippet had before and has after.
    fn snippet_names(&self) -> Vec<String> {
        match self {
            Self::Code(_, entry) => {
                let versions = [&entry.old, &entry.new].into_iter().flatten();
                versions
                    .map(|version| folded(version.name.as_str()))
                    .collect()
            }
            Self::Field { old, new, .. } if self.renames_a_snippet() => {
                let names = [old, new].into_iter().flatten();
                names.filter_map(|name| text(name)).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn text(value: &RawValue) -> Option<String> {
    let name: String = serde_json::from_str(value.get()).ok()?;
    Some(folded(&name))
}
