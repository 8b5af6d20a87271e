//! One call from its arguments to its answer, whatever happens in between.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

use pm_core::{Error, ProcessManager, StoreError};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use serde_json::Value;

use crate::answer::{Bounds, bounded};
use crate::call::{Call, Purpose};
use crate::caller::offer::{Access, Offer};
use crate::caller::{CallHash, Caller};
use crate::failure::Failure;
use crate::input::arguments;
use crate::notice;
use crate::refusal::Refusal;
use crate::tool::{Effect, Tool};

/// What came of a call.
pub(crate) struct Answered {
    pub(crate) result: CallToolResult,
    /// Why it was refused, if it was.
    pub(crate) reason: Option<String>,
}

/// Runs a tool that reads, if it needs to wait for nothing, and makes the same result as
/// [`answer`]; `None` if the tool changes something or would have to wait: then nothing has
/// happened.
pub(crate) fn answer_at_once(
    manager: &ProcessManager,
    offer: &Offer,
    caller: &Caller,
    tool: &Tool,
    sent: &Value,
) -> Option<Answered> {
    if tool.effect != Effect::Reads {
        return None;
    }
    let outcome = manager.at_once(|manager| attempt(manager, offer, caller, tool, sent.clone()));
    Some(finish(outcome?, offer, caller, tool, || hash(tool, sent)))
}

/// Runs a tool and makes the result, good or bad. It blocks while the store works.
pub(crate) fn answer(
    manager: &ProcessManager,
    offer: &Offer,
    caller: &Caller,
    tool: &Tool,
    sent: Value,
) -> Answered {
    let hash = hash(tool, &sent);
    let outcome = attempt(manager, offer, caller, tool, sent);
    finish(outcome, offer, caller, tool, || hash)
}

/// Runs a tool, whatever happens in it.
fn attempt(
    manager: &ProcessManager,
    offer: &Offer,
    caller: &Caller,
    tool: &Tool,
    sent: Value,
) -> Result<CallToolResult, Failure> {
    let call = Call {
        manager,
        caller,
        offer,
        page_ends: RefCell::default(),
    };
    let open = caller.recall(manager);
    // If a tool panics, what it leaves half done is in the core, whose locks survive a panic.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let purpose = match tool.effect {
            Effect::Reads => Purpose::Reads,
            effect if effect.deletes() => Purpose::Deletes,
            Effect::AddsOnce if tool.schema.takes("task_name") => Purpose::AddsTask,
            _ => Purpose::Other,
        };
        let explained = |error| call.explained(call.look_elsewhere(error), purpose);
        run(&call, tool, sent).map_err(explained)
    }));
    // A server for reading only keeps nothing.
    if offer.access == Access::ReadWrite {
        caller.keep_open(manager, open.as_ref());
    }
    outcome.unwrap_or(Err(Failure::Panicked))
}

/// Makes the result, and takes note of how the call went.
fn finish(
    outcome: Result<CallToolResult, Failure>,
    offer: &Offer,
    caller: &Caller,
    tool: &Tool,
    hash: impl FnOnce() -> CallHash,
) -> Answered {
    match outcome {
        Ok(result) => {
            caller.succeeded(hash);
            Answered {
                result,
                reason: None,
            }
        }
        Err(failure) => {
            log(tool, &failure);
            let refusal = Refusal::of(&failure, tool, offer, caller.active());
            Answered::refused(refusal, caller.failed(hash()))
        }
    }
}

impl Answered {
    /// A call that was refused, and was so `times` times of late.
    pub(crate) fn refused(refusal: Refusal, times: usize) -> Self {
        Self {
            result: refusal.result(times),
            reason: Some(refusal.why),
        }
    }
}

fn run(call: &Call<'_>, tool: &Tool, sent: Value) -> Result<CallToolResult, Failure> {
    let offer = call.offer;
    offer.check(tool.name)?;
    call.caller.begin_in(offer.process.as_deref(), call.manager);
    let sent = tool.prepared(arguments::object(sent)?);
    let arguments = arguments::fit(&tool.schema, sent)?;
    let asked = arguments.get("code_name").and_then(Value::as_str);
    let asked = asked.map(|name| name.trim().to_owned());
    let answer = tool.run(call, arguments)?;
    let bounds = Bounds {
        limit: offer.answer_limit,
        rest: &|| rest(offer, tool),
        asked: asked.as_deref(),
        pages: call.page_ends.take(),
        reads_on: offer.lists(tool.reads_on, "after").then_some(tool.name),
    };
    // This is the last thing that is asked of the store: a notice that was taken must reach the
    // caller.
    let notice = notice::taken(call, &answer);
    Ok(done(answer, notice, bounds))
}

/// Makes the result of a call that was done; `notice` is what happened besides.
fn done(answer: Value, notice: Option<String>, bounds: Bounds<'_>) -> CallToolResult {
    let mut object = JsonObject::new();
    object.insert("success".into(), true.into());
    if let Some(notice) = notice {
        object.insert("notice".into(), notice.into());
    }
    if let Value::Object(fields) = answer {
        object.extend(fields);
    }
    let (object, text) = bounded(object, bounds);
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(object);
    result
}

/// How a model gets at what is left out of an answer, with tools and parameters that are listed.
fn rest(offer: &Offer, tool: &Tool) -> String {
    let in_short = Some(tool.rest_in_short).filter(|rest| !rest.is_empty());
    let rest = [Some(tool.rest), in_short].into_iter().flatten();
    let mut rest = rest.map(|rest| rest.replace("task_details_get", offer.reader_of_tasks()));
    let lists_all_in = |rest: &str| {
        let mut words = rest.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.all(|word| !tool.schema.takes(word) || offer.lists(tool.name, word))
    };
    rest.find(|rest| offer.has_all_in(rest) && (rest == tool.rest || lists_all_in(rest)))
        .unwrap_or_else(|| "Tell the user that this is not all.".to_owned())
}

fn hash(tool: &Tool, sent: &Value) -> CallHash {
    let mut hasher = DefaultHasher::new();
    tool.name.hash(&mut hasher);
    sent.hash(&mut hasher);
    hasher.finish()
}

/// Logs a fault of the server or the storage as an error, and what a caller got wrong only to
/// debug.
fn log(tool: &Tool, failure: &Failure) {
    match failure {
        Failure::Core(Error::Store(StoreError::Cancelled)) => {
            tracing::debug!(tool = tool.name, "given up before it was made");
        }
        Failure::Core(Error::Store(error)) => {
            tracing::error!(tool = tool.name, %error, "the store failed");
        }
        Failure::Panicked | Failure::Unanswerable(_) => {
            tracing::error!(tool = tool.name, error = %failure, "the tool failed");
        }
        _ => tracing::debug!(tool = tool.name, reason = %failure, "refused"),
    }
}

#[cfg(test)]
mod tests {
    use pm_core::MemoryStore;
    use serde_json::json;

    use super::*;
    use crate::catalog::find;
    use crate::options::ServerOptions;

    fn at_once(manager: &ProcessManager, tool: &str, sent: &Value) -> Option<Answered> {
        let tool = find(tool)?;
        answer_at_once(
            manager,
            &Offer::of(ServerOptions::default()),
            &Caller::default(),
            tool,
            sent,
        )
    }

    #[test]
    fn only_reads_of_a_process_that_is_named_exactly_are_answered_at_once() {
        let manager = ProcessManager::new(MemoryStore::new());
        let name = "garden".parse().unwrap();
        let garden = manager.create_process(name, "").unwrap();
        let named = |process: &str| json!({ "process": process });
        let answered = |tool, sent| at_once(&manager, tool, &sent).is_some();
        assert!(answered("task_list", named("garden")));
        assert!(answered("task_list", json!({ "proces": "garden" })));
        assert!(!answered("task_list", named("GARDEN")));
        assert!(!answered("task_list", named("shed")));
        assert!(!answered("task_list", json!({})));
        assert!(!answered("process_list_all", json!({})));
        assert!(!answered("task_new", json!({ "task_name": "soil" })));
        assert!(!answered("process_delete", json!({ "name": "garden" })));
        assert_eq!(manager.process("garden").unwrap().revision, garden.revision);
    }
}
