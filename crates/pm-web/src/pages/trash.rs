//! The trash: processes that were deleted and can be put back.

use askama::Template;
use axum::extract::State;
use pm_core::store::Trashed;
use pm_core::{ProcessManager, Timestamp};

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
}

/// What was deleted, the last first.
pub(crate) async fn page(State(front): State<FrontEnd>) -> Result<Tagged, Problem> {
    front.show(render).await
}

fn render(manager: &ProcessManager) -> Result<String, Problem> {
    let now = manager.now();
    let trash = manager.trash()?;
    let page = Page {
        frame: Frame::new("Trash").at("/trash").of_everything(),
        items: trash.iter().map(|item| Row::new(item, &now)).collect(),
    };
    Ok(page.render()?)
}

impl<'a> Row<'a> {
    fn new(item: &'a Trashed, now: &Timestamp) -> Self {
        let deleted = Moment::new(&item.deleted_at, now);
        Self { item, deleted }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, garden, get, pages};

    #[tokio::test]
    async fn what_was_deleted_is_listed() {
        check("trash", get(&pages(garden()), "/trash").await.main());
    }
}
