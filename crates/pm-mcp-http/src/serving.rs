//! What callers are served: all of them the same, or each of several what is theirs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use axum::Router;
use pm_cli::{Opened, SharedArgs};
use pm_core::store::PRIVATE_DIR;
use pm_core::{MemoryStore, ProcessManager, ProcessName, TaskName};
use pm_tools::{Access as ToolAccess, PmServer, ServerOptions};
use pm_web::{Access, FrontEnd, Logouts, Prompts, SeveralLogins};
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::app::{Served, own_pages};
use crate::cli::LimitArgs;
use crate::config::{Protection, StartError};
use crate::layers::auth::Gate;
use crate::layers::limits::BodyLimits;
use crate::mcp::{CallerLimits, Endpoint};
use crate::realms::{OwnPages, Realm, Realms};
use crate::reread::reread;
use crate::serve::Ending;
use crate::server_state::ThisServer;
use crate::token_file::{Entry, TokenAccess, TokenFile};

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

/// What is alike for all of several, and made once.
struct Alike {
    /// Offers what changes nothing.
    reading: PmServer,
    pages: FrontEnd,
    logins: SeveralLogins,
    servers: Servers,
}

impl Alike {
    fn of(serving: &Serving, logins: SeveralLogins, servers: Servers) -> Self {
        let Opened {
            server, manager, ..
        } = &serving.opened;
        let options = ServerOptions {
            access: ToolAccess::ReadOnly,
            ..serving.opened.options.clone()
        };
        let closing = serving.ending.closing.clone();
        Self {
            reading: PmServer::new(manager.clone(), options),
            pages: serving.pages(server, manager, Access::Everyone, closing),
            logins,
            servers,
        }
    }
}

/// Answers the servers that there are: one for all, or one for each.
pub type Servers = Arc<dyn Fn() -> Vec<PmServer> + Send + Sync>;

/// What is served, the gate that finds out who calls, and the servers that there are.
pub type ToServe = (Served<PmServer>, Gate, Servers);

impl Serving {
    /// What is served to those whom `protection` lets in.
    pub fn serve(self, protection: &Protection) -> Result<ToServe, StartError> {
        match protection {
            Protection::TokensOf(file) => self.apart(file),
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

    /// Each caller whose token is in the file is served what is theirs.
    fn apart(self, path: &Path) -> Result<ToServe, StartError> {
        let of_file = |problem: String| StartError::Tokens {
            path: path.to_owned(),
            problem,
        };
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(StartError::Random)?;
        let logins = SeveralLogins::new(&secret, Logouts::in_memory());
        let file = TokenFile::read(path).map_err(|problem| of_file(problem.to_string()))?;
        let (work, closing) = (self.work.clone(), self.ending.closing.clone());
        let has_pages = self.has_pages;
        let logins_of_each = logins.clone();
        let realms = Arc::new_cyclic(|realms: &Weak<Realms<PmServer>>| {
            let realms = realms.clone();
            let of_all = move || realms.upgrade().map(|it| it.servers()).unwrap_or_default();
            let alike = Alike::of(&self, logins_of_each, Arc::new(of_all));
            Realms::new(move |entry| self.realm(entry, &alike))
        });
        realms.set(&file).map_err(of_file)?;
        let known = Arc::clone(&realms);
        let digest_of = move |token: &[u8]| {
            let digest = known.digest(token, OffsetDateTime::now_utc())?;
            Some(digest.as_bytes().to_vec())
        };
        let door = has_pages.then(|| {
            // Whoever comes in has pages of their own.
            let nothing = ProcessManager::new(MemoryStore::new());
            let access = Access::Token(logins.door(digest_of));
            FrontEnd::new(nothing, access, closing.clone())
        });
        let gate = Gate::OneOfSeveral({
            let realms = Arc::clone(&realms);
            Arc::new(move |token| realms.principal(token, OffsetDateTime::now_utc()))
        });
        work.spawn(closing.run_until_cancelled_owned(reread(path.to_owned(), Arc::clone(&realms))));
        let known = Arc::clone(&realms);
        let servers = Arc::new(move || known.servers());
        Ok((Served::Apart(realms, door), gate, servers))
    }

    /// What one of several is served.
    fn realm(&self, entry: &Entry, alike: &Alike) -> Result<Realm<PmServer>, String> {
        let manager = self.manager_of(entry)?;
        let may_write = self.may_write() && entry.access != TokenAccess::Read;
        let server = if may_write {
            self.opened.server.over(manager.clone())
        } else {
            alike.reading.over(manager.clone())
        };
        let closing = self.ending.closing.child_token();
        let login = alike.logins.of(entry.digest.as_bytes());
        let access = Access::Token(login.clone());
        let pages = alike.pages.over(manager, access, closing.clone());
        let pages = pages.of_principal(Arc::clone(&entry.name));
        let state = if entry.access == TokenAccess::Admin {
            self.whole_server(Arc::clone(&alike.servers))
        } else {
            let own = server.clone();
            ThisServer::of_callers(move || vec![own.clone()])
        };
        let pages = pages.with_server_state(state);
        let pages = if may_write { pages } else { pages.read_only() };
        let (body, running) = (self.body.clone(), self.ending.running.clone());
        let own: Box<dyn FnOnce() -> Router + Send> =
            Box::new(move || own_pages(pages, &body, &running));
        Ok(Realm {
            endpoint: Arc::new(self.endpoint(server.clone(), closing.clone())),
            server,
            pages: self.has_pages.then(|| (login, OwnPages::new(own))),
            closing,
        })
    }

    /// The operations on what is in reach of somebody.
    fn manager_of(&self, entry: &Entry) -> Result<ProcessManager, String> {
        let all = match &entry.workspace {
            None => self.opened.manager.clone(),
            Some(workspace) => {
                let opened = self.shared.open_workspace(workspace);
                opened.map_err(|error| format!("[{}]: workspace: {error}", entry.name))?
            }
        };
        Ok(all.within(entry.reach.clone()))
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
