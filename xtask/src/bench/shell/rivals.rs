//! Other task managers with a program for a shell: how what they keep is put in place, and which of
//! their commands do what ours do. Nothing is downloaded: they are measured where they are.

use std::{fs, path::Path};

use anyhow::Result;
use serde_json::json;

/// A task manager's program.
pub(super) struct Rival {
    /// Its name, as it is started.
    pub(super) program: &'static str,
    /// Puts so many tasks into a directory, in the format that it keeps them in.
    pub(super) fill: fn(&Path, usize) -> Result<()>,
    /// What lists tasks, shows one, and finds the next; empty if there is no such command.
    pub(super) questions: [&'static [&'static str]; 3],
    /// What works a plan: how a task is added, found, begun and finished, and how all are listed;
    /// `{name}`, `{description}` and `{number}` stand for those of the task.
    pub(super) work: Work,
}

/// The commands with which a plan is worked.
pub(super) struct Work {
    pub(super) add: &'static [&'static str],
    pub(super) next: &'static [&'static str],
    pub(super) begin: &'static [&'static str],
    pub(super) finish: &'static [&'static str],
    pub(super) list: &'static [&'static str],
}

/// Those that are known.
pub(super) const RIVALS: [Rival; 2] = [
    Rival {
        program: "backlog",
        fill: fill_backlog,
        questions: [
            &["task", "list", "--plain"],
            &["task", "view", "500", "--plain"],
            &["task", "list", "--status", "To Do", "--plain"],
        ],
        work: Work {
            add: &["task", "create", "{name}", "-d", "{description}", "--plain"],
            next: &["task", "list", "--status", "To Do", "--plain"],
            begin: &["task", "edit", "{number}", "-s", "In Progress", "--plain"],
            finish: &["task", "edit", "{number}", "-s", "Done", "--plain"],
            list: &["task", "list", "--plain"],
        },
    },
    Rival {
        program: "task-master",
        fill: fill_task_master,
        questions: [&["list"], &["show", "500"], &["next"]],
        work: Work {
            add: &[
                "add-task",
                "--title={name}",
                "--description={description}",
                "--details={description}",
            ],
            next: &["next"],
            begin: &["set-status", "--id={number}", "--status=in-progress"],
            finish: &["set-status", "--id={number}", "--status=done"],
            list: &["list"],
        },
    },
];

impl Rival {
    /// Where its program is, if it is in the `PATH`.
    pub(super) fn path(&self) -> Option<std::path::PathBuf> {
        let path = std::env::var_os("PATH")?;
        let mut places = std::env::split_paths(&path).map(|folder| folder.join(self.program));
        places.find(|place| place.is_file())
    }
}

/// A file of Markdown a task, beside a file of settings.
fn fill_backlog(dir: &Path, tasks: usize) -> Result<()> {
    let folder = dir.join("backlog").join("tasks");
    fs::create_dir_all(&folder)?;
    let settings = "project_name: \"Bench\"\ndefault_status: \"To Do\"\n\
                    statuses: [\"To Do\", \"In Progress\", \"Done\"]\nlabels: []\n\
                    check_active_branches: false\nremote_operations: false\nauto_commit: false\n";
    fs::write(dir.join("backlog").join("config.yml"), settings)?;
    for number in 1..=tasks {
        let text = format!(
            "---\nid: TASK-{number}\ntitle: Task {number}\nstatus: To Do\nassignee: []\n\
             created_date: '2026-01-02 03:04'\nlabels: []\ndependencies: []\n---\n\n\
             ## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\nOne of many tasks\n\
             <!-- SECTION:DESCRIPTION:END -->\n"
        );
        fs::write(
            folder.join(format!("task-{number} - Task-{number}.md")),
            text,
        )?;
    }
    Ok(())
}

/// One file for all.
fn fill_task_master(dir: &Path, tasks: usize) -> Result<()> {
    let folder = dir.join(".taskmaster");
    fs::create_dir_all(folder.join("tasks"))?;
    let task = |number: usize| {
        json!({
            "id": number,
            "title": format!("Task {number}"),
            "description": "One of many tasks",
            "status": "pending",
            "dependencies": [],
            "priority": "medium",
            "details": "",
            "testStrategy": "",
            "subtasks": [],
        })
    };
    let tasks: Vec<_> = (1..=tasks).map(task).collect();
    let times = json!({
        "created": "2026-01-02T03:04:05.678Z",
        "updated": "2026-01-02T03:04:05.678Z",
        "description": "Bench",
    });
    let all = json!({ "master": { "tasks": tasks, "metadata": times } });
    fs::write(folder.join("tasks").join("tasks.json"), all.to_string())?;
    fs::write(folder.join("state.json"), r#"{"currentTag":"master"}"#)?;
    Ok(())
}
