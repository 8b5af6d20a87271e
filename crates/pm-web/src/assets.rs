//! The files that pages load. Their address holds a checksum of them all, so that a browser keeps them
//! for ever and asks for new ones as soon as one differs; scripts find each other beside themselves.

use std::hash::Hasher;
use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use twox_hash::XxHash3_64;

use crate::names::Names;
use crate::problem::Problem;

/// A file as it is sent.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    content: &'static str,
}

/// For a year, which is as long as caches go, and without asking again.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// All files. Scripts without a page of their own are loaded by others.
const ASSETS: &[Asset] = &[
    Asset::new("app.css", CSS, include_str!("../assets/app.css")),
    Asset::new("icon.svg", SVG, include_str!("../assets/icon.svg")),
    Asset::new("colours.js", SCRIPT, include_str!("../assets/colours.js")),
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
    Asset::new(
        "htmx.js",
        SCRIPT,
        include_str!("../assets/vendor/htmx-4.0.1/htmx.esm.min.js"),
    ),
    Asset::new(
        "sortable.js",
        SCRIPT,
        include_str!("../assets/vendor/sortablejs-1.15.7/Sortable.min.js"),
    ),
];

/// Where the files are.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = XxHash3_64::default();
    for asset in ASSETS {
        hasher.write(asset.content.as_bytes());
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

/// The address of the script that keeps a page as what it shows is.
pub(crate) fn live_script() -> String {
    address("live.js")
}

/// The address of the script that knows what its reader has seen.
pub(crate) fn seen_script() -> String {
    address("seen.js")
}

/// The address of the script that takes single keys, and brings what sends forms and keeps drafts.
pub(crate) fn keys_script() -> String {
    address("keys.js")
}

fn address(name: &str) -> String {
    format!("{}/{name}", *FOLDER)
}

/// Sends a file. Under the checksum of other files there is none.
pub(crate) async fn send(
    Names((hash, name)): Names<(String, String)>,
) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    let asset = asset
        .filter(|_| FOLDER.ends_with(&format!("/{hash}")))
        .ok_or_else(Problem::no_such_page)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.media_type),
        ),
        (header::CACHE_CONTROL, FOR_EVER),
    ];
    Ok((headers, asset.content).into_response())
}

impl Asset {
    const fn new(name: &'static str, media_type: &'static str, content: &'static str) -> Self {
        Self {
            name,
            media_type,
            content,
        }
    }
}
