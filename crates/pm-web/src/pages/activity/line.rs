//! The small picture beside a process on Home: how much was done and open over time, as the one above
//! its activity. It is a file of its own, so that Home reads no history.

use askama::Template;
use axum::extract::State;
use http::Uri;
use pm_core::{ProcessManager, Progress};
use tokio::sync::Semaphore;

use super::timeline::outline;
use crate::found;
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::problem::Problem;

/// How many steps it has at most: four pixels each.
const STEPS: usize = 24;

/// How many histories are read for them at once: a page has many such pictures, and a browser asks
/// for all that are seen.
static TURNS: Semaphore = Semaphore::const_new(2);

#[derive(Template)]
#[template(path = "parts/line.svg")]
struct Line {
    /// The outlines of what was to be done in all, and of what was done.
    all: String,
    done: String,
}

/// The picture; its address has the revision, so that a browser shows no older one.
pub(crate) async fn picture(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    uri: Uri,
) -> Result<Tagged, Problem> {
    // The semaphore is never closed.
    let _turn = TURNS.acquire().await;
    let name = process.clone();
    let make = move |manager: &ProcessManager| render(manager, &name);
    // Whatever revision the address has, the picture is of the process as it is now.
    let picture = front.show_of_process(uri.path(), process, make).await?;
    Ok(picture.into_picture())
}

fn render(manager: &ProcessManager, process: &str) -> Result<String, Problem> {
    let process = found::process(manager, process)?;
    let steps = manager.timeline(&process.name, STEPS)?;
    let line = Line {
        all: outline(&steps, Progress::all),
        done: outline(&steps, |of| of.done),
    };
    Ok(line.render()?)
}

#[cfg(test)]
mod tests {
    use pm_core::Status;
    use pm_core::model::TaskUpdate;

    use crate::tests::support::{check, garden, get, pages};

    const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

    #[tokio::test]
    async fn a_line_is_a_picture_of_steps() {
        let manager = garden();
        let parser = "parser".parse().unwrap();
        for number in 1..=30 {
            let name = format!("step <{number}>");
            manager
                .add_task(&parser, name.parse().unwrap(), "")
                .unwrap();
        }
        let pages = pages(manager.clone());
        let line = get(&pages, "/p/parser/line.svg?r=31").await;
        assert_eq!(line.header("content-type"), "image/svg+xml");
        assert_eq!(line.header("cache-control"), "private, no-cache");
        check("line", &line.body);
        assert!(line.body.len() < 1000, "{} bytes", line.body.len());
        let done = TaskUpdate {
            status: Some(Status::Done),
            ..TaskUpdate::default()
        };
        manager.update_task(&parser, "step <1>", done).unwrap();
        let after = get(&pages, "/p/parser/line.svg?r=31").await;
        assert_ne!(after.header("etag"), line.header("etag"));
        let home = get(&pages, "/").await.body;
        assert!(home.contains("src=\"/p/parser/line.svg?r=32\""), "{home}");
        // A process with few changes has no line on Home, and a picture all the same.
        assert!(!home.contains(&format!("{GARDEN}/line.svg")), "{home}");
        let young = get(&pages, &format!("{GARDEN}/line.svg")).await;
        assert!(young.body.contains("<path"), "{}", young.body);
        assert_eq!(get(&pages, "/p/none/line.svg").await.status, 404);
        let led = get(&pages, "/p/PARSER/line.svg?r=1").await;
        assert_eq!(led.header("location"), "/p/parser/line.svg?r=1");
    }
}
