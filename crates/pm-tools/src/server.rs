//! The server: who calls, what is remembered of them, and calling a tool in their name.

mod direct;
mod handler;
mod watched;

use std::borrow::Cow;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use http::request::Parts;
use pm_core::store::Cancellation;
use pm_core::{Identity, ProcessManager, ProcessName, TaskName};
use rmcp::model::{CallToolResult, ErrorData, Implementation};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::direct::RefusedCall;
use crate::call_log::CallLog;
use crate::caller::known::Connected;
use crate::caller::line::Turn;
use crate::caller::offer::Offer;
use crate::caller::sessionless::{Callers, Sessionless};
use crate::caller::{Caller, CallerName, Contact, Endings, Principal, actor};
use crate::calls::{Calls, RunningCall};
use crate::catalog::find;
use crate::catalog::meant::meant;
use crate::dispatch::{self, Answered};
use crate::failure::Failure;
use crate::options::ServerOptions;
use crate::prompts;
use crate::refusal::Refusal;
use crate::tool::{Effect, Tool};
use crate::turns::Turns;
use crate::updates::Updates;

/// How many reads run at once for each processor. More of them would not be done sooner, and each
/// may need some megabytes for as long as it runs.
const READS_PER_PROCESSOR: usize = 4;

/// How long a read waits for its permit. After that, the reads before it must be waiting
/// themselves, as for a file that another program holds, and need no processor.
const PERMIT_WAIT_MAX: Duration = Duration::from_secs(1);

/// How long the end of a server waits for the claims of sessions to be let go.
const ENDINGS_WAIT_MAX: Duration = Duration::from_secs(2);

/// The MCP server: tools over one [`pm_core::ProcessManager`].
///
/// A clone serves the same caller. Each connection or session needs its own, made with
/// [`for_new_caller`](Self::for_new_caller), or callers would share an active process.
#[derive(Clone)]
pub struct PmServer {
    shared: Arc<Shared>,
    caller: Arc<Caller>,
    /// What the session of the caller has asked to be told of; ends with its last clone.
    updates: Arc<Updates>,
}

/// What all callers share.
struct Shared {
    manager: ProcessManager,
    offer: Arc<Offer>,
    sessionless: Callers,
    connected: Connected,
    calls: Calls,
    endings: Arc<Endings>,
    /// Permits for the reads that run at once. Changes need none: those that wait for the disk
    /// together share it.
    reads: Arc<Semaphore>,
}

impl PmServer {
    /// Makes a server over `manager`.
    pub fn new(manager: ProcessManager, options: ServerOptions) -> Self {
        Self::offering(Arc::new(Offer::of(options)), manager)
    }

    /// A server that offers the same over other processes; it has callers of its own.
    pub fn over(&self, manager: ProcessManager) -> Self {
        Self::offering(Arc::clone(&self.shared.offer), manager)
    }

    /// The names of the tools that can be called.
    pub fn tools(&self) -> impl Iterator<Item = &str> {
        self.shared.offer.callable()
    }

    fn offering(offer: Arc<Offer>, manager: ProcessManager) -> Self {
        let endings = Arc::default();
        let processors = available_parallelism().map_or(2, NonZero::get);
        Self {
            caller: Arc::new(Caller::ending_in(&endings)),
            shared: Arc::new(Shared {
                manager,
                offer,
                sessionless: Callers::default(),
                connected: Connected::default(),
                calls: Calls::default(),
                endings,
                reads: Arc::new(Semaphore::new(processors * READS_PER_PROCESSOR)),
            }),
            updates: Arc::default(),
        }
    }

    /// A cheap clone for one more connection or session, with an active process of its own.
    pub fn for_new_caller(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            caller: Arc::new(Caller::ending_in(&self.shared.endings)),
            updates: Arc::default(),
        }
    }

    /// Lets go of the tasks that the caller of this connection has claimed, and waits for a while
    /// until the same is done for those whose sessions have ended already; to be called when
    /// nothing is served any more. It blocks while the store works.
    ///
    /// If an instance is dropped without this call, as that of an HTTP session is, its claims are
    /// let go on a thread of their own.
    pub fn release_claims(&self) {
        self.caller.release_claims();
        self.shared.endings.wait(ENDINGS_WAIT_MAX);
    }

    /// Waits for a permit to read, for a while; it is given back when it is dropped.
    async fn read_permit(&self) -> Option<OwnedSemaphorePermit> {
        let permit = Arc::clone(&self.shared.reads).acquire_owned();
        let permit = tokio::time::timeout(PERMIT_WAIT_MAX, permit).await.ok()?;
        // The semaphore is never closed.
        permit.ok()
    }

    /// Does work that reads, and that may block, on a thread that may block.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, ErrorData> + Send + 'static,
    ) -> Result<T, ErrorData> {
        let shared = Arc::clone(&self.shared);
        let permit = self.read_permit().await;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&shared)
        });
        let done = done.await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "a request failed");
            Err(ErrorData::internal_error("The server failed.", None))
        })
    }

    /// Finds out who calls: what is remembered of the caller, and who it is in this call.
    ///
    /// An instance that has seen `initialize` serves one session and remembers for it, and so
    /// does one without HTTP, which serves one connection. Any other HTTP request is served by
    /// an instance that is gone after it, so the caller is known by the name in the address, or
    /// else by that of its client, and by its principal. Nothing is remembered of a caller without
    /// either name: it could be anyone.
    fn caller(
        &self,
        http: Option<&Parts>,
        client: impl FnOnce() -> Option<Implementation>,
    ) -> (Arc<Caller>, Identity) {
        let principal = http.and_then(|parts| parts.extensions.get::<Principal>());
        let connected = self.caller.connected();
        let name = name_of(http).or(connected.map(Cow::Borrowed));
        let name = name.or_else(|| Some(client()?.name.into()));
        let actor = actor(name.as_deref(), principal);
        if http.is_none() || connected.is_some() {
            // No two sessions of a client may have each other's tasks.
            let identity = self.caller.identity(actor).claiming_apart();
            return (Arc::clone(&self.caller), identity);
        }
        let key = http.and_then(|parts| Sessionless::of(&parts.extensions, name.as_deref()));
        let caller = match key {
            Some(key) => self.shared.sessionless.get(key),
            None => Arc::clone(&self.caller),
        };
        let identity = caller.identity(actor);
        (caller, identity)
    }

    /// The line in which calls of this connection stand, for a transport that enters them there in
    /// the order in which they arrive.
    pub fn turns(&self) -> Turns {
        Turns::of(self.caller.line())
    }

    /// What the prompt of this name says of a process, or of a task in it, for people who give it to
    /// a model by hand; `None` if it makes no sense with the tools that are offered.
    pub fn prompt(
        &self,
        name: &str,
        process: &ProcessName,
        task: Option<&TaskName>,
    ) -> Option<String> {
        prompts::text(&self.shared.offer, name, process, task)
    }

    /// Calls a tool with whatever was sent as its arguments, logs it, and keeps what came of it.
    async fn call(
        &self,
        name: &str,
        sent: Value,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        // Not `context.client_info()`: without a session it falls back to a made-up client.
        let client = || context.meta.client_info();
        let http = context.extensions.get::<Parts>();
        let (caller, identity) = self.caller(http, client);
        let contact = match http {
            None => Contact::Lasting,
            Some(_) => Contact::ByName,
        };
        let running = RunningCall::begin(self.meet(&caller, &identity, contact));
        let now = || self.shared.manager.now();
        let tool = match tool(name, &self.shared.offer) {
            Ok(tool) => tool,
            Err(error) => {
                self.keep(&caller, running.of_no_tool(name, &error.message, now()));
                return Err(error);
            }
        };
        let log = CallLog::begin(tool.name, identity.actor());
        let turn = turn(&caller, name, context).await?;
        let cancellation = Cancellation::default();
        let manager = self
            .shared
            .manager
            .clone()
            .called_by(identity)
            .giving_up_when(cancellation.clone());
        // On the heap: the library keeps room for the largest of its futures in each session.
        let answer = Box::pin(self.answer(tool, sent, manager, Arc::clone(&caller), turn));
        let answered = until_given_up(answer, context.ct.cancelled(), &cancellation).await;
        let Answered { result, reason } = answered;
        if let Some(log) = log {
            log.end(&result);
        }
        let call = running.answered(tool.name, &result, reason.as_deref(), now());
        self.keep(&caller, call);
        Ok(result)
    }

    /// Runs a tool in the name of a caller.
    ///
    /// A read that needs to wait for nothing is answered here. All other work runs on a thread
    /// that may block and is never dropped half way: a client that cancels goes without the
    /// answer, and the change is made whole or, if it still waits then, not at all.
    async fn answer(
        &self,
        tool: &'static Tool,
        sent: Value,
        manager: ProcessManager,
        caller: Arc<Caller>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Answered {
        let shared = Arc::clone(&self.shared);
        let at_once = dispatch::answer_at_once(&manager, &shared.offer, &caller, tool, &sent);
        if let Some(answered) = at_once {
            return answered;
        }
        let permit = match tool.effect {
            Effect::Reads => self.read_permit().await,
            _ => None,
        };
        let work = tokio::task::spawn_blocking(move || {
            let (_permit, _turn) = (permit, turn);
            dispatch::answer(&manager, &shared.offer, &caller, tool, sent)
        });
        work.await.unwrap_or_else(|_| {
            // The tool's own panics are caught before; what is left is the runtime going down.
            let refusal = Refusal::of(&Failure::Panicked, tool, &self.shared.offer, None);
            Answered::refused(refusal, 1)
        })
    }
}

/// Waits for an answer; if the caller gives it up, says so to the work that still waits.
async fn until_given_up<T>(
    answer: impl Future<Output = T>,
    given_up: impl Future<Output = ()>,
    cancellation: &Cancellation,
) -> T {
    let mut answer = std::pin::pin!(answer);
    tokio::select! {
        answer = &mut answer => return answer,
        () = given_up => cancellation.cancel(),
    }
    answer.await
}

/// The name that the address gives the caller.
fn name_of(http: Option<&Parts>) -> Option<Cow<'_, str>> {
    let CallerName(name) = http?.extensions.get()?;
    Some(Cow::Borrowed(name))
}

/// Waits until all calls of the caller before this one have taken effect.
async fn turn(
    caller: &Caller,
    tool: &str,
    context: &RequestContext<RoleServer>,
) -> Result<Option<OwnedSemaphorePermit>, ErrorData> {
    // A call that the transport gave no turn gets one when it is begun.
    let turn =
        Turn::of(&context.extensions).unwrap_or_else(|| Turns::of(caller.line()).enter(tool));
    tokio::select! {
        turn = turn.come() => Ok(turn),
        () = context.ct.cancelled() => {
            let message = "The call was cancelled before its turn came: nothing was done.";
            Err(ErrorData::internal_error(message, None))
        }
    }
}

/// Finds a tool; if there is none, names those listed that may be meant, or else all of them.
fn tool(name: &str, offer: &Offer) -> Result<&'static Tool, ErrorData> {
    if let Some(tool) = find(name) {
        return Ok(tool);
    }
    let listed: Vec<&str> = offer.listed.iter().map(|tool| tool.name.as_ref()).collect();
    let message = match meant(name, &listed).as_slice() {
        [] => format!(
            "There is no tool of this name. The tools are {}.",
            listed.join(", ")
        ),
        near => format!(
            "There is no tool of this name. Call {} instead.",
            near.join(" or ")
        ),
    };
    Err(ErrorData::invalid_params(message, None))
}

#[cfg(test)]
mod tests;
