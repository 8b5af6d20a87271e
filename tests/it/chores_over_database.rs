//! `import`, `trash` and `doctor` over a database, in place of a directory.

use pm_postgres::testing::Cluster;
use pm_tests::binaries;
use pm_tests::http_server::HttpServer;
use pm_tests::running::{Finished, command, finish};
use pm_tests::storage::Storage;
use serde_json::json;

#[test]
fn what_is_done_in_a_directory_is_done_in_a_database() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let database = address.to_string();
    let storage = Storage::of_files("a database takes its place");
    storage.write("plan.md", "# Shed\n\n- [ ] roof\n- [x] walls\n");
    let run = |arguments: &[&str]| {
        let mut command = command(binaries::http());
        command.args(arguments).args(["--store", &database]);
        finish(command.current_dir(storage.path()))
    };
    let done = |arguments: &[&str]| {
        let finished = run(arguments);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
        finished.stdout
    };
    let server = HttpServer::over(storage.path());
    let server = server.env("PM_STORE", &database).start();
    let session = server.session();
    session.call("process_new", json!({"name": "Garden"})).ok();

    assert!(done(&["import", "plan.md"]).contains("Shed"));
    let again = run(&["import", "plan.md"]);
    assert_eq!(again.code, Some(1), "{again:?}");
    let listed = session.call("task_list", json!({"process": "Shed"})).ok();
    assert!(listed["tasks"]["roof"].is_object(), "{listed}");

    session.call("process_delete", json!({"name": "Shed"})).ok();
    assert!(done(&["trash"]).contains("\"Shed\" deleted by \"pm-tests\""));
    assert_eq!(done(&["trash", "--restore", "Shed"]), "restored \"Shed\"");
    session.call("task_list", json!({"process": "Shed"})).ok();
    session.call("process_delete", json!({"name": "Shed"})).ok();
    let told = done(&["trash", "--empty"]);
    assert_eq!(told, "1 process taken away for ever");
    // Another workspace has a trash of its own.
    session
        .call("process_delete", json!({"name": "Garden"}))
        .ok();
    let told = done(&["trash", "--workspace", "elsewhere"]);
    assert_eq!(told, "0 processes in the trash");
    let told = done(&["trash", "--restore", "Garden", "--as", "Park"]);
    assert_eq!(told, "restored \"Park\"");
    let summary = format!("{database}, workspace default: 1 process: nothing to report");
    assert_eq!(done(&["doctor"]), format!("{summary}; the trash is empty"));
    assert_eq!(storage.names(), ["plan.md"]);
}

#[test]
fn what_is_damaged_in_a_database_is_told() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let [_, _, name, _] = address.servers().remove(0);
    let database = address.to_string();
    let storage = Storage::of_files("it is copied into the database");
    let manager = storage.open();
    for process in ["Garden", "Shed", "Park"] {
        let process = manager.create_process(process.parse().unwrap(), "");
        for task in ["soil", "beds", "paths"] {
            let process = &process.as_ref().unwrap().name;
            manager
                .add_task(process, task.parse().unwrap(), "")
                .unwrap();
        }
    }
    manager.flush().unwrap();
    let mut copying = command(binaries::http());
    let from = storage.path().to_str().unwrap();
    copying.args(["copy", "--from", from, "--to", &database]);
    assert_eq!(finish(&mut copying).code, Some(0));
    let sql = |statement: &str| cluster.sql(&name, statement).unwrap();
    sql("DELETE FROM pm.change WHERE revision = 3 AND process_id = \
        (SELECT id FROM pm.process WHERE name = 'Garden')");
    sql(
        "UPDATE pm.snapshot SET content = '\\x7b' WHERE process_id = \
        (SELECT id FROM pm.process WHERE name = 'Shed')",
    );
    let examine = |program, arguments: &[&str]| {
        let mut command = command(program);
        command.arg("doctor").args(arguments);
        finish(command.args(["--store", &database]))
    };
    for program in [binaries::http(), binaries::pm()] {
        let Finished { code, stdout, .. } = examine(program, &[]);
        assert_eq!(code, Some(1), "{stdout}");
        let lines: Vec<&str> = stdout.lines().collect();
        let [garden, shed, summary] = lines[..] else {
            panic!("{stdout}");
        };
        let gap = "\"Garden\": change 3 is missing in its history; get it back from a backup";
        assert_eq!(garden, gap);
        assert!(
            shed.starts_with("\"Shed\": could not read the process: "),
            "{shed}"
        );
        assert!(
            summary.ends_with("3 processes: 2 to look at; the trash is empty"),
            "{summary}"
        );
        let refused = examine(program, &["--repair"]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains("backup"), "{refused:?}");
    }
}
