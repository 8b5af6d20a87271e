//! Every answer that this crate gives in place of a result, as one type with one conversion.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::oauth::challenge::Challenge;

/// Why a request is not served. The text is what the client reads.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No `Host`, two of them, or one that cannot be read.
    #[error(
        "Bad request: send exactly one Host header, of a host and an optional port up to 65535."
    )]
    UnreadableHost,
    /// A host name that this server is not known by: DNS rebinding, or a missing `--allow-host`.
    #[error(
        "Forbidden: this server does not answer to the name {0}. If it should, start it with: --allow-host {0}"
    )]
    HostNotAllowed(String),
    /// A page of an origin that was not allowed.
    #[error(
        "Forbidden: pages of {shown:?} may not call this server. {}",
        allow_origin(shown, *can_be_allowed)
    )]
    OriginNotAllowed {
        /// The origin, as far as it is fit to be shown.
        shown: String,
        /// Whether it is one that can be listed.
        can_be_allowed: bool,
    },
    /// No token was sent.
    #[error("Unauthorized: send the access token as 'Authorization: Bearer TOKEN'.")]
    TokenMissing,
    /// A token was sent, but it is none that is taken.
    #[error("Unauthorized: this server does not take this access token.")]
    TokenWrong,
    /// There is no token from the authorization server, or none that lets the client do this.
    #[error("{0}")]
    OAuth(Box<Challenge>),
    /// The keys of the authorization server are not known.
    #[error(
        "Service unavailable: the authorization server cannot be reached to check the access token. Try again in a moment."
    )]
    IssuerAway,
    /// Too many others are served.
    #[error("Service unavailable: too many others are at work. Try again in a moment.")]
    TooManyPeople,
    /// What somebody is to be served cannot be made.
    #[error(
        "Service unavailable: what is yours cannot be opened; the server's log says why. Try again in a moment."
    )]
    CannotServe,
    /// The target and the headers together are over the limit.
    #[error("Request header fields too large: they may have up to {limit} bytes.")]
    HeadTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body is over the limit.
    #[error("Payload too large: the body may have up to {limit} bytes (option --max-body).")]
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Other requests hold what large ones may hold together.
    #[error(
        "Service unavailable: the server is at work on as many large requests as it takes at once (options --max-bodies and --max-values). Try again in a moment."
    )]
    TooMuchAtOnce,
    /// The body took too long to arrive.
    #[error("Request timeout: the body did not arrive within {} s (option --body-timeout).", limit.as_secs_f32())]
    BodyTooSlow {
        /// The limit.
        limit: Duration,
    },
    /// The body broke off or its framing is wrong.
    #[error("Bad request: the body could not be read to its end.")]
    BodyUnreadable,
    /// A body in a coding such as gzip.
    #[error(
        "Unsupported media type: send the body as it is, without Content-Encoding; this server takes no compressed ones."
    )]
    BodyEncoded,
    /// A body that does not say that it is JSON.
    #[error(
        "Unsupported media type: send a message as JSON, with the header 'Content-Type: application/json'."
    )]
    NotJson,
    /// A browser asks for a stream.
    #[error(
        "Method not allowed: browsers get no event stream here, since an open one takes one of a browser's few connections. Answers to POST carry everything."
    )]
    NoStreamForBrowsers,
    /// A name of the caller, in the address or a header, that is none.
    #[error("Bad request: a caller's name has 1 to {limit} characters and no control characters.")]
    CallerName {
        /// The longest name, in characters.
        limit: usize,
    },
    /// A stream is asked for in the era without sessions.
    #[error(
        "Method not allowed: from revision 2026-07-28 on there is no stream to GET. POST subscriptions/listen."
    )]
    NoStreamWithoutSessions,
    /// A stream is asked for, and the request does not say of which session.
    #[error(
        "Bad request: a GET opens the event stream of a session, so send its Mcp-Session-Id; POST initialize gives one."
    )]
    StreamOfNoSession,
    /// A session is to end, and the request does not say which.
    #[error("Bad request: a DELETE ends a session, so send its Mcp-Session-Id.")]
    EndOfNoSession,
    /// The client can read neither of the forms that an answer may have.
    #[error(
        "Not acceptable: answers are application/json or text/event-stream, and the Accept header takes neither."
    )]
    NotAcceptable,
    /// The client asks for an event stream, and cannot read one.
    #[error(
        "Not acceptable: this is answered with an event stream, so the Accept header has to take text/event-stream."
    )]
    StreamNotAcceptable,
    /// A method that the MCP endpoint does not take.
    #[error(
        "Method not allowed: messages are sent here with POST; GET opens the event stream of a session, DELETE ends one."
    )]
    NoSuchMethod,
    /// A method that the address does not take: messages for the MCP endpoint, most likely.
    #[error(
        "Method not allowed: this address can only be read. The MCP endpoint, where messages are sent with POST, is /mcp."
    )]
    ReadOnlyAddress,
    /// A session that has ended, gave way, or never was.
    #[error("Not found: there is no such session. Send initialize again.")]
    UnknownSession,
    /// A path that is not served.
    #[error("Not found: the MCP endpoint is /mcp, the health check /health.")]
    UnknownPath,
    /// The server is being stopped.
    #[error("Service unavailable: the server is stopping. Try again in a moment.")]
    Stopping,
}

fn allow_origin(shown: &str, can_be_allowed: bool) -> String {
    if can_be_allowed {
        format!("If they should, start it with: --allow-origin {shown}")
    } else {
        "That is no origin of the form scheme://host, so it cannot be allowed: open the page from \
         a web server, on this machine for example, and not from a file or a sandboxed frame."
            .to_owned()
    }
}

impl Refusal {
    /// The status that fits.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnreadableHost
            | Self::BodyUnreadable
            | Self::CallerName { .. }
            | Self::StreamOfNoSession
            | Self::EndOfNoSession => StatusCode::BAD_REQUEST,
            Self::HostNotAllowed(_) | Self::OriginNotAllowed { .. } => StatusCode::FORBIDDEN,
            Self::TokenMissing | Self::TokenWrong => StatusCode::UNAUTHORIZED,
            Self::OAuth(challenge) => challenge.status(),
            Self::HeadTooLarge { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::BodyEncoded | Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable | Self::StreamNotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::NoStreamForBrowsers
            | Self::NoStreamWithoutSessions
            | Self::NoSuchMethod
            | Self::ReadOnlyAddress => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnknownSession | Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::TooMuchAtOnce
            | Self::Stopping
            | Self::IssuerAway
            | Self::TooManyPeople
            | Self::CannotServe => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn extra_header(&self) -> Option<(header::HeaderName, HeaderValue)> {
        match self {
            Self::TokenMissing => {
                let realm = HeaderValue::from_static("Bearer realm=\"process-manager\"");
                Some((header::WWW_AUTHENTICATE, realm))
            }
            Self::TokenWrong => {
                let challenge = HeaderValue::from_static(
                    "Bearer realm=\"process-manager\", error=\"invalid_token\"",
                );
                Some((header::WWW_AUTHENTICATE, challenge))
            }
            Self::OAuth(challenge) => Some((header::WWW_AUTHENTICATE, challenge.header()?)),
            Self::NoStreamForBrowsers => Some((
                header::ALLOW,
                HeaderValue::from_static("POST, DELETE, OPTIONS"),
            )),
            Self::NoStreamWithoutSessions => {
                Some((header::ALLOW, HeaderValue::from_static("POST, OPTIONS")))
            }
            Self::NoSuchMethod => Some((
                header::ALLOW,
                HeaderValue::from_static("GET, POST, DELETE, OPTIONS"),
            )),
            // The rest of the body may still be on its way: this connection ends here.
            Self::HeadTooLarge { .. }
            | Self::BodyTooLarge { .. }
            | Self::BodyTooSlow { .. }
            | Self::BodyEncoded
            | Self::BodyUnreadable => Some((header::CONNECTION, HeaderValue::from_static("close"))),
            Self::TooMuchAtOnce | Self::Stopping => {
                Some((header::RETRY_AFTER, HeaderValue::from_static("1")))
            }
            Self::IssuerAway | Self::TooManyPeople | Self::CannotServe => {
                Some((header::RETRY_AFTER, HeaderValue::from_static("5")))
            }
            _ => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status(), format!("{self}\n")).into_response();
        if let Some((name, value)) = self.extra_header() {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
