//! Reads tasks from lines: one text each, or all of them as one text, such as a Markdown list.
//!
//! A line with a name is a task; `- …` under it is a job, `after: …` what it waits for, and any
//! other line more of its description. Whatever else is meant by a line is not guessed at.

use pm_core::Status;

use super::draft::{DraftJob, DraftTask, add_line};

/// The words in front of a colon with which a line says what a task waits for.
const AFTER: &[&str] = &[
    "after",
    "depends on",
    "depends_on",
    "dependencies",
    "blocked by",
    "blocked_by",
    "requires",
    "needs",
    "waits for",
];

/// What stands over jobs and says nothing more.
const OVER_JOBS: &[&str] = &["jobs", "steps", "subtasks", "to-dos", "todos"];

/// Words that number tasks: `Step 1: dig` is about digging.
const LABELS: &[&str] = &["step", "task", "phase", "stage", "part", "milestone"];

/// By how many columns a tab indents.
const TAB_COLUMNS: usize = 4;

/// What stands in front of a line's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Dash,
    Number,
    Heading(usize),
}

#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    indent: usize,
    mark: Mark,
    /// Whether a box in front of it is checked.
    is_checked: bool,
    text: &'a str,
    /// Whether a text that was sent begins with it.
    begins: bool,
}

/// Reads the tasks of some texts.
pub(super) fn drafts(texts: &[&str]) -> Vec<DraftTask> {
    let lines: Vec<Line<'_>> = texts
        .iter()
        .flat_map(|text| {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            lines.enumerate().map(|(at, line)| Line::of(line, at == 0))
        })
        .collect();
    // One text may hold all tasks, and a title in front of them.
    let is_one = texts.len() == 1;
    let lines = match lines.split_first() {
        Some((first, rest)) if is_one && is_title(first, rest) => rest,
        _ => &lines,
    };
    let mut reader = Reader {
        is_one,
        first: lines.first().copied(),
        tasks: Vec::new(),
    };
    for line in lines {
        reader.take(line);
    }
    reader.tasks
}

/// Whether a first line stands over all tasks, and is none itself: a heading that is the only one
/// of its level, or a line with a colon in front of a list.
fn is_title(first: &Line<'_>, rest: &[Line<'_>]) -> bool {
    let Some(next) = rest.first() else {
        return false;
    };
    match first.mark {
        Mark::Heading(_) => rest.iter().all(|line| line.mark != first.mark),
        Mark::None => {
            let is_alone = rest.iter().all(|line| line.mark != Mark::None);
            first.text.ends_with(':') && next.mark != Mark::None && is_alone
        }
        Mark::Dash | Mark::Number => false,
    }
}

struct Reader<'a> {
    is_one: bool,
    first: Option<Line<'a>>,
    tasks: Vec<DraftTask>,
}

impl Reader<'_> {
    fn take(&mut self, line: &Line<'_>) {
        let is_task = self.is_task(line);
        let Some(task) = self.tasks.last_mut() else {
            self.tasks.push(task(line));
            return;
        };
        if let Some(after) = said(line.text, AFTER)
            && line.mark != Mark::Number
        {
            task.after.push(after.to_owned());
        } else if is_task {
            self.tasks.push(self::task(line));
        } else if let Some(jobs) = said(line.text, OVER_JOBS) {
            let jobs = jobs.split([',', ';']).map(str::trim);
            let jobs = jobs.filter(|job| !job.is_empty());
            task.jobs.extend(jobs.map(|job| self::job(job, false)));
        } else if line.mark == Mark::None {
            add_line(&mut task.description, line.text);
        } else {
            task.jobs.push(job(line.text, line.is_checked));
        }
    }

    /// Whether a line begins a task, as the first one does.
    fn is_task(&self, line: &Line<'_>) -> bool {
        let Some(first) = &self.first else {
            return true;
        };
        if line.indent > first.indent {
            return false;
        }
        if self.is_one {
            return line.mark == first.mark;
        }
        // If there are several texts, each is a task, except a `- job` that came as a text of its
        // own.
        line.begins && (line.mark == first.mark || line.mark != Mark::Dash)
    }
}

impl<'a> Line<'a> {
    fn of(line: &'a str, begins: bool) -> Self {
        let columns = |c: char| if c == '\t' { TAB_COLUMNS } else { 1 };
        let blank = line.chars().take_while(|c| c.is_whitespace());
        let indent = blank.map(columns).sum();
        let (mark, text) = marked(line.trim());
        let (is_checked, text) = checked(text);
        Self {
            indent,
            mark,
            is_checked,
            text,
            begins,
        }
    }
}

/// Takes the mark in front of a text off.
fn marked(text: &str) -> (Mark, &str) {
    let Some((mark, rest)) = text.split_once(char::is_whitespace) else {
        return (Mark::None, text);
    };
    let rest = rest.trim();
    if matches!(mark, "-" | "*" | "+" | "•" | "–") {
        return (Mark::Dash, rest);
    }
    if mark.chars().all(|c| c == '#') {
        return (Mark::Heading(mark.len()), rest);
    }
    let number = mark.strip_suffix(['.', ')']).unwrap_or_default();
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return (Mark::Number, rest);
    }
    (Mark::None, text)
}

/// Takes the box in front of a text off.
fn checked(text: &str) -> (bool, &str) {
    for (shown, is_checked) in [("[ ]", false), ("[x]", true), ("[X]", true)] {
        if let Some(rest) = text.strip_prefix(shown) {
            return (is_checked, rest.trim_start());
        }
    }
    (false, text)
}

/// What stands behind one of `words` and a colon.
fn said<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let (word, rest) = text.split_once(':')?;
    let word = word.trim().trim_matches('*');
    let is_it = words.iter().any(|known| known.eq_ignore_ascii_case(word));
    is_it.then(|| rest.trim().trim_start_matches('*').trim())
}

fn task(line: &Line<'_>) -> DraftTask {
    let (text, after) = without_after(line.text);
    let (label, text) = without_label(text);
    let (name, description) = named(&text);
    DraftTask {
        ids: label.into_iter().collect(),
        name: name.to_owned(),
        description: description.to_owned(),
        status: status(line.is_checked),
        after: after.into_iter().map(str::to_owned).collect(),
        ..DraftTask::default()
    }
}

pub(super) fn job(text: &str, is_done: bool) -> DraftJob {
    let (name, description) = named(text);
    DraftJob {
        name: name.to_owned(),
        description: description.to_owned(),
        status: status(is_done),
    }
}

fn status(is_done: bool) -> Status {
    if is_done { Status::Done } else { Status::Todo }
}

/// Takes `(after: …)` off, at the end of a text or of its name.
fn without_after(text: &str) -> (String, Option<&str>) {
    let opening = text.char_indices().filter(|(_, c)| matches!(c, '(' | '['));
    for (start, _) in opening {
        let (before, rest) = text.split_at(start);
        let Some((inside, behind)) = rest.get(1..).and_then(|rest| rest.split_once([')', ']']))
        else {
            continue;
        };
        let bare = AFTER.iter().find_map(|word| {
            let (start, rest) = inside.split_at_checked(word.len())?;
            let is_it = start.eq_ignore_ascii_case(word) && rest.starts_with([' ', ':']);
            is_it.then(|| rest.trim_start_matches([':', ' ']))
        });
        let ends =
            behind.trim().is_empty() || behind.trim_start().starts_with([':', '-', '–', '—']);
        if let Some(after) = bare.filter(|_| ends) {
            return (format!("{}{behind}", before.trim_end()), Some(after));
        }
    }
    (text.to_owned(), None)
}

/// Takes `Step 1:` off, if more follows; others may call the task by it.
fn without_label(text: String) -> (Option<String>, String) {
    let Some((label, rest)) = text.split_once(':') else {
        return (None, text);
    };
    let is_label = LABELS.iter().any(|word| {
        let number = label
            .split_at_checked(word.len())
            .filter(|(start, _)| start.eq_ignore_ascii_case(word))
            .map(|(_, number)| number.trim());
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
    });
    match rest.trim() {
        rest if is_label && !rest.is_empty() => (Some(label.to_owned()), rest.to_owned()),
        _ => (None, text),
    }
}

/// Takes a text apart into a name and what is said of it.
fn named(text: &str) -> (&str, &str) {
    if let Some((name, rest)) = text.strip_prefix("**").and_then(|t| t.split_once("**")) {
        let rest = rest.trim_start_matches([':', '-', '–', '—', ' ']);
        return (name.trim().trim_end_matches(':'), rest.trim());
    }
    if let Some(name) = text.strip_suffix(':') {
        return (name.trim(), "");
    }
    let apart = [": ", " - ", " – ", " — "];
    let first = apart.iter().find_map(|between| text.split_once(between));
    first.map_or((text.trim(), ""), |(name, rest)| (name.trim(), rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> String {
        let told = drafts(texts).into_iter().map(|task| {
            let first = format!("{}: {}", task.name, task.description.replace('\n', " / "));
            let jobs = task.jobs.iter();
            let jobs = jobs.map(|job| format!("  - {}: {}", job.name, job.description));
            let after = task.after.iter().map(|after| format!("  after {after}"));
            let lines = std::iter::once(first).chain(jobs).chain(after);
            lines.collect::<Vec<_>>().join("\n")
        });
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_text_is_a_task() {
        let told = read(&[
            "Soil test: take samples\n- sample: five of them\n- send\nto the lab",
            "Beds (after: Soil test): build three",
            "Water\nafter: Beds, Soil test",
            "1. Visit http://example.org at 10:30",
        ]);
        insta::assert_snapshot!(told, @r#"
Soil test: take samples / to the lab
  - sample: five of them
  - send: 
Beds: build three
  after Soil test
Water: 
  after Beds, Soil test
Visit http://example.org at 10:30:
"#);
    }

    #[test]
    fn one_text_may_be_a_list_of_all() {
        let nested = "# Garden\n\n1. **Soil test**: take samples\n   - sample\n   - [x] send\n2. [ ] Beds - build three\n   depends on: 1\n";
        insta::assert_snapshot!(read(&[nested]), @r#"
Soil test: take samples
  - sample: 
  - send: 
Beds: build three
  after 1
"#);
        insta::assert_snapshot!(read(&["The plan:\n- one\n- two\n  - inner"]), @r#"
one: 
two: 
  - inner:
"#);
        insta::assert_snapshot!(read(&["## One\n- a\n## Two\nmore\n### Jobs:\n- b"]), @r#"
One: 
  - a: 
Two: more
  - b:
"#);
        insta::assert_snapshot!(read(&["one: first\ntwo\nthree"]), @r#"
one: first
two: 
three:
"#);
    }

    #[test]
    fn jobs_that_come_as_texts_of_their_own_belong_to_the_task_in_front() {
        let told = read(&["Soil test", "- sample", "- send", "after: Beds", "Beds"]);
        insta::assert_snapshot!(told, @r#"
Soil test: 
  - sample: 
  - send: 
  after Beds
Beds:
"#);
        insta::assert_snapshot!(read(&["- Soil test", "- Beds"]), @r#"
Soil test: 
Beds:
"#);
    }

    #[test]
    fn numbers_in_words_are_no_names() {
        insta::assert_snapshot!(read(&["Step 1: Dig: deep", "Step 2: Plant", "Phase 3:"]), @r#"
Dig: deep
Plant: 
Phase 3:
"#);
    }

    #[test]
    fn nothing_makes_no_task_and_nothing_breaks_it() {
        assert_eq!(read(&[]), "");
        assert_eq!(read(&["", " \n "]), "");
        for odd in [
            "(",
            "[after",
            "**",
            "** x",
            ":",
            "#",
            "- ",
            "é(after: ü",
            "Step 1:",
        ] {
            read(&[odd, odd]);
            read(&[odd]);
        }
    }
}
