//! `pm config`: what an MCP client wants to be told of the process manager, and telling it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser};
use pm_cli::project::Project;
use pm_cli::{ConfigError, path_parser};
use pm_core::reason;
use pm_tools::ToolSelection;
use serde_json::{Value, json};

use crate::clients::config_file::{Unwritten, Written, put};
use crate::clients::{CLIENTS, Client, Folders, Scope, Server};
use crate::context::Context;
use crate::screen::complain;
use crate::stop::{Outcome, Stop};

/// Where the server answers unless somebody told it otherwise.
const URL: &str = "http://127.0.0.1:5008/mcp";

/// The client that is told.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgs {
    /// Client to tell
    #[arg(value_parser = names(), hide_possible_values = true, long_help = long_help())]
    client: String,

    #[command(flatten)]
    transport: TransportArgs,

    /// Address of that server
    #[arg(long, value_name = "URL", default_value = URL, value_parser = url)]
    url: String,

    /// File with the token that the server asks for; the token is part of what is printed or written
    #[arg(long, value_name = "FILE", value_parser = path_parser())]
    token_file: Option<PathBuf>,

    /// Tools to offer, over stdio: tiny, work, reference, full, or names separated by commas
    #[arg(long, value_name = "TOOLS", value_parser = tools)]
    tools: Option<String>,

    /// Tell the client for the project in the working directory alone
    #[arg(long)]
    project: bool,

    /// Put it into the client's file; what is there stays, and a backup is kept
    #[arg(long)]
    write: bool,

    /// Another file than the one that the client usually reads
    #[arg(long, value_name = "FILE", value_parser = path_parser())]
    file: Option<PathBuf>,
}

/// How the client reaches the server.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct TransportArgs {
    /// Have the client start this program itself; no server needs to run [default, if it can]
    #[arg(long, conflicts_with_all = ["url", "token_file"])]
    stdio: bool,

    /// Have the client call a server that runs, as `pm serve` does
    #[arg(long)]
    http: bool,
}

pub(crate) fn run(args: &ConfigArgs, context: &Context) -> Outcome {
    let client = Client::named(&args.client)
        .ok_or_else(|| Stop::Usage(format!("there is no client {:?}", args.client)))?;
    let server = server(args, client, context)?;
    let file = file(args, client)?;
    let snippet = client
        .snippet(&server)
        .map_err(|problem| Stop::Unable(problem.to_string()))?;
    let then = client.then.replace("{file}", &file.display().to_string());
    let apart = store_apart(args, client, &server, context)?;
    if let Some(apart) = apart.filter(|_| !context.screen.is_json()) {
        complain(&apart);
    }
    if !args.write {
        if context.screen.is_json() {
            context
                .screen
                .print_json(&object(client, &server, &file, &snippet, None));
        } else {
            context.screen.print_text(&snippet);
            complain(&format!(
                "This belongs into {}, beside what is there; --write puts it there.",
                file.display()
            ));
            complain(&then);
        }
        return Ok(ExitCode::SUCCESS);
    }
    match put(client, &server, &file) {
        Ok(written) if context.screen.is_json() => {
            let object = object(client, &server, &file, &snippet, Some(&written));
            context.screen.print_json(&object);
        }
        Ok(written) => {
            let file = file.display();
            let told = match written {
                Written::Unchanged => format!("{file} says so already."),
                Written::Created => format!("Written: {file}"),
                Written::Changed { backup } => {
                    format!("Written: {file} (as it was: {})", backup.display())
                }
            };
            context.screen.print_text(&format!("{told}\n{then}\n"));
        }
        Err(refused) => {
            if !context.screen.is_json() {
                context.screen.print_text(&snippet);
            }
            let way_out = match &refused {
                Unwritten::Content { .. } => "Mend the file, or paste the above into it.",
                Unwritten::Unreadable { .. } | Unwritten::Unwritable { .. } => {
                    "Name another file with --file, or paste the above where the client looks for it."
                }
                Unwritten::Changed { .. } => "Run the command again.",
            };
            return Err(Stop::Failed(format!(
                "Nothing was written: {refused}. {way_out}"
            )));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How the client is to reach the process manager.
fn server(args: &ConfigArgs, client: &Client, context: &Context) -> Result<Server, Stop> {
    let over_http = || -> Result<Server, Stop> {
        Ok(Server::Http {
            url: args.url.clone(),
            token: args.token_file.as_deref().map(token).transpose()?,
        })
    };
    let asks_for_http = args.transport.http || args.token_file.is_some() || args.url != URL;
    let server = if asks_for_http {
        over_http()?
    } else {
        let started = started(args, context)?;
        if args.transport.stdio || client.takes(&started) {
            started
        } else {
            over_http()?
        }
    };
    if args.tools.is_some() && matches!(server, Server::Http { .. }) {
        return Err(Stop::Usage(
            "--tools is for a server that the client starts (--stdio); name them where the one that \
             runs is started, as in `pm serve --tools tiny`"
                .into(),
        ));
    }
    if client.takes(&server) {
        return Ok(server);
    }
    let other = match server {
        Server::Stdio { .. } => "--http",
        Server::Http { .. } => "--stdio",
    };
    Err(Stop::Usage(format!(
        "the file of {} takes no server over {}; use {other}",
        client.title,
        server.option().trim_start_matches('-')
    )))
}

/// This program as a server that a client starts, on the directory that it works with here.
fn started(args: &ConfigArgs, context: &Context) -> Result<Server, Stop> {
    let program = std::env::current_exe().map_err(|error| {
        Stop::Unable(format!(
            "where this program is cannot be found out: {}",
            reason(&error)
        ))
    })?;
    let mut arguments = vec!["stdio".to_owned()];
    let project = Project::here().map_err(ConfigError::Project)?;
    let project = project.filter(|_| args.project);
    if let Some(project) = &project {
        arguments.extend(["--project".to_owned(), text(&project.root)?]);
    }
    let own = project.as_ref().and_then(Project::store);
    if !args.project {
        arguments.extend(context.store_options_everywhere()?);
    } else if own.is_none() || own.as_deref() != context.place()?.store.directory() {
        arguments.extend(context.store_options()?);
    }
    if let Some(tools) = &args.tools {
        arguments.extend(["--tools".to_owned(), tools.clone()]);
    }
    Ok(Server::Stdio {
        command: text(&program)?,
        args: arguments,
    })
}

/// What is to be known if the store of the project here is not the one that the client is told of:
/// what a person's own file says holds in all projects.
fn store_apart(
    args: &ConfigArgs,
    client: &Client,
    server: &Server,
    context: &Context,
) -> Result<Option<String>, Stop> {
    if args.project || !matches!(server, Server::Stdio { .. }) {
        return Ok(None);
    }
    let Some(own) = context.project_store()? else {
        return Ok(None);
    };
    let (own, title) = (own.display(), client.title);
    let way_out = if client.has_project_file() {
        "Run this with --project to tell the client of this project alone.".to_owned()
    } else {
        format!("Name it with --dir if {title} is to work there whatever the project is.")
    };
    Ok(Some(format!(
        "{title} uses this in all projects, so it is not told of {own}, the store of this one. {way_out}"
    )))
}

/// The file by which the client is told.
fn file(args: &ConfigArgs, client: &Client) -> Result<PathBuf, Stop> {
    if let Some(file) = &args.file {
        return std::path::absolute(file)
            .map_err(|error| Stop::Unable(format!("{}: {}", file.display(), reason(&error))));
    }
    let folders = Folders::current().ok_or_else(|| {
        Stop::Usage("no home directory is known; name the client's file with --file".to_owned())
    })?;
    let scope = if args.project {
        let here = std::env::current_dir();
        let here = here
            .map_err(|error| Stop::Unable(format!("the working directory: {}", reason(&error))))?;
        Scope::Project(here)
    } else {
        Scope::User
    };
    client.file(&scope, &folders).ok_or_else(|| {
        Stop::Usage(format!(
            "{} reads no file of a project; leave --project out",
            client.title
        ))
    })
}

fn token(file: &Path) -> Result<String, Stop> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Stop::Unable(format!(
            "{} cannot be read: {}",
            file.display(),
            reason(&error)
        ))
    })?;
    let token = text.trim();
    if token.is_empty() || token.contains(char::is_whitespace) {
        return Err(Stop::Unable(format!("{} holds no token", file.display())));
    }
    Ok(token.to_owned())
}

/// A path as a configuration can have it.
fn text(path: &Path) -> Result<String, Stop> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        Stop::Unable(format!(
            "{} is not written in Unicode, as configurations are",
            path.display()
        ))
    })
}

/// What programs are told.
fn object(
    client: &Client,
    server: &Server,
    file: &Path,
    snippet: &str,
    written: Option<&Written>,
) -> Value {
    let mut object = json!({
        "success": true,
        "client": client.name,
        "transport": server.option().trim_start_matches('-'),
        "file": file,
        "snippet": snippet,
        "changed": matches!(written, Some(Written::Created | Written::Changed { .. })),
    });
    if let (Some(Written::Changed { backup }), Some(fields)) = (written, object.as_object_mut()) {
        fields.insert("backup".to_owned(), json!(backup));
    }
    object
}

fn names() -> PossibleValuesParser {
    let names = CLIENTS.iter();
    PossibleValuesParser::new(
        names.map(|client| PossibleValue::new(client.name).help(client.title)),
    )
}

fn long_help() -> String {
    let width = CLIENTS.iter().map(|client| client.name.len()).max();
    let width = width.unwrap_or_default();
    let lines = CLIENTS
        .iter()
        .map(|client| format!("\n  {:width$}  {}", client.name, client.title));
    format!("Client to tell, one of:{}", lines.collect::<String>())
}

/// Which tools are to be offered, as it was written.
fn tools(text: &str) -> Result<String, <ToolSelection as FromStr>::Err> {
    text.parse::<ToolSelection>().map(|_| text.to_owned())
}

/// An address that a client can call, with the path at which the server answers.
fn url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"))
        .ok_or("it begins with neither http:// nor https://")?;
    if rest.is_empty() || rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("it is no address".to_owned());
    }
    // The page's own address is what people copy.
    Ok(match rest.split_once('/') {
        None | Some((_, "")) => format!("{}/mcp", text.trim_end_matches('/')),
        Some(_) => text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_the_path_that_it_lacks() {
        for (given, taken) in [
            ("http://127.0.0.1:5008", "http://127.0.0.1:5008/mcp"),
            ("http://127.0.0.1:5008/", "http://127.0.0.1:5008/mcp"),
            ("https://a.example/pm/mcp", "https://a.example/pm/mcp"),
        ] {
            assert_eq!(url(given).as_deref(), Ok(taken));
        }
        for bad in ["127.0.0.1:5008", "ftp://a", "http://", "http://a b"] {
            assert!(url(bad).is_err(), "{bad}");
        }
    }
}
