//! The pages and their fenced blocks.

use std::fs;
use std::path::{Path, PathBuf};

/// How a page says that the block below is not run, and why.
const NOT_RUN: &str = "<!-- not run: ";

/// A page of Markdown.
pub(super) struct Page {
    /// From the root of the repository.
    pub(super) path: String,
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
}

/// A fenced block.
pub(super) struct Block {
    line: usize,
    pub(super) language: String,
    pub(super) text: String,
    /// Why it is not run, if the page says so.
    pub(super) not_run: Option<String>,
}

/// The root of the repository.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The README and all pages of `docs/`.
pub(super) fn pages() -> Vec<Page> {
    let root = root();
    let mut files = vec![root.join("README.md")];
    let docs = fs::read_dir(root.join("docs"))
        .unwrap()
        .map(|file| file.unwrap().path());
    files.extend(docs.filter(|file| file.extension().is_some_and(|ending| ending == "md")));
    files.sort();
    let page = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        Page {
            path: file.strip_prefix(&root).unwrap().display().to_string(),
            blocks: blocks(&text),
            text,
        }
    };
    files.into_iter().map(page).collect()
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let mut before = "";
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                let reason = before.strip_prefix(NOT_RUN);
                open = Some(Block {
                    line: index + 1,
                    language: language.to_owned(),
                    text: String::new(),
                    not_run: reason.map(|it| it.trim_end_matches(" -->").to_owned()),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => before = line,
        }
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

impl Block {
    /// Whether its commands are run.
    pub(super) fn is_run(&self) -> bool {
        matches!(self.language.as_str(), "console" | "sh") && self.not_run.is_none()
    }

    /// Where it is, for a person.
    pub(super) fn place(&self, page: &Page) -> String {
        format!("{}:{}", page.path, self.line)
    }

    /// The commands, each with the output that is shown below it.
    pub(super) fn commands(&self) -> Vec<(String, String)> {
        let mut commands: Vec<(String, String)> = Vec::new();
        let mut goes_on = false;
        for line in self.text.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (None, Some((command, _))) if goes_on => {
                    command.push('\n');
                    command.push_str(line);
                }
                (None, Some((_, output))) => {
                    output.push_str(line);
                    output.push('\n');
                    continue;
                }
                (Some(command), _) => commands.push((command.to_owned(), String::new())),
                (None, None) => panic!("`{line}` is neither a command nor below one"),
            }
            goes_on = line.ends_with('\\');
        }
        commands
    }
}

#[test]
fn a_block_is_read_with_its_commands_and_what_is_said_of_it() {
    let text = "a\n\n```console\n$ one \\\n  more\nout\n$ two\n```\n<!-- not run: no -->\n```sh\n$ x\n```\n";
    let blocks = blocks(text);
    let commands = blocks[0].commands();
    assert_eq!(
        commands[0],
        ("one \\\n  more".to_owned(), "out\n".to_owned())
    );
    assert_eq!(commands[1], ("two".to_owned(), String::new()));
    assert!(blocks[0].is_run() && !blocks[1].is_run());
    assert_eq!(blocks[1].not_run.as_deref(), Some("no"));
}
