//! Tests of the tools as a caller sees them, over a store in memory.

mod active;
mod answer_cost;
mod code;
mod export;
mod fillers;
mod history;
mod input;
mod led_on;
mod limits;
mod list;
mod listed;
mod notices;
mod parity;
mod plan;
mod reading_on;
mod refusals;
mod remarks;
mod repeated;
mod results;
mod search;
mod trash;
mod undo;
mod whole_plan;

use std::sync::Arc;

use pm_core::{ManualClock, MemoryStore, ProcessManager, Store};
use rmcp::model::CallToolResult;
use serde_json::{Value, json};
use time::macros::datetime;

use crate::caller::Caller;
use crate::caller::offer::Offer;
use crate::catalog::TOOLS;
use crate::dispatch;
use crate::options::ServerOptions;

/// One caller of a server.
pub(crate) struct Session {
    manager: ProcessManager,
    options: ServerOptions,
    caller: Arc<Caller>,
}

/// What a caller got.
pub(crate) struct Got {
    pub(crate) text: String,
    pub(crate) object: Value,
    pub(crate) failed: bool,
}

impl Session {
    /// A caller of a server with an empty store, whose clock stands still.
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::new(datetime!(2026-11-22 12:00 UTC)));
        let store = MemoryStore::with_clock(clock);
        Self::over(store)
    }

    /// A caller of a server over a store.
    pub(crate) fn over(store: impl Store + 'static) -> Self {
        Self {
            manager: ProcessManager::new(store),
            options: ServerOptions::default(),
            caller: Arc::default(),
        }
    }

    /// The same server with other options.
    pub(crate) fn with_options(self, options: ServerOptions) -> Self {
        Self { options, ..self }
    }

    /// Another caller of the same server.
    pub(crate) fn other_caller(&self) -> Self {
        let caller = Arc::<Caller>::default();
        let identity = caller.identity(self.manager.identity().actor().clone());
        Self {
            manager: self.manager.clone().called_by(identity),
            options: self.options.clone(),
            caller,
        }
    }

    /// Calls a tool with anything as its arguments.
    pub(crate) fn send(&self, tool: &str, sent: Value) -> Got {
        let tool = TOOLS.iter().find(|known| known.name == tool).unwrap();
        let Self {
            manager,
            options,
            caller,
        } = self;
        let offer = Offer::of(options.clone());
        // As the server does: what can be answered at once is.
        let at_once = dispatch::answer_at_once(manager, &offer, caller, tool, &sent);
        let answered =
            at_once.unwrap_or_else(|| dispatch::answer(manager, &offer, caller, tool, sent));
        Got::of(&answered.result)
    }

    /// Calls a tool that must succeed.
    pub(crate) fn ok(&self, tool: &str, sent: Value) -> Value {
        let got = self.send(tool, sent);
        assert!(!got.failed, "{tool}: {}", got.text);
        got.object
    }

    /// Calls a tool that must be refused, and returns the sentence.
    pub(crate) fn refused(&self, tool: &str, sent: Value) -> String {
        let got = self.send(tool, sent);
        assert!(got.failed, "{tool}: {}", got.text);
        got.text
    }
}

impl Got {
    /// Takes a result apart, and checks what holds for every one of them.
    pub(crate) fn of(result: &CallToolResult) -> Self {
        let text = match result.content.as_slice() {
            [content] => content.as_text().unwrap().text.clone(),
            more => panic!("one text item, not {}", more.len()),
        };
        let object = result.structured_content.clone().unwrap();
        let failed = result.is_error.unwrap();
        if failed {
            assert_eq!(object["success"], json!(false));
            let (error, hint) = (&object["error"], &object["hint"]);
            let sentence = format!("{} {}", error.as_str().unwrap(), hint.as_str().unwrap());
            assert_eq!(text, sentence);
            assert!(!text.contains('\n') && !text.starts_with('{'), "{text}");
        } else {
            assert_eq!(object["success"], json!(true));
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), object);
        }
        Self {
            text,
            object,
            failed,
        }
    }
}
