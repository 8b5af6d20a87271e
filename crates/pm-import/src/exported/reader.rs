//! Reads the Markdown of a process, line by line.

use super::line::{fields_of, json, plain, read_job_fields, until_bold_ends, until_closed};
use crate::plan::{Plan, PlannedCode, PlannedJob, PlannedTask, Text, comment};
use crate::times;

/// What stands over the comments on a task.
const COMMENTS: &str = "Comments:";
/// Who left a comment of which nobody knows it.
const NOBODY: &str = "somebody";

/// What was read so far.
pub(super) struct Reader<'a> {
    pub(super) plan: Plan,
    /// The quoted lines that were read last.
    quote: String,
    lines: std::iter::Peekable<std::str::Lines<'a>>,
}

impl<'a> Reader<'a> {
    /// Reads all of a text.
    pub(super) fn of(text: &'a str) -> Self {
        let mut reader = Self {
            plan: Plan::default(),
            quote: String::new(),
            lines: text.lines().peekable(),
        };
        reader.read();
        reader
    }

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
