//! A page is made once for all who ask for it at the same revision and in the same way, and is
//! never shown if something on it would be different.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use pm_core::{ManualClock, ProcessManager, ProcessName, TaskName};
use time::macros::datetime;

use super::support::{ask, front, get, over};
use crate::{Access, FrontEnd, Prompts};

/// Counts how often a page is made: each of a process asks for one prompt.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl Prompts for Counted {
    fn of_process(&self, process: &ProcessName) -> Option<String> {
        self.0.fetch_add(1, Ordering::SeqCst);
        // Long enough for the others to come meanwhile.
        std::thread::sleep(Duration::from_millis(30));
        Some(process.to_string())
    }

    fn of_task(&self, _: &ProcessName, task: &TaskName) -> Option<String> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Some(task.to_string())
    }
}

struct Desk {
    manager: ProcessManager,
    clock: Arc<ManualClock>,
    front: FrontEnd,
    pages: Router,
    made: Counted,
    /// How often a page was made when that was looked at.
    seen: usize,
}

impl Desk {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
        let manager = over(Arc::clone(&clock));
        manager.create_process(plan(), "A plan").unwrap();
        manager
            .add_task(&plan(), "soil".parse().unwrap(), "")
            .unwrap();
        let made = Counted::default();
        let front = front(manager.clone(), Access::Everyone).with_prompts(made.clone());
        Self {
            manager,
            clock,
            pages: front.clone().into_router(),
            front,
            made,
            seen: 0,
        }
    }

    /// How often a page was made since that was looked at.
    fn made(&mut self) -> usize {
        let all = self.made.0.load(Ordering::SeqCst);
        all - std::mem::replace(&mut self.seen, all)
    }

    async fn get(&self, path: &str) -> String {
        let answer = get(&self.pages, path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Has the code of a page coloured; says whether any was still to be.
    async fn have_coloured(&self, path: &str) -> bool {
        let page = self.get(path).await;
        let Some((_, to_colour)) = page.split_once("data-colours=\"") else {
            return false;
        };
        let address = to_colour.split('"').next().unwrap().replace("&#38;", "&");
        let found = get(&self.pages, &address).await;
        assert!(found.status.is_success(), "{} {address}", found.status);
        true
    }

    async fn get_as(&self, cookies: &str) -> String {
        let request = Request::get("/p/plan")
            .header("host", "127.0.0.1:5008")
            .header("cookie", cookies)
            .body(Body::empty())
            .unwrap();
        ask(&self.pages, request).await.body
    }
}

fn plan() -> ProcessName {
    "plan".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_who_ask_at_once_have_one_page_made() {
    let mut desk = Desk::new();
    for task in ["soil", "beds"] {
        let all: Vec<_> = (0..200)
            .map(|_| {
                let pages = desk.pages.clone();
                tokio::spawn(async move { get(&pages, "/p/plan").await.body })
            })
            .collect();
        let mut bodies = Vec::new();
        for one in all {
            bodies.push(one.await.unwrap());
        }
        assert_eq!(desk.made(), 1);
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "all got the same page");
        assert!(bodies[0].contains(&format!("/t/{task}\"")), "{}", bodies[0]);
        // The second time, the process is another one.
        let beds = "beds".parse().unwrap();
        let _ = desk.manager.add_task(&plan(), beds, "");
    }
}

#[tokio::test]
async fn who_sees_another_page_has_it_made() {
    let mut desk = Desk::new();
    for path in [
        "/p/plan",
        "/p/plan?view=board",
        "/p/plan?q=soil",
        "/p/plan/t/soil",
    ] {
        assert_eq!(desk.get(path).await, desk.get(path).await);
        assert_eq!(desk.made(), 1, "{path}");
    }
    let dark = desk.get_as("pm_look=dark").await;
    assert!(dark.contains("data-look=\"dark\""), "{dark}");
    let other = desk.get_as("pm_look=dark; pm_name=ann").await;
    assert!(other.contains("data-look=\"dark\""), "{other}");
    assert_eq!(desk.get_as("pm_look=dark; x=y").await, dark);
    assert_eq!(desk.made(), 2);
    assert!(!desk.get("/p/plan").await.contains("data-look"));
    assert_eq!(desk.made(), 0);
}

#[tokio::test]
async fn a_process_that_was_made_anew_is_another_one() {
    let desk = Desk::new();
    assert!(desk.get("/p/plan").await.contains("A plan"));
    desk.manager.delete_process(&plan()).unwrap();
    assert_eq!(get(&desk.pages, "/p/plan").await.status, 404);
    desk.clock.advance(Duration::from_micros(1));
    desk.manager.create_process(plan(), "Another plan").unwrap();
    desk.manager
        .add_task(&plan(), "soil".parse().unwrap(), "")
        .unwrap();
    assert!(desk.get("/p/plan").await.contains("Another plan"));
}

#[tokio::test]
async fn times_and_claims_are_never_old() {
    let mut desk = Desk::new();
    let begin = pm_core::model::TaskUpdate {
        status: Some(pm_core::Status::InProgress),
        ..Default::default()
    };
    let claimed = desk.manager.update_task(&plan(), "soil", begin).unwrap();
    let task = claimed.process.task("soil").unwrap().1;
    let claim = task.claim_at(&desk.manager.now()).unwrap();
    let lasts = claim.until.instant().unwrap() - desk.manager.now().instant().unwrap();
    let lasts = Duration::try_from(lasts).unwrap();
    let first = desk.get("/p/plan").await;
    assert!(first.contains(" left</span>"), "{first}");
    // Also where no row says whose it is.
    let head = desk.get("/p/plan?q=none").await;
    assert!(head.contains("<span>1 claimed</span>"), "{head}");
    desk.made();
    assert_eq!((desk.get("/p/plan").await, desk.made()), (first.clone(), 0));
    desk.clock.advance(Duration::from_secs(61));
    assert_ne!(desk.get("/p/plan").await, first);
    assert_eq!(desk.made(), 1);
    let task = desk.get("/p/plan/t/soil").await;
    assert!(task.contains("1 min ago"), "{task}");
    desk.clock.advance(Duration::from_secs(60));
    let task = desk.get("/p/plan/t/soil").await;
    assert!(task.contains("2 min ago"), "{task}");
    let rest = lasts.checked_sub(Duration::from_secs(121)).unwrap();
    desk.clock.advance(rest);
    let over = desk.get("/p/plan").await;
    assert!(!over.contains(" left</span>"), "{over}");
    let head = desk.get("/p/plan?q=none").await;
    assert!(!head.contains("claimed"), "{head}");
}

#[tokio::test]
async fn what_changed_since_a_revision_is_never_old() {
    let desk = Desk::new();
    let since = async || desk.get("/p/plan/since/1").await;
    let first = since().await;
    assert_eq!(since().await, first);
    desk.clock.advance(Duration::from_secs(61));
    let later = since().await;
    assert!(later.contains("1 min ago") && !later.contains("/t/beds"));
    desk.manager
        .add_task(&plan(), "beds".parse().unwrap(), "")
        .unwrap();
    assert!(since().await.contains("/t/beds"));
}

#[tokio::test]
async fn code_and_differences_of_it_are_kept_until_the_process_changes() {
    let desk = Desk::new();
    let write = |content: &str| {
        let name = "a.txt".parse().unwrap();
        desk.manager
            .update_snippet(&plan(), "soil", name, content)
            .unwrap()
    };
    write("one\n");
    write("two\n");
    let code = "/p/plan/t/soil/c/a.txt";
    let ways = ["", "?v=1", "?v=2&with=1", "?v=2&with=1&as=split"];
    for way in ways {
        // From then on their colours are known.
        desk.have_coloured(&format!("{code}{way}")).await;
    }
    for way in ways {
        let first = desk.get(&format!("{code}{way}")).await;
        assert_eq!(desk.get(&format!("{code}{way}")).await, first);
    }
    assert_eq!(desk.front.pages_kept(), ways.len());
    write("three\n");
    let last = desk.get(code).await;
    assert!(last.contains("three") && last.contains("version 3 of 3"));
}

#[tokio::test]
async fn colours_that_were_found_are_shown() {
    let desk = Desk::new();
    let name = "a.rs".parse().unwrap();
    desk.manager
        .add_snippet(&plan(), "soil", name, "fn a() {}\n")
        .unwrap();
    assert!(desk.have_coloured("/p/plan/t/soil").await);
    let coloured = desk.get("/p/plan/t/soil").await;
    assert!(!coloured.contains("data-colours"), "{coloured}");
}
