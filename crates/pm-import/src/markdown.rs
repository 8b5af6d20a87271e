//! Markdown as far as plans are written in it: front matter, headings, lists with boxes to tick,
//! and the rest to the letter. It is handed out part by part, so that no more than one list is in
//! memory at a time.

use std::iter::Peekable;
use std::ops::Range;

use pm_core::Status;
use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};

use crate::plan::{PlannedJob, State, Text};

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

/// An item of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// The content of its box; `None` if it has none.
    pub(crate) mark: Option<char>,
    /// Its first paragraph, on one line.
    pub(crate) title: String,
    /// What else stands in it, lists aside, unless they are nested too deep.
    pub(crate) rest: String,
    pub(crate) children: Vec<Item>,
}

/// What people write into boxes beside nothing and an x, and what they mean by it.
const MARKS: &[(char, Status, &str)] = &[
    ('-', Status::Cancelled, ""),
    ('~', Status::Cancelled, ""),
    ('/', Status::InProgress, ""),
    ('>', Status::Blocked, "moved on"),
    ('<', Status::Todo, "scheduled"),
    ('!', Status::Todo, "important"),
    ('?', Status::Todo, "question"),
    ('*', Status::Todo, "starred"),
];

/// The state that a mark in a box stands for.
pub(crate) fn state_of(mark: char) -> State {
    match mark {
        'x' | 'X' => Status::Done.into(),
        mark => {
            let known = MARKS.iter().find(|(known, ..)| *known == mark);
            known.map_or_else(State::default, |(_, status, note)| State {
                status: *status,
                note: (*note).to_owned(),
            })
        }
    }
}

/// Takes a box off the beginning of a text.
pub(crate) fn split_mark(text: &str) -> Option<(char, &str)> {
    let mut characters = text.strip_prefix('[')?.chars();
    let mark = characters.next()?;
    let is_known =
        matches!(mark, ' ' | 'x' | 'X') || MARKS.iter().any(|(known, ..)| *known == mark);
    let rest = characters.as_str().strip_prefix(']')?;
    let stands_alone = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (is_known && stands_alone).then_some((mark, rest.trim_start()))
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

/// The end of a part that can be parsed alone: in front of a heading that no block goes beyond.
fn end_of_section(text: &str) -> usize {
    let mut place = 0;
    let mut fence: Option<&str> = None;
    let mut is_comment = false;
    for line in text.split_inclusive('\n') {
        let is_heading = line.starts_with('#') && fence.is_none() && !is_comment;
        if is_heading && place >= SECTION_BYTES_MIN {
            return place;
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

impl Item {
    /// Whether it or one within it has a box.
    pub(crate) fn has_box(&self) -> bool {
        self.mark.is_some() || self.children.iter().any(Self::has_box)
    }

    /// Whether there is anything in it.
    pub(crate) fn says_something(&self) -> bool {
        !(self.title.is_empty() && self.rest.is_empty() && self.children.is_empty())
    }

    /// How far it is.
    pub(crate) fn state(&self) -> State {
        self.mark.map_or_else(State::default, state_of)
    }

    /// It as a job, with all that is nested in it as text.
    pub(crate) fn into_job(self) -> PlannedJob {
        let state = self.state();
        let mut description = Text::new(&self.rest);
        let mut nested = String::new();
        Self::write(&self.children, 0, &mut nested);
        description.paragraph(&nested);
        PlannedJob {
            title: self.title,
            description,
            state,
            ..PlannedJob::default()
        }
    }

    /// Writes items with all that is in them as a list.
    fn write(items: &[Self], depth: usize, into: &mut String) {
        let indent = "  ".repeat(depth);
        for item in items {
            into.push_str(&indent);
            into.push_str("- ");
            if let Some(mark) = item.mark {
                into.extend(['[', mark, ']', ' ']);
            }
            into.push_str(&item.title);
            into.push('\n');
            if !item.rest.is_empty() {
                into.push('\n');
            }
            for line in item.rest.lines() {
                into.push_str(format!("{indent}  {line}").trim_end());
                into.push('\n');
            }
            Self::write(&item.children, depth + 1, into);
        }
    }
}

/// How deep lists are taken apart; what is deeper stays text.
const DEPTH_MAX: usize = 50;

struct Events<'a> {
    source: &'a str,
    /// How many lists have begun and not ended.
    depth: usize,
    rest: Peekable<OffsetIter<'a>>,
}

impl<'a> Events<'a> {
    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default().trim()
    }

    /// Goes behind the end of what has begun.
    fn skip_to(&mut self, end: TagEnd) {
        let mut depth = 0_usize;
        for (event, _) in self.rest.by_ref() {
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

    /// The text within `range`, without its markup, and the targets of its links.
    fn text_until(&mut self, range: &Range<usize>) -> (String, Vec<String>) {
        let mut text = String::new();
        let mut links = Vec::new();
        while let Some((event, _)) = self.rest.next_if(|(_, at)| at.start < range.end) {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(&part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    links.push(dest_url.to_string());
                }
                _ => {}
            }
        }
        (text, links)
    }

    /// The items of the list that has begun.
    fn list(&mut self) -> Vec<Item> {
        self.depth += 1;
        let mut items = Vec::new();
        while let Some((event, range)) = self.rest.next() {
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
        let mut mark = None;
        let mut children = Vec::new();
        // The range of its own text: behind the marker and in front of the lists.
        let mut text: Option<Range<usize>> = None;
        let mut behind = Vec::new();
        while let Some((event, range)) = self.rest.next() {
            match event {
                Event::End(TagEnd::Item) => break,
                Event::TaskListMarker(ticked) => mark = Some(if ticked { 'x' } else { ' ' }),
                Event::Start(Tag::List(_)) if self.depth < DEPTH_MAX => {
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
        let text = match split_mark(text) {
            Some((own, rest)) => {
                mark = mark.or(Some(own));
                rest
            }
            None => text,
        };
        let (title, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        let rest = [rest]
            .into_iter()
            .chain(behind)
            .filter(|text| !text.is_empty());
        let rest = rest.collect::<Vec<_>>().join("\n\n");
        let mut lines = String::with_capacity(rest.len());
        for line in rest.lines() {
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(line.trim());
        }
        Item {
            mark,
            title: one_line(title),
            rest: lines,
            children,
        }
    }
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
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
