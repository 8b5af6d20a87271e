//! Comparing with snapshots: one helper, so that what differs from run to run is masked alike.

/// Compares `text` with the snapshot of that name in `tests/snapshots`.
///
/// Versions, times, sizes, ports and temporary directories are masked.
#[track_caller]
pub(crate) fn check(name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (pattern, mask) in [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
        (r"127\.0\.0\.1:\d{5}\b", "127.0.0.1:<port>"),
        (r"\d+ seconds?( ago|\))", "<age>$1"),
        (r"\d+ kB", "<size>"),
        (r"\.\d{13}\.damaged", ".<number>.damaged"),
        (r"/[^\s]*/pm-[A-Za-z0-9]{6}\b", "<directory>"),
    ] {
        settings.add_filter(pattern, mask);
    }
    settings.add_filter(&version_pattern(), "<version>");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn version_pattern() -> String {
    format!(r"\b{}\b", env!("CARGO_PKG_VERSION").replace('.', r"\."))
}

/// Puts JSON the way people read it.
pub(crate) fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}
