//! The trash: processes that were deleted and can be put back.

use askama::Template;
use axum::extract::State;
use http::Uri;
use pm_core::ProcessManager;
use pm_core::store::Trashed;

use crate::frame::Frame;
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::moment::Moment;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "trash.html")]
struct Page<'a> {
    frame: Frame,
    items: Vec<Row<'a>>,
}

/// A deleted process.
struct Row<'a> {
    item: &'a Trashed,
    deleted: Moment,
    /// Whether it is the one of its name that comes back.
    is_last: bool,
}

/// What was deleted, the last first.
pub(crate) async fn page(State(front): State<FrontEnd>, uri: Uri) -> Result<Tagged, Problem> {
    front.show_of_everything(&uri.to_string(), render).await
}

fn render(manager: &ProcessManager) -> Result<String, Problem> {
    let now = manager.now();
    let trash = manager.trash()?;
    let page = Page {
        frame: Frame::new("Trash").at("/trash").of_everything(),
        items: (0..)
            .zip(&trash)
            .map(|(at, item)| Row {
                deleted: Moment::new(&item.deleted_at, &now),
                is_last: trash.iter().take(at).all(|later| later.name != item.name),
                item,
            })
            .collect(),
    };
    Ok(page.render()?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use pm_core::{ManualClock, ProcessName};
    use time::macros::datetime;

    use crate::tests::support::{check, garden, get, over, pages};

    #[tokio::test]
    async fn what_was_deleted_is_listed() {
        check("trash", get(&pages(garden()), "/trash").await.main());
    }

    #[tokio::test]
    async fn of_two_of_one_name_the_older_one_waits_for_the_later_one() {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
        let manager = over(Arc::clone(&clock));
        let name: ProcessName = "twice".parse().unwrap();
        for description in ["older", "later"] {
            manager.create_process(name.clone(), description).unwrap();
            manager.delete_process(&name).unwrap();
            clock.advance(Duration::from_secs(1));
        }
        let pages = pages(manager.clone());
        let both = get(&pages, "/trash").await.body;
        assert_eq!(both.matches("<button>Put back</button>").count(), 1);
        assert_eq!(both.matches("<button>Delete for ever</button>").count(), 2);
        assert_eq!(both.matches("once the later one of this name").count(), 1);
        let later = manager.trash().unwrap().remove(0).deleted_at;
        manager.purge_trashed("twice", Some(&later)).unwrap();
        let one = get(&pages, "/trash").await.body;
        assert_eq!(one.matches("<button>Put back</button>").count(), 1);
        assert!(!one.contains("once the later one"), "{one}");
        let back = manager.undo_deletion("twice").unwrap();
        assert_eq!(back.description, "older");
    }
}
