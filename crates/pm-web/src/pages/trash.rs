//! The trash: processes that were deleted and can be put back.

use askama::Template;
use axum::extract::State;
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
pub(crate) async fn page(State(front): State<FrontEnd>) -> Result<Tagged, Problem> {
    front.show(render).await
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
    use crate::tests::support::{check, garden, get, pages};

    #[tokio::test]
    async fn what_was_deleted_is_listed() {
        check("trash", get(&pages(garden()), "/trash").await.main());
    }
}
