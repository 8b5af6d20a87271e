//! How much a model writes and reads until a plan of twelve tasks is worked: at a shell with `pm`, with
//! the tools over MCP, and at a shell with other task managers.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{answer, rivals::Rival, started};
use crate::{
    bench::{servers::Programs, target::Target, wire::Era},
    table::Table,
};

/// How many tasks the plan has; each waits for the one before.
const TASKS: usize = 12;

/// How many tenths of a character a token of English and JSON has, about.
const TENTHS_OF_LETTERS_A_TOKEN: usize = 42;

/// The process in which the plan is.
const PROCESS: &str = "Release 2.0";

/// What passed between a model and a program, in characters.
#[derive(Default)]
struct Talk {
    /// What is known before the first call: a list of tools, or a page of instructions.
    before: usize,
    calls: usize,
    written: usize,
    read: usize,
}

impl Talk {
    fn note(&mut self, written: &str, read: &str) {
        self.calls += 1;
        self.written += length(written);
        self.read += length(read);
    }
}

/// How long a text is for a model, in characters: runs of the same sign, such as the lines of a box,
/// count once, as tokenizers take them together.
fn length(text: &str) -> usize {
    let mut last = None;
    let counts = |letter: &char| {
        let is_run = last == Some(*letter) && !letter.is_alphanumeric();
        last = Some(*letter);
        !is_run
    };
    text.chars().filter(counts).count()
}

pub(super) fn table(
    programs: &Programs,
    dir: &Path,
    found: &[&Rival],
    missing: &str,
) -> Result<Table> {
    let note = format!(
        "Characters that a model writes and reads to plan {TASKS} tasks, to get, begin and finish one \
         after the other, and to look at all of them at the end. `before` is read first: the list of \
         tools, or `pm prime`; the instructions of the others are not counted. Each answer is counted once, \
         and so are runs of the same sign, such as the lines of boxes; tokens are characters / 4.2.{missing}"
    );
    let columns = [
        "with",
        "before",
        "calls",
        "written",
        "read",
        "in all",
        "about tokens",
    ];
    let mut table = Table::new("A plan worked", &note, &columns);
    let mut row = |with: &str, talk: &Talk| {
        let all = talk.before + talk.written + talk.read;
        let tokens = all * 10 / TENTHS_OF_LETTERS_A_TOKEN;
        let counts = [
            talk.before,
            talk.calls,
            talk.written,
            talk.read,
            all,
            tokens,
        ];
        table.row(std::iter::once(with.to_owned()).chain(counts.map(|count| count.to_string())));
    };
    let pm = &programs.pm;
    row("pm", &at_a_shell(pm, &dir.join("pm"), false)?);
    row("pm --json", &at_a_shell(pm, &dir.join("pm-json"), true)?);
    row(
        "the tools over MCP",
        &with_tools(programs, &dir.join("tools"))?,
    );
    for rival in found {
        row(rival.program, &with_rival(rival, &dir.join(rival.program))?);
    }
    Ok(table)
}

fn name(number: usize) -> String {
    format!("rework {number}")
}

fn description(number: usize) -> String {
    format!("Change what part {number} of the program does, and test it before and after.")
}

/// The plan as `pm new --plan` takes it.
fn plan() -> String {
    let task = |number: usize| {
        let after = match number {
            1 => String::new(),
            _ => format!("after: {}\n", name(number - 1)),
        };
        format!("{}: {}\n{after}", name(number), description(number))
    };
    (1..=TASKS).map(task).collect()
}

/// With `pm` in a directory of its own.
fn at_a_shell(pm: &Path, home: &Path, as_json: bool) -> Result<Talk> {
    fs::create_dir_all(home)?;
    let mut talk = Talk {
        before: length(&answer(&mut started(pm, home).arg("prime"))?),
        ..Talk::default()
    };
    let run = |talk: &mut Talk, arguments: &[&str], input: &str| -> Result<()> {
        let json = as_json.then_some("--json");
        let arguments: Vec<&str> = arguments.iter().copied().chain(json).collect();
        let read = answer(&mut started(pm, home).args(&arguments))?;
        talk.note(&format!("pm {}{input}", arguments.join(" ")), &read);
        Ok(())
    };
    let plan = plan();
    fs::write(home.join("plan.txt"), &plan)?;
    run(&mut talk, &["new", PROCESS, "--plan", "plan.txt"], &plan)?;
    for number in 1..=TASKS {
        run(&mut talk, &["next"], "")?;
        run(&mut talk, &["done", &name(number)], "")?;
    }
    run(&mut talk, &["show"], "")?;
    Ok(talk)
}

/// With the tools that are listed by default.
fn with_tools(programs: &Programs, home: &Path) -> Result<Talk> {
    fs::create_dir_all(home)?;
    let listed = started(&programs.pm, home)
        .args(["tools", "--format", "json"])
        .read()?;
    let listed: Value = serde_json::from_str(&listed).context("the list of tools is no JSON")?;
    let mut talk = Talk {
        before: length(&listed.to_string()),
        ..Talk::default()
    };
    let server = Target::ours(&programs.servers.http, &home.join("processes"))?;
    let mut caller = server.caller(Era::Sessions)?;
    let mut call = |talk: &mut Talk, tool: &str, arguments: Value| -> Result<()> {
        let answer = caller.call(tool, &arguments)?;
        let written = json!({ "name": tool, "arguments": arguments });
        talk.note(&written.to_string(), &answer.to_string());
        Ok(())
    };
    let planned = |number: usize| {
        let (name, description) = (name(number), description(number));
        match number {
            1 => json!({ "name": name, "description": description }),
            _ => {
                json!({ "name": name, "description": description, "after": [self::name(number - 1)] })
            }
        }
    };
    let tasks: Vec<Value> = (1..=TASKS).map(planned).collect();
    call(
        &mut talk,
        "plan_new",
        json!({ "process": PROCESS, "tasks": tasks }),
    )?;
    for number in 1..=TASKS {
        call(&mut talk, "task_next", json!({}))?;
        let done = json!({ "task_name": name(number), "status": "done" });
        call(&mut talk, "task_update", done)?;
    }
    call(&mut talk, "task_list", json!({}))?;
    caller.close()?;
    server.stop()?;
    Ok(talk)
}

/// With the program of another task manager, whose instructions are not counted.
fn with_rival(rival: &Rival, home: &Path) -> Result<Talk> {
    (rival.fill)(home, 0)?;
    let program = rival.path().context("it was there just now")?;
    let mut talk = Talk::default();
    let run = |talk: &mut Talk, command: &[&str], number: usize| -> Result<()> {
        let fill = |word: &&str| {
            word.replace("{name}", &name(number))
                .replace("{description}", &description(number))
                .replace("{number}", &number.to_string())
        };
        let words: Vec<String> = command.iter().map(fill).collect();
        let read = answer(&mut started(&program, home).args(&words))?;
        talk.note(&format!("{} {}", rival.program, words.join(" ")), &read);
        Ok(())
    };
    for number in 1..=TASKS {
        run(&mut talk, rival.work.add, number)?;
    }
    for number in 1..=TASKS {
        run(&mut talk, rival.work.next, number)?;
        run(&mut talk, rival.work.begin, number)?;
        run(&mut talk, rival.work.finish, number)?;
    }
    run(&mut talk, rival.work.list, 0)?;
    Ok(talk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_signs_count_once_and_those_of_letters_do_not() {
        assert_eq!(length("hello  ----- 100"), 11);
        assert_eq!(plan().lines().count(), 2 * TASKS - 1);
    }
}
