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
        ("\u{0}\u{0}\u{0}".to_owned(), "damaged at line 1, column"),
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

    for (process, expected) in [
        ("x", "x.json is a directory"),
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
