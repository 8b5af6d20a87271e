//! Pages that were made before: while a process is at the same revision, and the words for times on its
//! page stay as they are, it is made once for all who look at it in the same way. When many ask at
//! once, one makes it and the others wait. For pages of all processes, only the latter holds.

use std::sync::Arc;
use std::time::Instant;

use pm_core::{Process, ProcessManager};
use quick_cache::Weighter;
use quick_cache::sync::{Cache, EntryAction, EntryResult};
use time::OffsetDateTime;

use crate::fresh::Tagged;
use crate::lasting::{self, Lasting, measured};
use crate::problem::Problem;
use crate::visitor::{Reader, Visitor};

/// The most bytes of pages that are kept.
const KEPT_MAX: u64 = 8 << 20;

/// About how many pages are kept, so that the cache makes room for as many.
const PAGES: usize = 500;

/// What a page takes of the memory besides what is on it, in bytes.
const BESIDE: usize = 300;

/// The pages that were made.
#[derive(Clone)]
pub(crate) struct Rendered(Arc<Cache<Key, Page, Weight>>);

/// What a page depends on, apart from the time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    /// With its query.
    address: Box<str>,
    source: Source,
    reader: Reader,
}

/// What a page is made from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Source {
    /// A process at a revision. A process that was made anew can be at the same revision, so that
    /// its time of creation counts, too.
    Process { created_at: Box<str>, revision: u64 },
    /// All processes, which nothing tells from what they were before.
    Everything,
}

/// A page that was made.
#[derive(Debug, Clone)]
struct Page {
    shown: Tagged,
    lasting: Lasting,
    /// When making it was begun. Whoever asked before that sees nothing old, however short it
    /// lasts.
    begun: Instant,
}

/// What a page takes of the memory.
#[derive(Debug, Clone, Copy)]
struct Weight;

impl Weighter<Key, Page> for Weight {
    fn weight(&self, key: &Key, page: &Page) -> u64 {
        let bytes = page.shown.len() + key.address.len() + BESIDE;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl Rendered {
    pub(crate) fn new() -> Self {
        Self::keeping(PAGES, KEPT_MAX)
    }

    /// Keeps an eighth of that.
    pub(crate) fn one_of_several() -> Self {
        Self::keeping(PAGES / 8, KEPT_MAX / 8)
    }

    fn keeping(pages: usize, bytes: u64) -> Self {
        Self(Arc::new(Cache::with_weighter(pages, bytes, Weight)))
    }

    /// How many pages are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The page of a process at an address, as it was made before or as `render` makes it. It is kept
    /// only if it could be made.
    pub(crate) fn of_process(
        &self,
        asked: Asked,
        manager: &ProcessManager,
        process: &Process,
        render: impl FnOnce() -> Result<String, Problem>,
    ) -> Result<Tagged, Problem> {
        let source = Source::Process {
            created_at: process.created_at.to_string().into(),
            revision: process.revision,
        };
        self.page(asked, source, manager.now().instant(), render)
    }

    /// The page of all processes at an address, as `render` makes it, or as it was made for somebody
    /// else since it was asked for.
    pub(crate) fn of_everything(
        &self,
        asked: Asked,
        render: impl FnOnce() -> Result<String, Problem>,
    ) -> Result<Tagged, Problem> {
        self.page(asked, Source::Everything, None, || {
            lasting::note(Lasting::NotAtAll);
            render()
        })
    }

    fn page(
        &self,
        asked: Asked,
        source: Source,
        now: Option<OffsetDateTime>,
        render: impl FnOnce() -> Result<String, Problem>,
    ) -> Result<Tagged, Problem> {
        let key = Key {
            address: asked.address,
            source,
            reader: Visitor::current().reader(),
        };
        let is_fresh = |page: &Page| page.begun >= asked.at || page.lasting.is_so_at(now);
        let known = self.0.entry(&key, None, |_, page| {
            if is_fresh(page) {
                EntryAction::Retain(page.shown.clone())
            } else {
                EntryAction::ReplaceWithGuard
            }
        });
        let place = match known {
            EntryResult::Retained(shown) => return Ok(shown),
            EntryResult::Vacant(place) | EntryResult::Replaced(place, _) => Some(place),
            // Nothing is removed here, and a wait has no end.
            EntryResult::Removed(..) | EntryResult::Timeout => None,
        };
        let begun = Instant::now();
        let (made, lasting) = measured(render);
        let shown = Tagged::new(made?);
        let page = Page {
            shown: shown.clone(),
            lasting,
            begun,
        };
        // If there is no room for it, it is made anew the next time.
        let _ = place.map(|place| place.insert(page));
        Ok(shown)
    }
}

/// A page that is asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    address: Box<str>,
    at: Instant,
}

impl Asked {
    /// A page that is asked for now, at an address that says all that the page depends on, apart
    /// from the reader and what is kept.
    pub(crate) fn now(address: impl Into<Box<str>>) -> Self {
        Self {
            address: address.into(),
            at: Instant::now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn a_page_of_everything_is_made_once_for_all_who_ask_before_it_is_begun() {
        let (rendered, made) = (Rendered::new(), AtomicUsize::new(0));
        let get = |asked| {
            let page = rendered.of_everything(asked, || {
                let number = made.fetch_add(1, Ordering::SeqCst);
                Ok(format!("page {number}"))
            });
            page.unwrap().len()
        };
        let all: Vec<Asked> = (0..50).map(|_| Asked::now("/")).collect();
        thread::scope(|scope| {
            for asked in all {
                scope.spawn(|| get(asked));
            }
        });
        assert_eq!(made.load(Ordering::SeqCst), 1);
        get(Asked::now("/"));
        assert_eq!(
            made.load(Ordering::SeqCst),
            2,
            "it may be another one by now"
        );
        let (first, other) = (Asked::now("/"), Asked::now("/?from=51"));
        get(first);
        get(other);
        assert_eq!(
            made.load(Ordering::SeqCst),
            4,
            "another address is another page"
        );
    }
}
