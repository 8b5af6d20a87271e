//! The list of tools as clients get it, and what it costs a model to read.

use std::sync::Arc;

use indexmap::IndexMap;
use rmcp::model::JsonObject;
use serde_json::{Value, json};

use crate::answer::MIN_ANSWER_LIMIT;
use crate::caller::offer::{Access, Offer, Withheld};
use crate::catalog::TOOLS;
use crate::catalog::descriptions::Texts;
use crate::catalog::profiles::Showing;
use crate::catalog::selection::ToolSelection;
use crate::options::ServerOptions;
use crate::plan_page;
use crate::tool::Tool;

/// Bytes of a function array for each token, in tenths: measured with o200k on our own list.
const TENTHS_OF_BYTES_A_TOKEN: usize = 42;

/// The tools that a server with certain options lists.
#[derive(Debug, Clone)]
pub struct ToolList(pub(crate) Vec<rmcp::model::Tool>);

/// A tool that the selection names and the server does not offer all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// It changes something, and nothing may be changed.
    ReadOnly(&'static str),
    /// It writes files, and there is no directory for them.
    NoExportDirectory(&'static str),
}

/// What a list of tools costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListSize {
    /// How many tools there are.
    pub tools: usize,
    /// What they take as a function array, in bytes.
    pub bytes: usize,
    /// About how many tokens a model reads.
    pub tokens: usize,
}

impl ToolList {
    /// The list of a server with these options.
    pub fn new(options: &ServerOptions) -> Self {
        Self(Offer::of(options.clone()).listed)
    }

    /// The tools that the options name and leave out. A tool that a profile brings along was not
    /// asked for by itself, and nobody misses it.
    pub fn left_out(options: &ServerOptions) -> Vec<LeftOut> {
        let withheld = Offer::of(options.clone()).withheld.into_iter();
        let named = withheld.filter(|(tool, _)| options.tools.names(tool));
        named
            .filter_map(|(tool, why)| match why {
                Withheld::ReadOnly => Some(LeftOut::ReadOnly(tool)),
                Withheld::NoExportDirectory => Some(LeftOut::NoExportDirectory(tool)),
                Withheld::NotSelected => None,
            })
            .collect()
    }

    /// What llama.cpp makes of the list for the model: an array of functions, as in a request
    /// to an OpenAI-like API.
    pub fn functions(&self) -> Value {
        let function = |tool: &rmcp::model::Tool| {
            json!({"type": "function", "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": *tool.input_schema,
            }})
        };
        self.0.iter().map(function).collect()
    }

    /// The list as a client of the protocol gets it: with titles, and with hints that say what each
    /// tool does to what is stored.
    pub fn as_listed(&self) -> Value {
        // Plain objects can always be written; the fallback keeps this free of a panic.
        serde_json::to_value(&self.0).unwrap_or_default()
    }

    /// What the list costs a model to read.
    pub fn size(&self) -> ListSize {
        let bytes = self.functions().to_string().len();
        ListSize {
            tools: self.0.len(),
            bytes,
            tokens: bytes * 10 / TENTHS_OF_BYTES_A_TOKEN,
        }
    }

    /// The texts of the list in the form from which [`Descriptions`](crate::Descriptions) are parsed.
    pub fn to_toml(&self) -> String {
        let texts = |tool: &rmcp::model::Tool| {
            let texts = Texts {
                description: tool.description.as_deref().map(str::to_owned),
                parameters: parameter_texts(&tool.input_schema),
            };
            (tool.name.to_string(), texts)
        };
        let tables: IndexMap<String, Texts> = self.0.iter().map(texts).collect();
        // Tables of text can always be written; the fallback keeps this free of a panic.
        toml::to_string(&tables).unwrap_or_default()
    }
}

impl Offer {
    /// What a server with these options offers.
    pub(crate) fn of(options: ServerOptions) -> Self {
        let (mut offered, mut of_page, mut withheld) = (Vec::new(), Vec::new(), Vec::new());
        for tool in TOOLS.iter() {
            if let Some(why) = why_withheld(tool, &options) {
                if is_for_page(tool, &options) {
                    of_page.push(plan_page::of_page(tool.listed()));
                }
                withheld.push((tool.name, why));
                continue;
            }
            offered.push(listed(tool, &options));
        }
        Self {
            listed: offered,
            of_page,
            withheld,
            access: options.access,
            style: options.tools.answers(),
            answer_limit: options.answer_limit.max(MIN_ANSWER_LIMIT),
            export: options.export,
            process: options.process,
        }
    }
}

/// Whether a tool that is withheld is there for the page of a plan: it is withheld just because the
/// profile lacks it. If tools were selected by their names alone, others are not wanted.
fn is_for_page(tool: &Tool, options: &ServerOptions) -> bool {
    let changes = !tool.effect.can_only_read();
    plan_page::calls(tool.name)
        && options.tools.has_profile()
        && !(changes && options.access == Access::ReadOnly)
}

fn why_withheld(tool: &Tool, options: &ServerOptions) -> Option<Withheld> {
    if !options.tools.offers(tool.name) {
        Some(Withheld::NotSelected)
    } else if options.access == Access::ReadOnly && !tool.effect.can_only_read() {
        Some(Withheld::ReadOnly)
    } else if tool.writes_files && options.export.is_none() {
        Some(Withheld::NoExportDirectory)
    } else {
        None
    }
}

fn parameter_texts(schema: &JsonObject) -> IndexMap<String, String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let text = |(name, property): (&String, &Value)| {
        let text = property.get("description")?.as_str()?;
        Some((name.clone(), text.to_owned()))
    };
    properties.into_iter().flatten().filter_map(text).collect()
}

/// Lists the parameters as the selection shows them.
fn select(listed: &mut rmcp::model::Tool, tool: &Tool, selection: &ToolSelection) {
    let showing = |name: &str| selection.shows(tool, name);
    let schema = Arc::make_mut(&mut listed.input_schema);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|name, _| showing(name) != Showing::Hidden);
        for (name, property) in properties {
            select_items(property, |field| showing(&format!("{name}.{field}")));
        }
    }
    let names = tool.schema.names();
    let required: Vec<&str> = names
        .filter(|name| showing(name) == Showing::Required)
        .collect();
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
}

/// Lists the fields of the objects in a list: those that are required, and of the others those that
/// `showing` does not hide.
fn select_items(property: &mut Value, showing: impl Fn(&str) -> Showing) {
    let Some(Value::Object(items)) = property.get_mut("items") else {
        return;
    };
    let required = items.get("required").cloned().unwrap_or_default();
    let is_required = |field: &str| {
        let mut names = required.as_array().into_iter().flatten();
        names.any(|name| name == field)
    };
    if let Some(Value::Object(fields)) = items.get_mut("properties") {
        fields.retain(|field, _| is_required(field) || showing(field) != Showing::Hidden);
    }
}

/// The tool as it is listed, with other texts if there are some.
fn listed(tool: &Tool, options: &ServerOptions) -> rmcp::model::Tool {
    let mut listed = match options.access {
        Access::ReadWrite => tool.listed(),
        Access::ReadOnly => tool.listed_for_reading(),
    };
    select(&mut listed, tool, &options.tools);
    if let Some(text) = options.tools.description(tool.name) {
        listed.description = Some(text.into());
    }
    let Some(texts) = options.descriptions.of(tool.name) else {
        return listed;
    };
    if let Some(text) = &texts.description {
        listed.description = Some(text.clone().into());
    }
    if texts.parameters.is_empty() {
        return listed;
    }
    let schema = Arc::make_mut(&mut listed.input_schema);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, text) in &texts.parameters {
            if let Some(Value::Object(property)) = properties.get_mut(name) {
                property.insert("description".into(), text.as_str().into());
            }
        }
    }
    listed
}
