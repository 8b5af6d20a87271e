//! A short session with a stdio server that makes each kind of change, and whether what the
//! server said of each is true.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::cmd::{Cmd, Conversation, cmd};

/// How long a session may take. Far more than one does: it tells a server that hangs.
pub(super) const LIMIT: Duration = Duration::from_secs(20);

/// Longer than a server waits after the last change before it brings the files up to date.
const REST: Duration = Duration::from_millis(350);

/// Something that a change does, and that can be seen afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// There is this process.
    Process(&'static str),
    /// The process has its task.
    Task(&'static str),
    /// The process's task has this job.
    Job(&'static str, &'static str),
    /// The process is gone, with all that was in it.
    Gone(&'static str),
    /// None; the server has time to bring the files up to date.
    Rest,
}

/// What is done: a new journal, appends to it, a checkpoint, and one process that goes.
const SCRIPT: [Effect; 11] = [
    Effect::Process("Garden"),
    Effect::Task("Garden"),
    Effect::Job("Garden", "one"),
    Effect::Process("Shed"),
    Effect::Task("Shed"),
    Effect::Job("Shed", "two"),
    Effect::Rest,
    Effect::Job("Garden", "three"),
    Effect::Job("Shed", "four"),
    Effect::Gone("Shed"),
    Effect::Job("Garden", "five"),
];

/// What the server said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It was made.
    Made,
    /// It was not made.
    Refused,
    /// It may have been made or not.
    Uncertain,
    /// Nothing.
    None,
    /// It was not even told of it.
    Unasked,
}

/// What a session came to.
pub(super) struct Session {
    answers: Vec<(Effect, Answer)>,
    /// Whether the server neither answered nor ended.
    pub(super) hung: bool,
}

/// What is there: the processes, each with its jobs; `None` where it lacks its task.
type Found = BTreeMap<String, Option<BTreeSet<String>>>;

impl Effect {
    /// The tool call that has it.
    fn call(self) -> Option<(&'static str, Value)> {
        Some(match self {
            Self::Process(name) => ("process_new", json!({"name": name})),
            Self::Task(process) => ("task_new", json!({"process": process, "task_name": "work"})),
            Self::Job(process, name) => (
                "task_job_add",
                json!({"process": process, "task_name": "work", "job_name": name}),
            ),
            Self::Gone(name) => ("process_delete", json!({"name": name})),
            Self::Rest => return None,
        })
    }

    /// Whether it can be seen.
    fn is_in(self, found: &Found) -> bool {
        match self {
            Self::Process(name) => found.contains_key(name),
            Self::Task(process) => found.get(process).is_some_and(Option::is_some),
            Self::Job(process, name) => {
                let jobs = found.get(process).and_then(Option::as_ref);
                jobs.is_some_and(|jobs| jobs.contains(name))
            }
            Self::Gone(name) => !found.contains_key(name),
            Self::Rest => true,
        }
    }

    fn process(self) -> &'static str {
        match self {
            Self::Process(name) | Self::Task(name) | Self::Job(name, _) | Self::Gone(name) => name,
            Self::Rest => "",
        }
    }
}

impl Session {
    /// Holds the session with the server that `server` starts.
    pub(super) fn hold(server: Cmd, complaints: &Path) -> Result<Self> {
        let mut talk = server.talk_quietly(LIMIT, complaints)?;
        let mut session = Self {
            answers: SCRIPT.map(|effect| (effect, Answer::Unasked)).to_vec(),
            hung: false,
        };
        // What goes wrong from here on is what the session is for.
        if say_hello(&mut talk).is_ok() {
            for (id, (effect, answer)) in session.answers.iter_mut().enumerate() {
                let Some((tool, arguments)) = effect.call() else {
                    thread::sleep(REST);
                    continue;
                };
                *answer = Answer::None;
                match call(&mut talk, id as u64, tool, &arguments) {
                    Ok(said) => *answer = judge(&said),
                    Err(_) => break,
                }
            }
        }
        session.hung = talk.end().is_err();
        Ok(session)
    }

    /// How many changes were answered like this.
    pub(super) fn count(&self, answer: Answer) -> usize {
        let changes = self
            .answers
            .iter()
            .filter(|(effect, _)| *effect != Effect::Rest);
        changes.filter(|(_, given)| *given == answer).count()
    }

    /// Looks with a server that nothing happens to, and says what does not agree with what was
    /// answered. Everything must be usable.
    pub(super) fn check(
        &self,
        binary: &Path,
        dir: &Path,
        complaints: &Path,
    ) -> Result<Vec<String>> {
        let mut talk = plain(binary, dir).talk_quietly(LIMIT, complaints)?;
        say_hello(&mut talk)?;
        let found = look(&mut talk)?;
        let mut problems = self.untrue(&found);
        for name in ["Garden", "Next"] {
            if !found.contains_key(name) {
                must(&mut talk, "process_new", &json!({"name": name}))?;
            }
            if found.get(name).is_none_or(Option::is_none) {
                must(
                    &mut talk,
                    "task_new",
                    &json!({"process": name, "task_name": "work"}),
                )?;
            }
            let job = json!({"process": name, "task_name": "work", "job_name": "afterwards"});
            must(&mut talk, "task_job_add", &job)?;
        }
        talk.end()?;
        for entry in std::fs::read_dir(dir)?.chain(std::fs::read_dir(dir.join(".pm/journals"))?) {
            let name = entry?.file_name();
            if name.as_encoded_bytes().ends_with(b".pm-tmp") {
                problems.push(format!("{} has stayed", name.display()));
            }
        }
        Ok(problems)
    }

    /// What was said and is not so.
    fn untrue(&self, found: &Found) -> Vec<String> {
        let problems = self.answers.iter().filter_map(|(effect, answer)| {
            let is_there = effect.is_in(found);
            match answer {
                // What may have been deleted says nothing of what was in it.
                _ if !is_there && self.may_be_gone(*effect) => None,
                Answer::Made => (!is_there).then(|| format!("{effect:?} was acknowledged")),
                // A process that never was cannot be deleted, and is not there.
                Answer::Refused if matches!(effect, Effect::Gone(_)) => None,
                Answer::Refused => is_there.then(|| format!("{effect:?} was refused")),
                Answer::Uncertain | Answer::None | Answer::Unasked => None,
            }
        });
        problems.collect()
    }

    /// Whether the process may have been deleted that a change was made to.
    fn may_be_gone(&self, effect: Effect) -> bool {
        let gone = Effect::Gone(effect.process());
        effect != gone
            && self.answers.iter().any(|(other, answer)| {
                *other == gone && !matches!(answer, Answer::Refused | Answer::Unasked)
            })
    }
}

/// The server over `dir`.
pub(super) fn plain(binary: &Path, dir: &Path) -> Cmd {
    cmd(binary).arg("--dir").arg(dir)
}

fn look(talk: &mut Conversation) -> Result<Found> {
    let listed = must(talk, "process_list_all", &json!({}))?;
    ensure!(listed.get("problems").is_none(), "{listed}");
    let processes = listed.get("process_list").and_then(Value::as_array);
    let mut found = Found::new();
    for process in processes.context("no list of processes")? {
        let name = process.get("process");
        let name = name
            .and_then(Value::as_str)
            .context("a process without a name")?;
        let loaded = must(talk, "process_load", &json!({"name": name}))?;
        let name_of = |job: &Value| Some(job.get("name")?.as_str()?.to_owned());
        // A task that has no jobs is answered without them.
        let jobs = loaded.pointer("/process_data/tasks/work").map(|task| {
            let jobs = task.get("jobs").and_then(Value::as_object);
            let jobs = jobs.into_iter().flat_map(|jobs| jobs.values());
            jobs.filter_map(name_of).collect()
        });
        found.insert(name.to_owned(), jobs);
    }
    Ok(found)
}

/// Whether an answer says that a change was made.
pub(super) fn is_made(said: &Value) -> bool {
    judge(said) == Answer::Made
}

fn judge(said: &Value) -> Answer {
    let answer = said.pointer("/result/structuredContent");
    let text = said
        .pointer("/result/content/0/text")
        .and_then(Value::as_str);
    match answer.and_then(|answer| answer.get("success")) {
        Some(Value::Bool(true)) => Answer::Made,
        Some(_) if text.is_some_and(|text| !text.contains("not certain")) => Answer::Refused,
        _ => Answer::Uncertain,
    }
}

/// Makes a call that nothing may stand in the way of.
pub(super) fn must(talk: &mut Conversation, tool: &str, arguments: &Value) -> Result<Value> {
    let said = call(talk, 1000, tool, arguments)?;
    ensure!(is_made(&said), "{tool}: {said}");
    let answer = said.pointer("/result/structuredContent").cloned();
    answer.context("no answer")
}

/// Makes a call.
pub(super) fn call(
    talk: &mut Conversation,
    id: u64,
    tool: &str,
    arguments: &Value,
) -> Result<Value> {
    let params = json!({"name": tool, "arguments": arguments});
    ask(
        talk,
        &json!({"jsonrpc": "2.0", "id": id + 1, "method": "tools/call", "params": params}),
    )
}

/// Shakes hands.
pub(super) fn say_hello(talk: &mut Conversation) -> Result<()> {
    let hello = json!({
        "protocolVersion": "2024-11-05",
        "capabilities": {},
        "clientInfo": {"name": "xtask", "version": "0"},
    });
    let hello = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello});
    ask(talk, &hello)?;
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    talk.tell(&ready.to_string())
}

fn ask(talk: &mut Conversation, message: &Value) -> Result<Value> {
    talk.tell(&message.to_string())?;
    let line = talk.hear()?.context("the server has hung up")?;
    serde_json::from_str(&line).with_context(|| format!("not JSON: {line}"))
}
