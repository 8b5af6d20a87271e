//! Runs a program that is talked with, line by line, for a limited time.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use super::Cmd;

/// A running program; it ends with this value at the latest.
pub(crate) struct Conversation {
    line: String,
    child: Child,
    lines: Receiver<String>,
    limit: Duration,
    deadline: Instant,
    complaints: PathBuf,
}

impl Cmd {
    /// Starts the program; what it writes to standard error goes to a file.
    pub(crate) fn talk(self, limit: Duration, complaints: &Path) -> Result<Conversation> {
        println!("$ {}", self.line());
        self.talk_quietly(limit, complaints)
    }

    /// Starts the program like [`Cmd::talk`], without a word: one of hundreds alike.
    pub(crate) fn talk_quietly(
        mut self,
        limit: Duration,
        complaints: &Path,
    ) -> Result<Conversation> {
        let line = self.line();
        let mut child = self
            .inner
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(complaints)?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("`{line}` could not be started"))?;
        let output = child.stdout.take().context("standard output is gone")?;
        let (sender, lines) = mpsc::channel();
        // Reading blocks; with a thread for it the time can be limited.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Conversation {
            line,
            child,
            lines,
            limit,
            deadline: Instant::now() + limit,
            complaints: complaints.to_owned(),
        })
    }
}

impl Conversation {
    /// The next line that the program writes; `None` where it writes no more.
    pub(crate) fn hear(&self) -> Result<Option<String>> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        match self.lines.recv_timeout(left) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => bail!(
                "`{}` had not ended after {:?}\n{}",
                self.line,
                self.limit,
                self.complaints()?
            ),
        }
    }

    /// Writes a line to the program.
    pub(crate) fn tell(&mut self, line: &str) -> Result<()> {
        let input = self.child.stdin.as_mut();
        let input = input.context("standard input is gone")?;
        writeln!(input, "{line}").with_context(|| format!("`{}` no longer listens", self.line))
    }

    /// Waits for the end of a program that writes no more, and fails where it fails.
    pub(crate) fn finish(mut self) -> Result<()> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                if status.success() {
                    return Ok(());
                }
                bail!("`{}` failed: {status}\n{}", self.line, self.complaints()?);
            }
            if Instant::now() >= self.deadline {
                bail!("`{}` had not ended after {:?}", self.line, self.limit);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Closes the program's input, and waits for its end, whatever that is like.
    pub(crate) fn end(mut self) -> Result<()> {
        self.child.stdin = None;
        // What it still has to say, up to the end of its output.
        while self.hear()?.is_some() {}
        self.child.wait()?;
        Ok(())
    }

    fn complaints(&self) -> Result<String> {
        let text = fs::read(&self.complaints)?;
        Ok(String::from_utf8_lossy(&text).trim_end().to_owned())
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // A program that another one runs, such as strace, has to end as well. Both fail only where all
        // have already ended.
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let _ = group.map(|group| kill_process_group(group, Signal::KILL));
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::super::cmd;
    use super::*;

    /// A conversation with a shell script.
    fn with(script: &str, limit: Duration, folder: &Path) -> Conversation {
        let shell = cmd("sh").args(["-c", script]);
        shell.talk(limit, &folder.join("err")).unwrap()
    }

    #[test]
    fn each_side_hears_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let script = "echo ready; read word; echo heard $word";
        let mut shell = with(script, Duration::from_secs(60), folder.path());
        assert_eq!(shell.hear().unwrap().as_deref(), Some("ready"));
        shell.tell("go").unwrap();
        assert_eq!(shell.hear().unwrap().as_deref(), Some("heard go"));
        assert_eq!(shell.hear().unwrap(), None);
        shell.finish().unwrap();
    }

    #[test]
    fn a_failure_comes_with_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let shell = with(
            "echo why >&2; exit 3",
            Duration::from_secs(60),
            folder.path(),
        );
        assert_eq!(shell.hear().unwrap(), None);
        let error = shell.finish().unwrap_err().to_string();
        assert!(error.contains("why"), "{error}");
    }

    #[test]
    fn silence_is_limited() {
        let folder = tempfile::tempdir().unwrap();
        let shell = with("exec sleep 60", Duration::from_millis(50), folder.path());
        let error = shell.hear().unwrap_err().to_string();
        assert!(error.contains("had not ended"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_program_runs_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let shell = with(
            "sleep 60 & echo $!; wait",
            Duration::from_secs(60),
            folder.path(),
        );
        let inner: i32 = shell.hear().unwrap().unwrap().parse().unwrap();
        let state = format!("/proc/{inner}/stat");
        drop(shell);
        // One that has ended stays in the list until somebody takes note of it.
        let runs = || fs::read_to_string(&state).is_ok_and(|state| !state.contains(") Z "));
        let deadline = Instant::now() + Duration::from_secs(60);
        while runs() {
            assert!(Instant::now() < deadline, "it still runs");
            thread::sleep(Duration::from_millis(5));
        }
    }
}
