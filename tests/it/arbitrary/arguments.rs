//! Arguments that are arbitrary, and still often enough what a tool takes to get somewhere.

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

/// The tools, and a name that none has.
pub(super) const TOOLS: &[&str] = &[
    "process_new",
    "process_load",
    "process_list_all",
    "process_save",
    "process_delete",
    "task_new",
    "task_list",
    "task_details_get",
    "task_update_description",
    "task_name_change",
    "task_delete",
    "task_job_add",
    "task_job_get",
    "task_jobs_list",
    "task_code_add",
    "task_code_get",
    "task_code_update",
    "task_code_delete",
    "process_history",
    "process_undo",
    "process_restore",
    "process_update",
    "task_next",
    "task_update",
    "task_job_update",
    "task_job_delete",
    "task_code_diff",
    "code_export",
    "process_export",
    "search",
    "no_such_tool",
];

const PARAMETERS: &[&str] = &[
    "name",
    "description",
    "process",
    "task_name",
    "task_description",
    "new_description",
    "old_task_name",
    "new_task_name",
    "job_name",
    "job_description",
    "code_name",
    "code_content",
    "new_content",
    "new_name",
    "revision",
    "limit",
    "status",
    "note",
    "priority",
    "depends_on",
    "position",
    "take_over",
    "peek",
    "version",
    "latest_only",
    "from_line",
    "from_version",
    "from",
    "to",
    "directory",
    "overwrite",
    "format",
    "query",
];

/// Names that meet each other often enough for calls to get somewhere.
const NAMES: &[&str] = &[
    "garden",
    "Garden",
    "gar den",
    "g",
    "töten",
    "..",
    ".",
    "/",
    "../up",
    "con",
    "nul.json",
    "a/b",
    "null",
    "",
    " ",
    "\u{0}",
    "a\nb",
    "🌱",
    "\u{202e}x",
    "{}",
    "-",
    "_",
    "x.json",
    ".pm",
];

pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(NAMES).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => (1_usize..5000).prop_map(|length| "x".repeat(length)),
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => text().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(|f| Number::from_f64(f).map_or(Value::Null, Value::Number)),
    ]
}

pub(super) fn anything() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            hash_map(text(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Mostly the parameters that there are, with mostly scalar values; sometimes anything at all,
/// and sometimes the text of it.
pub(super) fn arguments() -> impl Strategy<Value = Value> {
    let value = prop_oneof![9 => scalar(), 1 => anything()];
    let object = hash_map(prop::sample::select(PARAMETERS), value, 0..6).prop_map(|map| {
        let fields = map
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(fields.collect::<Map<String, Value>>())
    });
    prop_oneof![
        8 => object.clone(),
        1 => object.prop_map(|object| Value::from(object.to_string())),
        2 => anything(),
    ]
}

/// Takes away what the tool does not know, most of the time that there is something to know, so
/// that not every call ends at its first unknown argument.
pub(super) fn exact(tool: &str, arguments: Value) -> Value {
    let Value::Object(mut fields) = arguments else {
        return arguments;
    };
    if fields.len() < 6 {
        fields.retain(|name, _| takes(tool, name));
        for name in PARAMETERS.iter().filter(|name| requires(tool, name)) {
            fields.entry(*name).or_insert_with(|| json!("garden"));
        }
    }
    Value::Object(fields)
}

fn takes(tool: &str, parameter: &str) -> bool {
    requires(tool, parameter)
        || match parameter {
            "process" => {
                tool.starts_with("task_")
                    || matches!(
                        tool,
                        "process_save" | "code_export" | "process_export" | "search"
                    )
            }
            "description" => tool == "process_new",
            "name" => matches!(tool, "process_save" | "process_restore"),
            "new_name" => tool == "process_restore",
            "task_name" => matches!(tool, "task_jobs_list" | "code_export"),
            "task_description" => tool == "task_new",
            "new_description" => tool == "task_update_description",
            "job_description" => tool == "task_job_add",
            "version" | "latest_only" | "from_line" => tool == "task_code_get",
            "from_version" => tool == "task_code_update",
            "from" | "to" => tool == "task_code_diff",
            "directory" | "overwrite" => tool == "code_export",
            "format" => tool == "process_export",
            _ => false,
        }
}

fn requires(tool: &str, parameter: &str) -> bool {
    match parameter {
        "name" => matches!(tool, "process_new" | "process_load" | "process_delete"),
        "task_name" => {
            tool.starts_with("task_")
                && !matches!(tool, "task_list" | "task_jobs_list" | "task_name_change")
        }
        "old_task_name" | "new_task_name" => tool == "task_name_change",
        "job_name" => matches!(tool, "task_job_add" | "task_job_get"),
        "code_name" => tool.starts_with("task_code_"),
        "code_content" => tool == "task_code_add",
        "new_content" => tool == "task_code_update",
        "query" => tool == "search",
        _ => false,
    }
}
