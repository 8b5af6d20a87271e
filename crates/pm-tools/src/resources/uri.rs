//! The addresses of resources, from and to their text.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::text::position::Position;

/// What every address begins with.
const START: &str = "pm://process/";

/// What is encoded in a name: all but what the standard calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What an address means; the names as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A process.
    Process {
        /// Its name.
        process: String,
    },
    /// A task.
    Task {
        /// The name of its process.
        process: String,
        /// Its name.
        task: String,
    },
    /// Code of a task.
    Code {
        /// The name of its process.
        process: String,
        /// The name of its task.
        task: String,
        /// Its name.
        code: String,
        /// Which version; the last one if none is given.
        version: Option<usize>,
    },
}

impl Target {
    /// Reads an address; `None` if it is not one of ours.
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        Self::parse_from(uri).map(|(target, _)| target)
    }

    /// Reads an address and the position in its text from which on it is meant; `None` if it is
    /// not one of ours.
    pub(crate) fn parse_from(uri: &str) -> Option<(Self, Position)> {
        let rest = uri.strip_prefix(START)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (mut version, mut position) = (None, Position::START);
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=')? {
                // What a form sends whose field was left empty.
                ("version", "") => {}
                ("version", number) => version = Some(number.parse().ok()?),
                ("line", at) => position = at.parse().ok()?,
                _ => return None,
            }
        }
        let parts: Vec<&str> = path.split('/').collect();
        let target = match (parts.as_slice(), version) {
            ([process], None) => Self::Process {
                process: decode(process)?,
            },
            ([process, "task", task], None) => Self::Task {
                process: decode(process)?,
                task: decode(task)?,
            },
            ([process, "task", task, "code", code], version) => Self::Code {
                process: decode(process)?,
                task: decode(task)?,
                code: decode(code)?,
                version,
            },
            _ => return None,
        };
        Some((target, position))
    }

    /// The address.
    pub(crate) fn uri(&self) -> String {
        self.uri_from(Position::START)
    }

    /// The address of the text from `position` on.
    pub(super) fn uri_from(&self, position: Position) -> String {
        let mut uri = format!("{START}{}", encode(self.process()));
        let mut part = |part: &str, name: &str| {
            // Writing to a string cannot fail.
            let _ = write!(uri, "/{part}/{}", encode(name));
        };
        match self {
            Self::Process { .. } => {}
            Self::Task { task, .. } => part("task", task),
            Self::Code { task, code, .. } => {
                part("task", task);
                part("code", code);
            }
        }
        uri + &self.query(position)
    }

    /// What stands behind the path in that address, question mark included; nothing if it is
    /// the whole text of the last version.
    pub(super) fn query(&self, position: Position) -> String {
        let version = match self {
            Self::Code { version, .. } => *version,
            Self::Process { .. } | Self::Task { .. } => None,
        };
        let version = version.map(|version| format!("version={version}"));
        let line = (position != Position::START).then(|| format!("line={position}"));
        let query: Vec<String> = version.into_iter().chain(line).collect();
        match query.as_slice() {
            [] => String::new(),
            query => format!("?{}", query.join("&")),
        }
    }

    /// The name of the process.
    pub(crate) fn process(&self) -> &str {
        match self {
            Self::Process { process } | Self::Task { process, .. } | Self::Code { process, .. } => {
                process
            }
        }
    }

    /// The name of the task, if the target is a task or is in one.
    pub(crate) fn task(&self) -> Option<&str> {
        match self {
            Self::Process { .. } => None,
            Self::Task { task, .. } | Self::Code { task, .. } => Some(task),
        }
    }
}

fn encode(name: &str) -> String {
    let encoded = utf8_percent_encode(name, RESERVED).to_string();
    // A part of nothing but dots is taken for a way up by programs that tidy addresses.
    if encoded.bytes().all(|byte| byte == b'.') {
        return encoded.replace('.', "%2E");
    }
    encoded
}

fn decode(part: &str) -> Option<String> {
    let name = percent_decode_str(part).decode_utf8().ok()?;
    (!name.trim().is_empty()).then(|| name.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_ours_is_none_of_ours() {
        for uri in [
            "",
            "file:///etc/passwd",
            "pm://process/",
            "pm://process/%20",
            "pm://process/a/b",
            "pm://process/a/task",
            "pm://process/a/task/",
            "pm://process/a?version=1",
            "pm://process/a/task/b/code/c?version=x",
            "pm://process/a/task/b/code/c?line=1:x",
            "pm://process/a/task/b/code/c?other=1",
            "pm://process/%ff",
        ] {
            assert_eq!(Target::parse(uri), None, "{uri}");
        }
    }

    #[test]
    fn a_name_is_one_part_whatever_is_in_it() {
        let target = Target::Code {
            process: "Garden / Plan?".into(),
            task: "..".into(),
            code: "src/märz.rs".into(),
            version: Some(2),
        };
        let uri = target.uri();
        insta::assert_snapshot!(uri, @"pm://process/Garden%20%2F%20Plan%3F/task/%2E%2E/code/src%2Fm%C3%A4rz.rs?version=2");
        assert_eq!(Target::parse(&uri), Some(target));
    }

    proptest! {
        #[test]
        fn every_name_comes_back(process in "\\PC*\\S", task in "\\PC*\\S", code in "\\PC*\\S") {
            let targets = [
                Target::Process { process: process.clone() },
                Target::Task { process: process.clone(), task: task.clone() },
                Target::Code { process, task, code, version: None },
            ];
            for target in targets {
                let uri = target.uri();
                prop_assert_eq!(Target::parse(&uri), Some(target.clone()));
                for position in [Position::START, Position { line: 7, column: 1 }, Position { line: 1, column: 9 }] {
                    let uri = format!("{uri}{}", target.query(position));
                    prop_assert_eq!(Target::parse_from(&uri), Some((target.clone(), position)));
                }
            }
        }
    }
}
