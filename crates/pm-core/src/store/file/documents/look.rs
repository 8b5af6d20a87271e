//! Looking at a document: an edit by hand is made a part of the history by its first reader.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::disk::store_dir::Unavailable;
use super::document::Document;
use super::load::Loaded;
use super::state::Cached;
use super::writer::Writer;
use crate::Process;

/// How long a reader waits for writers if it has found an edit that should be kept.
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
            // No read waits for a writer: an edit that is found meanwhile is made a part of the
            // history by the next call.
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
