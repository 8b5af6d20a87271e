//! A change that was made: where it can be seen, and how it is taken back.

use std::sync::Arc;

use axum::response::Redirect;
use pm_core::manager::HistoryQuery;
use pm_core::{Changed, Process, ProcessManager};

use crate::address;
use crate::changes::actor::pages_actor;
use crate::frame::JustMade;
use crate::query::Query;

/// What an address calls the revision that was just made, so that the page offers to take it back.
const MADE: &str = "made";

/// A change that was made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    page: Page,
    /// The revision that it made, if it made one of a process that is still there.
    revision: Option<u64>,
}

/// Where a change can be seen.
#[derive(Debug, Clone)]
enum Page {
    /// On the page that it was sent from, unless what that page shows is gone from the process.
    Back(Option<Arc<Process>>),
    /// Here.
    At(String),
    /// On the page that it was sent from, unless that is `from` or below it: `from` is now `to`.
    Moved { from: String, to: String },
}

impl Made {
    /// A change that is seen on the page it was sent from.
    pub(crate) fn back<T>(changed: &Changed<T>) -> Self {
        Self {
            page: Page::Back(Some(Arc::clone(&changed.process))),
            revision: changed.revision,
        }
    }

    /// Nothing was to be changed.
    pub(crate) fn nothing() -> Self {
        Self {
            page: Page::Back(None),
            revision: None,
        }
    }

    /// A change that is seen at `page`.
    pub(crate) fn at<T>(page: String, changed: &Changed<T>) -> Self {
        Self::of(page, changed.revision)
    }

    /// A revision, if one was made, that is seen at `page`.
    pub(crate) fn of(page: String, revision: Option<u64>) -> Self {
        Self {
            page: Page::At(page),
            revision,
        }
    }

    /// A change that gave the page `from` the address `to`, and is seen on the page that it was
    /// sent from.
    pub(crate) fn moved(from: String, to: String, revision: Option<u64>) -> Self {
        Self {
            page: Page::Moved { from, to },
            revision,
        }
    }

    /// What is seen at `page` and made no revision to be taken back.
    pub(crate) fn elsewhere(page: impl Into<String>) -> Self {
        Self::of(page.into(), None)
    }

    /// Leads to where the change can be seen; it was sent from the page `back`.
    pub(crate) fn lead_back(self, back: &str) -> Redirect {
        let page = match self.page {
            Page::At(page) => page,
            Page::Moved { from, to } => match back.strip_prefix(&*from) {
                Some(rest) if rest.is_empty() || rest.starts_with(['/', '?', '#']) => to,
                _ => back.to_owned(),
            },
            Page::Back(None) => back.to_owned(),
            Page::Back(Some(process)) => still_there(&process, back),
        };
        let revision = self.revision.map(|revision| revision.to_string());
        let page = address::with_value(&page, MADE, revision.as_deref());
        Redirect::to(&page)
    }
}

/// The page `back`, or the next one above if what it shows is gone or has another name.
fn still_there(process: &Process, back: &str) -> String {
    let path = back.split(['?', '#']).next().unwrap_or_default();
    let names: Vec<_> = path.split('/').skip(1).map(address::name).collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let [first, name, below @ ..] = names.as_slice() else {
        return back.to_owned();
    };
    if *first != "p" {
        return back.to_owned();
    }
    if name.trim() != process.name.as_str() {
        return address::process(&process.name);
    }
    let ["t", task, below @ ..] = below else {
        return back.to_owned();
    };
    let Ok((task, found)) = process.task(task) else {
        return address::process(&process.name);
    };
    match below {
        ["c", code, ..] if found.snippets_matching(code).is_empty() => {
            address::task(&process.name, task)
        }
        _ => back.to_owned(),
    }
}

/// What the address says was just made of a process, if its history knows it.
pub(crate) fn just_made(
    manager: &ProcessManager,
    process: &Process,
    query: &Query,
) -> Option<JustMade> {
    let revision: u64 = query.get(MADE).parse().ok()?;
    let only = HistoryQuery {
        before: Some(revision.checked_add(1)?),
        limit: 1,
        ..HistoryQuery::default()
    };
    let page = manager.history(&process.name, &only).ok()?;
    let change = page.changes.into_iter().next()?;
    // An address may say so of somebody else's change, which is not offered to be taken back.
    let is_ours = change.entry.actor == pages_actor();
    let is_it = change.entry.revision == revision && change.undone_by.is_none() && is_ours;
    is_it.then(|| JustMade {
        summary: change.entry.action.summary.clone(),
        revision,
        undo: format!("{}/undo", address::process(&process.name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::support::garden;

    #[test]
    fn a_page_of_what_is_gone_is_not_gone_back_to() {
        let manager = garden();
        let name = manager.process("garden <script>alert(1)</script>").unwrap();
        let home = address::process(&name.name);
        for (back, page) in [
            ("/", "/".to_owned()),
            ("/activity", "/activity".to_owned()),
            (&format!("{home}?view=board"), format!("{home}?view=board")),
            ("/p/old", home.clone()),
            (&format!("{home}/t/gone?x=1"), home.clone()),
            (&format!("{home}/t/beds"), format!("{home}/t/beds")),
            (&format!("{home}/t/..%20"), format!("{home}/t/..%20")),
            (
                &format!("{home}/t/soil%20test/c/gone.rs?v=2"),
                format!("{home}/t/soil%20test"),
            ),
            (
                &format!("{home}/t/soil%20test/c/tokens.rs?v=2"),
                format!("{home}/t/soil%20test/c/tokens.rs?v=2"),
            ),
        ] {
            assert_eq!(still_there(&name, back), page);
        }
    }
}
