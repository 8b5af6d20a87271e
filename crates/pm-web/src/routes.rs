//! Which address is which page, and what stands around all of them.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

use crate::pages::{activity, events, help, home, login, process, search, snippet, task, trash};
use crate::{FrontEnd, admission, assets, fresh, headers, same_origin};

impl FrontEnd {
    /// Makes the routes.
    pub fn into_router(self) -> Router {
        let open = Router::new()
            .route("/help", get(help::page))
            .route("/login", get(login::page).post(login::enter))
            .route("/logout", post(login::leave))
            .route("/assets/{hash}/{name}", get(assets::send));
        let kept = Router::new()
            .route("/", get(home::page))
            .route("/p/{process}", get(process::page))
            .route("/p/{process}/t/{task}", get(task::page))
            .route("/p/{process}/t/{task}/c/{code}", get(snippet::page))
            .route("/p/{process}/activity", get(activity::page_of_process))
            .route("/activity", get(activity::page))
            .route("/search", get(search::page))
            .route("/trash", get(trash::page))
            .route("/events", get(events::stream))
            .layer(from_fn_with_state(self.clone(), admission::admit));
        open.merge(kept)
            .layer((
                from_fn(fresh::not_modified),
                from_fn_with_state(self.clone(), admission::identify),
                from_fn(same_origin::check),
            ))
            // An event stream is left as it is.
            .layer(CompressionLayer::new())
            // The outermost: every answer has the headers, also that to what is refused.
            .layer(map_response(headers::secured))
            .with_state(self)
    }
}
