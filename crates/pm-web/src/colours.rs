//! The colours of code, found in pieces of so many lines: a page shows those that are known, and the
//! others as soon as they are found. Colours are a help to the eye; what takes too long stays
//! plain.

mod kind;
mod piece;

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use pm_core::SnippetName;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use syntect::parsing::{SyntaxReference, SyntaxSet};
use tokio::sync::Semaphore;
use twox_hash::XxHash3_128;

pub(crate) use self::kind::Kind;
use self::piece::{End, Piece};
pub(crate) use self::piece::{PIECE, Runs};

/// The most bytes of colours that are kept.
const KEPT_MAX: u64 = 4 << 20;

/// About how many pieces are kept, so that the cache makes room for as many.
const PIECES: usize = 1000;

/// How many threads look for colours at once.
const THREADS: usize = 2;

/// How long the colours of a piece are looked for, and how often: what a language needs is made ready
/// on the way, and the next try has it.
const MOST_TIME: Duration = Duration::from_millis(50);
const TRIES: usize = 5;

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
    /// What its name ends in, or all of the name.
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

    pub(crate) fn content(&self) -> &'a str {
        self.content
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
    /// The colours for somebody else, who is not to tell by them what others look at: an eighth as
    /// many are kept, and the threads are shared.
    pub(crate) fn of_another(&self) -> Self {
        let known = Cache::with_weighter(PIECES / 8, KEPT_MAX / 8, Weight);
        Self {
            known: Arc::new(known),
            ..self.clone()
        }
    }

    pub(crate) fn new() -> Self {
        Self {
            known: Arc::new(Cache::with_weighter(PIECES, KEPT_MAX, Weight)),
            turns: Arc::new(Semaphore::new(THREADS)),
            most_time: MOST_TIME,
        }
    }

    /// The colours of lines of one piece from one on, counted from 0, if they are known.
    pub(crate) fn of_lines(&self, code: &Code<'_>, first: usize) -> Option<Vec<Runs>> {
        let piece = self.known.get(&code.key(first / PIECE))?;
        Some(piece.lines.iter().skip(first % PIECE).cloned().collect())
    }

    /// Begins to find the colours of the piece that a line is in, so that they are known soon after its
    /// lines are seen.
    pub(crate) fn begin(&self, (name, content): (&SnippetName, &str), line: usize) {
        // Outside of a runtime nobody asks for them.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (colours, name, content) = (self.clone(), name.clone(), content.to_owned());
            runtime.spawn(async move { colours.find(name, content, line).await });
        }
    }

    /// Finds the colours of the piece that a line is in, counted from 0, when its turn has come, on
    /// a thread that may take its time.
    pub(crate) async fn find(&self, name: SnippetName, content: String, line: usize) {
        // The semaphore is never closed.
        let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else {
            return;
        };
        let colours = self.clone();
        let find = move || {
            let _turn = turn;
            colours.find_now(&Code::new(&name, &content), line / PIECE);
        };
        if let Err(error) = tokio::task::spawn_blocking(find).await {
            tracing::error!(%error, "the colours of some code were not found");
        }
    }

    /// Finds them at once, which takes its time.
    fn find_now(&self, code: &Code<'_>, wanted: usize) {
        let language = code.language();
        // What a piece begins in, such as a comment, was found at the end of the one before.
        let mut begin = wanted;
        let mut before = None;
        while begin > 0 && wanted - begin < IN_FRONT {
            begin -= 1;
            if let Some(piece) = self.known.get(&code.key(begin)) {
                (before, begin) = (Some(piece), begin + 1);
                break;
            }
        }
        let mut lines = code.content.lines().skip(begin * PIECE);
        for place in begin..=wanted {
            let lines: Vec<&str> = lines.by_ref().take(PIECE).collect();
            let state = before.as_deref().and_then(Piece::end);
            let find =
                || Ok::<_, Infallible>(Arc::new(self.piece(&lines, language, state.as_ref())));
            // Whoever asks for a piece that is being found waits for it, and has it a moment before
            // it can be looked up.
            let key = code.key(place);
            let Ok(piece) = self.known.get_or_insert_with(&key, find);
            if self.known.peek(&key).is_none() {
                self.known.insert(key, Arc::clone(&piece));
            }
            before = Some(piece);
        }
    }

    /// The colours of the lines of a piece, with what the one before ended in.
    fn piece(
        &self,
        lines: &[&str],
        language: Option<&SyntaxReference>,
        state: Option<&End>,
    ) -> Piece {
        let found = || {
            let lines = lines.iter().copied();
            Piece::find(
                lines,
                language,
                state.cloned(),
                (&LANGUAGES, self.most_time),
            )
        };
        let mut piece = found();
        for _ in 1..TRIES {
            if !piece.is_whole(language) {
                piece = found();
            }
        }
        piece
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUST: &str = "// Next.\nfn next(&mut self) -> u32 {\n    \"a\"\n}\n";

    async fn found(name: &str, content: &str, first: usize) -> Vec<Runs> {
        // However long it takes here.
        let colours = Colours {
            most_time: Duration::MAX,
            ..Colours::new()
        };
        let name: SnippetName = name.parse().unwrap();
        let code = Code::new(&name, content);
        assert_eq!(colours.of_lines(&code, first), None);
        colours.find(name.clone(), content.to_owned(), first).await;
        colours.of_lines(&code, first).unwrap()
    }

    #[tokio::test]
    async fn code_is_coloured_by_the_language_of_its_name() {
        let lines = found("src/tokens.rs", RUST, 0).await;
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
        let lines = found("notes", "a // b\n\"c\"\n", 0).await;
        assert!(lines.iter().all(|line| line.is_empty()), "{lines:?}");
    }

    #[tokio::test]
    async fn a_piece_begins_in_what_the_one_before_ended_in() {
        let lines = "x\n".repeat(PIECE);
        let content = format!("/*\n{lines}{lines}*/\nfn f() {{}}\n");
        let last = 2 * PIECE;
        let found = found("a.rs", &content, last).await;
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
        let lines = found("a.rs", &content, 0).await;
        let is_plain: Vec<bool> = lines.iter().map(|line| line.is_empty()).collect();
        assert_eq!(is_plain, [false, true, false]);
    }
}
