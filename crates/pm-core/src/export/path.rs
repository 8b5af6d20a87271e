//! A relative path that means the same file on every platform.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

/// The longest name of a file or directory, in bytes: what nearly all file systems allow.
const MAX_COMPONENT_BYTES: usize = 255;

/// The longest path, in bytes.
const MAX_PATH_BYTES: usize = 1024;

/// What no name on Windows holds.
const FORBIDDEN: &[char] = &['<', '>', ':', '"', '|', '?', '*'];

/// The names of devices on Windows, whatever follows them behind a dot; `COM` and `LPT` with a
/// digit are devices as well.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A path of names below some directory, at least one: relative, without `..`, and such that no
/// platform takes it for anything but a file of this name. A parsed one has 1,024 bytes at most,
/// and each name in it 255.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportPath(Vec<String>);

/// Why a text cannot be the path of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathProblem {
    /// It names nothing.
    #[error("it names no file")]
    Blank,
    /// It begins at the root of a file system or a drive.
    #[error("it is not relative")]
    Absolute,
    /// It leads to the directory above.
    #[error("it leads out of the directory with \"..\"")]
    Parent,
    /// It holds a character that not every file system has in names.
    #[error("no file name may hold {0:?}")]
    Character(char),
    /// A name in it ends with a dot or a space, which Windows drops.
    #[error("a name in it ends with a dot or a space")]
    Ending,
    /// A name in it is that of a device or of the insides of a repository.
    #[error("{0:?} is a reserved name")]
    Reserved(String),
    /// It or a name in it is too long.
    #[error("it is too long for a file name")]
    TooLong,
}

impl ExportPath {
    /// The names on the way, the last one that of the file.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// The path below `directory`.
    pub fn below(&self, directory: &Self) -> Self {
        Self(directory.0.iter().chain(&self.0).cloned().collect())
    }

    /// The first name in it that begins with a dot, even if that stands behind characters that
    /// nobody sees.
    pub(super) fn hidden_name(&self) -> Option<&str> {
        let mut names = self.0.iter().map(String::as_str);
        names.find(|name| name.chars().find(|c| is_kept(*c)) == Some('.'))
    }

    /// The path in a form that is equal for all paths that some file system takes for the same.
    pub(super) fn folded(&self) -> String {
        let path = self.to_string();
        path.nfkc()
            .collect::<String>()
            .to_uppercase()
            .to_lowercase()
    }
}

impl FromStr for ExportPath {
    type Err = PathProblem;

    /// Reads a path with `/` or `\` between its names; spaces around it do not count.
    fn from_str(text: &str) -> Result<Self, PathProblem> {
        let text = text.trim();
        if text.starts_with(['/', '\\']) || has_drive(text) {
            return Err(PathProblem::Absolute);
        }
        let mut names = Vec::new();
        for name in text.split(['/', '\\']) {
            match name {
                "" | "." => {}
                ".." => return Err(PathProblem::Parent),
                name => names.push(check(name)?.to_owned()),
            }
        }
        if names.is_empty() || text.ends_with(['/', '\\']) {
            return Err(PathProblem::Blank);
        }
        if text.len() > MAX_PATH_BYTES {
            return Err(PathProblem::TooLong);
        }
        Ok(Self(names))
    }
}

impl fmt::Display for ExportPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

fn has_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic())
}

fn check(name: &str) -> Result<&str, PathProblem> {
    if let Some(character) = name
        .chars()
        .find(|c| c.is_control() || FORBIDDEN.contains(c))
    {
        return Err(PathProblem::Character(character));
    }
    if name.len() > MAX_COMPONENT_BYTES {
        return Err(PathProblem::TooLong);
    }
    if name.ends_with(['.', ' ']) {
        return Err(PathProblem::Ending);
    }
    if is_reserved(name) {
        return Err(PathProblem::Reserved(name.to_owned()));
    }
    Ok(name)
}

/// Whether a character counts in a name: macOS leaves out what cannot be seen.
fn is_kept(character: char) -> bool {
    !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether a name means a device to Windows, or what Git runs programs from.
fn is_reserved(name: &str) -> bool {
    // Compatibility forms count: Windows takes `COM¹` for a device, too.
    let name: String = name
        .nfkc()
        .filter(|c| is_kept(*c))
        .collect::<String>()
        .to_lowercase();
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let is_port = |stem: &str| {
        let number = stem
            .strip_prefix("com")
            .or_else(|| stem.strip_prefix("lpt"));
        number.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']))
    };
    DEVICES.contains(&stem) || is_port(stem) || name == ".git" || name.starts_with("git~")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Result<String, PathProblem> {
        text.parse::<ExportPath>().map(|path| path.to_string())
    }

    #[test]
    fn a_name_is_a_path() {
        for (name, expected) in [
            ("main.rs", "main.rs"),
            (" src/main.rs ", "src/main.rs"),
            ("src\\bin\\tool.rs", "src/bin/tool.rs"),
            ("./a//b/./c", "a/b/c"),
            ("..hidden/...x", "..hidden/...x"),
            (".gitignore", ".gitignore"),
            ("Überblick 2.md", "Überblick 2.md"),
            ("console.log", "console.log"),
            ("com", "com"),
            ("com10", "com10"),
        ] {
            assert_eq!(path(name).as_deref(), Ok(expected), "{name}");
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        use PathProblem::{Absolute, Blank, Character, Ending, Parent, TooLong};
        for (name, problem) in [
            ("", Blank),
            (" . ", Blank),
            ("src/", Blank),
            ("/etc/passwd", Absolute),
            ("\\\\server\\share", Absolute),
            ("\\x", Absolute),
            ("C:\\x", Absolute),
            ("c:x", Absolute),
            ("..", Parent),
            ("a/../../b", Parent),
            ("a\\..\\b", Parent),
            ("a\0b", Character('\0')),
            ("a\nb", Character('\n')),
            ("ab:stream", Character(':')),
            ("what?.rs", Character('?')),
            ("a./b", Ending),
            ("a /b", Ending),
            ("... ", Ending),
        ] {
            assert_eq!(path(name), Err(problem), "{name:?}");
        }
        assert_eq!(path(&"x".repeat(256)), Err(TooLong));
        assert_eq!(path("x/".repeat(600).trim_end_matches('/')), Err(TooLong));
    }

    #[test]
    fn a_name_that_begins_with_a_dot_is_hidden_wherever_it_stands() {
        let hidden = |text: &str| {
            let path: ExportPath = text.parse().unwrap();
            path.hidden_name().map(str::to_owned)
        };
        for (text, name) in [
            (".bashrc", ".bashrc"),
            (".ssh/authorized_keys", ".ssh"),
            ("app/.vscode/tasks.json", ".vscode"),
            ("src\\.env", ".env"),
            ("..hidden/x", "..hidden"),
            ("\u{200c}.profile", "\u{200c}.profile"),
        ] {
            assert_eq!(hidden(text).as_deref(), Some(name), "{text}");
        }
        assert_eq!(hidden("./src/main.rs"), None);
        assert_eq!(hidden("a.b/c.".trim_end_matches('.')), None);
    }

    #[test]
    fn reserved_names_are_refused() {
        for name in [
            "nul",
            "CON.txt",
            "src/aux.rs",
            "com1",
            "LPT9.tar.gz",
            "COM¹",
            "conout$",
            "con .x",
            ".git/config",
            "a/.GIT/hooks/x",
            "GIT~1",
            ".g\u{200c}it/x",
        ] {
            assert!(
                matches!(path(name), Err(PathProblem::Reserved(_))),
                "{name}"
            );
        }
    }
}
