//! YAML, changed as lines: our entry is put in or replaced, and the result is read again and
//! compared, so that nothing but the entry can have changed.

use std::ops::Range;

use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;

use super::Problem;

/// See [`super::Format::merge`]; `keys` is the one name at the outermost level.
pub(super) fn merge(
    text: &str,
    keys: &[&str],
    name: &str,
    entry: &Value,
) -> Result<String, Problem> {
    let section = keys.first().copied().unwrap_or_default();
    let before = read(text)?;
    let not_addable = || Problem::NotAddable(section.to_owned());
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = if lines.iter().any(|line| line.ends_with("\r\n")) {
        "\r\n"
    } else {
        "\n"
    };
    let header = lines.iter().position(|line| is_header(line, section));
    let merged = if let Some(header) = header {
        let body = lines.get(header + 1..).unwrap_or_default();
        let indent = body
            .iter()
            .find_map(|line| indent_of(line))
            .filter(|indent| *indent > 0)
            .unwrap_or(2);
        let range = own_lines(body, indent, name);
        let (kept, rest) = (body.get(..range.start), body.get(range.end..));
        let (Some(kept), Some(rest)) = (kept, rest) else {
            return Err(not_addable());
        };
        let head = lines.get(..=header).unwrap_or_default().concat();
        let head = terminated(&head, end);
        let block = block(name, entry, indent, end);
        format!("{head}{}{block}{}", kept.concat(), rest.concat())
    } else {
        let head = terminated(text, end);
        format!("{head}{section}:{end}{}", block(name, entry, 2, end))
    };
    let alone = format!("{section}:\n{}", block(name, entry, 2, "\n"));
    let is_just = read(&merged).is_ok_and(|after| {
        read(&alone).is_ok_and(|alone| holds_just(&before, &after, &alone, section, name))
    });
    if is_just {
        Ok(merged)
    } else {
        Err(not_addable())
    }
}

/// Whether `after` is `before` with the entry of `alone`, and nothing else.
fn holds_just(
    before: &Yaml<'_>,
    after: &Yaml<'_>,
    alone: &Yaml<'_>,
    section: &str,
    name: &str,
) -> bool {
    let expected = child(alone, section).and_then(|it| child(it, name));
    let found = child(after, section).and_then(|it| child(it, name));
    expected.is_some()
        && expected == found
        && without(before, section, name) == without(after, section, name)
}

/// All pairs of names and values but the entry, in a form that can be compared.
fn without(yaml: &Yaml<'_>, section: &str, name: &str) -> Vec<String> {
    let Yaml::Mapping(whole) = yaml else {
        return Vec::new();
    };
    let mut pairs = Vec::new();
    for (key, value) in whole {
        match value {
            Yaml::Mapping(inner) if key.as_str() == Some(section) => {
                let others = inner.iter().filter(|(key, _)| key.as_str() != Some(name));
                pairs.extend(others.map(|pair| format!("{pair:?}")));
            }
            Yaml::Value(saphyr::Scalar::Null) if key.as_str() == Some(section) => {}
            _ => pairs.push(format!("{key:?} {value:?}")),
        }
    }
    pairs
}

fn child<'a, 'input>(yaml: &'a Yaml<'input>, name: &str) -> Option<&'a Yaml<'input>> {
    let Yaml::Mapping(mapping) = yaml else {
        return None;
    };
    let pair = mapping.iter().find(|(key, _)| key.as_str() == Some(name));
    pair.map(|(_, value)| value)
}

/// Reads the one document of a text; an empty one is an empty mapping.
fn read(text: &str) -> Result<Yaml<'_>, Problem> {
    let invalid = |reason: String| Problem::Invalid {
        format: "YAML",
        reason,
    };
    let documents = Yaml::load_from_str(text).map_err(|error| invalid(error.to_string()))?;
    let mut documents = documents.into_iter();
    match (documents.next(), documents.next()) {
        (None | Some(Yaml::Value(saphyr::Scalar::Null)), None) => {
            Ok(Yaml::Mapping(saphyr::Mapping::new()))
        }
        (Some(document @ Yaml::Mapping(_)), None) => Ok(document),
        _ => Err(Problem::NotNames),
    }
}

/// Whether a line is `section:` at the outermost level, with its value on the lines below.
fn is_header(line: &str, section: &str) -> bool {
    let rest = line
        .strip_prefix(section)
        .and_then(|rest| rest.strip_prefix(':'));
    rest.is_some_and(|rest| {
        let rest = rest.trim();
        rest.is_empty() || rest.starts_with('#')
    })
}

/// How far a line is indented; `None` if nothing stands on it but a comment.
fn indent_of(line: &str) -> Option<usize> {
    let rest = line.trim_start_matches(' ');
    let says_something = !rest.trim().is_empty() && !rest.starts_with('#');
    says_something.then(|| line.len() - rest.len())
}

/// The lines of an entry that is there already; otherwise the place for it, before the others.
fn own_lines(body: &[&str], indent: usize, name: &str) -> Range<usize> {
    let is_within = |line: &&&str| indent_of(line).is_none_or(|found| found >= indent);
    let section = body.iter().take_while(is_within);
    let start = section.clone().position(|line| {
        indent_of(line) == Some(indent)
            && line
                .trim()
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(':'))
    });
    let Some(start) = start else {
        return 0..0;
    };
    let more = section
        .skip(start + 1)
        .take_while(|line| indent_of(line).is_some_and(|found| found > indent));
    start..start + 1 + more.count()
}

/// The text with an end to its last line.
fn terminated(text: &str, end: &str) -> String {
    if text.is_empty() || text.ends_with('\n') {
        text.to_owned()
    } else {
        format!("{text}{end}")
    }
}

/// The entry as lines. What is in one line is JSON, which YAML reads as it is.
fn block(name: &str, value: &Value, indent: usize, end: &str) -> String {
    let space = " ".repeat(indent);
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let fields = fields
                .iter()
                .map(|(name, value)| block(name, value, indent + 2, end));
            format!("{space}{name}:{end}{}", fields.collect::<String>())
        }
        value => format!("{space}{name}: {value}{end}"),
    }
}
