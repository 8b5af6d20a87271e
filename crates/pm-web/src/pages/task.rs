//! A task: what it is about, how far it is, what it waits for and holds up, its jobs and its code.

use askama::Template;
use axum::extract::State;
use http::Uri;
use pm_core::{Job, Priority, ProcessManager, Progress, Status, Task, TaskName};

use super::code::{Code, Numbers};
use crate::address;
use crate::changes::just_made;
use crate::colours::Colours;
use crate::form::one_a_line;
use crate::frame::{Frame, Link};
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::moment::Moment;
use crate::names::Names;
use crate::parts::{ClaimMark, StatusMark};
use crate::problem::Problem;
use crate::prompts::Prompts;
use crate::query::Query;
use crate::rich_text::{HeadingLevel, RichText};
use crate::shown::{Place, Shown};
use crate::text::plain_lines;

/// How many lines of a snippet the page of its task shows.
const CODE_LINES: usize = 60;

/// Of how many snippets it shows any lines.
const SNIPPETS: usize = 20;

#[derive(Template)]
#[template(path = "task.html")]
struct Page<'a> {
    frame: Frame,
    name: &'a TaskName,
    /// Its place in the plan, and of how many.
    place: (usize, usize),
    before: Option<Link>,
    behind: Option<Link>,
    status: StatusMark,
    note: Option<String>,
    /// When its status was set, and by whom.
    set: Option<Moment>,
    set_by: Option<String>,
    priority: Priority,
    claim: Option<ClaimMark>,
    waits: Vec<Related>,
    blocks: Vec<Related>,
    created: Moment,
    description: Option<RichText>,
    /// What its file says in words that are none of those known.
    unread: Vec<String>,
    jobs: Vec<JobRow<'a>>,
    jobs_done: (usize, usize),
    labels: Vec<Link>,
    comments: Vec<CommentShown>,
    code: Vec<Code<'a>>,
    activity: String,
    /// What a person can give to a model to have it looked over.
    prompt: Option<String>,
    /// Where changes of it are sent, before the verb.
    address: String,
    /// Its description as it is written.
    written: &'a str,
    /// What the form shows of its note, of the tasks that it waits for, and of its labels.
    note_field: String,
    depends_field: String,
    labels_field: String,
}

/// What somebody left on the task.
struct CommentShown {
    by: Option<String>,
    at: Option<Moment>,
    text: Option<RichText>,
}

/// A task that has to do with this one.
struct Related {
    link: Link,
    status: StatusMark,
}

struct JobRow<'a> {
    /// Where changes of it are sent, before the verb.
    address: String,
    /// What tells its row from others on the page.
    id: String,
    job: &'a Job,
    status: StatusMark,
    note: Option<String>,
    /// What the form shows of it.
    note_field: String,
    description: Option<RichText>,
}

/// A task with all that it has.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    let (prompts, colours) = (front.prompts(), front.colours());
    let process = place.process.clone();
    let page = move |manager: &_| render(manager, &place, &query, (&*prompts, &colours));
    let address = uri.to_string();
    front.show_of_process(&address, process, page).await
}

fn render(
    manager: &ProcessManager,
    place: &Place,
    query: &Query,
    (prompts, colours): (&dyn Prompts, &Colours),
) -> Result<String, Problem> {
    let shown = place.find(manager)?;
    let process = &*shown.process;
    let (name, task) = shown.task(manager, &place.task)?;
    let mut page = Page::new(&shown, name, task, colours);
    if shown.past.is_none() {
        page.prompt = prompts.of_task(&process.name, name);
    }
    page.frame = page.frame.after(just_made(manager, process, query));
    Ok(page.render()?)
}

impl<'a> Page<'a> {
    fn new(shown: &Shown, name: &'a TaskName, task: &'a Task, colours: &Colours) -> Self {
        let (process, now) = (&*shown.process, &shown.now);
        let details = task.status_details();
        let jobs = Progress::of_jobs(task);
        let names: Vec<&TaskName> = process.tasks.keys().collect();
        let at = names.iter().position(|other| *other == name).unwrap_or(0);
        let neighbour = |place: Option<usize>| {
            let other = names.get(place?)?;
            Some(Link::below(&shown.page, *other))
        };
        let related = |(name, task): (&TaskName, &Task)| Related {
            link: Link::below(&shown.page, name),
            status: StatusMark(task.status()),
        };
        let depends = |other: &Task| process.dependencies(other).any(|(on, _)| on == name);
        let blocked = process.tasks.iter().filter(|(_, other)| depends(other));
        let blocked: Vec<_> = blocked.collect();
        let beside = [at.checked_sub(1), at.checked_add(1)];
        let beside = beside.into_iter().flatten();
        let shown_tasks = std::iter::once(name)
            .chain(process.dependencies(task).map(|(on, _)| on))
            .chain(blocked.iter().map(|(other, _)| *other))
            .chain(beside.filter_map(|place| names.get(place).copied()));
        let code = task.latest_versions().into_iter();
        let own = address::task_below(&shown.page, name);
        let activity = [("task", name.as_str())];
        Self {
            frame: Frame::new(name)
                .below(vec![shown.present.clone()])
                .of_process(&process.name)
                .of_tasks(shown_tasks)
                .of_the_past(shown.past.clone()),
            name,
            place: (at + 1, names.len()),
            before: neighbour(at.checked_sub(1)),
            behind: neighbour(at.checked_add(1)),
            status: StatusMark(task.status()),
            note: details.note.filter(|note| !note.is_empty()),
            set: details.at.map(|at| Moment::new(&at, now)),
            set_by: details.by,
            priority: task.priority(),
            claim: task.claim_at(now).map(|claim| ClaimMark::new(claim, now)),
            waits: process.dependencies(task).map(related).collect(),
            blocks: blocked.into_iter().map(related).collect(),
            created: Moment::new(&task.created_at, now),
            description: RichText::new(&task.description, HeadingLevel::H1),
            unread: task
                .unread_words()
                .iter()
                .map(ToString::to_string)
                .collect(),
            jobs: task
                .jobs
                .iter()
                .map(|(key, job)| JobRow::new(address::job(&process.name, name, key), key, job))
                .collect(),
            jobs_done: (jobs.done, jobs.all()),
            code: code
                .enumerate()
                .map(|(place, version)| {
                    let most = if place < SNIPPETS { CODE_LINES } else { 0 };
                    let page = address::snippet_below(&own, &version.snippet.name);
                    Code::new(version, page, (1, most), Numbers::Elsewhere, (now, colours))
                })
                .collect(),
            labels: Link::to_labels(&shown.page, task),
            comments: task
                .comments()
                .into_iter()
                .map(|comment| CommentShown {
                    at: comment.at.map(|at| Moment::new(&at, now)),
                    by: comment.by,
                    text: RichText::new(&comment.text, HeadingLevel::H2),
                })
                .collect(),
            activity: address::with_query(
                &format!("{}/activity", shown.present.address),
                &activity,
            ),
            prompt: None,
            address: own.clone(),
            written: &task.description,
            note_field: plain_lines(&task.status_details().note.unwrap_or_default()),
            depends_field: one_a_line(&task.depends_on()),
            labels_field: one_a_line(&task.labels()),
        }
    }

    /// What its status can be, and which it is.
    fn statuses(&self) -> [(StatusMark, bool); 5] {
        self.status.all()
    }

    /// What its priority can be, and which it is.
    fn priorities(&self) -> [(&'static str, bool); 3] {
        let all = [Priority::High, Priority::Normal, Priority::Low];
        all.map(|priority| (priority.as_str(), priority == self.priority))
    }
}

impl<'a> JobRow<'a> {
    fn new(address: String, key: &str, job: &'a Job) -> Self {
        Self {
            address,
            id: format!("j-{}", address::segment(key)),
            job,
            status: StatusMark(job.status()),
            note_field: plain_lines(&job.status_details().note.unwrap_or_default()),
            note: job.status_details().note.filter(|note| !note.is_empty()),
            description: RichText::new(&job.description, HeadingLevel::H2),
        }
    }

    /// What its status can be, and which it is.
    fn statuses(&self) -> [(StatusMark, bool); 5] {
        self.status.all()
    }

    fn is_over(&self) -> bool {
        matches!(self.status.0, Status::Done | Status::Cancelled)
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, garden, get, pages};

    #[tokio::test]
    async fn a_task_is_shown_with_all_that_it_has() {
        let path = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E/t/soil%20test";
        check("task", get(&pages(garden()), path).await.main());
    }

    #[tokio::test]
    async fn a_task_says_what_it_waits_for_and_what_it_blocks() {
        let pages = pages(garden());
        check(
            "task_waits",
            get(
                &pages,
                "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E/t/beds",
            )
            .await
            .main(),
        );
        check(
            "task_blocks",
            get(
                &pages,
                "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E/t/..%20",
            )
            .await
            .main(),
        );
    }
}
