//! Files for a browser to keep: always an attachment, so that nothing in them is shown as a page of
//! this server, and under a name that every system takes.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use pm_core::export::ExportPath;
use pm_core::visible::for_name;

use crate::address::segment;
use crate::fresh::{tag_of, weak};

/// The longest name of a file without its ending, in bytes.
const NAME_BYTES_MAX: usize = 200;

/// What no name of a file holds on some system.
const FORBIDDEN: &[char] = &['/', '\\', '<', '>', ':', '"', '|', '?', '*'];

/// A file.
#[derive(Debug)]
pub(crate) struct Download {
    name: String,
    media_type: &'static str,
    content: Vec<u8>,
}

impl Download {
    /// A file that is called after something, with an ending.
    pub(crate) fn new(
        called: &(impl AsRef<str> + ?Sized),
        ending: &str,
        media_type: &'static str,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            name: portable(called.as_ref()) + ending,
            media_type,
            content: content.into(),
        }
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let tag = weak(&tag_of(&self.content));
        let disposition = disposition(&self.name);
        let mut response = self.content.into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.media_type),
        );
        for (name, value) in [
            (header::CONTENT_DISPOSITION, disposition),
            (header::ETAG, tag),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// Says that a file is to be kept, and how it is called: in ASCII, and in full for all browsers of
/// today.
fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " -._".contains(c);
    let plain = |c: char| if is_plain(c) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let whole = segment(name);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{whole}")
}

/// The name of the file at a path.
pub(crate) fn last_name(path: &str) -> &str {
    let path = path.trim_end_matches(['/', '\\']);
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The name of a file that is called after something: without what nobody sees or means something
/// to some system, and such that no system hides the file.
fn portable(called: &str) -> String {
    let seen = for_name(called);
    let fitting = |c: char| if FORBIDDEN.contains(&c) { '_' } else { c };
    let mut name: String = seen.chars().map(fitting).collect();
    while name.len() > NAME_BYTES_MAX {
        name.pop();
    }
    name.truncate(name.trim_end_matches(['.', ' ']).len());
    // A name that cannot be that of a file, such as that of a device, gets a mark in front.
    if name.starts_with('.') || name.parse::<ExportPath>().is_err() {
        name.insert(0, '_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_on_every_system() {
        let long = "土".repeat(100);
        for (called, name) in [
            ("Garden Planner", "Garden Planner"),
            ("AC/DC", "AC_DC"),
            ("..", "_"),
            ("", "_"),
            (".bashrc", "_.bashrc"),
            ("CON.txt", "_CON.txt"),
            ("a<b>:\"|?*c", "a_b______c"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("two\r\nlines", "two lines"),
            ("ends. . ", "ends"),
            (long.as_str(), &long[..198]),
        ] {
            assert_eq!(portable(called), name, "{called:?}");
        }
    }

    #[test]
    fn of_a_path_the_file_counts() {
        for (path, name) in [
            ("src/main.rs", "main.rs"),
            ("src\\main.rs\\", "main.rs"),
            ("main.rs", "main.rs"),
            ("/", ""),
        ] {
            assert_eq!(last_name(path), name);
        }
    }

    #[test]
    fn a_header_holds_any_name() {
        assert_eq!(
            disposition("Gärten \"; filename=x.html.md"),
            "attachment; filename=\"G_rten __ filename_x.html.md\"; \
             filename*=UTF-8''G%C3%A4rten%20%22%3B%20filename%3Dx.html.md"
        );
        for hostile in ["\r\nset-cookie: a=b", "\0", "\u{7f}", "'%22\\", "…"] {
            let whole = disposition(&portable(hostile));
            assert!(HeaderValue::try_from(&whole).is_ok(), "{whole}");
            assert_eq!(whole.matches('"').count(), 2, "{whole}");
        }
    }
}
