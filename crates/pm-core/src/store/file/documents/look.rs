//! Looking at a document: an edit by hand is made a part of the history by its first reader.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::disk::store_dir::Unavailable;
use super::document::Document;
use super::load::Loaded;
use super::state::Cached;
use super::writer::Writer;
use crate::Process;

/// How long a reader that has found an edit by hand waits for writers; any other waits for none.
const ADOPTION_WAIT: Duration = Duration::from_secs(1);

impl Document {
    /// The process as it is now.
    pub(crate) fn current(&self) -> Result<Arc<Process>, Unavailable> {
        self.look().map(|cached| cached.process)
    }

    /// What the files hold now.
    pub(crate) fn look(&self) -> Result<Cached, Unavailable> {
        let outside = match self.look_without_lock()? {
            Loaded::Known(cached) => return Ok(*cached),
            Loaded::Outside(outside) => outside,
        };
        if !self.dir().is_read_only {
            // If a writer is at work for longer than that, the edit is shown all the same, and the
            // next call makes it a part of the history.
            let soon = Instant::now() + ADOPTION_WAIT;
            if let Ok(Some(writer)) = self.lock_by(soon)
                && let Ok(cached) = writer.look()
            {
                return Ok(cached);
            }
            return self.peek();
        }
        Ok(outside.merged())
    }
}

impl Writer<'_> {
    /// What the files hold now. An edit by hand is made a part of the history.
    pub(crate) fn look(&self) -> Result<Cached, Unavailable> {
        match self.look_without_lock()? {
            Loaded::Known(cached) => Ok(*cached),
            Loaded::Outside(outside) => self.adopt(outside),
        }
    }
}
