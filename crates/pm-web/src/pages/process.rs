//! The plan of a process, as a list, as a board or as a picture, narrowed by a text or a status.

mod board;
mod filter;
mod graph;
mod head;
mod lanes;
mod links;
mod list;
mod row;

use askama::Template;
use axum::extract::State;
use http::Uri;
use pm_core::{ProcessManager, Progress};

use self::board::Board;
use self::filter::{Filter, people};
use self::graph::Graph;
use self::head::{Head, View};
use self::list::List;
use crate::changes::just_made;
use crate::frame::Frame;
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::parts::{ProgressBar, claimed};
use crate::problem::Problem;
use crate::prompts::Prompts;
use crate::query::Query;
use crate::rich_text::{HeadingLevel, RichText};
use crate::shown::Place;

/// The plan of a process.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    let view = View::of(&query)?;
    let filter = Filter::of(&query)?;
    let (prompts, process) = (front.prompts(), place.process.clone());
    let page = move |manager: &_| render(manager, &place, (view, filter), &query, &*prompts);
    let address = uri.to_string();
    front.show_of_process(&address, process, page).await
}

fn render(
    manager: &ProcessManager,
    place: &Place,
    (view, filter): (View, Filter),
    query: &Query,
    prompts: &dyn Prompts,
) -> Result<String, Problem> {
    let shown = place.find(manager)?;
    let process = &*shown.process;
    let head = Head {
        process,
        description: RichText::new(&process.description, HeadingLevel::H1),
        address: shown.page.clone(),
        present: &shown.present.address,
        progress: ProgressBar(Progress::of_tasks(process)),
        claimed: claimed(process, &shown.now),
        view,
        filter,
        people: people(process, &shown.now),
        prompt: match shown.past {
            None => prompts.of_process(&process.name),
            Some(_) => None,
        },
    };
    let frame = Frame::new(&process.name)
        .of_process(&process.name)
        .after(just_made(manager, process, query))
        .at_revision(process.revision)
        .of_the_past(shown.past.clone());
    let now = &shown.now;
    Ok(match view {
        View::List => List::new(frame, head, now, query)?.render()?,
        View::Board => Board::new(frame, head, now, query)?.render()?,
        View::Graph => Graph::new(frame, head, now, query)?.render()?,
    })
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, garden, get, pages};
    use crate::tests::support::{from_json, nothing};
    use pm_core::ProcessManager;

    const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

    #[tokio::test]
    async fn a_plan_is_a_list_in_its_order() {
        let answer = get(&pages(garden()), GARDEN).await;
        check("process_list", answer.main());
    }

    #[tokio::test]
    async fn a_plan_is_a_board_by_status() {
        let answer = get(&pages(garden()), &format!("{GARDEN}?view=board")).await;
        check("process_board", answer.main());
    }

    #[tokio::test]
    async fn a_plan_is_a_picture_of_what_waits_for_what() {
        let pages = pages(garden());
        let answer = get(&pages, &format!("{GARDEN}?view=graph")).await;
        check("process_graph", answer.main());
        let chosen = get(&pages, &format!("{GARDEN}?view=graph&task=beds")).await;
        check("process_graph_chosen", chosen.main());
        let path = format!("{GARDEN}?view=graph&task=none");
        assert_eq!(get(&pages, &path).await.status, 404);
    }

    #[tokio::test]
    async fn a_picture_has_room_for_some_and_shows_what_is_around_one() {
        let links = |steps: usize| {
            let step = |number: usize| {
                let on = number - number % 10;
                format!(r#""step {number}": {{"depends_on": ["step {on}"]}}"#)
            };
            let steps: Vec<String> = (0..steps).map(step).collect();
            let steps = steps.join(",");
            let text = format!(r#"{{"process_name": "long", "tasks": {{{steps}}}}}"#);
            let manager = nothing();
            manager.create_whole(from_json(&text)).unwrap();
            manager
        };
        let boxes = |answer: &str| answer.matches("class=\"box").count();
        let few = get(&pages(links(50)), "/p/long?view=graph").await.body;
        assert_eq!(boxes(&few), 50);
        let many = pages(links(200));
        let first = get(&many, "/p/long?view=graph").await.body;
        assert_eq!(boxes(&first), 60);
        assert!(first.contains("200 open tasks"), "{first}");
        let near = get(&many, "/p/long?view=graph&task=step+105").await.body;
        assert_eq!(boxes(&near), 2, "itself and what it waits for: {near}");
    }

    #[tokio::test]
    async fn a_plan_without_tasks_says_what_to_do() {
        let answer = get(&pages(garden()), "/p/parser").await;
        check("process_empty", answer.main());
    }

    #[tokio::test]
    async fn a_plan_is_narrowed_by_words_and_status() {
        let pages = pages(garden());
        for (query, tasks) in [
            ("q=SOIL", vec!["soil test"]),
            ("q=monday+find", vec!["soil test"]),
            ("q=spring", vec!["beds", "fence"]),
            ("status=blocked", vec!["fence"]),
            ("status=todo&q=beds", vec!["beds"]),
            ("priority=high", vec!["soil test"]),
            ("waiting=hide", vec!["soil test", "fence", "greenhouse"]),
            ("waiting=hide&q=beds", vec![]),
            ("who=LLAMA-UI+%23k3", vec!["soil test"]),
            ("who=nobody", vec![]),
            ("status=done&q=beds", vec![]),
        ] {
            let answer = get(&pages, &format!("{GARDEN}?{query}")).await.body;
            let names = ["soil test", "beds", "fence", "greenhouse"];
            let shown = |name: &&str| {
                answer.contains(&format!(
                    "class=\"name\" href=\"{GARDEN}/t/{}\"",
                    crate::address::segment(name)
                ))
            };
            let found: Vec<&str> = names.into_iter().filter(|name| shown(name)).collect();
            assert_eq!(found, tasks, "{query}");
            assert_eq!(
                answer.contains("No task fits."),
                tasks.is_empty(),
                "{query}"
            );
        }
        for view in ["list", "board"] {
            let path = format!("{GARDEN}?view={view}&q=grenhouse");
            let answer = get(&pages, &path).await.body;
            let near = "<a href=\"{GARDEN}/t/greenhouse\" dir=\"auto\">greenhouse</a>";
            assert!(
                answer.contains(&near.replace("{GARDEN}", GARDEN)),
                "{answer}"
            );
        }
        // Another view keeps what is asked for.
        let answer = get(&pages, &format!("{GARDEN}?q=a+b&status=done"))
            .await
            .body;
        assert!(
            answer.contains("?view=board&#38;status=done&#38;q=a+b"),
            "{answer}"
        );
    }

    #[tokio::test]
    async fn what_a_plan_cannot_be_narrowed_by_is_told() {
        let pages = pages(garden());
        for query in [
            "priority=zzz",
            "waiting=maybe",
            "status=half",
            "view=tree",
            "from=x",
            "view=board&most=0",
        ] {
            let answer = get(&pages, &format!("/p/parser?{query}")).await;
            assert_eq!(answer.status, 400, "{query}");
        }
    }

    #[tokio::test]
    async fn a_long_plan_is_shown_piece_by_piece() {
        let pages = pages(long_plan(320));
        let list = get(&pages, "/p/long").await.body;
        assert!(list.contains(">step 300<") && !list.contains(">step 301<"));
        assert!(list.contains("href=\"/p/long?from=301\""));
        let list = get(&pages, "/p/long?from=301").await.body;
        assert!(list.contains("value=\"301\"") && !list.contains(">step 300<"));
        let board = get(&pages, "/p/long?view=board").await.body;
        // The odd ones are done: the last twenty of them, and a hundred of the others.
        assert_eq!(board.matches(" class=\"card\">").count(), 120);
        let more = "/p/long?view=board&more=todo&most=200";
        assert!(board.contains(&more.replace('&', "&#38;")), "{board}");
        let board = get(&pages, more).await.body;
        assert_eq!(board.matches(" class=\"card\">").count(), 180);
    }

    /// A plan of so many steps, each second of which is done.
    fn long_plan(steps: usize) -> ProcessManager {
        let step = |number| {
            let status = if number % 2 == 1 { "done" } else { "todo" };
            format!(r#""step {number}": {{"status": "{status}"}}"#)
        };
        let steps: Vec<String> = (1..=steps).map(step).collect();
        let text = format!(
            r#"{{"process_name": "long", "tasks": {{{}}}}}"#,
            steps.join(",")
        );
        let manager = nothing();
        manager.create_whole(from_json(&text)).unwrap();
        manager
    }
}
