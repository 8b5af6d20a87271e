//! Looking through one process.

use std::ops::Range;

use super::hits::{HitField, HitPlace, Rank, SearchHit, SearchHits};
use super::{SearchQuery, terms::Fit};
use crate::{FileFields, Process, Task, TaskName};

/// The fields in which people and programs keep notes; the model does not know them.
const NOTE_FIELDS: &[&str] = &["note", "notes", "status_note"];

/// How much of a line is shown, in characters.
const MOST_SHOWN: usize = 160;

/// How much of that stands in front of what was found.
const MOST_BEFORE: usize = 40;

impl SearchQuery {
    /// Looks through a process, and adds what it finds to `hits`.
    pub fn look_in(&self, process: &Process, hits: &mut SearchHits) {
        let mut looking = Looking {
            query: self,
            process,
            hits,
            order: 0,
        };
        let here = || HitPlace::Process;
        looking.text(HitField::Name, 0, process.name.as_str(), here);
        looking.text(HitField::Description, 0, &process.description, here);
        looking.notes(0, &process.file_fields, here);
        for (name, task) in &process.tasks {
            looking.task(name, task);
        }
    }
}

/// One look through a process.
struct Looking<'a> {
    query: &'a SearchQuery,
    process: &'a Process,
    hits: &'a mut SearchHits,
    /// How many texts were looked at.
    order: usize,
}

impl Looking<'_> {
    fn task(&mut self, name: &TaskName, task: &Task) {
        let here = || HitPlace::Task(name.clone());
        self.text(HitField::Name, 1, name.as_str(), here);
        self.text(HitField::Description, 1, &task.description, here);
        self.notes(1, &task.file_fields, here);
        for job in task.jobs.values() {
            let here = || HitPlace::Job {
                task: name.clone(),
                job: job.name.clone(),
            };
            self.text(HitField::Name, 2, job.name.as_str(), here);
            self.text(HitField::Description, 2, &job.description, here);
            self.notes(2, &job.file_fields, here);
        }
        for snippet in task.snippet_names() {
            self.snippet(name, task, &snippet);
        }
    }

    fn snippet(&mut self, name: &TaskName, task: &Task, snippet: &crate::SnippetName) {
        let mut versions: Vec<_> = task.versions_of(snippet).collect();
        versions.reverse();
        let place = |version: usize| HitPlace::Snippet {
            task: name.clone(),
            snippet: snippet.clone(),
            version,
            of: versions.len(),
        };
        let latest = || place(versions.len());
        self.text(HitField::Name, 2, snippet.as_str(), latest);
        for version in &versions {
            let here = || place(version.version);
            self.notes(2, &version.snippet.file_fields, here);
        }
        // Of all versions that hold it, the last one tells.
        for version in &versions {
            let content = &version.snippet.content;
            let Some((fit, at)) = self.query.terms.find(content) else {
                continue;
            };
            let here = || place(version.version);
            let is_old = !version.is_latest();
            self.found(HitField::Code, 2, is_old, content, (fit, at), here);
            break;
        }
    }

    fn notes(&mut self, depth: u8, fields: &FileFields, place: impl Fn() -> HitPlace) {
        for name in NOTE_FIELDS {
            if let Some(value) = fields.get(name) {
                let text: Result<String, _> = serde_json::from_str(value.get());
                let text = text.unwrap_or_else(|_| value.get().to_owned());
                self.text(HitField::Note, depth, &text, &place);
            }
        }
    }

    fn text(&mut self, field: HitField, depth: u8, text: &str, place: impl FnOnce() -> HitPlace) {
        self.order += 1;
        if let Some(found) = self.query.terms.find(text) {
            self.found(field, depth, false, text, found, place);
        }
    }

    fn found(
        &mut self,
        field: HitField,
        depth: u8,
        is_old: bool,
        text: &str,
        (fit, at): (Fit, Range<usize>),
        place: impl FnOnce() -> HitPlace,
    ) {
        let process = &self.process.name;
        let rank = Rank {
            field,
            fit,
            depth,
            is_old,
            process: process.clone(),
            order: self.order,
        };
        self.hits.add(rank, || {
            let (line, excerpt) = excerpt(text, &at);
            SearchHit {
                process: process.clone(),
                place: place(),
                field,
                line,
                excerpt,
            }
        });
    }
}

/// The line in which something stands, by its number, and what of it is shown.
fn excerpt(text: &str, at: &Range<usize>) -> (usize, String) {
    let before = text.get(..at.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let number = 1 + before.matches('\n').count();
    let line = text.get(start..).and_then(|rest| rest.lines().next());
    let line = line.unwrap_or_default();
    let begin = text.get(start..at.start).unwrap_or_default();
    // From some characters in front, in whole characters.
    let skipped = begin.chars().count().saturating_sub(MOST_BEFORE);
    let all = line.chars().count();
    // Where the end is shown anyway, more can be shown of the beginning.
    let skipped = skipped.min(all.saturating_sub(MOST_SHOWN));
    let on_one_line = |c: char| if c.is_control() { ' ' } else { c };
    let shown = line.chars().skip(skipped).take(MOST_SHOWN);
    let shown: String = shown.map(on_one_line).collect();
    let mut excerpt = String::new();
    if skipped > 0 {
        excerpt.push('…');
    }
    excerpt.push_str(shown.trim());
    if skipped + MOST_SHOWN < all {
        excerpt.push('…');
    }
    (number, excerpt)
}
