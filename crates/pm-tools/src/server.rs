//! The server handler: the protocol's requests, mapped to the tools.

use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use pm_core::{Actor, ProcessManager};
use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams, CompleteResult,
    CustomRequest, CustomResult, ErrorCode, ErrorData, GetPromptRequestParams, GetPromptResponse,
    Implementation, InitializeRequestParams, InitializeResult, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities,
    ServerConfig, SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, RoleServer, SubscriptionContext};
use serde_json::Value;

use crate::answer::refused;
use crate::bounded::MIN_ANSWER_LIMIT;
use crate::caller::{
    Caller, CallerKey, Callers, Endings, Owner, Principal, actor, owner_of_session,
};
use crate::completion;
use crate::dispatch;
use crate::failure::Failure;
use crate::list::ToolList;
use crate::options::ServerOptions;
use crate::prompts::{self, Offer};
use crate::refusal::Refusal;
use crate::resources;
use crate::tools::{TOOLS, Tool, near_names};
use crate::updates::{self, Interest, Updates};

/// What an agent may be told of the server before its first call.
const INSTRUCTIONS: &str = "A notepad with structure: a process holds tasks, a task holds jobs \
    (things to do) and code snippets with versions. Everything is stored at once. Open a process \
    with process_load or process_new, or name it in `process`; names may differ in case and \
    punctuation. A refused call says what to call next.";

/// What is added where the tools for it are offered.
const WORKING: &str = " To work a plan, call task_next, do that task, and call task_update with \
    status \"done\"; then the next one.";

/// How long the end of a server waits for the claims of sessions to be let go.
const LAST_ENDINGS: Duration = Duration::from_secs(2);

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
    options: ServerOptions,
    listed: Vec<rmcp::model::Tool>,
    sessionless: Callers,
    endings: Arc<Endings>,
}

impl PmServer {
    /// Makes a server over `manager`.
    pub fn new(manager: ProcessManager, options: ServerOptions) -> Self {
        let ToolList(listed) = ToolList::new(&options);
        let endings = Arc::default();
        Self {
            caller: Arc::new(Caller::ending_in(&endings)),
            shared: Arc::new(Shared {
                manager,
                options,
                listed,
                sessionless: Callers::default(),
                endings,
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
    /// When an instance is dropped without it, as that of an HTTP session, its claims are let go
    /// on a thread of their own.
    pub fn release_claims(&self) {
        self.caller.release_claims();
        self.shared.endings.wait(LAST_ENDINGS);
    }

    /// Does what may block on a thread that may.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, ErrorData> + Send + 'static,
    ) -> Result<T, ErrorData> {
        let shared = Arc::clone(&self.shared);
        let done = tokio::task::spawn_blocking(move || work(&shared)).await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "a request failed");
            Err(ErrorData::internal_error("The server failed.", None))
        })
    }

    /// Finds what is remembered of the caller.
    ///
    /// An instance that has seen `initialize` serves one session and remembers for it, and so
    /// does one without HTTP, which serves one connection. Any other HTTP request is served by
    /// an instance that is gone after it, so the caller is known by the name of its client and
    /// its principal. A client without a name is remembered by nothing: it could be anyone.
    fn caller(
        &self,
        http: Option<&Parts>,
        client: impl FnOnce() -> Option<Implementation>,
    ) -> Arc<Caller> {
        if let Some(parts) = http
            && self.caller.connected().is_none()
            && let Some(client) = client()
        {
            let principal = parts.extensions.get::<Principal>().cloned();
            let key = CallerKey::new(client.name, principal);
            return self.shared.sessionless.get(key);
        }
        Arc::clone(&self.caller)
    }

    /// In whose name changes are made.
    fn actor(
        &self,
        http: Option<&Parts>,
        client: impl FnOnce() -> Option<Implementation>,
    ) -> Actor {
        let principal = http.and_then(|parts| parts.extensions.get::<Principal>());
        match self.caller.connected() {
            Some(connected) => actor(Some(connected), principal),
            None => actor(client().map(|client| client.name).as_deref(), principal),
        }
    }

    /// In whose name tasks are claimed: a session's own, or else that of the client and its
    /// principal.
    fn owner(
        &self,
        caller: &Caller,
        http: Option<&Parts>,
        client: impl FnOnce() -> Option<Implementation>,
    ) -> Arc<str> {
        let has_connection = http.is_none() || self.caller.connected().is_some();
        caller.owner(|| {
            let actor = self.actor(http, client);
            if has_connection {
                owner_of_session(&actor)
            } else {
                Owner::Client(actor.to_string().into())
            }
        })
    }

    /// Calls a tool with whatever was sent as its arguments.
    ///
    /// A read that needs to wait for nothing is answered here. All other work runs on a thread
    /// that may block and is never dropped half way: a client that cancels goes without the
    /// answer, and the change is made whole or not at all.
    async fn call(
        &self,
        name: &str,
        sent: Value,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        let tool = tool(name, &self.shared.listed)?;
        let shared = Arc::clone(&self.shared);
        // Not `context.client_info()`: without a session it falls back to a made-up client.
        let client = || context.meta.client_info();
        let http = context.extensions.get::<Parts>();
        let caller = self.caller(http, client);
        let manager = shared
            .manager
            .clone()
            .claiming_as(self.owner(&caller, http, client));
        let at_once = dispatch::answer_at_once(&manager, &shared.options, &caller, tool, &sent);
        if let Some(result) = at_once {
            return Ok(result);
        }
        let manager = manager.acting_as(self.actor(http, client));
        let work = tokio::task::spawn_blocking(move || {
            dispatch::answer(&manager, &shared.options, &caller, tool, sent)
        });
        Ok(work.await.unwrap_or_else(|_| {
            // The tool's own panics are caught before; what is left is the runtime going down.
            let refusal = Refusal::of(&Failure::Panicked, tool, &self.shared.options, None);
            refused(&refusal, 1)
        }))
    }
}

/// Finds a tool; where there is none, names those like it that are listed.
fn tool(name: &str, listed: &[rmcp::model::Tool]) -> Result<&'static Tool, ErrorData> {
    if let Some(tool) = TOOLS.iter().find(|tool| tool.name == name) {
        return Ok(tool);
    }
    let near = near_names(name, listed.iter().map(|tool| tool.name.as_ref()));
    let message = if near.is_empty() {
        "There is no tool of this name.".to_owned()
    } else {
        format!(
            "There is no tool of this name. Call {} instead.",
            near.join(" or ")
        )
    };
    Err(ErrorData::invalid_params(message, None))
}

impl ServerHandler for PmServer {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_resources_list_changed()
            .enable_prompts()
            .enable_completions()
            .build();
        let implementation = Implementation::new("process-manager", env!("CARGO_PKG_VERSION"))
            .with_title("Process Manager");
        let lists = |name: &str| self.shared.listed.iter().any(|tool| tool.name == name);
        let working = if lists("task_next") && lists("task_update") {
            WORKING
        } else {
            ""
        };
        ServerConfig::new(capabilities)
            .with_server_info(implementation)
            .with_instructions(format!("{INSTRUCTIONS}{working}"))
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        self.caller.connect(&request.client_info.name);
        context.peer.set_peer_info(request.clone());
        self.negotiate_initialize(&request)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        // Never paginated: llama.cpp reads the first page only.
        Ok(ListToolsResult::with_all_items(self.shared.listed.clone()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let sent = request.arguments.map_or(Value::Null, Value::Object);
        let result = self.call(&request.name, sent, &context).await?;
        Ok(result.into())
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let listed = prompts::list(Offer(&self.shared.listed));
        Ok(ListPromptsResult::with_all_items(listed))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let work = move |shared: &Shared| {
            let (name, arguments) = (&request.name, request.arguments.as_ref());
            prompts::get(&shared.manager, Offer(&shared.listed), name, arguments)
        };
        Ok(self.blocking(work).await?.into())
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        if self.caller.connected().is_some() {
            let updates = self.updates.listed(&self.shared.manager, &context.peer);
            // Whoever is not told of changes has the list all the same; why is in the log.
            let _ = updates.await;
        }
        let cursor = request.and_then(|request| request.cursor);
        self.blocking(move |shared| {
            let listed = resources::list(&shared.manager, cursor.as_deref());
            listed.map_err(|error| ErrorData::internal_error(error.to_string(), None))
        })
        .await
    }

    async fn list_resource_templates(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let templates = resources::templates();
        Ok(ListResourceTemplatesResult::with_all_items(templates))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let work = move |shared: &Shared| {
            let limit = shared.options.answer_limit.max(MIN_ANSWER_LIMIT);
            resources::read(&shared.manager, &request.uri, limit)
        };
        Ok(self.blocking(work).await?.into())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let uri = request.uri.clone();
        self.blocking(move |shared| resources::must_exist(&shared.manager, &uri))
            .await?;
        let manager = &self.shared.manager;
        self.updates
            .subscribe(manager, &context.peer, &request.uri)
            .await
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.updates.unsubscribe(&request.uri);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let uris = requested.resource_subscriptions.iter().flatten();
        // Tools and prompts never change while a server runs.
        let interest = Interest::new(uris, false);
        let mut accepted = SubscriptionFilter::new();
        accepted.resources_list_changed = requested.resources_list_changed;
        accepted.resource_subscriptions = Some(interest.uris().map(ToOwned::to_owned).collect());
        Some(accepted)
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        updates::listen(&self.shared.manager, context).await
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        self.blocking(move |shared| {
            completion::complete(&shared.manager, Offer(&shared.listed), &request)
        })
        .await
    }

    /// Answers calls whose arguments are not an object, which rmcp does not take for calls.
    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        if request.method != "tools/call" {
            return Err(ErrorData::new(
                ErrorCode::METHOD_NOT_FOUND,
                request.method,
                None,
            ));
        }
        let mut params = request.params.unwrap_or_default();
        let name = params.get("name").and_then(Value::as_str);
        let Some(name) = name.map(str::to_owned) else {
            return Err(ErrorData::invalid_params(
                "The name of the tool is missing.",
                None,
            ));
        };
        let sent = params.get_mut("arguments").map(Value::take);
        let sent = sent.unwrap_or_default();
        let mut result = self.call(&name, sent, &context).await?;
        // rmcp does this for the results that it knows.
        if context
            .protocol_version()
            .is_none_or(|version| version < ProtocolVersion::V_2026_07_28)
        {
            result.result_type = None;
        }
        let result = serde_json::to_value(result)
            .map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
        Ok(CustomResult(result))
    }
}

#[cfg(test)]
mod tests;
