//! Tests of what becomes which file, and of what must never be written.

use super::*;
use crate::error::Unresolved;
use crate::{Error, MemoryStore, Process, ProcessManager};

/// A process with tasks and their snippets, in the order given.
fn process(snippets: &[(&str, &str, &str)]) -> std::sync::Arc<Process> {
    let manager = ProcessManager::new(MemoryStore::new());
    let app = manager.create_process("app".parse().unwrap(), "").unwrap();
    for (task, code, content) in snippets {
        // If the task is there already, the code goes into that.
        let _ = manager.add_task(&app.name, task.parse().unwrap(), "");
        let code = code.parse().unwrap();
        manager
            .update_snippet(&app.name, task, code, *content)
            .unwrap();
    }
    manager.process("app").unwrap()
}

/// The plan in words: the files with their contents, then what becomes no file.
fn planned(plan: &ExportPlan<'_>) -> Vec<String> {
    let files = plan.files.iter().map(|file| {
        let ExportFile {
            path,
            task,
            version,
        } = file;
        format!("{task}: {path} = {}", version.snippet.content)
    });
    let not = plan.not_exported.iter().map(|not| match &not.why {
        WhyNotExported::Path(problem) => {
            format!("{}: {:?}: {problem}", not.task, not.snippet.as_str())
        }
        WhyNotExported::Clash { task, snippet } => {
            format!(
                "{}: {} clashes with {task}: {snippet}",
                not.task, not.snippet
            )
        }
    });
    files.chain(not).collect()
}

#[test]
fn the_last_version_of_each_snippet_is_a_file() {
    let process = process(&[
        ("one", "src/main.rs", "old"),
        ("one", "src/main.rs", "new"),
        ("two", "README", ""),
    ]);
    let plan = process.export_plan(None).unwrap();
    assert_eq!(planned(&plan), ["one: src/main.rs = new", "two: README = "]);
    let plan = process.export_plan(Some("TWO")).unwrap();
    assert_eq!(planned(&plan), ["two: README = "]);
    let refused = process.export_plan(Some("three")).unwrap_err();
    assert!(matches!(
        refused,
        Error::Task(_, Unresolved::NotFound { .. })
    ));
}

#[test]
fn what_is_no_path_or_one_path_twice_is_named() {
    let process = process(&[
        ("one", "../up", ""),
        ("one", "a.rs", "1"),
        ("two", "A.RS", "2"),
        ("one", "same", "x"),
        ("two", "same", "x"),
        ("one", "lib", "file"),
        ("two", "lib/mod.rs", "below it"),
        ("two", "src\\fine.rs", "y"),
    ]);
    insta::assert_snapshot!(planned(&process.export_plan(None).unwrap()).join("\n"), @r#"
    one: same = x
    two: src/fine.rs = y
    one: "../up": it leads out of the directory with ".."
    one: a.rs clashes with two: A.RS
    one: lib clashes with two: lib/mod.rs
    two: A.RS clashes with one: a.rs
    two: lib/mod.rs clashes with one: lib
    "#);
    let alone = process.export_plan(Some("two")).unwrap();
    assert_eq!(alone.files.len(), 4);
    assert!(alone.not_exported.is_empty());
}

#[test]
fn an_archive_holds_the_files_and_is_always_the_same() {
    use std::io::{Cursor, Read as _};
    let process = process(&[
        ("one", "src/grüße.rs", "fn main() {}\n"),
        ("one", "empty", ""),
    ]);
    let plan = process.export_plan(None).unwrap();
    let archive = || write_zip(plan.contents(), Cursor::new(Vec::new()));
    let bytes = archive().unwrap().into_inner();
    assert_eq!(bytes, archive().unwrap().into_inner());
    let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut held = Vec::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut content = String::new();
        file.read_to_string(&mut content).unwrap();
        held.push((file.name().unwrap().to_string(), content));
    }
    let held: Vec<(&str, &str)> = held.iter().map(|(n, c)| (n.as_str(), c.as_str())).collect();
    assert_eq!(held, [("src/grüße.rs", "fn main() {}\n"), ("empty", "")]);
}

#[cfg(unix)]
mod written {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;

    use super::*;

    struct Scene {
        dir: tempfile::TempDir,
        root: ExportRoot,
    }

    impl Scene {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let root = ExportRoot::open(&dir.path().join("out/code")).unwrap();
            Self { dir, root }
        }

        fn at(&self, path: &str) -> std::path::PathBuf {
            self.root.dir().join(path)
        }

        fn write(&self, snippets: &[(&str, &str)], if_present: IfPresent) -> Vec<Exported> {
            let snippets: Vec<_> = snippets.iter().map(|(n, c)| ("one", *n, *c)).collect();
            let process = process(&snippets);
            let plan = process.export_plan(None).unwrap();
            assert!(plan.not_exported.is_empty());
            let written = self.root.write(&plan, None, if_present).unwrap();
            written.into_iter().map(|(_, exported)| exported).collect()
        }

        /// All files below the root, with their contents.
        fn files(&self) -> Vec<(String, String)> {
            let mut files = Vec::new();
            collect(self.root.dir(), self.root.dir(), &mut files);
            files.sort();
            files
        }
    }

    fn collect(root: &Path, dir: &Path, files: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                collect(root, &path, files);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }

    fn file(name: &str, content: &str) -> (String, String) {
        (name.to_owned(), content.to_owned())
    }

    #[test]
    fn files_are_written_left_and_replaced() {
        let scene = Scene::new();
        let snippets = [("src/a.rs", "a"), ("b", "b"), ("src/deep/er/c", "")];
        let written = scene.write(&snippets, IfPresent::Leave);
        assert_eq!(
            written,
            [Exported::Written, Exported::Written, Exported::Written]
        );
        let all = [
            file("b", "b"),
            file("src/a.rs", "a"),
            file("src/deep/er/c", ""),
        ];
        assert_eq!(scene.files(), all);
        let again = scene.write(&snippets, IfPresent::Replace);
        assert_eq!(
            again,
            [
                Exported::Unchanged,
                Exported::Unchanged,
                Exported::Unchanged
            ]
        );
        fs::write(scene.at("b"), "B").unwrap();
        fs::set_permissions(scene.at("b"), fs::Permissions::from_mode(0o750)).unwrap();
        let left = scene.write(&[("b", "b")], IfPresent::Leave);
        assert_eq!(left, [Exported::Differs]);
        assert_eq!(fs::read_to_string(scene.at("b")).unwrap(), "B");
        let replaced = scene.write(&[("b", "b")], IfPresent::Replace);
        assert_eq!(replaced, [Exported::Replaced]);
        assert_eq!(scene.files(), all, "and nothing is left over");
        let mode = fs::metadata(scene.at("b")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o750, "it can still be run");
    }

    #[test]
    fn a_directory_below_the_root_can_be_named() {
        let scene = Scene::new();
        let process = process(&[("one", "a", "a")]);
        let plan = process.export_plan(None).unwrap();
        let directory: ExportPath = "v1/x".parse().unwrap();
        let written = scene.root.write(&plan, Some(&directory), IfPresent::Leave);
        assert_eq!(written.unwrap()[0].0.to_string(), "v1/x/a");
        assert_eq!(scene.files(), [file("v1/x/a", "a")]);
    }

    #[test]
    fn no_symbolic_link_is_followed() {
        let scene = Scene::new();
        let outside = scene.dir.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("secret"), "mine").unwrap();
        symlink(&outside, scene.at("link")).unwrap();
        symlink(outside.join("secret"), scene.at("file")).unwrap();
        symlink(outside.join("nowhere"), scene.at("dangling")).unwrap();
        symlink(".", scene.at("self")).unwrap();
        let snippets = [
            ("link/secret", "x"),
            ("file", "x"),
            ("dangling", "x"),
            ("self/y", "x"),
        ];
        for if_present in [IfPresent::Leave, IfPresent::Replace] {
            let written = scene.write(&snippets, if_present);
            let links = ["link", "file", "dangling", "self"];
            let refused = links.map(|l| Exported::Obstructed(Obstacle::SymbolicLink(l.into())));
            assert_eq!(written, refused);
        }
        assert_eq!(fs::read_to_string(outside.join("secret")).unwrap(), "mine");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    }

    /// A link that comes and goes in the place of a directory or a file while files are written.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_link_that_is_planted_meanwhile_leads_nowhere() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let scene = Scene::new();
        let outside = scene.dir.path().join("outside");
        fs::create_dir(&outside).unwrap();
        let (target, swapped) = (scene.at("sub"), scene.at("link"));
        symlink(&outside, &swapped).unwrap();
        fs::create_dir(&target).unwrap();
        let done = AtomicBool::new(false);
        let (mut written, mut obstructed) = (0, 0);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    // Exchanges the directory and the link, again and again.
                    let here = rustix::fs::CWD;
                    let flags = rustix::fs::RenameFlags::EXCHANGE;
                    rustix::fs::renameat_with(here, &target, here, &swapped, flags).unwrap();
                }
            });
            for number in 0..2000 {
                let name = format!("sub/{number}");
                for exported in scene.write(&[(&name, "x")], IfPresent::Replace) {
                    match exported {
                        Exported::Written => written += 1,
                        Exported::Obstructed(_) => obstructed += 1,
                        other => panic!("{other:?}"),
                    }
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
        assert_eq!(written + obstructed, 2000);
        assert!(written > 0, "nothing was tried");
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let scene = Scene::new();
        fs::create_dir(scene.at("dir")).unwrap();
        fs::write(scene.at("plain"), "x").unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            scene.at("pipe"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RWXU,
            0,
        )
        .unwrap();
        let snippets = [("dir", "x"), ("plain/below", "x"), ("pipe", "x")];
        let written = scene.write(&snippets, IfPresent::Replace);
        let expected = [
            Obstacle::NotAFile("dir".into()),
            Obstacle::NotADirectory("plain".into()),
            Obstacle::NotAFile("pipe".into()),
        ];
        assert_eq!(written, expected.map(Exported::Obstructed));
    }

    #[test]
    fn a_root_that_is_gone_is_an_error() {
        let scene = Scene::new();
        fs::remove_dir(scene.root.dir()).unwrap();
        let process = process(&[("one", "a", "a")]);
        let plan = process.export_plan(None).unwrap();
        scene.root.write(&plan, None, IfPresent::Leave).unwrap_err();
        fs::write(scene.dir.path().join("plain"), "").unwrap();
        ExportRoot::open(&scene.dir.path().join("plain")).unwrap_err();
    }
}
