//! `pm serve` and `pm stdio`: the two servers, over the store that the other commands use.

use pm_mcp_http::cli::ServeArgs;
use pm_mcp_http::give_back;
use pm_mcp_stdio::cli::Cli as StdioArgs;

use crate::context::Context;
use crate::stop::Outcome;

/// Serves over HTTP.
pub(crate) fn http(mut args: ServeArgs, context: &Context) -> Outcome {
    args.shared.dir = Some(context.place()?.directory.clone());
    give_back::sooner();
    Ok(pm_mcp_http::run::run(args))
}

/// Serves one connection on standard input and output.
pub(crate) fn stdio(mut args: StdioArgs, context: &Context) -> Outcome {
    args.shared.dir = Some(context.place()?.directory.clone());
    Ok(pm_mcp_stdio::run(&args))
}
