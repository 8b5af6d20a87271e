//! Why a store failed.

use std::io;
use std::sync::Arc;

use crate::reason;

/// What made a store fail, in its own words; all calls that fail by it share it.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why a store failed, in any operation.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The storage is full. Nothing has changed.
    #[error("the disk is full")]
    Full,
    /// The process would be larger than the store reads. Nothing has changed.
    #[error("the process would have more than {limit} bytes, and the store reads no larger one")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The change was made, and it is not known whether it became durable: it may be kept or not,
    /// and if it is, the next read sees it.
    #[error(
        "it is not certain that the change was kept: could not {action}: {}",
        reason(source)
    )]
    Uncertain {
        /// What was to be done, as an infinitive without `to`; names no path.
        action: &'static str,
        /// The answer of the operating system, or of what keeps the processes.
        source: Cause,
    },
    /// What keeps the processes, such as a database, refused. Nothing has changed.
    #[error("could not {action}: {}", reason(source))]
    Backend {
        /// What was to be done, as an infinitive without `to`; names no address and no secret.
        action: &'static str,
        /// Its answer.
        source: Cause,
    },
    /// What keeps the processes cannot be reached. Nothing has changed.
    #[error("the storage cannot be reached: {}", reason(source))]
    Unreachable {
        /// Why.
        source: Cause,
    },
    /// The operating system refused a file operation. Nothing has changed.
    #[error("could not {action}: {}", reason(source))]
    Io {
        /// What was to be done, as an infinitive without `to`; names no path.
        action: &'static str,
        /// The operating system's answer.
        source: Arc<io::Error>,
    },
    /// Others changed the file or the process again and again while the change was to be made.
    /// Nothing has changed.
    #[error("the file kept changing meanwhile")]
    Contended,
    /// Another program, or an earlier call, holds the lock for longer than a call waits. Nothing
    /// has changed.
    #[error("{} has held the lock on it for more than {seconds} seconds", holder_of(*holder))]
    Held {
        /// The operating system's number of the program that holds it, if that is known.
        holder: Option<u32>,
        /// How long a call waits, in seconds.
        seconds: u64,
    },
    /// The caller gave the change up before it was made. Nothing has changed.
    #[error("the call was cancelled before it was made")]
    Cancelled,
    /// The process's file is read-only and is left as it is. What was acknowledged stands in its
    /// journal.
    #[error("the file is read-only")]
    FileReadOnly,
    /// The store was opened for reading only. Nothing has changed.
    #[error("the store is open for reading only")]
    ReadOnly,
    /// The store acknowledged a change without applying it, against its contract.
    #[error("the change was not applied")]
    NotApplied,
}

fn holder_of(holder: Option<u32>) -> String {
    match holder {
        Some(holder) if holder == std::process::id() => "an earlier call of this program".into(),
        Some(holder) => format!("another program (pid {holder})"),
        None => "another program".into(),
    }
}

impl StoreError {
    /// Wraps the operating system's answer to `action`.
    pub(crate) fn io(action: &'static str, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io {
                action,
                source: Arc::new(source),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_comes_without_its_number() {
        let refused = || io::Error::from_raw_os_error(13);
        let cause = || -> Cause { Arc::new(refused()) };
        let action = "write the file";
        let errors = [
            StoreError::io(action, refused()),
            StoreError::Uncertain {
                action,
                source: cause(),
            },
            StoreError::Backend {
                action,
                source: cause(),
            },
            StoreError::Unreachable { source: cause() },
        ];
        for error in errors.map(|error| error.to_string()) {
            assert!(error.ends_with(&reason(&refused())), "{error}");
            assert!(!error.contains("os error"), "{error}");
        }
    }
}
