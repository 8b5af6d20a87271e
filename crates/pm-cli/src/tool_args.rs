//! The options that say which tools are offered and what models read of them.

use std::path::{Path, PathBuf};

use pm_tools::{
    Access, Descriptions, LeftOut, MIN_ANSWER_LIMIT, ServerOptions, ToolList, ToolSelection,
};

use crate::{ConfigError, env, parse_size, parse_switch, path_parser};

/// The largest file of descriptions that is read, in bytes.
const MAX_DESCRIPTIONS: u64 = 1 << 20;

/// Which tools are offered, and what models read of them.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Tools")]
pub struct ToolArgs {
    /// Tools to offer: tiny (six, for a small context), work (a session's work, with few parameters),
    /// reference (the 18 of the Python original), full, or names with commas
    #[arg(long, env = env::TOOLS, value_name = "TOOLS", default_value = "work")]
    pub tools: ToolSelection,

    /// Offer only the tools that change nothing, and write nothing to the storage directory
    #[arg(long, env = env::READ_ONLY, value_parser = parse_switch)]
    pub read_only: bool,

    /// Texts for models to read in place of ours: a TOML file such as `pm tools` and
    /// `pm-mcp-http tools` print
    #[arg(long, env = env::DESCRIPTIONS, value_name = "FILE", value_parser = path_parser())]
    pub descriptions: Option<PathBuf>,

    /// Largest answer to one call, in bytes or as 64k or 1m; what is left out is named
    #[arg(long, env = env::ANSWER_LIMIT, value_name = "SIZE", default_value = "32k", value_parser = parse_answer_limit)]
    pub answer_limit: usize,
}

impl ToolArgs {
    /// The options of a server that exports nothing and begins with no process open; reads the file
    /// of descriptions.
    pub fn options(&self) -> Result<ServerOptions, ConfigError> {
        let descriptions = match &self.descriptions {
            Some(file) => read_descriptions(file)?,
            None => Descriptions::default(),
        };
        Ok(ServerOptions {
            tools: self.tools.clone(),
            access: if self.read_only {
                Access::ReadOnly
            } else {
                Access::ReadWrite
            },
            descriptions,
            answer_limit: self.answer_limit,
            export: None,
            process: None,
        })
    }
}

/// A line for each tool that was asked for by its name and is not offered; refuses options that
/// leave none.
pub fn tools_left_out(options: &ServerOptions) -> Result<Vec<String>, ConfigError> {
    let line = |left_out: &LeftOut| match left_out {
        LeftOut::ReadOnly(tool) => format!(
            "{tool} is not offered, as it changes what is stored, and --read-only (PM_READ_ONLY) \
             is set"
        ),
        LeftOut::NoExportDirectory(tool) => format!(
            "{tool} is not offered without --export-dir (PM_EXPORT_DIR), which says where it may \
             write files"
        ),
    };
    let lines: Vec<String> = ToolList::left_out(options).iter().map(line).collect();
    if ToolList::new(options).size().tools == 0 {
        return Err(ConfigError::NoTools { reasons: lines });
    }
    Ok(lines)
}

fn read_descriptions(file: &Path) -> Result<Descriptions, ConfigError> {
    let unreadable = |reason: String| ConfigError::UnreadableDescriptions {
        file: file.to_owned(),
        reason,
    };
    let bytes = read(file).map_err(|error| unreadable(pm_core::reason(&error)))?;
    if bytes.len() as u64 > MAX_DESCRIPTIONS {
        return Err(unreadable(format!(
            "it has more than {MAX_DESCRIPTIONS} bytes"
        )));
    }
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
    text.parse().map_err(|source| ConfigError::Descriptions {
        file: file.to_owned(),
        source,
    })
}

/// Reads no more than is needed to see that a file is too large.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(file)?;
    file.take(MAX_DESCRIPTIONS + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse_answer_limit(text: &str) -> Result<usize, String> {
    let limit = parse_size(text)?;
    if limit < MIN_ANSWER_LIMIT {
        return Err(format!(
            "write at least {MIN_ANSWER_LIMIT}, so that an answer can say something"
        ));
    }
    Ok(limit)
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Parser)]
    struct Example {
        #[command(flatten)]
        tools: ToolArgs,
    }

    #[test]
    fn the_answer_limit_takes_suffixes() {
        let limit = |arguments: &[&str]| Example::parse_from(arguments).tools.answer_limit;
        assert_eq!(limit(&["example"]), 32 * 1024);
        assert_eq!(limit(&["example", "--answer-limit", "64k"]), 64 * 1024);
        assert!(Example::try_parse_from(["example", "--answer-limit", "0"]).is_err());
        assert!(Example::try_parse_from(["example", "--answer-limit", "100"]).is_err());
    }

    #[test]
    fn the_help_names_every_profile_and_the_default_is_work() {
        let help = Example::command().render_long_help().to_string();
        for profile in ToolSelection::profiles() {
            assert!(help.contains(profile), "{profile}");
        }
        let args = Example::parse_from(["example"]).tools;
        assert_eq!(Ok(args.tools), "work".parse());
        assert_eq!(args.answer_limit, pm_tools::DEFAULT_ANSWER_LIMIT);
    }

    #[test]
    fn descriptions_are_read_from_their_file_or_refused_with_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("texts.toml");
        let options = || {
            let arguments = [
                "example".as_ref(),
                "--descriptions".as_ref(),
                file.as_os_str(),
            ];
            Example::parse_from(arguments).tools.options()
        };
        let missing = options().unwrap_err().to_string();
        assert!(missing.contains("texts.toml: "), "{missing}");
        std::fs::write(&file, "[task_list]\ndescription = 'Look at all tasks.'").unwrap();
        assert_ne!(options().unwrap().descriptions, Descriptions::default());
        for (bytes, part) in [
            (b"[task_lst]".to_vec(), "did you mean task_list?"),
            (vec![0xff], "not UTF-8"),
            (vec![b' '; 2 << 20], "more than 1048576 bytes"),
        ] {
            std::fs::write(&file, bytes).unwrap();
            let error = options().unwrap_err().to_string();
            assert!(
                error.contains("texts.toml: ") && error.contains(part),
                "{error}"
            );
        }
    }
}
