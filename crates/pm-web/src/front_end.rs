//! What pages are made from, and the way there: reading a store blocks, and so does not happen
//! where requests are taken in.

use std::sync::{Arc, Mutex, TryLockError};

use http::HeaderMap;
use pm_core::ProcessManager;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::colours::Colours;
use crate::fresh::Tagged;
use crate::live::Live;
use crate::login::{Login, Session};
use crate::multipart::file_bytes_max;
use crate::problem::Problem;
use crate::prompts::{NoPrompts, Prompts};
use crate::rendered::{Asked, Rendered};
use crate::server_state::{Examination, NothingKnown, ServerState};
use crate::visitor::Visitor;

/// How many bytes a request may have unless another number is set.
const BODY_BYTES_MAX: usize = 4 << 20;

/// Who may see what is kept.
#[derive(Debug, Clone)]
pub enum Access {
    /// Whoever reaches the server.
    Everyone,
    /// Those who log in with the token that the server asks for.
    Token(Login),
}

/// The pages over a store.
#[derive(Clone)]
pub struct FrontEnd {
    manager: ProcessManager,
    access: Access,
    live: Live,
    principal: Option<Arc<str>>,
    may_change: bool,
    file_bytes_max: usize,
    prompts: Arc<dyn Prompts>,
    colours: Colours,
    rendered: Rendered,
    server_state: Arc<dyn ServerState>,
    /// Held by the one examination that is made at a time.
    examining: Arc<Mutex<()>>,
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
            principal: None,
            may_change: true,
            file_bytes_max: file_bytes_max(BODY_BYTES_MAX),
            prompts: Arc::new(NoPrompts),
            colours: Colours::new(),
            rendered: Rendered::new(),
            server_state: Arc::new(NothingKnown),
            examining: Arc::default(),
        }
    }

    /// The same pages over other processes, for those who may see these. As these are the pages of
    /// one of several, fewer pages and colours that were made are kept for each.
    pub fn over(
        &self,
        manager: ProcessManager,
        access: Access,
        closing: CancellationToken,
    ) -> Self {
        Self {
            live: Live::new(manager.clone(), closing),
            rendered: Rendered::one_of_several(),
            colours: self.colours.of_another(),
            manager,
            access,
            examining: Arc::default(),
            ..self.clone()
        }
    }

    /// Says whose pages these are, as the server has proved it: what is changed with them is
    /// changed in this name.
    pub fn of_principal(self, name: Arc<str>) -> Self {
        let principal = Some(name);
        Self { principal, ..self }
    }

    /// Has the pages show all that they show, and change nothing.
    pub fn read_only(self) -> Self {
        Self {
            may_change: false,
            ..self
        }
    }

    /// Says how many bytes a request may have here.
    pub fn with_max_body(self, bytes: usize) -> Self {
        Self {
            file_bytes_max: file_bytes_max(bytes),
            ..self
        }
    }

    /// Has pages show what a person can give to a model by hand.
    pub fn with_prompts(self, prompts: impl Prompts + 'static) -> Self {
        Self {
            prompts: Arc::new(prompts),
            ..self
        }
    }

    /// Has pages show how the server itself is, and who calls it.
    pub fn with_server_state(self, state: impl ServerState + 'static) -> Self {
        Self {
            server_state: Arc::new(state),
            ..self
        }
    }

    pub(crate) fn server_state(&self) -> Arc<dyn ServerState> {
        Arc::clone(&self.server_state)
    }

    /// Examines what is kept, on a thread that may wait for it, unless that is being done already.
    pub(crate) async fn examine(&self) -> Result<Result<Examination, String>, Problem> {
        let (state, examining) = (self.server_state(), Arc::clone(&self.examining));
        let examine = move || {
            let only = examining.try_lock();
            let is_other = matches!(only, Err(TryLockError::WouldBlock));
            (!is_other).then(|| state.examine())
        };
        match tokio::task::spawn_blocking(examine).await {
            Ok(examined) => examined.ok_or_else(Problem::being_examined),
            Err(error) => {
                tracing::error!(%error, "an examination was not made to its end");
                Err(Problem::failed())
            }
        }
    }

    pub(crate) fn prompts(&self) -> Arc<dyn Prompts> {
        Arc::clone(&self.prompts)
    }

    pub(crate) fn colours(&self) -> Colours {
        self.colours.clone()
    }

    /// Whose pages these are, if that was proved.
    pub(crate) fn principal(&self) -> Option<&Arc<str>> {
        self.principal.as_ref()
    }

    /// Whether pages may change what is kept.
    pub(crate) fn may_change(&self) -> bool {
        self.may_change
    }

    /// How many bytes a file may have that is sent from a page.
    pub(crate) fn file_bytes_max(&self) -> usize {
        self.file_bytes_max
    }

    /// The changes, for pages that are open.
    pub(crate) fn live(&self) -> &Live {
        &self.live
    }

    pub(crate) fn manager(&self) -> &ProcessManager {
        &self.manager
    }

    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// Whether nobody needs to log in.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.access, Access::Everyone)
    }

    /// The present time, by the clock of the store.
    pub(crate) fn now(&self) -> OffsetDateTime {
        // A time of the store's own is one moment; only one from elsewhere, without a zone, could
        // be several.
        let now = self.manager.now().instant();
        now.unwrap_or_else(OffsetDateTime::now_utc)
    }

    /// The session that a request belongs to.
    pub(crate) fn session(&self, headers: &HeaderMap) -> Option<Session> {
        match &self.access {
            Access::Everyone => None,
            Access::Token(login) => login.session(headers, self.now()),
        }
    }

    /// Whether a session goes on.
    pub(crate) fn lasts(&self, session: &Session) -> bool {
        match &self.access {
            Access::Everyone => true,
            Access::Token(login) => login.lasts(session, self.now()),
        }
    }

    /// Ends a session, on a thread that may wait for the disk.
    pub(crate) async fn end(&self, session: Session) -> Result<(), Problem> {
        let front = self.clone();
        let end = move || match &front.access {
            Access::Everyone => {}
            Access::Token(login) => login.end(&session, front.now()),
        };
        let ended = tokio::task::spawn_blocking(end).await;
        ended.map_err(|error| {
            tracing::error!(%error, "a logout was not made to its end");
            Problem::failed()
        })
    }

    /// Makes a page from what is kept, on a thread that may wait for it.
    pub(crate) async fn show(
        &self,
        page: impl FnOnce(&ProcessManager) -> Result<String, Problem> + Send + 'static,
    ) -> Result<Tagged, Problem> {
        self.read(page).await.map(Tagged::new)
    }

    /// Makes the page of a process at an address, or finds it made already; what is on it may depend
    /// on nothing but the process, its history, the address, the reader, and what is noted as
    /// [`lasting`](crate::lasting).
    pub(crate) async fn show_of_process(
        &self,
        address: &str,
        process: String,
        page: impl FnOnce(&ProcessManager) -> Result<String, Problem> + Send + 'static,
    ) -> Result<Tagged, Problem> {
        let (rendered, asked) = (self.rendered.clone(), Asked::now(address));
        self.read(move |manager| match manager.process(&process) {
            Ok(process) => rendered.of_process(asked, manager, &process, || page(manager)),
            // The page says what is wrong, and what may have been meant.
            Err(_) => page(manager).map(Tagged::new),
        })
        .await
    }

    /// Makes the page of all processes at an address once for all who ask for it meanwhile; what is on
    /// it may depend on nothing but what is kept, the address, and the reader.
    pub(crate) async fn show_of_everything(
        &self,
        address: &str,
        page: impl FnOnce(&ProcessManager) -> Result<String, Problem> + Send + 'static,
    ) -> Result<Tagged, Problem> {
        let (rendered, asked) = (self.rendered.clone(), Asked::now(address));
        self.read(move |manager| rendered.of_everything(asked, || page(manager)))
            .await
    }

    /// How many pages are kept that were made.
    #[cfg(test)]
    pub(crate) fn pages_kept(&self) -> usize {
        self.rendered.len()
    }

    /// Reads what is kept, on a thread that may wait for it.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ProcessManager) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let manager = self.manager.clone();
        let visitor = Visitor::current();
        let work = move || {
            visitor.does(|| {
                let done = work(&manager);
                done.map_err(|problem| problem.with_what_brings_back(&manager))
            })
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "what is kept was not read to its end");
            Err(Problem::failed())
        })
    }
}
