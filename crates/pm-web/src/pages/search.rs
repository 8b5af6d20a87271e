//! Search: what is found in the names, texts and code of all processes or in one kind of thing, the
//! best hits first.

use askama::Template;
use axum::extract::State;
use http::{StatusCode, Uri};
use pm_core::ProcessManager;
use pm_core::search::{
    HitField, HitKind, HitPlace, MOST_HITS, QueryProblem, SearchHit, SearchQuery, USUAL_HITS,
};

use crate::address;
use crate::found::near;
use crate::frame::{Frame, Link};
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::pages::snippet::page_of_line;
use crate::parts::count;
use crate::problem::{Problem, unusable};
use crate::query::Query;

/// Of how many processes the names of tasks are looked through if nothing is found.
const NEAR_PROCESSES_MAX: usize = 100;

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    frame: Frame,
    /// What is looked for, once something is.
    found: Option<Found>,
}

/// What is looked for.
struct Wanted {
    query: SearchQuery,
    /// The kind of things; `None` stands for all of them.
    kind: Option<HitKind>,
    /// How many hits are shown.
    most: usize,
}

struct Found {
    wanted: Wanted,
    hits: Vec<Row>,
    /// If there are no hits, names that come near.
    near: Vec<Link>,
    total: usize,
    /// Files that may hold what is looked for and cannot be used, each as a sentence.
    problems: Vec<String>,
}

/// A hit.
struct Row {
    /// What was found, and where it is.
    name: String,
    within: String,
    address: String,
    field: String,
    excerpt: String,
}

/// What is found.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    let kind = kind(query.get("kind"))?;
    let most = query.number("most")?.unwrap_or(USUAL_HITS).min(MOST_HITS);
    match query.get("q").parse::<SearchQuery>() {
        Ok(query) => {
            let query = query.only(kind).at_most(most);
            let wanted = Wanted { query, kind, most };
            let page = move |manager: &_| render(manager, wanted);
            front.show_of_everything(&uri.to_string(), page).await
        }
        Err(QueryProblem::Blank) => {
            let frame = Frame::new("Search").part_of("Search");
            Ok(Tagged::new(Page { frame, found: None }.render()?))
        }
        Err(QueryProblem::TooLong { chars }) => {
            let sentence = format!(
                "Nothing was looked for: {chars} characters are too many, and {} are the most.",
                pm_core::search::MOST_QUERY_CHARS
            );
            Err(Problem::new(StatusCode::BAD_REQUEST, sentence))
        }
        Err(other) => {
            let sentence = format!("Nothing was looked for: {other}.");
            Err(Problem::new(StatusCode::BAD_REQUEST, sentence))
        }
    }
}

/// The kind of things of a name; `None` if the name is empty.
fn kind(name: &str) -> Result<Option<HitKind>, Problem> {
    let of_name = |kind: &HitKind| kind.as_str() == name;
    match HitKind::ALL.into_iter().find(of_name) {
        None if !name.is_empty() => {
            let known = HitKind::ALL.map(HitKind::as_str);
            Err(Problem::unknown_word("kind", name, &known))
        }
        kind => Ok(kind),
    }
}

/// The names of processes, and of the tasks of some, that come near to what is looked for.
fn near_names(manager: &ProcessManager, wanted: &str) -> Result<Vec<Link>, Problem> {
    let listing = manager.list_processes()?;
    let names = listing.processes.iter().map(|it| &it.name);
    let first = names.clone().take(NEAR_PROCESSES_MAX);
    let first = first.filter_map(|name| manager.process(name.as_str()).ok());
    let tasks = first.flat_map(|process| {
        let tasks = process.tasks.keys();
        let links = tasks.map(|task| Link::to_task(&process.name, task));
        links.collect::<Vec<_>>()
    });
    Ok(near(wanted, names.map(Link::to_process).chain(tasks)))
}

fn render(manager: &ProcessManager, wanted: Wanted) -> Result<String, Problem> {
    let query = &wanted.query;
    let hits = manager.search(query)?;
    let near = match hits.total {
        0 => near_names(manager, query.text())?,
        _ => Vec::new(),
    };
    let page = Page {
        frame: Frame::new("Search")
            .looking_for(query.text())
            .part_of("Search")
            .of_everything(),
        found: Some(Found {
            near,
            total: hits.total,
            hits: hits.best().into_iter().map(Row::new).collect(),
            problems: hits.problems.iter().map(unusable).collect(),
            wanted,
        }),
    };
    Ok(page.render()?)
}

impl Found {
    /// How many there are, and how many of them are shown.
    fn words(&self) -> String {
        let all = count(self.total, "hit");
        if self.hits.len() < self.total {
            format!("{all}, the best {} here", self.hits.len())
        } else {
            all
        }
    }

    /// The kinds of things, each with its word and whether it alone is looked for.
    fn kinds(&self) -> [(HitKind, &'static str, bool); 4] {
        HitKind::ALL.map(|kind| {
            let word = match kind {
                HitKind::Process => "processes",
                HitKind::Task => "tasks",
                HitKind::Job => "jobs",
                _ => "code",
            };
            (kind, word, self.wanted.kind == Some(kind))
        })
    }

    /// Where more hits are shown, if there are more.
    fn more(&self) -> Option<String> {
        let more = (self.wanted.most * 3).min(MOST_HITS);
        let is_more = self.hits.len() < self.total && self.wanted.most < MOST_HITS;
        is_more.then(|| {
            let kind = self.wanted.kind.map_or("", HitKind::as_str);
            let text = self.wanted.query.text();
            let query = [("q", text), ("kind", kind), ("most", &more.to_string())];
            address::with_query("/search", &query)
        })
    }
}

impl Row {
    fn new(hit: SearchHit) -> Self {
        let process = &hit.process;
        let line = hit.line;
        let field = match hit.field {
            HitField::Name => "name".to_owned(),
            HitField::Description => "description".to_owned(),
            HitField::Note => "note".to_owned(),
            HitField::Code => format!("code, line {line}"),
            _ => "something else".to_owned(),
        };
        let in_task = |task| format!("in {task} of {process}");
        let (name, within, address) = match &hit.place {
            HitPlace::Task(task) => {
                let within = format!("in {process}");
                (task.to_string(), within, address::task(process, task))
            }
            HitPlace::Job { task, job } => {
                let address = address::task(process, task);
                (job.to_string(), in_task(task), address)
            }
            HitPlace::Snippet {
                task,
                snippet,
                version,
                of,
            } => {
                let page = address::snippet(process, task, snippet);
                let version = if version < of {
                    version.to_string()
                } else {
                    // The last one is what the page shows anyway.
                    String::new()
                };
                let address = match hit.field {
                    HitField::Code => {
                        let from =
                            page_of_line(line).map_or(String::new(), |from| from.to_string());
                        let page = address::with_query(&page, &[("v", &version), ("from", &from)]);
                        format!("{page}#L{line}")
                    }
                    _ => address::with_query(&page, &[("v", &version)]),
                };
                (snippet.to_string(), in_task(task), address)
            }
            // One that the core got since is somewhere in the process.
            HitPlace::Process | _ => {
                let address = address::process(process);
                (process.to_string(), String::new(), address)
            }
        };
        Self {
            name,
            within,
            address,
            field,
            excerpt: hit.excerpt,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, garden, get, pages};

    #[tokio::test]
    async fn hits_lead_to_where_they_are() {
        let pages = pages(garden());
        check("search", get(&pages, "/search?q=soil").await.main());
        check("search_code", get(&pages, "/search?q=%3Cb%3E").await.main());
    }

    #[tokio::test]
    async fn one_kind_is_looked_for_and_more_is_shown_on_demand() {
        let pages = pages(garden());
        let tasks = get(&pages, "/search?q=soil&kind=task").await;
        check("search_tasks", tasks.main());
        let one = get(&pages, "/search?q=e&most=1").await.main().to_owned();
        assert!(one.contains("the best 1 here"), "{one}");
        assert!(
            one.contains("href=\"/search?q=e&#38;most=3\">More hits</a>"),
            "{one}"
        );
        let all = get(&pages, "/search?q=e&most=500").await.main().to_owned();
        assert!(!all.contains("More hits"), "{all}");
        let wrong = get(&pages, "/search?q=soil&kind=cloud").await;
        assert_eq!(wrong.status, 400);
        let known = "kind can be process, task, job, code, and not";
        assert!(wrong.body.contains(known), "{}", wrong.body);
        assert_eq!(get(&pages, "/search?q=soil&most=0").await.status, 400);
    }

    #[tokio::test]
    async fn what_is_not_found_or_cannot_be_is_told() {
        let pages = pages(garden());
        let nothing = get(&pages, "/search?q=zebra").await;
        assert!(nothing.body.contains("Nothing has all of these words."));
        assert!(nothing.body.contains("value=\"zebra\""), "{}", nothing.body);
        assert!(
            get(&pages, "/search")
                .await
                .body
                .contains("Type what you look for")
        );
        let near = get(&pages, "/search?q=parsr").await;
        assert!(
            near.body
                .contains("<a href=\"/p/parser\" dir=\"auto\">parser</a>")
        );
        let near = get(&pages, "/search?q=soil+tets").await.main().to_owned();
        assert!(
            near.contains("/t/soil%20test\" dir=\"auto\">soil test</a>"),
            "{near}"
        );
        assert!(!nothing.body.contains("Names that come near"));
        let long = get(&pages, &format!("/search?q={}", "x".repeat(301))).await;
        assert_eq!(long.status, 400);
        assert!(long.body.contains("301 characters are too many"));
    }
}
