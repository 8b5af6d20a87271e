//! Changes that did not fit beside an edit by hand are shown with both texts, and settled by a form.

use pm_core::ProcessManager;

use super::conflicted::conflicted;
use super::support::browser::{Browser, Site};
use super::support::{Answer, check, front, get, pages};
use crate::Access;

const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

/// The form of a conflict of this name, for one of its buttons.
fn form(page: &str, name: &str, verb: &str) -> Option<(String, String)> {
    let action = format!("/status/conflicts/{name}/{verb}");
    let (_, form) = page.split_once(&format!("action=\"{action}\">"))?;
    let (_, seen) = form.split_once("name=\"seen\" value=\"")?;
    let seen = seen.split('"').next().unwrap();
    Some((action, seen.to_owned()))
}

struct Desk {
    manager: ProcessManager,
    site: Site,
}

impl Desk {
    fn new() -> Self {
        let manager = conflicted();
        Self {
            site: Site::new(pages(manager.clone())),
            manager,
        }
    }

    async fn page(&self) -> String {
        get(&self.site.pages, "/status").await.body
    }

    async fn send(&self, (action, seen): &(String, String)) -> Answer {
        let fields = [("seen", seen.as_str())];
        let mut browser = Browser::default();
        browser
            .submit_from(&self.site, "/status", action, &fields)
            .await
    }

    fn description(&self) -> String {
        let process = self
            .manager
            .process("Garden script alert 1 script")
            .unwrap();
        process.tasks.get("beds <b>").unwrap().description.clone()
    }

    fn waiting(&self) -> usize {
        self.manager.conflicts().unwrap().len()
    }
}

#[tokio::test]
async fn both_texts_are_shown() {
    let page = Desk::new().page().await;
    let (_, conflicts) = page.split_once("<section id=\"conflicts\">").unwrap();
    let (conflicts, _) = conflicts.split_once("<section id=\"callers\">").unwrap();
    check("status_conflicts", conflicts);
}

#[tokio::test]
async fn changes_are_applied_and_can_be_taken_back() {
    let desk = Desk::new();
    let apply = form(&desk.page().await, "Garden_%3F.conflict-7.txt", "apply").unwrap();
    let answer = desk.send(&apply).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(answer.header("location"), "/status");
    assert_eq!(
        desk.description(),
        "Dig two\nand <script>alert(1)</script>\n"
    );
    // What has no place any more waits for a person all the same.
    assert_eq!(desk.waiting(), 3);
    let page = desk.page().await;
    assert!(page.contains("Lost &lt;b&gt;words&lt;/b&gt;"), "{page}");
    assert_eq!(form(&page, "Garden_%3F.conflict-7.txt", "apply"), None);
    let process = desk
        .manager
        .process("Garden script alert 1 script")
        .unwrap();
    let undo = format!("{GARDEN}/undo?revision={}", process.revision);
    let undo = get(&desk.site.pages, &undo).await.body;
    let told = "applied the changes that did not fit";
    assert!(undo.contains(told), "{undo}");

    let discard = form(&page, "Garden_%3F.conflict-7.txt", "discard").unwrap();
    assert_eq!(desk.send(&discard).await.status, 303);
    assert_eq!(desk.waiting(), 2);
    let again = desk.send(&discard).await;
    assert_eq!(again.status, 404);
    check("problem_settled", again.main());
}

#[tokio::test]
async fn what_is_there_is_kept() {
    let desk = Desk::new();
    for name in [
        "Garden_%3F.conflict-7.txt",
        "Garden.conflict-8.txt",
        "Old.conflict-7.txt",
    ] {
        let discard = form(&desk.page().await, name, "discard").unwrap();
        let answer = desk.send(&discard).await;
        assert_eq!(answer.header("location"), "/status", "{}", answer.body);
    }
    assert_eq!(desk.description(), "Dig one\nand rest\n");
    let page = desk.page().await;
    assert!(!page.contains("id=\"conflicts\""), "{page}");
}

#[tokio::test]
async fn nothing_is_settled_that_the_sender_has_not_seen() {
    let desk = Desk::new();
    let page = desk.page().await;
    let process = desk
        .manager
        .process("Garden script alert 1 script")
        .unwrap();
    desk.manager
        .describe_task(&process.name, "beds <b>", "Rest")
        .unwrap();
    for verb in ["apply", "discard"] {
        let stale = form(&page, "Garden_%3F.conflict-7.txt", verb).unwrap();
        let answer = desk.send(&stale).await;
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert!(
            answer.body.contains("changed since you looked"),
            "{}",
            answer.body
        );
        let form = answer.main().split_once("<form");
        assert_eq!(form, None, "sent again, it would be refused again");
        assert!(answer.body.contains("href=\"/status#conflicts\""));
        let (action, _) = stale;
        let blind = desk.send(&(action, String::new())).await;
        assert_eq!(blind.status, 400, "{}", blind.body);
    }
    assert_eq!((desk.description().as_str(), desk.waiting()), ("Rest", 3));
}

#[tokio::test]
async fn who_may_only_read_sees_both_texts_and_no_button() {
    let front = front(conflicted(), Access::Everyone).read_only();
    let pages = front.into_router();
    let page = get(&pages, "/status").await.body;
    assert!(
        page.contains("borrow it") && page.contains("a long one"),
        "{page}"
    );
    assert!(!page.contains("<form method=\"post\""), "{page}");
}

#[tokio::test]
async fn home_says_that_something_waits() {
    let answer = get(&pages(conflicted()), "/").await;
    let (_, wants) = answer
        .main()
        .split_once("<section class=\"warning\"")
        .unwrap();
    let (wants, _) = wants.split_once("</section>").unwrap();
    check("home_conflicts", wants);
}
