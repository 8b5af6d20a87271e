//! Who is let in to the pages of a server that asks for a token: who has logged in.

use axum::body::HttpBody as _;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, Method, StatusCode, header};

use crate::address;
use crate::changes::page_that_sent;
use crate::form::TooLarge;
use crate::front_end::FrontEnd;
use crate::login::Session;
use crate::preferences::Preferences;
use crate::problem::Problem;
use crate::stray::is_for_a_person;
use crate::visitor::Visitor;

/// Finds out who sent a request, and notes their session in its extensions.
pub(crate) async fn identify(
    State(front): State<FrontEnd>,
    mut request: Request,
    next: Next,
) -> Response {
    let session = front.session(request.headers());
    if let Some(session) = session {
        request.extensions_mut().insert(session);
    }
    let preferences = Preferences::of(request.headers());
    let visitor = Visitor::new(session, front.may_change(), preferences);
    let visitor = visitor.proved_to_be(front.principal());
    visitor.served(next.run(request)).await
}

/// Lets only those see what is kept who may. A person is sent to log in, and back.
pub(crate) async fn admit(State(front): State<FrontEnd>, request: Request, next: Next) -> Response {
    if front.is_open() || request.extensions().get::<Session>().is_some() {
        return next.run(request).await;
    }
    if !opens_a_page(&request) {
        return unauthorized();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::login_needed(page_that_sent(request.headers())).into_response();
    }
    let to = request.uri().path_and_query().map_or("/", |to| to.as_str());
    Redirect::to(&address::login(to)).into_response()
}

/// The most bytes that somebody who has not logged in may send.
const SMALL: u64 = 64 << 10;

/// Lets strangers send no more than it takes to log in.
pub(crate) async fn is_small(request: Request, next: Next) -> Response {
    // The size of a body is not known if it comes in chunks, as no form of a browser does.
    match request.body().size_hint().upper() {
        Some(bytes) if bytes <= SMALL => next.run(request).await,
        _ => Problem::from(TooLarge).into_response(),
    }
}

/// Whether a person sees the answer as a page, and not a script that puts it into one.
fn opens_a_page(request: &Request) -> bool {
    let headers = request.headers();
    let mode = headers.get("sec-fetch-mode");
    let is_of_script =
        headers.contains_key("hx-request") || mode.is_some_and(|mode| mode != "navigate");
    is_for_a_person(headers) && !is_of_script
}

/// Tells a program no more than that it is not let in.
fn unauthorized() -> Response {
    let bearer = [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
    let text = "Unauthorized: log in first.\n";
    (StatusCode::UNAUTHORIZED, bearer, text).into_response()
}
