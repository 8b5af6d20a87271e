//! Reading the file of tokens again when somebody asks for it with SIGHUP, and ending what was served
//! to those whose tokens are over.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pm_cli::Hangups;
use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use crate::realms::Realms;
use crate::token_file::{Entry, TokenFile};

/// How often the tokens are looked through for those that are over.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Ends what is served to those whose tokens are over, for as long as it runs.
pub async fn end_in_time<S: Send + Sync + 'static>(realms: Arc<Realms<Entry, S>>) {
    loop {
        realms.end_those_over(OffsetDateTime::now_utc());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Reads the file again with each signal, for as long as it runs.
pub async fn reread<S: Send + Sync + 'static>(
    mut hangups: Hangups,
    path: PathBuf,
    realms: Arc<Realms<Entry, S>>,
) {
    loop {
        hangups.next().await;
        let (path, realms) = (path.clone(), Arc::clone(&realms));
        if let Err(error) = spawn_blocking(move || take(&path, &realms)).await {
            tracing::error!(%error, "the tokens were not read to their end");
        }
    }
}

/// Takes what the file says by now. If the file cannot be read, nothing changes; if it can, what is
/// no longer in it ends in any case.
fn take<S>(path: &Path, realms: &Realms<Entry, S>) {
    let file = path.display();
    let tokens = match TokenFile::read(path) {
        Ok(tokens) => tokens,
        Err(problem) => {
            tracing::error!(
                %file,
                %problem,
                "the tokens cannot be taken, and those from before go on to count"
            );
            return;
        }
    };
    for problem in realms.set(&tokens) {
        tracing::error!(%file, problem, "a token cannot be taken");
    }
    let tokens = tokens.entries().len();
    // Whoever sent the signal looks for it, at whatever level is logged.
    tracing::warn!(%file, tokens, "the tokens were read again");
}
