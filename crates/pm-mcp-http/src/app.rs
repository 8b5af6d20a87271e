//! The routes, and the layers around them in the order that [`crate::layers`] explains.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, any, get};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use pm_web::FrontEnd;
use rmcp::ServerHandler;
use tokio_util::sync::CancellationToken;
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
use crate::realms::{self, Realms};
use crate::refusal::Refusal;
use crate::stray;
use crate::token_file::Entry;

/// What is served, and to whom.
pub enum Served<S> {
    /// All callers are served alike: the protocol's endpoint, and the pages for people, unless they
    /// are switched off. The pages themselves decide who may see them; an event stream among them
    /// marks its response as [`StaysOpen`](pm_web::StaysOpen).
    Alike(Arc<Endpoint<S>>, Option<FrontEnd>),
    /// Each caller has a realm of its own, which the gate finds. For the pages there are all realms
    /// and the door, where people log in; nothing if the pages are switched off.
    Apart(Option<(Arc<Realms<Entry, S>>, FrontEnd)>),
}

/// What the routes and layers are made of.
pub struct App<S> {
    /// What is served, and to whom.
    pub served: Served<S>,
    /// What `/health` reports from.
    pub health: Health,
    /// Which hosts and origins may call.
    pub callers: CallerPolicy,
    /// Which token the protected routes ask for.
    pub gate: Gate,
    /// How large and slow a body may be.
    pub body: BodyLimits,
    /// Counts the requests that shutdown waits for.
    pub running: TaskTracker,
    /// What tells a client how to get a token, if there is a way.
    pub metadata: Router,
}

impl<S: ServerHandler> App<S> {
    /// Puts the routes and layers together.
    pub fn into_router(self) -> Router {
        let before = Before {
            gate: Some(self.gate),
            body: self.body.clone(),
            running: self.running.clone(),
        };
        let before = from_fn_with_state(Arc::new(before), before::layer);
        let open = Router::new()
            .route("/health", get(health::report))
            .route("/mcp/health", get(health::report))
            .with_state(self.health)
            .merge(self.metadata);
        let router = match self.served {
            Served::Alike(endpoint, front_end) => {
                let protected = at_the_endpoint(any(mcp::handle::<S>), endpoint);
                let strays = stray::Pages::of(front_end.as_ref());
                let limits = |routes| limited(routes, &self.body, &self.running);
                let pages = front_end.map(|it| it.into_router_with(limits));
                let all = protected.layer(before).merge(open);
                answering_strays(all.merge(pages.unwrap_or_default()), strays)
            }
            Served::Apart(pages) => {
                let protected = at_the_endpoint(any(realms::handle::<S>), ());
                let strays = stray::Pages::of(pages.as_ref().map(|(_, door)| door));
                let all = answering_strays(protected.layer(before).merge(open), strays);
                match pages {
                    Some((realms, door)) => {
                        // The door is there for as long as the server is: nothing cancels this.
                        let closing = CancellationToken::new();
                        let door = own_pages(door, &self.body, &self.running, &closing);
                        let pages = Arc::new(realms::Pages { realms, door });
                        let pages = Router::new().fallback(realms::page::<S>).with_state(pages);
                        all.fallback_service(pages)
                    }
                    None => all,
                }
            }
        };
        router
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

/// The route of the endpoint, answered like this.
fn at_the_endpoint<T: Clone + Send + Sync + 'static>(
    answered: MethodRouter<T>,
    state: T,
) -> Router {
    Router::new()
        .route("/mcp", answered.clone())
        // What people type, and what some clients make of a base URL.
        .route("/mcp/", answered)
        .with_state(state)
}

/// Routes of pages, with the limits around them.
fn limited(routes: Router<FrontEnd>, body: &BodyLimits, running: &TaskTracker) -> Router<FrontEnd> {
    let before = Before {
        gate: None,
        body: body.clone(),
        running: running.clone(),
    };
    let too_large = from_fn_with_state(body.max, stray::too_large);
    let before = from_fn_with_state(Arc::new(before), before::layer);
    routes.layer((too_large, before))
}

/// The pages of one of several people, whole by themselves. Once `closing` is cancelled, they do
/// nothing any more, not even for whoever was sending something just then.
pub fn own_pages(
    front_end: FrontEnd,
    body: &BodyLimits,
    running: &TaskTracker,
    closing: &CancellationToken,
) -> Router {
    let pages = front_end.into_router_with(|routes| {
        let still_theirs = from_fn_with_state(closing.clone(), still_theirs);
        limited(routes.layer(still_theirs), body, running)
    });
    answering_strays(pages, stray::Pages::Served)
}

async fn still_theirs(
    State(closing): State<CancellationToken>,
    request: Request,
    next: Next,
) -> Response {
    if closing.is_cancelled() {
        return Refusal::TokenWrong.into_response();
    }
    next.run(request).await
}

/// Sees to an answer for what meets no route.
fn answering_strays(router: Router, pages: stray::Pages) -> Router {
    router
        .fallback(async move |headers: HeaderMap| pages.no_such_path(&headers).await)
        .method_not_allowed_fallback(async move |headers: HeaderMap| {
            pages.no_such_method(&headers).await
        })
}

/// Tells the log of an answer that failed. Being turned away for a moment is no fault of the server,
/// and whoever asks for too much could fill the log with it.
fn failed(class: ServerErrorsFailureClass, latency: Duration, _: &tracing::Span) {
    match class {
        ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) => {
            tracing::debug!(?latency, "a request was turned away");
        }
        class => tracing::error!(%class, ?latency, "a response failed"),
    }
}
