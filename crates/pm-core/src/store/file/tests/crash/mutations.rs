//! Proves that the campaigns have teeth: each sync of the store in turn does nothing and says
//! that it has, and a campaign must notice.

use std::collections::BTreeMap;

use super::campaign::{Campaign, Effort, Tally};
use super::check::Depth;
use super::sites::Site;
use super::{NAMES, ONE_PROGRAM, SEED, SEED_VARIABLE, STATES_VARIABLE, TWO_PROGRAMS, setting};

/// Each of these must be given the time to notice.
const CAMPAIGNS: [Campaign; 3] = [ONE_PROGRAM, NAMES, TWO_PROGRAMS];

/// How many disks each campaign recovers, first to see which syncs there are and then with each
/// of them left out.
const STATES: u64 = 120;

#[test]
fn a_sync_that_is_left_out_is_noticed() {
    let effort = Effort {
        states: setting(STATES_VARIABLE).unwrap_or(STATES),
        seed: setting(SEED_VARIABLE).unwrap_or(SEED),
        depth: Depth::All,
        lie: None,
    };
    let mut sites: BTreeMap<Site, u64> = BTreeMap::new();
    for tally in CAMPAIGNS.map(|campaign| campaign.run(&effort)) {
        for (site, times) in tally.sites {
            *sites.entry(site).or_default() += times;
        }
    }
    let mut missed = Vec::new();
    for (site, times) in sites {
        let (verdict, what) = match site.harmless() {
            Some(reason) => ("harmless", reason.to_owned()),
            None => noticed(&site, &effort).map_or(("NO", String::new()), |what| ("yes", what)),
        };
        if verdict == "NO" {
            missed.push(site.to_string());
        }
        let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
        // A row of the table of `cargo xtask crash --mutations`.
        println!("mutation|{site}|{times}|{verdict}|{what}");
    }
    assert!(missed.is_empty(), "nobody noticed: {missed:#?}");
}

/// What is wrong if all syncs of a site do nothing.
fn noticed(site: &Site, effort: &Effort) -> Option<String> {
    let lie = Some(site.clone());
    let effort = Effort {
        lie,
        ..effort.clone()
    };
    let failure = |tally: Tally| tally.failure.map(|failure| failure.what);
    CAMPAIGNS
        .iter()
        .find_map(|campaign| failure(campaign.run(&effort)))
}
