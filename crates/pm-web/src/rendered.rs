//! Pages of processes that were made before: while a process is at the same revision, and the words for
//! times on its page stay as they are, it is made once for all who look at it in the same way. When
//! many ask at once, one makes it and the others wait.

use std::sync::Arc;
use std::time::Instant;

use pm_core::{Process, ProcessManager};
use quick_cache::Weighter;
use quick_cache::sync::{Cache, EntryAction, EntryResult};

use crate::fresh::Tagged;
use crate::lasting::{Lasting, measured};
use crate::problem::Problem;
use crate::visitor::{Reader, Visitor};

/// The most bytes of pages that are kept.
const KEPT_MAX: u64 = 8 << 20;

/// How many pages are kept about, for the cache to make room for them.
const PAGES: usize = 500;

/// What a page takes of the memory beside what is on it, in bytes.
const BESIDE: usize = 300;

/// The pages that were made.
#[derive(Clone)]
pub(crate) struct Rendered(Arc<Cache<Key, Page, Weight>>);

/// What a page depends on, but for the time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    /// With its query.
    address: Box<str>,
    /// When the process was created: one that was made anew can be at the same revision.
    created_at: Box<str>,
    revision: u64,
    reader: Reader,
}

/// A page that was made.
#[derive(Debug, Clone)]
struct Page {
    shown: Tagged,
    lasting: Lasting,
    /// When making it was begun. Who asked before sees nothing old, however short it lasts.
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

    /// The page of a process at an address, as it was made before or as `render` makes it. It is kept
    /// only if it could be made.
    pub(crate) fn page(
        &self,
        manager: &ProcessManager,
        (address, process): (&str, &Process),
        render: impl FnOnce() -> Result<String, Problem>,
    ) -> Result<Tagged, Problem> {
        let (asked, now) = (Instant::now(), manager.now().instant());
        let key = Key {
            address: address.into(),
            created_at: process.created_at.to_string().into(),
            revision: process.revision,
            reader: Visitor::current().reader(),
        };
        let is_fresh = |page: &Page| page.begun >= asked || page.lasting.is_so_at(now);
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
