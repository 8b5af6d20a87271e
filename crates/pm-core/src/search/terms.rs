//! Whether a text holds what is looked for, at which place, and how well.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::fold::{fold, unfolded};

/// The words that are looked for.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    /// Each word by itself; empty if there is just one.
    words: Vec<Regex>,
    /// All of them, one behind the other.
    phrase: Regex,
}

/// How well a text fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is what is looked for, and nothing else.
    Whole,
    /// The words stand in it, one behind the other.
    Phrase,
    /// The words stand in it, one behind the other, and begin or end within a word.
    PartOfPhrase,
    /// The words stand in it somewhere.
    Words,
    /// The words stand in it somewhere, some of them within words.
    PartsOfWords,
    /// They stand in several texts of one thing.
    Apart,
}

impl Terms {
    pub(super) fn new(words: &[&str]) -> Result<Self, regex::Error> {
        let escaped: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
        let words = match escaped.as_slice() {
            [_] => Vec::new(),
            several => several
                .iter()
                .map(|word| regex(word))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self {
            words,
            phrase: regex(&escaped.join(r"\s+"))?,
        })
    }

    /// The place at which a text holds what is looked for, and how well.
    pub(super) fn find(&self, text: &str) -> Option<(Fit, usize)> {
        let (fit, at) = self.find_folded(&fold(text))?;
        Some((fit, unfolded(text, at.start)))
    }

    /// Whether some texts hold the words together, though none holds them all: the number of the
    /// last text that is needed, and the place in it at which it holds a word.
    pub(super) fn find_apart(&self, texts: &[&str]) -> Option<(usize, usize)> {
        if self.words.is_empty() {
            return None;
        }
        let folded: Vec<_> = texts.iter().map(|text| fold(text)).collect();
        let mut last: Option<(usize, usize)> = None;
        for word in &self.words {
            let mut places = folded.iter().enumerate();
            let (number, at) =
                places.find_map(|(number, text)| Some((number, best(word, text)?.1.start)))?;
            if last.is_none_or(|(before, _)| before < number) {
                last = Some((number, at));
            }
        }
        let (number, at) = last?;
        Some((number, unfolded(texts.get(number)?, at)))
    }

    fn find_folded(&self, text: &str) -> Option<(Fit, Range<usize>)> {
        if let Some((is_word, at)) = best(&self.phrase, text) {
            let whole = text.trim();
            let fit = match (is_word, at.len() == whole.len()) {
                (true, true) => Fit::Whole,
                (true, false) => Fit::Phrase,
                (false, _) => Fit::PartOfPhrase,
            };
            return Some((fit, at));
        }
        let mut all_words = true;
        let mut first: Option<Range<usize>> = None;
        // A single word is the phrase, and stands in no list.
        for word in &self.words {
            let (is_word, at) = best(word, text)?;
            all_words &= is_word;
            first.get_or_insert(at);
        }
        let fit = if all_words {
            Fit::Words
        } else {
            Fit::PartsOfWords
        };
        first.map(|at| (fit, at))
    }
}

/// The first place that begins where a word begins and ends where one ends, or else the first of
/// all; and whether it is one of the former.
fn best(regex: &Regex, text: &str) -> Option<(bool, Range<usize>)> {
    let mut first = None;
    for found in regex.find_iter(text) {
        let at = found.range();
        if is_word(text, &at) {
            return Some((true, at));
        }
        first.get_or_insert(at);
    }
    first.map(|at| (false, at))
}

/// Whether no word goes on beyond the ends of a place.
fn is_word(text: &str, at: &Range<usize>) -> bool {
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    let ends = |before: Option<char>, after: Option<char>| {
        !(before.is_some_and(of_word) && after.is_some_and(of_word))
    };
    let (Some(before), Some(found), Some(after)) = (
        text.get(..at.start),
        text.get(at.clone()),
        text.get(at.end..),
    ) else {
        return false;
    };
    ends(before.chars().next_back(), found.chars().next())
        && ends(found.chars().next_back(), after.chars().next())
}

fn regex(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).case_insensitive(true).build()
}
