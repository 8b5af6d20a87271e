//! One page of a list: as much of each entry as leaves room for all of them. If even their names
//! are too many, what is done is left out, and then all but the first entries.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::limits::NOTICE_BYTES;
use super::list_names::{count_beside, kind};
use crate::text::cut::cut;
use crate::text::json_size::size;

/// How much of an entry is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// All of it.
    Whole,
    /// All of it, but of its texts just so many characters.
    Beginning(usize),
    /// What it is called, and its status.
    Name,
}

impl Shown {
    /// As much of a text of an entry as is shown.
    pub(crate) fn text(self, text: &str) -> String {
        match self {
            Self::Beginning(chars) => cut(text, chars),
            Self::Whole | Self::Name => text.to_owned(),
        }
    }
}

/// An entry of a list.
pub(crate) trait ListEntry {
    /// What is shown of it.
    type Body: Serialize;

    /// How much of it may be shown, the most first.
    const FORMS: &'static [Shown] = &[
        Shown::Whole,
        Shown::Beginning(2_000),
        Shown::Beginning(640),
        Shown::Beginning(160),
        Shown::Beginning(80),
        Shown::Beginning(40),
        Shown::Name,
    ];

    /// Makes what is shown of it.
    fn body(&self, shown: Shown) -> Self::Body;

    /// What `after` has to be to read on behind it, as a sentence writes it.
    fn after(&self) -> String;

    /// Whether nothing is left to do of it, so that it is left out before the others.
    fn is_over(&self) -> bool {
        false
    }

    /// Its longest text, if there are forms that show a beginning of it.
    fn description(&self) -> Option<&str> {
        None
    }
}

/// What finds just one entry, for each of a list of keys and names: its name, or its key if others
/// have the same name.
pub(crate) fn handles<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<&'a str> {
    let entries: Vec<(&str, &str)> = entries.collect();
    let mut of_name: HashMap<&str, usize> = HashMap::new();
    for (_, name) in &entries {
        *of_name.entry(name).or_default() += 1;
    }
    let is_one = |name: &str| of_name.get(name) == Some(&1);
    let handle = |(key, name)| if is_one(name) { name } else { key };
    entries.into_iter().map(handle).collect()
}

/// An entry that is shown whole or not at all.
pub(crate) struct WholeEntry<F> {
    /// What `after` has to be to read on behind it, as a sentence writes it.
    pub(crate) after: String,
    /// Makes what is shown of it.
    pub(crate) body: F,
}

impl<B: Serialize, F: Fn() -> B> ListEntry for WholeEntry<F> {
    type Body = B;

    const FORMS: &'static [Shown] = &[Shown::Whole];

    fn body(&self, _: Shown) -> B {
        (self.body)()
    }

    fn after(&self) -> String {
        self.after.clone()
    }
}

/// A page of a list.
#[derive(Debug)]
pub(crate) struct Page<B> {
    /// What is shown.
    pub(crate) entries: Vec<B>,
    /// What is not.
    pub(crate) end: PageEnd,
}

/// What a page leaves out of its list, and how the list is read on.
#[derive(Debug, Default)]
pub(crate) struct PageEnd {
    /// The place of the list in the answer, as a JSON pointer; nothing stands there if the entries
    /// became one text.
    list: &'static str,
    /// What `after` calls each entry that is shown.
    shown: Vec<String>,
    /// How many of those are shown with the beginnings of their texts.
    beginnings: usize,
    /// How many of those are shown by their names.
    names: usize,
    /// How many were left out because they are over.
    over: usize,
    /// How many stand behind the last one that is shown, apart from those that are over.
    more: usize,
    reads_on: ReadsOn,
}

/// What reads a list on.
#[derive(Debug, Default)]
enum ReadsOn {
    /// The same call, with `after`.
    #[default]
    Again,
    /// A call of another tool: the beginning of a sentence that goes on with `after`.
    Elsewhere(String),
    /// No tool that is offered.
    Nothing,
}

impl<B: Serialize> Page<B> {
    /// All entries, of which the last are left out if the answer is too long otherwise.
    pub(crate) fn whole<E: ListEntry<Body = B>>(list: &'static str, entries: &[E]) -> Self {
        let all: Vec<&E> = entries.iter().collect();
        let bodies = entries.iter().map(|entry| entry.body(Shown::Whole));
        Self::new(list, &all, bodies.collect(), |_| Shown::Whole)
    }

    /// Says that another tool reads on, if it is offered: `call` is the beginning of a sentence
    /// that goes on with `after`.
    pub(crate) fn read_on_with(mut self, call: Option<String>) -> Self {
        self.end.reads_on = call.map_or(ReadsOn::Nothing, ReadsOn::Elsewhere);
        self
    }

    /// Shows of `entries`, in an answer that has `room` bytes left, as much as fits.
    ///
    /// At least one is shown, so that a caller that reads on comes to the end.
    pub(crate) fn of<E: ListEntry<Body = B>>(
        list: &'static str,
        entries: &[E],
        room: usize,
    ) -> Self {
        let all: Vec<&E> = entries.iter().collect();
        if let Some(page) = Self::filled(list, &all, |_| Shown::Whole, room) {
            return page;
        }
        let room = room.saturating_sub(NOTICE_BYTES);
        let least = E::FORMS.last().copied().unwrap_or(Shown::Name);
        for form in E::FORMS {
            let form = |entry: &E| if entry.is_over() { least } else { *form };
            if let Some(page) = Self::filled(list, &all, form, room) {
                return page;
            }
        }
        let mut left: Vec<&E> = all.into_iter().filter(|entry| !entry.is_over()).collect();
        if left.is_empty() {
            // If all are over, none is left out before the others.
            left.extend(entries);
        }
        let over = entries.len() - left.len();
        // If none is over, no form fits now that did not fit before.
        for form in E::FORMS.iter().filter(|_| over > 0) {
            if let Some(mut page) = Self::filled(list, &left, |_| *form, room) {
                page.end.over = over;
                return page;
            }
        }
        let mut bodies = Vec::new();
        let mut used = 0;
        for entry in &left {
            let body = entry.body(least);
            used += size(&body) + COMMA_BYTES;
            if !bodies.is_empty() && used + size(&entry.after()) > room {
                break;
            }
            bodies.push(body);
        }
        let more = left.split_off(bodies.len()).len();
        let mut page = Self::new(list, &left, bodies, |_| least);
        (page.end.over, page.end.more) = (over, more);
        page
    }

    /// All `entries` in these forms, if they take at most `room` bytes.
    fn filled<E: ListEntry<Body = B>>(
        list: &'static str,
        entries: &[&E],
        form: impl Fn(&E) -> Shown,
        room: usize,
    ) -> Option<Self> {
        let mut bodies = Vec::new();
        let mut used = 0;
        for entry in entries {
            let body = entry.body(form(entry));
            used += size(&body) + COMMA_BYTES;
            if used > room {
                return None;
            }
            bodies.push(body);
        }
        Some(Self::new(list, entries, bodies, form))
    }

    fn new<E: ListEntry<Body = B>>(
        list: &'static str,
        shown: &[&E],
        entries: Vec<B>,
        form: impl Fn(&E) -> Shown,
    ) -> Self {
        let mut end = PageEnd {
            list,
            ..PageEnd::default()
        };
        for entry in shown {
            end.shown.push(entry.after());
            match form(entry) {
                Shown::Whole => {}
                Shown::Beginning(chars) => {
                    let description = entry.description().unwrap_or_default();
                    let is_cut = description.chars().nth(chars).is_some();
                    end.beginnings += usize::from(is_cut);
                }
                Shown::Name => end.names += 1,
            }
        }
        Self { entries, end }
    }
}

/// What separates two entries, in bytes.
const COMMA_BYTES: usize = 1;

impl PageEnd {
    /// The place of the list in the answer, as a JSON pointer.
    pub(crate) fn list(&self) -> &'static str {
        self.list
    }

    /// What the entries are.
    pub(crate) fn kind(&self) -> &'static str {
        kind(self.list.rsplit('/').next().unwrap_or_default())
    }

    /// What `after` has to be to read on.
    pub(crate) fn last(&self) -> Option<&str> {
        self.shown.last().map(String::as_str)
    }

    /// How many entries are left out.
    pub(crate) fn left_out(&self) -> usize {
        self.over + self.more
    }

    /// Whether there is anything to tell.
    pub(crate) fn is_told(&self) -> bool {
        self.beginnings + self.names + self.left_out() > 0
    }

    /// Notes how many of the entries `answer` still has, if their list was cut.
    pub(crate) fn look_at(&mut self, answer: &Value) {
        let count = match answer.pointer(self.list) {
            Some(Value::Array(entries)) => entries.len(),
            Some(Value::Object(entries)) => entries.len(),
            _ => {
                // The list is one text by now, and nobody knows at which entry that was cut.
                self.reads_on = ReadsOn::Nothing;
                return;
            }
        };
        self.more += self.shown.len().saturating_sub(count);
        self.shown.truncate(count);
        self.names = self.names.min(count);
        self.beginnings = self.beginnings.min(count);
    }

    /// Puts beside the list how many of its entries are missing.
    pub(crate) fn count_in(&self, answer: &mut Value) {
        let missing = self.left_out();
        if let Some((holder, list)) = self.list.rsplit_once('/')
            && missing > 0
            && let Some(Value::Object(holder)) = answer.pointer_mut(holder)
        {
            holder.insert(count_beside(list), missing.into());
        }
    }

    /// What is left out, in words.
    pub(crate) fn parts(&self) -> [Option<String>; 4] {
        let kind = self.kind();
        let over = format!("{kind} that are done or cancelled");
        [
            part(self.beginnings, "the ends of ", "descriptions"),
            part(self.names, "all but the names of ", kind),
            part(self.over, "", &over),
            part(self.more, "", kind),
        ]
    }

    /// The most that the name of an entry takes in the call that reads on, in bytes.
    pub(crate) fn longest_name(&self) -> usize {
        self.shown.iter().map(String::len).max().unwrap_or_default()
    }

    /// The call that reads on: one of `tool`, if no other tool does that. `None` if no entry is
    /// left out.
    pub(crate) fn call(&self, tool: Option<&str>) -> Option<String> {
        let with = match &self.reads_on {
            ReadsOn::Again => format!("Call {} again with", tool?),
            ReadsOn::Elsewhere(call) => call.clone(),
            ReadsOn::Nothing => return None,
        };
        let closed = "status \"closed\" for what is done or cancelled";
        match (self.over, self.more, self.last()) {
            (0, 0, _) | (_, 1.., None) => None,
            (0, _, Some(after)) => Some(format!("{with} after {after} to read on.")),
            (_, 0, _) => Some(format!("{with} {closed}.")),
            (_, _, Some(after)) => Some(format!(
                "{with} after {after} and status \"open\" to read on, and with {closed}."
            )),
        }
    }
}

/// So many of something that was left out, in words; nothing if there are none.
pub(crate) fn part(count: usize, before: &str, what: &str) -> Option<String> {
    (count > 0).then(|| format!("{before}{count} {what}"))
}
