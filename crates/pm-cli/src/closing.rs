//! The end of a program: what waits to be written is written.

use pm_core::ProcessManager;

/// Brings the files up to date, so that people and other programs find all that was done.
///
/// If that fails nothing is lost: the changes are in the journals, and the next program that opens
/// the directory sees them.
pub fn close(manager: &ProcessManager) {
    if let Err(error) = manager.flush() {
        tracing::warn!(
            %error,
            "not all files are up to date; the changes are kept, and the next start brings them in"
        );
    }
}
