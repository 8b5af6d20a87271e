//! Tests of what is news to which subscriber.

use pm_core::{MemoryStore, ProcessManager, ProcessName};

use super::*;

fn name(text: &str) -> ProcessName {
    text.parse().unwrap()
}

/// The news of what `work` does for a subscriber that waits for these resources and the list.
fn news(uris: &[&str], work: impl FnOnce(&ProcessManager)) -> (bool, Vec<String>) {
    let manager = ProcessManager::new(MemoryStore::new());
    for process in ["garden", "house"] {
        manager.create_process(name(process), "").unwrap();
        for task in ["soil", "beds"] {
            let task = task.parse().unwrap();
            manager.add_task(&name(process), task, "").unwrap();
        }
    }
    let uris: Vec<String> = uris.iter().map(ToString::to_string).collect();
    let interest = Interest::new(&uris, true);
    let mut changes = manager.subscribe().unwrap();
    work(&manager);
    let items: Vec<_> = std::iter::from_fn(|| changes.try_recv()).collect();
    let News { list, uris } = interest.news(&items);
    (list, uris)
}

const GARDEN: &str = "pm://process/Garden";
const HOUSE: &str = "pm://process/house";
const SOIL: &str = "pm://process/garden/task/soil";
const BEDS: &str = "pm://process/garden/task/beds";
const CODE: &str = "pm://process/garden/task/soil/code/a.rs";
const ALL: [&str; 5] = [GARDEN, HOUSE, SOIL, BEDS, CODE];

#[test]
fn a_change_in_a_task_is_news_of_the_task_what_is_in_it_and_the_process() {
    let told = news(&ALL, |manager| {
        let job = "dig".parse().unwrap();
        manager.add_job(&name("garden"), "soil", job, "").unwrap();
        let job = "sow".parse().unwrap();
        manager.add_job(&name("garden"), "soil", job, "").unwrap();
    });
    assert_eq!(told, (false, vec![GARDEN.into(), SOIL.into(), CODE.into()]));
}

#[test]
fn what_comes_goes_or_is_renamed_is_news_of_the_list_and_of_all_within() {
    let garden = || vec![GARDEN.into(), SOIL.into(), BEDS.into(), CODE.into()];
    let told = news(&ALL, |manager| {
        manager
            .rename_process(&name("garden"), &name("park"))
            .unwrap();
    });
    assert_eq!(told, (true, garden()));
    let told = news(&ALL, |manager| {
        manager.delete_process(&name("garden")).unwrap();
    });
    assert_eq!(told, (true, garden()));
    let told = news(&ALL, |manager| {
        manager.create_process(name("shed"), "").unwrap();
    });
    assert_eq!(told, (true, Vec::new()));
}

#[test]
fn whoever_missed_something_is_told_of_everything() {
    let uris = ALL.map(ToOwned::to_owned);
    let News { list, uris: told } = Interest::new(&uris, true).news(&[FeedItem::Missed]);
    assert!(list);
    assert_eq!(told, ALL);
}

#[test]
fn only_our_resources_are_waited_for_and_not_too_many() {
    let mut interest = Interest::default();
    assert!(interest.is_empty());
    assert!(!interest.add("file:///etc/passwd"));
    for number in 0..MOST_URIS {
        assert!(interest.add(&format!("pm://process/{number}")));
    }
    assert!(!interest.add(GARDEN));
    interest.remove("pm://process/7");
    assert!(interest.add(GARDEN) && interest.add(GARDEN));
    assert_eq!(interest.uris().count(), MOST_URIS);
}
