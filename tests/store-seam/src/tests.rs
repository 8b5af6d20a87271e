//! The store keeps the contract.

use pm_core::testing::store_contract;

use crate::TextStore;

#[test]
fn the_store_keeps_its_contract() {
    store_contract(TextStore::default).unwrap();
}
