//! The protocol's requests, each answered by what it is about.

use http::request::Parts;
use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, CustomRequest,
    CustomResult, ErrorCode, ErrorData, GetPromptRequestParams, GetPromptResponse, Implementation,
    InitializeRequestParams, InitializeResult, ListPromptsResult, ListResourceTemplatesResult,
    ListResourcesResult, ListToolsResult, PaginatedRequestParams, ProtocolVersion,
    ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig,
    SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, RoleServer, SubscriptionContext};
use serde_json::Value;

use super::{PmServer, Shared};
use crate::call_log;
use crate::caller::Contact;
use crate::completion;
use crate::plan_page;
use crate::prompts;
use crate::resources;
use crate::text::phrases::quoted;
use crate::updates::{self, Interest};

/// What an agent may be told of the server before its first call.
const INSTRUCTIONS: &str = "A notepad with structure: a process holds tasks, a task holds jobs \
    (things to do) and code snippets with versions. Everything is stored at once. Names may differ \
    in case and punctuation. A refused call says what to call next.";

/// What is added if the tools for it are offered.
const OPENING: &str = " Open a process with process_load or process_new.";
/// The same, if the tools list that parameter.
const OPENING_OR_NAMING: &str =
    " Open a process with process_load or process_new, or name it in `process`.";
const WORKING: &str = " To work a plan, call task_next, do that task, and call task_update with \
    status \"done\"; then the next one.";

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
        let offer = &self.shared.offer;
        let opening = if offer.lists("task_new", "process") {
            OPENING_OR_NAMING
        } else {
            OPENING
        };
        let more = [
            (["process_load", "process_new"], opening),
            (["task_next", "task_update"], WORKING),
        ];
        let offered = more
            .iter()
            .filter(|(tools, _)| tools.iter().all(|tool| offer.has(tool)));
        let more: String = offered.map(|(_, text)| *text).collect();
        ServerConfig::new(capabilities)
            .with_server_info(implementation)
            .with_instructions(format!("{INSTRUCTIONS}{more}"))
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let client = &request.client_info;
        let protocol = request.protocol_version.as_str();
        call_log::opened(&client.name, &client.version, protocol);
        self.caller.connect(&client.name);
        let http = context.extensions.get::<Parts>();
        let (caller, identity) = self.caller(http, || None);
        self.meet(&caller, &identity, Contact::Lasting);
        context.peer.set_peer_info(request.clone());
        self.negotiate_initialize(&request)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let mut listed = self.shared.offer.listed.clone();
        let client = context.client_capabilities();
        if client.as_ref().is_some_and(plan_page::is_shown_by) {
            plan_page::lead_there(&mut listed);
            listed.extend_from_slice(&self.shared.offer.of_page);
        }
        // Never paginated: llama.cpp reads the first page only.
        Ok(ListToolsResult::with_all_items(listed))
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
        let listed = prompts::list(&self.shared.offer);
        Ok(ListPromptsResult::with_all_items(listed))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let work = move |shared: &Shared| {
            let (name, arguments) = (&request.name, request.arguments.as_ref());
            prompts::get(&shared.manager, &shared.offer, name, arguments)
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
            // A client that cannot be told of changes gets the list all the same; the log says why.
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
        let templates = resources::templates::templates();
        Ok(ListResourceTemplatesResult::with_all_items(templates))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if request.uri == plan_page::ADDRESS {
            let page = plan_page::read(self.shared.offer.callable());
            return Ok(page.into());
        }
        let work = move |shared: &Shared| {
            resources::read(&shared.manager, &request.uri, shared.offer.answer_limit)
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
        // Boxed, as every request, of whatever kind, takes as much room as the largest kind.
        Box::pin(updates::listen(&self.shared.manager, context)).await
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let http = context.extensions.get::<Parts>();
        let (caller, _) = self.caller(http, || context.meta.client_info());
        self.blocking(move |shared| {
            caller.begin_in(shared.offer.process.as_deref(), &shared.manager);
            let open = caller.active();
            completion::complete(&shared.manager, &shared.offer, open.as_ref(), &request)
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
            let message = format!("There is no method {}.", quoted(&request.method));
            return Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, message, None));
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
