//! Reads a process as Markdown, line by line, as it was written or as a person has changed it since.

use std::collections::HashSet;
use std::iter::Peekable;
use std::str::Lines;

use super::escape::plain;
use super::exact::{self, Exact, Part};
use super::field_line::{
    CLAIMED_BY, join_names, pieces, read_job_fields, unknown, unknown_fields, until_bold_ends,
    until_closed,
};
use super::parts::{CodePart, CommentPart, JobPart, ProcessPart, TaskPart};
use super::{COMMENTS, NOBODY};

/// What stands in the Markdown of a process.
#[derive(Debug, Default)]
pub struct ReadMarkdown {
    /// What is said of the process itself.
    pub process: Found<ProcessPart>,
    /// Its tasks, in order.
    pub tasks: Vec<FoundTask>,
    /// What could not be read.
    pub not_read: Vec<NotRead>,
}

/// A task, with all that stands below its heading.
#[derive(Debug, Default)]
pub struct FoundTask {
    /// What is said of the task.
    pub task: Found<TaskPart>,
    /// Its jobs, in order.
    pub jobs: Vec<JobPart>,
    /// What was left on it, oldest first.
    pub comments: Vec<CommentPart>,
    /// The last version of each snippet.
    pub code: Vec<CodePart>,
}

/// A part as it was read.
#[derive(Debug, Default)]
pub struct Found<T> {
    /// What it says.
    pub part: T,
    /// The names of its fields that come of an exact form beside it.
    pub exact: Vec<String>,
    /// The exact form, until all that is read of the part is there.
    form: Option<Exact>,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// A job in front of all tasks.
    JobBeforeTasks,
    /// Comments in front of all tasks.
    CommentsBeforeTasks,
    /// Code in front of all tasks.
    CodeBeforeTasks,
    /// A line that says nothing that a process or a task has.
    Line(String),
    /// Exact texts of which what is read beside them says something else by now: that is taken.
    Overruled,
}

/// Reads a process as Markdown.
pub fn read(text: &str) -> ReadMarkdown {
    let mut reader = Reader {
        read: ReadMarkdown::default(),
        is_in_code: false,
        lines: text.lines().peekable(),
    };
    reader.read();
    reader.finished()
}

/// The text of the one list item in a text, whatever stands in it.
pub(super) fn only_item(text: &str) -> String {
    let mut lines = text.lines().peekable();
    let first = lines.next().unwrap_or_default();
    item(first, &mut lines).join("\n")
}

/// The one version of code in a text.
pub(super) fn only_code(text: &str) -> CodePart {
    let mut lines = text.lines().peekable();
    let heading = lines.next().and_then(|line| line.strip_prefix("### "));
    code(heading.unwrap_or_default(), &mut lines)
}

struct Reader<'a> {
    read: ReadMarkdown,
    /// Whether the last thing was a version of code of the last task.
    is_in_code: bool,
    lines: Peekable<Lines<'a>>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(line) = self.lines.next() {
            if let Some(heading) = line.strip_prefix("### ") {
                self.read_code(heading);
            } else if let Some(name) = line.strip_prefix("## ") {
                let mut task = FoundTask::default();
                task.task.part.name = plain(name);
                self.read.tasks.push(task);
                self.is_in_code = false;
            } else if let Some(name) = line.strip_prefix("# ") {
                self.read.process.part.name = plain(name);
            } else if line.starts_with("- **") {
                self.read_job(line);
            } else if line == COMMENTS {
                self.read_comments();
            } else if line.starts_with('>') {
                self.read_quote(line);
            } else if let Some(exact) = exact::read(line) {
                self.read_exact(exact);
            } else if !line.trim().is_empty() {
                self.read_fields(line);
            }
        }
    }

    /// What was read, with the exact forms of what is only now read as a whole.
    fn finished(self) -> ReadMarkdown {
        let mut read = self.read;
        let mut is_overruled = settle(&mut read.process);
        for task in &mut read.tasks {
            is_overruled |= settle(&mut task.task);
        }
        if is_overruled {
            read.not_read.push(NotRead::Overruled);
        }
        let names: HashSet<String> = read
            .tasks
            .iter()
            .map(|task| task.task.part.name.clone())
            .collect();
        for task in &mut read.tasks {
            if !task.task.is_exact("depends_on") {
                let part = &mut task.task.part;
                part.depends_on = join_names(&part.depends_on, &names);
            }
        }
        read
    }

    fn read_quote(&mut self, first: &str) {
        let unquoted = |line: &str| {
            let line = line.strip_prefix('>').unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line).to_owned()
        };
        let mut quote = unquoted(first);
        while let Some(line) = self.lines.next_if(|line| line.starts_with('>')) {
            quote.push('\n');
            quote.push_str(&unquoted(line));
        }
        let description = match self.read.tasks.last_mut() {
            Some(task) => &mut task.task.part.description,
            None => &mut self.read.process.part.description,
        };
        // Somebody may have parted it.
        if !description.is_empty() {
            description.push_str("\n\n");
        }
        description.push_str(quote.trim());
    }

    fn read_exact(&mut self, exact: Exact) {
        let Some(task) = self.read.tasks.last_mut() else {
            self.read.process.form = Some(exact);
            return;
        };
        match task.code.last_mut().filter(|_| self.is_in_code) {
            Some(code) => {
                let shown = std::mem::take(code);
                *code = settled(shown, exact, &mut self.read.not_read);
            }
            None => task.task.form = Some(exact),
        }
    }

    fn read_fields(&mut self, line: &str) {
        let is_read = match self.read.tasks.last_mut() {
            Some(task) => task.task.part.read_fields(line),
            None => self.read.process.part.read_fields(line),
        };
        if !is_read {
            self.read.not_read.push(NotRead::Line(line.to_owned()));
        }
    }

    fn read_job(&mut self, line: &str) {
        let lines = item(line, &mut self.lines);
        let job = part_of_item(lines, JobPart::of_item, &mut self.read.not_read);
        match self.read.tasks.last_mut() {
            Some(task) => task.jobs.push(job),
            None => self.read.not_read.push(NotRead::JobBeforeTasks),
        }
    }

    fn read_comments(&mut self) {
        let mut comments = Vec::new();
        while self.lines.next_if(|line| line.is_empty()).is_some() {}
        while let Some(line) = self.lines.next_if(|line| line.starts_with("- ")) {
            let lines = item(line, &mut self.lines);
            let not_read = &mut self.read.not_read;
            comments.push(part_of_item(lines, CommentPart::of_item, not_read));
        }
        match self.read.tasks.last_mut() {
            Some(task) => task.comments.extend(comments),
            None => self.read.not_read.push(NotRead::CommentsBeforeTasks),
        }
    }

    fn read_code(&mut self, heading: &str) {
        let code = code(heading, &mut self.lines);
        match self.read.tasks.last_mut() {
            Some(task) => {
                task.code.push(code);
                self.is_in_code = true;
            }
            None => self.read.not_read.push(NotRead::CodeBeforeTasks),
        }
    }
}

impl<T> Found<T> {
    /// Whether a field comes of an exact form, and not of what people read.
    pub fn is_exact(&self, field: &str) -> bool {
        self.exact.iter().any(|name| name == field)
    }
}

/// Takes over what the exact form of a part says; answers whether something of that is overruled.
fn settle<T: Part + Default>(found: &mut Found<T>) -> bool {
    let Some(form) = found.form.take() else {
        return false;
    };
    let restored = exact::restored(std::mem::take(&mut found.part), form);
    (found.part, found.exact) = (restored.part, restored.exact);
    restored.is_overruled
}

impl ProcessPart {
    /// Answers whether there is anything known on the line.
    fn read_fields(&mut self, line: &str) -> bool {
        if let Some(progress) = line.strip_prefix("progress: ") {
            progress.clone_into(&mut self.progress);
            return true;
        }
        let counted = ["created", "revision", "tasks", "jobs", "snippets"];
        let mut is_read = false;
        for piece in pieces(line) {
            match piece.split_once(": ") {
                Some((name, _)) if counted.contains(&name) => self.counts.push(piece),
                Some((name, value)) => self.fields.push(unknown(name, value)),
                None => continue,
            }
            is_read = true;
        }
        is_read
    }
}

impl TaskPart {
    /// Answers whether there is anything known on the line.
    fn read_fields(&mut self, line: &str) -> bool {
        if let Some(note) = line.strip_prefix("note: ") {
            self.note = plain(note);
            return true;
        }
        let mut is_read = false;
        for piece in pieces(line) {
            is_read |= self.read_field(&piece);
        }
        is_read
    }

    fn read_field(&mut self, piece: &str) -> bool {
        if piece.starts_with(CLAIMED_BY) {
            piece.clone_into(&mut self.claim);
            return true;
        }
        let Some((name, value)) = piece.split_once(": ") else {
            return false;
        };
        let all = |value: &str| plain(value).split(", ").map(str::to_owned).collect();
        match name {
            "status" => {
                let (value, by) = value.split_once(", set by ").unwrap_or((value, ""));
                let (word, since) = value.split_once(" since ").unwrap_or((value, ""));
                word.clone_into(&mut self.status);
                self.since = plain(since);
                self.set_by = plain(by);
            }
            "priority" => value.clone_into(&mut self.priority),
            "depends on" => self.depends_on = all(value),
            "labels" => self.labels = all(value),
            name => self.fields.push(unknown(name, value)),
        }
        true
    }
}

impl JobPart {
    /// Reads the text of a list item.
    pub(super) fn of_item(item: &str) -> Self {
        let (line, more) = item.split_once('\n').unwrap_or((item, ""));
        let line = line.strip_prefix("- **").unwrap_or(line);
        let (name, mut rest) = until_bold_ends(line);
        let mut job = Self::default();
        if let Some(inner) = rest.strip_prefix(" (")
            && let Some((inner, behind)) = until_closed(inner)
        {
            read_job_fields(inner, &mut job);
            rest = behind;
        }
        let first = rest.strip_prefix(": ").unwrap_or_default();
        Self {
            name: plain(name),
            description: format!("{first}\n{more}").trim().to_owned(),
            ..job
        }
    }
}

impl CommentPart {
    /// Reads the text of a list item.
    pub(super) fn of_item(item: &str) -> Self {
        let (line, more) = item.split_once('\n').unwrap_or((item, ""));
        let line = line.strip_prefix("- ").unwrap_or(line);
        let (at, rest) = line.split_once(" UTC").unwrap_or(("", line));
        let (by, first) = rest.split_once(": ").unwrap_or((rest, ""));
        let by = by.strip_prefix(", ").unwrap_or(by);
        Self {
            at: match at {
                "" => String::new(),
                at => format!("{at} UTC"),
            },
            by: Some(plain(by)).filter(|by| !by.is_empty() && by != NOBODY),
            text: format!("{first}\n{more}").trim().to_owned(),
        }
    }
}

/// The lines of a list item that begins with `first`, those behind the first without their
/// indentation.
fn item(first: &str, lines: &mut Peekable<Lines<'_>>) -> Vec<String> {
    let mut item = vec![first.to_owned()];
    let mut blank = 0;
    loop {
        if lines.next_if(|line| line.is_empty()).is_some() {
            blank += 1;
        } else if let Some(line) = lines.next_if(|line| line.starts_with("  ")) {
            item.extend(std::iter::repeat_n(String::new(), blank));
            item.push(line.get(2..).unwrap_or_default().to_owned());
            blank = 0;
        } else {
            break item;
        }
    }
}

/// Reads a list item with the exact form in it, if there is one.
fn part_of_item<T: Part + Default>(
    mut lines: Vec<String>,
    of_item: impl Fn(&str) -> T,
    not_read: &mut Vec<NotRead>,
) -> T {
    let forms = lines.iter().enumerate().skip(1);
    let mut forms = forms.filter_map(|(number, line)| Some((number, exact::read(line)?)));
    let Some((number, form)) = forms.next_back() else {
        return of_item(&lines.join("\n"));
    };
    lines.remove(number);
    settled(of_item(&lines.join("\n")), form, not_read)
}

fn settled<T: Part>(shown: T, form: Exact, not_read: &mut Vec<NotRead>) -> T {
    let restored = exact::restored(shown, form);
    if restored.is_overruled {
        not_read.push(NotRead::Overruled);
    }
    restored.part
}

/// Reads the lines below the heading of a version of code.
fn code(heading: &str, lines: &mut Peekable<Lines<'_>>) -> CodePart {
    let heading = plain(heading);
    let (name, version) = name_and_version(&heading).unwrap_or((&heading, ""));
    let mut code = CodePart {
        name: name.to_owned(),
        version: version.to_owned(),
        ..CodePart::default()
    };
    let fence = loop {
        match lines.next_if(|line| !line.starts_with('#')) {
            Some(line) if line.starts_with("```") => {
                break line.trim_end_matches(|c| c != '`');
            }
            Some(line) => {
                let bytes = line
                    .strip_prefix('(')
                    .and_then(|it| it.strip_suffix(" bytes)"));
                if let Some(bytes) = bytes.and_then(|bytes| bytes.parse().ok()) {
                    code.bytes = bytes;
                    return code;
                }
                code.fields.extend(unknown_fields(line));
            }
            None => return code,
        }
    };
    let mut content = String::new();
    for line in lines.by_ref().take_while(|line| *line != fence) {
        content.push_str(line);
        content.push('\n');
    }
    code.content = Some(content);
    code
}

/// The name and the version in the heading of code of which there are several versions.
fn name_and_version(heading: &str) -> Option<(&str, &str)> {
    let (name, version) = heading.strip_suffix(')')?.rsplit_once(" (version ")?;
    let (number, of) = version.split_once(" of ")?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    (is_number(number) && is_number(of)).then_some((name, version))
}
