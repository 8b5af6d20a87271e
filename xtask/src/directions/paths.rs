//! The paths to modules that a Rust source holds, found by its tokens: enough for sources that
//! rustfmt has written, and no parser.

/// A path that begins at the crate's root, and its line, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    /// Whether it stands in a `use`, which gives its end another place as well.
    pub(super) is_used: bool,
    /// Whether that `use` also passes it on to others.
    pub(super) is_passed_on: bool,
}

/// One word or sign of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token<'a> {
    text: &'a str,
    line: usize,
}

/// The paths in a source that start with `crate`, `super` or `self`, and in its `use`s also those
/// that start with one of `children`. `module` is the module of the source, from the root.
pub(super) fn paths(source: &str, module: &[String], children: &[String]) -> Vec<Path> {
    let tokens = tokens(production(source));
    let mut paths = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
        let text = |back: usize| before(back).map_or("", |token| token.text);
        let is_visibility = text(1) == "(" && text(2) == "pub" || text(1) == "in";
        let in_use = text(1) == "use";
        let is_public = in_use && (text(2) == "pub" || text(2) == ")");
        let is_child = in_use && children.iter().any(|child| child == token.text);
        let starts = ["crate", "super", "self"].contains(&token.text) && text(1) != "::";
        let is_path = tokens.get(at + 1).is_some_and(|next| next.text == "::");
        if !is_visibility && is_path && (starts || is_child) {
            let mut reader = Reader {
                tokens: &tokens,
                at,
                ends: Vec::new(),
            };
            reader.tree(&[]);
            let found = reader.ends.into_iter().filter_map(|(segments, line)| {
                let segments = from_root(&segments, module)?;
                Some(Path {
                    segments,
                    line,
                    is_used: in_use,
                    is_passed_on: is_public,
                })
            });
            paths.extend(found);
            at = reader.at.max(at + 1);
        } else {
            at += 1;
        }
    }
    paths
}

/// The source without the tests at its end.
fn production(source: &str) -> &str {
    let tests = source.match_indices("#[cfg(test)]\n").find(|(at, mark)| {
        let rest = source.get(at + mark.len()..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        line.contains("mod ") && line.ends_with('{')
    });
    let end = tests.map_or(source.len(), |(at, _)| at);
    source.get(..end).unwrap_or_default()
}

/// A path from the crate's root; `None` where it leads out of that.
fn from_root(segments: &[String], module: &[String]) -> Option<Vec<String>> {
    let mut place: Vec<String> = module.to_vec();
    let mut rest = segments.iter().peekable();
    match segments.first()?.as_str() {
        "crate" => {
            place.clear();
            rest.next();
        }
        "self" => {
            rest.next();
        }
        _ => {}
    }
    while rest.next_if(|segment| *segment == "super").is_some() {
        place.pop()?;
    }
    place.extend(rest.filter(|segment| *segment != "self").cloned());
    Some(place)
}

/// Reads a path, with its groups where it is that of a `use`.
struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    ends: Vec<(Vec<String>, usize)>,
}

impl Reader<'_> {
    fn text(&self) -> &str {
        self.tokens.get(self.at).map_or("", |token| token.text)
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.line)
    }

    fn tree(&mut self, prefix: &[String]) {
        let mut segments = prefix.to_vec();
        loop {
            let line = self.line();
            match self.text() {
                "{" => {
                    self.at += 1;
                    while !["}", ""].contains(&self.text()) {
                        if self.text() == "," {
                            self.at += 1;
                        } else {
                            let before = self.at;
                            self.tree(&segments);
                            self.at = self.at.max(before + 1);
                        }
                    }
                    self.at += 1;
                    return;
                }
                word if is_word(word) || word == "*" => {
                    if word != "*" {
                        segments.push(word.to_owned());
                    }
                    self.at += 1;
                    if self.text() == "::" {
                        self.at += 1;
                    } else {
                        if self.text() == "as" {
                            self.at += 2;
                        }
                        self.ends.push((segments, line));
                        return;
                    }
                }
                // What follows in angle brackets, such as `::<T>`, is no part of the path.
                _ => {
                    self.ends.push((segments, line));
                    return;
                }
            }
        }
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The words and signs of a source, without comments and texts.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => string(rest),
            'r' | 'b' if raw_string(rest).is_some() => raw_string(rest).unwrap_or(1),
            '\'' => character(rest),
            ':' if rest.starts_with("::") => 2,
            c if c.is_alphabetic() || c == '_' => rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (text, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let is_token = !first.is_whitespace()
            && !["//", "/*", "\"", "'"]
                .iter()
                .any(|start| text.starts_with(start));
        if is_token && !text.contains('"') {
            tokens.push(Token { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    tokens
}

/// The length of a text in quotation marks.
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a text such as `r#"…"#`; `None` where there is none.
fn raw_string(rest: &str) -> Option<usize> {
    let marks = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let text = marks.trim_start_matches('#');
    let count = marks.len() - text.len();
    let inner = text.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(count));
    let start = rest.len() - inner.len();
    Some(
        inner
            .find(&end)
            .map_or(rest.len(), |at| start + at + end.len()),
    )
}

/// The length of a character in its marks, or of the mark of a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let inner = rest.get(3..).unwrap_or_default();
            inner.find('\'').map_or(rest.len(), |at| at + 4)
        }
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        let module = ["store".to_owned(), "slot".to_owned()];
        let paths = paths(source, &module, &["queue".to_owned()]);
        let shown = |path: &Path| format!("{} {}", path.line, path.segments.join("::"));
        paths.iter().map(shown).collect()
    }

    #[test]
    fn uses_are_read_with_their_groups() {
        let source = "use super::{a::B, c::{self, D as E}, f::*};\nuse crate::Error;\npub use queue::Q;\nuse std::fmt;\n";
        let expected = [
            "1 store::a::B",
            "1 store::c",
            "1 store::c::D",
            "1 store::f",
            "2 Error",
            "3 store::slot::queue::Q",
        ];
        assert_eq!(found(source), expected);
    }

    #[test]
    fn paths_in_code_are_read_wherever_they_stand() {
        let source = "fn a() {\n    super::place::put(self.x);\n    let b = crate::store::Y::<u8>::z();\n}\n";
        assert_eq!(found(source), ["2 store::place::put", "3 store::Y"]);
        let used = |source| paths(source, &[], &[]).iter().any(|path| path.is_used);
        assert!(!used(source) && used("use crate::a::B;\n"));
    }

    #[test]
    fn visibilities_texts_comments_and_tests_hold_no_paths() {
        let source = "pub(in super::super) fn a() {} // super::x::y\nconst B: &str = \"super::b\\\"::c\";\nconst C: &str = r#\"super::\"b\"#; /* super::d */ const D: char = '\"'; fn e<'a>(b: super::E) {}\npub(crate) struct F;\n#[cfg(test)]\nmod tests {\n    use super::g::H;\n}\n";
        assert_eq!(found(source), ["3 store::E"]);
    }
}
