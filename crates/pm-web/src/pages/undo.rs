//! Before a change is taken back: what that would do, or what is in its way.

use askama::Template;
use axum::extract::State;
use pm_core::error::HistoryProblem;
use pm_core::{Error, ProcessManager};

use crate::address;
use crate::found;
use crate::frame::{Frame, Link};
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::moment::Moment;
use crate::names::Names;
use crate::pages::since::{Changed, Room};
use crate::problem::Problem;
use crate::query::Query;

#[derive(Template)]
#[template(path = "undo.html")]
struct Page {
    frame: Frame,
    /// Where it is taken back.
    address: String,
    /// Where that can be seen.
    back: String,
    revision: u64,
    /// What was done, by whom and when.
    done: String,
    by: String,
    at: Moment,
    /// What taking it back says of itself.
    would: String,
    /// What it would change, if the history tells.
    changed: Option<Changed>,
}

/// What it would do to take the change of a revision back.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    query: Query,
) -> Result<Tagged, Problem> {
    let revision = query.number("revision")?.unwrap_or_default();
    front
        .show(move |manager| render(manager, &process, revision))
        .await
}

fn render(manager: &ProcessManager, process: &str, revision: usize) -> Result<String, Problem> {
    let now = manager.now();
    let process = found::process(manager, process)?;
    let revision = u64::try_from(revision).unwrap_or(u64::MAX);
    let change = match manager.undo_preview(&process.name, revision) {
        Err(Error::History(name, HistoryProblem::ChangedSince { revision, later })) => {
            return Err(Problem::in_the_way(&name, revision, &later));
        }
        change => change?,
    };
    let entry = &change.entry;
    let page = Page {
        frame: Frame::new("Undo")
            .below(vec![Link::to_process(&process.name)])
            .of_process(&process.name),
        address: format!("{}/undo", address::process(&process.name)),
        back: format!("{}/activity", address::process(&process.name)),
        revision,
        done: entry.action.summary.clone(),
        by: entry.actor.to_string(),
        at: Moment::new(&entry.at, &now),
        would: change.summary,
        changed: Changed::by_undoing(manager, (&process, revision), &mut Room::default()),
    };
    Ok(page.render()?)
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, garden, get, pages};

    const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

    #[tokio::test]
    async fn it_says_what_it_would_do() {
        let manager = garden();
        let process = manager.process("Garden <script>alert(1)</script>").unwrap();
        let path = |revision: u64| format!("{GARDEN}/undo?revision={revision}");
        let answer = get(&pages(manager.clone()), &path(process.revision)).await;
        assert_eq!(answer.status, 200);
        check("undo", answer.main());
        let renamed = "beds <b>".parse().unwrap();
        manager.rename_task(&process.name, "beds", renamed).unwrap();
        let last = process.revision + 1;
        let answer = get(&pages(manager.clone()), &path(last)).await;
        let told = "<dd><del dir=\"auto\">beds &lt;b&gt;</del> <ins dir=\"auto\">beds</ins></dd>";
        assert!(answer.body.contains(told), "{}", answer.body);
        manager.delete_task(&process.name, "soil test").unwrap();
        let answer = get(&pages(manager), &path(process.revision)).await;
        assert_eq!(answer.status, 409);
        check("undo_in_the_way", answer.main());
    }

    #[tokio::test]
    async fn of_several_in_the_way_the_last_one_is_taken_back_first() {
        let manager = garden();
        let process = manager.process("Garden <script>alert(1)</script>").unwrap();
        let first = process.revision + 1;
        for text in ["one", "two", "three"] {
            manager.describe_process(&process.name, text).unwrap();
        }
        let path = |revision: u64| format!("{GARDEN}/undo?revision={revision}");
        let pages = pages(manager);
        let refused = get(&pages, &path(first)).await;
        assert_eq!(refused.status, 409);
        check("undo_several_in_the_way", refused.main());
        // In the order of the links each one can be.
        let links = refused.body.split("/undo?revision=").skip(1);
        let links = links.map(|rest| rest.split('"').next().unwrap());
        assert_eq!(links.collect::<Vec<_>>(), ["7", "6"]);
        assert_eq!(get(&pages, &path(7)).await.status, 200);
    }
}
