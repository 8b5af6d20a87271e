//! Finding what an address names. A page stands at the exact names of what it shows: from another
//! spelling, and from a name that something had before, the browser is led there.

use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::Uri;
use pm_core::error::Unresolved;
use pm_core::resolve::resolve;
use pm_core::{Error, Process, ProcessManager, TaskName};

use crate::address::segment;
use crate::frame::Link;
use crate::problem::{ExactNames, Problem};

/// The process of exactly this name.
pub(crate) fn process(manager: &ProcessManager, wanted: &str) -> Result<Arc<Process>, Problem> {
    let found = match manager.process(wanted) {
        Err(Error::Process(unknown @ Unresolved::NotFound { .. })) => {
            return Err(match manager.process_once_called(wanted)? {
                Some(name) => Problem::elsewhere(vec![name.to_string()]),
                None => Error::Process(unknown).into(),
            });
        }
        found => found?,
    };
    if is_exact(wanted, &found.name) {
        Ok(found)
    } else {
        Err(Problem::elsewhere(vec![found.name.to_string()]))
    }
}

/// The process that an edit of a text in it means, also if it was renamed since: a form that would
/// write over another text is refused by its checksum, so that nothing else of the former name is
/// changed.
pub(crate) fn process_of_edit(
    manager: &ProcessManager,
    wanted: &str,
) -> Result<Arc<Process>, Problem> {
    match manager.process(wanted) {
        Err(unknown @ Error::Process(Unresolved::NotFound { .. })) => {
            let name = manager.process_once_called(wanted)?.ok_or(unknown)?;
            Ok(manager.process(name.as_str())?)
        }
        found => Ok(found?),
    }
}

/// The process and the task that an edit of a text in them means, also if they were renamed since.
pub(crate) fn task_of_edit(
    manager: &ProcessManager,
    (process, wanted): (&str, &str),
) -> Result<(Arc<Process>, TaskName), Problem> {
    let process = process_of_edit(manager, process)?;
    let name = match process.task(wanted) {
        Ok((name, _)) => name.clone(),
        Err(unknown @ Error::Task(_, Unresolved::NotFound { .. })) => {
            let name = manager.task_once_called(&process.name, wanted)?;
            name.ok_or(unknown)?
        }
        Err(error) => return Err(error.into()),
    };
    Ok((process, name))
}

/// Those of some names that come near to one that was typed.
pub(crate) fn near(wanted: &str, names: impl Iterator<Item = Link>) -> Vec<Link> {
    match resolve(wanted, names) {
        Ok(link) => vec![link],
        Err(Unresolved::NotFound { near, .. }) => near,
        Err(Unresolved::Ambiguous { candidates, .. }) => candidates,
    }
}

/// Whether a name as an address has it is exactly the name that something has: both make the same
/// segment.
pub(crate) fn is_exact(wanted: &str, name: &impl AsRef<str>) -> bool {
    segment(wanted) == segment(name.as_ref())
}

/// Leads whoever reads a page at other names than the exact ones to those, with the rest of the
/// address as it is.
pub(crate) async fn lead(request: Request, next: Next) -> Response {
    let is_read = request.method().is_safe();
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    let names = response.extensions_mut().remove::<ExactNames>();
    match names.map(|names| with_names(&uri, &names)) {
        Some(exact) if is_read && exact != *uri.path() => {
            let query = uri.query().map(|query| format!("?{query}"));
            Redirect::temporary(&(exact + &query.unwrap_or_default())).into_response()
        }
        _ => response,
    }
}

/// The path of an address with these names in it: every second segment is one, apart from the
/// revision of a former state.
fn with_names(uri: &Uri, ExactNames(names): &ExactNames) -> String {
    let mut path: Vec<String> = uri.path().split('/').map(ToOwned::to_owned).collect();
    let is_past = path.get(3).is_some_and(|kind| kind == "at");
    let places = path.iter_mut().enumerate().skip(2).step_by(2);
    let places = places.filter(|(at, _)| !(is_past && *at == 4));
    let places = places.map(|(_, place)| place);
    for (place, name) in places.zip(names) {
        *place = segment(name);
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use http::{Method, Request};
    use tower::ServiceExt;

    use crate::tests::support::{Answer, garden, get, pages};

    const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

    /// Where an answer leads.
    fn led_to(answer: &Answer) -> &str {
        assert_eq!(answer.status, 307, "{}", answer.body);
        answer.header("location")
    }

    #[tokio::test]
    async fn another_spelling_leads_to_the_exact_names() {
        let pages = pages(garden());
        let soil = format!("{GARDEN}/t/soil%20test");
        for (path, exact) in [
            ("/p/PARSER", "/p/parser".to_owned()),
            ("/p/parser%20", "/p/parser".to_owned()),
            ("/p/garden_script_alert_1_script", GARDEN.to_owned()),
            (
                "/p/Parser/activity?before=7&x=%2F",
                "/p/parser/activity?before=7&x=%2F".to_owned(),
            ),
            (
                "/p/Parser?view=board&q=a+b",
                "/p/parser?view=board&q=a+b".to_owned(),
            ),
            (&format!("{GARDEN}/t/Soil_Test"), soil.clone()),
            (&format!("{soil}/c/tokens"), format!("{soil}/c/tokens.rs")),
            (
                &format!("{soil}/c/TOKENS-RS?v=3&with=1"),
                format!("{soil}/c/tokens.rs?v=3&with=1"),
            ),
        ] {
            let answer = get(&pages, path).await;
            assert_eq!(led_to(&answer), exact, "{path}");
            assert_eq!(get(&pages, &exact).await.status, 200, "{exact}");
        }
        // All names of an address, one after the other.
        let path = "/p/garden%20script%20alert%201%20script/t/Soil%20Test/c/Tokens%20rs";
        let first = get(&pages, path).await;
        let second = get(&pages, led_to(&first)).await;
        let third = get(&pages, led_to(&second)).await;
        assert_eq!(led_to(&third), format!("{soil}/c/tokens.rs"));
    }

    #[tokio::test]
    async fn a_former_name_leads_to_the_present_one() {
        let manager = garden();
        let parser = "parser".parse().unwrap();
        let (tokens, lexer) = ("tokens".parse().unwrap(), "lexer".parse().unwrap());
        manager.add_task(&parser, tokens, "").unwrap();
        manager.rename_task(&parser, "tokens", lexer).unwrap();
        for (old, new) in [("parser", "compiler"), ("compiler", "Old/New?")] {
            let (old, new) = (old.parse().unwrap(), new.parse().unwrap());
            manager.rename_process(&old, &new).unwrap();
        }
        let pages = pages(manager);
        for name in ["parser", "Compiler"] {
            let answer = get(&pages, &format!("/p/{name}?view=board")).await;
            assert_eq!(led_to(&answer), "/p/Old%2FNew%3F?view=board");
        }
        let first = get(&pages, "/p/parser/t/tokens").await;
        let second = get(&pages, led_to(&first)).await;
        assert_eq!(led_to(&second), "/p/Old%2FNew%3F/t/lexer");
        let nothing = get(&pages, "/p/Old%2FNew%3F/t/none").await;
        assert_eq!(nothing.status, 404);
    }

    #[tokio::test]
    async fn the_former_name_of_a_snippet_leads_to_the_present_one() {
        let manager = garden();
        let garden = manager.process("garden script alert 1 script").unwrap();
        let (old, new) = ("tokens.rs".parse().unwrap(), "lexer.rs".parse().unwrap());
        manager
            .rename_snippet(&garden.name, "soil test", old, new)
            .unwrap();
        let pages = pages(manager);
        let code = format!("{GARDEN}/t/soil%20test/c");
        for query in ["", "?v=2", "?v=3&with=1"] {
            let answer = get(&pages, &format!("{code}/tokens.rs{query}")).await;
            assert_eq!(led_to(&answer), format!("{code}/lexer.rs{query}"));
            assert_eq!(get(&pages, led_to(&answer)).await.status, 200);
        }
    }

    #[tokio::test]
    async fn only_who_reads_is_led_elsewhere() {
        let pages = pages(garden());
        for (method, status) in [(Method::HEAD, 307), (Method::POST, 405)] {
            let request = Request::builder().method(&method).uri("/p/PARSER");
            let request = request
                .header("host", "127.0.0.1:5008")
                .header("origin", "http://127.0.0.1:5008");
            let request = request.body(axum::body::Body::empty()).unwrap();
            let answer = pages.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), status, "{method}");
        }
    }
}
