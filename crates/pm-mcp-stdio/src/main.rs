//! The process manager as an MCP server over stdio.

use std::process::ExitCode;

use pm_mcp_stdio::cli::Cli;
use pm_mcp_stdio::cli::PROGRAM;
use pm_mcp_stdio::run;

fn main() -> ExitCode {
    let cli: Cli = match pm_cli::command_line::parse(PROGRAM, std::env::args_os()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    run(PROGRAM, &cli)
}
