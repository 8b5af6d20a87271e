//! What the yardsticks measured of the core, read from their lines: they do the measuring, since
//! they are built like the servers.

use std::{path::Path, time::Duration};

use anyhow::{Context, Result};
use serde_json::Value;

use super::statistics::{Latencies, median};
use crate::cmd::cmd;

/// One round of one thing.
pub(super) struct Round {
    pub(super) key: Key,
    /// How many bytes were made durable, where that is one length.
    pub(super) record_bytes: u64,
    /// How often the process's file was brought up to date meanwhile.
    pub(super) checkpoints: f64,
    latencies: Latencies,
    time: Duration,
}

/// What was done in a round; rounds of one key are rounds of the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) what: String,
    pub(super) file_bytes: u64,
    pub(super) writers: u64,
}

/// All rounds of a run.
pub(super) struct Rounds(Vec<Round>);

impl Rounds {
    /// Has the yardsticks measure.
    pub(super) fn measured(binary: &Path, arguments: &[&str], dir: &Path) -> Result<Self> {
        let (what, rest) = arguments
            .split_first()
            .context("nothing is to be measured")?;
        let lines = cmd(binary).arg(what).arg(dir).args(rest).read()?;
        lines
            .lines()
            .map(Round::parse)
            .collect::<Result<_>>()
            .map(Self)
    }

    /// What was measured, in the order of the first round.
    pub(super) fn kinds(&self) -> Vec<&Round> {
        let mut kinds: Vec<&Round> = Vec::new();
        for round in &self.0 {
            if kinds.iter().all(|known| known.key != round.key) {
                kinds.push(round);
            }
        }
        kinds
    }

    /// The median of a figure over the rounds like this one.
    pub(super) fn median(&self, kind: &Round, of: impl Fn(&Round) -> f64) -> Option<f64> {
        median(self.like(kind).map(of))
    }

    /// The median of the ratios of a figure, round by round.
    pub(super) fn ratio(
        &self,
        kind: &Round,
        base: &Round,
        of: impl Fn(&Round) -> f64,
    ) -> Option<f64> {
        let pairs = self.like(kind).zip(self.like(base));
        median(pairs.map(|(round, base)| of(round) / of(base)))
    }

    fn like(&self, kind: &Round) -> impl Iterator<Item = &Round> {
        self.0.iter().filter(|round| round.key == kind.key)
    }
}

impl Round {
    /// How many were done a second.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(super) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.time.as_secs_f64()
    }

    /// How many bytes were made durable each time.
    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    pub(super) fn bytes(&self) -> f64 {
        self.record_bytes as f64
    }

    /// The median, in milliseconds.
    pub(super) fn p50(&self) -> f64 {
        self.latencies.percentile(50)
    }

    /// The time within which all but one in a hundred were done, in milliseconds.
    pub(super) fn p99(&self) -> f64 {
        self.latencies.percentile(99)
    }

    fn parse(line: &str) -> Result<Self> {
        let round: Value = serde_json::from_str(line)?;
        let read = || {
            let number = |name: &str| round.get(name)?.as_u64();
            let nanos = round.get("nanos")?.as_array()?.iter();
            Some(Self {
                key: Key {
                    what: round.get("what")?.as_str()?.to_owned(),
                    file_bytes: number("file_bytes")?,
                    writers: number("writers")?,
                },
                record_bytes: number("record_bytes")?,
                checkpoints: round.get("checkpoints")?.as_f64()?,
                time: Duration::try_from_secs_f64(round.get("seconds")?.as_f64()?).ok()?,
                latencies: nanos
                    .filter_map(Value::as_u64)
                    .map(Duration::from_nanos)
                    .collect(),
            })
        };
        read().with_context(|| format!("{line:.200} is no measurement"))
    }
}

/// Bytes in thousands, for a table.
pub(super) fn kilobytes(bytes: u64) -> Option<f64> {
    u32::try_from(bytes / 1000).ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(lines: &[(&str, u64, u64, &[u64])]) -> Rounds {
        let lines = lines.iter().map(|(what, bytes, record, nanos)| {
            let line = serde_json::json!({
                "what": what, "file_bytes": bytes, "writers": 1, "record_bytes": record,
                "checkpoints": 1, "seconds": 2.0, "nanos": nanos,
            });
            Round::parse(&line.to_string()).unwrap()
        });
        Rounds(lines.collect())
    }

    #[test]
    fn ratios_are_those_of_the_same_round() {
        let rounds = rounds(&[
            ("core", 10, 330, &[2_000_000]),
            ("append", 10, 330, &[1_000_000]),
            ("core", 10, 331, &[9_000_000]),
            ("append", 10, 331, &[3_000_000]),
        ]);
        let kinds = rounds.kinds();
        let [core, append] = kinds.as_slice() else {
            panic!("{} kinds", kinds.len())
        };
        assert_eq!(rounds.ratio(core, append, Round::p50), Some(2.5));
        assert_eq!(rounds.median(core, Round::rate), Some(0.5));
    }
}
