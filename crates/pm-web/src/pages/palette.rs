//! The names from which one is chosen in the palette of the pages: those of processes, and of the
//! tasks of the process at hand. It is no page, but a part that a script asks for.

use askama::Template;
use axum::extract::State;
use pm_core::ProcessManager;

use crate::address;
use crate::frame::Link;
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::problem::Problem;
use crate::query::Query;

/// How many tasks are named, and how many processes.
const NAMES: usize = 20;

#[derive(Template)]
#[template(path = "palette.html")]
struct Palette {
    /// The names, each with what it is one of.
    found: Vec<(Link, &'static str)>,
}

/// The names that have all words of `q`; of tasks those of `process`, if there is one.
pub(crate) async fn part(State(front): State<FrontEnd>, query: Query) -> Result<Tagged, Problem> {
    front.show(move |manager| render(manager, &query)).await
}

fn render(manager: &ProcessManager, query: &Query) -> Result<String, Problem> {
    let words = query.get("q").to_lowercase();
    let has_all = |name: &str| {
        let name = name.to_lowercase();
        words.split_whitespace().all(|word| name.contains(word))
    };
    // The process is named as in the address of the page. If it is gone, that is no reason to say
    // nothing.
    let process = manager.process(&address::name(query.get("process"))).ok();
    let tasks = process.iter().flat_map(|process| {
        let tasks = process.tasks.keys().filter(|task| has_all(task.as_str()));
        tasks.map(|task| Link::to_task(&process.name, task))
    });
    let listing = manager.list_processes()?;
    let processes = listing.processes.iter().map(|summary| &summary.name);
    let processes = processes.filter(|name| has_all(name.as_str()));
    let tasks = tasks.take(NAMES).map(|link| (link, "task"));
    let processes = processes.take(NAMES).map(Link::to_process);
    let processes = processes.map(|link| (link, "process"));
    let found = tasks.chain(processes).collect();
    Ok(Palette { found }.render()?)
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, garden, get, guarded, pages};

    const GARDEN: &str = "Garden%2520%253Cscript%253Ealert%25281%2529%253C%252Fscript%253E";

    #[tokio::test]
    async fn names_that_have_all_words_are_found_as_texts() {
        let pages = pages(garden());
        let all = get(&pages, &format!("/palette?process={GARDEN}")).await;
        check("palette", &all.body);
        for (query, hits) in [
            ("q=GARD+script".to_owned(), 1),
            ("q=pars".to_owned(), 1),
            ("q=soil".to_owned(), 0),
            (format!("q=SOIL+te&process={GARDEN}"), 1),
            ("process=gone".to_owned(), 2),
        ] {
            let found = get(&pages, &format!("/palette?{query}")).await;
            assert_eq!(found.body.matches("<li>").count(), hits, "{query}");
        }
    }

    #[tokio::test]
    async fn who_is_not_logged_in_is_told_no_name() {
        let answer = get(&guarded(garden()), "/palette?q=pars").await;
        assert_ne!(answer.status, 200);
        assert!(!answer.body.contains("parser"), "{}", answer.body);
    }
}
