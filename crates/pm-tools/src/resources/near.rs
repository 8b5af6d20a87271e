//! The errors of resources: what is not there, and what comes near.

use pm_core::error::VersionProblem;
use pm_core::{Error, SnippetName, TaskName};
use rmcp::model::{ErrorCode, ErrorData};
use serde_json::json;

use super::templates::{CODE_VERSION, PROCESS, TASK};
use super::uri::Target;
use crate::text::phrases::sentence;

/// The error for an address that is not one of ours.
pub(super) fn no_such_address(uri: &str) -> ErrorData {
    let message = format!(
        "There is no resource at this address. Addresses are {PROCESS}, {TASK} and {CODE_VERSION}, with the names percent-encoded."
    );
    ErrorData::resource_not_found(message, Some(json!({ "uri": uri })))
}

/// The error for a position in a text that ends before it.
pub(super) fn no_such_position(target: &Target, uri: &str) -> ErrorData {
    let whole = target.uri();
    let message = format!("This text has no such place. It begins at {whole}.");
    ErrorData::resource_not_found(message, Some(json!({ "uri": uri, "near": [whole] })))
}

/// The error for an address of something that is not there, with the addresses of what comes
/// near; or for a store that fails.
pub(super) fn not_found(error: &Error, target: &Target) -> ErrorData {
    let near: Vec<String> = near(error, target).iter().map(Target::uri).collect();
    let code = match error {
        Error::Store(_) | Error::Unusable(_) => ErrorCode::INTERNAL_ERROR,
        _ => ErrorCode::RESOURCE_NOT_FOUND,
    };
    let mut message = sentence(&error.to_string());
    if let [first, ..] = near.as_slice() {
        message = format!("{message} The nearest is {first}.");
    }
    let told = if near.is_empty() {
        json!({ "uri": target.uri() })
    } else {
        json!({ "uri": target.uri(), "near": near })
    };
    ErrorData::new(code, message, Some(told))
}

/// What comes near.
fn near(error: &Error, target: &Target) -> Vec<Target> {
    let renamed = |name: &str| {
        let mut near = target.clone();
        match &mut near {
            Target::Process { process }
            | Target::Task { process, .. }
            | Target::Code { process, .. } => name.clone_into(process),
        }
        near
    };
    match error {
        Error::Process(unresolved) => {
            let names = unresolved.names().iter();
            names.map(|name| renamed(name.as_str())).collect()
        }
        Error::Task(_, unresolved) => {
            let names = unresolved.names().iter();
            names.map(|name| in_task(target, name)).collect()
        }
        Error::Snippet(_, unresolved) => {
            let names = unresolved.names().iter();
            names.filter_map(|name| code(target, name, None)).collect()
        }
        Error::Version(_, VersionProblem::NotFound { snippet, of, .. }) => {
            code(target, snippet, Some(*of)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn in_task(target: &Target, name: &TaskName) -> Target {
    let mut near = target.clone();
    if let Target::Task { task, .. } | Target::Code { task, .. } = &mut near {
        *task = name.to_string();
    }
    near
}

fn code(target: &Target, name: &SnippetName, version: Option<usize>) -> Option<Target> {
    let Target::Code { process, task, .. } = target else {
        return None;
    };
    Some(Target::Code {
        process: process.clone(),
        task: task.clone(),
        code: name.to_string(),
        version,
    })
}
