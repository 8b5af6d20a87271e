//! Paths the way people write them in a configuration that no shell reads: `~/notes`.

use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

/// Reads the path of an option: `~` is the home directory, alone and in front of a separator.
///
/// Every option that takes a path is read with it, since a client's configuration knows no shell
/// that would have done so, and a directory called `~` is never meant.
pub fn path_parser() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| at_home(path, home()))
}

/// The home directory; a variable `HOME` that names none is the same as its absence.
fn home() -> Option<PathBuf> {
    etcetera::home_dir().ok().filter(|home| home.is_absolute())
}

/// Why a path is not taken as it is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum PathProblem {
    #[error("no home directory is known that ~ could stand for; write the whole path")]
    NoHome,
    #[error(
        "~ stands for your own home directory only; write the whole path, or ./{0} for a \
         directory of this name"
    )]
    HomeOfAnother(String),
    #[error(
        "{0} is a variable, which only a shell fills in; write the whole path, or one that \
         begins with ~/ for your home directory"
    )]
    Variable(String),
}

/// Puts `home` in the place of a leading `~`, and refuses what only a shell could make sense of.
fn at_home(path: PathBuf, home: Option<PathBuf>) -> Result<PathBuf, PathProblem> {
    let Some(first) = path.iter().next().and_then(|first| first.to_str()) else {
        return Ok(path);
    };
    if first == "~" {
        let home = home.ok_or(PathProblem::NoHome)?;
        let rest = path.strip_prefix("~").unwrap_or(Path::new(""));
        // Joining nothing would leave a separator at the end.
        return Ok(if rest.as_os_str().is_empty() {
            home
        } else {
            home.join(rest)
        });
    }
    // A file beside us may well be called `~draft.md`; a directory of such a name is too unlikely.
    let leads_on = path.iter().nth(1).is_some();
    if first.starts_with('~') && leads_on {
        return Err(PathProblem::HomeOfAnother(first.to_owned()));
    }
    if is_variable(first) {
        return Err(PathProblem::Variable(first.to_owned()));
    }
    Ok(path)
}

/// Whether a part of a path is `$NAME`, `${NAME}` or `%NAME%`.
fn is_variable(part: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let within = |start: &str, end: &str| {
        let rest = part.strip_prefix(start);
        rest.and_then(|rest| rest.strip_suffix(end))
            .is_some_and(is_name)
    };
    within("$", "") || within("${", "}") || within("%", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Result<String, String> {
        let home = Some(PathBuf::from("/home/ann"));
        let read = at_home(path.into(), home).map_err(|problem| problem.to_string());
        read.map(|path| path.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_tilde_is_the_home_directory_where_it_stands_alone() {
        assert_eq!(read("~").unwrap(), "/home/ann");
        assert_eq!(read("~/").unwrap(), "/home/ann");
        assert_eq!(read("~/my notes/x").unwrap(), "/home/ann/my notes/x");
        for as_it_is in [
            "",
            "notes",
            "./~",
            "/a/~/b",
            "~draft.md",
            "a~",
            "$",
            "5$",
            "%",
            "./$HOME",
        ] {
            assert_eq!(read(as_it_is).unwrap(), as_it_is);
        }
        assert_eq!(at_home("~/x".into(), None), Err(PathProblem::NoHome));
    }

    #[test]
    fn what_only_a_shell_fills_in_is_refused() {
        let refused = read("~bob/notes").unwrap_err();
        assert!(refused.contains("./~bob"), "{refused}");
        for path in [
            "$HOME/notes",
            "${HOME}/notes",
            "%USERPROFILE%/notes",
            "$PWD",
        ] {
            let refused = read(path).unwrap_err();
            assert!(refused.contains("~/"), "{path}: {refused}");
        }
    }
}
