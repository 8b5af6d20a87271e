//! A process as a file: as Markdown, as the JSON that stands in its own file, and as an archive that
//! has its code as files beside the Markdown.

use std::fmt::Write as _;
use std::io::Cursor;

use axum::extract::State;
use pm_core::codec;
use pm_core::export::{ExportPlan, NotExported, WhyNotExported, write_zip};
use pm_core::markdown::export_markdown;

use crate::download::Download;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::problem::Problem;
use crate::shown::{Place, Shown};
use crate::text::plain;

/// The media type of an archive.
pub(crate) const ZIP: &str = "application/zip";

/// The folder of an archive that has the code, and the files beside it.
const CODE: &str = "code";
const PLAN: &str = "plan.md";
const LEFT_OUT: &str = "left-out.txt";

/// A file that a process is made into.
struct Format {
    ending: &'static str,
    media_type: &'static str,
    content: fn(&Shown) -> Result<Vec<u8>, Problem>,
}

/// With the last version of all code, and all texts to the letter.
const MARKDOWN: Format = Format {
    ending: ".md",
    media_type: "text/markdown; charset=utf-8",
    content: |shown| Ok(as_markdown(shown).into_bytes()),
};

/// As its file has it, with all versions of all code.
const JSON: Format = Format {
    ending: ".json",
    media_type: "application/json",
    content: |shown| {
        let text = codec::write_process(&shown.process).map_err(|error| failed(&error))?;
        Ok(text.into_bytes())
    },
};

const ARCHIVE: Format = Format {
    ending: ".zip",
    media_type: ZIP,
    content: archive,
};

/// A process as Markdown.
pub(crate) async fn markdown(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
) -> Result<Download, Problem> {
    export(&front, place, MARKDOWN).await
}

/// A process as JSON.
pub(crate) async fn json(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
) -> Result<Download, Problem> {
    export(&front, place, JSON).await
}

/// A process as an archive.
pub(crate) async fn zip(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
) -> Result<Download, Problem> {
    export(&front, place, ARCHIVE).await
}

/// Gives a process away, as it is or as it was.
async fn export(front: &FrontEnd, place: Place, format: Format) -> Result<Download, Problem> {
    let read = move |manager: &_| {
        let shown = place.find(manager)?;
        let content = (format.content)(&shown)?;
        let (ending, media_type) = (format.ending, format.media_type);
        Ok(Download::new(
            &shown.process.name,
            ending,
            media_type,
            content,
        ))
    };
    front.read(read).await
}

fn as_markdown(shown: &Shown) -> String {
    export_markdown(&shown.process, &shown.now)
}

/// The code in a folder of its own, in which no file can be in the way of those beside it.
fn archive(shown: &Shown) -> Result<Vec<u8>, Problem> {
    let plan = shown.process.export_plan(None)?;
    let (markdown, left_out) = (as_markdown(shown), left_out(&plan));
    let told = (!left_out.is_empty()).then_some((LEFT_OUT.to_owned(), left_out.as_str()));
    let beside = [(PLAN.to_owned(), markdown.as_str())];
    let beside = beside.into_iter().chain(told);
    let code = plan.contents();
    let code = code.map(|(path, content)| (format!("{CODE}/{path}"), content));
    let written = write_zip(beside.chain(code), Cursor::new(Vec::new()));
    Ok(written.map_err(|error| failed(&error))?.into_inner())
}

/// Names the snippets that cannot be files, a line each; nothing if all are.
fn left_out(plan: &ExportPlan<'_>) -> String {
    let mut text = String::new();
    for NotExported { task, snippet, why } in &plan.not_exported {
        if text.is_empty() {
            let _ = writeln!(text, "Not as a file, but in {PLAN}:\n");
        }
        let why = match why {
            WhyNotExported::Path(problem) => problem.to_string(),
            WhyNotExported::Clash { task, snippet } => format!(
                "it would be in the way of \"{}\" of the task \"{}\"",
                plain(snippet),
                plain(task)
            ),
        };
        // Writing to a string cannot fail.
        let (snippet, task) = (plain(snippet), plain(task));
        let _ = writeln!(text, "\"{snippet}\" of the task \"{task}\": {why}");
    }
    text
}

fn failed(error: &impl std::error::Error) -> Problem {
    tracing::error!(%error, "a process could not be made into a file");
    Problem::failed()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::{Method, Request};
    use pm_core::ProcessManager;
    use tower::ServiceExt;

    use super::*;
    use crate::tests::support::{garden, get, guarded, nothing, pages};

    const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

    #[tokio::test]
    async fn a_process_is_the_markdown_and_the_json_of_the_core() {
        let manager = garden();
        let process = manager.process("garden <script>alert(1)</script>").unwrap();
        let markdown = export_markdown(&process, &manager.now());
        let json = codec::write_process(&process).unwrap();
        let pages = pages(manager);
        for (ending, media_type, content) in [
            ("md", "text/markdown; charset=utf-8", markdown),
            ("json", "application/json", json),
        ] {
            let answer = get(&pages, &format!("{GARDEN}/export.{ending}")).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.body, content);
            assert_eq!(answer.header("content-type"), media_type);
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(
                answer.header("content-disposition"),
                format!(
                    "attachment; filename=\"Garden _script_alert_1___script_.{ending}\"; \
                     filename*=UTF-8''Garden%20_script_alert%281%29__script_.{ending}"
                )
            );
        }
        let shown = get(&pages, GARDEN).await.body;
        for ending in ["md", "json", "zip"] {
            assert!(shown.contains(&format!("href=\"{GARDEN}/export.{ending}\"")));
        }
    }

    #[tokio::test]
    async fn a_former_state_is_a_file_as_well() {
        let pages = pages(garden());
        let then = get(&pages, &format!("{GARDEN}/at/2/export.md")).await;
        assert!(then.body.contains("one();"), "{}", then.body);
        let now = get(&pages, &format!("{GARDEN}/export.md")).await;
        assert!(!now.body.contains("one();"), "{}", now.body);
    }

    #[tokio::test]
    async fn an_archive_has_the_code_as_files_and_says_what_is_none() {
        let manager = nothing();
        let app = manager.create_process("app".parse().unwrap(), "").unwrap();
        let add = |task: &str, code: &str, content: &str| {
            let _ = manager.add_task(&app.name, task.parse().unwrap(), "");
            let code = code.parse().unwrap();
            manager.add_snippet(&app.name, task, code, content).unwrap();
        };
        add("one", "src/main.rs", "fn main() {}\n");
        add("one", "plan.md", "of the code");
        add("one", "../up", "out of it");
        add("two", "lib", "a file");
        add("two", "lib/mod.rs", "below it");
        let markdown = get(&pages(manager.clone()), "/p/app/export.md").await.body;
        let (headers, bytes) = bytes_of(manager, "/p/app/export.zip").await;
        assert_eq!(headers["content-type"], ZIP);
        assert!(!headers.contains_key("content-encoding"), "{headers:?}");
        assert_eq!(
            headers["content-disposition"],
            "attachment; filename=\"app.zip\"; filename*=UTF-8''app.zip"
        );
        let left_out = "Not as a file, but in plan.md:\n\n\
            \"../up\" of the task \"one\": it leads out of the directory with \"..\"\n\
            \"lib\" of the task \"two\": it would be in the way of \"lib/mod.rs\" of the task \"two\"\n\
            \"lib/mod.rs\" of the task \"two\": it would be in the way of \"lib\" of the task \"two\"\n";
        let files = [
            ("plan.md".to_owned(), markdown.as_str()),
            ("left-out.txt".to_owned(), left_out),
            ("code/src/main.rs".to_owned(), "fn main() {}\n"),
            ("code/plan.md".to_owned(), "of the code"),
        ];
        // Archives of the same files are equal, as the core's own tests prove.
        let expected = write_zip(files, Cursor::new(Vec::new())).unwrap();
        assert_eq!(bytes, expected.into_inner());
    }

    /// What comes with a path, as a browser asks for it that takes what is compressed.
    async fn bytes_of(manager: ProcessManager, path: &str) -> (http::HeaderMap, Vec<u8>) {
        let request = Request::get(path).header("accept-encoding", "gzip");
        let request = request.body(Body::empty()).unwrap();
        let answer = pages(manager).oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (parts.headers, body.to_vec())
    }

    #[tokio::test]
    async fn what_is_known_is_not_sent_again_and_a_look_at_the_head_is_enough() {
        let pages = pages(garden());
        for ending in ["md", "json", "zip"] {
            let path = format!("{GARDEN}/export.{ending}");
            let ask = |method: Method, tag: &str| {
                let request = Request::builder().method(method).uri(&path);
                let request = request.header("if-none-match", tag);
                pages.clone().oneshot(request.body(Body::empty()).unwrap())
            };
            let head = ask(Method::HEAD, "").await.unwrap();
            assert_eq!(head.status(), 200);
            let tag = head.headers()["etag"].to_str().unwrap().to_owned();
            assert!(head.headers().contains_key("content-disposition"));
            assert!(to_bytes(head.into_body(), 1).await.unwrap().is_empty());
            assert_eq!(ask(Method::GET, &tag).await.unwrap().status(), 304);
            assert_eq!(ask(Method::GET, "W/\"0\"").await.unwrap().status(), 200);
        }
    }

    #[tokio::test]
    async fn only_what_is_there_is_a_file_and_for_those_who_may_see_it() {
        let pages = pages(garden());
        for (path, status) in [
            ("/p/none/export.md", 404),
            ("/p/parser/at/9/export.json", 404),
            ("/p/parser/export.exe", 404),
            ("/p/PARSER/export.zip", 307),
        ] {
            let answer = get(&pages, path).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.header("content-disposition"), "", "{path}");
        }
        let closed = guarded(garden());
        let raw = format!("{GARDEN}/t/soil%20test/c/tokens.rs/raw");
        for path in ["/p/parser/export.md", "/p/parser/export.zip", raw.as_str()] {
            let answer = get(&closed, path).await;
            assert_eq!(answer.status, 303, "{path}");
            let login = answer.header("location");
            assert!(login.starts_with("/login?to="), "{login}");
        }
    }
}
