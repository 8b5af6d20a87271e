//! What all pages have around what they show: the title, the ways to other pages, and the trail to
//! this one.

use pm_core::name::Label;
use pm_core::visible::for_name;
use pm_core::{Task, TaskName};

use crate::address;
use crate::moment::Moment;
use crate::text::plain;
use crate::visitor::Visitor;

/// What a page has around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The title, without what is hidden.
    pub(crate) title: String,
    /// The address in the navigation that this page belongs to.
    here: &'static str,
    /// Which part of the bar of a phone this page belongs to.
    part: &'static str,
    /// The page of the process that it is about, if it is one.
    plan: Option<String>,
    /// The way from Home to what is above this page.
    pub(crate) trail: Vec<Link>,
    /// What is being looked for.
    pub(crate) query: String,
    /// What has to change for the page to be asked for again.
    pub(crate) concerns: Concerns,
    /// The tasks that it shows, as in their addresses, if it shows only some of the process.
    pub(crate) tasks: Vec<String>,
    /// Whether it shows what no message tells of, so that it is asked for every few seconds.
    pub(crate) is_polled: bool,
    /// At which revision the process is that it shows, if a reader is told what is new to them.
    pub(crate) revision: Option<u64>,
    /// Who looks at it.
    pub(crate) visitor: Visitor,
    /// What was just done.
    pub(crate) made: Option<JustMade>,
    /// When what it shows was so, if it is not so any more.
    pub(crate) past: Option<PastState>,
}

/// What a page shows, as far as it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Concerns {
    /// Nothing that changes.
    Nothing,
    /// What is in all processes, or in any of them.
    Everything,
    /// What is in a process, named as in its address: a name may have characters that are not seen.
    Process(String),
}

impl Concerns {
    /// Whether the page changes with what it shows.
    pub(crate) fn is_live(&self) -> bool {
        *self != Self::Nothing
    }

    /// The process, as in its address, if it is one.
    pub(crate) fn process(&self) -> Option<&str> {
        match self {
            Self::Process(name) => Some(name),
            Self::Nothing | Self::Everything => None,
        }
    }
}

/// The change that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JustMade {
    /// What was done.
    pub(crate) summary: String,
    /// The revision that it made.
    pub(crate) revision: u64,
    /// Where a form is sent that takes it back.
    pub(crate) undo: String,
}

/// A former state of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PastState {
    pub(crate) revision: u64,
    /// The change that made it: when, by whom, and what; `None` for the first state.
    pub(crate) made: Option<(Moment, String, String)>,
    /// The pages of the states before and behind it, as it is shown there, and of the present one.
    pub(crate) before: Option<String>,
    pub(crate) behind: String,
    pub(crate) present: String,
}

/// A name that leads to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// What the link is called.
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) address: String,
}

/// It is found by what it is called.
impl AsRef<str> for Link {
    fn as_ref(&self) -> &str {
        &self.name
    }
}

impl Link {
    /// The way to a process.
    pub(crate) fn to_process(process: &(impl AsRef<str> + ?Sized)) -> Self {
        Self {
            name: process.as_ref().to_owned(),
            address: address::process(process),
        }
    }

    /// The ways to the tasks that have the labels of this one, of the process whose page this is.
    pub(crate) fn to_labels(page: &str, task: &Task) -> Vec<Self> {
        let labels = task.labels().into_iter();
        let to_label = |label: Label| Self {
            address: address::with_query(page, &[("q", label.as_str())]),
            name: label.to_string(),
        };
        labels.map(to_label).collect()
    }

    /// The way to a task of the process whose page this is.
    pub(crate) fn below(page: &str, task: &(impl AsRef<str> + ?Sized)) -> Self {
        Self {
            name: task.as_ref().to_owned(),
            address: address::task_below(page, task),
        }
    }

    /// The way to a task.
    pub(crate) fn to_task(
        process: &(impl AsRef<str> + ?Sized),
        task: &(impl AsRef<str> + ?Sized),
    ) -> Self {
        Self::below(&address::process(process), task)
    }
}

impl Frame {
    /// The pages that every page leads to.
    const PAGES: &'static [(&'static str, &'static str)] = &[
        ("/", "Home"),
        ("/activity", "Activity"),
        ("/trash", "Trash"),
        ("/status", "Status"),
        ("/help", "Help"),
    ];

    /// The frame of a page of this title.
    pub(crate) fn new(title: &(impl AsRef<str> + ?Sized)) -> Self {
        Self {
            title: plain(title).into_owned(),
            here: "",
            part: "",
            plan: None,
            trail: Vec::new(),
            query: String::new(),
            concerns: Concerns::Nothing,
            tasks: Vec::new(),
            is_polled: false,
            revision: None,
            visitor: Visitor::current(),
            made: None,
            past: None,
        }
    }

    /// Marks one of the pages of the navigation as this one.
    pub(crate) fn at(self, here: &'static str) -> Self {
        let named = Self::PAGES.iter().find(|(address, _)| *address == here);
        let part = named.map_or(self.part, |(_, name)| *name);
        Self { here, part, ..self }
    }

    /// Says which part of the bar of a phone this page belongs to.
    pub(crate) fn part_of(self, part: &'static str) -> Self {
        Self { part, ..self }
    }

    /// Has the page asked for again whenever anything changes.
    pub(crate) fn of_everything(self) -> Self {
        let concerns = Concerns::Everything;
        Self { concerns, ..self }
    }

    /// Has the page asked for again every few seconds, too: it shows what changes without a
    /// process.
    pub(crate) fn of_the_moment(self) -> Self {
        Self {
            is_polled: true,
            ..self.of_everything()
        }
    }

    /// Has the page asked for again whenever this process changes.
    pub(crate) fn of_process(self, process: &(impl AsRef<str> + ?Sized)) -> Self {
        let concerns = Concerns::Process(address::segment(process.as_ref()));
        Self {
            concerns,
            part: "Plan",
            plan: Some(address::process(process)),
            ..self
        }
    }

    /// Has the page asked for again at once only if one of these tasks changes.
    pub(crate) fn of_tasks<'a>(self, tasks: impl IntoIterator<Item = &'a TaskName>) -> Self {
        let tasks = tasks
            .into_iter()
            .map(|task| address::segment(task.as_str()));
        let mut tasks: Vec<String> = tasks.collect();
        tasks.sort_unstable();
        tasks.dedup();
        Self { tasks, ..self }
    }

    /// Says at which revision the process is, for what tells a reader what is new to them.
    pub(crate) fn at_revision(self, revision: u64) -> Self {
        let revision = Some(revision);
        Self { revision, ..self }
    }

    /// Says what this page is in.
    pub(crate) fn below(self, trail: Vec<Link>) -> Self {
        Self { trail, ..self }
    }

    /// Says what was just done.
    pub(crate) fn after(self, made: Option<JustMade>) -> Self {
        Self { made, ..self }
    }

    /// Shows what was so at a former time, which nobody can change and which does not change.
    pub(crate) fn of_the_past(self, past: Option<PastState>) -> Self {
        match past {
            None => self,
            past => Self {
                past,
                revision: None,
                concerns: Concerns::Nothing,
                ..self
            },
        }
    }

    /// The look that was chosen, if it is not that of the system.
    pub(crate) fn look(&self) -> Option<&'static str> {
        let look = self.visitor.preferences().look().as_str();
        (!look.is_empty()).then_some(look)
    }

    /// Whether the page offers changes.
    pub(crate) fn may_change(&self) -> bool {
        self.visitor.may_change() && self.past.is_none()
    }

    /// Keeps what was looked for in the field, as far as it is seen.
    pub(crate) fn looking_for(self, query: &str) -> Self {
        let query = for_name(query);
        Self { query, ..self }
    }

    /// The letters that lead to the pages of the navigation: how their names begin, and of two that
    /// begin alike the first.
    pub(crate) fn keys() -> Vec<(char, &'static str)> {
        let mut keys: Vec<(char, &'static str)> = Vec::new();
        for (_, name) in Self::PAGES {
            let letter = name
                .chars()
                .next()
                .map(|letter| letter.to_ascii_lowercase());
            let letter = letter.filter(|letter| keys.iter().all(|(other, _)| other != letter));
            keys.extend(letter.map(|letter| (letter, *name)));
        }
        keys
    }

    /// Whether somebody is about to type what they look for.
    pub(crate) fn begins_to_search(&self) -> bool {
        self.part == "Search" && self.query.is_empty()
    }

    /// The bar of a phone, of what is wanted most where this page is: address, name, and whether the
    /// page belongs to it.
    pub(crate) fn bar(&self) -> impl Iterator<Item = (String, &'static str, bool)> {
        let activity = match &self.plan {
            Some(plan) => format!("{plan}/activity"),
            None => "/activity".to_owned(),
        };
        let bar = [
            (Some("/".to_owned()), "Home"),
            (self.plan.clone(), "Plan"),
            (Some(activity), "Activity"),
            (Some("/search".to_owned()), "Search"),
        ];
        let part = self.part;
        bar.into_iter()
            .filter_map(move |(address, name)| Some((address?, name, name == part)))
    }

    /// The pages of the navigation: address, name, and whether it is this one.
    pub(crate) fn pages(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let here = self.here;
        let pages = Self::PAGES.iter();
        pages.map(move |(address, name)| (*address, *name, *address == here))
    }
}
