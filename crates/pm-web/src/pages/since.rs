//! What changed in a process since one of its revisions, up to now or to another one: the net of it,
//! by task and snippet.

mod changed;
mod part;
mod reversed;
mod room;
mod told;

use askama::Template;
use axum::extract::State;
use http::Uri;
use pm_core::error::HistoryProblem;
use pm_core::history::{ChangedBy, Difference};
use pm_core::manager::HistoryQuery;
use pm_core::{Error, Process, ProcessManager, ProcessName, Timestamp};

pub(crate) use self::changed::{Changed, page_of_change};
use self::part::Part;
pub(crate) use self::room::Room;
use crate::address;
use crate::found;
use crate::frame::{Frame, Link};
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::moment::Moment;
use crate::names::Names;
use crate::problem::Problem;
use crate::query::Query;

/// How many parts a page shows: the process, and tasks.
const A_PAGE: usize = 100;

/// Of how many changes it tells if no revision is asked for.
const LATELY: usize = 20;

#[derive(Template)]
#[template(path = "since.html")]
struct Page {
    frame: Frame,
    process: Link,
    from: u64,
    /// When that revision was made, if that is known.
    at: Option<Moment>,
    to: u64,
    /// Whether later changes are left out.
    is_up_to: bool,
    /// The page with the changes of everybody.
    address: String,
    everybody: Vec<Person>,
    /// Whose changes are shown, if not everybody's.
    who: Option<String>,
    parts: Vec<Part>,
    /// How many parts there are in all.
    total: usize,
    /// The page with those behind.
    more: Option<String>,
}

/// Somebody who made changes.
struct Person {
    link: Link,
    at: Moment,
    /// Whether it is their changes that are shown.
    is_chosen: bool,
}

/// What is asked for.
struct Asked {
    process: String,
    /// Since which revision; `None` stands for the last changes.
    since: Option<u64>,
    /// Up to which revision; `None` stands for up to now.
    to: Option<u64>,
    who: Option<String>,
    /// The first part that is shown.
    from: usize,
}

/// What changed since a revision.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    Names((process, revision)): Names<(String, String)>,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    let since = revision.trim().parse();
    let since = since.map_err(|_| Problem::not_a_number("the revision", &revision))?;
    show(&front, &uri, Asked::new(process, Some(since), &query)?).await
}

/// What changed lately.
pub(crate) async fn page_lately(
    State(front): State<FrontEnd>,
    Names(process): Names<String>,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    show(&front, &uri, Asked::new(process, None, &query)?).await
}

async fn show(front: &FrontEnd, uri: &Uri, asked: Asked) -> Result<Tagged, Problem> {
    let (address, process) = (uri.to_string(), asked.process.clone());
    let page = move |manager: &_| render(manager, &asked);
    front.show_of_process(&address, process, page).await
}

impl Asked {
    fn new(process: String, since: Option<u64>, query: &Query) -> Result<Self, Problem> {
        let to = query.number("to")?;
        let to = to.map(|to| u64::try_from(to).unwrap_or(u64::MAX));
        // The later one is always compared with the earlier one.
        let (since, to) = match (since, to) {
            (Some(since), Some(to)) if to < since => (Some(to), Some(since)),
            both => both,
        };
        Ok(Self {
            process,
            since,
            to,
            who: Some(query.get("who").to_owned()).filter(|who| !who.is_empty()),
            from: query.number("from")?.unwrap_or(1),
        })
    }
}

fn render(manager: &ProcessManager, asked: &Asked) -> Result<String, Problem> {
    let now = manager.now();
    let process = found::process(manager, &asked.process)?;
    let (since, to) = match asked.since {
        Some(revision) => (revision, asked.to),
        None => (lately(manager, &process)?, None),
    };
    let difference = match manager.difference(&process.name, since, to) {
        Err(Error::History(
            name,
            HistoryProblem::RevisionNotKept {
                revision,
                oldest,
                newest,
            },
        )) => {
            return Err(not_kept(&name, revision, oldest..=newest));
        }
        difference => difference?,
    };
    let link = Link::to_process(&process.name);
    let own = match to {
        None => format!("{}/since/{since}", link.address),
        Some(to) => one_to_another(&process.name, since, to),
    };
    let who = asked.who.as_deref();
    let shown = shown(&difference, who);
    let mut room = Room::default();
    let parts = shown.iter().skip(asked.from - 1).take(A_PAGE);
    let parts = parts.map(|part| part.told(&process, (&difference, who), &now, &mut room));
    let parts = parts.collect();
    let next = asked.from.saturating_add(A_PAGE);
    let more = (next <= shown.len()).then(|| {
        let own = address::with_value(&own, "who", who);
        address::with_value(&own, "from", Some(&next.to_string()))
    });
    let person = |by: &ChangedBy| Person::new(by, &own, who, &now);
    let frame = Frame::new(&format!("Changes in {}", process.name))
        .below(vec![link.clone()])
        .of_process(&process.name);
    let page = Page {
        // What was seen is noted up to a revision: not if later changes are left out.
        frame: match to {
            None => frame.at_revision(difference.to),
            Some(_) => frame,
        },
        process: link,
        from: since,
        at: made_at(manager, &process.name, since)?.map(|at| Moment::new(&at, &now)),
        to: difference.to,
        is_up_to: to.is_some(),
        everybody: difference.by.iter().map(person).collect(),
        total: shown.len(),
        address: own,
        who: asked.who.clone(),
        parts,
        more,
    };
    Ok(page.render()?)
}

/// The page with what changed from one revision to another.
fn one_to_another(process: &ProcessName, since: u64, to: u64) -> String {
    let page = format!("{}/since/{since}", address::process(process));
    address::with_query(&page, &[("to", &to.to_string())])
}

/// What a page has a part for of a difference.
enum Shown<'a> {
    Process,
    Task(&'a pm_core::history::TaskDifference),
}

impl Shown<'_> {
    fn told(
        &self,
        process: &Process,
        (difference, who): (&Difference, Option<&str>),
        now: &Timestamp,
        room: &mut Room,
    ) -> Part {
        match self {
            Self::Process => Part::of_process(difference, now, room),
            Self::Task(task) => Part::of_task(process, (task, who), now, room),
        }
    }
}

/// The parts of a difference that are to be shown; if `who` is given, only those in which they had
/// a hand.
fn shown<'a>(difference: &'a Difference, who: Option<&str>) -> Vec<Shown<'a>> {
    let is_own = difference.name.is_some()
        || difference.description.is_some()
        || !difference.others.is_empty();
    let process = is_own && part::is_by(&difference.changed_by, who);
    let tasks = difference.tasks.iter().filter(|task| {
        let snippets = &task.snippets;
        let has_own = !task.is_of_snippets_alone() && part::is_by(&task.changed_by, who);
        has_own
            || snippets
                .iter()
                .any(|code| part::is_by(&code.changed_by, who))
    });
    let process = process.then_some(Shown::Process);
    process.into_iter().chain(tasks.map(Shown::Task)).collect()
}

/// The revision before the last changes, as far as it is known what they changed.
fn lately(manager: &ProcessManager, process: &Process) -> Result<u64, Problem> {
    let asked = HistoryQuery {
        limit: LATELY,
        ..HistoryQuery::default()
    };
    let mut revision = process.revision;
    for change in manager.history(&process.name, &asked)?.changes {
        let entry = &change.entry;
        if entry.revision == revision && entry.patch.is_some() {
            revision = revision.saturating_sub(1);
        }
    }
    Ok(revision)
}

/// When a revision was made, if the history tells.
fn made_at(
    manager: &ProcessManager,
    process: &ProcessName,
    revision: u64,
) -> Result<Option<Timestamp>, Problem> {
    let asked = HistoryQuery {
        before: revision.checked_add(1),
        limit: 1,
        ..HistoryQuery::default()
    };
    let page = manager.history(process, &asked)?;
    let change = page
        .changes
        .into_iter()
        .find(|it| it.entry.revision == revision);
    Ok(change.map(|change| change.entry.at.clone()))
}

/// Says that the history does not reach a revision, and leads to the oldest one that it has.
fn not_kept(process: &ProcessName, revision: u64, kept: std::ops::RangeInclusive<u64>) -> Problem {
    let link = Link::to_process(process);
    let (oldest, newest) = (kept.start(), kept.end());
    let sentence = format!(
        "What {process} was at revision {revision} is not known: the history has the revisions \
         from {oldest} to {newest}."
    );
    let since = Link {
        name: format!("What changed since revision {oldest}"),
        address: format!("{}/since/{oldest}", link.address),
    };
    Problem::not_kept(sentence, vec![since, link])
}

impl Page {
    /// Whether a reader can note what they have seen of it.
    fn notes_what_is_seen(&self) -> bool {
        self.who.is_none() && !self.is_up_to
    }
}

impl Person {
    fn new(by: &ChangedBy, own: &str, who: Option<&str>, now: &Timestamp) -> Self {
        let name = by.actor.to_string();
        Self {
            is_chosen: who == Some(name.as_str()),
            at: Moment::new(&by.at, now),
            link: Link {
                address: address::with_value(own, "who", Some(&name)),
                name,
            },
        }
    }
}

#[cfg(test)]
mod tests;
