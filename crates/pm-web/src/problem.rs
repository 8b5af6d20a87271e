//! What a page says if it cannot show what was asked for: one sentence on what is wrong, and where
//! to go on.

mod again;
mod brought_back;
mod conflict;
mod gone;
mod of_core;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use pm_core::HistoryEntry;

use self::again::{Again, Way};
use self::conflict::Conflict;
use self::gone::Gone;
pub(crate) use self::of_core::{as_it_is, sentence, unusable};
use crate::address;
use crate::form::{Form, Missing, Stale, TooLarge};
use crate::frame::{Frame, Link};
use crate::moment::exactly;

/// How long a browser is asked to wait before it tries again, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// The exact names of what an address means, from the process on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExactNames(pub(crate) Vec<String>);

/// Why a page cannot be shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    /// What is wrong.
    sentence: String,
    /// What may have been meant, or leads on.
    links: Vec<Link>,
    /// What can be sent in place of what was refused.
    ways: Vec<Way>,
    /// What somebody else wrote in the place of what was sent.
    conflict: Option<Box<Conflict>>,
    /// What was sent, to be sent again.
    again: Option<Box<Again>>,
    /// Whether the same is refused again, until somebody has looked at what it is about.
    is_blind: bool,
    /// Whether it is a file that cannot be used.
    is_of_a_file: bool,
    /// What is not there, if it may have been.
    gone: Option<Box<Gone>>,
    /// The exact names of what was meant, if there is just a better address for it.
    exact: Option<Box<ExactNames>>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page<'a> {
    frame: Frame,
    problem: &'a Problem,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self {
            status,
            sentence: sentence.into(),
            links: Vec::new(),
            ways: Vec::new(),
            conflict: None,
            again: None,
            is_blind: false,
            is_of_a_file: false,
            gone: None,
            exact: None,
        }
    }

    /// Why a form was refused that was sent to `path`: with all that was in it, to be sent again.
    pub(crate) fn of_form(self, path: String, form: &Form) -> Self {
        if self.is_blind {
            return self;
        }
        let again = match &self.conflict {
            // If it is sent again, it begins with the text that stands beside it now.
            Some(conflict) => Again::new(path, &conflict.seen(form)),
            None => Again::new(path, form),
        };
        let conflict = self.conflict.map(|it| Box::new(it.against(form)));
        let mut ways = self.ways;
        ways.retain(|way| way.takes_all_of(&again));
        Self {
            again: Some(Box::new(again)),
            conflict,
            ways,
            ..self
        }
    }

    /// What was asked for has these names, from the process on; see [`found`](crate::found).
    pub(crate) fn elsewhere(names: Vec<String>) -> Self {
        let name = names.last().map(String::as_str).unwrap_or_default();
        let sentence = format!("The name is “{name}”.");
        Self {
            exact: Some(Box::new(ExactNames(names))),
            ..Self::new(StatusCode::NOT_FOUND, sentence)
        }
    }

    /// A revision that the history does not tell, and what leads on.
    pub(crate) fn not_kept(sentence: String, links: Vec<Link>) -> Self {
        Self {
            links,
            ..Self::new(StatusCode::NOT_FOUND, sentence)
        }
    }

    /// The same with a way that leads on.
    pub(crate) fn leading_to(mut self, name: &str, address: &str) -> Self {
        self.links.push(Link {
            name: name.to_owned(),
            address: address.to_owned(),
        });
        self
    }

    /// A file that was asked for by its name, and with which nothing is wrong any more.
    pub(crate) fn no_such_file(file: &str) -> Self {
        let sentence = format!("No file {file} is damaged: it was mended, or taken away.");
        Self::new(StatusCode::NOT_FOUND, sentence)
    }

    /// No page has this address.
    pub(crate) fn no_such_page() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no page at this address.")
    }

    /// A page was asked for something else than to be read.
    pub(crate) fn only_to_be_read() -> Self {
        let sentence = "Nothing was changed: the pages can only be read.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, sentence)
    }

    /// An address whose names are no text.
    pub(crate) fn bad_address() -> Self {
        let sentence = "The address cannot be read: a name in it is no text in UTF-8.";
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// A value in the address that has to be a number.
    pub(crate) fn not_a_number(name: &str, value: &str) -> Self {
        let sentence = format!(
            "The address cannot be read: {name} has to be a number from 1 on, and not “{value}”."
        );
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// A word in the address that is none of those that are known.
    pub(crate) fn unknown_word(name: &str, word: &str, known: &[&str]) -> Self {
        let known = known.join(", ");
        let sentence =
            format!("The address cannot be read: {name} can be {known}, and not “{word}”.");
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// A file has more than `most` bytes, and a page takes no more.
    pub(crate) fn too_large_a_file(most: usize) -> Self {
        let sentence = format!(
            "Nothing was imported: the file has more than {} kB, which is as much as is taken here. On \
             the machine of the server, pm-mcp-http import FILE takes larger ones; or start the \
             server with a larger --max-body.",
            most / 1000
        );
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
    }

    /// Something was sent from the page `back` by somebody who is not logged in.
    pub(crate) fn login_needed(back: &str) -> Self {
        let sentence = "Nothing was changed: log in first.";
        let login = Link {
            name: "Log in".to_owned(),
            address: address::login(back),
        };
        Self {
            links: vec![login],
            ..Self::new(StatusCode::UNAUTHORIZED, sentence)
        }
    }

    /// Something was sent, and nothing says that a page of this server sent it.
    pub(crate) fn not_from_here() -> Self {
        let sentence = "Nothing was changed: your browser does not say that a page of this server \
                        sent this. Open the page here and try again. A proxy in between has to \
                        pass on the Host by which you reach it.";
        Self::new(StatusCode::FORBIDDEN, sentence)
    }

    /// An examination is made for somebody else.
    pub(crate) fn being_examined() -> Self {
        let sentence = "What is kept is being examined for somebody else. Try again in a moment.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, sentence)
    }

    /// A field was changed meanwhile, by this change if it is known.
    pub(crate) fn stale(stale: Stale, change: Option<&HistoryEntry>) -> Self {
        let sentence = by_whom("This was changed meanwhile.", change);
        Self {
            conflict: Some(Box::new(Conflict::of_field(stale))),
            ..Self::new(StatusCode::CONFLICT, sentence)
        }
    }

    /// A fault of ours; the log has more.
    pub(crate) fn failed() -> Self {
        let sentence = "The page could not be made. The server's log says why.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
    }

    /// A fault of ours while something was being changed; the log has more.
    pub(crate) fn uncertain() -> Self {
        let sentence = "It is not certain whether this was kept. The server's log says why. Look \
                        at the page before you send it again.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
    }

    /// What is wrong.
    pub(crate) fn sentence(&self) -> &str {
        &self.sentence
    }

    /// Where a form is sent that puts back what is not there.
    fn put_back(&self) -> Option<&str> {
        match self.gone.as_deref() {
            Some(Gone::InTrash { put_back }) => Some(put_back),
            _ => None,
        }
    }

    /// Whether the same page may come in a moment, and this one holds nothing that was sent.
    fn may_be_over_soon(&self) -> bool {
        self.status == StatusCode::SERVICE_UNAVAILABLE && self.again.is_none()
    }

    fn title(&self) -> &'static str {
        match self.status {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::BAD_REQUEST => "That cannot be read",
            StatusCode::UNAUTHORIZED => "You are not logged in",
            StatusCode::FORBIDDEN => "Refused",
            StatusCode::PAYLOAD_TOO_LARGE => "Too much",
            StatusCode::METHOD_NOT_ALLOWED => "Only to be read",
            StatusCode::CONFLICT if self.conflict.is_some() => "Changed meanwhile",
            StatusCode::CONFLICT if self.is_of_a_file => "The file cannot be used",
            StatusCode::CONFLICT => "Not so",
            StatusCode::SERVICE_UNAVAILABLE => "Not just now",
            _ => "That failed",
        }
    }
}

/// Says in a sentence about a change by whom it was made and when, if that is known.
fn by_whom(sentence: &str, change: Option<&HistoryEntry>) -> String {
    let Some(change) = change else {
        return sentence.to_owned();
    };
    let (by, at) = (&change.actor, exactly(&change.at));
    format!("{} by {by}, at {at}.", sentence.trim_end_matches('.'))
}

/// More was sent than a form holds.
impl From<TooLarge> for Problem {
    fn from(_: TooLarge) -> Self {
        let sentence = "Nothing was changed: more was sent than the form takes.";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
    }
}

/// A form does not say what it is about.
impl From<Missing> for Problem {
    fn from(Missing(field): Missing) -> Self {
        let sentence = format!("Nothing was changed: the form does not say which {field}.");
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }
}

/// A template that fails is a fault of ours.
impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a page could not be made");
        Self::failed()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let frame = Frame::new(self.title());
        let page = Page {
            frame,
            problem: &self,
        };
        // If the page cannot be made, its title alone is better than a blank page.
        let html = page.render().unwrap_or_else(|_| self.title().to_owned());
        let mut response = (self.status, Html(html)).into_response();
        if let Some(exact) = self.exact {
            response.extensions_mut().insert(*exact);
        }
        let headers = response.headers_mut();
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, RETRY_AFTER);
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use pm_core::{Error, StoreError};

    use super::*;

    #[test]
    fn what_may_be_over_soon_says_when_to_try_again() {
        let response = Problem::from(Error::Store(StoreError::Contended)).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        let response = Problem::only_to_be_read().into_response();
        assert_eq!(response.headers()[header::ALLOW], "GET, HEAD");
    }

    #[tokio::test]
    async fn what_may_be_over_soon_can_be_asked_for_again() {
        let page = async |problem: Problem| {
            let body = problem.into_response().into_body();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            String::from_utf8(body.to_vec()).unwrap()
        };
        let contended = || Problem::from(Error::Store(StoreError::Contended));
        let again = "<a href=\"\">Try again</a>";
        let answer = page(contended()).await;
        assert!(answer.contains(again), "{answer}");
        // A form is sent again instead, with all that is in it.
        let form = Form::default().with("description", "typed");
        let answer = page(contended().of_form("/p/plan/describe".to_owned(), &form)).await;
        assert!(answer.contains("<button>Try again</button>") && !answer.contains(again));
        assert!(!page(Problem::no_such_page()).await.contains(again));
    }
}
