//! What goes back to the client: the text that a model reads and the same as an object.

use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use serde::Serialize;
use serde_json::Value;

use crate::bounded::{Bounds, bounded};
use crate::refusal::Refusal;

/// Makes the result of a call that was done; `notice` is what happened besides.
pub(crate) fn done(answer: Value, notice: Option<String>, bounds: Bounds<'_>) -> CallToolResult {
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

/// What a program gets of a refusal, in the place of the sentence.
#[derive(Serialize)]
struct Refused<'a> {
    success: bool,
    error: &'a str,
    hint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    process_name: Option<&'a str>,
    #[serde(flatten)]
    snippet: Option<SnippetRefused<'a>>,
}

/// What the reference answers where there is no such code to delete.
#[derive(Serialize)]
struct SnippetRefused<'a> {
    message: &'a str,
    task_name: &'a str,
    code_name: &'a str,
}

/// Makes the result of a call that was not done; `times` is how often in a row.
pub(crate) fn refused(refusal: &Refusal, times: u32) -> CallToolResult {
    let error = refusal.error(times);
    let snippet = refusal.snippet.as_ref();
    let object = Refused {
        success: false,
        error: &error,
        hint: &refusal.next,
        process_name: refusal.process.as_deref(),
        snippet: snippet.map(|(task, code)| SnippetRefused {
            message: &error,
            task_name: task,
            code_name: code,
        }),
    };
    let sentence = format!("{error} {}", refusal.next);
    let mut result = CallToolResult::error(vec![ContentBlock::text(sentence)]);
    // Strings and a boolean always make a value; were it not so, the sentence still goes out.
    result.structured_content = serde_json::to_value(object).ok();
    result
}
