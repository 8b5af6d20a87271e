//! A form that was sent, and making the change that it asks for.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use pm_core::ProcessManager;

use super::Made;
use super::actor::pages_actor;
use crate::form::{BACK, Form};
use crate::front_end::FrontEnd;
use crate::problem::Problem;
use crate::return_path::local;
use crate::visitor::Visitor;

/// The most bytes of a form. Escaped, a text has up to three times its bytes.
const MAX_FORM: usize = 32 << 20;

/// A form that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    form: Form,
    /// The address that it was sent to.
    path: String,
    /// The page that it was sent from.
    back: String,
}

impl FromRequest<FrontEnd> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &FrontEnd) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let form = Form::read(body, MAX_FORM).await?;
        let back = match form.get(BACK) {
            "" => page_that_sent(&parts.headers),
            back => local(back),
        };
        Ok(Self {
            back: back.to_owned(),
            path: parts.uri.path().to_owned(),
            form,
        })
    }
}

impl FrontEnd {
    /// Makes the change that somebody sent, in their name, on a thread that may wait for it; leads
    /// to where it can be seen, or says why it was not made, with all that was sent.
    pub(crate) async fn change(
        &self,
        sent: Sent,
        work: impl FnOnce(&ProcessManager, &Form) -> Result<Made, Problem> + Send + 'static,
    ) -> Response {
        let manager = self.manager().clone().acting_as(pages_actor());
        let visitor = Visitor::current();
        // The answer is made there as well: what differs from a long text takes a while to find,
        // too.
        let answer = move || match work(&manager, &sent.form) {
            Ok(made) => made.lead_back(&sent.back).into_response(),
            Err(problem) => {
                let problem = problem.with_what_brings_back(&manager);
                let form = sent.form.with(BACK, sent.back);
                problem.of_form(sent.path, &form).into_response()
            }
        };
        let answer = move || visitor.does(answer);
        let answered = tokio::task::spawn_blocking(answer).await;
        answered.unwrap_or_else(|error| {
            tracing::error!(%error, "a change was not made to its end");
            Problem::uncertain().into_response()
        })
    }
}

/// The page of this server that a form was sent from, as the browser says; Home if it does not.
pub(crate) fn page_that_sent(headers: &HeaderMap) -> &str {
    let referer = headers.get(header::REFERER);
    let referer = referer.and_then(|referer| referer.to_str().ok());
    let place = referer.and_then(|referer| referer.split_once("://"));
    let path = place.and_then(|(_, place)| place.find('/').and_then(|at| place.get(at..)));
    local(path.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_page_that_sent_a_form_is_one_of_this_server() {
        for (referer, page) in [
            (
                "http://127.0.0.1:5008/p/a%2Fb?view=board",
                "/p/a%2Fb?view=board",
            ),
            ("https://notes.example/", "/"),
            ("http://127.0.0.1:5008", "/"),
            ("http://127.0.0.1:5008//evil.example", "/"),
            ("about:blank", "/"),
            ("", "/"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, HeaderValue::from_static(referer));
            assert_eq!(page_that_sent(&headers), page);
        }
        assert_eq!(page_that_sent(&HeaderMap::new()), "/");
    }
}
