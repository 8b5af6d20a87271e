//! What wants a person: a line each, with the way to where something can be done about it. It is
//! made from the list of processes and from what the server has in memory, and reads nothing else.

use pm_core::Timestamp;
use pm_core::model::ProcessSummary;
use pm_core::store::{Conflict, Listing};
use time::Duration;

use crate::address;
use crate::frame::Link;
use crate::parts::count;
use crate::server_state::{Call, ServerState, StuckCaller};

/// For how long a refused call is news.
const NEWS: Duration = Duration::hours(1);

/// The most lines of one kind.
const LINES_MAX: usize = 5;

/// Something that wants a person.
pub(super) struct Want {
    /// What it is, as a sentence.
    pub(super) sentence: String,
    /// Where something can be done about it.
    pub(super) link: Link,
}

/// What wants a person.
pub(super) fn wants(listing: &Listing, state: &dyn ServerState, now: &Timestamp) -> Vec<Want> {
    let is_news = |call: &Call| {
        let times = now.instant().zip(call.at.instant());
        times.is_some_and(|(now, at)| now - at <= NEWS)
    };
    let mut stuck = state.stuck_callers();
    stuck.retain(|stuck| is_news(&stuck.last));
    let mut refused = state.refused_calls();
    refused.retain(|call| is_news(call) && stuck.iter().all(|it| it.last.caller != call.caller));

    let mut wants = limited(stuck.iter().map(of_stuck), "/status#stuck");
    let mut conflicts: Vec<&Conflict> = listing.conflicts.iter().collect();
    // One line for each process is enough.
    conflicts.sort_by_key(|conflict| &conflict.process);
    conflicts.dedup_by_key(|conflict| &conflict.process);
    let conflicts = conflicts.into_iter().map(of_conflict);
    wants.extend(limited(conflicts, "/status#conflicts"));
    let over = listing.processes.iter();
    wants.extend(limited(
        over.filter_map(|it| of_claims(it, now)),
        "/activity",
    ));
    if !refused.is_empty() {
        wants.push(Want {
            sentence: format!("{} refused in the last hour.", were(refused.len())),
            link: Link {
                name: "Look at them".to_owned(),
                address: "/status#refused".to_owned(),
            },
        });
    }
    wants
}

/// The first lines, and how many more there are, with where all of them are seen.
fn limited(mut wants: impl Iterator<Item = Want>, all: &str) -> Vec<Want> {
    let mut first: Vec<Want> = wants.by_ref().take(LINES_MAX).collect();
    let more = wants.count();
    if more > 0 {
        first.push(Want {
            sentence: format!("And {} like these.", count(more, "more line")),
            link: Link {
                name: "Look".to_owned(),
                address: all.to_owned(),
            },
        });
    }
    first
}

fn of_stuck(StuckCaller { last, times }: &StuckCaller) -> Want {
    let what = format!("{} was refused {times} times in a row", last.tool);
    Want {
        sentence: match &last.refusal {
            Some(refusal) => format!("{} seems stuck: {what}: “{refusal}”", last.caller),
            None => format!("{} seems stuck: {what}.", last.caller),
        },
        link: Link {
            name: "Look".to_owned(),
            address: "/status#stuck".to_owned(),
        },
    }
}

fn of_conflict(conflict: &Conflict) -> Want {
    let of = match &conflict.process {
        Some(process) => format!("of {process}"),
        None => "of a process that is gone".to_owned(),
    };
    Want {
        sentence: format!("Changes {of} did not fit beside an edit by hand."),
        link: Link {
            name: "Settle it".to_owned(),
            address: "/status#conflicts".to_owned(),
        },
    }
}

/// Claims that ran out while their tasks are still in progress: whoever worked on those may have
/// gone.
fn of_claims(process: &ProcessSummary, now: &Timestamp) -> Option<Want> {
    let (over, more) = process.claims.over_at(now);
    let sentence = match (over.as_slice(), more) {
        ([], _) => return None,
        ([one], 0) => format!(
            "In {} the claim of {} ran out, and its task is still in progress.",
            process.name, one.by
        ),
        (some, more) => format!(
            "In {} {} claims ran out, and their tasks are still in progress.",
            process.name,
            some.len() + more
        ),
    };
    let path = address::process(&process.name);
    Some(Want {
        sentence,
        link: Link {
            name: "Look".to_owned(),
            address: address::with_query(&path, &[("status", "in_progress")]),
        },
    })
}

fn were(calls: usize) -> String {
    match calls {
        1 => "1 call was".to_owned(),
        calls => format!("{calls} calls were"),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::Access;
    use crate::tests::support::{check, from_json, front, get, nothing};

    /// A caller that is refused time after time, and others that were.
    struct Refusing;

    impl ServerState for Refusing {
        fn refused_calls(&self) -> Vec<Call> {
            let of = |caller, hour| Call {
                caller: String::from(caller),
                ..refused(hour)
            };
            vec![
                of("llama <b>", 11),
                of("ann", 11),
                of("ann", 10),
                of("bob", 11),
            ]
        }

        fn stuck_callers(&self) -> Vec<StuckCaller> {
            // Of what was long ago, nobody has to be told.
            [11, 10]
                .map(|hour| StuckCaller {
                    last: refused(hour),
                    times: 3,
                })
                .to_vec()
        }
    }

    fn refused(hour: u8) -> Call {
        let day = datetime!(2026-11-22 00:30 UTC);
        Call {
            at: (day + Duration::hours(hour.into())).into(),
            caller: "llama <b>".to_owned(),
            tool: "task_new".to_owned(),
            process: None,
            took: std::time::Duration::ZERO,
            answer_bytes: 10,
            refusal: Some("Nothing was added.".to_owned()),
        }
    }

    #[tokio::test]
    async fn what_wants_a_person_stands_above() {
        let manager = nothing();
        let claimed = |name: &str, until: &[&str]| {
            let task = |(number, until): (usize, &&str)| {
                format!(
                    r#""{number}": {{"status": "in_progress",
                        "claim": {{"by": "agent <{number}>", "until": "2026-11-22T{until}:00Z"}}}}"#
                )
            };
            let tasks: Vec<String> = until.iter().enumerate().map(task).collect();
            let tasks = tasks.join(",");
            let text = format!(r#"{{"process_name": "{name}", "tasks": {{{tasks}}}}}"#);
            manager.create_whole(from_json(&text)).unwrap();
        };
        claimed("one", &["11:59", "12:01"]);
        claimed("two & more", &["11:59", "11:00"]);
        claimed("none", &["12:01"]);
        let front = front(manager, Access::Everyone);
        let pages = front.with_server_state(Refusing).into_router();
        let answer = get(&pages, "/").await;
        let (_, wants) = answer
            .main()
            .split_once("<section class=\"warning\"")
            .unwrap();
        let (wants, _) = wants.split_once("</section>").unwrap();
        check("home_wants", wants);
    }
}
