//! The fields of a form, as a browser sends them.

use std::str::FromStr;

use axum::body::{Body, to_bytes};
use pm_core::model::{TextChecksum, TextEdit, UnknownWord};

use crate::text::plain;

/// The field with the page that a form stands on, if that is not the one that sent it.
pub(crate) const BACK: &str = "back";

/// The field that takes a task over which somebody else has claimed.
pub(crate) const TAKE_OVER: &str = "take_over";

/// The field with the checksum of what the form showed in another, so that what nobody changed is
/// not written, and nothing is written over unseen.
pub(crate) fn was(name: &str) -> String {
    format!("was-{name}")
}

/// The checksum of what a form shows in a field.
pub(crate) fn checksum<T: AsRef<str> + ?Sized>(text: &T) -> TextChecksum {
    TextChecksum::of(text.as_ref())
}

/// Names for a field that has one on each line.
pub(crate) fn one_a_line<T: AsRef<str>>(names: &[T]) -> String {
    let names = names.iter().map(|name| plain(name));
    names.collect::<Vec<_>>().join("\n")
}

/// The most fields of a form: each takes far more memory than the two bytes that it may have.
const FIELDS_MAX: usize = 10_000;

/// A form has more fields or bytes than are read.
#[derive(Debug)]
pub(crate) struct TooLarge;

/// A form lacks this field, or the field cannot be read.
#[derive(Debug)]
pub(crate) struct Missing(pub(crate) &'static str);

/// A field was changed meanwhile: what stands there now.
#[derive(Debug)]
pub(crate) struct Stale {
    pub(crate) field: &'static str,
    pub(crate) present: String,
}

/// The fields of a form, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form of at most `most` bytes.
    pub(crate) async fn read(body: Body, most: usize) -> Result<Self, TooLarge> {
        let body = to_bytes(body, most).await;
        let body = body.map_err(|_| TooLarge)?;
        let mut fields = form_urlencoded::parse(&body).into_owned();
        let form = Self(fields.by_ref().take(FIELDS_MAX).collect());
        match fields.next() {
            None => Ok(form),
            Some(_) => Err(TooLarge),
        }
    }

    /// The value of a field, without the space around it; empty if it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).unwrap_or_default().trim()
    }

    /// The text of a field as it was typed, if the field was sent. Browsers end each line with a
    /// return and a feed, whatever ended it before.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(|text| text.replace("\r\n", "\n"))
    }

    /// The text of a field without which the form says nothing.
    pub(crate) fn needed(&self, name: &'static str) -> Result<String, Missing> {
        self.text(name).ok_or(Missing(name))
    }

    /// The text of a field, if it was sent and is another one than the form began with.
    pub(crate) fn changed(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        (self.began_with(name) != Some(TextChecksum::of(&text))).then_some(text)
    }

    /// The text of a field, with what the form began with, if the text is another one than that.
    pub(crate) fn edit(&self, name: &str) -> Option<TextEdit> {
        let from = self.began_with(name);
        self.changed(name).map(|text| TextEdit { text, from })
    }

    /// The checksum of what the form showed in a field.
    fn began_with(&self, name: &str) -> Option<TextChecksum> {
        self.get(&was(name)).parse().ok()
    }

    /// Refuses a text that takes the place of another one than the form began with.
    pub(crate) fn refuse_stale(&self, name: &'static str, present: &str) -> Result<(), Stale> {
        let began_with = self.began_with(name);
        let is_stale = self.changed(name).is_some_and(|text| {
            text != present && began_with.is_some_and(|began| began != checksum(present))
        });
        if is_stale {
            let present = present.to_owned();
            return Err(Stale {
                field: name,
                present,
            });
        }
        Ok(())
    }

    /// The word of a field, if one was sent and is another one than the form began with.
    pub(crate) fn word<T: FromStr<Err = UnknownWord>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, UnknownWord> {
        match self.changed(name).as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(word) => word.parse().map(Some),
        }
    }

    /// The number of a field.
    pub(crate) fn number<T: FromStr>(&self, name: &'static str) -> Result<T, Missing> {
        let number = self.get(name).parse();
        number.map_err(|_| Missing(name))
    }

    /// What stands on the lines of a field, apart from those that are blank, if it was sent and is
    /// another text than the form began with.
    pub(crate) fn lines(&self, name: &str) -> Option<Vec<String>> {
        let text = self.changed(name)?;
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty());
        Some(lines.map(str::to_owned).collect())
    }

    /// The values of all fields of a name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.0.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// All fields, in their order.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// The same form with another value for a field, or with that field if it had none of the name.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value.into()));
        self
    }

    fn raw(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn form(body: &'static str) -> Form {
        Form::read(Body::from(body), 100).await.unwrap()
    }

    #[tokio::test]
    async fn fields_are_read_as_they_were_typed() {
        let form = form("name=+a%26b+&text=+one%0D%0A%0D%0Atwo%0A&task=a&task=b&empty=").await;
        assert_eq!(form.get("name"), "a&b");
        assert_eq!(form.text("text").unwrap(), " one\n\ntwo\n");
        assert_eq!(form.lines("text").unwrap(), ["one", "two"]);
        assert_eq!(form.all("task"), ["a", "b"]);
        assert_eq!(form.text("empty").as_deref(), Some(""));
        assert_eq!((form.get("gone"), form.text("gone")), ("", None));
        assert_eq!(form.with("name", "c").get("name"), "c");
    }

    #[tokio::test]
    async fn what_nobody_changed_is_not_sent() {
        let was = |text: &str| checksum(text).to_string();
        let form = Form::default()
            .with("note", "a\r\nb")
            .with("was-note", was("a\nb"))
            .with("labels", "c")
            .with("was-labels", was("d"))
            .with("status", "done");
        assert_eq!(form.changed("note"), None);
        assert_eq!(form.lines("labels").unwrap(), ["c"]);
        assert_eq!(form.edit("labels").unwrap().from, Some(checksum("d")));
        assert_eq!(form.changed("status").as_deref(), Some("done"));
    }

    #[tokio::test]
    async fn more_than_a_form_takes_is_refused() {
        let sent = Form::read(Body::from("a".repeat(101)), 100).await;
        assert!(sent.is_err());
        let many = "a&".repeat(FIELDS_MAX + 1);
        assert!(Form::read(Body::from(many), usize::MAX).await.is_err());
    }
}
