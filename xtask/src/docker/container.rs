//! A container and its volume, both removed when the value is dropped.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use super::engine::{docker, inspect};

/// How long a server in a container may take to be healthy.
const HEALTH_LIMIT: Duration = Duration::from_secs(30);

/// A running container of the image.
pub(super) struct Container {
    name: String,
}

impl Container {
    /// Starts the image as `compose.yaml` does, on a free port of this machine.
    pub(super) fn start(image: &str) -> Result<Self> {
        let container = Self {
            name: format!("process-manager-xtask-{}", std::process::id()),
        };
        docker()
            .args(["run", "--detach", "--name", &container.name])
            .args(["--publish", "127.0.0.1::5008"])
            .args(["--volume", &format!("{}:/data", container.name)])
            .args(["--env", "PM_ALLOW_UNAUTHENTICATED=true"])
            .args(["--read-only", "--cap-drop", "ALL"])
            .args(["--security-opt", "no-new-privileges"])
            .args(["--memory", "512m", "--health-interval", "1s"])
            .arg(image)
            .run()?;
        Ok(container)
    }

    /// `HOST:PORT` on this machine; another one after each start.
    pub(super) fn authority(&self) -> Result<String> {
        let listing = docker().args(["port", &self.name, "5008/tcp"]).read()?;
        Ok(listing.lines().next().unwrap_or_default().to_owned())
    }

    /// Waits until the image's own health check says that the server is well.
    pub(super) fn wait_until_healthy(&self) -> Result<Duration> {
        let start = Instant::now();
        while start.elapsed() < HEALTH_LIMIT {
            match inspect(&self.name, "{{.State.Status}} {{.State.Health.Status}}")?.as_str() {
                "running healthy" => return Ok(start.elapsed()),
                "running starting" => thread::sleep(Duration::from_millis(100)),
                other => bail!("the container is {other}; it said:\n{}", self.log()),
            }
        }
        bail!(
            "no health within {HEALTH_LIMIT:?}; it said:\n{}",
            self.log()
        )
    }

    /// Stops the server and starts it again with the same volume.
    pub(super) fn restart(&self) -> Result<()> {
        docker().args(["restart", &self.name]).run()
    }

    /// Stops the server, and returns its exit code.
    pub(super) fn stop(&self) -> Result<String> {
        docker().args(["stop", &self.name]).run()?;
        inspect(&self.name, "{{.State.ExitCode}}")
    }

    /// What the server wrote, for the text of an error.
    fn log(&self) -> String {
        let output = docker().args(["logs", &self.name]).capture();
        output.map_or_else(
            |error| error.to_string(),
            |output| {
                let (out, err) = (output.stdout, output.stderr);
                String::from_utf8_lossy(&[out, err].concat()).into_owned()
            },
        )
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // Where one cannot be removed, the engine says so, and nothing is left to do.
        let _ = docker().args(["rm", "--force", &self.name]).run();
        let _ = docker().args(["volume", "rm", "--force", &self.name]).run();
    }
}
