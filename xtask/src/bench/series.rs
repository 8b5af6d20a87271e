//! The rounds of one scenario, server by server, and the rows that they become.

use anyhow::Result;

use super::{
    statistics::median,
    target::{Round, Target},
};
use crate::table::{Table, figure};

/// The columns of the rows that [`compare`] adds, after those that name the scenario.
pub(super) const COLUMNS: [&str; 8] = [
    "server",
    "calls/s",
    "p50 ms",
    "p99 ms",
    "ours / this",
    "CPU µs a call",
    "server CPUs",
    "generator CPUs",
];

/// The rounds of one server; a place is empty where the server sat a round out.
struct Series {
    name: String,
    rounds: Vec<Option<Round>>,
    /// Whether it failed at this scenario, and is not asked again.
    failed: bool,
}

/// Runs rounds by turns, A B C A B C, so that whatever else the machine does meets all servers
/// alike; then adds a row for each server. The first server is the one compared.
///
/// A server that we have not started runs in every second round only: those are the slow ones. If
/// it fails, the run goes on without it.
pub(super) fn compare<'a>(
    table: &mut Table,
    scenario: &[String],
    targets: &[&'a Target],
    rounds: usize,
    run: impl Fn(&'a Target) -> Result<Round>,
) -> Result<()> {
    let mut all: Vec<Series> = targets.iter().map(|target| Series::new(target)).collect();
    for number in 0..rounds {
        for (target, series) in targets.iter().zip(&mut all) {
            let round = match target.pid() {
                Some(_) => Some(run(target)?),
                None if number % 2 == 0 => series.put_up_with(&run, target),
                None => None,
            };
            series.rounds.push(round);
        }
    }
    let first = all.first();
    for series in &all {
        let ratio = first
            .filter(|first| !std::ptr::eq(*first, series))
            .and_then(|first| first.ratio(series));
        let cells = scenario.iter().cloned().chain(series.cells(ratio));
        table.row(cells);
    }
    Ok(())
}

impl Series {
    fn new(target: &Target) -> Self {
        Self {
            name: target.name.clone(),
            rounds: Vec::new(),
            failed: false,
        }
    }

    /// A round of somebody else's server, which may fail without ending all.
    fn put_up_with<'a>(
        &mut self,
        run: &impl Fn(&'a Target) -> Result<Round>,
        target: &'a Target,
    ) -> Option<Round> {
        if self.failed {
            return None;
        }
        let round = run(target);
        if let Err(error) = &round {
            println!("{} failed and is left out here: {error:#}", self.name);
            self.failed = true;
        }
        round.ok()
    }

    fn median(&self, of: impl Fn(&Round) -> Option<f64>) -> Option<f64> {
        median(self.rounds.iter().flatten().filter_map(of))
    }

    /// How many times as many calls a second, round by round.
    fn ratio(&self, other: &Self) -> Option<f64> {
        let pairs = self.rounds.iter().zip(&other.rounds);
        median(pairs.filter_map(|pair| match pair {
            (Some(ours), Some(theirs)) => Some(ours.rate / theirs.rate),
            _ => None,
        }))
    }

    /// Its name, and how much it failed at.
    fn label(&self) -> String {
        match self.median(|round| Some(round.failed)) {
            Some(failed) if failed > 0.0 => {
                format!("{} ({:.1} % failed)", self.name, 100.0 * failed)
            }
            _ => self.name.clone(),
        }
    }

    fn cells(&self, ratio: Option<f64>) -> [String; COLUMNS.len()] {
        [
            self.label(),
            figure(self.median(|round| Some(round.rate))),
            figure(self.median(|round| Some(round.latencies.percentile(50)))),
            figure(self.median(|round| Some(round.latencies.percentile(99)))),
            figure(ratio),
            figure(self.median(|round| Some(round.server_cpu? / round.rate * 1e6))),
            figure(self.median(|round| round.server_cpu)),
            figure(self.median(|round| round.generator_cpu)),
        ]
    }
}
