//! `docs/tools.md`: every tool with its parameters, from the list that a server gives.

use anyhow::{Context, Result};
use pm_core::export::ExportRoot;
use pm_tools::{ServerOptions, ToolList, ToolSelection};
use serde_json::Value;

use crate::Part;
use crate::table::{codes, table};

const PAGE: &str = "tools.md";

/// All tools with all parameters: what one of them does not list, the other does.
const ALL: &str = "full,reference";

/// The parts of the page.
pub(crate) fn parts() -> Result<Vec<Part>> {
    let profiles: Vec<Profile> = ToolSelection::profiles()
        .map(Profile::of)
        .collect::<Result<_>>()?;
    let all = list(ALL)?.as_listed();
    let tools = all.as_array().context("the list of tools is no list")?;
    let texts: Vec<String> = tools
        .iter()
        .map(|tool| described(tool, &profiles))
        .collect();
    Ok(vec![
        (PAGE, "tools", texts.join("\n")),
        (PAGE, "costs", costs(&profiles)),
    ])
}

/// A profile with the tools that it lists.
struct Profile {
    name: &'static str,
    list: ToolList,
    tools: Value,
}

impl Profile {
    fn of(name: &'static str) -> Result<Self> {
        let list = list(name)?;
        let tools = list.as_listed();
        Ok(Self { name, list, tools })
    }

    /// The tool of this name, if the profile offers it.
    fn tool(&self, name: &str) -> Option<&Value> {
        let mut tools = self.tools.as_array()?.iter();
        tools.find(|tool| word(tool, "name") == name)
    }

    /// Whether it lists a parameter of a tool.
    fn lists(&self, tool: &str, parameter: &Parameter) -> bool {
        let tool = self.tool(tool);
        tool.is_some_and(|tool| parameters(tool).iter().any(|it| it.path == parameter.path))
    }
}

fn list(selection: &str) -> Result<ToolList> {
    // Only a server that may export has the tool that does. Nothing is written there.
    let export = tempfile::tempdir()?;
    Ok(ToolList::new(&ServerOptions {
        tools: selection.parse()?,
        export: Some(ExportRoot::open(export.path())?),
        ..ServerOptions::default()
    }))
}

fn costs(profiles: &[Profile]) -> String {
    let rows: Vec<[String; 4]> = profiles
        .iter()
        .map(|profile| {
            let size = profile.list.size();
            let numbers = [size.tools, size.bytes, size.tokens].map(|it| it.to_string());
            let [tools, bytes, tokens] = numbers;
            [format!("`{}`", profile.name), tools, bytes, tokens]
        })
        .collect();
    table(["`--tools`", "tools", "bytes", "tokens, about"], &rows)
}

/// One tool: what a model reads of it, what it does to what is stored, who offers it, and its
/// parameters.
fn described(tool: &Value, profiles: &[Profile]) -> String {
    let name = word(tool, "name");
    let offering: Vec<&Profile> = profiles
        .iter()
        .filter(|it| it.tool(name).is_some())
        .collect();
    let offered = codes(offering.iter().map(|profile| profile.name));
    let mut text = format!(
        "### {name}\n\n> {}\n\n{} Offered by {offered}.\n",
        word(tool, "description"),
        effect(tool.get("annotations")),
    );
    let rows: Vec<[String; 3]> = parameters(tool)
        .into_iter()
        .map(|parameter| {
            let listing = offering
                .iter()
                .filter(|profile| profile.lists(name, &parameter));
            let listing: Vec<&str> = listing.map(|profile| profile.name).collect();
            let mut means = parameter.means;
            if listing.len() < offering.len() {
                let stop = if means.is_empty() { "" } else { "; " };
                means = format!("{means}{stop}listed by {}", codes(listing));
            }
            [format!("`{}`", parameter.path), parameter.kind, means]
        })
        .collect();
    if !rows.is_empty() {
        text += "\n";
        text += &table(["parameter", "", "means"], &rows);
    }
    text
}

/// What a tool does to what is stored, from the hints that clients get.
fn effect(annotations: Option<&Value>) -> &'static str {
    let hint = |name: &str| annotations.and_then(|it| it.get(name)?.as_bool());
    let is_idempotent = hint("idempotentHint") == Some(true);
    match (hint("readOnlyHint"), hint("destructiveHint")) {
        (Some(true), _) => "Changes nothing.",
        (_, Some(false)) if is_idempotent => "Adds; the same call again changes nothing more.",
        (_, Some(false)) => "Adds.",
        _ if is_idempotent => "Replaces or takes away; the same call again changes nothing more.",
        _ => "Replaces or takes away.",
    }
}

/// A parameter, or a field of the objects in one.
struct Parameter {
    /// Its name; a field stands behind that of its parameter, as `tasks[].name`.
    path: String,
    kind: String,
    means: String,
}

fn parameters(tool: &Value) -> Vec<Parameter> {
    let mut all = Vec::new();
    collect("", tool.get("inputSchema"), &mut all);
    all
}

fn collect(before: &str, object: Option<&Value>, all: &mut Vec<Parameter>) {
    let properties = object.and_then(|it| it.get("properties")?.as_object());
    let required = object.and_then(|it| it.get("required")?.as_array());
    for (name, property) in properties.into_iter().flatten() {
        let is_required = required.is_some_and(|names| names.iter().any(|it| it == name));
        let mut kind = kind(property);
        if !is_required {
            kind += ", may be left out";
        }
        all.push(Parameter {
            path: format!("{before}{name}"),
            kind,
            means: means(property),
        });
        collect(&format!("{before}{name}[]."), property.get("items"), all);
    }
}

fn kind(property: &Value) -> String {
    match word(property, "type") {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => {
            let items = property.get("items").map(|items| word(items, "type"));
            match items {
                Some("object") => "list of objects".to_owned(),
                _ => "list of texts".to_owned(),
            }
        }
        other => other.to_owned(),
    }
}

fn means(property: &Value) -> String {
    let mut means = word(property, "description").to_owned();
    if let Some(values) = property.get("enum").and_then(Value::as_array) {
        let values = codes(values.iter().filter_map(Value::as_str));
        means = match means.as_str() {
            "" => format!("one of {values}"),
            _ => format!("{means}: {values}"),
        };
    }
    means
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_told_with_all_of_its_parameters() {
        let parts = parts().unwrap();
        let (_, _, tools) = &parts[0];
        let all = Profile::of("full").unwrap().list.size().tools;
        assert_eq!(
            tools.lines().filter(|it| it.starts_with("### ")).count(),
            all
        );
        // Of those that `full` does not list, one that `reference` does.
        assert!(tools.contains("`from_version`"), "{tools}");
        assert!(tools.contains("`tasks[].after`"), "{tools}");
        assert!(tools.contains("`in_progress`"), "{tools}");
    }
}
