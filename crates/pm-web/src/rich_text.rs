//! Markdown that others wrote, as HTML that can do no harm: raw HTML in it is text, its links lead
//! nowhere but to pages and mail, its pictures are links, and nothing in it has a style or a class
//! of its own.

use askama::filters::HtmlSafe;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
pub(crate) use pulldown_cmark::HeadingLevel;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::text::lines;

/// Where a link may lead: elsewhere with these, or to a place on the page.
const LEADS: &[&str] = &["http://", "https://", "mailto:", "#"];

/// What does not stand in an address as it is; letters beyond ASCII never do.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What Markdown has besides its core.
const KNOWN: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// A text in Markdown as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RichText(String);

/// It is made of escaped texts and of the elements of Markdown alone.
impl HtmlSafe for RichText {}

impl std::fmt::Display for RichText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl RichText {
    /// Reads Markdown that stands under a heading of the page; `None` if there is nothing in it.
    pub(crate) fn new(markdown: &str, under: HeadingLevel) -> Option<Self> {
        if markdown.trim().is_empty() {
            return None;
        }
        let parser = Parser::new_ext(markdown, KNOWN);
        let mut open = Open {
            links: Links::default(),
            headings: Headings::under(under),
        };
        let mut html = String::with_capacity(markdown.len() * 2);
        let events = parser.map(|event| harmless(event, &mut open));
        pulldown_cmark::html::push_html(&mut html, events);
        Some(Self(html))
    }
}

/// Markdown as a text on one line: what it says, without its marks.
pub(crate) fn in_one_line(markdown: &str) -> String {
    let mut said = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, KNOWN) {
        match event {
            Event::Text(text)
            | Event::Code(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => said.push_str(&text),
            Event::Start(
                Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
                | Tag::Image { .. },
            )
            | Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image,
            )
            | Event::TaskListMarker(_) => {}
            // Whatever else begins or ends is a block, with another one beside it.
            _ => said.push(' '),
        }
    }
    let words: Vec<&str> = said.split_whitespace().collect();
    words.join(" ")
}

/// What a place stands in.
struct Open {
    links: Links,
    headings: Headings,
}

/// The level of the last heading, and of the one that the text stands under. A text leaves out no
/// level on its way down, whatever it says: readers who go from heading to heading would look for
/// it.
struct Headings {
    above: usize,
    last: usize,
}

impl Headings {
    fn under(level: HeadingLevel) -> Self {
        let above = level as usize;
        Self { above, last: above }
    }

    /// The level on the page of a heading that begins.
    fn begin(&mut self, level: HeadingLevel) -> HeadingLevel {
        self.last = (self.above + level as usize).min(self.last + 1);
        self.level()
    }

    fn level(&self) -> HeadingLevel {
        // There are six, and any that are deeper are the last.
        HeadingLevel::try_from(self.last).unwrap_or(HeadingLevel::H6)
    }
}

/// The links around a place: whether each was opened. One within another is none.
#[derive(Default)]
struct Links(Vec<bool>);

impl Links {
    fn open<'a>(&mut self, address: &str) -> Event<'a> {
        let leads = LEADS.iter().any(|lead| {
            let start = address.get(..lead.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(lead))
        });
        let opens = leads && !self.0.contains(&true);
        self.0.push(opens);
        if !opens {
            return html(String::new());
        }
        let address = utf8_percent_encode(address, UNSAFE).to_string();
        let address = address.replace('&', "&amp;");
        html(format!(
            "<a href=\"{address}\" rel=\"noopener noreferrer nofollow\">"
        ))
    }

    fn close<'a>(&mut self) -> Event<'a> {
        let was_open = self.0.pop().unwrap_or_default();
        html(if was_open { "</a>" } else { "" })
    }
}

/// What takes the place of an event.
fn harmless<'a>(event: Event<'a>, open: &mut Open) -> Event<'a> {
    match event {
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => escaped(&text),
        Event::Code(code) => html(format!("<code>{}</code>", lines(&*code))),
        Event::Start(tag) => begun(tag, open),
        Event::End(end) => ended(end, open),
        Event::SoftBreak | Event::HardBreak | Event::Rule => event,
        // None of these was asked for.
        Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
            escaped(&text)
        }
        Event::TaskListMarker(done) => html(if done { "[x] " } else { "[ ] " }),
    }
}

fn begun<'a>(tag: Tag<'a>, open: &mut Open) -> Event<'a> {
    match tag {
        Tag::Link {
            link_type: LinkType::Email,
            dest_url,
            ..
        } => open.links.open(&format!("mailto:{dest_url}")),
        Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => open.links.open(&dest_url),
        Tag::HtmlBlock => Event::Start(Tag::Paragraph),
        // The language would be a class.
        Tag::CodeBlock(_) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
        Tag::Heading { level, .. } => Event::Start(Tag::Heading {
            level: open.headings.begin(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        // An alignment would be a style, and the browser is told to take none.
        Tag::Table(columns) => {
            let none = vec![pulldown_cmark::Alignment::None; columns.len()];
            Event::Start(Tag::Table(none))
        }
        other => Event::Start(other),
    }
}

fn ended<'a>(end: TagEnd, open: &mut Open) -> Event<'a> {
    match end {
        TagEnd::Link | TagEnd::Image => open.links.close(),
        TagEnd::HtmlBlock => Event::End(TagEnd::Paragraph),
        TagEnd::Heading(_) => Event::End(TagEnd::Heading(open.headings.level())),
        other => Event::End(other),
    }
}

fn escaped<'a>(text: &str) -> Event<'a> {
    html(lines(text).to_string())
}

fn html<'a>(html: impl Into<CowStr<'a>>) -> Event<'a> {
    Event::InlineHtml(html.into())
}

#[cfg(test)]
mod tests;
