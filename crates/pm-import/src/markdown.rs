//! Markdown as far as plans are written in it: front matter, headings, checklists, and the rest
//! to the letter.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A part of a document at its outermost level.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// The text between `---` lines at the beginning.
    FrontMatter(String),
    /// A heading, of level 1 to 6.
    Heading(u8, String),
    /// A list with at least one box to tick, at whatever level.
    Checklist(Vec<Item>),
    /// Anything else, as it was written.
    Text(String),
}

/// An item of a checklist.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Whether its box is ticked; `None` where it has none.
    pub(crate) checked: Option<bool>,
    /// Its first paragraph, on one line.
    pub(crate) title: String,
    /// What else stands in it, lists aside, unless they are nested too deep.
    pub(crate) rest: String,
    pub(crate) children: Vec<Item>,
}

/// The parts of a document.
pub(crate) fn blocks(source: &str) -> Vec<Block> {
    let options = Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_TABLES;
    let mut events = Events {
        source,
        depth: 0,
        all: Parser::new_ext(source, options)
            .into_offset_iter()
            .collect(),
        next: 0,
    };
    let mut blocks = Vec::new();
    while let Some((event, range)) = events.take() {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => {
                blocks.push(Block::FrontMatter(events.text_until(&range)));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let text = events.text_until(&range);
                blocks.push(Block::Heading(level as u8, one_line(&text)));
            }
            Event::Start(Tag::List(_)) => {
                let items = events.list();
                if items.iter().any(Item::has_box) {
                    blocks.push(Block::Checklist(items));
                } else {
                    blocks.push(Block::Text(events.slice(&range).to_owned()));
                }
            }
            Event::Start(tag) => {
                events.skip_to(tag.to_end());
                let text = events.slice(&range);
                let is_comment = tag == Tag::HtmlBlock && text.starts_with("<!--");
                if !is_comment && !text.is_empty() {
                    blocks.push(Block::Text(text.to_owned()));
                }
            }
            _ => {}
        }
    }
    blocks
}

impl Item {
    fn has_box(&self) -> bool {
        self.checked.is_some() || self.children.iter().any(Self::has_box)
    }

    /// It and all below it that are ticked or are to be, as lines of a list.
    pub(crate) fn lines(items: &[Self], indent: usize, into: &mut String) {
        for item in items {
            let mark = match item.checked {
                Some(true) => "[x] ",
                Some(false) => "[ ] ",
                None => "",
            };
            *into += &"  ".repeat(indent);
            for part in ["- ", mark, &item.title, "\n"] {
                *into += part;
            }
            Self::lines(&item.children, indent + 1, into);
        }
    }
}

/// How deep lists are taken apart; what is deeper stays text.
const MOST_DEPTH: usize = 50;

struct Events<'a> {
    source: &'a str,
    /// How many lists have begun and not ended.
    depth: usize,
    all: Vec<(Event<'a>, Range<usize>)>,
    next: usize,
}

impl<'a> Events<'a> {
    fn take(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        let event = self.all.get(self.next).cloned()?;
        self.next += 1;
        Some(event)
    }

    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default().trim()
    }

    /// Goes behind the end of what has begun.
    fn skip_to(&mut self, end: TagEnd) {
        let mut depth = 0_usize;
        while let Some((event, _)) = self.take() {
            match event {
                Event::Start(tag) if tag.to_end() == end => depth += 1,
                Event::End(ended) if ended == end => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return,
                },
                _ => {}
            }
        }
    }

    /// The text within `range`, without what marks it up.
    fn text_until(&mut self, range: &Range<usize>) -> String {
        let mut text = String::new();
        while let Some((event, at)) = self.all.get(self.next) {
            if at.start >= range.end {
                break;
            }
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                _ => {}
            }
            self.next += 1;
        }
        text
    }

    /// The items of the list that has begun.
    fn list(&mut self) -> Vec<Item> {
        self.depth += 1;
        let mut items = Vec::new();
        while let Some((event, range)) = self.take() {
            match event {
                Event::Start(Tag::Item) => items.push(self.item(&range)),
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
        self.depth -= 1;
        items
    }

    /// The item that has begun.
    fn item(&mut self, whole: &Range<usize>) -> Item {
        let mut checked = None;
        let mut children = Vec::new();
        // Where its own text begins and ends: behind the marker and in front of the lists.
        let mut text: Option<Range<usize>> = None;
        let mut behind = Vec::new();
        while let Some((event, range)) = self.take() {
            match event {
                Event::End(TagEnd::Item) => break,
                Event::TaskListMarker(ticked) => checked = Some(ticked),
                Event::Start(Tag::List(_)) if self.depth < MOST_DEPTH => {
                    children.extend(self.list());
                }
                Event::Start(tag) if matches!(tag, Tag::List(_)) || !children.is_empty() => {
                    self.skip_to(tag.to_end());
                    behind.push(self.slice(&range));
                }
                _ if children.is_empty() && range.end <= whole.end => {
                    let start = text.as_ref().map_or(range.start, |text| text.start);
                    text = Some(start..range.end);
                }
                _ => {}
            }
        }
        let text = text.map(|range| self.slice(&range)).unwrap_or_default();
        let text = ["[ ]", "[x]", "[X]"]
            .iter()
            .find_map(|marker| text.strip_prefix(marker).filter(|_| checked.is_some()))
            .unwrap_or(text);
        let (title, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        let rest = [rest]
            .into_iter()
            .chain(behind)
            .filter(|text| !text.is_empty());
        let rest = rest.collect::<Vec<_>>().join("\n\n");
        Item {
            checked,
            title: one_line(title),
            rest: rest.lines().map(str::trim).collect::<Vec<_>>().join("\n"),
            children,
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
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

## Soil

1. [x] dig **deep**
   and wide

   Mind the roots.
   - [ ] first [bed](https://beds.example)
   - stones

   Then rest.
2. [ ] sow

```md
- [ ] not an item
```

<!-- a comment -->
";
        insta::assert_debug_snapshot!(blocks(document));
    }

    #[test]
    fn lists_in_lists_without_end_are_text() {
        let document = format!("- [ ] a\n{}x", "- ".repeat(20_000));
        let blocks = blocks(&document);
        assert!(matches!(blocks.as_slice(), [Block::Checklist(items)] if items.len() == 2));
    }
}
