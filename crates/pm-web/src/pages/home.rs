//! Home: all processes, the last changed first, with how far they are and who is at work; above them
//! what wants a person.

mod wants;

use askama::Template;
use axum::extract::State;
use http::{HeaderMap, Uri};
use pm_core::model::ProcessSummary;
use pm_core::{ProcessManager, Timestamp};

use self::wants::{Want, wants};
use super::help::Connecting;
use crate::address;
use crate::frame::{Frame, Link};
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::moment::Moment;
use crate::parts::{ClaimMark, ProgressBar};
use crate::problem::{Problem, as_it_is, unusable};
use crate::query::Query;
use crate::rich_text::in_one_line;
use crate::server_state::ServerState;

/// How many changes a process has to have for a picture of them.
const LINE_CHANGES_MIN: u64 = 8;

/// How many processes a page shows.
const A_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    frame: Frame,
    connecting: Connecting,
    processes: Vec<Row<'a>>,
    /// How many processes there are in all.
    total: usize,
    /// The address of the page with those behind.
    more: Option<String>,
    wants: Vec<Want>,
    /// What is wrong with each file that cannot be used, as a sentence, and where the file is shown
    /// as it is.
    problems: Vec<(String, Option<Link>)>,
    /// What was just put into the trash.
    deleted: Option<String>,
}

/// A process in the list.
struct Row<'a> {
    summary: &'a ProcessSummary,
    /// What tells its row from others on the page.
    id: String,
    address: String,
    /// What it says of itself, on one line.
    about: String,
    progress: ProgressBar,
    /// The picture of how far it was over time.
    line: Option<String>,
    changed: Moment,
    /// Who made the last change, and what it did, if that is known.
    last: Option<(String, &'a str)>,
    claims: Vec<ClaimMark>,
    /// How many more tasks may be claimed.
    more_claims: usize,
}

/// All processes; how to connect if there are none.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    headers: HeaderMap,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    let connecting = Connecting::new(&front, &headers);
    // The page also says by which address the server was reached.
    let address = format!("{} {uri}", connecting.url());
    let state = front.server_state();
    let from = query.number("from")?.unwrap_or(1);
    front
        .show_of_everything(&address, move |manager| {
            render(manager, &*state, connecting, from, &query)
        })
        .await
}

fn render(
    manager: &ProcessManager,
    state: &dyn ServerState,
    connecting: Connecting,
    from: usize,
    query: &Query,
) -> Result<String, Problem> {
    let now = manager.now();
    let listing = manager.list_processes()?;
    let mut summaries: Vec<&ProcessSummary> = listing.processes.iter().map(|it| &**it).collect();
    // If times are equal, they stay in the order of their names, in which they came.
    summaries.sort_by_key(|summary| std::cmp::Reverse(changed_at(summary).instant()));
    let behind = summaries.iter().skip(from - 1);
    let rows = behind.take(A_PAGE).map(|summary| Row::new(summary, &now));
    let total = summaries.len();
    let next = from.saturating_add(A_PAGE);
    let home = Home {
        frame: Frame::new("Home").at("/").of_everything(),
        connecting,
        processes: rows.collect(),
        total,
        more: (next <= total).then(|| address::with_query("/", &[("from", &next.to_string())])),
        wants: wants(&listing, state, &now),
        problems: listing
            .problems
            .iter()
            .map(|it| (unusable(it), as_it_is(it)))
            .collect(),
        deleted: deleted(manager, query),
    };
    Ok(home.render()?)
}

/// The process that the address says was just deleted, if it is in the trash.
fn deleted(manager: &ProcessManager, query: &Query) -> Option<String> {
    let wanted = Some(query.get("deleted")).filter(|wanted| !wanted.is_empty())?;
    let trash = manager.trash().ok()?;
    let name = trash.into_iter().map(|item| item.name.to_string());
    name.into_iter().find(|name| name == wanted)
}

/// When a process changed last: its file may have been written a little later.
fn changed_at(summary: &ProcessSummary) -> &Timestamp {
    let last = summary.last_change.as_deref();
    last.map_or(&summary.updated_at, |last| &last.at)
}

impl<'a> Row<'a> {
    fn new(summary: &'a ProcessSummary, now: &Timestamp) -> Self {
        let (claims, more_claims) = summary.claims.at(now);
        let claims = claims.into_iter().cloned();
        let last = summary.last_change.as_deref();
        let address = address::process(&summary.name);
        let has_line = summary.tasks > 0 && summary.revision >= LINE_CHANGES_MIN;
        let revision = summary.revision.to_string();
        Self {
            summary,
            line: has_line.then(|| {
                let picture = format!("{address}/line.svg");
                address::with_query(&picture, &[("r", &revision)])
            }),
            id: format!("p-{}", address::segment(summary.name.as_str())),
            address,
            about: in_one_line(&summary.description),
            progress: ProgressBar(summary.progress),
            changed: Moment::new(changed_at(summary), now),
            last: last.map(|last| (last.actor.to_string(), &*last.summary)),
            claims: claims.map(|claim| ClaimMark::new(claim, now)).collect(),
            more_claims,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, from_json, garden, get, nothing, pages};

    #[tokio::test]
    async fn the_last_changed_comes_first() {
        let answer = get(&pages(garden()), "/").await;
        check("home", &answer.body);
    }

    #[tokio::test]
    async fn who_waits_and_who_is_at_work_is_counted() {
        let manager = nothing();
        let claim = |number: usize| {
            let until = format!("2026-11-22T12:{:02}:00Z", 10 + number);
            format!(
                r#""{number}": {{"status": "in_progress",
                    "claim": {{"by": "agent {number}", "until": "{until}"}}}}"#
            )
        };
        let tasks: Vec<String> = (0..10).map(claim).collect();
        let text = format!(
            r#"{{"process_name": "busy", "tasks": {{{}, "last": {{"depends_on": ["0", "1"]}}}}}}"#,
            tasks.join(",")
        );
        manager.create_whole(from_json(&text)).unwrap();
        let answer = get(&pages(manager), "/").await;
        check("home_busy", answer.main());
    }

    #[tokio::test]
    async fn a_new_server_says_how_to_connect() {
        let answer = get(&pages(nothing()), "/").await;
        check("home_empty", answer.main());
    }

    #[tokio::test]
    async fn many_processes_take_several_pages() {
        let manager = nothing();
        for number in 1..=51 {
            let name = format!("process {number:02}").parse().unwrap();
            manager.create_process(name, "").unwrap();
        }
        let pages = pages(manager);
        let first = get(&pages, "/").await.body;
        assert!(first.contains("process 50") && !first.contains("process 51"));
        assert!(first.contains("href=\"/?from=51\""));
        let second = get(&pages, "/?from=51").await.body;
        assert!(second.contains("process 51") && !second.contains("process 50"));
        assert!(!second.contains("More processes"));
    }
}
