//! What each of several is served: what is in their reach, and nothing else.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use pm_cli::{Opened, Place};
use pm_core::ProcessManager;
use pm_tools::{Access as ToolAccess, PmServer, ServerOptions};
use pm_web::{Access, FrontEnd, Login};

use super::{McpPrompts, Servers, Serving};
use crate::app::own_pages;
use crate::grant::{Grant, TokenAccess};
use crate::realms::{OwnPages, Realm};
use crate::server_state::ThisServer;

/// What is alike for all of several, and made once.
pub(super) struct Alike {
    /// Exports to no files: others could find those.
    writing: PmServer,
    /// Offers what changes nothing.
    reading: PmServer,
    /// The pages that everybody's own are made from, if there are pages.
    pages: Option<FrontEnd>,
    servers: Servers,
    /// The workspaces that were opened beside that of the server.
    workspaces: Mutex<HashMap<String, ProcessManager>>,
}

impl Alike {
    pub(super) fn of(serving: &Serving, servers: Servers) -> Self {
        let Opened {
            server, manager, ..
        } = &serving.opened;
        let pages = || {
            let closing = serving.ending.closing.clone();
            serving.pages(server, manager, Access::Everyone, closing)
        };
        Self {
            writing: serving.offering(ToolAccess::ReadWrite),
            reading: serving.offering(ToolAccess::ReadOnly),
            pages: serving.has_pages.then(pages),
            servers,
            workspaces: Mutex::default(),
        }
    }
}

impl Serving {
    /// A server that offers the tools of this access, and exports to no files.
    pub(super) fn offering(&self, access: ToolAccess) -> PmServer {
        let options = ServerOptions {
            access,
            export: None,
            ..self.opened.options.clone()
        };
        PmServer::new(self.opened.manager.clone(), options)
    }

    /// What one of several is served; on the pages, `login` is how they prove who they are.
    pub(super) fn realm(
        &self,
        grant: &Grant,
        login: Option<Login>,
        alike: &Alike,
    ) -> Result<Realm<PmServer>, String> {
        let manager = self.manager_of(grant, alike)?;
        let may_write = self.may_write() && grant.access != TokenAccess::Read;
        let offering = match grant.access {
            TokenAccess::Admin => &self.opened.server,
            TokenAccess::Write if may_write => &alike.writing,
            TokenAccess::Write | TokenAccess::Read => &alike.reading,
        };
        let server = offering.over(manager.clone());
        let closing = self.ending.closing.child_token();
        let pages = login.zip(alike.pages.as_ref()).map(|(login, pages)| {
            let access = Access::Token(login.clone());
            let pages = pages.over(manager, access, closing.clone());
            let pages = pages.of_principal(Arc::clone(&grant.name));
            let pages = pages.with_prompts(McpPrompts(server.clone()));
            let state = if grant.access == TokenAccess::Admin {
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
            (login, OwnPages::new(own))
        });
        Ok(Realm {
            endpoint: Arc::new(self.endpoint(server.clone(), closing.clone())),
            server,
            pages,
            closing,
        })
    }

    /// The operations on what is in reach of somebody.
    fn manager_of(&self, grant: &Grant, alike: &Alike) -> Result<ProcessManager, String> {
        let own = match &self.opened.place {
            Place::Database { workspace, .. } => Some(workspace),
            Place::Directory(_) => None,
        };
        let workspace = grant.workspace.as_ref().filter(|it| Some(*it) != own);
        let Some(workspace) = workspace else {
            return Ok(self.opened.manager.within(grant.reach.clone()));
        };
        let workspaces = &alike.workspaces;
        let mut workspaces = workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let all = match workspaces.entry(workspace.clone()) {
            Occupied(opened) => opened.into_mut(),
            Vacant(place) => {
                let opened = self.shared.open_workspace(workspace);
                let failed = |error| format!("[{}]: workspace: {error}", grant.name);
                place.insert(opened.map_err(failed)?)
            }
        };
        Ok(all.within(grant.reach.clone()))
    }
}
