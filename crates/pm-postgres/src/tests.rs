//! The store over a real database.

use std::sync::atomic::{AtomicU32, Ordering};

use pm_core::testing::store_contract;

use crate::testing::Cluster;
use crate::{PostgresOptions, PostgresStore};

#[test]
fn the_store_keeps_its_contract() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let address = cluster.database().unwrap();
    let workspaces = AtomicU32::new(0);
    store_contract(|| {
        let workspace = workspaces.fetch_add(1, Ordering::Relaxed);
        let options = PostgresOptions {
            workspace: format!("workspace {workspace}"),
            ..PostgresOptions::default()
        };
        PostgresStore::open(&address, &options).unwrap()
    })
    .unwrap();
}
