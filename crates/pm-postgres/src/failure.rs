//! Why a request to the database came to nothing, and what a store says of that.

use std::error::Error as _;
use std::sync::Arc;

use pm_core::StoreError;
use pm_core::store::Cause;
use tokio_postgres::error::SqlState;

/// Why a request came to nothing.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// There was no connection to send it over: nothing has happened.
    Unreachable(Cause),
    /// It was sent, and no answer came: what it asked for may have happened.
    Lost(Cause),
    /// The database refused it: nothing has happened.
    Refused(SqlState, Cause),
}

/// The words of the database, or of what lies in between. They name neither an address nor a
/// secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Words(pub(crate) String);

impl Failure {
    /// Says that there is no connection.
    pub(crate) fn unreachable(words: impl Into<String>) -> Self {
        Self::Unreachable(Arc::new(Words(words.into())))
    }

    /// Says that there is no connection, as the system has it.
    pub(crate) fn not_sent(error: &impl std::fmt::Display) -> Self {
        Self::unreachable(pm_core::reason(error))
    }

    /// Says that no answer came.
    pub(crate) fn lost(words: impl Into<String>) -> Self {
        Self::Lost(Arc::new(Words(words.into())))
    }

    /// What a store says of it if nothing has changed; `action` is an infinitive without `to`.
    pub(crate) fn into_error(self, action: &'static str) -> StoreError {
        match self {
            Self::Unreachable(source) | Self::Lost(source) => StoreError::Unreachable { source },
            Self::Refused(code, _) if code == SqlState::DISK_FULL => StoreError::Full,
            Self::Refused(_, source) => StoreError::Backend { action, source },
        }
    }

    /// Whether the database refused it because of what another one did at the same time.
    pub(crate) fn is_conflict(&self) -> bool {
        let Self::Refused(code, _) = self else {
            return false;
        };
        [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(code)
    }

    /// Whether the database refused it because something has that name.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Self::Refused(code, _) if *code == SqlState::UNIQUE_VIOLATION)
    }

    /// Why it came to nothing.
    pub(crate) fn cause(&self) -> &Cause {
        match self {
            Self::Unreachable(cause) | Self::Lost(cause) | Self::Refused(_, cause) => cause,
        }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(told) = error.as_db_error() else {
            return Self::lost(chain(&error));
        };
        let code = told.code().clone();
        let words = format!("{} ({})", told.message(), code.code());
        // The connection broke, or somebody ended the session: it may have been in a commit.
        if code.code().starts_with("08") || code.code().starts_with("57") {
            return Self::lost(words);
        }
        Self::Refused(code, Arc::new(Words(words)))
    }
}

/// An error and all that led to it.
fn chain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    pm_core::reason(&text)
}
