//! The page of a plan, for chat clients that show MCP Apps (SEP-1865) beside an answer: what it is
//! made of, its address, and the tools that lead to it.
//!
//! It is one file that loads nothing. Its looks are those of the pages in `pm-web`: `assets/pages`
//! has copies of their style sheet and shapes, since the package of a crate has no files of
//! another. What it shows comes from the answers of tools.

use std::fmt::Write as _;

use rmcp::model::{
    ClientCapabilities, JsonObject, MetaObject, ReadResourceResult, ResourceContents, Tool,
};
use serde_json::{Value, json};

/// What clients that show such pages declare among their extensions.
pub(crate) const EXTENSION: &str = "io.modelcontextprotocol/ui";

/// The media type of such pages.
pub(crate) const MEDIA_TYPE: &str = "text/html;profile=mcp-app";

/// The address of the page.
pub(crate) const ADDRESS: &str = "ui://process-manager/plan";

/// The tools beside whose answers the page is shown.
const TOOLS: [&str; 4] = ["process_load", "task_list", "task_next", "task_update"];

/// The tools that the page itself calls.
const CALLED: [&str; 5] = [
    "task_list",
    "task_details_get",
    "task_code_diff",
    "task_update",
    "task_job_update",
];

/// Where the address stood in drafts of the extension. Hosts of that time read nothing else.
const FORMER_PLACE: &str = "ui/resourceUri";

const PAGE: &str = include_str!("../assets/plan.html");
const SCRIPTS: [&str; 4] = [
    include_str!("../assets/host.js"),
    include_str!("../assets/texts.js"),
    include_str!("../assets/plan.js"),
    include_str!("../assets/view.js"),
];
const OWN_STYLE: &str = include_str!("../assets/plan.css");
const SHAPES: &str = include_str!("../assets/pages/shapes.html");
const STYLE_SHEET: &str = include_str!("../assets/pages/app.css");

/// The headings, in the style sheet, of rules that other pages alone need.
const OTHER_PAGES: [&str; 6] = [
    "/* Around every page. */",
    "/* How the page hears of changes. */",
    "/* The board. */",
    "/* What waits for what. */",
    "/* Changes. */",
    "/* What differs since a revision. */",
];

/// Whether a client says that it shows such pages.
pub(crate) fn is_shown_by(client: &ClientCapabilities) -> bool {
    let extensions = client.extensions.as_ref();
    let settings = extensions.and_then(|extensions| extensions.get(EXTENSION));
    settings.is_some_and(shows)
}

/// Whether the settings of the extension have the media type of the page. Settings without a list
/// of types mean this one.
pub(crate) fn shows(settings: &JsonObject) -> bool {
    match settings.get("mimeTypes") {
        Some(types) => {
            let mut types = types.as_array().into_iter().flatten();
            types.any(|known| known == MEDIA_TYPE)
        }
        None => true,
    }
}

/// What is kept of the capabilities of a client that opens a session: whether it shows such pages.
pub(crate) fn flag(capabilities: &Value) -> Value {
    let extensions = capabilities.get("extensions");
    let settings = extensions.and_then(|extensions| extensions.get(EXTENSION)?.as_object());
    if settings.is_some_and(shows) {
        json!({"extensions": {EXTENSION: {"mimeTypes": [MEDIA_TYPE]}}})
    } else {
        json!({})
    }
}

/// Adds the address of the page to those of the tools that go with it.
pub(crate) fn lead_there(tools: &mut [Tool]) {
    let leading = |tool: &&mut Tool| TOOLS.contains(&tool.name.as_ref());
    for tool in tools.iter_mut().filter(leading) {
        let leads = json!({"ui": {"resourceUri": ADDRESS}, FORMER_PLACE: ADDRESS});
        tool.meta = meta(leads);
    }
}

/// Whether the page calls the tool of this name.
pub(crate) fn calls(tool: &str) -> bool {
    CALLED.contains(&tool)
}

/// A tool as it is listed for the page alone: the client does not show it to its model.
pub(crate) fn of_page(mut tool: Tool) -> Tool {
    tool.meta = meta(json!({"ui": {"visibility": ["app"]}}));
    tool
}

/// The page as a resource, for a server that offers these tools. It is whole, however little an
/// answer may take: no model reads it.
pub(crate) fn read<'t>(offered: impl Iterator<Item = &'t str>) -> ReadResourceResult {
    let contents = ResourceContents::TextResourceContents {
        uri: ADDRESS.to_owned(),
        mime_type: Some(MEDIA_TYPE.to_owned()),
        text: page(offered),
        meta: meta(json!({"ui": {
            "csp": {
                "connectDomains": [],
                "resourceDomains": [],
                "frameDomains": [],
                "baseUriDomains": [],
            },
            "prefersBorder": true,
        }})),
    };
    ReadResourceResult::new(vec![contents])
}

fn meta(value: Value) -> Option<MetaObject> {
    match value {
        Value::Object(fields) => Some(MetaObject(fields)),
        _ => None,
    }
}

/// The page, which shows no control whose tool is not among those offered.
fn page<'t>(offered: impl Iterator<Item = &'t str>) -> String {
    let tools: Vec<&str> = offered.collect();
    // In the order of their places.
    let parts = [
        ("style", in_short(&style())),
        ("shapes", SHAPES.to_owned()),
        ("tools", tools.join(" ")),
        ("script", SCRIPTS.map(in_short).concat()),
    ];
    let mut page = String::new();
    let mut rest = PAGE;
    for (name, part) in &parts {
        let place = format!("{{{{ {name} }}}}");
        if let Some((before, behind)) = rest.split_once(&place) {
            // Writing to a string cannot fail.
            let _ = write!(page, "{before}{part}");
            rest = behind;
        }
    }
    page + rest
}

/// The lines of a style sheet or a script without what only its readers need: indentation, blank
/// lines and comments.
fn in_short(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let said = |line: &&str| !(line.is_empty() || line.starts_with("//") || line.starts_with("/*"));
    lines.filter(said).flat_map(|line| [line, "\n"]).collect()
}

/// The style sheet of the pages without what the page of a plan has no use for, and its own.
fn style() -> String {
    let mut style = String::new();
    let mut is_used = true;
    for block in STYLE_SHEET.split("\n\n") {
        let block = block.trim();
        if block.starts_with("/*") && block.ends_with("*/") && block.matches("*/").count() == 1 {
            is_used = !OTHER_PAGES.contains(&block);
        } else if is_used {
            style.push_str(block);
            style.push('\n');
        }
    }
    style + OWN_STYLE
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The most that the page may take.
    const BYTES_MAX: usize = 40_000;

    #[test]
    fn the_page_is_small_and_loads_nothing() {
        let page = page(crate::catalog::TOOLS.iter().map(|tool| tool.name));
        assert!(page.len() <= BYTES_MAX, "{} bytes", page.len());
        assert!(page.len() > BYTES_MAX / 4, "{} bytes", page.len());
        for loads in ["http", "//", "src=", "url(", "@import", "import(", "fetch("] {
            assert!(!page.contains(loads), "{loads}");
        }
        // Nothing in a part ends it early, and each part is in its place.
        for (name, count) in [
            ("<style>", 1),
            ("</style", 1),
            ("<script", 1),
            ("</script", 1),
        ] {
            assert_eq!(page.matches(name).count(), count, "{name}");
        }
        assert!(!page.contains("{{") && !page.contains("/*"), "{page}");
        for line in SCRIPTS.iter().flat_map(|script| script.lines()) {
            // A text over several lines would lose what is left out of each.
            assert_eq!(line.matches('`').count() % 2, 0, "{line}");
        }
        assert!(page.contains("data-tools=\"process_new process_load "));
        assert!(page.contains("<symbol id=\"in_progress\""));
        assert!(page.contains("--paper: light-dark("));
    }

    #[test]
    fn only_the_tools_that_go_with_the_page_lead_there() {
        let plain = crate::ToolList::new(&crate::ServerOptions::default()).0;
        let mut listed = plain.clone();
        lead_there(&mut listed);
        let mut leading = Vec::new();
        for tool in &mut listed {
            if let Some(MetaObject(meta)) = tool.meta.take() {
                assert_eq!(meta["ui"], json!({"resourceUri": ADDRESS}), "{}", tool.name);
                leading.push(tool.name.to_string());
            }
        }
        let mut expected = TOOLS;
        leading.sort_unstable();
        expected.sort_unstable();
        assert_eq!(leading, expected);
        let bytes = |tools: &[Tool]| serde_json::to_string(tools).unwrap();
        assert_eq!(bytes(&listed), bytes(&plain));
    }

    #[test]
    fn the_headings_of_the_style_sheet_are_known() {
        let style = style();
        assert_eq!(style.matches('{').count(), style.matches('}').count());
        for heading in OTHER_PAGES {
            assert!(
                STYLE_SHEET.contains(&format!("\n\n{heading}\n\n")),
                "{heading}"
            );
        }
        for (rule, is_used) in [
            (".plan > li {", true),
            (".timeline {", false),
            (".card {", false),
        ] {
            assert!(STYLE_SHEET.contains(rule), "{rule}");
            assert_eq!(style.contains(rule), is_used, "{rule}");
        }
    }

    #[test]
    fn a_client_shows_the_page_if_it_takes_its_media_type() {
        for (capabilities, shown) in [
            (
                json!({"extensions": {EXTENSION: {"mimeTypes": [MEDIA_TYPE]}}}),
                true,
            ),
            (
                json!({"extensions": {EXTENSION: {"mimeTypes": ["x", MEDIA_TYPE], "y": 1}}}),
                true,
            ),
            (json!({"extensions": {EXTENSION: {}}}), true),
            (json!({"extensions": {EXTENSION: {"mimeTypes": []}}}), false),
            (
                json!({"extensions": {EXTENSION: {"mimeTypes": ["text/html"]}}}),
                false,
            ),
            (
                json!({"extensions": {EXTENSION: {"mimeTypes": MEDIA_TYPE}}}),
                false,
            ),
            (
                json!({"extensions": {"io.modelcontextprotocol/tasks": {}}}),
                false,
            ),
            (json!({"experimental": {EXTENSION: {}}}), false),
            (json!({}), false),
        ] {
            let client: ClientCapabilities = serde_json::from_value(capabilities.clone()).unwrap();
            assert_eq!(is_shown_by(&client), shown, "{capabilities}");
            let kept = flag(&capabilities);
            let kept_client: ClientCapabilities = serde_json::from_value(kept.clone()).unwrap();
            assert_eq!(is_shown_by(&kept_client), shown, "{capabilities}");
            assert_eq!(kept == json!({}), !shown, "{kept}");
        }
        let odd = json!({"extensions": {EXTENSION: true}});
        assert_eq!(flag(&odd), json!({}));
    }
}
