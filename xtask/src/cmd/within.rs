//! Runs a program that may hang: its output goes to files, and its time is limited.

use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::ExitStatus,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::Cmd;

/// How a program ended, and what it wrote.
pub(crate) struct Finished {
    /// How it ended.
    pub(crate) status: ExitStatus,
    /// What it wrote to standard output.
    pub(crate) stdout: String,
    /// What it wrote to standard error.
    pub(crate) stderr: String,
}

impl Cmd {
    /// Runs the program and returns what it wrote, whether it succeeds or not;
    /// fails where it has not ended in time. The output is also in the files
    /// `log` with `.out` and `.err` at the end.
    ///
    /// Files and not pipes: a program that was left behind by the one that is
    /// ended here would hold a pipe open.
    pub(crate) fn run_within(mut self, limit: Duration, log: &Path) -> Result<Finished> {
        let line = self.line();
        println!("$ {line}");
        let (out, err) = (with_end(log, ".out"), with_end(log, ".err"));
        let mut child = self
            .inner
            .stdout(File::create(&out)?)
            .stderr(File::create(&err)?)
            .spawn()
            .with_context(|| format!("`{line}` could not be started"))?;
        let deadline = Instant::now() + limit;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if Instant::now() >= deadline {
                child.kill()?;
                child.wait()?;
                bail!("`{line}` had not ended after {limit:?}\n{}", read(&err)?);
            }
            thread::sleep(Duration::from_millis(10));
        };
        Ok(Finished {
            status,
            stdout: read(&out)?,
            stderr: read(&err)?,
        })
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut path = OsString::from(path);
    path.push(end);
    path.into()
}

fn read(path: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::cmd;
    use super::*;

    #[test]
    fn what_a_program_writes_is_returned_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let echo = cmd("sh").args(["-c", "echo out; echo why >&2; exit 3"]);
        let log = folder.path().join("echo-1.0");
        let finished = echo.run_within(Duration::from_secs(60), &log).unwrap();
        assert_eq!(finished.status.code(), Some(3));
        assert_eq!((&*finished.stdout, &*finished.stderr), ("out\n", "why\n"));
        let kept = fs::read_to_string(folder.path().join("echo-1.0.err"));
        assert_eq!(kept.unwrap(), "why\n");
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let start = Instant::now();
        let sleep = cmd("sleep").arg("60");
        let error = sleep.run_within(Duration::from_millis(50), &folder.path().join("sleep"));
        let error = error.err().unwrap().to_string();
        assert!(error.contains("`sleep 60` had not ended"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}
