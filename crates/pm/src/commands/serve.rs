//! `pm serve` and `pm stdio`: the two servers, over the store that the other commands use.

use pm_cli::SharedArgs;
use pm_mcp_http::cli::ServeArgs;
use pm_mcp_http::give_back;
use pm_mcp_stdio::cli::Cli as StdioArgs;

use crate::context::Context;
use crate::globals::PROGRAM;
use crate::stop::{Outcome, Stop};

/// Serves over HTTP.
pub(crate) fn http(mut args: ServeArgs, context: &Context) -> Outcome {
    settle(&mut args.shared, context)?;
    give_back::sooner();
    Ok(pm_mcp_http::run::run(PROGRAM, args))
}

/// Serves one connection on standard input and output.
pub(crate) fn stdio(mut args: StdioArgs, context: &Context) -> Outcome {
    settle(&mut args.shared, context)?;
    Ok(pm_mcp_stdio::run(PROGRAM, &args))
}

/// Lets a server work where the other commands do, unless it is given a project of its own.
fn settle(shared: &mut SharedArgs, context: &Context) -> Result<(), Stop> {
    if shared.project.is_some() {
        shared.process = context.named_outright().map(str::to_owned);
        return Ok(());
    }
    let place = context.place()?;
    if let Some(directory) = place.store.directory() {
        shared.dir = Some(directory.to_owned());
    }
    shared.process.clone_from(&place.process);
    Ok(())
}
