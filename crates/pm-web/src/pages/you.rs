//! What readers choose for themselves on the page Status.

use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use http::header;
use pm_core::name::Label;

use crate::form::Form;
use crate::preferences::{Look, Preferences};
use crate::problem::Problem;
use crate::same_origin::own_page;

/// The most bytes of the form.
const MAX_FORM: usize = 4 << 10;

/// Has the browser keep what was chosen.
pub(crate) async fn choose(request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let form = Form::read(body, MAX_FORM).await?;
    let name: Option<Label> = match form.get("name") {
        "" => None,
        name => Some(name.parse()?),
    };
    let look = form.get("look");
    let look =
        Look::of(look).ok_or_else(|| Problem::unknown_word("look", look, &["light", "dark"]))?;
    let scheme = own_page(&parts.headers).ok_or_else(Problem::not_from_here)?;
    let mut response = Redirect::to("/status#you").into_response();
    for cookie in Preferences::new(name, look).cookies(scheme) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::response::Response;
    use http::{Method, Request};
    use pm_core::manager::HistoryQuery;
    use tower::ServiceExt;

    use crate::tests::support::{nothing, pages};

    /// Sends a form to a server with a plan: the answer, and who made the last change then.
    async fn send(cookie: &str, path: &str, form: &str) -> (Response, String) {
        let manager = nothing();
        let plan = manager.create_process("plan".parse().unwrap(), "").unwrap();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("host", "127.0.0.1:5008")
            .header("origin", "http://127.0.0.1:5008")
            .header("cookie", cookie)
            .body(Body::from(form.to_owned()));
        let pages = pages(manager.clone());
        let answer = pages.oneshot(request.unwrap()).await.unwrap();
        let history = manager.history(&plan.name, &HistoryQuery::default());
        let last = history.unwrap().changes.into_iter().next();
        let by = last.map(|change| change.entry.actor.to_string());
        (answer, by.unwrap_or_default())
    }

    #[tokio::test]
    async fn a_name_and_a_look_are_kept_by_the_browser() {
        let (answer, _) = send("", "/you", "name=+Anna+&look=dark").await;
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["location"], "/status#you");
        let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for form in ["look=pink", "name=%E2%80%AE&look="] {
            let (answer, _) = send("", "/you", form).await;
            assert_eq!(answer.status(), 400, "{form}");
        }
    }

    #[tokio::test]
    async fn changes_are_made_in_the_name_that_was_given() {
        for (cookie, name) in [
            ("pm_name=Anna%20B", "Anna B"),
            ("", "web"),
            ("pm_name=%0A", "web"),
        ] {
            let (answer, by) = send(cookie, "/p/plan/add", "name=task").await;
            assert_eq!((answer.status().as_u16(), by.as_str()), (303, name));
        }
    }
}
