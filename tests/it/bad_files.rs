//! Files that are damaged, in the way, or cannot be written: a clear sentence, nothing lost, and
//! other processes go on working.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::json;

/// A directory with one good process, and a server over it.
fn with_garden() -> (Storage, StdioServer) {
    let storage = Storage::new();
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "Garden"})).ok();
    server.call("task_new", json!({"task_name": "soil"})).ok();
    (storage, server)
}

#[track_caller]
fn garden_still_works(server: &mut StdioServer) {
    let job = json!({"process": "Garden", "task_name": "soil", "job_name": "dig"});
    server.call("task_job_add", job).ok();
    assert!(server.call("task_list", json!({"process": "Garden"})).ok()["task_count"] == 1);
}

/// The sentence on opening `process`, whose problem must also be listed under its file.
#[track_caller]
fn refusal(server: &mut StdioServer, process: &str, file: &str) -> String {
    let listed = server.call("process_list_all", json!({})).ok();
    let problems = listed["problems"].to_string();
    assert!(problems.contains(file), "{problems}");
    server
        .call("process_load", json!({"name": process}))
        .refused()
}

#[test]
fn a_damaged_file_is_named_with_its_place_and_left_alone() {
    let (storage, mut server) = with_garden();
    let good = storage.read("Garden.json").replace("Garden", "Shed");
    let cases = [
        (good[..good.len() / 2].to_owned(), "damaged at line"),
        (good.replacen(',', "", 1), "damaged at line 3, column"),
        (
            good.replace("\"tasks\": {", "\"tasks\": 5, \"x\": {"),
            "damaged at line 6, column",
        ),
        (String::new(), "is empty"),
        ("[]".to_owned(), "damaged at line 1, column"),
        ("\u{0}\u{0}\u{0}".to_owned(), "nothing but zero bytes"),
        (
            good.replace(
                "  \"tasks\"",
                "<<<<<<< HEAD\n=======\n>>>>>>> theirs\n  \"tasks\"",
            ),
            "marks of a merge conflict from line 6 on",
        ),
    ];
    for (content, expected) in cases {
        storage.write("Shed.json", &content);
        let sentence = refusal(&mut server, "Shed", "Shed.json");
        assert!(
            sentence.contains("Shed.json") && sentence.contains(expected),
            "{sentence}"
        );
        for (tool, arguments) in [
            ("process_new", json!({"name": "Shed"})),
            ("process_delete", json!({"name": "Shed"})),
            ("task_new", json!({"process": "Shed", "task_name": "t"})),
            ("process_save", json!({"process": "Garden", "name": "Shed"})),
        ] {
            server.call(tool, arguments).refused();
        }
        assert_eq!(storage.read("Shed.json"), content, "it is left as it is");
        garden_still_works(&mut server);
    }
    // Mended, it is back.
    storage.write("Shed.json", &good);
    assert_eq!(
        server.call("process_load", json!({"name": "Shed"})).ok()["task_count"],
        1
    );
}

#[test]
fn what_is_no_file_and_what_is_too_large_is_named_and_left_alone() {
    let (storage, mut server) = with_garden();
    let outside = Storage::new();
    outside.write(
        "secret.json",
        "{\"process_name\": \"secret\", \"description\": \"hidden\"}",
    );
    std::fs::create_dir(storage.file("x.json")).unwrap();
    std::os::unix::fs::symlink(outside.file("secret.json"), storage.file("link.json")).unwrap();
    // Sparse: it takes no room, and reading it would.
    File::create(storage.file("huge.json"))
        .unwrap()
        .set_len(300 << 20)
        .unwrap();

    let sentence = server.call("process_load", json!({"name": "x"})).refused();
    assert!(sentence.contains("x.json is a directory"), "{sentence}");
    for (process, expected) in [
        ("link", "link.json is a symbolic link"),
        ("huge", "huge.json has 314572800 bytes"),
    ] {
        let sentence = refusal(&mut server, process, &format!("{process}.json"));
        assert!(sentence.contains(expected), "{sentence}");
        server
            .call("process_delete", json!({"name": process}))
            .refused();
        garden_still_works(&mut server);
    }
    let sentence = server
        .call("process_load", json!({"name": "secret"}))
        .refused();
    assert!(!sentence.contains("hidden"), "{sentence}");
    assert!(outside.read("secret.json").contains("hidden"));
}

#[test]
fn a_file_name_with_a_line_break_is_opened_under_the_name_inside() {
    let (storage, mut server) = with_garden();
    storage.write("a\nb.json", "{\"process_name\": \"odd one\"}");
    server.call("process_load", json!({"name": "odd one"})).ok();
    server.call("task_new", json!({"task_name": "t"})).ok();
    assert!(storage.json("a\nb.json")["tasks"]["t"].is_object());
    garden_still_works(&mut server);
}

#[test]
fn an_unreadable_file_is_named_and_left_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (storage, mut server) = with_garden();
    storage.write("Shed.json", "{\"process_name\": \"Shed\"}");
    let set_mode = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(storage.file("Shed.json"), permissions).unwrap();
    };
    set_mode(0o000);
    if File::open(storage.file("Shed.json")).is_ok() {
        // The core's tests have a file system that refuses even root.
        eprintln!("skipped: this user may read every file, whatever its permissions");
        return;
    }
    let sentence = refusal(&mut server, "Shed", "Shed.json");
    assert!(
        sentence.contains("cannot be read: permission denied"),
        "{sentence}"
    );
    garden_still_works(&mut server);
    set_mode(0o644);
    server.call("process_load", json!({"name": "Shed"})).ok();
}

/// A small file system of its own, which is unmounted at the end.
struct SmallDisk(Storage);

impl SmallDisk {
    /// None where this user may not mount.
    fn mount() -> Option<Self> {
        let storage = Storage::new();
        let mount = |path: &Path| {
            let mut mount = Command::new("mount");
            mount
                .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
                .arg(path);
            mount.output().is_ok_and(|output| output.status.success())
        };
        mount(storage.path()).then(|| Self(storage))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_said_and_costs_nothing_that_was_kept() {
    let Some(disk) = SmallDisk::mount() else {
        // The core's tests have a file system that is full when they want it to be.
        eprintln!("skipped: this user may not mount a small file system");
        return;
    };
    let storage = &disk.0;
    let mut server = StdioServer::start(storage.path());
    server.call("process_new", json!({"name": "Garden"})).ok();
    server.call("task_new", json!({"task_name": "soil"})).ok();
    server.call("process_new", json!({"name": "Shed"})).ok();
    server.call("task_new", json!({"task_name": "soil"})).ok();

    storage.write("filler", vec![0_u8; 3_200_000]);
    let mut kept = 0;
    let sentence = loop {
        // The same content once more would be no new version.
        let content = format!("{kept}{}", "x".repeat(20_000));
        let add = json!({"process": "Garden", "task_name": "soil", "code_name": "c",
            "code_content": content});
        let answer = server.call("task_code_add", add);
        if answer.is_error {
            break answer.refused();
        }
        kept += 1;
        assert!(kept < 100, "the disk is never full");
    };
    assert!(
        sentence.contains("Nothing was added") && sentence.contains("full"),
        "{sentence}"
    );
    let listed = server.call("task_list", json!({"process": "Garden"})).ok();
    assert_eq!(listed["tasks"]["soil"]["code_count"], kept, "{listed}");
    // A change that fits is made; so is one to the first process, once there is room.
    let job = json!({"process": "Shed", "task_name": "soil", "job_name": "dig"});
    server.call("task_job_add", job).ok();
    std::fs::remove_file(storage.file("filler")).unwrap();
    let stored = storage.json("Garden.json");
    assert_eq!(
        stored["tasks"]["soil"]["code"].as_object().unwrap().len(),
        kept
    );
    assert_eq!(
        storage.names(),
        ["Garden.json", "Shed.json"],
        "nothing half-written stays"
    );
    let delete = json!({"process": "Garden", "task_name": "soil", "code_name": "c"});
    server.call("task_code_delete", delete).ok();
    garden_still_works(&mut server);
}

#[test]
fn in_a_directory_of_other_programs_only_what_says_so_is_a_process() {
    let storage = Storage::new();
    let package = "{\n  \"name\": \"left-pad\",\n  \"description\": \"pads\"\n}\n";
    let config = "{\n  // comments\n  \"compilerOptions\": {}\n}\n";
    storage.write("package.json", package);
    storage.write("tsconfig.json", config);
    storage.write("tasks.json", "{\"tasks\": [{\"id\": 1}]}");
    storage.write("._garden.json", "\u{0}\u{5}\u{16}\u{7}");
    storage.write(".#garden.json", package);
    let odd = "{\"process_name\": \"Odd\", \"description\": null, \"tasks\": {\"a\": {\"jobs\": null, \"code\": null}, \"b\": null}}";
    storage.write("odd.json", odd);
    let wide = "\u{feff}{\"process_name\": \"Wide\"}".encode_utf16();
    storage.write(
        "wide.json",
        wide.flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
    );
    let mut server = StdioServer::start(storage.path());

    let listed = server.call("process_list_all", json!({})).ok();
    assert_eq!(listed["total"], 1, "{listed}");
    assert_eq!(listed["process_list"][0]["process"], "Odd", "{listed}");
    let problems = listed["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{listed}");
    assert!(
        problems[0].to_string().contains("wide.json is UTF-16 text"),
        "{listed}"
    );

    // What models and scripts write for nothing is nothing.
    let loaded = server.call("process_load", json!({"name": "Odd"})).ok();
    assert_eq!(loaded["task_count"], 2, "{loaded}");
    let job = json!({"task_name": "b", "job_name": "dig"});
    server.call("task_job_add", job).ok();

    let refused = server
        .call("process_load", json!({"name": "package"}))
        .refused();
    assert!(refused.contains("package.json is no process"), "{refused}");
    server.call("process_new", json!({"name": "package"})).ok();
    server.call("task_new", json!({"task_name": "t"})).ok();
    assert!(storage.json("package_2.json")["tasks"]["t"].is_object());
    for (file, content) in [("package.json", package), ("tsconfig.json", config)] {
        assert_eq!(
            std::fs::read_to_string(storage.file(file)).unwrap(),
            content
        );
    }
}

#[test]
fn a_word_of_the_plan_that_is_not_known_is_said_with_what_counts() {
    let storage = Storage::new();
    let text = r#"{"process_name": "Garden", "tasks": {"soil": {"status": "Fertig",
        "jobs": {"j": {"name": "dig", "status": "ok"}}}, "beds": {"status": "done"}}}"#;
    storage.write("Garden.json", text);
    let mut server = StdioServer::start(storage.path());
    let listed = server.call("task_list", json!({"process": "Garden"})).ok();
    let said = "the status \"Fertig\" counts as todo";
    assert_eq!(listed["tasks"]["soil"]["not_understood"], said, "{listed}");
    assert!(
        listed["tasks"]["beds"].get("not_understood").is_none(),
        "{listed}"
    );
    let details = server
        .call(
            "task_details_get",
            json!({"process": "Garden", "task_name": "soil"}),
        )
        .ok()
        .to_string();
    assert!(
        details.contains("the status \\\"Fertig\\\" counts as todo"),
        "{details}"
    );
    assert!(
        details.contains("the status \\\"ok\\\" counts as todo"),
        "{details}"
    );
}
