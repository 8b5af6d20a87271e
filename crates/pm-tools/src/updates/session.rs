//! What a session of the older era has asked to hear of, and the task that tells it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pm_core::{ProcessManager, Subscription};
use rmcp::model::{ErrorData, ResourceUpdatedNotificationParam};
use rmcp::service::{Peer, RoleServer};
use tokio::task::AbortHandle;

use super::follow::follow;
use super::interest::{Interest, MOST_URIS, gather};
use crate::resources::Target;

/// The subscriptions of one session; they end with it.
#[derive(Default)]
pub(crate) struct Updates {
    interest: Arc<Mutex<Interest>>,
    task: tokio::sync::Mutex<Option<Task>>,
}

/// The task that tells; it ends when this is dropped.
struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Updates {
    /// Takes note of a resource that the session wants to hear of.
    pub(crate) async fn subscribe(
        &self,
        manager: &ProcessManager,
        peer: &Peer<RoleServer>,
        uri: &str,
    ) -> Result<(), ErrorData> {
        if !lock(&self.interest).add(uri) {
            debug_assert!(
                Target::parse(uri).is_some(),
                "what is none of ours was refused"
            );
            let message = format!("No more than {MOST_URIS} resources can be subscribed to.");
            return Err(ErrorData::invalid_params(message, None));
        }
        self.start(manager, peer).await
    }

    /// Takes note that the session does not want to hear of a resource any more.
    pub(crate) fn unsubscribe(&self, uri: &str) {
        lock(&self.interest).remove(uri);
    }

    /// Takes note that the session knows a list of resources.
    pub(crate) async fn listed(
        &self,
        manager: &ProcessManager,
        peer: &Peer<RoleServer>,
    ) -> Result<(), ErrorData> {
        lock(&self.interest).list = true;
        self.start(manager, peer).await
    }

    /// Starts the task, if it does not run. The first call waits until changes are followed, and so
    /// do those that come meanwhile: from its answer on, each is told of changes.
    async fn start(
        &self,
        manager: &ProcessManager,
        peer: &Peer<RoleServer>,
    ) -> Result<(), ErrorData> {
        let mut task = self.task.lock().await;
        if task.as_ref().is_some_and(|Task(task)| !task.is_finished()) {
            return Ok(());
        }
        let changes = follow(manager).await?;
        let tell = tell(Arc::clone(&self.interest), changes, peer.clone());
        *task = Some(Task(tokio::spawn(tell).abort_handle()));
        Ok(())
    }
}

async fn tell(interest: Arc<Mutex<Interest>>, mut changes: Subscription, peer: Peer<RoleServer>) {
    while let Some(items) = gather(&mut changes).await {
        let news = lock(&interest).news(&items);
        if news.list && peer.notify_resource_list_changed().await.is_err() {
            return;
        }
        for uri in news.uris {
            let updated = ResourceUpdatedNotificationParam::new(uri);
            if peer.notify_resource_updated(updated).await.is_err() {
                return;
            }
        }
    }
}

fn lock(interest: &Mutex<Interest>) -> MutexGuard<'_, Interest> {
    interest.lock().unwrap_or_else(PoisonError::into_inner)
}
