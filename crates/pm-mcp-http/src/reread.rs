//! Reading the file of tokens again when somebody asks for it with SIGHUP, and ending what was served
//! to those whose tokens are over.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pm_cli::Hangups;
use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use crate::realms::Realms;
use crate::token_file::TokenFile;

/// The longest wait for the next token to be over, as the clock may be put forward meanwhile.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Does both for as long as it runs.
pub async fn reread<S: Send + Sync + 'static>(path: PathBuf, realms: Arc<Realms<S>>) {
    let mut hangups = match Hangups::listen() {
        Ok(hangups) => hangups,
        Err(error) => {
            tracing::error!(%error, "the tokens are not read again on SIGHUP");
            return;
        }
    };
    loop {
        let now = OffsetDateTime::now_utc();
        let next = realms
            .end_those_over(now)
            .map(|end| (end - now).unsigned_abs());
        let wait = next.map_or(LOOK_EVERY, |next| next.min(LOOK_EVERY));
        tokio::select! {
            () = hangups.next() => {
                let (path, realms) = (path.clone(), Arc::clone(&realms));
                if let Err(error) = spawn_blocking(move || take(&path, &realms)).await {
                    tracing::error!(%error, "the tokens were not read to their end");
                }
            }
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Takes what the file says by now. If it cannot be taken, what it said before goes on to count.
fn take<S>(path: &Path, realms: &Realms<S>) {
    let file = path.display();
    let read = TokenFile::read(path).map_err(|problem| problem.to_string());
    match read.and_then(|tokens| realms.set(&tokens).map(|()| tokens.entries().len())) {
        // Whoever sent the signal looks for it, at whatever level is logged.
        Ok(tokens) => tracing::warn!(%file, tokens, "the tokens were read again"),
        Err(problem) => tracing::error!(
            %file,
            problem,
            "the tokens cannot be taken, and those from before go on to count"
        ),
    }
}
