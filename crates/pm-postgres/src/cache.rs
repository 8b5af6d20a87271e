//! The processes that were last read or changed. Nothing in it is believed without a look at the
//! database.

use pm_core::ProcessName;
use quick_cache::sync::{Cache as Weighted, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::known::Known;

/// The size of a process at least, for what it takes besides its texts.
const OVERHEAD: usize = 1 << 10;

/// How many times its texts a process takes in memory, about.
const TIMES: usize = 3;

/// About how many processes of the usual size there is room for.
const USUAL_SIZE: usize = 32 << 10;

/// What is known of processes, by their names.
pub(crate) struct Cache(Weighted<ProcessName, Known, BySize>);

#[derive(Clone)]
struct BySize;

impl Weighter<ProcessName, Known> for BySize {
    fn weight(&self, _: &ProcessName, known: &Known) -> u64 {
        (OVERHEAD + TIMES * known.behind.size()) as u64
    }
}

impl Cache {
    /// Makes one that takes about so much memory, in bytes.
    pub(crate) fn of_bytes(bytes: usize) -> Self {
        let (items, weight) = (bytes / USUAL_SIZE, bytes as u64);
        // In one shard: if there were several, none would have room for a large process.
        let options = OptionsBuilder::new()
            .estimated_items_capacity(items)
            .weight_capacity(weight)
            .shards(1)
            .build();
        Self(match options {
            Ok(options) => Weighted::with_options(
                options,
                BySize,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            Err(_) => Weighted::with_weighter(items, weight, BySize),
        })
    }

    pub(crate) fn get(&self, name: &ProcessName) -> Option<Known> {
        self.0.get(name)
    }

    pub(crate) fn put(&self, known: Known) {
        self.0.insert(known.process.name.clone(), known);
    }

    pub(crate) fn forget(&self, name: &ProcessName) {
        self.0.remove(name);
    }
}
