//! The words of pages that only the programs can make true: options, variables, tools, errors.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::pages::{Page, root};

/// Options of other programs, and of our chores, that pages name.
const OF_OTHERS: &[&str] = &[
    // llama-server
    "--chat-template-file",
    "--jinja",
    "--mcp-servers-config",
    "--ui-config",
    "--ui-config-file",
    "--ui-mcp-proxy",
    "--webui-config",
    // What our programs refuse, with what to write instead.
    "--port",
    "--token",
    // What every program has.
    "--help",
    // cargo doc
    "--open",
    // cargo xtask model, bench, crash
    "--against",
    "--against-dir",
    "--cases",
    "--faults",
    "--kill",
    "--llm",
    "--markdown",
    "--model",
    "--mutations",
    "--no-think",
    "--only",
    "--power-cut",
    "--quick",
    "--solve",
];

/// Fields and modules whose names begin like that of a tool.
const FIELDS: &[&str] = &["plan_fields", "plan_ops", "process_data", "process_name"];

/// What the generated pages know.
pub(super) struct Known {
    options: BTreeSet<String>,
    variables: BTreeSet<String>,
    tools: BTreeSet<String>,
}

impl Known {
    /// What `docs/options.md` and `docs/tools.md` say, which come from the definitions.
    pub(super) fn of(pages: &[Page]) -> Self {
        let text = |path: &str| {
            pages
                .iter()
                .find(|page| page.path == path)
                .unwrap()
                .text
                .as_str()
        };
        let (options, tools) = (text("docs/options.md"), generated(text("docs/tools.md")));
        let headings = tools.lines().filter_map(|line| line.strip_prefix("### "));
        let in_tools = spans(&tools).flat_map(|span| words(span, |_| true));
        let mut known = Self {
            options: spans(&generated(options))
                .flat_map(|span| words(span, is_option))
                .collect(),
            variables: spans(&generated(options))
                .flat_map(|span| words(span, is_variable))
                .collect(),
            tools: headings.map(str::to_owned).chain(in_tools).collect(),
        };
        known
            .options
            .extend(OF_OTHERS.iter().map(|option| (*option).to_owned()));
        known
            .tools
            .extend(FIELDS.iter().map(|field| (*field).to_owned()));
        known
    }

    /// The words of a page that look like one of ours and are none.
    pub(super) fn unknown_in(&self, text: &str) -> BTreeSet<String> {
        let mut unknown = BTreeSet::new();
        for span in spans(text) {
            let others = |word: &String, known: &BTreeSet<String>| !known.contains(word);
            unknown.extend(words(span, is_option).filter(|it| others(it, &self.options)));
            unknown.extend(words(span, is_variable).filter(|it| others(it, &self.variables)));
            unknown.extend(words(span, is_like_a_tool).filter(|it| others(it, &self.tools)));
        }
        unknown
    }
}

/// What stands between the comments that begin and end a generated part.
fn generated(page: &str) -> String {
    let parts = page.split("<!-- begin: ").skip(1);
    let parts = parts.filter_map(|part| Some(part.split_once("-->")?.1.split_once("<!-- end:")?.0));
    parts.collect()
}

/// The code in the lines of a text, without its fenced blocks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    let mut in_block = false;
    let prose = text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        !in_block && !is_fence
    });
    prose.flat_map(spans_of_line)
}

fn spans_of_line(line: &str) -> Vec<&str> {
    let mut spans = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let ticks = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let (mark, inner) = rest[at..].split_at(ticks);
        let Some((span, behind)) = inner.split_once(mark) else {
            break;
        };
        spans.push(span.trim());
        rest = behind;
    }
    spans
}

fn words(span: &str, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = String> {
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let words: Vec<String> = span
        .split(is_end)
        .filter(|word| wanted(word))
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

fn is_option(word: &str) -> bool {
    word.strip_prefix("--")
        .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn is_variable(word: &str) -> bool {
    let rest = word.strip_prefix("PM_");
    rest.is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    })
}

fn is_like_a_tool(word: &str) -> bool {
    let begins = ["process_", "task_", "plan_", "code_"];
    let is_named = |word: &str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    begins.iter().any(|begin| word.starts_with(begin)) && is_named(word)
}

/// The errors of a page: the code in its table rows that is a sentence or a part of one.
pub(super) fn errors_in(page: &str) -> Vec<String> {
    let rows = page.lines().filter(|line| line.starts_with('|'));
    // The last cell says what to do.
    let cells = rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once(" | "));
    let spans = cells.flat_map(|(says, _)| spans_of_line(says));
    let errors = spans.filter(|span| span.split_whitespace().count() > 2);
    errors.map(str::to_owned).collect()
}

/// All that the programs can say.
pub(super) struct Said(String);

impl Said {
    /// From the sources and the snapshots of tests.
    pub(super) fn of_the_code() -> Self {
        let mut text = String::new();
        for folder in ["crates", "tests/snapshots"] {
            collect(&root().join(folder), &mut text);
        }
        // As it comes out: without the line breaks and the quotes of Rust.
        let text = text.replace("\\\n", " ").replace("\\\"", "\"");
        Self(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Whether each part of an error stands somewhere; `…` is what differs from case to case.
    pub(super) fn says(&self, error: &str) -> bool {
        let parts = error
            .split('…')
            .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()));
        parts
            .filter(|part| part.len() > 3)
            .all(|part| self.0.contains(part))
    }
}

fn collect(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, text);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "rs" || ending == "snap")
        {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn words_that_no_program_knows_are_found() {
    let options = "<!-- begin: x -->\n| `--dir DIRECTORY` | `PM_DIR` |\n<!-- end: x -->\n";
    let tools = "<!-- begin: x -->\n### task_new\n\n| `task_name` |\n<!-- end: x -->\n";
    let page = |path: &str, text: &str| Page {
        path: path.to_owned(),
        text: text.to_owned(),
        blocks: Vec::new(),
    };
    let known = Known::of(&[
        page("docs/options.md", options),
        page("docs/tools.md", tools),
    ]);
    let text = "`--dir x` `--dri`, `PM_DIR` `PM_DRI`; `task_new` with `task_name`, `task_nwe` --no\n\
                ```\n`--what`\n```\n";
    let unknown: Vec<String> = known.unknown_in(text).into_iter().collect();
    assert_eq!(unknown, ["--dri", "PM_DRI", "task_nwe"]);
    let said = Said("the file {file} is damaged at line {line}".to_owned());
    assert!(said.says("the file … is damaged at line …"));
    assert!(!said.says("the file … is broken"));
}
