//! What pages are made from, and the way there: reading a store blocks, and so does not happen
//! where requests are taken in.

use pm_core::ProcessManager;
use tokio_util::sync::CancellationToken;

use crate::fresh::Tagged;
use crate::live::Live;
use crate::problem::Problem;

/// Who may see what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever reaches the server.
    Everyone,
    /// Nobody, since the server asks for a token and pages take none: only how to connect is told.
    Nobody,
}

/// The pages over a store.
#[derive(Clone)]
pub struct FrontEnd {
    manager: ProcessManager,
    access: Access,
    live: Live,
}

impl FrontEnd {
    /// The pages of what `manager` keeps, for those who may see it. Streams of changes end when
    /// `closing` is cancelled.
    pub fn new(manager: ProcessManager, access: Access, closing: CancellationToken) -> Self {
        let live = Live::new(manager.clone(), closing);
        Self {
            manager,
            access,
            live,
        }
    }

    /// The changes, for pages that are open.
    pub(crate) fn live(&self) -> &Live {
        &self.live
    }

    pub(crate) fn access(&self) -> Access {
        self.access
    }

    /// Makes a page from what is kept, on a thread that may wait for it.
    pub(crate) async fn show(
        &self,
        page: impl FnOnce(&ProcessManager) -> Result<String, Problem> + Send + 'static,
    ) -> Result<Tagged, Problem> {
        let manager = self.manager.clone();
        match tokio::task::spawn_blocking(move || page(&manager)).await {
            Ok(html) => html.map(Tagged),
            Err(error) => {
                tracing::error!(%error, "a page was not made to its end");
                Err(Problem::failed())
            }
        }
    }
}
