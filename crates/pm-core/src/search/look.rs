//! Looking through one process.

use indexmap::IndexMap;

use super::SearchQuery;
use super::hits::{HitField, HitKind, HitPlace, Rank, SearchHit, SearchHits};
use super::terms::Fit;
use super::texts::{EntryTexts, Notes, TaskTexts, Texts};
use crate::{JobName, Process, SnippetName, TaskName};

/// How much of a line is shown, in characters.
const MOST_SHOWN: usize = 160;

/// How much of that stands in front of what was found.
const MOST_BEFORE: usize = 40;

impl SearchQuery {
    /// Looks through a process, and adds what it finds to `hits`.
    pub fn look_in(&self, process: &Process, hits: &mut SearchHits) {
        self.look_at(&Texts::of(process), hits);
    }

    /// Looks through the texts of a process.
    pub(crate) fn look_at(&self, texts: &Texts<'_>, hits: &mut SearchHits) {
        if !self.reaches(texts.name.as_str()) {
            return;
        }
        hits.keep(self.most);
        let mut looking = Looking {
            query: self,
            texts,
            hits,
            order: 0,
        };
        if self.wants(HitKind::Process) {
            let named = (texts.name.as_str(), &*texts.description);
            looking.described(0, named, &texts.notes, || HitPlace::Process);
        }
        for task in &texts.tasks {
            looking.task(task);
        }
    }
}

/// One look through a process.
struct Looking<'a> {
    query: &'a SearchQuery,
    texts: &'a Texts<'a>,
    hits: &'a mut SearchHits,
    /// How many texts were looked at.
    order: usize,
}

impl Looking<'_> {
    fn task(&mut self, task: &TaskTexts<'_>) {
        let name = || TaskName::stored(&*task.name);
        if self.query.wants(HitKind::Task) {
            let here = || HitPlace::Task(name());
            self.described(1, (&task.name, &task.description), &task.notes, here);
        }
        let jobs = task.jobs.iter();
        for job in jobs.filter(|_| self.query.wants(HitKind::Job)) {
            let here = || HitPlace::Job {
                task: name(),
                job: JobName::stored(&*job.name),
            };
            self.described(2, (&job.name, &job.content), &job.notes, here);
        }
        let mut snippets: IndexMap<&str, Vec<&EntryTexts<'_>>> = IndexMap::new();
        let versions = task.code.iter();
        for version in versions.filter(|_| self.query.wants(HitKind::Code)) {
            snippets.entry(&version.name).or_default().push(version);
        }
        for (snippet, versions) in snippets {
            self.snippet(task, snippet, &versions);
        }
    }

    fn snippet(&mut self, task: &TaskTexts<'_>, snippet: &str, versions: &[&EntryTexts<'_>]) {
        let of = versions.len();
        let place = |version: usize| HitPlace::Snippet {
            task: TaskName::stored(&*task.name),
            snippet: SnippetName::stored(snippet),
            version,
            of,
        };
        self.text(HitField::Name, 2, snippet, || place(of));
        let latest_first = || {
            versions
                .iter()
                .enumerate()
                .rev()
                .map(|(at, texts)| (at + 1, texts))
        };
        for (version, texts) in latest_first() {
            self.notes(2, &texts.notes, || place(version));
        }
        // Of all versions that hold it, only the last one is a hit.
        for (version, texts) in latest_first() {
            if let Some(found) = self.query.terms.find(&texts.content) {
                let is_old = version != of;
                let here = || place(version);
                self.found(HitField::Code, 2, is_old, &texts.content, found, here);
                break;
            }
        }
    }

    /// Looks through the name, the description and the notes of one thing: each by itself and, if
    /// none holds all words, together.
    fn described(
        &mut self,
        depth: u8,
        (name, description): (&str, &str),
        notes: &Notes<'_>,
        place: impl Fn() -> HitPlace,
    ) {
        let before = self.hits.total;
        self.text(HitField::Name, depth, name, &place);
        self.text(HitField::Description, depth, description, &place);
        self.notes(depth, notes, &place);
        if self.hits.total > before {
            return;
        }
        let notes: Vec<String> = notes.texts().collect();
        let texts = [name, description].into_iter();
        let texts: Vec<&str> = texts.chain(notes.iter().map(String::as_str)).collect();
        let apart = self.query.terms.find_apart(&texts);
        if let Some((number, at)) = apart
            && let Some(text) = texts.get(number)
        {
            let field = match number {
                0 => HitField::Name,
                1 => HitField::Description,
                _ => HitField::Note,
            };
            self.found(field, depth, false, text, (Fit::Apart, at), place);
        }
    }

    fn notes(&mut self, depth: u8, notes: &Notes<'_>, place: impl Fn() -> HitPlace) {
        for text in notes.texts() {
            self.text(HitField::Note, depth, &text, &place);
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
        (fit, at): (Fit, usize),
        place: impl FnOnce() -> HitPlace,
    ) {
        let process = &self.texts.name;
        let rank = Rank {
            field,
            fit,
            depth,
            is_old,
            process: process.clone(),
            order: self.order,
        };
        self.hits.add(rank, || {
            let (line, excerpt) = excerpt(text, at);
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
fn excerpt(text: &str, at: usize) -> (usize, String) {
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let number = 1 + before.matches('\n').count();
    let line = text.get(start..).and_then(|rest| rest.lines().next());
    let line = line.unwrap_or_default();
    let begin = text.get(start..at).unwrap_or_default();
    // From some characters in front, in whole characters.
    let skipped = begin.chars().count().saturating_sub(MOST_BEFORE);
    let all = line.chars().count();
    // If the end is shown anyway, more can be shown of the beginning.
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
