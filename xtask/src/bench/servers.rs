//! What a run builds and starts.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Options, target::Target, wire::Era};
use crate::{
    cmd::cargo,
    workspace::{self, Binaries, Profile},
};

/// The servers of a run.
pub(super) struct Servers {
    /// Ours.
    pub(super) ours: Target,
    /// The ceiling.
    echo: Target,
    /// The ceiling for an answer of the same size as ours.
    echo_same_answer: Target,
    /// Those that ran already.
    others: Vec<Target>,
}

/// What a run starts.
pub(super) struct Programs {
    /// The servers that are measured.
    pub(super) servers: Binaries,
    /// The program for a shell.
    pub(super) pm: PathBuf,
    /// What they are measured against.
    pub(super) yardsticks: PathBuf,
}

impl Programs {
    /// Builds them; cargo does nothing where they are fresh.
    pub(super) fn build() -> Result<Self> {
        let servers = workspace::binaries(Profile::Release)?;
        // Each by itself: what it asks of the libraries must not come into the servers' build.
        for package in ["pm", "pm-yardsticks"] {
            cargo()
                .args(["build", "--release", "--package", package])
                .dir(workspace::root()?)
                .run()?;
        }
        let folder = servers
            .http
            .parent()
            .context("a program without a folder")?;
        Self::in_folder(folder)
    }

    /// Those that are in a directory, without what they could be measured against.
    pub(super) fn in_folder(folder: &Path) -> Result<Self> {
        let folder = std::path::absolute(folder)?;
        let program = |name: &str| {
            let path = folder.join(name);
            path.with_extension(std::env::consts::EXE_EXTENSION)
        };
        Ok(Self {
            pm: program("pm"),
            yardsticks: program("pm-yardsticks"),
            servers: Binaries {
                http: program("pm-mcp-http"),
                stdio: program("pm-mcp-stdio"),
            },
        })
    }
}

impl Servers {
    /// Starts them, and opens one session.
    pub(super) fn start(options: &Options, programs: &Programs, dir: &Path) -> Result<Self> {
        let servers = Self {
            ours: Target::ours(&programs.servers.http, &dir.join("storage"))?,
            echo: Target::echo(&programs.yardsticks)?,
            echo_same_answer: Target::echo_same_answer(&programs.yardsticks)?,
            others: options
                .against
                .iter()
                .map(|endpoint| Target::running(endpoint, options.against_dir.clone()))
                .collect::<Result<_>>()?,
        };
        // One session before memory is looked at: the least that any use takes.
        servers.ours.caller(Era::Sessions)?.close()?;
        Ok(servers)
    }

    /// The servers that keep processes, ours first.
    pub(super) fn managers(&self) -> impl Iterator<Item = &Target> {
        std::iter::once(&self.ours).chain(&self.others)
    }

    /// All servers, ours first.
    pub(super) fn with_ceiling(&self) -> impl Iterator<Item = &Target> {
        [&self.ours, &self.echo, &self.echo_same_answer]
            .into_iter()
            .chain(&self.others)
    }

    /// Ends ours as its users do; dropping the echo servers ends them.
    pub(super) fn stop(self) -> Result<()> {
        self.ours.stop()
    }
}
