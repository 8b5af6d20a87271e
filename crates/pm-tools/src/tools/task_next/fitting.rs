//! As much of a task as fits into a short answer: the names that the next calls need before the
//! texts.

use indexmap::IndexMap;
use pm_core::Task;

use super::{CodeVersion, MOST_BYTES, OpenJob, TaskNextAnswer, TaskToDo};

/// How much of the description there is in any case, in bytes of JSON.
const LEAST_OF_DESCRIPTION: usize = 160;

/// What is kept free for the names of snippets while those of jobs are added, in bytes.
const FOR_CODES: usize = 120;

/// What is kept free for the numbers of those that are left out, in bytes.
const FOR_COUNTS: usize = 48;

/// What `success` takes, which is added to every answer.
const SUCCESS: usize = r#""success":true,"#.len();

impl TaskNextAnswer {
    /// Adds what there is to say of `task`, as far as it fits; `rest` says how to get at what
    /// does not.
    pub(super) fn fill(&mut self, task: &Task, rest: &str) {
        let open: Vec<_> = task
            .jobs
            .values()
            .filter(|job| !job.status().is_over())
            .collect();
        let mut versions: IndexMap<&str, usize> = IndexMap::new();
        for version in task.code.values() {
            *versions.entry(version.name.as_str()).or_default() += 1;
        }
        // Taken back where all of it fits after all.
        self.message += rest;
        self.describe(begin(&task.description, LEAST_OF_DESCRIPTION));

        let free = FOR_COUNTS + if versions.is_empty() { 0 } else { FOR_CODES };
        let mut jobs = open.iter();
        let shown = self.add_while(free, |to| match jobs.next() {
            None => Step::End,
            Some(job) => {
                to.open_jobs.push(OpenJob {
                    name: job.name.to_string(),
                    description: String::new(),
                });
                Step::Added(|to| drop(to.open_jobs.pop()))
            }
        });
        let more_jobs = open.len() - shown;
        let mut codes = versions.iter();
        let shown_codes = self.add_while(FOR_COUNTS, |to| match codes.next() {
            None => Step::End,
            Some((name, version)) => {
                to.codes.push(CodeVersion {
                    name: (*name).to_owned(),
                    version: *version,
                });
                Step::Added(|to| drop(to.codes.pop()))
            }
        });
        let more_codes = versions.len() - shown_codes;
        if let Some(to) = &mut self.task {
            (to.more_jobs, to.more_codes) = (more_jobs, more_codes);
        }

        let is_whole = self.describe_at_most(&task.description);
        let mut told = 0;
        for (number, job) in open.iter().enumerate().take(shown) {
            if !self.describe_job(number, &job.description) {
                break;
            }
            told += 1;
        }
        let all = is_whole && more_jobs == 0 && more_codes == 0 && told == open.len();
        if all && let Some(without) = self.message.strip_suffix(rest) {
            self.message = without.to_owned();
        }
    }

    /// The size of the answer in bytes of compact JSON.
    pub(super) fn size(&self) -> usize {
        serde_json::to_string(self).map_or(0, |text| text.len()) + SUCCESS
    }

    fn describe(&mut self, description: String) {
        if let Some(to) = &mut self.task {
            to.description = description;
        }
    }

    /// Adds one thing after the other until the answer would be too long; answers how many.
    fn add_while(&mut self, free: usize, mut add: impl FnMut(&mut TaskToDo) -> Step) -> usize {
        let mut added = 0;
        while let Some(to) = &mut self.task {
            let Step::Added(take_back) = add(to) else {
                break;
            };
            if self.size() + free > MOST_BYTES {
                if let Some(to) = &mut self.task {
                    take_back(to);
                }
                break;
            }
            added += 1;
        }
        added
    }

    /// Shows as much of the description as there is room for; answers whether that is all.
    fn describe_at_most(&mut self, description: &str) -> bool {
        let room = MOST_BYTES.saturating_sub(self.size());
        let text = begin(description, LEAST_OF_DESCRIPTION + room);
        let is_whole = text.len() == description.len();
        self.describe(text);
        if self.size() > MOST_BYTES {
            // There was no room for more than the least.
            self.describe(begin(description, LEAST_OF_DESCRIPTION));
        }
        is_whole
    }

    /// Describes a job that is shown, where there is room for all of it.
    fn describe_job(&mut self, number: usize, description: &str) -> bool {
        if self.size() + description.len() > MOST_BYTES {
            return false;
        }
        let set = |answer: &mut Self, text: &str| {
            let jobs = answer.task.as_mut().map(|task| &mut task.open_jobs);
            if let Some(job) = jobs.and_then(|jobs| jobs.get_mut(number)) {
                text.clone_into(&mut job.description);
            }
        };
        set(self, description);
        let fits = self.size() <= MOST_BYTES;
        if !fits {
            set(self, "");
        }
        fits
    }
}

/// What came of adding something.
enum Step {
    /// It was added, and this takes it back.
    Added(fn(&mut TaskToDo)),
    /// There is nothing more.
    End,
}

/// The first `most` characters of a text, with `…` where it was longer.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// The beginning of a text, which takes at most as many bytes of JSON, with `…` where it was
/// longer.
fn begin(text: &str, most: usize) -> String {
    let mark = '…'.len_utf8();
    let (mut used, mut with_mark) = (0, 0);
    for (place, letter) in text.char_indices() {
        used += size_in_json(letter);
        if used + mark <= most {
            with_mark = place + letter.len_utf8();
        }
        if used > most {
            return format!("{}…", text.get(..with_mark).unwrap_or_default());
        }
    }
    text.to_owned()
}

/// What a character takes within a JSON text, in bytes.
fn size_in_json(letter: char) -> usize {
    match letter {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        other => other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_text_takes_as_much_json_as_it_may() {
        let texts = [
            "",
            "short",
            "\u{1}\u{1f}\"\\\n\t\r\u{8}\u{c}\u{7f}",
            "grüße 🌱 und mehr davon",
        ];
        for text in texts {
            for most in 3..80 {
                let begin = begin(text, most);
                let size = serde_json::to_string(&begin).unwrap().len() - 2;
                assert!(
                    size <= most,
                    "{begin:?} takes {size}, and {most} are the most"
                );
                let whole = serde_json::to_string(text).unwrap().len() - 2;
                assert_eq!(begin == text, whole <= most, "{begin:?} of {most}");
                assert!(text.starts_with(begin.trim_end_matches('…')));
            }
        }
    }
}
