//! A version of a snippet as a file, to the letter.

use axum::extract::State;

use crate::download::{Download, last_name};
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::problem::Problem;
use crate::query::Query;
use crate::shown::Place;

/// Whatever the code is, a browser is to do nothing with it but keep it.
const TEXT: &str = "text/plain; charset=utf-8";

/// A version as a file of the snippet's name, the last one if none is asked for.
pub(crate) async fn send(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
    query: Query,
) -> Result<Download, Problem> {
    let version = query.number("v")?;
    let read = move |manager: &_| {
        let shown = place.find(manager)?;
        let names = (place.task.as_str(), place.code.as_str());
        let (_, version) = shown.version(manager, names, version)?;
        let snippet = version.snippet;
        let name = last_name(snippet.name.as_str());
        Ok(Download::new(name, "", TEXT, snippet.content.as_str()))
    };
    front.read(read).await
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{garden, get, pages};

    const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

    #[tokio::test]
    async fn a_version_is_a_file_to_the_letter() {
        let manager = garden();
        let process = manager.process("garden <script>alert(1)</script>").unwrap();
        let hostile = "</pre><script>alert(1)</script>\r\n\u{202e}\0\n";
        let name = "src/<b>\"'.html".parse().unwrap();
        manager
            .add_snippet(&process.name, "beds", name, hostile)
            .unwrap();
        let pages = pages(manager);
        let code = format!("{GARDEN}/t/soil%20test/c/tokens.rs");
        let last = get(&pages, &format!("{code}/raw")).await;
        assert_eq!(
            last.body, "fn next() {\n    two(\"<b>\u{202e}\");\n}\n",
            "the last one"
        );
        assert_eq!(last.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(
            last.header("content-disposition"),
            "attachment; filename=\"tokens.rs\"; filename*=UTF-8''tokens.rs"
        );
        let first = get(&pages, &format!("{code}/raw?v=1")).await;
        assert_eq!(first.body, "fn next() {\n    one();\n}\n");
        let page = format!("{GARDEN}/t/beds/c/src%2F%3Cb%3E%22%27.html");
        let answer = get(&pages, &format!("{page}/raw")).await;
        assert_eq!(answer.body, hostile);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("content-disposition"),
            "attachment; filename=\"_b___.html\"; filename*=UTF-8''_b__%27.html"
        );
        let shown = get(&pages, &page).await.body;
        assert!(
            shown.contains(&format!("href=\"{page}/raw?v=1\"")),
            "{shown}"
        );
    }

    #[tokio::test]
    async fn what_is_not_there_is_a_page_that_says_so() {
        let pages = pages(garden());
        let code = format!("{GARDEN}/t/soil%20test/c");
        for (path, status) in [
            ("tokens.rs/raw?v=9", 404),
            ("tokens.rs/raw?v=x", 400),
            ("none.rs/raw", 404),
            ("tokens/raw?v=2", 307),
        ] {
            let answer = get(&pages, &format!("{code}/{path}")).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.header("content-disposition"), "", "{path}");
        }
        let led = get(&pages, &format!("{code}/tokens/raw?v=2")).await;
        assert_eq!(led.header("location"), format!("{code}/tokens.rs/raw?v=2"));
    }
}
