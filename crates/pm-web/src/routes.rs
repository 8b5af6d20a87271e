//! Which address is which page, and what stands around all of them.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Redirect;
use axum::routing::{MethodRouter, get, post};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

use crate::changes::{asks_for, of_code, of_conflicts, of_jobs, of_processes, of_tasks, up};
use crate::pages::activity::line;
use crate::pages::export::ZIP;
use crate::pages::snippet::{coloured, raw};
use crate::pages::{
    activity, events, export, help, home, import, login, palette, process, search, since, snippet,
    status, task, trash, trashed, undo, unusable, you,
};
use crate::{FrontEnd, admission, assets, found, fresh, headers, same_origin};

impl FrontEnd {
    /// Makes the routes.
    pub fn into_router(self) -> Router {
        self.into_router_with(|routes| routes)
    }

    /// Makes the routes with `inner` around what they do. It acts only once it is known that a
    /// request is let in: until then nobody is to read more of the request than its head.
    pub fn into_router_with(self, inner: impl Fn(Router<Self>) -> Router<Self>) -> Router {
        let open = Router::new()
            .route("/help", get(help::page))
            .route("/login", get(login::page).post(login::enter))
            .route("/logout", post(login::leave))
            .route("/assets/{hash}/{name}", get(assets::send));
        let open = inner(open).layer(from_fn(admission::is_small));
        let changes = if self.may_change() {
            changes()
        } else {
            Router::new()
        };
        let kept = Router::new()
            .route("/", get(home::page))
            .route("/p/{process}/line.svg", get(line::picture))
            .route("/p/{process}/activity", get(activity::page_of_process))
            .route("/p/{process}/since", get(since::page_lately))
            .route("/p/{process}/since/{revision}", get(since::page))
            .route("/activity", get(activity::page))
            .route("/search", get(search::page))
            .route("/trash", get(trash::page))
            .route("/trash/{process}/{deleted_at}", get(trashed::page))
            .route("/status", get(status::page))
            .route("/you", post(you::choose).get(to_status))
            .route("/unusable/{file}", get(unusable::send))
            .route("/palette", get(palette::part))
            .route("/events", get(events::stream))
            .merge(plan())
            .merge(changes);
        let kept = inner(kept).layer((
            from_fn_with_state(self.clone(), admission::admit),
            from_fn(found::lead),
        ));
        let compressible = DefaultPredicate::new().and(NotForContentType::const_new(ZIP));
        open.merge(kept)
            .layer((
                from_fn(fresh::not_modified),
                from_fn_with_state(self.clone(), admission::identify),
                from_fn(same_origin::check),
            ))
            // An event stream is left as it is, and so is an archive, which is compressed already.
            .layer(CompressionLayer::new().compress_when(compressible))
            // The outermost: every answer has the headers, also that to what is refused.
            .layer(map_response(headers::secured))
            .with_state(self)
    }
}

async fn to_trash() -> Redirect {
    Redirect::to("/trash")
}

async fn to_status() -> Redirect {
    Redirect::to("/status")
}

/// What shows a plan, and gives it away as files: as it is, and below `at` as it was.
fn plan() -> Router<FrontEnd> {
    let pages = ["/p/{process}", "/p/{process}/at/{revision}"];
    pages.into_iter().fold(Router::new(), |router, page| {
        let task = format!("{page}/t/{{task}}");
        let code = format!("{task}/c/{{code}}");
        router
            .route(page, get(process::page))
            .route(&format!("{page}/export.md"), get(export::markdown))
            .route(&format!("{page}/export.json"), get(export::json))
            .route(&format!("{page}/export.zip"), get(export::zip))
            .route(&task, get(task::page))
            .route(&code, get(snippet::page))
            .route(&format!("{code}/raw"), get(raw::send))
            .route(&format!("{code}/colours"), get(coloured::find))
    })
}

/// What changes something. If one is opened as a page, it leads to the page of what it changes.
fn changes() -> Router<FrontEnd> {
    let router = Router::new()
        .route("/new", asks_for(of_processes::create).get(up))
        .route("/sample", asks_for(of_processes::sample).get(up))
        .route("/import", post(import::take).get(import::page))
        .route(
            "/trash/{process}/restore",
            asks_for(of_processes::restore).get(to_trash),
        )
        .route(
            "/trash/{process}/purge",
            asks_for(of_processes::purge).get(to_trash),
        )
        .route(
            "/status/conflicts/{id}/apply",
            asks_for(of_conflicts::apply).get(to_status),
        )
        .route(
            "/status/conflicts/{id}/discard",
            asks_for(of_conflicts::discard).get(to_status),
        )
        .route(
            "/p/{process}/undo",
            asks_for(of_processes::undo).get(undo::page),
        );
    let process = [
        ("rename", asks_for(of_processes::rename)),
        ("describe", asks_for(of_processes::describe)),
        ("delete", asks_for(of_processes::delete)),
        ("copy", asks_for(of_processes::copy)),
        ("tasks", asks_for(of_tasks::several)),
        ("add", asks_for(of_tasks::add)),
    ];
    let task = [
        ("rename", asks_for(of_tasks::rename)),
        ("describe", asks_for(of_tasks::describe)),
        ("update", asks_for(of_tasks::update)),
        ("release", asks_for(of_tasks::release)),
        ("move", asks_for(of_tasks::relocate)),
        ("delete", asks_for(of_tasks::delete)),
        ("add-job", asks_for(of_jobs::add)),
        ("add-code", asks_for(of_code::add)),
    ];
    let job = [
        ("update", asks_for(of_jobs::update)),
        ("move", asks_for(of_jobs::relocate)),
        ("delete", asks_for(of_jobs::delete)),
    ];
    let code = [
        ("save", asks_for(of_code::save)),
        ("rename", asks_for(of_code::rename)),
        ("restore", asks_for(of_code::restore)),
        ("delete", asks_for(of_code::delete)),
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
