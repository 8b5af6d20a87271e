//! The addresses of resources, from and to their text.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

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
        /// Which version; the last one where none is given.
        version: Option<usize>,
        /// From which line on, from 1.
        line: Option<usize>,
    },
}

impl Target {
    /// Reads an address; `None` where it is not one of ours.
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        let rest = uri.strip_prefix(START)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut numbers = [None; 2];
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=')?;
            let [version, line] = &mut numbers;
            let number = match name {
                "version" => version,
                "line" => line,
                _ => return None,
            };
            *number = Some(value.parse().ok()?);
        }
        let parts: Vec<&str> = path.split('/').collect();
        let target = match (parts.as_slice(), numbers) {
            ([process], [None, None]) => Self::Process {
                process: decode(process)?,
            },
            ([process, "task", task], [None, None]) => Self::Task {
                process: decode(process)?,
                task: decode(task)?,
            },
            ([process, "task", task, "code", code], [version, line]) => Self::Code {
                process: decode(process)?,
                task: decode(task)?,
                code: decode(code)?,
                version,
                line,
            },
            _ => return None,
        };
        Some(target)
    }

    /// The address.
    pub(crate) fn uri(&self) -> String {
        let mut uri = format!("{START}{}", encode(self.process()));
        let mut part = |part: &str, name: &str| {
            // Writing to a string cannot fail.
            let _ = write!(uri, "/{part}/{}", encode(name));
        };
        match self {
            Self::Process { .. } => {}
            Self::Task { task, .. } => part("task", task),
            Self::Code {
                task,
                code,
                version,
                line,
                ..
            } => {
                part("task", task);
                part("code", code);
                let mut separator = '?';
                for (name, number) in [("version", version), ("line", line)] {
                    if let Some(number) = number {
                        let _ = write!(uri, "{separator}{name}={number}");
                        separator = '&';
                    }
                }
            }
        }
        uri
    }

    /// The name of the process.
    pub(crate) fn process(&self) -> &str {
        match self {
            Self::Process { process } | Self::Task { process, .. } | Self::Code { process, .. } => {
                process
            }
        }
    }

    /// The name of the task, where it is one or is in one.
    pub(crate) fn task(&self) -> Option<&str> {
        match self {
            Self::Process { .. } => None,
            Self::Task { task, .. } | Self::Code { task, .. } => Some(task),
        }
    }
}

fn encode(name: &str) -> String {
    let encoded = utf8_percent_encode(name, RESERVED).to_string();
    // A part of nothing but dots is taken for a way up by whoever tidies addresses.
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
            line: None,
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
                Target::Code { process, task, code, version: None, line: Some(7) },
            ];
            for target in targets {
                prop_assert_eq!(Target::parse(&target.uri()), Some(target));
            }
        }
    }
}
