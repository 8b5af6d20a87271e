//! What a tool is: its definition, and the same with its types erased.

use rmcp::model::{JsonObject, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::Call;
use crate::failure::Failure;
use crate::input::arguments::ArgumentProblem;
use crate::input::narrowing::READING_ON;
use crate::input::schema::Schema;

/// What the file of every tool needs.
pub(crate) mod prelude {
    pub(crate) use schemars::JsonSchema;
    pub(crate) use serde::{Deserialize, Serialize};

    pub(crate) use super::{Effect, ToolDefinition};
    pub(crate) use crate::answer::Concerned;
    pub(crate) use crate::call::Call;
    pub(crate) use crate::failure::Failure;
}

/// One tool: what a model reads of it, what it does and what it answers. The type is that of its
/// parameters; the documentation of each parameter is what the model reads of it.
pub(crate) trait ToolDefinition: DeserializeOwned + JsonSchema {
    /// Its name on the wire.
    const NAME: &'static str;
    /// Its name for people.
    const TITLE: &'static str;
    /// When to use it, in one short sentence and in the words that people use.
    const DESCRIPTION: &'static str;
    /// The same for a server that is for reading only, if that differs.
    const DESCRIPTION_FOR_READING: &'static str = Self::DESCRIPTION;
    /// What it does to what is stored.
    const EFFECT: Effect;
    /// What did not happen if it is refused, such as "Nothing was added".
    const NOTHING: &'static str;
    /// How a model gets at what an answer past the limit leaves out; empty if answers are
    /// short.
    const REST: &'static str = "";
    /// The same with tools that even a short list has; empty if there are none.
    const REST_IN_SHORT: &'static str = "";
    /// The tool that reads the list in its answer on.
    const READS_ON: &'static str = Self::NAME;
    /// Whether it writes files, for which the server needs a directory.
    const WRITES_FILES: bool = false;

    /// Turns what models send in place of what the schema asks for into what it asks for, as far as
    /// only this tool knows how.
    fn prepared(sent: JsonObject) -> JsonObject {
        sent
    }

    /// Does what the tool is for, and makes the answer to that.
    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure>;
}

/// What a tool does to what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    Reads,
    /// It adds; a second call of the same kind may add once more.
    AddsEachTime,
    /// It adds; a second call of the same kind is refused, or finds all of it there.
    AddsOnce,
    /// It notes who is at work, and only looks if nothing may be changed; a second call changes
    /// nothing more.
    Claims,
    /// It puts something in the place of what was there; a second call changes nothing more.
    Replaces,
    /// It takes something away; a second call changes nothing more.
    Deletes,
    /// It takes something away; a second call may find more to take away.
    DeletesEachTime,
    /// It takes a change back, which can be made again; a second call takes back one more.
    TakesBack,
}

impl Effect {
    /// Whether a tool can do its work if nothing may be changed: it only looks then.
    pub(crate) fn can_only_read(self) -> bool {
        matches!(self, Self::Reads | Self::Claims)
    }

    /// Whether the tool takes something away.
    pub(crate) fn deletes(self) -> bool {
        matches!(self, Self::Deletes | Self::DeletesEachTime)
    }

    fn annotations(self, title: &str) -> ToolAnnotations {
        let repeats = matches!(
            self,
            Self::AddsEachTime | Self::DeletesEachTime | Self::TakesBack
        );
        let destroys = self.deletes() || matches!(self, Self::Replaces | Self::TakesBack);
        ToolAnnotations::with_title(title)
            .read_only(self == Self::Reads)
            .destructive(destroys)
            .idempotent(!repeats)
            .open_world(false)
    }
}

/// A tool whose types are erased, so that all of them fit one list.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) effect: Effect,
    pub(crate) nothing: &'static str,
    pub(crate) rest: &'static str,
    pub(crate) rest_in_short: &'static str,
    pub(crate) reads_on: &'static str,
    pub(crate) writes_files: bool,
    pub(crate) schema: Schema,
    title: &'static str,
    description: &'static str,
    description_for_reading: &'static str,
    prepared: fn(JsonObject) -> JsonObject,
    run: fn(&Call<'_>, JsonObject) -> Result<Value, Failure>,
}

impl Tool {
    /// The tool of this definition.
    pub(crate) fn of<T: ToolDefinition>() -> Self {
        Self {
            name: T::NAME,
            effect: T::EFFECT,
            nothing: T::NOTHING,
            rest: T::REST,
            rest_in_short: T::REST_IN_SHORT,
            reads_on: T::READS_ON,
            writes_files: T::WRITES_FILES,
            schema: Schema::of::<T>(),
            title: T::TITLE,
            description: T::DESCRIPTION,
            description_for_reading: T::DESCRIPTION_FOR_READING,
            prepared: T::prepared,
            run: run_erased::<T>,
        }
    }

    /// What was sent, made into what the schema asks for as far as only this tool knows how.
    pub(crate) fn prepared(&self, sent: JsonObject) -> JsonObject {
        (self.prepared)(sent)
    }

    /// Runs the tool with arguments that fit its schema.
    pub(crate) fn run(&self, call: &Call<'_>, arguments: JsonObject) -> Result<Value, Failure> {
        (self.run)(call, arguments)
    }

    /// The tool as the protocol lists it.
    pub(crate) fn listed(&self) -> rmcp::model::Tool {
        rmcp::model::Tool::new(self.name, self.description, self.schema.object())
            .with_title(self.title)
            .with_annotations(self.effect.annotations(self.title))
    }

    /// The tool as a server for reading only lists it.
    pub(crate) fn listed_for_reading(&self) -> rmcp::model::Tool {
        rmcp::model::Tool::new(
            self.name,
            self.description_for_reading,
            self.schema.object(),
        )
        .with_title(self.title)
        .with_annotations(Effect::Reads.annotations(self.title))
    }

    /// Whether the parameter of this name reads a list on or narrows it: `status` narrows a list of
    /// tasks or jobs, and elsewhere says how far something is.
    pub(crate) fn reads_on_with(&self, parameter: &str) -> bool {
        READING_ON.contains(&parameter) && self.schema.takes("after")
    }
}

fn run_erased<T: ToolDefinition>(call: &Call<'_>, arguments: JsonObject) -> Result<Value, Failure> {
    let parameters: T = serde_json::from_value(Value::Object(arguments))
        .map_err(|error| ArgumentProblem::Unfit(error.to_string()))?;
    let answer = serde_json::to_value(parameters.run(call)?);
    answer.map_err(|error| Failure::Unanswerable(error.to_string()))
}
