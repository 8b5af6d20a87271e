//! One instruction from what the user says to the model's last word, over a fresh store.

use std::{path::Path, time::Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    cases::{Call, Case, Cases, Step},
    desk::{Desk, Offer},
    judge::{self, Evidence},
    llm::{Answer, Model, ModelCall},
    state::{State, folded},
    transcript::Transcript,
};
/// How often in a row the same call is made before the model is stopped.
const REPEATS_MAX: usize = 4;

/// What came of a case.
pub(super) struct Outcome {
    pub(super) id: String,
    pub(super) group: String,
    /// What is not as expected.
    pub(super) wrong: Vec<String>,
    /// What was changed although nobody asked for it.
    pub(super) unasked: Vec<String>,
    pub(super) end: End,
    pub(super) first_is_right: bool,
    /// Whether the last answer says what was asked for; none if nothing is expected of it.
    pub(super) answer_is_right: Option<bool>,
    pub(super) calls: usize,
    pub(super) refused: usize,
    pub(super) read_tokens: u64,
    pub(super) written_tokens: u64,
    pub(super) seconds: u64,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The model said its last word.
    Said,
    /// It made the same call again and again.
    Loop,
    /// It did not come to an end.
    Turns,
    /// Its server could make nothing of what it wrote.
    Unreadable,
}

/// Who makes the calls of a case.
pub(super) enum Who<'a> {
    Model(&'a Model),
    /// The case's own solution.
    Solution,
}

/// What a case's own solution leaves, by a server that offers every tool.
pub(super) fn solved(binary: &Path, cases: &Cases, case: &Case) -> Result<State> {
    let every_tool = Offer::every_tool();
    let mut desk = Desk::new(binary, &every_tool, cases, case)?;
    for step in &case.solve {
        if let Step::Call(Call(tool, arguments)) = step {
            desk.model
                .call(tool, arguments)
                .with_context(|| format!("the solution of {} does not work", case.id))?;
        }
    }
    State::read(&mut desk.full)
}

/// Runs a case to its end and judges what is stored then.
pub(super) fn run(
    binary: &Path,
    offer: &Offer,
    cases: &Cases,
    case: &Case,
    (who, solved): (&Who<'_>, &State),
) -> Result<(Outcome, Transcript)> {
    let mut desk = Desk::new(binary, offer, cases, case)?;
    let before = State::read(&mut desk.full)?;
    let mut talk = Talk::new(case);
    let started = Instant::now();
    let end = talk.go_on(case, &mut desk, who)?;
    let seconds = started.elapsed().as_secs();
    let after = State::read(&mut desk.full)?;
    let current = talk.opened.clone().or_else(|| case.current.clone());
    let evidence = Evidence {
        before: &before,
        after: &after,
        solved,
        current: current.as_deref(),
        seen: &talk.seen,
    };
    let mut wrong = judge::wrong(case, &evidence);
    if talk.calls == 0 {
        wrong.push("no tool was called".to_owned());
    }
    let answer = folded(&talk.last_text);
    let says_it = || {
        case.answer
            .iter()
            .all(|text| answer.contains(&folded(text)))
    };
    let outcome = Outcome {
        id: case.id.clone(),
        group: case.group.clone(),
        wrong,
        unasked: judge::unasked(case, &evidence),
        end,
        first_is_right: talk.first.is_some_and(|tool| case.first.contains(&tool)),
        answer_is_right: (!case.answer.is_empty()).then(says_it),
        calls: talk.calls,
        refused: talk.refused,
        read_tokens: talk.read_tokens,
        written_tokens: talk.written_tokens,
        seconds,
    };
    Ok((outcome, talk.transcript))
}

/// What was said and done so far.
#[derive(Default)]
struct Talk {
    messages: Vec<Value>,
    transcript: Transcript,
    first: Option<String>,
    /// What was opened last.
    opened: Option<String>,
    /// What tools answered to calls that were done.
    seen: Vec<String>,
    last_text: String,
    last_call: Option<(String, String)>,
    /// How often the last call was made in a row.
    repeats: usize,
    calls: usize,
    refused: usize,
    read_tokens: u64,
    written_tokens: u64,
}

impl Talk {
    fn new(case: &Case) -> Self {
        let mut talk = Self::default();
        talk.transcript.heading(&case.id);
        talk
    }

    /// Lets the user say everything, and the model do all that it does.
    fn go_on(&mut self, case: &Case, desk: &mut Desk, who: &Who<'_>) -> Result<End> {
        let mut user = case.user().iter();
        let mut steps = case.solve.iter();
        self.says(user.next());
        for _ in 0..case.max_turns() {
            let answer = match who {
                Who::Model(model) => model.answer(&self.messages, &desk.tools)?,
                Who::Solution => of_step(steps.next()),
            };
            self.read_tokens += answer.read_tokens;
            self.written_tokens += answer.written_tokens;
            self.messages.push(as_message(&answer));
            self.transcript.said(&answer);
            if answer.is_unreadable {
                return Ok(End::Unreadable);
            }
            if answer.calls.is_empty() {
                self.last_text.clone_from(&answer.text);
                let Some(next) = user.next() else {
                    return Ok(End::Said);
                };
                self.says(Some(next));
                continue;
            }
            for call in &answer.calls {
                self.make(call, desk);
            }
            if self.repeats >= REPEATS_MAX {
                return Ok(End::Loop);
            }
        }
        Ok(End::Turns)
    }

    fn says(&mut self, text: Option<&String>) {
        if let Some(text) = text {
            self.messages.push(json!({"role": "user", "content": text}));
            self.transcript.user(text);
        }
    }

    /// Makes a call, and hands its answer to the model.
    fn make(&mut self, call: &ModelCall, desk: &mut Desk) {
        self.first.get_or_insert_with(|| call.tool.clone());
        self.calls += 1;
        let arguments: Value = serde_json::from_str(&call.arguments)
            .unwrap_or_else(|_| call.arguments.as_str().into());
        let params = json!({"name": call.tool, "arguments": arguments});
        let (text, is_done) = match desk.model.request("tools/call", &params) {
            Ok(result) => read_result(&result),
            // A tool that is not there, for example: the model is told what the client is told.
            Err(error) => (format!("{error:#}"), false),
        };
        if is_done {
            if call.tool == "process_load" || call.tool == "process_new" {
                self.opened = arguments
                    .get("name")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
            }
            self.seen.push(text.clone());
        } else {
            self.refused += 1;
        }
        self.transcript.called(call, &text, is_done);
        self.messages
            .push(json!({"role": "tool", "tool_call_id": call.id, "content": text}));
        let this = Some((call.tool.clone(), call.arguments.clone()));
        self.repeats = if self.last_call == this {
            self.repeats + 1
        } else {
            1
        };
        self.last_call = this;
    }
}

/// What a tool answered, and whether it did what was asked for.
fn read_result(result: &Value) -> (String, bool) {
    let content = result.get("content").and_then(Value::as_array);
    let texts = content
        .into_iter()
        .flatten()
        .filter_map(|block| block.get("text")?.as_str());
    let is_refused = result.get("isError") == Some(&Value::Bool(true));
    (texts.collect::<Vec<_>>().join("\n"), !is_refused)
}

/// The model's answer as it stands in the messages.
fn as_message(answer: &Answer) -> Value {
    let mut message = json!({"role": "assistant", "content": answer.text});
    let calls = answer.calls.iter().map(|call| {
        json!({"id": call.id, "type": "function", "function": {"name": call.tool, "arguments": call.arguments}})
    });
    if !answer.calls.is_empty()
        && let Some(message) = message.as_object_mut()
    {
        message.insert("tool_calls".to_owned(), calls.collect());
    }
    message
}

/// A step of a solution, as if the model had said it.
fn of_step(step: Option<&Step>) -> Answer {
    let (text, calls) = match step {
        Some(Step::Call(Call(tool, arguments))) => {
            let call = ModelCall {
                id: "1".to_owned(),
                tool: tool.clone(),
                arguments: arguments.to_string(),
            };
            (String::new(), vec![call])
        }
        Some(Step::Says(text)) => (text.clone(), Vec::new()),
        None => ("done".to_owned(), Vec::new()),
    };
    Answer {
        text,
        calls,
        ..Answer::default()
    }
}
