//! What the parser says, put together into texts and lists.

use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter, Tag, TagEnd};

use super::boxes::split_mark;
use super::item::Item;

/// How deep lists are taken apart; what is deeper stays text.
const DEPTH_MAX: usize = 50;

pub(super) struct Events<'a> {
    pub(super) source: &'a str,
    /// How many lists have begun and not ended.
    pub(super) depth: usize,
    pub(super) rest: Peekable<OffsetIter<'a>>,
}

impl<'a> Events<'a> {
    pub(super) fn slice(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default().trim()
    }

    /// Goes behind the end of what has begun.
    pub(super) fn skip_to(&mut self, end: TagEnd) {
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
    pub(super) fn text_until(&mut self, range: &Range<usize>) -> (String, Vec<String>) {
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
    pub(super) fn list(&mut self) -> Vec<Item> {
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

pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
