//! Login: the form that takes the access token, what it says if that is refused, and logging out. It
//! tells how clients connect as well, as the page of a server that shows nothing else.

use std::net::SocketAddr;

use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::help::Connecting;
use crate::form::Form;
use crate::frame::Frame;
use crate::front_end::{Access, FrontEnd};
use crate::host::{Host, SEC_FETCH_SITE};
use crate::login::{Login, Outcome, Session};
use crate::problem::Problem;
use crate::query::Query;
use crate::return_path::local;
use crate::same_origin::own_page;

/// The most bytes that the form takes: tokens are shorter than a head, which they have to fit into.
const MAX_FORM: usize = 64 << 10;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    frame: Frame,
    connecting: Connecting,
    /// Where to go on.
    to: String,
    /// Whether the person followed a link on another site. The cookie of somebody who is logged in
    /// does not come along then, and does as soon as they follow one here.
    is_from_elsewhere: bool,
    /// Why a token was not taken.
    refusal: Option<Refusal>,
}

/// Why somebody is not logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// There was no token.
    Empty,
    /// It was another one.
    Wrong { wait: u64 },
    /// Too many wrong ones came before it.
    Unseen { wait: u64 },
}

/// The form. Somebody who is logged in has no use for it.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    session: Option<Extension<Session>>,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, Problem> {
    let to = local(query.get("to"));
    if front.is_open() || session.is_some() {
        return Ok(Redirect::to(to).into_response());
    }
    let connecting = Connecting::new(&front, &headers);
    let site = headers.get(SEC_FETCH_SITE);
    let page = Page {
        is_from_elsewhere: site.is_some_and(|site| site == "cross-site"),
        ..Page::new(connecting, to)
    };
    Ok(Html(page.render()?).into_response())
}

/// Logs somebody in who sends the token.
pub(crate) async fn enter(
    State(front): State<FrontEnd>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let form = Form::read(body, MAX_FORM).await?;
    let to = local(form.get("to"));
    let Access::Token(login) = front.access() else {
        return Ok(Redirect::to(to).into_response());
    };
    match attempt(&front, login, &parts, form.get("token")) {
        Ok(cookie) => {
            let cookie = cookie.ok_or_else(Problem::not_from_here)?;
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response())
        }
        Err(refusal) => {
            let connecting = Connecting::new(&front, &parts.headers);
            let page = Page {
                refusal: Some(refusal),
                ..Page::new(connecting, to)
            };
            Ok(refusal.answer(Html(page.render()?)))
        }
    }
}

/// Logs somebody out, for good.
pub(crate) async fn leave(
    State(front): State<FrontEnd>,
    session: Option<Extension<Session>>,
) -> Result<Response, Problem> {
    let mut response = Redirect::to("/").into_response();
    if let Some(Extension(session)) = session {
        front.end(session).await?;
        let cookie = session.forget_cookie();
        response
            .headers_mut()
            .extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    }
    Ok(response)
}

/// Compares the token, and begins a session if it is right; returns the cookie of that.
fn attempt(
    front: &FrontEnd,
    login: &Login,
    parts: &Parts,
    token: &str,
) -> Result<Option<HeaderValue>, Refusal> {
    if token.is_empty() {
        return Err(Refusal::Empty);
    }
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let address = peer.map(|ConnectInfo(peer)| peer.ip());
    let now = front.now();
    match login.attempt(address, token, now) {
        Outcome::Right => {
            let page = Host::of(&parts.headers).zip(own_page(&parts.headers));
            Ok(page.and_then(|(host, scheme)| login.begin(token, host, scheme, now)))
        }
        Outcome::Wrong { wait } => {
            let address = address.map(tracing::field::display);
            tracing::info!(address, "somebody sent a wrong token to the login page");
            Err(Refusal::Wrong { wait })
        }
        Outcome::Unseen { wait } => Err(Refusal::Unseen { wait }),
    }
}

impl Page {
    fn new(connecting: Connecting, to: &str) -> Self {
        Self {
            frame: Frame::new("Log in"),
            connecting,
            to: to.to_owned(),
            is_from_elsewhere: false,
            refusal: None,
        }
    }
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::Empty => StatusCode::BAD_REQUEST,
            Self::Wrong { .. } => StatusCode::UNAUTHORIZED,
            Self::Unseen { .. } => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    fn sentence(self) -> String {
        match self {
            Self::Empty => "Type the access token into the field.".to_owned(),
            Self::Wrong { wait } => format!(
                "That is not the access token of this server. The next one is looked at in {wait} s."
            ),
            Self::Unseen { wait } => format!(
                "This token was not looked at, since too many wrong ones came before it. Wait for \
                 {wait} s and send it again."
            ),
        }
    }

    fn answer(self, page: Html<String>) -> Response {
        let mut response = (self.status(), page).into_response();
        let headers = response.headers_mut();
        match self {
            Self::Empty => {}
            Self::Wrong { .. } => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::Unseen { wait } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
            }
        }
        response
    }
}
