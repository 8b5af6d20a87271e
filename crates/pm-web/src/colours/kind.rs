//! What pieces of code are, folded to as many kinds as an eye tells apart.

use std::sync::LazyLock;

use syntect::parsing::{Scope, ScopeStack};

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Comment,
    Text,
    Number,
    Keyword,
    Operator,
    Function,
    Type,
    Variable,
    Tag,
    Attribute,
    Heading,
    Wrong,
}

/// What the scopes of the languages mean, the more special ones first; `None` if other code begins
/// there.
const MEANINGS: &[(&str, Option<Kind>)] = &[
    ("comment", Some(Kind::Comment)),
    ("meta.interpolation", None),
    ("meta.embedded", None),
    ("string", Some(Kind::Text)),
    ("markup.raw", Some(Kind::Text)),
    ("constant.character.escape", Some(Kind::Number)),
    ("constant", Some(Kind::Number)),
    ("keyword.operator", Some(Kind::Operator)),
    ("keyword", Some(Kind::Keyword)),
    ("storage.type.numeric", Some(Kind::Type)),
    ("storage", Some(Kind::Keyword)),
    ("entity.name.function", Some(Kind::Function)),
    ("support.function", Some(Kind::Function)),
    ("support.macro", Some(Kind::Function)),
    ("variable.function", Some(Kind::Function)),
    ("entity.name.tag", Some(Kind::Tag)),
    ("entity.name.section", Some(Kind::Heading)),
    ("markup.heading", Some(Kind::Heading)),
    ("entity.other.attribute-name", Some(Kind::Attribute)),
    ("meta.annotation", Some(Kind::Attribute)),
    ("entity.other.inherited-class", Some(Kind::Type)),
    ("entity.name", Some(Kind::Type)),
    ("support.type", Some(Kind::Type)),
    ("support.class", Some(Kind::Type)),
    ("variable.language", Some(Kind::Variable)),
    ("variable.parameter", Some(Kind::Variable)),
    ("invalid", Some(Kind::Wrong)),
    ("source", None),
    ("text", None),
];

static SCOPES: LazyLock<Vec<(Scope, Option<Kind>)>> = LazyLock::new(|| {
    let scope = |(name, kind): &(&str, Option<Kind>)| Some((Scope::new(name).ok()?, *kind));
    MEANINGS.iter().filter_map(scope).collect()
});

impl Kind {
    /// What code is that stands in these scopes, of which the last is the innermost.
    pub(super) fn of(scopes: &ScopeStack) -> Option<Self> {
        let meaning = |scope: &Scope| SCOPES.iter().find(|(known, _)| known.is_prefix_of(*scope));
        let found = scopes.as_slice().iter().rev().find_map(meaning);
        found.and_then(|(_, kind)| *kind)
    }

    /// Its class in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Comment => "c",
            Self::Text => "s",
            Self::Number => "d",
            Self::Keyword => "k",
            Self::Operator => "o",
            Self::Function => "f",
            Self::Type => "t",
            Self::Variable => "v",
            Self::Tag => "g",
            Self::Attribute => "a",
            Self::Heading => "h",
            Self::Wrong => "e",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_is_of_a_scope() {
        assert_eq!(SCOPES.len(), MEANINGS.len());
    }

    #[test]
    fn the_innermost_scope_that_means_something_counts() {
        for (scopes, kind) in [
            (
                "source.rust string.quoted punctuation.definition",
                Some(Kind::Text),
            ),
            ("source.js string.template meta.interpolation.js", None),
            ("text.html source.css", None),
            (
                "source.rust keyword.operator.arithmetic",
                Some(Kind::Operator),
            ),
            (
                "source.rust meta.function entity.name.function",
                Some(Kind::Function),
            ),
        ] {
            let stack: ScopeStack = scopes.parse().unwrap();
            assert_eq!(Kind::of(&stack), kind, "{scopes}");
        }
    }
}
