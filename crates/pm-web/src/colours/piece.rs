//! The colours of a piece of code.

use std::time::{Duration, Instant};

use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

use super::Kind;

/// How many lines a piece has.
pub(crate) const PIECE: usize = 400;

/// The longest line that is looked at, in bytes: the time that one takes grows with its length.
const LINE_MAX: usize = 2000;

/// What an end of a piece is taken to weigh, in bytes.
const END_WEIGHT: u64 = 2000;

/// The colours of a line: its parts in order, each with what it is and how many bytes it has. Empty
/// if all of the line is plain.
pub(crate) type Runs = Box<[(Option<Kind>, usize)]>;

/// The colours of a piece of code.
pub(super) struct Piece {
    pub(super) lines: Vec<Runs>,
    end: Option<End>,
}

/// What a piece ends in.
#[derive(Clone)]
pub(super) struct End {
    state: ParseState,
    scopes: ScopeStack,
}

impl Piece {
    /// Finds the colours of these lines, for `most_time` at most; `begin` is what the lines before
    /// them ended in. If the language is not known, all is plain.
    pub(super) fn find<'a>(
        lines: impl Iterator<Item = &'a str>,
        language: Option<&SyntaxReference>,
        begin: Option<End>,
        (languages, most_time): (&SyntaxSet, Duration),
    ) -> Self {
        let start = Instant::now();
        let fresh = || {
            Some(End {
                state: ParseState::new(language?),
                scopes: ScopeStack::new(),
            })
        };
        let mut end = begin.or_else(fresh);
        let colour = |line: &str| {
            if start.elapsed() > most_time {
                // What the next lines would stand in, nobody knows any more.
                end = None;
            }
            let runs = match &mut end {
                Some(end) if line.len() <= LINE_MAX => end.colour(line, languages),
                _ => Vec::new(),
            };
            runs.into_boxed_slice()
        };
        Self {
            lines: lines.map(colour).collect(),
            end,
        }
    }

    /// Whether its colours were found to its end, as far as there are any.
    pub(super) fn is_whole(&self, language: Option<&SyntaxReference>) -> bool {
        self.end.is_some() || language.is_none()
    }

    pub(super) fn end(&self) -> Option<End> {
        self.end.clone()
    }

    /// About how many bytes of memory it takes.
    pub(super) fn weight(&self) -> u64 {
        let runs: usize = self.lines.iter().map(|line| line.len() + 1).sum();
        END_WEIGHT + u64::try_from(runs).unwrap_or(u64::MAX).saturating_mul(16)
    }
}

impl End {
    /// The colours of the next line.
    fn colour(&mut self, line: &str, languages: &SyntaxSet) -> Vec<(Option<Kind>, usize)> {
        let whole = format!("{line}\n");
        let Ok(steps) = self.state.parse_line(&whole, languages) else {
            return Vec::new();
        };
        let mut runs: Vec<(Option<Kind>, usize)> = Vec::new();
        let mut at = 0;
        let mut go = |to: usize, scopes: &ScopeStack| {
            let bytes = to.min(line.len()).saturating_sub(at);
            at += bytes;
            let kind = Kind::of(scopes);
            match runs.last_mut() {
                _ if bytes == 0 => {}
                Some((last, length)) if *last == kind => *length += bytes,
                _ => runs.push((kind, bytes)),
            }
        };
        for (place, step) in &steps {
            go(*place, &self.scopes);
            // If a language contradicts itself, the scopes are as good as they were.
            let _ = self.scopes.apply(step);
        }
        go(line.len(), &self.scopes);
        match runs.as_slice() {
            [(None, _)] => Vec::new(),
            _ => runs,
        }
    }
}
