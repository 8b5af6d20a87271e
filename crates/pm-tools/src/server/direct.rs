//! Calling a tool from the program itself: without a protocol, a connection or a runtime.

use pm_core::Error;
use rmcp::model::JsonObject;
use serde_json::Value;

use super::{PmServer, tool};
use crate::dispatch::{self, Answered};
use crate::failure::Failure;
use crate::refusal::Refusal;

/// A call that was not done, or a change that was not made, in the words that clients get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCall {
    /// What did not happen, and why: a sentence.
    pub error: String,
    /// The next step, as a sentence; it names tools.
    pub hint: String,
    /// What a client gets as structured content.
    pub object: JsonObject,
}

impl PmServer {
    /// Calls a tool in the name of the manager that the server was made over, and answers what a
    /// client gets as structured content. It blocks while the store works.
    pub fn call_directly(
        &self,
        name: &str,
        arguments: JsonObject,
    ) -> Result<JsonObject, RefusedCall> {
        let shared = &self.shared;
        let tool = tool(name, &shared.offer).map_err(|error| RefusedCall {
            error: error.message.into_owned(),
            hint: String::new(),
            object: JsonObject::new(),
        })?;
        let sent = Value::Object(arguments);
        let answered = dispatch::answer(&shared.manager, &shared.offer, &self.caller, tool, sent);
        done_or_refused(answered)
    }

    /// Words why the core refused what is no tool's work, as a refusal of the tool that comes
    /// nearest to it.
    pub fn refuse_directly(&self, nearest: &str, error: Error) -> RefusedCall {
        let offer = &self.shared.offer;
        let failure = Failure::Core(error);
        match tool(nearest, offer) {
            Ok(tool) => {
                let refusal = Refusal::of(&failure, tool, offer, self.caller.active());
                refused(Answered::refused(refusal, 1))
            }
            Err(_) => RefusedCall {
                error: failure.to_string(),
                hint: String::new(),
                object: JsonObject::new(),
            },
        }
    }
}

fn done_or_refused(answered: Answered) -> Result<JsonObject, RefusedCall> {
    if answered.result.is_error == Some(true) {
        return Err(refused(answered));
    }
    Ok(object(answered))
}

fn refused(answered: Answered) -> RefusedCall {
    let object = object(answered);
    let text = |field: &str| object.get(field).and_then(Value::as_str);
    RefusedCall {
        error: text("error").unwrap_or_default().to_owned(),
        hint: text("hint").unwrap_or_default().to_owned(),
        object,
    }
}

fn object(answered: Answered) -> JsonObject {
    match answered.result.structured_content {
        Some(Value::Object(object)) => object,
        _ => JsonObject::new(),
    }
}

#[cfg(test)]
mod tests {
    use pm_core::error::Unresolved;
    use pm_core::{MemoryStore, ProcessManager};
    use serde_json::json;

    use super::*;
    use crate::ServerOptions;

    fn server() -> PmServer {
        let manager = ProcessManager::new(MemoryStore::new());
        PmServer::new(manager, ServerOptions::default())
    }

    fn call(server: &PmServer, tool: &str, sent: Value) -> Result<JsonObject, RefusedCall> {
        let Value::Object(arguments) = sent else {
            panic!("{sent}")
        };
        server.call_directly(tool, arguments)
    }

    #[test]
    fn a_tool_is_called_without_a_runtime() {
        let server = server();
        call(&server, "process_new", json!({"name": "garden"})).unwrap();
        let added = json!({"process": "garden", "task_name": "dig"});
        let added = call(&server, "task_new", added).unwrap();
        assert_eq!(added["success"], true);
        assert_eq!(added["task_name"], "dig");
        let listed = call(&server, "task_list", json!({"process": "garden"})).unwrap();
        assert_eq!(listed["task_count"], 1);
    }

    #[test]
    fn a_refusal_is_the_one_that_clients_get() {
        let server = server();
        let refused = call(&server, "task_list", json!({"process": "shed"})).unwrap_err();
        assert_eq!(refused.error, refused.object["error"]);
        assert!(refused.error.contains("\"shed\""), "{refused:?}");
        assert!(refused.hint.contains("process_list_all"), "{refused:?}");
        let unknown = call(&server, "task_lst", json!({})).unwrap_err();
        assert!(unknown.error.contains("task_list"), "{unknown:?}");
    }

    #[test]
    fn what_is_no_tools_work_is_refused_in_the_words_of_one() {
        let gone = Unresolved::NotFound {
            wanted: "shed".into(),
            near: Vec::new(),
        };
        let refused = server().refuse_directly("task_update", Error::Process(gone));
        assert!(
            refused.error.starts_with("Nothing was changed: "),
            "{refused:?}"
        );
    }
}
