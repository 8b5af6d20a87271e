//! What tools say, in the words of a shell: if a sentence names a tool, its translation names the
//! command that does the same. The one table of both is `table`.

mod phrases;
mod table;
mod words;

use serde_json::{Map, Value};

use self::phrases::phrase;
use self::table::{Row, row};
use self::words::{pairs, parameter};

/// What a tool is called with, or what it answers.
pub(crate) type Object = Map<String, Value>;

/// The fields of an answer that are sentences.
const SENTENCES: &[&str] = &["message", "hint", "error", "note", "notice", "left_out"];

/// Translates the sentences of an answer; `command` is the one that was given.
pub(crate) fn translate(answer: &mut Object, command: &str) {
    for field in SENTENCES {
        if let Some(Value::String(text)) = answer.get_mut(*field) {
            *text = sentence(text, command);
        }
    }
}

/// A sentence in the words of a shell; what stands in quotes stays as it is.
pub(crate) fn sentence(text: &str, command: &str) -> String {
    let text = text.replace("the program pm-mcp-http doctor", "pm doctor");
    let mut said = Said {
        text: String::with_capacity(text.len() + 16),
        own: command,
        begins: false,
    };
    let mut rest = text.as_str();
    while !rest.is_empty() {
        rest = said.next(rest);
    }
    said.text
}

/// How long a claim lasts, to the minute, as in `until 2026-11-22 14:00 UTC`, and what stands behind
/// that: a person has no use for the microseconds of the file.
fn until(text: &str) -> Option<(String, &str)> {
    let time = text.strip_prefix("until ")?;
    let (time, behind) = time.split_at(time.find('Z')? + 1);
    let (day, clock) = time.split_once('T')?;
    let clock = clock.get(..5)?;
    let is_of = |c: char| c.is_ascii_digit() || "-:.TZ".contains(c);
    time.chars()
        .all(is_of)
        .then(|| (format!("until {day} {clock} UTC"), behind))
}

/// What is said so far.
struct Said<'a> {
    text: String,
    /// The command that was given.
    own: &'a str,
    /// Whether the next word begins a sentence, and did not when the tool said it.
    begins: bool,
}

impl Said<'_> {
    /// Says what comes first, and answers what is left.
    fn next<'r>(&mut self, rest: &'r str) -> &'r str {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').map_or(rest.len(), |end| end + 2);
            return self.as_it_is(rest, end);
        }
        if let Some((said, behind)) = until(rest) {
            self.text += &said;
            return behind;
        }
        if let Some(phrase) = phrase(rest) {
            self.text.push_str(phrase.in_shell);
            self.begins |= phrase.begins_sentence();
            return rest.strip_prefix(phrase.said).unwrap_or_default();
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        let end = end.unwrap_or(rest.len());
        if end == 0 {
            let end = rest.chars().next().map_or(1, char::len_utf8);
            return self.as_it_is(rest, end);
        }
        let (word, behind) = rest.split_at(end);
        if let Some(row) = row(word) {
            return self.tool(row, behind);
        }
        match parameter(&self.text, word, behind) {
            Some((said, behind)) => {
                let is_of_log = said == "--after" && self.own == "log";
                self.text
                    .push_str(if is_of_log { "--before" } else { said });
                behind
            }
            None => self.as_it_is(rest, end),
        }
    }

    fn as_it_is<'r>(&mut self, rest: &'r str, end: usize) -> &'r str {
        let (said, rest) = rest.split_at(end.min(rest.len()));
        let mut letters = said.chars();
        if let Some(first) = letters.next().filter(|_| self.begins) {
            self.text.extend(first.to_uppercase());
        } else {
            letters = said.chars();
        }
        self.text.push_str(letters.as_str());
        self.begins = false;
        rest
    }

    /// Says the command of a tool; what it is to be called with becomes part of it.
    fn tool<'r>(&mut self, row: &Row, behind: &'r str) -> &'r str {
        for (call, run) in [("Call ", "Run "), ("call ", "run ")] {
            if self.text.ends_with(call) {
                self.text.truncate(self.text.len() - call.len());
                self.text.push_str(run);
            }
        }
        if let Some(behind) = behind.strip_prefix(" again") {
            let command = [crate::globals::PROGRAM, self.own].join(" ");
            self.command(command.trim_end());
            self.text += " again";
            return behind;
        }
        if row.tool == "process_load" {
            return self.open(row, behind);
        }
        if let Some(behind) = behind.strip_prefix(" without a name") {
            self.command("pm trash");
            return behind;
        }
        // "with process_restore and name": what it is called with follows all the same.
        let joined = if self.text.ends_with("with ") {
            " and "
        } else {
            " with "
        };
        let (given, behind) = pairs(behind, joined).unwrap_or((Vec::new(), behind));
        self.command(&row.written(&given));
        behind
    }

    fn command(&mut self, command: &str) {
        self.text.extend(["`", command, "`"]);
    }

    /// Nothing is open in a shell: a process is named with each command.
    fn open<'r>(&mut self, row: &Row, behind: &'r str) -> &'r str {
        let Some(names) = behind.strip_prefix(" with name ") else {
            self.command(&row.written(&[]));
            return behind.strip_prefix(" with its name").unwrap_or(behind);
        };
        let end = names.rfind('"').map_or(0, |end| end + 1);
        let shortened = |behind: &'r str| {
            let words = [" first", " to open it"].into_iter();
            let mut shorter = words.filter_map(|words| behind.strip_prefix(words));
            shorter.next().unwrap_or(behind)
        };
        if self.own == "copy" && self.text.ends_with("Run ") {
            // The process that has the name of the copy already is no step on the way to a copy.
            self.command("pm copy");
            self.text += " again with another NEW";
            return shortened(names.get(end..).unwrap_or_default());
        }
        for (run, name) in [("Run ", "Name"), ("run ", "name")] {
            if self.text.ends_with(run) {
                self.text.truncate(self.text.len() - run.len());
                self.text.push_str(name);
            }
        }
        self.text += " the process with -p ";
        shortened(self.as_it_is(names, end))
    }
}

#[cfg(test)]
mod tests;
