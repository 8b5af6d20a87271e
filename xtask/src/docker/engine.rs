//! The client of the container engine.

use anyhow::Result;

use crate::cmd::{Cmd, cmd};

/// Starts a command line of the container engine's client.
pub(super) fn docker() -> Cmd {
    cmd("docker")
}

/// One thing that the engine knows of an image or a container.
pub(super) fn inspect(name: &str, format: &str) -> Result<String> {
    let known = docker()
        .args(["inspect", "--format", format, name])
        .read()?;
    Ok(known.trim().to_owned())
}
