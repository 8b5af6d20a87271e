//! What readers choose for themselves, which their browser keeps: in whose name they change things,
//! and whether pages are light or dark.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use pm_core::name::Label;

use crate::address::{name, segment};
use crate::cookie;
use crate::host::Scheme;

/// What the cookies are called. Browsers send them to all servers of the host, which may use them,
/// too.
const NAME: &str = "pm_name";
const LOOK: &str = "pm_look";

/// For a year, in seconds.
const LASTS: i64 = 365 * 24 * 3600;

/// What somebody chose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Preferences {
    name: Option<Arc<str>>,
    look: Look,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Look {
    /// As the system is.
    #[default]
    System,
    Light,
    Dark,
}

impl Preferences {
    pub(crate) fn new(name: Option<Label>, look: Look) -> Self {
        let name = name.map(|name| name.as_str().into());
        Self { name, look }
    }

    /// What the cookies of a request say; what cannot be read was not chosen.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut chosen = Self::default();
        for (key, value) in cookie::pairs(headers) {
            match key {
                NAME => chosen.name = own_name(value),
                LOOK => chosen.look = Look::of(value).unwrap_or_default(),
                _ => {}
            }
        }
        chosen
    }

    /// The name that somebody gave, if they did.
    pub(crate) fn name(&self) -> Option<&Arc<str>> {
        self.name.as_ref()
    }

    pub(crate) fn look(&self) -> Look {
        self.look
    }

    /// The headers that have a browser keep them.
    pub(crate) fn cookies(&self, scheme: Scheme) -> impl Iterator<Item = HeaderValue> {
        let name = self.name.as_deref().map(segment).unwrap_or_default();
        let pairs = [(NAME, name), (LOOK, self.look.as_str().to_owned())];
        pairs.into_iter().filter_map(move |(key, value)| {
            // A cookie without a value is to be forgotten.
            let seconds = if value.is_empty() { 0 } else { LASTS };
            cookie::kept(key, &value, seconds, scheme)
        })
    }
}

/// A name as a cookie has it, if it is one.
fn own_name(value: &str) -> Option<Arc<str>> {
    let name: Label = name(value).parse().ok()?;
    Some(name.as_str().into())
}

impl Look {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The look of this word.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|look| look.as_str() == word)
    }

    /// Its word; empty for that of the system.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[cfg(test)]
mod tests {
    use http::header;

    use super::*;

    fn of(cookies: &str) -> Preferences {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookies.parse().unwrap());
        Preferences::of(&headers)
    }

    #[test]
    fn what_was_chosen_comes_back() {
        let chosen = Preferences::new(Some("Änne; x=y".parse().unwrap()), Look::Dark);
        let cookies: Vec<HeaderValue> = chosen.cookies(Scheme::Http).collect();
        let pairs = cookies
            .iter()
            .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
        let sent = pairs.collect::<Vec<_>>().join("; ");
        assert_eq!(sent, "pm_name=%C3%84nne%3B%20x%3Dy; pm_look=dark");
        assert_eq!(of(&format!("a=b; {sent}")), chosen);
    }

    #[test]
    fn what_nobody_could_choose_is_as_if_nobody_had() {
        for cookies in [
            "",
            "pm_name=",
            "pm_name=%0A; pm_look=pink",
            "pm_name=%E2%80%AE",
        ] {
            assert_eq!(of(cookies), Preferences::default(), "{cookies}");
        }
        let forgotten = Preferences::default()
            .cookies(Scheme::Https)
            .next()
            .unwrap();
        assert!(
            forgotten
                .to_str()
                .unwrap()
                .starts_with("pm_name=; Path=/; Max-Age=0; ")
        );
    }
}
