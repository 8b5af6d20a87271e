//! Which address is which page, and what stands around all of them.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Redirect;
use axum::routing::{MethodRouter, get, post};
use tower_http::compression::CompressionLayer;

use crate::changes::{of_code, of_jobs, of_processes, of_tasks, up};
use crate::pages::{
    activity, events, help, home, login, process, search, snippet, task, trash, undo,
};
use crate::{FrontEnd, admission, assets, found, fresh, headers, same_origin};

impl FrontEnd {
    /// Makes the routes.
    pub fn into_router(self) -> Router {
        let open = Router::new()
            .route("/help", get(help::page))
            .route("/login", get(login::page).post(login::enter))
            .route("/logout", post(login::leave))
            .route("/assets/{hash}/{name}", get(assets::send));
        let changes = if self.may_change() {
            changes()
        } else {
            Router::new()
        };
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
            .merge(changes)
            .layer((
                from_fn_with_state(self.clone(), admission::admit),
                from_fn(found::lead),
            ));
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

async fn to_trash() -> Redirect {
    Redirect::to("/trash")
}

/// What changes something. Opened as a page, each leads to the page of what it changes.
fn changes() -> Router<FrontEnd> {
    let router = Router::new()
        .route("/new", post(of_processes::create).get(up))
        .route(
            "/trash/{process}/restore",
            post(of_processes::restore).get(to_trash),
        )
        .route(
            "/trash/{process}/purge",
            post(of_processes::purge).get(to_trash),
        )
        .route(
            "/p/{process}/undo",
            post(of_processes::undo).get(undo::page),
        );
    let process = [
        ("rename", post(of_processes::rename)),
        ("describe", post(of_processes::describe)),
        ("delete", post(of_processes::delete)),
        ("copy", post(of_processes::copy)),
        ("tasks", post(of_tasks::several)),
        ("add", post(of_tasks::add)),
    ];
    let task = [
        ("rename", post(of_tasks::rename)),
        ("describe", post(of_tasks::describe)),
        ("update", post(of_tasks::update)),
        ("release", post(of_tasks::release)),
        ("move", post(of_tasks::relocate)),
        ("delete", post(of_tasks::delete)),
        ("add-job", post(of_jobs::add)),
        ("add-code", post(of_code::add)),
    ];
    let job = [
        ("update", post(of_jobs::update)),
        ("move", post(of_jobs::relocate)),
        ("delete", post(of_jobs::delete)),
    ];
    let code = [
        ("save", post(of_code::save)),
        ("rename", post(of_code::rename)),
        ("restore", post(of_code::restore)),
        ("delete", post(of_code::delete)),
    ];
    let of = |prefix: &'static str, verbs: Vec<(&'static str, MethodRouter<FrontEnd>)>| {
        verbs
            .into_iter()
            .map(move |(verb, change)| (format!("{prefix}/{verb}"), change.get(up)))
    };
    of("/p/{process}", process.into())
        .chain(of("/p/{process}/t/{task}", task.into()))
        .chain(of("/p/{process}/t/{task}/j/{job}", job.into()))
        .chain(of("/p/{process}/t/{task}/c/{code}", code.into()))
        .fold(router, |router, (path, change)| router.route(&path, change))
}
