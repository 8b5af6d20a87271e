//! Which command does what a tool does.

use super::words::{Pair, given, shell_word};

/// A tool, and the command for it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) tool: &'static str,
    /// The command; `{status}` is the one that sets it.
    command: &'static str,
    /// The parameters that stand behind it, each with the word for one that is not given; if the
    /// word is empty, the parameter is left out then.
    positional: &'static [(&'static str, &'static str)],
    /// The parameters that have an option.
    options: &'static [(&'static str, &'static str)],
}

const TASK: (&str, &str) = ("task_name", "TASK");
const JOB: (&str, &str) = ("job_name", "JOB");
const CODE: (&str, &str) = ("code_name", "CODE");
const IN: (&str, &str) = ("process", "-p");
const AFTER: (&str, &str) = ("after", "--after");

/// All tools.
const ROWS: &[Row] = &[
    Row::new("process_new", "pm new", &[("name", "NAME")], &[]),
    Row::new("process_load", "pm show -p NAME", &[], &[]),
    Row::new("process_list_all", "pm list", &[], &[AFTER]),
    Row::new(
        "process_save",
        "pm rename --whole",
        &[("name", "NEW")],
        &[IN],
    ),
    Row::new(
        "process_delete",
        "pm delete --whole",
        &[],
        &[("name", "-p")],
    ),
    Row::new("task_new", "pm add", &[TASK], &[IN]),
    Row::new(
        "task_list",
        "pm show",
        &[],
        &[("status", "--status"), ("label", "--label"), AFTER, IN],
    ),
    Row::new("task_details_get", "pm show", &[TASK], &[IN]),
    Row::new("task_update_description", "pm edit", &[TASK], &[IN]),
    Row::new(
        "task_name_change",
        "pm rename",
        &[("old_task_name", "TASK"), ("new_task_name", "NEW")],
        &[IN],
    ),
    Row::new("task_delete", "pm delete", &[TASK], &[IN]),
    Row::new("task_job_add", "pm job", &[TASK, JOB], &[IN]),
    Row::new(
        "task_job_get",
        "pm show",
        &[TASK],
        &[("job_name", "--job"), IN],
    ),
    Row::new("task_jobs_list", "pm show", &[TASK], &[AFTER, IN]),
    Row::new("task_code_add", "pm code put", &[TASK, CODE], &[IN]),
    Row::new("task_code_get", "pm code get", &[TASK, CODE], &[IN]),
    Row::new("task_code_update", "pm code put", &[TASK, CODE], &[IN]),
    Row::new("task_code_delete", "pm code delete", &[TASK, CODE], &[IN]),
    Row::new("process_update", "pm edit", &[], &[IN]),
    Row::new(
        "process_history",
        "pm log",
        &[("task_name", "")],
        // What is listed is older, the farther down it stands.
        &[("after", "--before"), IN],
    ),
    Row::new("process_undo", "pm undo", &[("revision", "")], &[IN]),
    Row::new(
        "process_restore",
        "pm trash restore",
        &[("name", "NAME")],
        &[("new_name", "--new-name")],
    ),
    Row::new("process_export", "pm export", &[], &[AFTER, IN]),
    Row::new("plan_new", "pm new", &[("process", "NAME")], &[]),
    Row::new("task_next", "pm next", &[], &[IN]),
    Row::new("task_update", "pm {status}", &[TASK], &[IN]),
    Row::new(
        "task_job_update",
        "pm {status}",
        &[TASK],
        &[("job_name", "--job"), IN],
    ),
    Row::new(
        "task_job_delete",
        "pm delete",
        &[TASK],
        &[("job_name", "--job"), IN],
    ),
    Row::new(
        "task_code_version",
        "pm code get",
        &[TASK, CODE],
        &[("version", "--version"), ("from_line", "--from-line"), IN],
    ),
    Row::new(
        "task_code_restore",
        "pm code restore",
        &[TASK, CODE, ("version", "VERSION")],
        &[IN],
    ),
    Row::new("task_code_diff", "pm code diff", &[TASK, CODE], &[IN]),
    Row::new("code_export", "pm code export", &[("task_name", "")], &[IN]),
    Row::new("search", "pm search", &[("query", "WORDS")], &[IN]),
];

/// The row of a tool.
pub(super) fn row(tool: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.tool == tool)
}

impl Row {
    const fn new(
        tool: &'static str,
        command: &'static str,
        positional: &'static [(&'static str, &'static str)],
        options: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            tool,
            command,
            positional,
            options,
        }
    }

    /// The command with what it is given.
    pub(super) fn written(&self, pairs: &[Pair<'_>]) -> String {
        let verb = match given(pairs, "status") {
            Some("in_progress") => "start",
            Some("blocked") => "block",
            Some("cancelled") => "cancel",
            _ => "done",
        };
        let mut command = self.command.replace("{status}", verb);
        for (parameter, word) in self.positional {
            let value = given(pairs, parameter).map(shell_word);
            let value = value.unwrap_or_else(|| (*word).to_owned());
            if !value.is_empty() {
                command.push(' ');
                command.push_str(&value);
            }
        }
        for (parameter, option) in self.options {
            if let Some(value) = given(pairs, parameter) {
                command.push_str(&[" ", option, " ", &shell_word(value)].concat());
            }
        }
        command
    }
}
