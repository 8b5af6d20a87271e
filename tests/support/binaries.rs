//! The programs under test, built from the present source.
//!
//! Cargo tells an integration test where the programs of its own package are, and not those of
//! others. So they are built here, once a test run, into the same target directory and profile
//! that the test itself came from. Building the whole workspace, and not the two packages alone,
//! gives their dependencies the features that `cargo test --workspace` has compiled them with:
//! what is left to do is to link.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The HTTP server.
pub fn http() -> &'static Path {
    program("pm-mcp-http")
}

/// The stdio server.
pub fn stdio() -> &'static Path {
    program("pm-mcp-stdio")
}

/// The program for a shell.
pub fn pm() -> &'static Path {
    program("pm")
}

#[track_caller]
fn program(name: &str) -> &'static Path {
    static BUILT: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    BUILT
        .get_or_init(build)
        .get(name)
        .unwrap_or_else(|| panic!("cargo built no program {name}"))
}

fn build() -> HashMap<String, PathBuf> {
    // Cargo names itself to the tests that it runs; a debugger does not.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--workspace", "--bins", "--locked", "--quiet"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit());
    place_of(&std::env::current_exe().unwrap()).apply(&mut command);
    let output = command.output().expect("cargo can be run");
    assert!(
        output.status.success(),
        "the programs under test do not build"
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| {
            let message: Value = serde_json::from_str(line).ok()?;
            let name = message["target"]["name"].as_str()?.to_owned();
            Some((name, message["executable"].as_str()?.into()))
        })
        .collect()
}

/// Where and how a test was built, read off its own path:
/// `<target directory>/[<platform>/]<profile>/deps/it-<hash>`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Place {
    target_directory: Option<PathBuf>,
    platform: Option<String>,
    profile: Option<String>,
}

fn place_of(test: &Path) -> Place {
    // Cargo marks the root of its target directory.
    let root = test
        .ancestors()
        .find(|directory| directory.join("CACHEDIR.TAG").is_file());
    let Some(root) = root else {
        return Place::default();
    };
    let within: Vec<String> = test
        .strip_prefix(root)
        .unwrap()
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    let (platform, profile) = match within.as_slice() {
        [profile, deps, _] if deps == "deps" => (None, Some(profile.clone())),
        [platform, profile, deps, _] if deps == "deps" => {
            (Some(platform.clone()), Some(profile.clone()))
        }
        _ => (None, None),
    };
    Place {
        target_directory: Some(root.to_owned()),
        platform,
        profile,
    }
}

impl Place {
    fn apply(&self, command: &mut Command) {
        if let Some(directory) = &self.target_directory {
            command.arg("--target-dir").arg(directory);
        }
        if let Some(platform) = &self.platform {
            command.args(["--target", platform]);
        }
        match self.profile.as_deref() {
            // The directory of the `dev` profile has a name of its own.
            None | Some("debug") => {}
            Some(profile) => {
                command.args(["--profile", profile]);
            }
        }
    }
}
