//! The routes, and the layers around them in the order that [`crate::layers`] explains.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use pm_web::FrontEnd;
use rmcp::ServerHandler;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::classify::ServerErrorsFailureClass;
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use crate::health::{self, Health};
use crate::layers::auth::Gate;
use crate::layers::before::{self, Before};
use crate::layers::cors::{self, CallerPolicy};
use crate::layers::limits::BodyLimits;
use crate::mcp::{self, Endpoint};
use crate::stray;

/// What the routes and layers are made of.
pub struct App<S> {
    /// The protocol's endpoint.
    pub endpoint: Endpoint<S>,
    /// What `/health` reports from.
    pub health: Health,
    /// Which hosts and origins may call.
    pub callers: CallerPolicy,
    /// Which token the protected routes ask for.
    pub gate: Gate,
    /// How large and slow a body may be.
    pub body: BodyLimits,
    /// The pages for people, unless they are switched off. They answer for who may see them;
    /// an event stream among them marks its response as [`StaysOpen`](pm_web::StaysOpen).
    pub front_end: Option<FrontEnd>,
    /// Counts the requests that shutdown waits for.
    pub running: TaskTracker,
}

impl<S: ServerHandler> App<S> {
    /// Puts the routes and layers together.
    pub fn into_router(self) -> Router {
        let before = |gate| {
            let before = Before {
                gate,
                body: self.body.clone(),
                running: self.running.clone(),
            };
            from_fn_with_state(Arc::new(before), before::layer)
        };
        let protected = Router::new()
            .route("/mcp", any(mcp::handle::<S>))
            // What people type, and what some clients make of a base URL.
            .route("/mcp/", any(mcp::handle::<S>))
            .with_state(Arc::new(self.endpoint))
            .layer(before(Some(self.gate)));
        let open = Router::new()
            .route("/health", get(health::report))
            .route("/mcp/health", get(health::report))
            .with_state(self.health);
        let within = || {
            let too_large = from_fn_with_state(self.body.max, stray::too_large);
            (too_large, before(None))
        };
        let front_end = self
            .front_end
            .map(|pages| pages.into_router_with(|routes| routes.layer(within())));
        let pages = stray::Pages::of(front_end.as_ref());
        protected
            .merge(open)
            .merge(front_end.unwrap_or_default())
            .fallback(async move |headers: HeaderMap| pages.no_such_path(&headers).await)
            .method_not_allowed_fallback(async move |headers: HeaderMap| {
                pages.no_such_method(&headers).await
            })
            // One `layer` for all, the outermost first: the router boxes what each one adds.
            .layer((
                SetSensitiveRequestHeadersLayer::new([header::AUTHORIZATION, header::COOKIE]),
                TraceLayer::new_for_http().on_failure(failed),
                SetResponseHeaderLayer::if_not_present(
                    header::X_CONTENT_TYPE_OPTIONS,
                    HeaderValue::from_static("nosniff"),
                ),
                from_fn_with_state(Arc::new(self.callers), cors::layer),
                CatchPanicLayer::new(),
            ))
    }
}

/// Tells the log of an answer that failed. Being turned away for a moment is no fault of the server,
/// and who asks for too much could fill the log with it.
fn failed(class: ServerErrorsFailureClass, latency: Duration, _: &tracing::Span) {
    match class {
        ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) => {
            tracing::debug!(?latency, "a request was turned away");
        }
        class => tracing::error!(%class, ?latency, "a response failed"),
    }
}
