//! What people change from pages: each change is made and seen, can be taken back, and is shown
//! with all that was typed if it is refused.

use pm_core::manager::HistoryQuery;
use pm_core::model::{TaskUpdate, TextChecksum};
use pm_core::{Actor, ProcessManager, ProcessName, Status, Task, TaskName};

use super::support::browser::{Browser, Site};
use super::support::{Answer, check, from_json, garden, nothing, pages};

const PLAN: &str = r#"{
    "process_name": "plan",
    "description": "What is to be done",
    "tasks": {
        "soil test": {
            "description": "Find out what grows",
            "jobs": {"j1": {"name": "sample", "description": "Take five"}, "j2": {"name": "send", "description": ""}},
            "code": {"c1": {"name": "main.rs", "content": "fn main() {}\n"}, "c2": {"name": "main.rs", "content": "fn main() { run() }\n"}}
        },
        "beds": {"description": ""}
    }
}"#;

/// A plan, and pages that change it.
struct Desk {
    manager: ProcessManager,
    site: Site,
    browser: Browser,
}

impl Desk {
    fn new() -> Self {
        let manager = nothing();
        manager.create_whole(from_json(PLAN)).unwrap();
        Self {
            site: Site::new(pages(manager.clone())),
            browser: Browser::default(),
            manager,
        }
    }

    /// Sends a form from a page.
    async fn send(&mut self, from: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        self.browser.submit_from(&self.site, from, path, form).await
    }

    /// Sends a form that is taken, and answers where that leads.
    async fn change(&mut self, from: &str, path: &str, form: &[(&str, &str)]) -> String {
        let answer = self.send(from, path, form).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        answer.header("location").to_owned()
    }

    /// Opens the page that a change led to, and takes the change back by the button there.
    async fn take_back(&mut self, page: &str) {
        let shown = self.browser.open(&self.site, page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.body);
        let action = "action=\"/p/plan/undo\"><input type=\"hidden\" name=\"revision\" value=\"";
        let (_, rest) = shown.body.split_once(action).expect("an offer to undo");
        let revision = rest.split('"').next().unwrap().to_owned();
        let undone = self
            .change(page, "/p/plan/undo", &[("revision", &revision)])
            .await;
        assert!(undone.contains("made="), "{undone}");
    }

    fn state(&self) -> String {
        let process = self.manager.process("plan").unwrap();
        let tasks = process.tasks.iter().map(|(name, task)| {
            let jobs = task.jobs.values().map(|job| {
                let (name, status) = (&job.name, job.status().as_str());
                format!("{name}: {} [{status}]", job.description)
            });
            let code = task.latest_versions().into_iter().map(|version| {
                let snippet = version.snippet;
                format!(
                    "{} v{}: {:?}",
                    snippet.name, version.version, snippet.content
                )
            });
            let inside: Vec<String> = jobs.chain(code).collect();
            format!(
                "{name} ({}) {:?} {inside:?} waits for {:?}, labels {:?}, comments {}",
                task.status().as_str(),
                task.description,
                task.depends_on(),
                task.labels(),
                task.comments().len()
            )
        });
        let tasks: Vec<String> = tasks.collect();
        format!(
            "{}: {:?}\n{}",
            process.name,
            process.description,
            tasks.join("\n")
        )
    }
}

/// The fields of a form.
type Fields = &'static [(&'static str, &'static str)];

/// Each change that has a form: the page that the form is on, where it is sent, and what with.
const CHANGES: &[(&str, &str, Fields)] = &[
    (
        "/p/plan",
        "/p/plan/describe",
        &[("description", "Two\r\nlines")],
    ),
    (
        "/p/plan?view=board",
        "/p/plan/add",
        &[("name", "fence"), ("description", "deer")],
    ),
    (
        "/p/plan/t/beds",
        "/p/plan/t/beds/rename",
        &[("name", "raised beds")],
    ),
    (
        "/p/plan/t/beds",
        "/p/plan/t/beds/describe",
        &[("description", "of *wood*")],
    ),
    (
        "/p/plan/t/beds",
        "/p/plan/t/beds/update",
        &[("status", "done")],
    ),
    (
        "/p/plan/t/beds",
        "/p/plan/t/beds/update",
        &[
            ("note", "wait"),
            ("priority", "high"),
            ("depends_on", "soil test\r\n"),
            ("labels", "spring\r\n wood, dry \r\n"),
        ],
    ),
    (
        "/p/plan/t/beds",
        "/p/plan/t/beds/update",
        &[("comment", "too *wet*")],
    ),
    ("/p/plan/t/beds", "/p/plan/t/beds/delete", &[]),
    (
        "/p/plan/t/beds",
        "/p/plan/t/beds/add-job",
        &[("name", "saw"), ("description", "")],
    ),
    (
        "/p/plan/t/soil%20test",
        "/p/plan/t/soil%20test/j/j1/update",
        &[("status", "done")],
    ),
    (
        "/p/plan/t/soil%20test",
        "/p/plan/t/soil%20test/j/j1/update",
        &[
            ("name", "dig"),
            ("note", "deep"),
            ("description", "a metre"),
        ],
    ),
    (
        "/p/plan/t/soil%20test",
        "/p/plan/t/soil%20test/j/j1/delete",
        &[],
    ),
    (
        "/p/plan/t/soil%20test",
        "/p/plan/t/soil%20test/add-code",
        &[("name", "lib.rs"), ("content", "mod a;\r\n")],
    ),
    (
        "/p/plan/t/soil%20test/c/main.rs",
        "/p/plan/t/soil%20test/c/main.rs/save",
        &[("content", "fn main() {\r\n}\r\n")],
    ),
    (
        "/p/plan/t/soil%20test/c/main.rs",
        "/p/plan/t/soil%20test/c/main.rs/delete",
        &[],
    ),
    (
        "/p/plan?view=board",
        "/p/plan/tasks",
        &[
            ("task", "soil%20test"),
            ("task", "beds"),
            ("status", "blocked"),
        ],
    ),
    (
        "/p/plan",
        "/p/plan/tasks",
        &[("task", "beds"), ("delete", "yes")],
    ),
    ("/p/plan", "/p/plan/t/beds/move", &[("to", "first")]),
    ("/p/plan", "/p/plan/t/soil%20test/move", &[("to", "down")]),
    (
        "/p/plan",
        "/p/plan/t/soil%20test/move",
        &[("to", "after"), ("after", "beds")],
    ),
    (
        "/p/plan/t/soil%20test",
        "/p/plan/t/soil%20test/j/j2/move",
        &[("to", "up")],
    ),
    (
        "/p/plan/t/soil%20test/c/main.rs",
        "/p/plan/t/soil%20test/c/main.rs/rename",
        &[("name", "app.rs")],
    ),
    (
        "/p/plan/t/soil%20test/c/main.rs?v=1",
        "/p/plan/t/soil%20test/c/main.rs/restore",
        &[("version", "1")],
    ),
];

#[tokio::test]
async fn each_change_is_made_and_taken_back() {
    let mut told = Vec::new();
    for (from, path, form) in CHANGES {
        let mut desk = Desk::new();
        let before = desk.state();
        let page = desk.change(from, path, form).await;
        let after = desk.state();
        assert_ne!(after, before, "{path}");
        told.push(format!("{path} {form:?}\n-> {page}\n{after}\n"));
        desk.take_back(&page).await;
        assert_eq!(desk.state(), before, "{path}");
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn a_change_is_by_who_uses_the_pages() {
    let mut desk = Desk::new();
    desk.change("/", "/p/plan/t/beds/update", &[("status", "in_progress")])
        .await;
    let history = desk
        .manager
        .history(&"plan".parse().unwrap(), &HistoryQuery::default());
    let web = Actor::Client {
        client: "web".into(),
        principal: None,
    };
    assert_eq!(history.unwrap().changes[0].entry.actor, web);
    let process = desk.manager.process("plan").unwrap();
    assert_eq!(process.task("beds").unwrap().1.claim().unwrap().by, "web");
}

#[tokio::test]
async fn a_process_is_made_renamed_thrown_away_and_put_back() {
    let mut desk = Desk::new();
    let form = [("name", "a/b?"), ("description", "odd")];
    assert_eq!(desk.change("/", "/new", &form).await, "/p/a%2Fb%3F");
    let renamed = desk
        .change("/p/a%2Fb%3F", "/p/a%2Fb%3F/rename", &[("name", "c d")])
        .await;
    assert_eq!(renamed, "/p/c%20d?made=2");
    let home = desk.change(&renamed, "/p/c%20d/delete", &[]).await;
    assert_eq!(home, "/?deleted=c+d");
    let shown = desk.browser.open(&desk.site, &home).await;
    assert!(shown.body.contains("deleted c d."), "{}", shown.body);
    assert_eq!(
        desk.change("/", "/trash/c%20d/restore", &[]).await,
        "/p/c%20d"
    );
    assert_eq!(desk.manager.process("c d").unwrap().description, "odd");
}

#[tokio::test]
async fn a_process_is_copied_and_thrown_away_for_ever() {
    let mut desk = Desk::new();
    let copied = desk
        .change("/p/plan", "/p/plan/copy", &[("name", "other")])
        .await;
    assert_eq!(copied, "/p/other");
    assert_eq!(desk.manager.process("other").unwrap().tasks.len(), 2);
    desk.change("/p/other", "/p/other/delete", &[]).await;
    let shown = desk.browser.open(&desk.site, "/trash").await;
    let at = hidden_field(&shown.body, "deleted_at");
    let page = desk
        .change("/trash", "/trash/other/purge", &[("deleted_at", &at)])
        .await;
    assert_eq!(page, "/trash");
    assert!(desk.manager.trash().unwrap().is_empty());
}

#[tokio::test]
async fn a_claim_of_anybody_is_released() {
    let mut desk = Desk::new();
    let plan = "plan".parse().unwrap();
    let begin = TaskUpdate {
        status: Some(Status::InProgress),
        ..TaskUpdate::default()
    };
    desk.manager.update_task(&plan, "beds", begin).unwrap();
    let page = "/p/plan/t/beds";
    assert_eq!(
        desk.change(page, "/p/plan/t/beds/release", &[]).await,
        "/p/plan/t/beds?made=3"
    );
    let process = desk.manager.process("plan").unwrap();
    let (_, beds) = process.task("beds").unwrap();
    assert_eq!((beds.claim(), beds.status()), (None, Status::InProgress));
    assert_eq!(desk.change(page, "/p/plan/t/beds/release", &[]).await, page);
}

#[tokio::test]
async fn what_is_refused_is_shown_with_all_that_was_typed() {
    let mut desk = Desk::new();
    let before = desk.state();
    let form = [
        ("name", "Soil_Test"),
        ("description", "a\r\n</textarea><b>"),
    ];
    let answer = desk.send("/p/plan?view=board", "/p/plan/add", &form).await;
    assert_eq!(answer.status, 409);
    check("problem_again", answer.main());
    let too_long = "x".repeat(201);
    for (path, form, status) in [
        ("/p/plan/add", vec![("name", " ")], 400),
        ("/p/plan/add", vec![("name", too_long.as_str())], 400),
        ("/p/plan/t/beds/rename", vec![("name", "soil test")], 409),
        ("/p/plan/t/beds/update", vec![("status", "half")], 400),
        ("/p/plan/t/beds/move", vec![("to", "there")], 400),
        (
            "/p/plan/t/beds/move",
            vec![("to", "after"), ("after", "gone")],
            404,
        ),
        ("/p/plan/tasks", vec![("status", "done")], 400),
        (
            "/p/plan/tasks",
            vec![("task", "gone"), ("status", "done")],
            404,
        ),
        ("/p/plan/copy", vec![("name", "Plan")], 409),
        ("/trash/gone/purge", vec![("deleted_at", "x")], 404),
        ("/p/plan/t/beds/update", vec![("depends_on", "gone")], 409),
        ("/p/plan/t/beds/update", vec![("depends_on", "beds")], 409),
        ("/p/plan/t/beds/describe", vec![], 400),
        ("/p/plan/t/gone/describe", vec![("description", "x")], 404),
        ("/p/gone/add", vec![("name", "x")], 404),
        (
            "/p/plan/t/soil%20test/j/gone/update",
            vec![("status", "done")],
            404,
        ),
        ("/p/plan/t/soil%20test/c/main.rs/save", vec![], 400),
        (
            "/p/plan/t/soil%20test/c/main.rs/restore",
            vec![("version", "7")],
            404,
        ),
        (
            "/p/plan/t/soil%20test/c/main.rs/restore",
            vec![("version", "x")],
            400,
        ),
        ("/p/plan/undo", vec![("revision", "99")], 404),
        ("/p/plan/undo", vec![], 400),
        ("/trash/gone/restore", vec![], 404),
        ("/new", vec![("name", "PLAN")], 409),
    ] {
        let answer = desk.send("/p/plan", path, &form).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{path} {form:?}: {}",
            answer.main()
        );
        assert!(answer.body.contains("id=\"reason\""), "{path}");
        for (_, value) in &form {
            assert!(answer.body.contains(value.trim()), "{path} {value}");
        }
    }
    assert_eq!(desk.state(), before);
}

#[tokio::test]
async fn a_task_of_somebody_else_can_be_taken_over() {
    let mut desk = Desk::new();
    let model = desk.manager.clone().acting_as(Actor::Client {
        client: "llama <ui>".into(),
        principal: None,
    });
    let plan = "plan".parse().unwrap();
    let begin = TaskUpdate {
        status: Some(Status::InProgress),
        ..TaskUpdate::default()
    };
    model.update_task(&plan, "beds", begin).unwrap();
    let (page, path) = ("/p/plan/t/beds", "/p/plan/t/beds/update");
    let refused = desk.send(page, path, &[("status", "done")]).await;
    assert_eq!(refused.status, 409);
    check("problem_claimed", refused.main());
    let form = [
        ("status", "done"),
        ("back", page),
        ("take_over", "somebody else"),
    ];
    let refused = desk.send(path, path, &form).await;
    assert_eq!(
        refused.status, 409,
        "the claim of somebody who was not seen"
    );
    assert!(!refused.body.contains("somebody else"));
    let form = [
        ("status", "done"),
        ("back", page),
        ("take_over", "llama <ui>"),
    ];
    let made = desk.change(path, path, &form).await;
    assert_eq!(made, "/p/plan/t/beds?made=3");
}

#[tokio::test]
async fn pages_that_only_show_change_nothing() {
    let manager = nothing();
    manager.create_whole(from_json(PLAN)).unwrap();
    let front = super::support::front(manager.clone(), crate::Access::Everyone);
    let site = Site::new(front.read_only().into_router());
    let mut browser = Browser::default();
    for page in [
        "/",
        "/p/plan",
        "/p/plan/t/beds",
        "/p/plan/t/soil%20test/c/main.rs",
        "/trash",
    ] {
        let shown = browser.open(&site, page).await;
        assert_eq!(shown.status, 200, "{page}");
        assert!(
            !shown.body.contains("method=\"post\""),
            "{page}: {}",
            shown.body
        );
    }
    for (from, path, form) in CHANGES {
        let answer = browser.submit_from(&site, from, path, form).await;
        assert!(
            matches!(answer.status.as_u16(), 404 | 405),
            "{path}: {}",
            answer.status
        );
    }
    assert_eq!(manager.process("plan").unwrap().revision, 1);
}

/// Prompts that name what they are about.
struct Named;

impl crate::Prompts for Named {
    fn of_process(&self, process: &ProcessName) -> Option<String> {
        Some(format!("Work on <{process}>.\n1. Go on."))
    }

    fn of_task(&self, process: &ProcessName, task: &TaskName) -> Option<String> {
        Some(format!("Review <{task}> of <{process}>."))
    }
}

#[tokio::test]
async fn a_page_has_what_a_person_gives_to_a_model() {
    let manager = nothing();
    manager.create_whole(from_json(PLAN)).unwrap();
    let front = super::support::front(manager, crate::Access::Everyone);
    let site = Site::new(front.with_prompts(Named).into_router());
    let mut browser = Browser::default();
    for (page, prompt) in [
        ("/p/plan", "Work on &lt;plan&gt;.\n1. Go on."),
        ("/p/plan?view=board", "Work on &lt;plan&gt;.\n1. Go on."),
        ("/p/plan/t/beds", "Review &lt;beds&gt; of &lt;plan&gt;."),
    ] {
        let shown = browser.open(&site, page).await.body;
        let prompt = format!("<pre class=\"copy\" tabindex=\"0\">{prompt}</pre>");
        assert!(shown.contains(&prompt), "{page}: {shown}");
    }
}

#[tokio::test]
async fn the_address_of_a_change_leads_to_what_it_changes() {
    let site = Site::new(pages(garden()));
    let mut browser = Browser::default();
    for (path, page) in [
        ("/new", "/"),
        ("/p/parser/rename", "/p/parser"),
        ("/p/a%2Fb/t/c%20d/update", "/p/a%2Fb/t/c%20d"),
    ] {
        let answer = browser.open(&site, path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, page)
        );
    }
}

#[tokio::test]
async fn a_text_that_a_model_changed_meanwhile_is_not_written_over() {
    let mut desk = Desk::new();
    let (page, path) = ("/p/plan/t/soil%20test", "/p/plan/t/soil%20test/describe");
    let shown = desk.browser.open(&desk.site, page).await.body;
    let was = hidden_field(&shown, "was-description");
    let plan = "plan".parse().unwrap();
    // What is elsewhere collides with nothing.
    desk.manager
        .add_job(&plan, "soil test", "dig".parse().unwrap(), "")
        .unwrap();
    desk.manager
        .describe_task(&plan, "soil test", "Find out <what> grows")
        .unwrap();
    let mine = [
        ("description", "Find out\r\nmore"),
        ("was-description", was.as_str()),
    ];
    let refused = desk.send(page, path, &mine).await;
    assert_eq!(refused.status, 409);
    check("problem_changed_meanwhile", refused.main());
    assert!(desk.state().contains("Find out <what> grows"));
    // If it is sent again from there, it begins with their text.
    let was = hidden_field(&refused.body, "was-description");
    let mine = [
        ("description", "Find out\r\nmore"),
        ("was-description", was.as_str()),
        ("back", page),
    ];
    assert_eq!(
        desk.change(path, path, &mine).await,
        format!("{page}?made=4")
    );
    assert!(desk.state().contains("Find out\\nmore"));
    desk.take_back(&format!("{page}?made=4")).await;
    assert!(desk.state().contains("Find out <what> grows"));
}

#[tokio::test]
async fn a_form_that_nobody_changed_makes_no_revision() {
    let mut desk = Desk::new();
    let update = TaskUpdate {
        note: Some("wait\nfor \u{202e}it".to_owned()),
        depends_on: Some(vec!["beds".to_owned()]),
        labels: Some(vec!["a, b".parse().unwrap(), "c".parse().unwrap()]),
        ..TaskUpdate::default()
    };
    desk.manager
        .update_task(&"plan".parse().unwrap(), "soil test", update)
        .unwrap();
    for (page, forms) in [
        ("/p/plan", 1),
        ("/p/plan/t/soil%20test", 4),
        ("/p/plan/t/soil%20test/c/main.rs", 1),
    ] {
        let shown = desk.browser.open(&desk.site, page).await.body;
        let mut sent = 0;
        for form in shown.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            if !form.contains("name=\"was-") {
                continue;
            }
            let (path, fields) = as_sent(form);
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            assert_eq!(desk.change(page, &path, &fields).await, page, "{fields:?}");
            sent += 1;
        }
        assert_eq!(sent, forms, "{page}");
    }
    assert_eq!(desk.manager.process("plan").unwrap().revision, 2);
}

#[tokio::test]
async fn a_form_reaches_what_was_renamed_since_it_was_shown() {
    let mut desk = Desk::new();
    let plan = "plan".parse().unwrap();
    desk.manager
        .rename_task(&plan, "beds", "raised beds".parse().unwrap())
        .unwrap();
    desk.manager
        .rename_process(&plan, &"garden".parse().unwrap())
        .unwrap();
    let was = TextChecksum::of("").to_string();
    let form = [
        ("description", "of wood"),
        ("was-description", was.as_str()),
    ];
    let page = desk
        .change("/p/plan/t/beds", "/p/plan/t/beds/describe", &form)
        .await;
    assert_eq!(page, "/p/garden?made=4");
    let process = desk.manager.process("garden").unwrap();
    assert_eq!(
        process.task("raised beds").unwrap().1.description,
        "of wood"
    );
}

#[tokio::test]
async fn what_was_typed_for_something_that_is_gone_is_kept_as_new() {
    let mut desk = Desk::new();
    let page = "/p/plan/t/beds";
    desk.manager
        .delete_task(&"plan".parse().unwrap(), "beds")
        .unwrap();
    let form = [
        ("description", "of wood"),
        ("was-description", "0000000000000000"),
    ];
    let refused = desk.send(page, "/p/plan/t/beds/describe", &form).await;
    assert_eq!(refused.status, 404);
    let way = "name=\"name\" value=\"beds\" formaction=\"/p/plan/add\"";
    assert!(refused.body.contains(way), "{}", refused.body);
    let form = [("description", "of wood"), ("name", "beds"), ("back", page)];
    assert_eq!(
        desk.change("/p/plan/t/beds/describe", "/p/plan/add", &form)
            .await,
        format!("{page}?made=3")
    );
}

/// The value of a hidden field of a page.
#[track_caller]
fn hidden_field(page: &str, name: &str) -> String {
    let field = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&field).expect("the field");
    rest.split('"').next().unwrap().to_owned()
}

/// Where a browser sends a form as it stands on a page, and with which fields.
fn as_sent(form: &str) -> (String, Vec<(String, String)>) {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        Some(unescaped(rest.split('"').next()?))
    };
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let Some(name) = attribute(tag, "name") else {
            if let Some(word) = tag
                .strip_prefix("option")
                .filter(|tag| tag.contains(" selected>"))
            {
                let word = attribute(word, "value")
                    .unwrap_or_else(|| word.split('>').nth(1).unwrap().to_owned());
                let select: &mut (String, String) = fields.last_mut().unwrap();
                select.1 = word;
            }
            continue;
        };
        let value = if tag.starts_with("textarea") {
            // The line break behind the tag is no part of the text.
            let text = tag.split_once(">\n").unwrap().1;
            unescaped(text).replace('\n', "\r\n")
        } else {
            attribute(tag, "value").unwrap_or_default()
        };
        fields.push((name, value));
    }
    (attribute(form, "action").unwrap(), fields)
}

fn unescaped(text: &str) -> String {
    let text = text
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"");
    text.replace("&#39;", "'").replace("&#38;", "&")
}

#[tokio::test]
async fn nothing_else_of_a_former_name_is_changed() {
    let mut desk = Desk::new();
    let plan = "plan".parse().unwrap();
    let new = "raised beds".parse().unwrap();
    desk.manager.rename_task(&plan, "beds", new).unwrap();
    for name in ["soil", "soil test"] {
        // Two names that the task had before, of which it has the second again.
        let task = if name == "soil" { "soil test" } else { "soil" };
        let new = name.parse().unwrap();
        desk.manager.rename_task(&plan, task, new).unwrap();
    }
    let before = desk.state();
    for (path, form) in [
        ("/p/plan/t/beds/delete", vec![]),
        ("/p/plan/t/beds/update", vec![("status", "done")]),
        ("/p/plan/t/beds/describe", vec![("description", "of wood")]),
        (
            "/p/plan/t/beds/describe",
            vec![
                ("description", "x"),
                ("was-description", "0000000000000000"),
            ],
        ),
        ("/p/plan/t/soil/j/j1/delete", vec![]),
        ("/p/plan/t/soil/j/j1/update", vec![("status", "done")]),
        ("/p/plan/t/soil/j/j2/move", vec![("to", "up")]),
        // A snippet whose name merely holds this one.
        ("/p/plan/t/soil%20test/c/main/delete", vec![]),
    ] {
        let answer = desk.send("/p/plan", path, &form).await;
        assert!(
            matches!(answer.status.as_u16(), 404 | 409),
            "{path} {}",
            answer.status
        );
    }
    assert_eq!(desk.state(), before);
}

#[tokio::test]
async fn notes_labels_and_dependencies_are_not_written_over_unseen() {
    let mut desk = Desk::new();
    let (page, path) = ("/p/plan/t/beds", "/p/plan/t/beds/update");
    let was = TextChecksum::of("").to_string();
    let model = TaskUpdate {
        note: Some("wait".to_owned()),
        labels: Some(vec!["wood".parse().unwrap()]),
        depends_on: Some(vec!["soil test".to_owned()]),
        ..TaskUpdate::default()
    };
    desk.manager
        .update_task(&"plan".parse().unwrap(), "beds", model)
        .unwrap();
    // What somebody else does to the task is not what stands in the way.
    let other = desk.manager.clone().acting_as(pm_core::Actor::Unnamed);
    other
        .add_job(&"plan".parse().unwrap(), "beds", "saw".parse().unwrap(), "")
        .unwrap();
    let before = desk.state();
    for (field, mine, theirs) in [
        ("note", "go", "wait"),
        ("labels", "stone", "wood"),
        ("depends_on", "", "soil test"),
    ] {
        let was_field = format!("was-{field}");
        let mine = if mine.is_empty() { "beds" } else { mine };
        let form = [(field, mine), (was_field.as_str(), was.as_str())];
        let refused = desk.send(page, path, &form).await;
        assert_eq!(refused.status, 409, "{field}");
        let sentence = "This was changed meanwhile by llama-ui &lt;b&gt;, at 2026-11-22 12:00 UTC.";
        assert!(
            refused.body.contains(sentence),
            "{field}: {}",
            refused.main()
        );
        assert!(
            refused.body.contains(&format!(">{theirs}</pre>")),
            "{field}: {}",
            refused.main()
        );
        assert!(refused.body.contains("Keep mine"), "{field}");
    }
    assert_eq!(desk.state(), before);
}

#[tokio::test]
async fn what_is_renamed_from_another_page_leads_back_there() {
    let mut desk = Desk::new();
    for (from, path, name, to) in [
        (
            "/p/plan?view=board",
            "/p/plan/t/beds/rename",
            "rows",
            "/p/plan?view=board&made=2",
        ),
        (
            "/p/plan/t/rows",
            "/p/plan/t/rows/rename",
            "beds",
            "/p/plan/t/beds?made=3",
        ),
        ("/?from=51", "/p/plan/rename", "garden", "/?from=51&made=4"),
        // A page of another process whose name begins alike.
        (
            "/p/garden%202",
            "/p/garden/rename",
            "plan",
            "/p/garden%202?made=5",
        ),
        (
            "/p/plan?view=board",
            "/p/plan/rename",
            "garden",
            "/p/garden?made=6",
        ),
    ] {
        assert_eq!(desk.change(from, path, &[("name", name)]).await, to);
    }
}

#[tokio::test]
async fn what_would_lose_something_typed_is_no_way_out() {
    let mut desk = Desk::new();
    desk.manager
        .delete_task(&"plan".parse().unwrap(), "beds")
        .unwrap();
    for (verb, form) in [
        ("update", vec![("comment", "too wet")]),
        ("add-code", vec![("name", "a.rs"), ("content", "fn a() {}")]),
        ("add-job", vec![("name", "dig"), ("description", "deep")]),
    ] {
        let path = format!("/p/plan/t/beds/{verb}");
        let refused = desk.send("/p/plan/t/beds", &path, &form).await;
        assert_eq!(refused.status, 404, "{verb}");
        assert!(!refused.body.contains("as a new task"), "{verb}");
        assert!(refused.body.contains(form[0].1), "{verb}");
    }
}

#[tokio::test]
async fn an_older_version_is_edited_into_a_new_one() {
    let mut desk = Desk::new();
    let page = "/p/plan/t/soil%20test/c/main.rs?v=1";
    let shown = desk.browser.open(&desk.site, page).await.body;
    let was = hidden_field(&shown, "was-content");
    let form = [
        ("content", "fn main() {}\r\n"),
        ("was-content", was.as_str()),
    ];
    let path = "/p/plan/t/soil%20test/c/main.rs/save";
    let made = desk.change(page, path, &form).await;
    assert_eq!(made, "/p/plan/t/soil%20test/c/main.rs?made=2");
    assert!(desk.state().contains("main.rs v3"), "{}", desk.state());
}

#[tokio::test]
async fn a_change_is_taken_back_from_its_own_page() {
    let mut desk = Desk::new();
    desk.change("/p/plan", "/p/plan/t/beds/delete", &[]).await;
    let page = "/p/plan/undo?revision=2";
    let shown = desk.browser.open(&desk.site, page).await.body;
    let back = hidden_field(&shown, "back");
    let form = [("revision", "2"), ("back", back.as_str())];
    let to = desk.change(page, "/p/plan/undo", &form).await;
    assert_eq!(desk.browser.open(&desk.site, &to).await.status, 200, "{to}");
    assert!(desk.state().contains("beds"));
}

#[tokio::test]
async fn of_two_of_a_name_the_one_that_comes_back_is_offered() {
    let mut desk = Desk::new();
    for description in ["first", "second"] {
        let form = [("name", "twice"), ("description", description)];
        desk.change("/", "/new", &form).await;
        desk.change("/p/twice", "/p/twice/delete", &[]).await;
    }
    let shown = desk.browser.open(&desk.site, "/trash").await.body;
    assert_eq!(shown.matches("action=\"/trash/twice/restore\"").count(), 1);
    assert_eq!(shown.matches("action=\"/trash/twice/purge\"").count(), 2);
    desk.change("/trash", "/trash/twice/restore", &[]).await;
    assert_eq!(desk.manager.process("twice").unwrap().description, "second");
}

#[tokio::test]
async fn a_sample_is_one_change_and_has_something_of_everything() {
    let manager = nothing();
    let site = Site::new(pages(manager.clone()));
    let mut browser = Browser::default();
    let home = browser.open(&site, "/").await;
    assert!(home.body.contains("action=\"/sample\""), "{}", home.body);
    let made = browser.submit(&site, "/sample", &[]).await;
    assert_eq!(
        (made.status.as_u16(), made.header("location")),
        (303, "/p/A%20sample")
    );
    let sample = manager.process("a sample").unwrap();
    assert_eq!(sample.revision, 1);
    assert_eq!(sample.created_at, manager.now());
    let (_, task) = sample.task("write the program").unwrap();
    assert_eq!(task.depends_on().len(), 1);
    assert_eq!((task.jobs.len(), task.code.len()), (2, 2));
    assert_eq!(task.created_at, manager.now());
    let unread = sample.tasks.values().flat_map(Task::unread_words);
    assert_eq!(unread.count(), 0);
    let home = browser.open(&site, "/").await;
    assert!(!home.body.contains("action=\"/sample\""));
    let again = browser.submit(&site, "/sample", &[]).await;
    assert_eq!(again.status, 409);
}
