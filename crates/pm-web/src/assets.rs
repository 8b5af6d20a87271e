//! The files that pages load. Their address holds a checksum of them all, so that a browser keeps them
//! for ever and asks for new ones as soon as one differs; scripts find each other beside themselves.
//! Our own are sent without their comments, which are a fifth of them, and without indentation.

use std::hash::Hasher;
use std::io::{self, Write};
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, header};
use twox_hash::XxHash3_64;

use crate::names::Names;
use crate::problem::Problem;

/// A file, and how it comes to be.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    source: Source,
}

/// What a file is made of.
enum Source {
    /// A text of ours, with comments.
    Own(&'static str),
    /// A file of somebody else's release, as it is.
    Release(&'static str),
}

/// For a year, which is as long as caches go, and without asking again.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// All files. Scripts that no page names are loaded by others.
const ASSETS: &[Asset] = &[
    Asset::new("app.css", CSS, include_str!("../assets/app.css")),
    Asset::new("icon.svg", SVG, include_str!("../assets/icon.svg")),
    Asset::new("code.js", SCRIPT, include_str!("../assets/code.js")),
    Asset::new("copy.js", SCRIPT, include_str!("../assets/copy.js")),
    Asset::new("draft.js", SCRIPT, include_str!("../assets/draft.js")),
    Asset::new("keys.js", SCRIPT, include_str!("../assets/keys.js")),
    Asset::new("live.js", SCRIPT, include_str!("../assets/live.js")),
    Asset::new("move.js", SCRIPT, include_str!("../assets/move.js")),
    Asset::new("notice.js", SCRIPT, include_str!("../assets/notice.js")),
    Asset::new("page.js", SCRIPT, include_str!("../assets/page.js")),
    Asset::new("seen.js", SCRIPT, include_str!("../assets/seen.js")),
    Asset::new("palette.js", SCRIPT, include_str!("../assets/palette.js")),
    Asset::new("send.js", SCRIPT, include_str!("../assets/send.js")),
    Asset::new("stream.js", SCRIPT, include_str!("../assets/stream.js")),
    Asset::released(
        "htmx.js",
        SCRIPT,
        include_str!("../assets/vendor/htmx-4.0.1/htmx.esm.min.js"),
    ),
    Asset::released(
        "sortable.js",
        SCRIPT,
        include_str!("../assets/vendor/sortablejs-1.15.7/Sortable.min.js"),
    ),
];

/// What is sent of a file.
struct Content {
    plain: Bytes,
    /// The same for browsers that unpack it, as small as it gets, since it is packed only once.
    /// `None` if that failed.
    packed: Option<Bytes>,
}

/// What is sent of each file.
static CONTENTS: LazyLock<Vec<Content>> = LazyLock::new(|| {
    let contents = ASSETS.iter().map(|asset| match asset.source {
        Source::Own(text) => Bytes::from(without_comments(text)),
        Source::Release(text) => Bytes::from_static(text.as_bytes()),
    });
    let content = |plain: Bytes| Content {
        packed: packed(&plain).ok(),
        plain,
    };
    contents.map(content).collect()
});

/// Where the files are.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = XxHash3_64::default();
    for content in CONTENTS.iter() {
        hasher.write(&content.plain);
    }
    format!("/assets/{:016x}", hasher.finish())
});

/// The address of the style sheet.
pub(crate) fn style_sheet() -> String {
    address("app.css")
}

/// The address of the icon.
pub(crate) fn icon() -> String {
    address("icon.svg")
}

/// The address of the script that has code coloured.
pub(crate) fn code_script() -> String {
    address("code.js")
}

/// The address of the script that keeps a page up to date.
pub(crate) fn live_script() -> String {
    address("live.js")
}

/// The address of the script that knows what the reader has seen.
pub(crate) fn seen_script() -> String {
    address("seen.js")
}

/// The address of the script that takes single keys, and loads those that send forms and keep
/// drafts.
pub(crate) fn keys_script() -> String {
    address("keys.js")
}

fn address(name: &str) -> String {
    format!("{}/{name}", *FOLDER)
}

/// Sends a file. Under the checksum of other files there is none.
pub(crate) async fn send(
    Names((hash, name)): Names<(String, String)>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let mut files = ASSETS.iter().zip(CONTENTS.iter());
    let file = files.find(|(asset, _)| asset.name == name);
    let (asset, content) = file
        .filter(|_| FOLDER.ends_with(&format!("/{hash}")))
        .ok_or_else(Problem::no_such_page)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.media_type),
        ),
        (header::CACHE_CONTROL, FOR_EVER),
    ];
    let Some(packed) = content.packed.clone().filter(|_| takes_gzip(&asked)) else {
        return Ok((headers, content.plain.clone()).into_response());
    };
    let packing = [
        (header::CONTENT_ENCODING, HeaderValue::from_static("gzip")),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    Ok((headers, packing, packed).into_response())
}

fn packed(content: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish().map(Bytes::from)
}

/// Whether the browser that asks unpacks gzip. With `gzip;q=0` it says that it does not.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let lists = asked.get_all(header::ACCEPT_ENCODING).into_iter();
    let ways = lists.filter_map(|list| list.to_str().ok()?.split(',').find_map(weight_of_gzip));
    ways.into_iter().any(|weight| weight > 0.0)
}

/// How much `gzip` is wanted, if this is about it.
fn weight_of_gzip(way: &str) -> Option<f32> {
    let mut parts = way.split(';').map(str::trim);
    parts
        .next()
        .filter(|name| name.eq_ignore_ascii_case("gzip"))?;
    let weight = parts.find_map(|part| part.strip_prefix("q="));
    Some(weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
}

/// A text of ours without the lines that are comments, the empty ones, and indentation: no text in a
/// script goes over several lines.
fn without_comments(text: &str) -> String {
    let mut sent = String::with_capacity(text.len());
    let mut is_comment = false;
    for line in text.lines() {
        let words = line.trim();
        let begins = words.starts_with("/*");
        if !(is_comment || begins || words.is_empty() || words.starts_with("//")) {
            sent.push_str(words);
            sent.push('\n');
        }
        is_comment = (is_comment || begins) && !words.ends_with("*/");
    }
    sent
}

impl Asset {
    const fn new(name: &'static str, media_type: &'static str, text: &'static str) -> Self {
        Self {
            name,
            media_type,
            source: Source::Own(text),
        }
    }

    const fn released(name: &'static str, media_type: &'static str, text: &'static str) -> Self {
        Self {
            name,
            media_type,
            source: Source::Release(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use axum::body::{Body, to_bytes};
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::tests::support::{nothing, pages};

    #[tokio::test]
    async fn a_file_is_packed_for_who_unpacks_it() {
        let pages = pages(nothing());
        for (asked, is_packed) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0, *", false),
            ("identity", false),
        ] {
            let request = Request::get(style_sheet()).header("accept-encoding", asked);
            let request = request.body(Body::empty()).unwrap();
            let answer = pages.clone().oneshot(request).await.unwrap();
            let headers = answer.headers().clone();
            assert_eq!(
                headers.contains_key("content-encoding"),
                is_packed,
                "{asked}"
            );
            assert_eq!(headers["vary"], "accept-encoding", "{asked}");
            let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            let mut text = String::new();
            if is_packed {
                let mut unpacked = flate2::read::GzDecoder::new(&*body);
                unpacked.read_to_string(&mut text).unwrap();
                assert!(
                    body.len() < text.len() / 3,
                    "{} of {}",
                    body.len(),
                    text.len()
                );
            } else {
                text = String::from_utf8(body.to_vec()).unwrap();
            }
            let is_style_sheet = text.starts_with(":root {") && text.ends_with("}\n");
            assert!(is_style_sheet, "{asked}: {text}");
        }
    }

    #[test]
    fn comments_are_not_sent() {
        let script = "// One\n// sentence.\n\n/** What a is. */\nlet a = 1; // in all\n/**\n * Two\n \
                      * lines.\n */\n  f(a);\n";
        assert_eq!(without_comments(script), "let a = 1; // in all\nf(a);\n");
        let css = "/* A\n   notebook. */\na { b: c; }\n/* B. */\n\n";
        assert_eq!(without_comments(css), "a { b: c; }\n");
    }

    #[test]
    fn no_text_of_ours_has_what_only_looks_like_a_comment() {
        let sources = ASSETS.iter().map(|asset| &asset.source);
        let own = sources.filter_map(|source| match source {
            Source::Own(text) => Some(text),
            Source::Release(_) => None,
        });
        let mut lines = 0;
        for line in own.flat_map(|text| text.lines()) {
            lines += 1;
            // A text over several lines could have a line that begins as a comment does.
            assert_eq!(line.matches('`').count() % 2, 0, "{line}");
            // Nothing more stands on a line behind the end of a comment.
            let is_alone = line.trim().starts_with("/*") && line.contains("*/");
            assert!(!is_alone || line.trim().ends_with("*/"), "{line}");
        }
        assert!(lines > 500);
    }
}
