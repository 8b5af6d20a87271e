//! Which address is which page, and what stands around all of them.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::compression::CompressionLayer;

use crate::pages::{activity, events, help, home, process, search, snippet, task, trash};
use crate::problem::Problem;
use crate::{Access, FrontEnd, assets, fresh, headers};

impl FrontEnd {
    /// Makes the routes.
    pub fn into_router(self) -> Router {
        let open = Router::new()
            .route("/", get(home::page))
            .route("/help", get(help::page))
            .route("/assets/{hash}/{name}", get(assets::send));
        let kept = Router::new()
            .route("/p/{process}", get(process::page))
            .route("/p/{process}/t/{task}", get(task::page))
            .route("/p/{process}/t/{task}/c/{code}", get(snippet::page))
            .route("/p/{process}/activity", get(activity::page_of_process))
            .route("/activity", get(activity::page))
            .route("/search", get(search::page))
            .route("/trash", get(trash::page))
            .route("/events", get(events::stream))
            .layer(from_fn_with_state(self.access(), refuse_without_access));
        open.merge(kept)
            .layer(from_fn(fresh::not_modified))
            // An event stream is left as it is.
            .layer(CompressionLayer::new())
            .layer(map_response(headers::secured))
            .with_state(self)
    }
}

/// Lets nobody see what is kept where nobody may.
async fn refuse_without_access(
    State(access): State<Access>,
    request: Request,
    next: Next,
) -> Response {
    match access {
        Access::Everyone => next.run(request).await,
        Access::Nobody => Problem::token_needed().into_response(),
    }
}
