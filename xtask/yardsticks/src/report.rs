//! What is printed for `cargo xtask bench`: one JSON object a line for each round of each thing
//! that is measured.

use std::time::Duration;

use serde_json::json;

/// A round of something.
#[derive(Default)]
pub(crate) struct Round {
    /// What was done.
    pub(crate) what: &'static str,
    /// About how large the process's file is.
    pub(crate) file_bytes: usize,
    /// How many did it at once.
    pub(crate) writers: usize,
    /// How many bytes each of them made durable.
    pub(crate) record_bytes: usize,
    /// How often the process's file was brought up to date meanwhile.
    pub(crate) checkpoints: usize,
    /// From the beginning to the end.
    pub(crate) time: Duration,
    /// How long each took.
    pub(crate) latencies: Vec<Duration>,
}

impl Round {
    pub(crate) fn print(&self) {
        let nanos: Vec<u64> = self
            .latencies
            .iter()
            .map(|latency| u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX))
            .collect();
        let line = json!({
            "what": self.what,
            "file_bytes": self.file_bytes,
            "writers": self.writers,
            "record_bytes": self.record_bytes,
            "checkpoints": self.checkpoints,
            "seconds": self.time.as_secs_f64(),
            "nanos": nanos,
        });
        println!("{line}");
    }
}
