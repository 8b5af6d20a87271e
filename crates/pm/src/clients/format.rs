//! Putting an entry into a file of someone else's: everything else stays as it is, to the byte if
//! the format allows that.

mod jsonc;
mod toml_tables;
mod ui_config;
mod yaml_block;

use serde_json::Value;

/// What a client's file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON as the standard has it.
    Json,
    /// JSON with comments and commas at the end of lists.
    Jsonc,
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
    /// The settings of llama.cpp's web UI: JSON whose list of servers is a JSON text.
    UiConfig,
}

/// Why an entry is not put into a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    /// The client cannot be told of such a server.
    #[error("it takes no server of this kind")]
    OtherTransport,
    /// The text is not in the format.
    #[error("it is not valid {format}: {reason}")]
    Invalid {
        /// What it should be.
        format: &'static str,
        /// What the reader of the format says.
        reason: String,
    },
    /// The text holds something else than names with values.
    #[error("it is not a list of names with values")]
    NotNames,
    /// Something else stands where the list of servers belongs.
    #[error("`{0}` in it is not a list of names with values")]
    NotAnObject(String),
    /// It is written in a way that cannot be added to without changing the rest.
    #[error("`{0}` in it is written in a form that cannot be added to safely")]
    NotAddable(String),
}

impl Format {
    /// The text with `entry` as `name` in the object that `keys` lead to; empty text is an empty
    /// file.
    pub(super) fn merge(
        self,
        text: &str,
        keys: &[&str],
        name: &str,
        entry: &Value,
    ) -> Result<String, Problem> {
        match self {
            Self::Json => jsonc::merge(text, jsonc::Dialect::Strict, keys, name, entry),
            Self::Jsonc => jsonc::merge(text, jsonc::Dialect::Comments, keys, name, entry),
            Self::Toml => toml_tables::merge(text, keys, name, entry),
            Self::Yaml => yaml_block::merge(text, keys, name, entry),
            Self::UiConfig => ui_config::merge(text, name, entry),
        }
    }
}

/// Whether `keys` lead to entries of servers in a text of JSON with comments.
pub(super) fn holds_servers(text: &str, keys: &[&str]) -> bool {
    jsonc::holds_servers(text, keys)
}
