//! JSON that is read one part at a time, so that a file costs little more than its text, one bad
//! part is no reason to refuse the others, and each part still says on which line it stands.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::source::Problem;

/// Why a text is no JSON of the wanted form.
pub(crate) type JsonError = serde_json::Error;

/// What a value is, as a person would say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    List,
    Text,
    /// A number or a truth value.
    Plain,
    Nothing,
}

impl Kind {
    pub(crate) fn of(text: &str) -> Self {
        match text.trim_start().as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::List,
            Some(b'"') => Self::Text,
            Some(b'n') | None => Self::Nothing,
            Some(_) => Self::Plain,
        }
    }
}

/// Hands out the elements of a list, in order.
pub(crate) fn each_element<'a>(
    text: &'a str,
    each: impl FnMut(&'a RawValue),
) -> Result<(), JsonError> {
    struct Each<'a, F>(F, PhantomData<&'a ()>);

    impl<'a, F: FnMut(&'a RawValue)> Visitor<'a> for Each<'a, F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'a>>(mut self, mut list: A) -> Result<(), A::Error> {
            while let Some(element) = list.next_element()? {
                (self.0)(element);
            }
            Ok(())
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_seq(Each(each, PhantomData))?;
    deserializer.end()
}

/// Hands out the entries of an object, in order, also those whose keys are equal.
pub(crate) fn each_entry<'a>(
    text: &'a str,
    each: impl FnMut(String, &'a RawValue),
) -> Result<(), JsonError> {
    struct Each<'a, F>(F, PhantomData<&'a ()>);

    impl<'a, F: FnMut(String, &'a RawValue)> Visitor<'a> for Each<'a, F> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<(), A::Error> {
            while let Some((key, value)) = map.next_entry()? {
                (self.0)(key, value);
            }
            Ok(())
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(Each(each, PhantomData))?;
    deserializer.end()
}

/// The position in a file from which it is no longer JSON.
pub(crate) fn broken(error: &JsonError) -> Problem {
    Problem::NotJson {
        line: error.line(),
        column: error.column(),
        is_cut_off: error.is_eof(),
    }
}

/// Says on which lines the parts of a text stand.
pub(crate) struct Lines<'a> {
    text: &'a str,
    /// Up to which byte lines were counted, and how many there are: parts are asked for in order.
    counted: (usize, usize),
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self {
            text,
            counted: (0, 1),
        }
    }

    /// The line, from 1, on which a part of the text begins; the first for what is none of it.
    pub(crate) fn of_part(&mut self, part: &str) -> usize {
        let begin = self.text.as_ptr() as usize;
        let place = (part.as_ptr() as usize).wrapping_sub(begin);
        if place > self.text.len() {
            return 1;
        }
        let (from, lines) = match self.counted {
            (from, lines) if from <= place => (from, lines),
            _ => (0, 1),
        };
        let between = self.text.get(from..place).unwrap_or_default();
        let more = between.matches('\n').count();
        self.counted = (place, lines + more);
        lines + more
    }
}

/// More fields than any object has that means something.
const FIELDS_MAX: usize = 10_000;

/// The fields of an object, each of which is read only when it is asked for.
#[derive(Default)]
pub(crate) struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Fields<'a> {
    pub(crate) fn of(text: &'a str) -> Result<Self, JsonError> {
        let mut fields = Vec::new();
        each_entry(text, |name, value| {
            if fields.len() < FIELDS_MAX {
                fields.push((name, value));
            }
        })?;
        if fields.len() == FIELDS_MAX {
            return Err(serde::de::Error::custom("no task has as many fields"));
        }
        Ok(Self(fields))
    }

    /// Takes a field out; the last, if several have one name, as most programs do.
    pub(crate) fn take(&mut self, name: &str) -> Option<&'a str> {
        let place = self.0.iter().rposition(|(field, _)| field == name)?;
        let (_, value) = self.0.remove(place);
        self.0.retain(|(field, _)| field != name);
        let text = value.get();
        (Kind::of(text) != Kind::Nothing).then_some(text)
    }

    /// Takes a field out as a text, of any type; empty if there is none.
    pub(crate) fn text(&mut self, name: &str) -> String {
        self.take(name).map(text_of).unwrap_or_default()
    }

    /// A field as it stands there.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let field = self.0.iter().rfind(|(field, _)| field == name);
        field.map(|(_, value)| value.get())
    }

    /// Whether there is a field.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A field as a text, which stays in its place.
    pub(crate) fn peek(&self, name: &str) -> String {
        self.get(name).map(text_of).unwrap_or_default()
    }

    /// Takes a field out as several texts: the elements of a list, or the one that there is.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        let Some(value) = self.take(name) else {
            return Vec::new();
        };
        let mut texts = Vec::new();
        match Kind::of(value) {
            Kind::List => {
                // It was read as a whole before, so that it is a list.
                let _ = each_element(value, |element| texts.push(text_of(element.get())));
            }
            _ => texts.push(text_of(value)),
        }
        texts.retain(|text| !text.trim().is_empty());
        texts
    }

    /// All that is left and says something, as texts.
    pub(crate) fn rest(self) -> impl Iterator<Item = (String, String)> {
        let rest = self.0.into_iter();
        let rest = rest.filter(|(_, value)| !is_nothing(value.get()));
        rest.map(|(name, value)| (name, text_of(value.get())))
    }
}

/// Whether the value of a field says nothing.
fn is_nothing(value: &str) -> bool {
    let mut plain = value.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let start: Vec<u8> = plain.by_ref().take(6).collect();
    matches!(
        start.as_slice(),
        b"null" | b"false" | b"\"\"" | b"[]" | b"{}"
    )
}

/// A value as a text for people: a list as one of Markdown, an object as its JSON.
pub(crate) fn text_of(value: &str) -> String {
    match Kind::of(value) {
        Kind::Nothing => String::new(),
        Kind::Text => parsed(value).unwrap_or_else(|| value.to_owned()),
        Kind::Plain | Kind::Object => value.trim().to_owned(),
        Kind::List => {
            let mut lines = String::new();
            let _ = each_element(value, |element| {
                let text = text_of(element.get());
                if !text.trim().is_empty() {
                    let between = if lines.is_empty() { "- " } else { "\n- " };
                    lines.push_str(between);
                    lines.push_str(&text.trim().replace('\n', "\n  "));
                }
            });
            lines
        }
    }
}

/// A value of a known type, if it is one.
pub(crate) fn parsed<'a, T: Deserialize<'a>>(value: &'a str) -> Option<T> {
    serde_json::from_str(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_text_whatever_it_is() {
        assert_eq!(text_of(r#""a\nb""#), "a\nb");
        assert_eq!(text_of("404"), "404");
        assert_eq!(text_of("1.0"), "1.0");
        assert_eq!(text_of("null"), "");
        assert_eq!(text_of(r#"["one", null, ["two"]]"#), "- one\n- - two");
        assert_eq!(text_of(r#"{"a": 1}"#), r#"{"a": 1}"#);
    }

    #[test]
    fn fields_are_taken_once_and_what_is_left_is_known() {
        let text = r#"{"a": 1, "b": [2, "c"], "a": "last", "d": false, "e": {}, "f": [ ], "g": 0}"#;
        let mut fields = Fields::of(text).unwrap();
        assert_eq!(fields.text("a"), "last");
        assert_eq!(fields.text("a"), "");
        assert_eq!(fields.texts("b"), ["2", "c"]);
        let rest: Vec<_> = fields.rest().collect();
        assert_eq!(rest, [("g".to_owned(), "0".to_owned())]);
    }

    #[test]
    fn parts_know_their_lines() {
        let text = "[1,\n2,\n\n3]";
        let mut lines = Lines::of(text);
        let mut found = Vec::new();
        each_element(text, |element| found.push(lines.of_part(element.get()))).unwrap();
        assert_eq!(found, [1, 2, 4]);
        assert_eq!(lines.of_part("elsewhere"), 1);
    }
}
