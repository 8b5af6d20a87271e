//! YAML, as far as people write it into the head of a file: every value as the text that stands
//! there, whatever type YAML would make of it, and no entry refused because of another.

use saphyr::{Scalar, ScalarStyle, Yaml, YamlLoader};
use saphyr_parser::Parser;

/// The longest text that is read, in bytes: a head has a few hundred.
const BYTES_MAX: usize = 16 << 10;

/// How deep values are nested at most; what is deeper is taken for nothing.
const DEPTH_MAX: usize = 32;

/// What stands at the head of a file.
#[derive(Debug, Default)]
pub(crate) struct Head {
    entries: Vec<(String, Vec<String>)>,
    /// The lines of the head, from 1, that cannot be read.
    pub(crate) unread: Vec<usize>,
}

impl Head {
    /// Takes a field out as a text; empty if there is none.
    pub(crate) fn text(&mut self, name: &str) -> String {
        self.texts(name).join(", ")
    }

    /// Takes a field out as several texts: the items of a list, or the one that there is.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        let place = self.entries.iter().position(|(field, _)| field == name);
        place
            .map(|place| self.entries.remove(place).1)
            .unwrap_or_default()
    }

    /// What is left and says something.
    pub(crate) fn rest(self) -> impl Iterator<Item = (String, String)> {
        let rest = self
            .entries
            .into_iter()
            .filter(|(_, texts)| !texts.is_empty());
        rest.map(|(name, texts)| (name, texts.join(", ")))
    }
}

/// Reads the head of a file, entry by entry if it is not good YAML as a whole.
pub(crate) fn head(text: &str) -> Head {
    if text.len() <= BYTES_MAX
        && let Some(entries) = entries(text)
    {
        return Head {
            entries,
            unread: Vec::new(),
        };
    }
    let mut head = Head::default();
    for (line, entry) in split(text) {
        let read = entries(&entry).or_else(|| entries(&quoted(&entry)));
        match read.filter(|_| entry.len() <= BYTES_MAX) {
            Some(entries) => head.entries.extend(entries),
            None => head.unread.push(line),
        }
    }
    head
}

/// The entries at the outermost level, each with the line on which it begins.
fn split(text: &str) -> Vec<(usize, String)> {
    let mut entries: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let is_within = line.starts_with([' ', '\t', '-', ']', '}']) || line.trim().is_empty();
        match entries.last_mut() {
            Some((_, entry)) if is_within => {
                entry.push('\n');
                entry.push_str(line);
            }
            _ if line.trim().is_empty() || line.starts_with('#') => {}
            _ => entries.push((index + 1, line.to_owned())),
        }
    }
    entries
}

/// An entry with quotes around what people write without them: `Fix: the roof`, `@ada`.
fn quoted(entry: &str) -> String {
    let mut lines = entry.lines();
    let Some((key, value)) = lines.next().and_then(|first| first.split_once(':')) else {
        return entry.to_owned();
    };
    let value = value.trim();
    let list = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let value = match list {
        Some(items) => {
            let items = items.split(',').map(|item| in_quotes(item.trim()));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        None => in_quotes(value),
    };
    let mut text = format!("{key}: {value}");
    for line in lines {
        let item = line.trim_start();
        let indent = line.strip_suffix(item).unwrap_or_default();
        let item = match item.strip_prefix("- ") {
            Some(item) => format!("- {}", in_quotes(item.trim())),
            None => item.to_owned(),
        };
        for part in ["\n", indent, &item] {
            text.push_str(part);
        }
    }
    text
}

fn in_quotes(text: &str) -> String {
    if text.is_empty() || text.starts_with(['"', '\'', '|', '>', '&', '*']) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "''"))
}

fn entries(text: &str) -> Option<Vec<(String, Vec<String>)>> {
    let mut loader = YamlLoader::<Yaml<'_>>::default();
    loader.early_parse(false);
    Parser::new_from_str(text).load(&mut loader, false).ok()?;
    if loader.error().is_some() {
        return None;
    }
    match loader.into_documents().into_iter().next() {
        None => Some(Vec::new()),
        Some(Yaml::Mapping(mapping)) => {
            let entries = mapping.iter().map(|(key, value)| {
                let mut values = Vec::new();
                texts(value, 0, &mut values);
                (text_of(key, 0), values)
            });
            Some(entries.collect())
        }
        Some(document) => is_nothing(&document).then(Vec::new),
    }
}

/// All texts of a value: those of a list, or its own.
fn texts(yaml: &Yaml<'_>, depth: usize, into: &mut Vec<String>) {
    match yaml {
        Yaml::Sequence(items) if depth < DEPTH_MAX => {
            for item in items {
                texts(item, depth + 1, into);
            }
        }
        Yaml::Tagged(_, value) => texts(value, depth, into),
        other => {
            let text = text_of(other, depth);
            if !text.trim().is_empty() {
                into.push(text.trim().to_owned());
            }
        }
    }
}

fn text_of(yaml: &Yaml<'_>, depth: usize) -> String {
    if depth > DEPTH_MAX || is_nothing(yaml) {
        return String::new();
    }
    match yaml {
        Yaml::Representation(text, ..) | Yaml::Value(Scalar::String(text)) => text.to_string(),
        Yaml::Tagged(_, value) => text_of(value, depth),
        Yaml::Sequence(items) => {
            let items = items.iter().map(|item| text_of(item, depth + 1));
            items.collect::<Vec<_>>().join(", ")
        }
        Yaml::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let (key, value) = (text_of(key, depth + 1), text_of(value, depth + 1));
                format!("{key}: {value}")
            });
            entries.collect::<Vec<_>>().join("; ")
        }
        Yaml::Value(Scalar::Boolean(truth)) => truth.to_string(),
        Yaml::Value(Scalar::Integer(number)) => number.to_string(),
        Yaml::Value(Scalar::FloatingPoint(number)) => number.to_string(),
        Yaml::Value(Scalar::Null) | Yaml::Alias(_) | Yaml::BadValue => String::new(),
    }
}

/// Whether it is empty, `null` or `~` without quotes.
fn is_nothing(yaml: &Yaml<'_>) -> bool {
    match yaml {
        Yaml::Representation(text, style, _) => {
            *style == ScalarStyle::Plain && matches!(text.as_ref(), "" | "~" | "null")
        }
        Yaml::Value(Scalar::Null) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_texts_that_stand_there() {
        let mut head = head(
            "title: 404\nmilestone: 1.0\nordinal: \"1000\"\nlabels: [yes, 02]\nnone: ~\nassignee:\n  - '@ada'\n  - bob\ndate: 2026-01-01 10:00\n",
        );
        assert_eq!(head.text("title"), "404");
        assert_eq!(head.text("milestone"), "1.0");
        assert_eq!(head.text("ordinal"), "1000");
        assert_eq!(head.texts("labels"), ["yes", "02"]);
        assert_eq!(head.text("none"), "");
        assert_eq!(head.texts("assignee"), ["@ada", "bob"]);
        assert_eq!(
            head.rest().collect::<Vec<_>>(),
            [("date".to_owned(), "2026-01-01 10:00".to_owned())]
        );
    }

    #[test]
    fn what_is_no_yaml_is_read_as_it_was_meant_and_line_by_line() {
        let mut head = head(
            "id: task-1\ntitle: Fix: the 'roof'\nassignee: [@ada, bob]\nreporter: @eve\njust words\nlabels:\n  - @a\n  - b: c\n",
        );
        assert_eq!(head.text("id"), "task-1");
        assert_eq!(head.text("title"), "Fix: the 'roof'");
        assert_eq!(head.texts("assignee"), ["@ada", "bob"]);
        assert_eq!(head.text("reporter"), "@eve");
        assert_eq!(head.texts("labels"), ["@a", "b: c"]);
        assert_eq!(head.unread, [5]);
    }
}
