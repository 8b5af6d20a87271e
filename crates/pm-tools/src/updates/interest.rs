//! The resources whose changes a subscriber wants to hear of, and which news of the feed these are.

use std::time::Duration;

use pm_core::feed::ProcessUpdate;
use pm_core::resolve::folded;
use pm_core::{FeedItem, Subscription};

use crate::resources::Target;

/// How long changes are gathered that come one after the other; a client that reads again after
/// each of them would do nothing else.
const GATHERED: Duration = Duration::from_millis(50);

/// The most resources that one client may wait for.
pub(super) const MOST_URIS: usize = 1024;

/// The resources whose changes a subscriber wants to hear of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interest {
    /// Whether it wants to hear that processes came, went or were renamed.
    pub(super) list: bool,
    uris: Vec<Awaited>,
}

/// A resource that a subscriber waits for.
#[derive(Debug, Clone)]
struct Awaited {
    uri: String,
    process: String,
    task: Option<String>,
}

/// What there is to tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    pub(super) list: bool,
    pub(super) uris: Vec<String>,
}

/// Waits for changes, and for those that follow right away; `None` once the store is closed.
pub(super) async fn gather(changes: &mut Subscription) -> Option<Vec<FeedItem>> {
    let first = changes.next().await?;
    tokio::time::sleep(GATHERED).await;
    let more = std::iter::from_fn(|| changes.try_recv());
    Some(std::iter::once(first).chain(more).collect())
}

impl Interest {
    /// Interest in these resources; those that are none of ours are left out.
    pub(crate) fn new<'a>(uris: impl IntoIterator<Item = &'a String>, list: bool) -> Self {
        let mut interest = Self {
            list,
            uris: Vec::new(),
        };
        for uri in uris {
            interest.add(uri);
        }
        interest
    }

    /// Adds a resource; answers whether it is one of ours and there was room for it.
    pub(crate) fn add(&mut self, uri: &str) -> bool {
        if self.uris.iter().any(|awaited| awaited.uri == uri) {
            return true;
        }
        let Some(target) = Target::parse(uri).filter(|_| self.uris.len() < MOST_URIS) else {
            return false;
        };
        self.uris.push(Awaited {
            uri: uri.to_owned(),
            process: folded(target.process()),
            task: target.task().map(folded),
        });
        true
    }

    /// Takes a resource away.
    pub(super) fn remove(&mut self, uri: &str) {
        self.uris.retain(|awaited| awaited.uri != uri);
    }

    /// The addresses, as they were given.
    pub(crate) fn uris(&self) -> impl Iterator<Item = &str> {
        self.uris.iter().map(|awaited| awaited.uri.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.list && self.uris.is_empty()
    }

    /// What of these items there is to tell.
    pub(super) fn news(&self, items: &[FeedItem]) -> News {
        let mut news = News::default();
        for item in items {
            self.add_news(&mut news, item);
        }
        news
    }

    fn add_news(&self, news: &mut News, item: &FeedItem) {
        let update = match item {
            FeedItem::Update(update) => Some(update),
            // Missed, or something that this version does not know: it may be about everything.
            _ => None,
        };
        news.list |= self.list && update.is_none_or(|update| update.changes_list);
        let concerned =
            |awaited: &&Awaited| update.is_none_or(|update| awaited.is_concerned(update));
        for awaited in self.uris.iter().filter(concerned) {
            if !news.uris.contains(&awaited.uri) {
                news.uris.push(awaited.uri.clone());
            }
        }
    }
}

impl Awaited {
    fn is_concerned(&self, update: &ProcessUpdate) -> bool {
        if folded(update.process.as_str()) != self.process {
            return false;
        }
        let Some(task) = &self.task else { return true };
        let is_touched = |tasks: &Vec<pm_core::TaskName>| {
            let mut tasks = tasks.iter();
            tasks.any(|touched| folded(touched.as_str()) == *task)
        };
        update.changes_list || update.tasks.as_ref().is_none_or(is_touched)
    }
}

#[cfg(test)]
mod tests;
