//! The README and the pages of `docs/`: their commands do what stands there, their snippets parse,
//! and the names and errors in them are those of the programs.

mod matching;
mod pages;
mod session;
mod words;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use self::pages::{pages, root};
use self::session::Session;
use crate::check::check;

/// What a block may be besides a snippet that parses and commands that run: nothing in these does
/// anything.
const ONLY_SHOWN: &[&str] = &["text", "ini", "rust,no_run"];

#[test]
fn the_commands_do_what_stands_there() {
    let mut wrong = Vec::new();
    for page in pages() {
        let mut session = Session::new();
        for block in page.blocks.iter().filter(|block| block.is_run()) {
            wrong.extend(session.run(&page, block));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_not_run_says_why() {
    let mut told = String::new();
    for page in pages() {
        for block in page.blocks.iter().filter(|block| block.not_run.is_some()) {
            let (reason, first) = (block.not_run.as_deref(), block.text.lines().next());
            let (reason, first) = (reason.unwrap_or_default(), first.unwrap_or_default());
            writeln!(told, "{}: {first}\n    {reason}", page.path).unwrap();
        }
    }
    check("docs_not_run", told.trim_end());
}

#[test]
fn chores_and_places_of_the_repository_are_there_even_if_nothing_is_run() {
    let root = root();
    let mut found = 0;
    for page in pages() {
        for block in page.blocks.iter().filter(|block| block.not_run.is_some()) {
            let words: Vec<&str> = block.text.split_whitespace().collect();
            let chores = words.windows(2).filter(|pair| pair[0] == "xtask");
            let chores = chores.map(|pair| format!("xtask/src/{}.rs", pair[1]));
            let is_place =
                |word: &&&str| word.starts_with("crates/") || word.starts_with("docker/");
            let places = words.iter().filter(is_place).map(|word| (*word).to_owned());
            for path in chores.chain(places) {
                let place = block.place(&page);
                assert!(root.join(&path).exists(), "{place}: there is no {path}");
                found += 1;
            }
        }
    }
    assert!(found > 5, "{found}");
}

#[test]
fn every_snippet_parses() {
    let mut snippets = 0;
    for page in pages() {
        for block in &page.blocks {
            let place = block.place(&page);
            match block.language.as_str() {
                "json" => {
                    let parsed: Result<serde_json::Value, _> = serde_json::from_str(&block.text);
                    assert!(parsed.is_ok(), "{place}: {parsed:?}");
                    snippets += 1;
                }
                "console" | "sh" => {}
                other => assert!(ONLY_SHOWN.contains(&other), "{place}: what is `{other}`?"),
            }
        }
    }
    assert!(snippets > 5, "{snippets}");
}

#[test]
fn options_variables_and_tools_are_those_of_the_programs() {
    let pages = pages();
    let known = words::Known::of(&pages);
    let mut unknown = BTreeSet::new();
    for page in &pages {
        for word in known.unknown_in(&page.text) {
            unknown.insert(format!("{}: {word}", page.path));
        }
    }
    assert!(unknown.is_empty(), "no program knows these: {unknown:#?}");
}

#[test]
fn the_errors_that_people_search_for_are_those_of_the_code() {
    let pages = pages();
    let page = pages
        .iter()
        .find(|page| page.path == "docs/troubleshooting.md");
    let errors = words::errors_in(&page.unwrap().text);
    assert!(errors.len() > 40, "{errors:#?}");
    let said = words::Said::of_the_code();
    let unsaid: Vec<&String> = errors.iter().filter(|error| !said.says(error)).collect();
    assert!(unsaid.is_empty(), "no program says this: {unsaid:#?}");
}
