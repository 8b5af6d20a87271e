//! How long a refusal may be, and which calls it may name.

use pm_core::{Error, FileProblem, FileProblemKind};

use crate::options::ServerOptions;
use crate::refusal::Refusal;
use crate::tools::TOOLS;

#[test]
fn a_refusal_is_short_whatever_it_quotes() {
    let damaged = FileProblem {
        file: "x".repeat(300),
        kind: FileProblemKind::Damaged {
            line: 3,
            column: 9,
            reason: "unknown\tfield ".repeat(100_000),
        },
    };
    let long = |last: char| format!("{}{last}", "é".repeat(199));
    let ambiguous = Error::TaskAmbiguous {
        process: long('p').parse().unwrap(),
        wanted: "w".repeat(100_000),
        candidates: ('a'..='z').map(|c| long(c).parse().unwrap()).collect(),
    };
    for error in [Error::Unusable(damaged), ambiguous] {
        let failure = error.into();
        for tool in TOOLS.iter() {
            let refusal = Refusal::of(&failure, tool, &ServerOptions::default(), None);
            for times in [1, 2, u32::MAX] {
                let said = format!("{} {}", refusal.error(times), refusal.next);
                assert!(said.chars().count() <= 1000, "{said}");
                assert!(said.starts_with(tool.nothing), "{said}");
                assert!(said.ends_with('.') && !said.contains('\t'), "{said}");
            }
        }
    }
}
