//! The whole loop, as a model goes through it: plan, take the next task, write code, revise it,
//! say what is done, export.
//!
//! The agent knows what any model knows: the list of tools and what it is answered. It uses no
//! tool and no argument that the list does not have, and goes on as the answers say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use pm_tests::http_server::HttpServer;
use pm_tests::mcp::{Answer, Session};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::{Value, json};

/// The plan: a task, what it waits for, and the files that its jobs ask for.
const PLAN: [(&str, &[&str], &[&str]); 6] = [
    ("set up", &[], &["Cargo.toml"]),
    (
        "parser",
        &["set up"],
        &["src/parser.rs", "src/parser/tokens.rs"],
    ),
    ("printer", &["set up"], &["src/printer.rs"]),
    ("command line", &["parser", "printer"], &["src/main.rs"]),
    ("manual", &["command line"], &["docs/manual.md"]),
    ("release", &["manual", "command line"], &["CHANGELOG.md"]),
];

/// How long agents may take before something is wrong: far longer than they need.
const PATIENCE: Duration = Duration::from_secs(120);

fn draft(file: &str) -> String {
    format!("a draft of {file}\n")
}

fn revised(file: &str) -> String {
    format!("the text of {file},\nrevised: \"é\\n\"\n")
}

/// Whatever carries calls to a server.
trait Connection {
    fn request(&mut self, method: &str, params: Value) -> Value;
    fn call(&mut self, tool: &str, arguments: Value) -> Answer;
}

impl Connection for Session {
    fn request(&mut self, method: &str, params: Value) -> Value {
        Session::request(self, method, params)
    }
    fn call(&mut self, tool: &str, arguments: Value) -> Answer {
        Session::call(self, tool, arguments)
    }
}

impl Connection for StdioServer {
    fn request(&mut self, method: &str, params: Value) -> Value {
        StdioServer::request(self, method, params)
    }
    fn call(&mut self, tool: &str, arguments: Value) -> Answer {
        StdioServer::call(self, tool, arguments)
    }
}

/// A model at its tools.
struct Agent<C> {
    connection: C,
    /// The parameters of each tool, as listed.
    tools: BTreeMap<String, Vec<String>>,
}

impl<C: Connection> Agent<C> {
    fn new(mut connection: C) -> Self {
        let listed = connection.request("tools/list", json!({}));
        let parameters = |tool: &Value| {
            let properties = tool["inputSchema"]["properties"].as_object().unwrap();
            properties.keys().cloned().collect()
        };
        let tools = listed["tools"].as_array().unwrap().iter();
        let tools = tools.map(|tool| (tool["name"].as_str().unwrap().to_owned(), parameters(tool)));
        Self {
            tools: tools.collect(),
            connection,
        }
    }

    #[track_caller]
    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let known = &self.tools[tool];
        for name in arguments.as_object().unwrap().keys() {
            assert!(known.contains(name), "{tool} lists no {name}");
        }
        self.connection.call(tool, arguments).ok()
    }

    fn plan(&mut self) {
        self.call(
            "process_new",
            json!({"name": "Formatter", "description": "Formats text"}),
        );
        // Not in the order in which they can be done.
        for (task, _, files) in PLAN.iter().rev() {
            let task_name =
                json!({"task_name": task, "task_description": format!("Do the {task}")});
            self.call("task_new", task_name);
            for file in *files {
                let job = json!({"task_name": task, "job_name": format!("write {file}"), "job_description": file});
                self.call("task_job_add", job);
            }
        }
        for (task, waits_for, _) in PLAN {
            if !waits_for.is_empty() {
                self.call(
                    "task_update",
                    json!({"task_name": task, "depends_on": waits_for}),
                );
            }
        }
    }

    /// Does what there is to do of a task, as `task_next` shows it.
    fn work(&mut self, next: &Value) {
        let task = next["task_name"].as_str().unwrap();
        let jobs = next["open_jobs"].as_array().cloned().unwrap_or_default();
        for job in jobs {
            let file = job["description"].as_str().unwrap();
            let about = |field: &str, content: String| json!({"task_name": task, "code_name": file, field: content});
            self.call("task_code_update", about("new_content", draft(file)));
            let read = self.call(
                "task_code_get",
                json!({"task_name": task, "code_name": file}),
            );
            let newest = read["codes"].as_array().unwrap().last().unwrap();
            assert_eq!(newest["content"], draft(file), "{read}");
            self.call("task_code_update", about("new_content", revised(file)));
            let done = json!({"task_name": task, "job_name": job["name"], "status": "done"});
            self.call("task_job_update", done);
        }
        // As the answer says.
        let message = next["message"].as_str().unwrap();
        assert!(
            message.contains("task_update with status \"done\""),
            "{message}"
        );
        self.call("task_update", json!({"task_name": task, "status": "done"}));
    }

    /// Works until all is done; answers the tasks in the order in which they were handed out.
    fn work_through(&mut self) -> Vec<String> {
        let started = Instant::now();
        let mut tasks = Vec::new();
        loop {
            let next = self.call("task_next", json!({}));
            if let Some(task) = next["task_name"].as_str() {
                tasks.push(task.to_owned());
                self.work(&next);
                continue;
            }
            let progress = &next["progress"];
            if progress["done"] == progress["of"] {
                return tasks;
            }
            // The rest is others' at the moment, or waits for it.
            assert!(!next["held_up"].as_array().unwrap().is_empty(), "{next}");
            assert!(started.elapsed() < PATIENCE, "{next}");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The files below a directory.
fn files(directory: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![directory.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(directory).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// What the plan comes to.
fn expected() -> BTreeMap<String, String> {
    let files = PLAN.iter().flat_map(|(_, _, files)| files.iter());
    files
        .map(|file| ((*file).to_owned(), revised(file)))
        .collect()
}

/// Whether each task came after those that it waits for.
#[track_caller]
fn assert_in_order(tasks: &[String]) {
    let place = |wanted: &str| tasks.iter().position(|task| task == wanted);
    for (task, waits_for, _) in PLAN {
        for other in waits_for {
            assert!(place(other) < place(task), "{tasks:?}");
        }
    }
}

#[test]
fn one_model_works_a_plan_from_its_first_task_to_the_files() {
    let storage = Storage::new();
    let place = tempfile::tempdir().unwrap();
    let mut command = StdioServer::command(storage.path());
    command.arg("--export-dir").arg(place.path());
    let (server, _) = StdioServer::open(&mut command, "2024-11-05");
    let mut agent = Agent::new(server);
    agent.plan();
    let tasks = agent.work_through();
    assert_eq!(tasks.len(), PLAN.len(), "{tasks:?}");
    assert_in_order(&tasks);
    let exported = agent.call("code_export", json!({"directory": "formatter"}));
    assert_eq!(
        files(&place.path().join("formatter")),
        expected(),
        "{exported}"
    );
}

#[test]
fn three_agents_share_a_plan_though_one_is_lost_in_the_middle() {
    let storage = Storage::new();
    let place = tempfile::tempdir().unwrap();
    let server = HttpServer::over(storage.path())
        .args(["--lease", "2s", "--export-dir"])
        .args([place.path()])
        .start();
    let mut planner = Agent::new(server.session());
    planner.plan();
    let begun = Barrier::new(3);
    let done = thread::scope(|scope| {
        let mut lost = Agent::new(server.session());
        let begun = &begun;
        scope.spawn(move || {
            lost.call("process_load", json!({"name": "formatter"}));
            let next = lost.call("task_next", json!({}));
            assert_eq!(next["task_name"], "set up", "{next}");
            begun.wait();
            for half in ["half of it", "half of it, again"] {
                thread::sleep(Duration::from_millis(300));
                let code =
                    json!({"task_name": "set up", "code_name": "Cargo.toml", "new_content": half});
                lost.call("task_code_update", code);
            }
            // It is never heard of again, in the middle of its task.
            drop(lost);
        });
        let agents: Vec<_> = (0..2)
            .map(|_| {
                let mut agent = Agent::new(server.session());
                scope.spawn(move || {
                    agent.call("process_load", json!({"name": "formatter"}));
                    begun.wait();
                    agent.work_through()
                })
            })
            .collect();
        let done = agents.into_iter().map(|agent| agent.join().unwrap());
        done.collect::<Vec<_>>()
    });
    // What one has done no other was given.
    let mut all = done.concat();
    all.sort();
    let mut expected_tasks = PLAN.map(|(task, _, _)| task);
    expected_tasks.sort_unstable();
    assert_eq!(all, expected_tasks, "{done:?}");
    for tasks in &done {
        let place = |wanted: &str| tasks.iter().position(|task| task == wanted);
        for (task, waits_for, _) in PLAN {
            let own = waits_for.iter().filter_map(|other| place(other));
            assert!(place(task).is_none_or(|at| own.clone().all(|other| other < at)));
        }
    }
    let exported = planner.call("code_export", json!({}));
    assert_eq!(files(place.path()), expected(), "{exported}");
}
