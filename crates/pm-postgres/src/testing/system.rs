//! What a test needs of the system that it runs on: programs and where they are, processes and signals,
//! a user who is not root, a directory and a port.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::draft::tag;

/// Ends a program that this one started, and waits for it.
pub(crate) fn end(server: &mut Child, signal: &str) {
    if !signal_to(signal, &[server.id().to_string()]) {
        let _ = server.kill();
    }
    let _ = server.wait();
}

/// Sends a signal to processes of the system; answers whether all of them got it.
pub(super) fn signal_to(signal: &str, processes: &[String]) -> bool {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{signal}")).args(processes);
    // One may have ended meanwhile.
    kill.stderr(Stdio::null());
    processes.is_empty() || kill.status().is_ok_and(|status| status.success())
}

/// The numbers of the processes that a process has started.
pub(super) fn children(parent: u32) -> Vec<String> {
    let parent = parent.to_string();
    let children = running().into_iter().filter(|(_, of)| *of == parent);
    children.map(|(child, _)| child).collect()
}

/// The processes that run, each with the one that started it.
pub(super) fn running() -> Vec<(String, String)> {
    let columns = ["-o", "pid=", "-o", "ppid=", "-o", "stat="];
    let listed = Command::new("ps").arg("-A").args(columns).output();
    let listed = listed.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    let process = |line: &str| {
        let mut columns = line.split_whitespace();
        let (process, parent) = (columns.next()?, columns.next()?);
        // A process that has ended is listed until its parent has taken note.
        let has_ended = columns.next()?.starts_with('Z');
        (!has_ended).then(|| (process.to_owned(), parent.to_owned()))
    };
    listed
        .unwrap_or_default()
        .lines()
        .filter_map(process)
        .collect()
}

/// Finds a program of PostgreSQL; Debian keeps some of them beside the path.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        let mut versions: Vec<PathBuf> = versions.flatten().map(|it| it.path()).collect();
        versions.sort();
        places.extend(
            versions
                .into_iter()
                .rev()
                .map(|version| version.join("bin")),
        );
    }
    let mut programs = places.into_iter().map(|place| place.join(name));
    programs.find(|program| program.is_file())
}

/// A program, as somebody who is not root: the server refuses to run as root.
#[cfg(unix)]
pub(crate) fn as_ordinary_user(program: &Path) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    if let Some((user, group)) = ordinary_user() {
        command.uid(user).gid(group);
    }
    command.current_dir(std::env::temp_dir());
    command
}

#[cfg(not(unix))]
pub(crate) fn as_ordinary_user(program: &Path) -> Command {
    Command::new(program)
}

/// Whom to run as in place of root; `None` for anybody else.
#[cfg(unix)]
pub(super) fn ordinary_user() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    let ourselves = std::fs::metadata("/proc/self").ok()?.uid();
    if ourselves != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let of = |name: &str| {
        let mut lines = users.lines();
        let line = lines.find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    of("postgres").or_else(|| of("nobody"))
}

/// A directory that is its own, and that of whoever runs the server.
pub(crate) fn private_directory() -> io::Result<PathBuf> {
    let name = format!("pm-postgres-{}-{:016x}", std::process::id(), tag());
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir(&directory)?;
    #[cfg(unix)]
    if let Some((user, group)) = ordinary_user() {
        std::os::unix::fs::chown(&directory, Some(user), Some(group))?;
    }
    Ok(directory)
}

pub(crate) fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}
