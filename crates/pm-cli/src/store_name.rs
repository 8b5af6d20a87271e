//! A store as an option names it: a directory, or the address of a database.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::TypedValueParser;

use crate::path_parser;

/// A store as it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreName {
    /// A directory.
    Directory(PathBuf),
    /// A database, by its address.
    Database(String),
}

/// Reads the name of a store: what begins as the address of a database is one, and all else is a
/// path as any option takes it.
pub fn store_parser() -> impl TypedValueParser<Value = StoreName> {
    StoreParser
}

#[derive(Clone)]
struct StoreParser;

impl TypedValueParser for StoreParser {
    type Value = StoreName;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<StoreName, clap::Error> {
        let address = value.to_str().filter(|text| is_address(text));
        match address {
            Some(address) => Ok(StoreName::Database(address.to_owned())),
            None => path_parser()
                .parse_ref(command, argument, value)
                .map(StoreName::Directory),
        }
    }
}

fn is_address(text: &str) -> bool {
    ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}
