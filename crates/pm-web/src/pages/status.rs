//! Status: how the server and what it keeps are, who calls, what was refused, and what wants a person.
//! The one page that may show a path.

mod conflicts;
mod report;
#[cfg(test)]
mod tests;
mod watched;

use askama::Template;
use axum::extract::State;
use pm_core::ProcessManager;
use pm_core::doctor::Concern;

use self::conflicts::{ConflictRow, Content};
use self::report::warnings;
use self::watched::{CallRow, CallerRow, StuckRow};
use crate::frame::Frame;
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::parts::count;
use crate::problem::Problem;
use crate::query::Query;
use crate::server_state::{Examination, ServerState, Storage};

/// How many callers, and how many refused calls, the page shows.
const SHOWN_MAX: usize = 50;

#[derive(Template)]
#[template(path = "status.html")]
struct Status {
    frame: Frame,
    storage: Option<Storage>,
    /// How many processes can be opened; `None` if the store cannot say.
    holds: Option<String>,
    /// What is wrong and what to know, each as a sentence.
    warnings: Vec<String>,
    conflicts: Vec<ConflictRow>,
    /// How many more conflicts there are, if any.
    more_conflicts: Option<String>,
    stuck: Vec<StuckRow>,
    callers: Vec<CallerRow>,
    /// How many more callers there are, if any.
    more_callers: Option<String>,
    refused: Vec<CallRow>,
    can_examine: bool,
    examined: Option<Examined>,
}

/// What an examination that was asked for came to.
struct Examined {
    /// All of it, or why it could not be made.
    summary: String,
    /// What is to be done about a finding, in a word, and the finding.
    findings: Vec<(&'static str, String)>,
}

impl Status {
    /// The name that the reader gave themselves.
    fn own_name(&self) -> &str {
        let name = self.frame.visitor.preferences().name();
        name.map_or("", |name| name)
    }
}

/// How the server is; with `doctor` in the address, also what an examination finds.
pub(crate) async fn page(State(front): State<FrontEnd>, query: Query) -> Result<Tagged, Problem> {
    let state = front.server_state();
    let examined = match query.get("doctor") {
        "" => None,
        _ => Some(front.examine().await?),
    };
    front
        .show(move |manager| render(manager, &*state, examined))
        .await
}

fn render(
    manager: &ProcessManager,
    state: &dyn ServerState,
    examined: Option<Result<Examination, String>>,
) -> Result<String, Problem> {
    let now = manager.now();
    let health = manager.health();
    let frame = Frame::new("Status").at("/status");
    // Without the store there is still something to tell.
    let (conflicts, more_conflicts) = match health.failure {
        None => conflicts::rows(manager, &now)?,
        Some(_) => (Vec::new(), 0),
    };
    let mut callers = state.callers();
    callers.sort_by_cached_key(watched::last_heard);
    let more_callers = callers.len().saturating_sub(SHOWN_MAX);
    let holds = match health.processes {
        _ if health.failure.is_some() => None,
        1 => Some("1 process".to_owned()),
        processes => Some(format!("{processes} processes")),
    };
    let refused = state.refused_calls().into_iter().take(SHOWN_MAX);
    let status = Status {
        // An examination takes a while: it is not made anew with each change.
        frame: if examined.is_none() {
            frame.of_the_moment()
        } else {
            frame
        },
        storage: state.storage(),
        holds,
        warnings: warnings(&health, &state.warnings()),
        conflicts,
        more_conflicts: more(more_conflicts, "more conflict"),
        stuck: StuckRow::all(state, &now),
        callers: callers
            .into_iter()
            .rev()
            .take(SHOWN_MAX)
            .map(|caller| CallerRow::new(caller, &now))
            .collect(),
        more_callers: more(more_callers, "more caller"),
        refused: refused.map(|call| CallRow::new(call, &now)).collect(),
        can_examine: state.can_examine(),
        examined: examined.map(Examined::new),
    };
    Ok(status.render()?)
}

/// How many more there are, unless there are none.
fn more(number: usize, what: &str) -> Option<String> {
    (number > 0).then(|| count(number, what))
}

impl Examined {
    fn new(examined: Result<Examination, String>) -> Self {
        match examined {
            Ok(Examination { findings, summary }) => Self {
                summary: format!("{summary}."),
                findings: findings
                    .into_iter()
                    .map(|(concern, finding)| (word(concern), format!("{finding}.")))
                    .collect(),
            },
            Err(reason) => Self {
                summary: format!("It could not be examined: {reason}."),
                findings: Vec::new(),
            },
        }
    }
}

/// What is to be done about a finding, in a word.
fn word(concern: Concern) -> &'static str {
    match concern {
        Concern::Nobody => "fine",
        Concern::Repair => "repair",
        Concern::Person => "look",
    }
}
