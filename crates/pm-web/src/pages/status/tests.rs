//! What the page shows of a server whose callers have hostile names.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::Router;
use pm_core::Timestamp;
use pm_core::doctor::Concern;
use time::macros::datetime;

use crate::tests::support::{check, front, garden, get, nothing, pages};
use crate::{Access, Call, Caller, Examination, ServerState, Storage, StuckCaller};

/// A server of which there is much to tell.
struct Busy;

fn at(minutes: u64) -> Timestamp {
    (datetime!(2026-11-22 11:00 UTC) + Duration::from_mins(minutes)).into()
}

fn call(minutes: u64, tool: &str, refusal: Option<&str>) -> Call {
    Call {
        at: at(minutes),
        caller: "llama-ui <b> #k3f9x2".to_owned(),
        tool: tool.to_owned(),
        process: Some("Garden <script>alert(1)</script>".to_owned()),
        took: Duration::from_millis(12),
        answer_bytes: 1700,
        refusal: refusal.map(str::to_owned),
    }
}

fn refused(minutes: u64) -> Call {
    let sentence = "Nothing was added: there is no task \"\u{202e}<script>alert(2)</script>\".";
    call(minutes, "task_job_add", Some(sentence))
}

impl ServerState for Busy {
    fn storage(&self) -> Option<Storage> {
        Some(Storage {
            kind: "a JSON file for each process".to_owned(),
            place: "/srv/<plans>".to_owned(),
            format: "1".to_owned(),
        })
    }

    fn warnings(&self) -> Vec<String> {
        vec!["the file system of /srv/<plans> has no working locks".to_owned()]
    }

    fn callers(&self) -> Vec<Caller> {
        let caller = |name: &str, minutes, last_call| Caller {
            name: name.to_owned(),
            since: at(minutes),
            is_connected: true,
            last_call,
        };
        vec![
            Caller {
                is_connected: false,
                ..caller("cron (ann)", 50, Some(call(58, "<img src=x>", None)))
            },
            caller("quiet", 20, None),
            caller("llama-ui <b> #k3f9x2", 10, Some(refused(59))),
        ]
    }

    fn refused_calls(&self) -> Vec<Call> {
        let of_nothing = Call {
            process: None,
            ..refused(50)
        };
        vec![refused(59), of_nothing]
    }

    fn stuck_callers(&self) -> Vec<StuckCaller> {
        let last = refused(59);
        vec![StuckCaller { last, times: 4 }]
    }

    fn can_examine(&self) -> bool {
        true
    }

    fn examine(&self) -> Result<Examination, String> {
        let found = |what: &str| what.to_owned();
        Ok(Examination {
            findings: vec![
                (
                    Concern::Person,
                    found("<b>.json is damaged; it is left as it is"),
                ),
                (Concern::Nobody, found("notes.json is passed over")),
            ],
            summary: "/srv/<plans>: 2 processes: 1 to look at".to_owned(),
        })
    }
}

fn busy() -> Router {
    let front = front(garden(), Access::Everyone);
    front.with_server_state(Busy).into_router()
}

#[tokio::test]
async fn it_says_who_calls_and_what_was_refused() {
    check("status", get(&busy(), "/status").await.main());
}

#[tokio::test]
async fn an_examination_is_made_if_it_is_asked_for() {
    let answer = get(&busy(), "/status?doctor=1").await;
    let (_, examined) = answer
        .main()
        .split_once("<section id=\"examined\"")
        .unwrap();
    check("status_examined", examined);
    // The page is not made anew with each change then.
    assert!(!answer.body.contains("/live.js"), "{}", answer.body);
    assert!(get(&busy(), "/status").await.body.contains("/live.js"));
}

#[tokio::test]
async fn a_server_that_tells_nothing_has_the_page_all_the_same() {
    let answer = get(&pages(nothing()), "/status").await;
    assert_eq!(answer.status, 200);
    check("status_nothing", answer.main());
}

/// A server whose examinations take until they are let go on.
#[derive(Clone, Default)]
struct Slow(Arc<(Mutex<Stage>, Condvar)>);

#[derive(Clone, Copy, PartialEq, Default)]
enum Stage {
    #[default]
    Before,
    Begun,
    MayEnd,
}

impl Slow {
    fn go_to(&self, stage: Stage) {
        *self.0.0.lock().unwrap() = stage;
        self.0.1.notify_all();
    }

    fn wait_for(&self, wanted: Stage) {
        let mut stage = self.0.0.lock().unwrap();
        while *stage != wanted {
            stage = self.0.1.wait(stage).unwrap();
        }
    }
}

impl ServerState for Slow {
    fn examine(&self) -> Result<Examination, String> {
        self.go_to(Stage::Begun);
        self.wait_for(Stage::MayEnd);
        Err("the disk is gone".to_owned())
    }
}

#[tokio::test]
async fn only_one_examination_is_made_at_a_time() {
    let slow = Slow::default();
    let front = front(nothing(), Access::Everyone);
    let pages = front.with_server_state(slow.clone()).into_router();
    let first = {
        let pages = pages.clone();
        tokio::spawn(async move { get(&pages, "/status?doctor=1").await })
    };
    let begun = slow.clone();
    let begun = tokio::task::spawn_blocking(move || begun.wait_for(Stage::Begun));
    begun.await.unwrap();
    let second = get(&pages, "/status?doctor=1").await;
    assert_eq!(second.status, 503);
    assert!(!second.header("retry-after").is_empty());
    slow.go_to(Stage::MayEnd);
    let first = first.await.unwrap();
    assert_eq!(first.status, 200);
    let told = "It could not be examined: the disk is gone.";
    assert!(first.body.contains(told), "{}", first.body);
}
