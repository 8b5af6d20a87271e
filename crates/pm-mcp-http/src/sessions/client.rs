//! What a session's client says of itself, as far as answers depend on it.

use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ProtocolVersion, ServerJsonRpcMessage, ServerResult,
};
use rmcp::transport::streamable_http_server::session::ServerSseMessage;

/// What llama.cpp's web UI calls itself. Its requests need not come from a page: `llama-server` can
/// pass them on, and drops `Origin` then.
const WEB_UI: &str = "llama-ui-mcp";

/// What has to be known of the client of a session.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Client {
    /// Whether it is llama.cpp's web UI.
    pub(super) is_web_ui: bool,
    /// Whether it knows that an event without a message tells it where to go on after a stream
    /// broke off. Clients of revisions before that of November 2025 take it for a broken message.
    pub(super) takes_empty_events: bool,
}

impl Client {
    /// Whether the client can read an event.
    pub(super) fn can_read(self, event: &ServerSseMessage) -> bool {
        self.takes_empty_events || event.message.is_some()
    }
}

/// Whether a message that opens a session is of llama.cpp's web UI.
pub(super) fn is_of_web_ui(message: &ClientJsonRpcMessage) -> bool {
    let ClientJsonRpcMessage::Request(request) = message else {
        return false;
    };
    let ClientRequest::InitializeRequest(initialize) = &request.request else {
        return false;
    };
    initialize.params.client_info.name == WEB_UI
}

/// Whether the revision that was agreed on knows events without a message.
pub(super) fn agrees_on_empty_events(answer: &ServerJsonRpcMessage) -> bool {
    let ServerJsonRpcMessage::Response(response) = answer else {
        return false;
    };
    let ServerResult::InitializeResult(agreed) = &response.result else {
        return false;
    };
    agreed.protocol_version >= ProtocolVersion::V_2025_11_25
}
