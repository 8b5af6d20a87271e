//! A task or a process as the Markdown that an editor shows, and back.

use std::fmt::Write as _;

use pm_core::{Priority, Process, Status, Task, TaskName};

/// What stands above the jobs.
const JOBS: &str = "## Jobs";

/// What is said at the end of a sheet.
const HINT: &str = "\
<!-- Jobs keep their numbers, whatever else is changed; \"- [ ] name\" adds one, and a job whose
line is gone is deleted. Lines below a job are its description. [x] is done. -->";

/// A task or a process as it is edited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) description: String,
    /// Whether it is a task, which has the rest.
    is_task: bool,
    pub(super) status: Status,
    pub(super) priority: Priority,
    pub(super) after: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) jobs: Vec<JobLine>,
}

/// A job on a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct JobLine {
    /// Its number on the sheet; a new one has none.
    pub(super) number: Option<usize>,
    /// What finds just this one.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) description: String,
}

impl Sheet {
    pub(super) fn of_process(process: &Process) -> Self {
        Self {
            name: process.name.to_string(),
            description: tidy(&process.description),
            ..Self::default()
        }
    }

    pub(super) fn of_task(name: &TaskName, task: &Task) -> Self {
        let jobs = task
            .jobs
            .iter()
            .zip(1..)
            .map(|((key, job), number)| JobLine {
                number: Some(number),
                key: key.clone(),
                name: job.name.to_string(),
                status: job.status(),
                description: tidy(&job.description),
            });
        Self {
            name: name.to_string(),
            description: tidy(&task.description),
            is_task: true,
            status: task.status(),
            priority: task.priority(),
            after: task.depends_on(),
            labels: task.labels().iter().map(ToString::to_string).collect(),
            jobs: jobs.collect(),
        }
    }

    /// The text for the editor.
    pub(super) fn written(&self) -> String {
        let mut text = format!("# {}\n", self.name);
        // Writing to a string cannot fail.
        if self.is_task {
            let _ = writeln!(text, "status: {}", self.status);
            let _ = writeln!(text, "priority: {}", self.priority);
            for name in &self.after {
                let _ = writeln!(text, "after: {name}");
            }
            for label in &self.labels {
                let _ = writeln!(text, "label: {label}");
            }
        }
        let _ = write!(text, "\n{}\n", self.description);
        if self.is_task {
            let _ = write!(text, "\n{JOBS}\n\n");
            for (job, number) in self.jobs.iter().zip(1..) {
                let _ = writeln!(text, "{number}. [{}] {}", mark(job.status), job.name);
                for line in job.description.lines() {
                    let indent = if line.is_empty() { "" } else { "   " };
                    let _ = writeln!(text, "{indent}{line}");
                }
            }
            let _ = write!(text, "\n{HINT}\n");
        }
        text
    }

    /// This sheet as it is read if nobody changes it: some spaces and line ends are not kept.
    pub(super) fn untouched(&self) -> Self {
        let read = self.read(&self.written());
        read.unwrap_or_else(|_| self.clone())
    }

    /// Reads what has become of this sheet; says what is wrong with it otherwise.
    pub(super) fn read(&self, text: &str) -> Result<Self, String> {
        let mut sheet = Self {
            is_task: self.is_task,
            ..Self::default()
        };
        let text = text.replace(HINT, "");
        let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
        let title = lines.next().and_then(|line| line.strip_prefix("# "));
        let Some(name) = title.map(str::trim).filter(|name| !name.is_empty()) else {
            return Err("the first line has to be # and the name".into());
        };
        name.clone_into(&mut sheet.name);
        let mut lines = lines.peekable();
        while let Some(line) = lines.next_if(|line| !line.trim().is_empty()) {
            sheet.read_field(line)?;
        }
        let rest: Vec<&str> = lines.collect();
        // A description can have such lines, too; the one above the jobs is the last.
        let jobs = rest.iter().rposition(|line| line.trim_end() == JOBS);
        let jobs = jobs.filter(|_| self.is_task).unwrap_or(rest.len());
        let (description, jobs) = rest.split_at(jobs);
        sheet.description = tidy(&description.join("\n"));
        for line in jobs.iter().skip(1) {
            sheet.read_job_line(line)?;
        }
        for job in &mut sheet.jobs {
            job.description = tidy(&job.description);
            let known = self.jobs.iter().find(|known| known.number == job.number);
            job.key = known.map(|known| known.key.clone()).unwrap_or_default();
        }
        Ok(sheet)
    }

    fn read_field(&mut self, line: &str) -> Result<(), String> {
        let unknown = || {
            format!(
                "\"{line}\" is none of status:, priority:, after: and label:; an empty line ends \
                 them"
            )
        };
        let (field, value) = line.split_once(':').ok_or_else(unknown)?;
        let value = value.trim();
        match field.trim() {
            "status" => self.status = value.parse().map_err(|it| format!("{it}"))?,
            "priority" => self.priority = value.parse().map_err(|it| format!("{it}"))?,
            "after" => self.after.push(value.to_owned()),
            "label" => self.labels.push(value.to_owned()),
            _ => return Err(unknown()),
        }
        Ok(())
    }

    fn read_job_line(&mut self, line: &str) -> Result<(), String> {
        if let Some((number, rest)) = job_begin(line) {
            let (status, name) = marked(rest);
            self.jobs.push(JobLine {
                number,
                status: status.ok_or_else(|| format!("\"{line}\" has an unknown mark"))?,
                name: name.trim().to_owned(),
                ..JobLine::default()
            });
            return Ok(());
        }
        match self.jobs.last_mut() {
            Some(job) => {
                job.description += line.strip_prefix("   ").unwrap_or(line);
                job.description.push('\n');
            }
            None if line.trim().is_empty() => {}
            None => return Err(format!("\"{line}\" below {JOBS} is no job")),
        }
        Ok(())
    }
}

/// A text without spaces at the ends of it.
fn tidy(text: &str) -> String {
    text.trim().to_owned()
}

/// The number of a job, if it has one, and what follows; `None` if the line begins no job.
fn job_begin(line: &str) -> Option<(Option<usize>, &str)> {
    if let Some(rest) = line.strip_prefix("- ") {
        return Some((None, rest));
    }
    let (number, rest) = line.split_once(". ")?;
    Some((Some(number.parse().ok()?), rest))
}

fn mark(status: Status) -> &'static str {
    match status {
        Status::Todo => " ",
        Status::InProgress => "/",
        Status::Blocked => "!",
        Status::Done => "x",
        Status::Cancelled => "-",
    }
}

/// The status that a box says, and the name behind it; a job without a box is to be done.
fn marked(text: &str) -> (Option<Status>, &str) {
    let boxed = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    let Some((inside, name)) = boxed.filter(|(inside, _)| inside.chars().count() <= 1) else {
        return (Some(Status::Todo), text);
    };
    let inside = inside.to_lowercase();
    let status = Status::ALL
        .into_iter()
        .find(|status| mark(*status).trim() == inside.trim());
    (status, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let job = |number, name: &str, status, description: &str| JobLine {
            number: Some(number),
            name: name.into(),
            status,
            description: description.into(),
            ..JobLine::default()
        };
        Sheet {
            name: "dig the beds".into(),
            description: "Two spades deep.\n\n## Jobs\n\n1. Ask Ann.\n\n## Not jobs\nMore.".into(),
            is_task: true,
            status: Status::InProgress,
            priority: Priority::High,
            after: vec!["soil test, first".into()],
            labels: vec!["spring".into()],
            jobs: vec![
                job(1, "[odd] name", Status::Done, "one\n\n  - two\n\n\n## Jobs"),
                job(2, "measure", Status::Blocked, ""),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_the_same() {
        let before = sheet();
        assert_eq!(before.read(&before.written()).unwrap(), before);
        let process = Sheet {
            name: "garden".into(),
            description: "Intro.\n\n## Jobs\n\n1. Ask Ann.".into(),
            ..Sheet::default()
        };
        assert_eq!(process.read(&process.written()).unwrap(), process);
    }

    #[test]
    fn jobs_are_added_and_known_by_their_numbers() {
        let text = sheet()
            .written()
            .replace("1. [x] [odd] name", "- [ ] new\n1. [ ] even");
        let jobs = sheet().read(&text).unwrap().jobs;
        let told = jobs
            .iter()
            .map(|job| (job.number, job.name.as_str(), job.status));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                (None, "new", Status::Todo),
                (Some(1), "even", Status::Todo),
                (Some(2), "measure", Status::Blocked),
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (text, why) in [
            ("name\n", "# and the name"),
            ("# a\nstatus: half\n", "half"),
            ("# a\ncolour: red\n", "colour"),
            ("# a\n\n## Jobs\n1. [?] b\n", "mark"),
            ("# a\n\n## Jobs\nb\n", "no job"),
        ] {
            let refusal = sheet().read(text).unwrap_err();
            assert!(refusal.contains(why), "{refusal}");
        }
    }
}
