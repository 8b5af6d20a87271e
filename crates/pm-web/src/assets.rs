//! The files that pages load. The address of each holds a checksum of its content, so that a browser
//! keeps it for ever and asks for a new one as soon as there is one.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use crate::names::Names;
use crate::problem::Problem;

/// A file as it is sent.
struct Asset {
    name: &'static str,
    media_type: &'static str,
    content: &'static str,
    address: LazyLock<String>,
}

/// For a year, which is as long as caches go, and without asking again.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

const CSS: &str = include_str!("../assets/app.css");
const ICON: &str = include_str!("../assets/icon.svg");

static STYLE_SHEET: Asset = Asset {
    name: "app.css",
    media_type: "text/css; charset=utf-8",
    content: CSS,
    address: LazyLock::new(|| address("app.css", CSS)),
};

static ICON_FILE: Asset = Asset {
    name: "icon.svg",
    media_type: "image/svg+xml",
    content: ICON,
    address: LazyLock::new(|| address("icon.svg", ICON)),
};

/// The address of the style sheet.
pub(crate) fn style_sheet() -> &'static str {
    &STYLE_SHEET.address
}

/// The address of the icon.
pub(crate) fn icon() -> &'static str {
    &ICON_FILE.address
}

/// Sends a file. Under the checksum of another content there is none.
pub(crate) async fn send(
    Names((hash, name)): Names<(String, String)>,
) -> Result<Response, Problem> {
    let wanted = format!("/assets/{hash}/{name}");
    let asset = [&STYLE_SHEET, &ICON_FILE]
        .into_iter()
        .find(|asset| asset.name == name && *asset.address == wanted);
    let asset = asset.ok_or_else(Problem::no_such_page)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.media_type),
        ),
        (header::CACHE_CONTROL, FOR_EVER),
    ];
    Ok((headers, asset.content).into_response())
}

fn address(name: &str, content: &str) -> String {
    format!("/assets/{:016x}/{name}", checksum(content.as_bytes()))
}

/// FNV-1a, in 64 bits: enough to tell one version of a file from another.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
