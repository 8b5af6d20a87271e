//! The list of tools: what it costs a model to read, and what llama.cpp accepts.

use serde_json::{Value, json};

use crate::tools::{TOOLS, Tool};

/// The most that the reference's 18 tools may take as a function array: 1,450 tokens of
/// o200k, at 4.2 bytes a token.
const REFERENCE_BUDGET: usize = 6_100;

fn functions() -> Vec<Value> {
    let function = |tool: &Tool| {
        let listed = tool.listed();
        json!({"type": "function", "function": {
            "name": listed.name,
            "description": listed.description,
            "parameters": *listed.input_schema,
        }})
    };
    TOOLS.iter().map(function).collect()
}

#[test]
fn the_list_stays_within_its_budget() {
    let bytes = serde_json::to_string(&functions()).unwrap().len();
    assert!(
        bytes <= REFERENCE_BUDGET,
        "the list takes {bytes} bytes, and {REFERENCE_BUDGET} are the most"
    );
}
