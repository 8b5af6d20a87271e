//! What callers are served: all of them the same, or each of several what is theirs.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::Router;
use pm_cli::{Hangups, Opened, Place, SharedArgs};
use pm_core::store::PRIVATE_DIR;
use pm_core::{MemoryStore, ProcessManager, ProcessName, TaskName};
use pm_tools::{Access as ToolAccess, PmServer, ServerOptions};
use pm_web::{Access, FrontEnd, Logouts, Prompts, SeveralLogins};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::app::{Served, own_pages};
use crate::cli::LimitArgs;
use crate::config::{Protection, StartError};
use crate::layers::auth::Gate;
use crate::layers::limits::BodyLimits;
use crate::mcp::{CallerLimits, Endpoint};
use crate::realms::{OwnPages, Realm, Realms};
use crate::reread::{end_in_time, reread};
use crate::serve::Ending;
use crate::server_state::ThisServer;
use crate::token_file::{Entry, TokenAccess, TokenFile};

/// Where the pages keep who has logged out, in the private directory of the store.
const LOGOUTS_DIR: &str = "logouts";

/// What is said of a file of tokens without any.
const NOBODY: &str =
    "nobody is in it; 'pm-mcp-http token new NAME' makes a token and what to put there";

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
    /// Writes no files, which others would find where they are.
    writing: PmServer,
    /// Offers what changes nothing.
    reading: PmServer,
    pages: FrontEnd,
    logins: SeveralLogins,
    servers: Servers,
    /// The workspaces that were opened beside that of the server.
    workspaces: Mutex<HashMap<String, ProcessManager>>,
}

impl Alike {
    fn of(serving: &Serving, logins: SeveralLogins, servers: Servers) -> Self {
        let Opened {
            server, manager, ..
        } = &serving.opened;
        let offering = |access| {
            let options = ServerOptions {
                access,
                export: None,
                ..serving.opened.options.clone()
            };
            PmServer::new(manager.clone(), options)
        };
        let closing = serving.ending.closing.clone();
        Self {
            writing: offering(ToolAccess::ReadWrite),
            reading: offering(ToolAccess::ReadOnly),
            pages: serving.pages(server, manager, Access::Everyone, closing),
            logins,
            servers,
            workspaces: Mutex::default(),
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
        // Before anything that takes long: without it the signal ends the program.
        let hangups = Hangups::listen().map_err(StartError::Runtime)?;
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(StartError::Random)?;
        let logins = SeveralLogins::new(&secret, Logouts::in_memory());
        let file = TokenFile::read(path).map_err(|problem| of_file(problem.to_string()))?;
        if file.entries().is_empty() {
            return Err(of_file(NOBODY.to_owned()));
        }
        let (work, closing) = (self.work.clone(), self.ending.closing.clone());
        let has_pages = self.has_pages;
        let logins_of_each = logins.clone();
        let realms = Arc::new_cyclic(|realms: &Weak<Realms<PmServer>>| {
            let realms = realms.clone();
            let of_all = move || realms.upgrade().map(|it| it.servers()).unwrap_or_default();
            let alike = Alike::of(&self, logins_of_each, Arc::new(of_all));
            Realms::new(move |entry| self.realm(entry, &alike))
        });
        if let Some(problem) = realms.set(&file).into_iter().next() {
            return Err(of_file(problem));
        }
        let known = Arc::clone(&realms);
        let digest_of = move |token: &[u8]| {
            let digest = known.digest(token)?;
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
            Arc::new(move |token, extensions| realms.admit(token, extensions))
        });
        let ending = end_in_time(Arc::clone(&realms));
        work.spawn(closing.clone().run_until_cancelled_owned(ending));
        let rereading = reread(hangups, path.to_owned(), Arc::clone(&realms));
        work.spawn(closing.run_until_cancelled_owned(rereading));
        let known = Arc::clone(&realms);
        let servers = Arc::new(move || known.servers());
        Ok((Served::Apart(realms, door), gate, servers))
    }

    /// What one of several is served.
    fn realm(&self, entry: &Entry, alike: &Alike) -> Result<Realm<PmServer>, String> {
        let manager = self.manager_of(entry, alike)?;
        let may_write = self.may_write() && entry.access != TokenAccess::Read;
        let offering = match entry.access {
            TokenAccess::Admin => &self.opened.server,
            TokenAccess::Write if may_write => &alike.writing,
            TokenAccess::Write | TokenAccess::Read => &alike.reading,
        };
        let server = offering.over(manager.clone());
        let closing = self.ending.closing.child_token();
        let login = alike.logins.of(entry.digest.as_bytes());
        let access = Access::Token(login.clone());
        let pages = alike.pages.over(manager, access, closing.clone());
        let pages = pages.of_principal(Arc::clone(&entry.name));
        let pages = pages.with_prompts(McpPrompts(server.clone()));
        let state = if entry.access == TokenAccess::Admin {
            self.whole_server(Arc::clone(&alike.servers))
        } else {
            let own = server.clone();
            ThisServer::of_callers(move || vec![own.clone()])
        };
        let pages = pages.with_server_state(state);
        let pages = if may_write { pages } else { pages.read_only() };
        let (body, running) = (self.body.clone(), self.ending.running.clone());
        let ended = closing.clone();
        let own: Box<dyn FnOnce() -> Router + Send> =
            Box::new(move || own_pages(pages, &body, &running, &ended));
        Ok(Realm {
            endpoint: Arc::new(self.endpoint(server.clone(), closing.clone())),
            server,
            pages: self.has_pages.then(|| (login, OwnPages::new(own))),
            closing,
        })
    }

    /// The operations on what is in reach of somebody.
    fn manager_of(&self, entry: &Entry, alike: &Alike) -> Result<ProcessManager, String> {
        let own = match &self.opened.place {
            Place::Database { workspace, .. } => Some(workspace),
            Place::Directory(_) => None,
        };
        let workspace = entry.workspace.as_ref().filter(|it| Some(*it) != own);
        let Some(workspace) = workspace else {
            return Ok(self.opened.manager.within(entry.reach.clone()));
        };
        let workspaces = &alike.workspaces;
        let mut workspaces = workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let all = match workspaces.entry(workspace.clone()) {
            Occupied(opened) => opened.into_mut(),
            Vacant(place) => {
                let opened = self.shared.open_workspace(workspace);
                let failed = |error| format!("[{}]: workspace: {error}", entry.name);
                place.insert(opened.map_err(failed)?)
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
