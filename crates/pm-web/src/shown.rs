//! The part of a plan that the address of a page names: as it is, or as it was at a revision.

use std::sync::Arc;

use pm_core::error::Unresolved;
use pm_core::manager::HistoryQuery;
use pm_core::model::NumberedVersion;
use pm_core::{Error, Process, ProcessManager, Task, TaskName, Timestamp};
use serde::Deserialize;

use crate::address;
use crate::found::{self, is_exact};
use crate::frame::{Link, PastState};
use crate::moment::Moment;
use crate::problem::Problem;

/// What the address of a page of a plan has in it.
#[derive(Debug, Deserialize)]
pub(crate) struct Place {
    pub(crate) process: String,
    /// At which revision; `None` for the process as it is.
    #[serde(default)]
    revision: Option<u64>,
    #[serde(default)]
    pub(crate) task: String,
    #[serde(default)]
    pub(crate) code: String,
}

/// A process as a page shows it.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) process: Arc<Process>,
    /// The address of its page, below which are those of what is in it.
    pub(crate) page: String,
    /// The way to the process as it is.
    pub(crate) present: Link,
    pub(crate) past: Option<PastState>,
    /// The time at which claims are looked at.
    pub(crate) now: Timestamp,
}

impl Place {
    /// Finds the process.
    pub(crate) fn find(&self, manager: &ProcessManager) -> Result<Shown, Problem> {
        let process = found::process(manager, &self.process)?;
        let present = Link::to_process(&process.name);
        let now = manager.now();
        let Some(revision) = self.revision else {
            return Ok(Shown {
                page: present.address.clone(),
                present,
                past: None,
                now,
                process,
            });
        };
        let was = manager.process_at(&process.name, revision)?;
        let only = HistoryQuery {
            before: revision.checked_add(1),
            limit: 1,
            ..HistoryQuery::default()
        };
        let change = manager.history(&process.name, &only)?.changes.pop();
        let change = change.map(|change| change.entry);
        let change = change.filter(|entry| entry.revision == revision);
        let at = change.as_ref().map(|entry| entry.at.clone());
        let made = change.map(|entry| {
            let at = Moment::new(&entry.at, &now);
            (at, entry.actor.to_string(), entry.action.summary.clone())
        });
        let state = |revision: u64| self.state(manager, &process, revision);
        // A process that came as a file has a state at revision 0, and one that was made here
        // begins at 1.
        let is_told = |state: &u64| *state > 0 || manager.process_at(&process.name, *state).is_ok();
        let before = revision.checked_sub(1).filter(is_told);
        let behind = revision
            .checked_add(1)
            .filter(|next| *next < process.revision);
        let now_there = self.part_of(present.address.clone());
        let past = PastState {
            revision,
            made,
            before: before.map(state),
            behind: behind.map_or_else(|| now_there.clone(), state),
            present: now_there,
        };
        Ok(Shown {
            page: address::past(&process.name, revision),
            process: Arc::new(was),
            present,
            past: Some(past),
            now: at.unwrap_or(now),
        })
    }

    /// The page of the same part of the process at another revision, or the plan if it is not there.
    fn state(&self, manager: &ProcessManager, process: &Process, revision: u64) -> String {
        let page = address::past(&process.name, revision);
        let is_there = || {
            let was = manager.process_at(&process.name, revision).ok()?;
            if self.code.is_empty() {
                was.task(&self.task).ok()?;
            } else {
                was.snippet_version(&self.task, &self.code, None).ok()?;
            }
            Some(())
        };
        if self.task.is_empty() || is_there().is_some() {
            self.part_of(page)
        } else {
            page
        }
    }

    /// The page of the same part of the process whose page this is.
    fn part_of(&self, page: String) -> String {
        match (self.task.as_str(), self.code.as_str()) {
            ("", _) => page,
            (task, "") => address::task_below(&page, task),
            (task, code) => address::snippet_below(&address::task_below(&page, task), code),
        }
    }
}

impl Shown {
    /// The task of exactly this name.
    pub(crate) fn task(
        &self,
        manager: &ProcessManager,
        wanted: &str,
    ) -> Result<(&TaskName, &Task), Problem> {
        let process = &*self.process;
        let elsewhere =
            |task: &TaskName| Problem::elsewhere(vec![self.present.name.clone(), task.to_string()]);
        match process.task(wanted) {
            Ok(found) if is_exact(wanted, found.0) => Ok(found),
            Ok((name, _)) => Err(elsewhere(name)),
            // In a former state, what it was called before that is of no use.
            Err(unknown @ Error::Task(_, Unresolved::NotFound { .. })) if self.past.is_none() => {
                let name = manager.task_once_called(&process.name, wanted)?;
                Err(name.map_or_else(|| unknown.into(), |name| elsewhere(&name)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A version of the snippet of exactly this name, the last one if no number is given; and its
    /// task.
    pub(crate) fn version(
        &self,
        manager: &ProcessManager,
        (wanted_task, wanted): (&str, &str),
        number: Option<usize>,
    ) -> Result<(&TaskName, NumberedVersion<'_>), Problem> {
        let process = &*self.process;
        let (task, _) = self.task(manager, wanted_task)?;
        let elsewhere = |snippet: &str| {
            let names = [self.present.name.as_str(), task.as_str(), snippet];
            Problem::elsewhere(names.map(ToOwned::to_owned).to_vec())
        };
        match process.snippet_version(task.as_str(), wanted, number) {
            Ok(found) if is_exact(wanted, &found.1.snippet.name) => Ok(found),
            Ok((_, version)) => Err(elsewhere(version.snippet.name.as_str())),
            Err(unknown @ Error::Snippet(_, Unresolved::NotFound { .. }))
                if self.past.is_none() =>
            {
                let name = manager.snippet_once_called(&process.name, task, wanted)?;
                Err(name.map_or_else(|| unknown.into(), |name| elsewhere(name.as_str())))
            }
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use pm_core::ProcessManager;

    use crate::tests::support::{check, get, nothing, pages};

    /// A plan of four revisions: made, a task, its code, and the task renamed.
    fn plan() -> ProcessManager {
        let manager = nothing();
        let plan = manager.create_process("plan".parse().unwrap(), "").unwrap();
        let name = |name: &str| name.parse().unwrap();
        manager
            .add_task(&plan.name, name("parser"), "Text in.")
            .unwrap();
        let code = "main.rs".parse().unwrap();
        manager
            .add_snippet(&plan.name, "parser", code, "fn main() {}")
            .unwrap();
        manager
            .rename_task(&plan.name, "parser", name("<reader>"))
            .unwrap();
        manager
    }

    #[tokio::test]
    async fn a_plan_is_shown_as_it_was() {
        let pages = pages(plan());
        let now = get(&pages, "/p/plan").await.body;
        assert!(now.contains("&lt;reader&gt;") && !now.contains("Parser"));
        let then = get(&pages, "/p/plan/at/3").await;
        check("past_list", then.main());
        assert!(
            !then.body.contains("<form method=\"post\""),
            "nobody changes it"
        );
        for (path, status) in [
            ("/p/plan/at/1", 200),
            ("/p/plan/at/3?view=board&q=text", 200),
            ("/p/plan/at/3?view=graph", 200),
            ("/p/plan/at/2/t/parser", 200),
            ("/p/plan/at/2/t/parser/c/main.rs", 404),
            ("/p/plan/at/4/t/parser", 404),
            ("/p/plan/at/4/t/%3Creader%3E/c/main.rs", 200),
            ("/p/plan/at/9", 404),
            ("/p/plan/at/0", 404),
            ("/p/plan/at/x", 400),
            ("/p/none/at/1", 404),
        ] {
            assert_eq!(get(&pages, path).await.status, status, "{path}");
        }
    }

    #[tokio::test]
    async fn a_task_and_its_code_are_shown_as_they_were() {
        // Each from pages that have shown nothing yet: colours are found soon after the first look.
        for (name, path) in [
            ("past_task", "/p/plan/at/3/t/parser"),
            ("past_code", "/p/plan/at/3/t/parser/c/main.rs"),
        ] {
            check(name, get(&pages(plan()), path).await.main());
        }
    }

    #[tokio::test]
    async fn another_spelling_leads_to_the_state_at_the_exact_names() {
        let pages = pages(plan());
        for (path, exact) in [
            ("/p/PLAN/at/3?view=board", "/p/plan/at/3?view=board"),
            ("/p/plan/at/3/t/Parser", "/p/plan/at/3/t/parser"),
            (
                "/p/plan/at/3/t/parser/c/main",
                "/p/plan/at/3/t/parser/c/main.rs",
            ),
        ] {
            let answer = get(&pages, path).await;
            assert_eq!(answer.status, 307, "{path}");
            assert_eq!(answer.header("location"), exact);
        }
    }
}
