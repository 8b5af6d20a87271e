//! A process in the trash: what is in it, before it is put back or deleted for ever.

use askama::Template;
use axum::extract::State;
use http::{StatusCode, Uri};
use pm_core::store::Trashed;
use pm_core::{Process, ProcessManager, Progress, Task, TaskName};

use crate::address;
use crate::frame::{Frame, Link};
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::moment::Moment;
use crate::names::Names;
use crate::parts::{ProgressBar, StatusMark, count};
use crate::problem::Problem;
use crate::rich_text::{HeadingLevel, RichText};

/// How many tasks a page shows.
const A_PAGE: usize = 300;

#[derive(Template)]
#[template(path = "trashed.html")]
struct Page<'a> {
    frame: Frame,
    item: &'a Trashed,
    deleted: Moment,
    /// Whether it is the one of its name that comes back.
    is_last: bool,
    description: Option<RichText>,
    progress: ProgressBar,
    tasks: Vec<Row<'a>>,
    /// How many more there are.
    more: usize,
}

/// A task, as far as it says what would be lost.
struct Row<'a> {
    name: &'a TaskName,
    status: StatusMark,
    /// How many jobs and snippets it has.
    holds: Vec<String>,
    description: Option<RichText>,
}

/// The page of an item of the trash.
pub(crate) fn address_of(item: &Trashed) -> String {
    let name = address::segment(item.name.as_str());
    let at = address::segment(&item.deleted_at.to_string());
    format!("/trash/{name}/{at}")
}

/// What is in a process that was deleted at a time.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    Names((process, deleted_at)): Names<(String, String)>,
    uri: Uri,
) -> Result<Tagged, Problem> {
    let page = move |manager: &_| render(manager, &process, &deleted_at);
    front.show_of_everything(&uri.to_string(), page).await
}

fn render(manager: &ProcessManager, wanted: &str, deleted_at: &str) -> Result<String, Problem> {
    let now = manager.now();
    let trash = manager.trash()?;
    let of_name = |item: &&Trashed| item.name.as_str() == wanted.trim();
    let mut all = trash.iter().filter(of_name);
    let place = all.position(|item| item.deleted_at.to_string() == deleted_at.trim());
    let item = place.and_then(|place| trash.iter().filter(of_name).nth(place));
    let (Some(place), Some(item)) = (place, item) else {
        let sentence = "It is not in the trash any more: it was put back, or deleted for ever.";
        return Err(Problem::new(StatusCode::NOT_FOUND, sentence).leading_to("Trash", "/trash"));
    };
    let (_, process) = manager.trashed(item.name.as_str(), Some(&item.deleted_at))?;
    let process: &Process = &process;
    let trash = Link {
        name: "Trash".to_owned(),
        address: "/trash".to_owned(),
    };
    let page = Page {
        frame: Frame::new(&item.name).below(vec![trash]).of_everything(),
        item,
        deleted: Moment::new(&item.deleted_at, &now),
        is_last: place == 0,
        description: RichText::new(&process.description, HeadingLevel::H1),
        progress: ProgressBar(Progress::of_tasks(process)),
        tasks: process.tasks.iter().take(A_PAGE).map(Row::new).collect(),
        more: process.tasks.len().saturating_sub(A_PAGE),
    };
    Ok(page.render()?)
}

impl<'a> Row<'a> {
    fn new((name, task): (&'a TaskName, &'a Task)) -> Self {
        let held = [
            (task.jobs.len(), "job"),
            (task.snippet_names().len(), "snippet"),
        ];
        let held = held.into_iter().filter(|(number, _)| *number > 0);
        Self {
            name,
            status: StatusMark(task.status()),
            holds: held.map(|(number, what)| count(number, what)).collect(),
            description: RichText::new(&task.description, HeadingLevel::H2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::address_of;
    use crate::Access;
    use crate::tests::support::{check, front, garden, get, pages};

    #[tokio::test]
    async fn what_is_in_the_trash_can_be_looked_into_before_it_is_purged() {
        let manager = garden();
        let name = "Garden <script>alert(1)</script>".parse().unwrap();
        manager.delete_process(&name).unwrap();
        let item = manager.trash().unwrap().remove(0);
        let (site, address) = (pages(manager.clone()), address_of(&item));
        let listed = get(&site, "/trash").await.body;
        assert!(listed.contains(&format!("href=\"{address}\"")), "{listed}");
        let answer = get(&site, &address).await;
        assert_eq!(answer.status, 200);
        check("trashed", answer.main());
        let reader = front(manager.clone(), Access::Everyone).read_only();
        let read = get(&reader.into_router(), &address).await.body;
        assert!(read.contains("soil test") && !read.contains("<form method=\"post\""));
        manager
            .purge_trashed(name.as_str(), Some(&item.deleted_at))
            .unwrap();
        let gone = get(&site, &address).await;
        assert_eq!(gone.status, 404);
        assert!(
            gone.body.contains("not in the trash any more"),
            "{}",
            gone.body
        );
        assert_eq!(get(&site, "/trash/none/2026").await.status, 404);
    }
}
