//! What the log is told of pages and host names that were refused.
//!
//! A page learns nothing of why its call failed, and shows "Failed to fetch"; whoever runs the
//! server finds the reason in the log, with the option that allows the page or name. Each of them
//! is told once, and there is an end: whoever is refused can make up as many as they like.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::refusal::Refusal;

/// How many are told. As many are remembered.
const MOST: usize = 100;

/// The pages and names that the log was told of.
#[derive(Debug, Default)]
pub struct RefusedCallers {
    told: Mutex<HashSet<String>>,
}

impl RefusedCallers {
    /// Tells the log of a page or a name that it was not told of before.
    pub fn tell(&self, refusal: &Refusal) {
        if let Some(line) = self.news(refusal) {
            tracing::warn!("{line}");
        }
    }

    fn news(&self, refusal: &Refusal) -> Option<String> {
        let refused = matches!(
            refusal,
            Refusal::HostNotAllowed(_) | Refusal::OriginNotAllowed { .. }
        );
        if !refused {
            return None;
        }
        let line = refusal.to_string();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= MOST || !told.insert(line.clone()) {
            return None;
        }
        if told.len() == MOST {
            return Some(format!("{line} (no further ones are told)"));
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::authority::Authority;

    fn host(name: &str) -> Refusal {
        Refusal::HostNotAllowed(Authority::read(name).unwrap().without_port())
    }

    #[test]
    fn each_is_told_once_with_the_option_that_allows_it() {
        let callers = RefusedCallers::default();
        let origin = |shown: &str, can_be_allowed| Refusal::OriginNotAllowed {
            shown: shown.to_owned(),
            can_be_allowed,
        };
        let told = callers.news(&origin("app://obsidian.md", true)).unwrap();
        assert!(
            told.ends_with(": --allow-origin app://obsidian.md"),
            "{told}"
        );
        assert_eq!(callers.news(&origin("app://obsidian.md", true)), None);
        let told = callers.news(&origin("null", false)).unwrap();
        assert!(told.contains("cannot be allowed"), "{told}");
        let told = callers.news(&host("notes.example.org:80")).unwrap();
        assert!(told.ends_with(": --allow-host notes.example.org"), "{told}");
        let told = callers.news(&host("[2001:db8::1]:80")).unwrap();
        assert!(told.ends_with(": --allow-host [2001:db8::1]"), "{told}");
        assert_eq!(callers.news(&host("notes.example.org:81")), None);
        assert_eq!(callers.news(&Refusal::TokenWrong), None);
    }

    #[test]
    fn there_is_an_end_to_it() {
        let callers = RefusedCallers::default();
        let told = (0..1000).filter_map(|number| callers.news(&host(&format!("h{number}"))));
        let told: Vec<String> = told.collect();
        assert_eq!(told.len(), MOST);
        assert!(told.last().unwrap().contains("no further ones"));
    }
}
