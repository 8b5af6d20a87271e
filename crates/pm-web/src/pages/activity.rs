//! What happened: the changes of one process, of a task, or of all processes, the last ones first.

pub(crate) mod line;
mod timeline;

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use http::Uri;
use pm_core::history::PastChange;
use pm_core::manager::{ActivityQuery, HistoryQuery};
use pm_core::model::ProcessSummary;
use pm_core::{Process, ProcessManager, ProcessName, Timestamp};

use self::timeline::Timeline;
use crate::address;
use crate::found;
use crate::frame::{Frame, Link};
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::moment::Moment;
use crate::names::Names;
use crate::pages::since::{Changed, Room, page_of_change};
use crate::problem::Problem;
use crate::query::Query;

/// How many changes a page shows.
const A_PAGE: usize = 100;

/// For how many of the last changes it shows at once what they changed.
const UNFOLDED: usize = 5;

/// How many steps the picture of a process has at most.
const STEPS: usize = 120;

/// How many processes a page tells of that were created and not changed since.
const UNCHANGED_MAX: usize = 20;

/// The most processes whose history is read for what happened in all of them.
const HISTORIES_MAX: usize = 200;

#[derive(Template)]
#[template(path = "activity.html")]
struct Activity {
    frame: Frame,
    /// The process, unless the page is about all of them.
    process: Option<Link>,
    /// The task, if the page is about one alone.
    task: Option<String>,
    /// Who made the changes, if it is one alone.
    who: Option<String>,
    /// How far the process was over time.
    timeline: Option<Timeline>,
    changes: Vec<Row>,
    /// When the process was created, if its changes are shown to their beginning.
    created: Option<Moment>,
    /// On the page of all processes: those that were created and not changed since, and when.
    unchanged: Vec<(Link, Moment)>,
    /// Where older ones are.
    older: Option<String>,
    /// Whether there are older ones that are not shown here.
    is_cut: bool,
}

/// A change.
struct Row {
    /// What tells its row from others on the page.
    id: String,
    at: Moment,
    by: Link,
    process: Option<Link>,
    summary: String,
    revision: u64,
    /// The page of the process as it was after the change.
    state: String,
    /// The revision that took it back.
    undone_by: Option<u64>,
    /// What it changed.
    changed: Option<Changed>,
    /// The page of all that it changed, if the history tells.
    whole: Option<String>,
    /// The page of what changed since then, unless it is the last change.
    since: Option<String>,
    /// The page of what taking it back would do.
    undo: Option<String>,
}

/// What happened in all processes.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    let who = Some(query.get("who").to_owned()).filter(|who| !who.is_empty());
    let page = move |manager: &_| render_all(manager, who);
    front.show_of_everything(&uri.to_string(), page).await
}

/// What happened in a process.
pub(crate) async fn page_of_process(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    let before = query.number("before")?;
    let task = Some(query.get("task").to_owned()).filter(|task| !task.is_empty());
    let (name, address) = (process.clone(), uri.to_string());
    let page = move |manager: &_| render(manager, &name, task, before);
    front.show_of_process(&address, process, page).await
}

fn render(
    manager: &ProcessManager,
    process: &str,
    task: Option<String>,
    before: Option<usize>,
) -> Result<String, Problem> {
    let now = manager.now();
    let process = found::process(manager, process)?;
    let asked = HistoryQuery {
        task: task.clone(),
        before: before.and_then(|before| u64::try_from(before).ok()),
        limit: A_PAGE,
        ..HistoryQuery::default()
    };
    let page = manager.history(&process.name, &asked)?;
    let link = Link::to_process(&process.name);
    let path = format!("{}/activity", link.address);
    let last = page.changes.last().filter(|_| page.more);
    let older = last.map(|last| {
        let before = last.entry.revision.to_string();
        let task = task.as_deref().unwrap_or_default();
        address::with_query(&path, &[("task", task), ("before", &before)])
    });
    let is_to_begin = !page.more && task.is_none();
    let is_of_all = before.is_none() && task.is_none();
    let timeline = if is_of_all {
        Timeline::new(&manager.timeline(&process.name, STEPS)?, &now)
    } else {
        None
    };
    let mut room = Room::small();
    let rows = page.changes.iter().enumerate();
    let rows = rows.map(|(place, change)| {
        let row = Row::new(change, (&process.name, false), &now);
        let row = row.unless_last(process.revision);
        if place < UNFOLDED {
            row.unfolded(manager, &process, &mut room)
        } else {
            row
        }
    });
    let rows = rows.collect();
    let activity = Activity {
        frame: Frame::new(&format!("Activity of {}", process.name))
            .below(vec![link.clone()])
            .of_process(&process.name)
            .part_of("Activity"),
        process: Some(link),
        task,
        who: None,
        timeline,
        changes: rows,
        created: is_to_begin.then(|| Moment::new(&process.created_at, &now)),
        unchanged: Vec::new(),
        older,
        is_cut: false,
    };
    Ok(activity.render()?)
}

fn render_all(manager: &ProcessManager, who: Option<String>) -> Result<String, Problem> {
    let now = manager.now();
    let found = manager.activity(&ActivityQuery {
        who: who.clone(),
        limit: A_PAGE,
        histories_max: HISTORIES_MAX,
    })?;
    let mut room = Room::small();
    let rows = found.changes.iter().enumerate();
    let rows = rows.map(|(place, found)| {
        let row = Row::new(&found.change, (&found.process, true), &now);
        let process = (place < UNFOLDED).then(|| manager.process(found.process.as_str()));
        match process {
            Some(Ok(process)) => row.unfolded(manager, &process, &mut room),
            // If it was read, the process was deleted or renamed meanwhile.
            _ => row,
        }
    });
    let unchanged = match who {
        None => unchanged(manager, &now)?,
        // Nobody knows who created them.
        Some(_) => Vec::new(),
    };
    let activity = Activity {
        frame: Frame::new("Activity").at("/activity").of_everything(),
        process: None,
        task: None,
        who,
        timeline: None,
        changes: rows.collect(),
        created: None,
        unchanged,
        older: None,
        is_cut: found.more,
    };
    Ok(activity.render()?)
}

/// The processes that were created and not changed since, the last ones first.
fn unchanged(manager: &ProcessManager, now: &Timestamp) -> Result<Vec<(Link, Moment)>, Problem> {
    let listing = manager.list_processes()?;
    let all = listing.processes.iter();
    // The first revision is that of its creation.
    let is_unchanged = |it: &&Arc<ProcessSummary>| it.revision <= 1 && it.last_change.is_none();
    let mut unchanged: Vec<_> = all.filter(is_unchanged).collect();
    unchanged.sort_by_key(|it| std::cmp::Reverse(it.created_at.instant()));
    let newest = unchanged.into_iter().take(UNCHANGED_MAX);
    let told = newest.map(|it| (Link::to_process(&it.name), Moment::new(&it.created_at, now)));
    Ok(told.collect())
}

impl Row {
    /// A change of a process, which is named if it is not the only one on the page.
    fn new(
        change: &PastChange,
        (process, is_named): (&ProcessName, bool),
        now: &Timestamp,
    ) -> Self {
        let entry = &change.entry;
        let is_known = change.undone_by.is_none() && entry.patch.is_some();
        let by = entry.actor.to_string();
        Self {
            id: if is_named {
                format!(
                    "r-{}-{}",
                    address::segment(process.as_str()),
                    entry.revision
                )
            } else {
                format!("r-{}", entry.revision)
            },
            at: Moment::new(&entry.at, now),
            by: Link {
                address: address::with_query("/activity", &[("who", &by)]),
                name: by,
            },
            process: is_named.then(|| Link::to_process(process)),
            changed: None,
            whole: entry
                .patch
                .is_some()
                .then(|| page_of_change(process, entry.revision)),
            since: Some(format!(
                "{}/since/{}",
                address::process(process),
                entry.revision
            )),
            undo: is_known.then(|| {
                let path = format!("{}/undo", address::process(process));
                address::with_query(&path, &[("revision", &entry.revision.to_string())])
            }),
            summary: entry.action.summary.clone(),
            revision: entry.revision,
            state: address::past(process, entry.revision),
            undone_by: change.undone_by,
        }
    }

    /// The same with what it changed.
    fn unfolded(self, manager: &ProcessManager, process: &Process, room: &mut Room) -> Self {
        let change = (process, self.revision);
        let changed = self
            .whole
            .as_ref()
            .and_then(|_| Changed::by_change(manager, change, room));
        Self { changed, ..self }
    }

    /// Nothing has changed since the last change.
    fn unless_last(self, last: u64) -> Self {
        let since = self.since.filter(|_| self.revision < last);
        Self { since, ..self }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, garden, get, nothing, pages};

    #[tokio::test]
    async fn what_happened_is_told_with_who_and_when() {
        let pages = pages(garden());
        check("activity", get(&pages, "/activity").await.main());
        let path = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E/activity";
        check("activity_process", get(&pages, path).await.main());
    }

    #[tokio::test]
    async fn what_the_last_changes_changed_is_unfolded_and_older_ones_lead_to_it() {
        let manager = garden();
        let parser = "parser".parse().unwrap();
        let code = || "a.txt".parse().unwrap();
        manager
            .add_task(&parser, "lex <i>".parse().unwrap(), "")
            .unwrap();
        for number in 1..=7 {
            let content = format!("one\n<b>{number}</b>\n");
            manager
                .update_snippet(&parser, "lex <i>", code(), content)
                .unwrap();
        }
        let long = "line\n".repeat(1000);
        manager
            .update_snippet(&parser, "lex <i>", code(), long)
            .unwrap();
        let pages = pages(manager);
        for path in ["/p/parser/activity", "/activity"] {
            let answer = get(&pages, path).await.body;
            let unfolded = answer
                .matches("<details open><summary>What it changed")
                .count();
            assert_eq!(unfolded, super::UNFOLDED, "{path}");
            assert!(answer.contains("&lt;b&gt;"), "{answer}");
            assert!(answer.contains("more lines of the difference are not shown"));
            let older = "href=\"/p/parser/since/4?to=5\">What it changed</a>";
            assert!(answer.contains(older), "{answer}");
            assert!(!answer.contains(&older.replace("4?to=5", "5?to=6")));
            assert!(answer.len() < 30_000, "{} bytes", answer.len());
        }
        let one = get(&pages, "/p/parser/since/4?to=5").await;
        assert_eq!(one.status, 200);
    }

    #[tokio::test]
    async fn a_process_that_was_only_created_says_when() {
        let manager = nothing();
        manager.create_process("new".parse().unwrap(), "").unwrap();
        let pages = pages(manager);
        let answer = get(&pages, "/p/new/activity").await.body;
        assert!(answer.contains("The process was created <time"), "{answer}");
        assert!(!answer.contains("Nothing has happened"), "{answer}");
        check("activity_created", get(&pages, "/activity").await.main());
    }

    #[tokio::test]
    async fn what_happened_to_a_task_is_told_alone() {
        let pages = pages(garden());
        let of = |task: &str| {
            format!("/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E/activity?task={task}")
        };
        let answer = get(&pages, &of("Soil+Test")).await.body;
        assert!(answer.contains("added version 2"), "{answer}");
        let answer = get(&pages, &of("fence")).await.body;
        assert!(answer.contains("Nothing has happened"), "{answer}");
        assert_eq!(get(&pages, &of("none")).await.status, 404);
    }

    #[tokio::test]
    async fn what_somebody_did_is_told_alone() {
        let manager = garden();
        let agent = pm_core::Actor::Client {
            client: "agent <7>".into(),
            principal: Some("ann".into()),
        };
        let parser = "parser".parse().unwrap();
        let acting = manager.clone().acting_as(agent);
        acting
            .add_task(&parser, "tokens".parse().unwrap(), "")
            .unwrap();
        let pages = pages(manager);
        let link = "/activity?who=agent+%3C7%3E+%28ann%29";
        let all = get(&pages, "/activity").await.body;
        assert!(all.contains(&format!("href=\"{link}\"")), "{all}");
        check("activity_who", get(&pages, link).await.main());
        let nobody = get(&pages, "/activity?who=eve").await.body;
        assert!(nobody.contains("Nothing has happened"), "{nobody}");
    }

    #[tokio::test]
    async fn older_changes_are_behind_the_last_hundred() {
        let manager = garden();
        let parser = "parser".parse().unwrap();
        for number in 1..=105 {
            let task = format!("step {number}").parse().unwrap();
            manager.add_task(&parser, task, "").unwrap();
        }
        let pages = pages(manager);
        let first = get(&pages, "/p/parser/activity").await.body;
        assert!(first.contains("&#34;step 6&#34;") || first.contains("&quot;step 6&quot;"));
        assert!(first.contains("/p/parser/activity?before=7\""), "{first}");
        let second = get(&pages, "/p/parser/activity?before=7").await.body;
        assert!(second.contains("step 5") && !second.contains("step 6"));
        assert!(second.contains("was created") && !first.contains("was created"));
        assert!(
            get(&pages, "/activity")
                .await
                .body
                .contains("These are the last ones.")
        );
    }
}
