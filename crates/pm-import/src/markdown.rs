//! Markdown as far as plans are written in it: front matter, headings, lists with boxes to tick,
//! and the rest to the letter. It is handed out part by part, so that no more than one list is in
//! memory at a time.

mod boxes;
mod events;
mod item;

use pulldown_cmark::{Event, Options, Parser, Tag};

pub(crate) use self::boxes::{split_mark, state_of};
use self::events::{Events, one_line};
pub(crate) use self::item::Item;

/// A part of a document at its outermost level.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block<'a> {
    /// The text between `---` lines at the beginning.
    FrontMatter(String),
    /// A heading.
    Heading {
        /// Its level, 1 to 6.
        level: u8,
        /// Its text without markup.
        text: String,
        /// The targets of its links.
        links: Vec<String>,
    },
    /// A list.
    List {
        /// Its items.
        items: Vec<Item>,
        /// The whole list, as it was written.
        text: &'a str,
    },
    /// A comment that only authors see.
    Comment(&'a str),
    /// The target of a link of the text, which was written elsewhere.
    LinkTarget(String),
    /// Anything else, as it was written.
    Text(&'a str),
}

/// Hands out the parts of a document, in order.
pub(crate) fn blocks<'a>(source: &'a str, mut each: impl FnMut(Block<'a>)) {
    let mut rest = source;
    while !rest.is_empty() {
        let (section, behind) = rest.split_at(end_of_section(rest));
        blocks_of_section(section, &mut each);
        rest = behind;
    }
}

/// How long a part of a document is at least that is parsed alone: what the parser makes of it
/// takes some five times as much memory.
const SECTION_BYTES_MIN: usize = 64 << 10;

/// The end of a part that can be parsed alone: in front of a heading that no block goes beyond, or
/// between two items of one list that both have a box, so that each part of it is a plan.
fn end_of_section(text: &str) -> usize {
    let mut place = 0;
    // The marker of the item with a box that is the last thing that began at the margin.
    let mut item = None;
    let mut fence: Option<&str> = None;
    let mut is_comment = false;
    for line in text.split_inclusive('\n') {
        let is_outermost = fence.is_none() && !is_comment;
        if is_outermost && !line.starts_with(char::is_whitespace) {
            let before = std::mem::replace(&mut item, marker_with_box(line));
            let goes_on = item.is_some() && item == before;
            if (goes_on || line.starts_with('#')) && place >= SECTION_BYTES_MIN {
                return place;
            }
        }
        let begin = line.trim_start();
        match fence {
            Some(mark) if begin.starts_with(mark) => fence = None,
            Some(_) => {}
            None => {
                let mut marks = ["```", "~~~"].into_iter();
                fence = marks.find(|mark| begin.starts_with(mark));
            }
        }
        let opened = line.rfind("<!--");
        let closed = line.rfind("-->");
        is_comment = match (opened, closed) {
            (None, None) => is_comment,
            (opened, closed) => opened > closed,
        };
        place += line.len();
    }
    text.len()
}

/// What stands in front of an item with a box that begins at the margin: items of one list have the
/// same.
fn marker_with_box(line: &str) -> Option<char> {
    let behind = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let markers = if behind.len() < line.len() {
        ".)"
    } else {
        "-*+"
    };
    let marker = behind.chars().next().filter(|c| markers.contains(*c))?;
    let text = behind.get(1..)?.strip_prefix(' ')?;
    split_mark(text).map(|_| marker)
}

fn blocks_of_section<'a>(source: &'a str, each: &mut impl FnMut(Block<'a>)) {
    let options = Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_TABLES;
    let parser = Parser::new_ext(source, options);
    for (_, definition) in parser.reference_definitions().iter() {
        each(Block::LinkTarget(definition.dest.to_string()));
    }
    let mut events = Events {
        source,
        depth: 0,
        rest: parser.into_offset_iter().peekable(),
    };
    while let Some((event, range)) = events.rest.next() {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => {
                each(Block::FrontMatter(events.text_until(&range).0));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let (text, links) = events.text_until(&range);
                each(Block::Heading {
                    level: level as u8,
                    text: one_line(&text),
                    links,
                });
            }
            Event::Start(Tag::List(_)) => each(Block::List {
                items: events.list(),
                text: events.slice(&range),
            }),
            Event::Start(tag) => {
                events.skip_to(tag.to_end());
                let text = events.slice(&range);
                if tag == Tag::HtmlBlock && text.starts_with("<!--") && text.ends_with("-->") {
                    each(Block::Comment(text));
                } else if !text.is_empty() {
                    each(Block::Text(text));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use pm_core::Status;

    use super::*;

    #[test]
    fn a_document_comes_apart() {
        let document = "\
---
id: task-1
---

# The `garden`

Some *text*
over lines.

- plain
- list

## Soil [map](https://soil.example)

1. [x] dig **deep**
   and wide

   Mind the roots.
   - [ ] first [bed](https://beds.example)
   - stones

   Then rest.
2. [ ] sow
3. [-] burn
4. [link](https://no.box)

```md
- [ ] not an item
```

<!-- a comment -->

[ref]: https://ref.example
";
        let mut parts = Vec::new();
        blocks(document, |block| parts.push(format!("{block:#?}")));
        insta::assert_snapshot!(parts.join("\n"));
    }

    #[test]
    fn lists_in_lists_without_end_are_text() {
        let document = format!("- [ ] a\n{}x", "- ".repeat(20_000));
        let mut lists = 0;
        blocks(&document, |block| {
            if let Block::List { items, .. } = block {
                lists += items.len();
            }
        });
        assert_eq!(lists, 2);
    }

    fn items_of_plan(block: Block<'_>) -> Vec<Item> {
        match block {
            Block::List { items, .. } if items.iter().any(Item::has_box) => items,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn long_documents_come_apart_as_short_ones_do() {
        let filler = "Some text.\n\n".repeat(SECTION_BYTES_MIN / 12);
        let part =
            "# Heading\n\n```sh\n# no heading\n```\n\n<!--\n# none either\n-->\n\n- [ ] dig\n\n";
        let document = [part, &filler].concat().repeat(3);
        assert!(end_of_section(&document) < document.len());
        let mut headings = 0;
        let mut code = 0;
        blocks(&document, |block| match block {
            Block::Heading { text, .. } => {
                assert_eq!(text, "Heading");
                headings += 1;
            }
            Block::Text(text) if text.starts_with("```") => code += 1,
            _ => {}
        });
        assert_eq!((headings, code), (3, 3));
        let list = "- [ ] dig\n  - [x] deep\n\n  Mind the roots.\n- [x] sow\n".repeat(3_000);
        let document = [&list, "- mow\n", &list, "+ [ ] weed\n", &list].concat();
        assert!(end_of_section(&document) < document.len());
        let mut whole = Vec::new();
        blocks_of_section(&document, &mut |block| whole.extend(items_of_plan(block)));
        let mut parts = Vec::new();
        blocks(&document, |block| parts.extend(items_of_plan(block)));
        assert_eq!(whole.len(), 18_002);
        assert!(whole == parts);
        let in_code = ["```\n", &filler, "# no heading\n```\n"].concat();
        assert_eq!(end_of_section(&in_code), in_code.len());
    }

    #[test]
    fn boxes_are_told_from_links_and_words() {
        assert_eq!(split_mark("[-] given up"), Some(('-', "given up")));
        assert_eq!(split_mark("[ ]"), Some((' ', "")));
        for text in [
            "[-](x)",
            "[a] b",
            "[->] c",
            "[]",
            "[",
            "[x]y",
            "given [x] up",
        ] {
            assert_eq!(split_mark(text), None, "{text}");
        }
        assert_eq!(state_of('>').status, Status::Blocked);
        assert_eq!(state_of('~').status, Status::Cancelled);
        assert_eq!(state_of('/').status, Status::InProgress);
    }
}
