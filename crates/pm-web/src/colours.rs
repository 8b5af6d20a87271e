//! The colours of code, found in pieces of so many lines: a page shows those that are known, and the
//! others when they were found. Colours are a help to the eye; what takes too long stays plain.

mod kind;
mod piece;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use pm_core::SnippetName;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use syntect::parsing::{SyntaxReference, SyntaxSet};
use tokio::sync::Semaphore;
use twox_hash::XxHash3_128;

pub(crate) use self::kind::Kind;
pub(crate) use self::piece::Runs;
use self::piece::{PIECE, Piece};

/// The most bytes of colours that are kept.
const KEPT_MAX: u64 = 4 << 20;

/// How many pieces are kept about, for the cache to make room for them.
const PIECES: usize = 1000;

/// How many threads look for colours at once.
const THREADS: usize = 2;

/// How long the colours of a piece are looked for, and how often: what a language needs is made ready
/// on the way, which is not to be done again.
const MOST_TIME: Duration = Duration::from_millis(50);
const TRIES: usize = 3;

/// How many pieces in front of one are gone through to begin it rightly.
const IN_FRONT: usize = 8;

/// All languages; they are read when the first code is shown.
static LANGUAGES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// The colours that were found.
#[derive(Clone)]
pub(crate) struct Colours {
    known: Arc<Cache<Key, Arc<Piece>, Weight>>,
    turns: Arc<Semaphore>,
    most_time: Duration,
}

/// Some code, as far as its colours depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code<'a> {
    content: &'a str,
    /// What its name ends in, or all of it.
    ending: &'a str,
    checksum: u128,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    checksum: u128,
    ending: Box<str>,
    place: usize,
}

/// What a piece takes of the memory.
#[derive(Debug, Clone, Copy)]
struct Weight;

impl Weighter<Key, Arc<Piece>> for Weight {
    fn weight(&self, _: &Key, piece: &Arc<Piece>) -> u64 {
        piece.weight()
    }
}

impl<'a> Code<'a> {
    pub(crate) fn new(name: &'a SnippetName, content: &'a str) -> Self {
        let name = name.as_str();
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        Self {
            content,
            ending: file.rsplit('.').next().unwrap_or(file),
            checksum: XxHash3_128::oneshot(content.as_bytes()),
        }
    }

    fn key(&self, place: usize) -> Key {
        Key {
            checksum: self.checksum,
            ending: self.ending.into(),
            place,
        }
    }

    fn language(&self) -> Option<&'static SyntaxReference> {
        let by_name = LANGUAGES.find_syntax_by_token(self.ending);
        let language = by_name.or_else(|| LANGUAGES.find_syntax_by_first_line(self.content));
        language.filter(|found| found.name != "Plain Text")
    }
}

impl Colours {
    pub(crate) fn new() -> Self {
        Self {
            known: Arc::new(Cache::with_weighter(PIECES, KEPT_MAX, Weight)),
            turns: Arc::new(Semaphore::new(THREADS)),
            most_time: MOST_TIME,
        }
    }

    /// The colours of so many lines from one on, counted from 0, as far as they are known without
    /// a gap.
    pub(crate) fn of_lines(&self, code: &Code<'_>, first: usize, number: usize) -> Vec<Runs> {
        let mut lines = Vec::new();
        while lines.len() < number {
            let next = first + lines.len();
            let Some(piece) = self.known.get(&code.key(next / PIECE)) else {
                break;
            };
            let skipped = next % PIECE;
            let wanted = (PIECE - skipped).min(number - lines.len());
            let end = lines.len() + wanted;
            lines.extend(piece.lines.iter().skip(skipped).take(wanted).cloned());
            // What took too long stays plain.
            lines.resize_with(end, Runs::default);
        }
        lines
    }

    /// How many of so many lines are looked for at once, so that a reader soon sees some: those of
    /// the first piece, and then the rest.
    pub(crate) fn at_once(known: usize, first: usize, number: usize) -> usize {
        match known {
            0 => number.min(PIECE - first % PIECE),
            known => number - known,
        }
    }

    /// Finds the colours of so many lines, when it is this one's turn, on a thread that may take its
    /// time.
    pub(crate) async fn find(
        &self,
        name: SnippetName,
        content: String,
        first: usize,
        number: usize,
    ) {
        // It is never closed.
        let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else {
            return;
        };
        let colours = self.clone();
        let find = move || {
            let _turn = turn;
            colours.find_now(&Code::new(&name, &content), first, number);
        };
        if let Err(error) = tokio::task::spawn_blocking(find).await {
            tracing::error!(%error, "the colours of some code were not found");
        }
    }

    /// What takes its time.
    fn find_now(&self, code: &Code<'_>, first: usize, number: usize) {
        let (from, to) = (first / PIECE, (first + number.saturating_sub(1)) / PIECE);
        let language = code.language();
        // What a piece begins in, such as a comment, was found at the end of the one before.
        let mut begin = from;
        let mut before = None;
        while begin > 0 && from - begin < IN_FRONT {
            begin -= 1;
            if let Some(piece) = self.known.get(&code.key(begin)) {
                (before, begin) = (Some(piece), begin + 1);
                break;
            }
        }
        let mut lines = code.content.lines().skip(begin * PIECE);
        for place in begin..=to {
            let key = code.key(place);
            let piece = if let Some(piece) = self.known.get(&key) {
                lines.by_ref().take(PIECE).for_each(drop);
                piece
            } else {
                let state = before.as_deref().and_then(Piece::end);
                let lines: Vec<&str> = lines.by_ref().take(PIECE).collect();
                let found = || {
                    let lines = lines.iter().copied();
                    Piece::find(lines, language, state.clone(), (&LANGUAGES, self.most_time))
                };
                let mut piece = found();
                for _ in 1..TRIES {
                    if !piece.is_whole(language) {
                        piece = found();
                    }
                }
                let piece = Arc::new(piece);
                self.known.insert(key, Arc::clone(&piece));
                piece
            };
            before = Some(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUST: &str = "// Next.\nfn next(&mut self) -> u32 {\n    \"a\"\n}\n";

    async fn found(name: &str, content: &str, first: usize, number: usize) -> Vec<Runs> {
        // However long it takes here.
        let colours = Colours {
            most_time: Duration::MAX,
            ..Colours::new()
        };
        let name: SnippetName = name.parse().unwrap();
        let code = Code::new(&name, content);
        assert!(colours.of_lines(&code, first, number).is_empty());
        colours
            .find(name.clone(), content.to_owned(), first, number)
            .await;
        let lines = colours.of_lines(&code, first, number);
        assert_eq!(lines.len(), number);
        lines
    }

    #[tokio::test]
    async fn the_first_piece_is_shown_before_the_rest_is_found() {
        let content = "let a = 1;\n".repeat(2 * PIECE + 10);
        let name: SnippetName = "a.rs".parse().unwrap();
        let code = Code::new(&name, &content);
        let colours = Colours::new();
        let (first, number) = (PIECE - 3, PIECE + 8);
        let mut steps = Vec::new();
        loop {
            let known = colours.of_lines(&code, first, number).len();
            if known == number {
                break;
            }
            let at_once = Colours::at_once(known, first, number);
            steps.push(at_once);
            let content = content.clone();
            colours
                .find(name.clone(), content, first + known, at_once)
                .await;
        }
        assert_eq!(steps, [3, PIECE + 5]);
    }

    #[tokio::test]
    async fn code_is_coloured_by_the_language_of_its_name() {
        let lines = found("src/tokens.rs", RUST, 0, 4).await;
        let shown = |line: usize| {
            let text = RUST.lines().nth(line).unwrap();
            let mut at = 0;
            let runs = lines.get(line).unwrap().iter().map(|(kind, bytes)| {
                at += bytes;
                (*kind, &text[at - bytes..at])
            });
            runs.filter_map(|(kind, text)| Some((kind?, text)))
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(0), [(Kind::Comment, "// Next.")]);
        assert!(shown(1).contains(&(Kind::Keyword, "fn")), "{:?}", shown(1));
        assert!(shown(1).contains(&(Kind::Function, "next")));
        assert_eq!(shown(2), [(Kind::Text, "\"a\"")]);
    }

    #[tokio::test]
    async fn a_text_of_no_known_language_is_plain() {
        let lines = found("notes", "a // b\n\"c\"\n", 0, 2).await;
        assert!(lines.iter().all(|line| line.is_empty()), "{lines:?}");
    }

    #[tokio::test]
    async fn a_piece_begins_in_what_the_one_before_ended_in() {
        let lines = "x\n".repeat(PIECE);
        let content = format!("/*\n{lines}{lines}*/\nfn f() {{}}\n");
        let last = 2 * PIECE;
        let found = found("a.rs", &content, last, 3).await;
        let kinds: Vec<_> = found
            .iter()
            .map(|line| line.first().and_then(|run| run.0))
            .collect();
        let comment = Some(Kind::Comment);
        assert_eq!(kinds, [comment, comment, Some(Kind::Keyword)]);
    }

    #[tokio::test]
    async fn long_lines_stay_plain_and_harm_no_others() {
        let content = format!("fn a() {{}}\n{}\nfn b() {{}}\n", "\"x\" ".repeat(30_000));
        let lines = found("a.rs", &content, 0, 3).await;
        let is_plain: Vec<bool> = lines.iter().map(|line| line.is_empty()).collect();
        assert_eq!(is_plain, [false, true, false]);
    }
}
