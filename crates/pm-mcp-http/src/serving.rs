//! What callers are served: all of them the same, or each of several what is theirs.

use std::path::PathBuf;
use std::sync::Arc;

use pm_cli::{Opened, SharedArgs};
use pm_core::store::PRIVATE_DIR;
use pm_core::{ProcessManager, ProcessName, TaskName};
use pm_tools::{Access as ToolAccess, PmServer};
use pm_web::{Access, FrontEnd, Prompts};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::app::Served;
use crate::cli::LimitArgs;
use crate::config::{Protection, StartError};
use crate::layers::auth::Gate;
use crate::layers::limits::BodyLimits;
use crate::mcp::{CallerLimits, Endpoint};
use crate::serve::Ending;
use crate::server_state::ThisServer;

mod apart;
#[cfg(feature = "oauth")]
mod by_oauth;
mod by_token;

/// Where the pages keep who has logged out, in the private directory of the store.
const LOGOUTS_DIR: &str = "logouts";

/// What is served, before it is known to whom.
pub struct Serving {
    /// The store, and the tools over it.
    pub opened: Opened,
    /// The options by which it was opened.
    pub shared: SharedArgs,
    /// What was told at the start.
    pub warnings: Vec<String>,
    /// Whether there are pages for people.
    pub has_pages: bool,
    /// How much of the machine callers may take.
    pub limits: LimitArgs,
    /// How large and slow a body may be.
    pub body: BodyLimits,
    /// What is needed to end tidily.
    pub ending: Ending,
    /// Where calls are answered.
    pub work: Handle,
}

/// Returns the servers that there are: one for all, or one for each.
pub type Servers = Arc<dyn Fn() -> Vec<PmServer> + Send + Sync>;

/// What is served, the gate that finds out who calls, and the servers that there are.
pub type ToServe = (Served<PmServer>, Gate, Servers);

impl Serving {
    /// What is served to those whom `protection` lets in.
    pub async fn serve(self, protection: &Protection) -> Result<ToServe, StartError> {
        match protection {
            Protection::TokensOf(file) => self.by_token(file),
            #[cfg(feature = "oauth")]
            Protection::OAuth(oauth) => self.by_oauth(oauth).await,
            #[cfg(not(feature = "oauth"))]
            Protection::OAuth(_) => Err(StartError::NoOAuth),
            _ => Ok(self.alike(protection)),
        }
    }

    /// All callers are served alike.
    fn alike(&self, protection: &Protection) -> ToServe {
        let Opened {
            server, manager, ..
        } = &self.opened;
        let one = server.clone();
        let servers: Servers = Arc::new(move || vec![one.clone()]);
        let closing = self.ending.closing.clone();
        let access = protection.access(self.logouts_dir());
        let pages = self.pages(server, manager, access, closing.clone());
        let pages = pages.with_server_state(self.whole_server(Arc::clone(&servers)));
        let pages = if self.may_write() {
            pages
        } else {
            pages.read_only()
        };
        let endpoint = Arc::new(self.endpoint(server.clone(), closing));
        let served = Served::Alike(endpoint, self.has_pages.then_some(pages));
        (served, Gate::new(protection.token()), servers)
    }

    fn endpoint(&self, server: PmServer, closing: CancellationToken) -> Endpoint<PmServer> {
        Endpoint::new(
            move || server.for_new_caller(),
            CallerLimits {
                sessions: self.limits.max_sessions,
                body: self.limits.max_body,
                values: self.limits.max_values,
            },
            closing,
            self.work.clone(),
        )
    }

    fn pages(
        &self,
        server: &PmServer,
        manager: &ProcessManager,
        access: Access,
        closing: CancellationToken,
    ) -> FrontEnd {
        FrontEnd::new(manager.clone(), access, closing)
            .with_prompts(McpPrompts(server.clone()))
            .with_max_body(self.limits.max_body)
    }

    /// What is told of the server to somebody whom all of it concerns.
    fn whole_server(&self, servers: Servers) -> ThisServer {
        ThisServer::of_callers(move || servers())
            .with_storage(self.opened.place.clone(), self.warnings.clone())
    }

    fn may_write(&self) -> bool {
        self.opened.options.access == ToolAccess::ReadWrite
    }

    fn logouts_dir(&self) -> Option<PathBuf> {
        let directory = self.opened.place.directory().filter(|_| self.may_write())?;
        Some(directory.join(PRIVATE_DIR).join(LOGOUTS_DIR))
    }
}

/// The prompts of the protocol, for people.
struct McpPrompts(PmServer);

impl Prompts for McpPrompts {
    fn of_process(&self, process: &ProcessName) -> Option<String> {
        self.0.prompt("work", process, None)
    }

    fn of_task(&self, process: &ProcessName, task: &TaskName) -> Option<String> {
        self.0.prompt("review", process, Some(task))
    }
}
