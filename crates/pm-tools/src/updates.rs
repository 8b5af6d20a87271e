//! Telling clients of changes to resources, in both eras of the protocol, from the change feed.
//!
//! In the older era, a session says which resources it wants to hear of, and hears of them on its
//! own stream; in the newer one, a request that stays open says so, and is told.

mod follow;
mod interest;
mod session;

use pm_core::{FeedItem, ProcessManager};
use rmcp::model::ErrorData;
use rmcp::service::{SubscriptionContext, SubscriptionSendError};

use self::follow::follow;
pub(crate) use self::interest::Interest;
use self::interest::{News, gather};
pub(crate) use self::session::Updates;

/// Serves one subscription of the era without sessions, until it is cancelled.
///
/// The library acknowledges it before it is served. So that no change in between is lost, the
/// subscription begins with what a subscriber hears that has missed something.
pub(crate) async fn listen(
    manager: &ProcessManager,
    context: SubscriptionContext,
) -> Result<(), ErrorData> {
    let accepted = context.accepted();
    let uris = accepted.resource_subscriptions.iter().flatten();
    let interest = Interest::new(uris, accepted.resources_list_changed == Some(true));
    if interest.is_empty() {
        context.cancelled().await;
        return Ok(());
    }
    let mut changes = tokio::select! {
        changes = follow(manager) => changes?,
        () = context.cancelled() => return Ok(()),
    };
    let mut items = vec![FeedItem::Missed];
    loop {
        if tell(&context, interest.news(&items)).await.is_err() {
            return Ok(());
        }
        items = tokio::select! {
            items = gather(&mut changes) => match items {
                Some(items) => items,
                None => return Ok(()),
            },
            () = context.cancelled() => return Ok(()),
        };
    }
}

/// Tells a subscription its news; fails if nobody takes them any more.
async fn tell(context: &SubscriptionContext, news: News) -> Result<(), SubscriptionSendError> {
    let sink = context.sink();
    if news.list {
        sink.notify_resource_list_changed().await?;
    }
    for uri in news.uris {
        sink.notify_resource_updated(uri).await?;
    }
    Ok(())
}
