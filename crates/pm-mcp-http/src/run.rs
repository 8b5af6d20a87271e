//! Serving, from options to the end: open, bind, announce, serve, stop.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use pm_cli::{Signals, refuse};
use pm_core::ProcessManager;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::announce::Announcement;
use crate::app::App;
use crate::cli::ServeArgs;
use crate::config::{Protection, StartError, protection, token_from_environment};
use crate::give_back;
use crate::health::{Health, StoreState};
use crate::layers::budget::Budget;
use crate::layers::cors::CallerPolicy;
use crate::layers::host::{AllowedHost, HostPolicy};
use crate::layers::limits::BodyLimits;
use crate::layers::origin::OriginPolicy;
use crate::layers::refused_callers::RefusedCallers;
use crate::listen::reachable_from_here;
use crate::oauth::metadata::WELL_KNOWN;
use crate::serve::{ConnectionLimits, Ending, serve};
use crate::serving::{Servers, Serving};
use crate::welcome::Welcome;

/// How long the program waits, once all is served, for work that cannot be interrupted.
const LAST_WORK: Duration = Duration::from_secs(2);

/// What a warning begins with at the start of the program.
const WARNING: &str = "warning: ";

/// Runs the server, in the name of `program`, until it is asked to stop.
pub fn run(program: &str, args: ServeArgs) -> ExitCode {
    match start(program, args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(program, &error),
    }
}

fn start(program: &str, args: ServeArgs) -> Result<(), StartError> {
    pm_cli::logging::start(args.shared.log_format)?;
    let protection = protection(&args, token_from_environment()?.as_deref())?;
    let runtime = |mut builder: Builder| builder.enable_all().build().map_err(StartError::Runtime);
    // One thread takes in what arrives, so that calls stay in order; several work on them.
    let network = runtime(Builder::new_current_thread())?;
    let work = runtime(Builder::new_multi_thread())?;
    give_back::of(work.handle());
    let outcome = network.block_on(serve_until_stopped(
        program,
        args,
        protection,
        work.handle(),
    ));
    // A store call that still runs on a blocking thread may finish its write.
    work.shutdown_timeout(LAST_WORK);
    network.shutdown_timeout(LAST_WORK);
    let (servers, store) = outcome?;
    for server in servers() {
        server.release_claims();
    }
    pm_cli::close(&store);
    Ok(())
}

/// Serves; at the end the store is still to be closed.
async fn serve_until_stopped(
    program: &str,
    args: ServeArgs,
    protection: Protection,
    work: &Handle,
) -> Result<(Servers, ProcessManager), StartError> {
    // Before anything is opened: a signal from now on ends the program tidily.
    let mut signals = Signals::listen().map_err(StartError::Runtime)?;
    let bind_error = |source| StartError::Bind {
        address: args.listen,
        source,
    };
    let listener = TcpListener::bind(args.listen).await.map_err(bind_error)?;
    let address = listener.local_addr().map_err(bind_error)?;
    let opened = args.shared.open()?;
    let mut warnings = opened.warnings();
    warnings.extend(protection.warning());
    let may_write = !args.shared.tools.read_only;
    let manager = opened.manager.clone();
    let is_empty = may_write && manager.process_names().is_ok_and(|names| names.is_empty());
    let ending = Ending {
        running: TaskTracker::new(),
        closing: CancellationToken::new(),
    };
    let body = BodyLimits {
        max: args.limits.max_body,
        timeout: args.limits.body_timeout,
        budget: Budget::of_bytes(args.limits.max_bodies),
    };
    let place = opened.place.clone();
    let oauth = protection.oauth();
    // There is no session at the authorization server that the pages could use.
    let has_pages = !args.no_web && oauth.is_none();
    let metadata = oauth.map(|oauth| oauth.metadata_routes(may_write));
    let metadata = metadata.unwrap_or_default();
    let mut hosts = args.allow_host;
    hosts.extend(oauth.map(|oauth| AllowedHost::any_port(oauth.public_url.authority())));
    let plain = |warning: &String| warning.trim_start_matches(WARNING).to_owned();
    let serving = Serving {
        opened,
        shared: args.shared,
        warnings: warnings.iter().map(plain).collect(),
        has_pages,
        limits: args.limits.clone(),
        body: body.clone(),
        ending: ending.clone(),
        work: work.clone(),
    };
    // An authorization server may take its time.
    let (served, gate, servers) = tokio::select! {
        served = serving.serve(&protection) => served?,
        () = signals.next() => return Ok((Arc::new(Vec::new), manager)),
    };
    let last = (servers, manager.clone());
    let app = App {
        served,
        health: Health::new(Arc::new(move || state_of(&manager))),
        callers: CallerPolicy {
            hosts: HostPolicy::new(address.ip(), hosts),
            origins: OriginPolicy::new(args.allow_origin),
            refused: RefusedCallers::default(),
            public: oauth.map(|_| WELL_KNOWN),
        },
        gate,
        metadata,
        body,
        running: ending.running.clone(),
    };
    let limits = ConnectionLimits {
        connections: args.limits.max_connections,
        header: args.limits.header_timeout,
        send: args.limits.send_timeout,
        grace: args.limits.shutdown_grace,
    };
    let announcement = Announcement {
        address,
        place,
        protection,
        says_pages: has_pages && !is_empty,
    };
    announcement.print();
    if is_empty {
        Welcome {
            address,
            protection: &announcement.protection,
            has_pages,
        }
        .print();
    }
    for warning in &warnings {
        pm_cli::say(program, warning);
    }
    if args.open
        && let Err(problem) = open_pages(address, has_pages)
    {
        pm_cli::say(program, &format!("{WARNING}{problem}"));
    }

    let stop = asked_to_stop(signals);
    let unanswered = serve(listener, app.into_router(), limits, ending, stop).await;
    if unanswered > 0 {
        tracing::warn!(
            calls = unanswered,
            grace = ?limits.grace,
            "calls were still running at the end of the grace and got no answer"
        );
    }
    Ok(last)
}

/// Waits until somebody asks this program to stop.
async fn asked_to_stop(mut signals: Signals) {
    signals.next().await;
    tokio::spawn(async move {
        signals.next().await;
        // Asked twice: whoever asks does not want to wait. Files are whole at any moment.
        std::process::exit(130);
    });
}

/// Opens the pages in a browser, whose connection waits at the listener until this program serves;
/// or says what is in the way.
fn open_pages(address: SocketAddr, has_pages: bool) -> Result<(), String> {
    if !has_pages {
        return Err("there are no pages to open with --no-web or --oauth-issuer".to_owned());
    }
    let pages = format!("http://{}/", reachable_from_here(address));
    let way_out = |_| format!("nothing here opens pages; open {pages} in a browser");
    open::that_detached(&pages).map_err(way_out)
}

fn state_of(manager: &ProcessManager) -> StoreState {
    let health = manager.health();
    if let Some(failure) = health.failure {
        tracing::error!(%failure, "the store fails");
        return StoreState::Failing;
    }
    for notice in &health.damage {
        tracing::warn!("{notice}");
    }
    for (file, error) in &health.held {
        tracing::warn!(file, %error, "calls waited in vain");
    }
    for (file, error) in &health.unflushed {
        tracing::warn!(file, %error, "a file cannot be brought up to date");
    }
    let is_degraded =
        !(health.problems.is_empty() && health.damage.is_empty() && health.held.is_empty());
    if is_degraded {
        StoreState::Degraded
    } else if health.unflushed.is_empty() {
        StoreState::Ready
    } else {
        StoreState::Behind
    }
}
