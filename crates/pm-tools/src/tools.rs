//! The tools: one definition each, and the one ordered list of them.
//!
//! To add a tool, define it in the file of its family and name it in [`TOOLS`].

mod code;
mod code_get;
mod code_versions;
mod export;
mod history;
mod job;
mod job_change;
mod plan_new;
mod process;
mod process_change;
mod process_export;
mod process_undo;
mod search;
mod task;
mod task_change;
mod task_next;
mod task_update;
mod trash;

use std::sync::{Arc, LazyLock};

use rmcp::model::{JsonObject, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::arguments::ArgumentProblem;
use crate::bounded::PageEnd;
use crate::call::Call;
use crate::failure::Failure;
use crate::listing::READING_ON;
use crate::schema::input_schema;

/// All tools, in the order in which they are listed.
pub(crate) static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    vec![
        Tool::of::<process::ProcessNew>(),
        Tool::of::<process::ProcessLoad>(),
        Tool::of::<process::ProcessListAll>(),
        Tool::of::<process::ProcessSave>(),
        Tool::of::<process::ProcessDelete>(),
        Tool::of::<task::TaskNew>(),
        Tool::of::<task::TaskList>(),
        Tool::of::<task::TaskDetailsGet>(),
        Tool::of::<task_change::TaskUpdateDescription>(),
        Tool::of::<task_change::TaskNameChange>(),
        Tool::of::<task_change::TaskDelete>(),
        Tool::of::<job::TaskJobAdd>(),
        Tool::of::<job::TaskJobGet>(),
        Tool::of::<job::TaskJobsList>(),
        Tool::of::<code::TaskCodeAdd>(),
        Tool::of::<code_get::TaskCodeGet>(),
        Tool::of::<code_versions::TaskCodeUpdate>(),
        Tool::of::<code::TaskCodeDelete>(),
        // Behind those that every client knows, whose list stays the beginning of this one.
        Tool::of::<process_change::ProcessUpdate>(),
        Tool::of::<history::ProcessHistory>(),
        Tool::of::<process_undo::ProcessUndo>(),
        Tool::of::<trash::ProcessRestore>(),
        Tool::of::<process_export::ProcessExport>(),
        Tool::of::<plan_new::PlanNew>(),
        Tool::of::<task_next::TaskNext>(),
        Tool::of::<task_update::TaskUpdate>(),
        Tool::of::<job_change::TaskJobUpdate>(),
        Tool::of::<job_change::TaskJobDelete>(),
        Tool::of::<code_versions::TaskCodeDiff>(),
        Tool::of::<export::CodeExport>(),
        Tool::of::<search::Search>(),
    ]
});

/// One tool: what a model reads of it, what it takes, what it does and what it answers.
pub(crate) trait ToolDefinition {
    /// Its name on the wire.
    const NAME: &'static str;
    /// Its name for people.
    const TITLE: &'static str;
    /// When to use it, in one short sentence and in the words that people use.
    const DESCRIPTION: &'static str;
    /// The same of a server for reading only, where that is another.
    const DESCRIPTION_FOR_READING: &'static str = Self::DESCRIPTION;
    /// What it does to what is stored.
    const EFFECT: Effect;
    /// What did not happen where it is refused, such as "Nothing was added".
    const NOTHING: &'static str;
    /// How a model gets at what an answer past the limit leaves out; empty where answers are
    /// short.
    const REST: &'static str = "";
    /// The same with tools that even a short list has; empty where there are none.
    const REST_IN_SHORT: &'static str = "";
    /// Whether it writes files, for which the server needs a directory.
    const WRITES_FILES: bool = false;
    /// Its parameters; the documentation of each is what the model reads.
    type Parameters: DeserializeOwned + JsonSchema;
    /// Its good answer.
    type Answer: Serialize;

    /// Makes what models send in place of what the schema asks for into that, as far as only this
    /// tool knows how.
    fn prepared(sent: JsonObject) -> JsonObject {
        sent
    }

    /// Does what the tool is for.
    fn run(call: &Call<'_>, parameters: Self::Parameters) -> Result<Self::Answer, Failure>;

    /// What the answer lacks of the list that it is a page of.
    fn page_end(_answer: &mut Self::Answer) -> PageEnd {
        PageEnd::default()
    }
}

/// What a tool does to what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    Reads,
    /// It adds; a second call of the same kind adds once more.
    AddsEachTime,
    /// It adds; a second call of the same kind is refused.
    AddsOnce,
    /// It takes note of who is at work, and only looks where nothing may be changed; a second call
    /// changes nothing more.
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
    /// Whether a tool can do its work where nothing may be changed: it only looks then.
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

/// Runs a tool; what its answer lacks of a list is told beside it.
type Run = fn(&Call<'_>, JsonObject) -> Result<(Value, PageEnd), Failure>;

/// A tool whose types are erased, so that all of them fit one list.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) effect: Effect,
    pub(crate) nothing: &'static str,
    pub(crate) rest: &'static str,
    pub(crate) rest_in_short: &'static str,
    pub(crate) writes_files: bool,
    pub(crate) schema: Arc<JsonObject>,
    title: &'static str,
    description: &'static str,
    description_for_reading: &'static str,
    prepared: fn(JsonObject) -> JsonObject,
    run: Run,
}

impl Tool {
    fn of<T: ToolDefinition>() -> Self {
        Self {
            name: T::NAME,
            effect: T::EFFECT,
            nothing: T::NOTHING,
            rest: T::REST,
            rest_in_short: T::REST_IN_SHORT,
            writes_files: T::WRITES_FILES,
            schema: Arc::new(input_schema::<T::Parameters>()),
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

    /// Runs the tool with arguments that fit its schema; answers also what the answer lacks.
    pub(crate) fn run(
        &self,
        call: &Call<'_>,
        arguments: JsonObject,
    ) -> Result<(Value, PageEnd), Failure> {
        (self.run)(call, arguments)
    }

    /// The tool as the protocol lists it.
    pub(crate) fn listed(&self) -> rmcp::model::Tool {
        rmcp::model::Tool::new(self.name, self.description, Arc::clone(&self.schema))
            .with_title(self.title)
            .with_annotations(self.effect.annotations(self.title))
    }

    /// The tool as a server for reading only lists it.
    pub(crate) fn listed_for_reading(&self) -> rmcp::model::Tool {
        let schema = Arc::clone(&self.schema);
        rmcp::model::Tool::new(self.name, self.description_for_reading, schema)
            .with_title(self.title)
            .with_annotations(Effect::Reads.annotations(self.title))
    }

    /// The names of its parameters, in order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, &Value)> {
        let properties = self.schema.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.as_str(), schema))
    }

    /// Whether it takes a parameter of this name.
    pub(crate) fn takes(&self, parameter: &str) -> bool {
        self.parameters().any(|(name, _)| name == parameter)
    }

    /// Whether the parameter of this name reads a list on or narrows it: of a list of tasks or jobs
    /// `status` does, elsewhere it says how far something is.
    pub(crate) fn reads_on_with(&self, parameter: &str) -> bool {
        READING_ON.contains(&parameter) && self.takes("after")
    }

    /// Whether it cannot do without the parameter of this name.
    pub(crate) fn requires(&self, parameter: &str) -> bool {
        let required = self.schema.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|name| name == parameter))
    }
}

fn run_erased<T: ToolDefinition>(
    call: &Call<'_>,
    arguments: JsonObject,
) -> Result<(Value, PageEnd), Failure> {
    let parameters = serde_json::from_value(Value::Object(arguments))
        .map_err(|error| ArgumentProblem::Unfit(error.to_string()))?;
    let mut answer = T::run(call, parameters)?;
    let end = T::page_end(&mut answer);
    let value = serde_json::to_value(answer);
    let value = value.map_err(|error| Failure::Unanswerable(error.to_string()))?;
    Ok((value, end))
}

pub(crate) use plan_new::PlanProblem;
#[cfg(test)]
pub(crate) use task_next::MOST_BYTES as MOST_BYTES_OF_NEXT;

/// The longest name for which others like it are looked for, in characters; comparing takes
/// as much time as the name is long.
const LONGEST_COMPARED: usize = 100;

/// The names that are like `wanted`, best first, at most two; none where it is far too long.
///
/// Names of tools and parameters share their beginnings, so that what counts is how many
/// characters differ, in the whole name or its last word, or that one holds the other.
pub(crate) fn near_names<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    if wanted.chars().nth(LONGEST_COMPARED).is_some() {
        return Vec::new();
    }
    let wanted = wanted.to_lowercase().replace([' ', '-', '.'], "_");
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let last_word = name.rsplit('_').next().unwrap_or(name);
        let whole = strsim::damerau_levenshtein(&wanted, name);
        let part = strsim::damerau_levenshtein(&wanted, last_word);
        let holds = wanted.len() >= 3 && (name.contains(&wanted) || wanted.contains(name));
        if holds || whole * 3 <= name.len() || part * 3 <= last_word.len() {
            near.push((whole.min(part), name));
        }
    }
    near.sort_by_key(|(distance, _)| *distance);
    // One that is much nearer is the one that was meant.
    let nearest = near.first().map_or(0, |(distance, _)| *distance);
    near.retain(|(distance, _)| *distance <= nearest + 1);
    near.into_iter().take(2).map(|(_, name)| name).collect()
}
