//! Our own files and exports: a process as it lies in the storage directory, the JSON and the
//! Markdown of `process_export`.

use pm_core::store::{FileProblemKind, process_from_json};
use pm_core::{Process, Status, Timestamp};
use time::OffsetDateTime;

use crate::json::{Fields, Kind, Lines, broken, parsed};
use crate::plan::{Plan, PlannedCode, PlannedJob, PlannedTask, State, Text, comment};
use crate::report::{Notes, Report};
use crate::source::Problem;
use crate::times;

/// Reads a process that stands as JSON in a text: its file, or an answer that has it.
pub(crate) fn from_json(text: &str, stem: &str) -> Result<(Process, Report), Problem> {
    let mut inner = text;
    // An answer as a client keeps it holds the one with the process.
    for field in ["structuredContent", "process_data"] {
        let mut fields = Fields::of(inner).map_err(|error| broken(&error))?;
        inner = fields.take(field).unwrap_or(inner);
    }
    let now = Timestamp::from(OffsetDateTime::now_utc());
    let process = process_from_json(inner, stem, &now).map_err(|problem| Problem::Shape {
        line: Lines::of(text).of_part(inner) + line_of(&problem).saturating_sub(1),
        what: "this is not what a process has there; see docs/storage.md".to_owned(),
    })?;
    let mut notes = Notes::default();
    notes.lost(HISTORY);
    Ok((process, notes.into_report()))
}

fn line_of(problem: &FileProblemKind) -> usize {
    match problem {
        FileProblemKind::Damaged { line, .. } => *line,
        _ => 1,
    }
}

/// What no file has.
const HISTORY: &str = "the history: the process begins anew at revision 1";

/// What stands over the comments on a task.
const COMMENTS: &str = "Comments:";
/// Who left a comment of which nobody knows it.
const NOBODY: &str = "somebody";

/// Whether an object at the outermost level of a file is a process or an answer with one.
pub(crate) fn is_process(fields: &Fields<'_>) -> bool {
    // An entry for each task, and no tag of Task Master that is called so.
    let tasks = fields.get("tasks").and_then(|tasks| Fields::of(tasks).ok());
    fields.has("process_data")
        || fields.has("structuredContent")
        || fields.has("process_name")
        || tasks.is_some_and(|tasks| !tasks.has("tasks"))
}

/// What stands below the name in the Markdown of a process, and in no other.
fn is_counts(line: &str) -> bool {
    line.starts_with("created: ") && line.contains(" · revision: ") && line.contains(" · tasks: ")
}

/// Whether a text is the Markdown of a process.
pub(crate) fn is_markdown_export(text: &str) -> bool {
    let mut lines = text.lines();
    lines
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| line.starts_with("# "))
        && lines
            .take_while(|line| !line.starts_with('#'))
            .any(is_counts)
}

/// Reads the Markdown of a process.
pub(crate) fn from_markdown(text: &str) -> Plan {
    let mut reader = Reader {
        plan: Plan::default(),
        quote: String::new(),
        lines: text.lines().peekable(),
    };
    reader.read();
    let mut plan = reader.plan;
    let notes = &mut plan.notes;
    notes.lost(HISTORY);
    let names = plan.tasks.iter().map(|task| task.title.clone()).collect();
    for task in &mut plan.tasks {
        task.depends_on = join_names(&task.depends_on, &names);
    }
    plan
}

struct Reader<'a> {
    plan: Plan,
    /// The quoted lines that were read last.
    quote: String,
    lines: std::iter::Peekable<std::str::Lines<'a>>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(line) = self.lines.next() {
            if let Some(name) = line.strip_prefix("### ") {
                self.read_code(name);
            } else if let Some(name) = line.strip_prefix("## ") {
                self.plan.tasks.push(PlannedTask {
                    title: plain(name),
                    ..PlannedTask::default()
                });
            } else if let Some(name) = line.strip_prefix("# ") {
                self.plan.name = plain(name);
            } else if let Some(job) = line.strip_prefix("- **") {
                self.read_job(job);
            } else if line == COMMENTS {
                self.read_comments();
            } else if line.starts_with('>') {
                self.read_quote(line);
            } else if !line.trim().is_empty() && !line.starts_with("progress: ") {
                self.read_fields(line);
            }
        }
    }

    fn read_quote(&mut self, first: &str) {
        let unquoted = |line: &str| {
            let line = line.strip_prefix('>').unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line).to_owned()
        };
        self.quote = unquoted(first);
        while let Some(line) = self.lines.next_if(|line| line.starts_with('>')) {
            self.quote.push('\n');
            self.quote.push_str(&unquoted(line));
        }
        let text = Text::new(&std::mem::take(&mut self.quote));
        match self.plan.tasks.last_mut() {
            Some(task) => task.description = text,
            None => self.plan.description = text,
        }
    }

    fn read_fields(&mut self, line: &str) {
        let Some(task) = self.plan.tasks.last_mut() else {
            // Of the process: what is counted, and fields that are not known.
            let others = line.split(" · ").filter_map(|field| field.split_once(": "));
            let counted = ["created", "revision", "tasks", "jobs", "snippets"];
            for (name, value) in others.filter(|(name, _)| !counted.contains(name)) {
                let field = (plain(name), json(&plain(value)));
                self.plan.fields.push(field);
            }
            return;
        };
        if let Some(note) = line.strip_prefix("note: ") {
            task.state.note = plain(note);
            return;
        }
        for field in fields_of(line) {
            let Some((name, value)) = field.split_once(": ") else {
                self.plan.notes.lost("who has a task");
                continue;
            };
            match name {
                "status" => {
                    let (word, since) = value.split_once(" since ").unwrap_or((value, ""));
                    let (since, by) = since.split_once(", set by ").unwrap_or((since, ""));
                    let word = word.split_once(", set by ").map_or(word, |(word, _)| word);
                    task.state.status = word.parse().unwrap_or_default();
                    task.times.status = times::read(since);
                    if !by.is_empty() {
                        self.plan.notes.lost("who set the status of a task");
                    }
                }
                "priority" => task.priority = value.parse().unwrap_or_default(),
                "depends on" => task.depends_on = vec![plain(value)],
                "labels" => task.labels = plain(value).split(", ").map(str::to_owned).collect(),
                name => {
                    if value.ends_with('…') {
                        self.plan
                            .notes
                            .lost("the end of a long field, which the export cuts");
                    }
                    task.fields.push((plain(name), json(&plain(value))));
                }
            }
        }
    }

    fn read_job(&mut self, rest: &str) {
        let (name, rest) = until_bold_ends(rest);
        let mut job = PlannedJob {
            title: plain(name),
            ..PlannedJob::default()
        };
        let mut rest = rest;
        if let Some(inner) = rest.strip_prefix(" (")
            && let Some((inner, behind)) = until_closed(inner)
        {
            read_job_fields(inner, &mut job);
            rest = behind;
        }
        let text = self.read_item_text(rest.strip_prefix(": ").unwrap_or_default());
        job.description = Text::new(&text);
        match self.plan.tasks.last_mut() {
            Some(task) => task.jobs.push(job),
            None => self.plan.notes.lost("a job in front of all tasks"),
        }
    }

    /// Reads the lines that belong to a list item, behind its first one.
    fn read_item_text(&mut self, first: &str) -> String {
        let mut text = first.to_owned();
        let mut blank = 0;
        loop {
            if self.lines.next_if(|line| line.is_empty()).is_some() {
                blank += 1;
            } else if let Some(line) = self.lines.next_if(|line| line.starts_with("  ")) {
                text.push_str(&"\n".repeat(blank + 1));
                text.push_str(line.get(2..).unwrap_or_default());
                blank = 0;
            } else {
                break text;
            }
        }
    }

    fn read_comments(&mut self) {
        let mut comments = Vec::new();
        while self.lines.next_if(|line| line.is_empty()).is_some() {}
        while let Some(line) = self.lines.next_if(|line| line.starts_with("- ")) {
            let line = line.strip_prefix("- ").unwrap_or(line);
            let (of, first) = line.split_once(" UTC").unwrap_or(("", line));
            let (by, first) = first.split_once(": ").unwrap_or((first, ""));
            let by = plain(by.strip_prefix(", ").unwrap_or(by));
            let by = if by == NOBODY { "" } else { &by };
            let text = self.read_item_text(first);
            let at = if of.is_empty() {
                String::new()
            } else {
                format!("{of} UTC")
            };
            comments.extend(comment(by, &at, &text));
        }
        match self.plan.tasks.last_mut() {
            Some(task) => task.comments.extend(comments),
            None => self.plan.notes.lost("comments in front of all tasks"),
        }
    }

    fn read_code(&mut self, heading: &str) {
        let heading = plain(heading);
        let (name, version) = heading.rsplit_once(" (version ").unwrap_or((&heading, ""));
        if !version.is_empty() {
            self.plan
                .notes
                .lost("the earlier versions of code, which Markdown does not have");
        }
        let fence = loop {
            match self.lines.next() {
                Some(line) if line.starts_with("```") => {
                    break line.trim_end_matches(|c| c != '`');
                }
                Some(line) if line.starts_with('(') && line.ends_with(" bytes)") => {
                    let what = format!("the code \"{name}\", which the export left out");
                    return self.plan.notes.lost(what);
                }
                Some(line) if line.trim().is_empty() => {}
                Some(_) => self.plan.notes.lost("a field of a version of code"),
                None => return,
            }
        };
        let mut content = String::new();
        for line in self.lines.by_ref() {
            if line == fence {
                break;
            }
            content.push_str(line);
            content.push('\n');
        }
        let code = PlannedCode {
            name: name.to_owned(),
            content,
        };
        match self.plan.tasks.last_mut() {
            Some(task) => task.code.push(code),
            None => self.plan.notes.lost("code in front of all tasks"),
        }
    }
}

/// What stands on a line of fields; what is no field belongs to the value in front of it.
fn fields_of(line: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for piece in line.split(" · ") {
        match fields.last_mut() {
            Some(last) if !piece.contains(": ") && !piece.starts_with("claimed by ") => {
                last.push_str(" · ");
                last.push_str(piece);
            }
            _ => fields.push(piece.to_owned()),
        }
    }
    fields
}

fn read_job_fields(inner: &str, job: &mut PlannedJob) {
    let is_field = |piece: &str| {
        let name = piece.split_once(": ").map_or("", |(name, _)| name);
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let mut fields: Vec<String> = Vec::new();
    for (number, piece) in inner.split(", ").enumerate() {
        match fields.last_mut() {
            // A comma within a value.
            Some(last) if !is_field(piece) => {
                last.push_str(", ");
                last.push_str(piece);
            }
            None if number == 0 && !is_field(piece) => {
                job.state = State::from(piece.parse().unwrap_or(Status::Todo));
            }
            _ => fields.push(piece.to_owned()),
        }
    }
    for field in fields {
        match field.split_once(": ") {
            Some(("note", note)) => job.state.note = plain(note),
            Some((name, value)) => job.fields.push((plain(name), json(&plain(value)))),
            None => {}
        }
    }
}

/// Parts a job's name from what follows it; nothing in a name ends it, as it is escaped there.
fn until_bold_ends(text: &str) -> (&str, &str) {
    let mut characters = text.char_indices().peekable();
    while let Some((place, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if text.get(place..).is_some_and(|rest| rest.starts_with("**")) {
            let (name, rest) = text.split_at(place);
            return (name, rest.get(2..).unwrap_or_default());
        }
    }
    (text, "")
}

/// Parts what stands in parentheses from what follows them.
fn until_closed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (place, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some((text.get(..place)?, text.get(place + 1..)?)),
            },
            _ => {}
        }
    }
    None
}

/// A text without the backslashes in front of what would be markup.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        let is_escape =
            character == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation);
        if !is_escape {
            plain.push(character);
        } else if let Some(escaped) = characters.next() {
            plain.push(escaped);
        }
    }
    plain
}

/// The value of a field as JSON: it stands there as such, unless it was a text.
fn json(value: &str) -> String {
    let is_json = Kind::of(value) != Kind::Text && parsed::<serde_json::Value>(value).is_some();
    if is_json {
        value.to_owned()
    } else {
        serde_json::Value::from(value).to_string()
    }
}

/// How many commas a name may have.
const COMMAS_MAX: usize = 8;

/// Parts names at their commas, some of which belong to names.
fn join_names(texts: &[String], names: &std::collections::HashSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts {
        let parts: Vec<&str> = text.split(", ").collect();
        let mut rest = parts.as_slice();
        while !rest.is_empty() {
            let longest = (1..=rest.len().min(COMMAS_MAX + 1))
                .rev()
                .find_map(|count| {
                    let (name, behind) = rest.split_at_checked(count)?;
                    let name = name.join(", ");
                    (names.contains(&name) || count == 1).then_some((name, behind))
                });
            let Some((name, behind)) = longest else { break };
            found.push(name);
            rest = behind;
        }
    }
    found
}
