//! A form that was refused, to be sent again: nothing that was typed is lost.

use crate::form::{BACK, Form, TAKE_OVER};

/// What people type into, with what it is called. Other fields go along unseen.
const TYPED: &[(&str, &str)] = &[
    ("name", "Name"),
    ("description", "Description"),
    ("note", "Note"),
    ("comment", "Comment"),
    ("depends_on", "Waits for"),
    ("after", "Behind the task"),
    ("labels", "Labels"),
    ("content", "Code"),
];

/// A form that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Again {
    /// Where it was sent.
    pub(crate) address: String,
    /// The page that it stands on.
    pub(crate) back: String,
    /// What was typed: the names of fields, what they are called, and the texts.
    pub(crate) typed: Vec<(String, &'static str, String)>,
    /// What went along.
    pub(crate) others: Vec<(String, String)>,
}

/// What can be sent in place of what was refused: the same form with one more field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    /// What it is called.
    pub(crate) label: String,
    /// The field.
    pub(crate) name: &'static str,
    /// Its value.
    pub(crate) value: String,
    /// If the form is then sent elsewhere than before: where to, and the one field that is taken
    /// there of those that are typed.
    pub(crate) elsewhere: Option<(String, &'static str)>,
}

impl Way {
    /// To keep a text that was typed for something that is gone, as something new of that name.
    pub(super) fn as_new(what: &str, name: &str, address: String, field: &'static str) -> Self {
        Self {
            label: format!("Save it as a new {what}"),
            name: "name",
            value: name.to_owned(),
            elsewhere: Some((address, field)),
        }
    }

    /// Whether nothing that was typed would be lost.
    pub(super) fn takes_all_of(&self, again: &Again) -> bool {
        let Some((_, field)) = &self.elsewhere else {
            return true;
        };
        matches!(again.typed.as_slice(), [(name, ..)] if name == field)
    }
}

impl Again {
    pub(super) fn new(address: String, form: &Form) -> Self {
        let (mut typed, mut others) = (Vec::new(), Vec::new());
        for (name, value) in form.fields() {
            // What was agreed to once is asked for again.
            if name == TAKE_OVER {
                continue;
            }
            match TYPED.iter().find(|(field, _)| field == name) {
                Some((_, label)) => typed.push((name.clone(), *label, value.replace("\r\n", "\n"))),
                None => others.push((name.clone(), value.clone())),
            }
        }
        Self {
            address,
            back: form.get(BACK).to_owned(),
            typed,
            others,
        }
    }
}
