//! `cargo xtask docker`: builds the image and tries it as a user would run it.

mod base;
mod container;
mod engine;

use std::fs;

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use self::container::Container;
use self::engine::{docker, inspect};
use crate::{mcp::Session, workspace};

/// The name of the image that is built and tried.
const IMAGE: &str = "process-manager:xtask";

/// The options of `cargo xtask docker`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Fail where no container engine answers
    #[arg(long)]
    require: bool,

    /// Builds it to be published: from its base by digest, as the registry has it now
    #[arg(long)]
    published: bool,

    /// Further arguments for `docker build`, such as `--network host`
    #[arg(last = true)]
    build_arguments: Vec<String>,
}

/// Builds the image and tries it, or says that no engine answers.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Err(error) = engine() {
        if options.require {
            return Err(error);
        }
        println!("not run: {error:#}");
        return Ok(());
    }
    let root = workspace::root()?;
    let mut build = docker().args(["build", "--file", "docker/Dockerfile", "--tag", IMAGE]);
    if options.published {
        let dockerfile = fs::read_to_string(root.join("docker").join("Dockerfile"))?;
        let base = base::pinned(base::named(&dockerfile)?)?;
        println!("base: {base}");
        build = build.args(["--build-arg", &format!("{}={base}", base::ARGUMENT)]);
    }
    build
        .args(&options.build_arguments)
        .arg(".")
        .dir(root)
        .run()?;
    check_image()?;
    check_refusal()?;
    check_server()?;
    println!("docker: the image is in order");
    Ok(())
}

/// Fails where no engine answers; the client alone may well be installed.
fn engine() -> Result<()> {
    let ask = docker().args(["info", "--format", "{{.ServerVersion}}"]);
    match ask.read() {
        Ok(version) => {
            println!("container engine {}", version.trim());
            Ok(())
        }
        Err(error) => Err(error.context("no container engine answers")),
    }
}

/// What the image says of itself: its size, and a user other than root.
fn check_image() -> Result<()> {
    let size: u64 = inspect(IMAGE, "{{.Size}}")?.parse()?;
    println!(
        "image size: {}.{} MB",
        size / 1_000_000,
        size / 100_000 % 10
    );
    let user = inspect(IMAGE, "{{.Config.User}}")?;
    let number = user.split(':').next().and_then(|id| id.parse::<u32>().ok());
    ensure!(
        number.is_some_and(|id| id != 0),
        "the image runs as `{user}`, not as a number other than 0"
    );
    println!("user: {user}");
    Ok(())
}

/// Without a token the bare image refuses to serve a network, and says why.
fn check_refusal() -> Result<()> {
    let output = docker().args(["run", "--rm", IMAGE]).capture()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.code() == Some(2) && said.contains("PM_TOKEN"),
        "without a token the image ended with {} and said: {said}",
        output.status
    );
    println!("without a token: {}", said.trim());
    Ok(())
}

/// A server in a container does its work, and keeps it over a restart.
fn check_server() -> Result<()> {
    let container = Container::start(IMAGE)?;
    let time = container.wait_until_healthy()?;
    println!("healthy after {:.1} s", time.as_secs_f64());

    let mut session = Session::open(&container.authority()?)?;
    let listing = session.request("tools/list", &json!({}))?;
    let tools = listing.get("tools").and_then(Value::as_array);
    println!("tools: {}", tools.map_or(0, Vec::len));
    ensure!(tools.is_some_and(|tools| !tools.is_empty()), "no tools");
    let process = json!({"name": "Smoke Test", "description": "kept over a restart"});
    session.call("process_new", &process)?;

    container.restart()?;
    container.wait_until_healthy()?;
    let mut session = Session::open(&container.authority()?)?;
    let listing = session.call("process_list_all", &json!({}))?;
    ensure!(
        listing.to_string().contains("Smoke Test"),
        "not kept over a restart: {listing}"
    );
    println!("after a restart: {listing}");

    let code = container.stop()?;
    if code != "0" {
        bail!("the server ended with {code} when it was stopped");
    }
    println!("stopped with exit code 0");
    Ok(())
}
