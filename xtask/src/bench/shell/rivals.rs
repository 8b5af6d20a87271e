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
pub(super) const RIVALS: [Rival; 3] = [
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
    Rival {
        program: "kanban",
        fill: fill_kanban,
        questions: [
            &["board.json", "card", "list", "--board", "Bench"],
            &["board.json", "card", "get", "500"],
            &NEXT_OF_KANBAN,
        ],
        work: Work {
            add: &[
                "board.json",
                "card",
                "create",
                "--board=Bench",
                "--column=To do",
                "--title={name}",
                "--description={description}",
            ],
            next: &NEXT_OF_KANBAN,
            begin: &[
                "board.json",
                "card",
                "update",
                "{number}",
                "--status=in-progress",
            ],
            finish: &["board.json", "card", "update", "{number}", "--status=done"],
            list: &["board.json", "card", "list", "--board", "Bench"],
        },
    },
];

/// The first card that is not begun.
const NEXT_OF_KANBAN: [&str; 7] = [
    "board.json",
    "card",
    "list",
    "--board=Bench",
    "--status=todo",
    "--page-size=1",
    "--page=1",
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

/// One file for all.
fn fill_kanban(dir: &Path, tasks: usize) -> Result<()> {
    const AT: &str = "2026-01-02T03:04:05.678Z";
    let id = |kind: usize, number: usize| format!("00000000-0000-4000-{kind:04}-{number:012}");
    let (board, todo) = (id(8001, 1), id(8002, 0));
    let columns = [
        ("To do", "Todo"),
        ("Doing", "InProgress"),
        ("Complete", "Done"),
    ];
    let columns = columns
        .iter()
        .enumerate()
        .map(|(position, (name, status))| {
            json!({
                "id": id(8002, position),
                "board_id": board,
                "name": name,
                "position": position,
                "wip_limit": null,
                "default_status": status,
                "created_at": AT,
                "updated_at": AT,
            })
        });
    let card = |number: usize| {
        json!({
            "id": id(8003, number),
            "board_id": board,
            "column_id": todo,
            "prefix": "task",
            "card_number": number,
            "title": format!("Task {number}"),
            "description": "One of many tasks",
            "priority": "Medium",
            "status": "Todo",
            "position": number - 1,
            "due_date": null,
            "points": null,
            "sprint_id": null,
            "sprint_logs": [],
            "created_at": AT,
            "updated_at": AT,
            "completed_at": null,
        })
    };
    let all = json!({
        "version": 18,
        "metadata": {
            "instance_id": id(8000, 0),
            "saved_at": AT,
            "writer_version": "0.12.2",
            "writer_commit": "unknown",
        },
        "data": {
            "archived_boards": [],
            "archived_cards": [],
            "boards": [{
                "id": board,
                "name": "Bench",
                "description": null,
                "card_prefix": null,
                "sprint_prefix": null,
                "active_sprint_id": null,
                "next_sprint_number": 1,
                "sprint_duration_days": null,
                "sprint_name_used_count": 0,
                "sprint_names": [],
                "task_list_view": "Flat",
                "task_sort_field": "Default",
                "task_sort_order": "Ascending",
                "position": 0,
                "created_at": AT,
                "updated_at": AT,
            }],
            "columns": columns.collect::<Vec<_>>(),
            "cards": (1..=tasks).map(card).collect::<Vec<_>>(),
            "graph": {
                "blocks": { "edges": [] },
                "relates": { "edges": [] },
                "spawns": { "edges": [] },
            },
            "prefixes": [{ "name": "task", "card_counter": tasks, "sprint_counter": 0 }],
            "sprints": [],
        },
    });
    fs::create_dir_all(dir)?;
    fs::write(dir.join("board.json"), all.to_string())?;
    Ok(())
}
