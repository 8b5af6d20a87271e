//! The tool that puts code into files.

use std::sync::Arc;

use pm_core::export::{
    ExportPath, ExportPlan, Exported, IfPresent, NotExported, Obstacle, WhyNotExported,
};
use pm_core::{Error, StoreError};

use crate::caller::offer::Withheld;
use crate::input::arguments::optional_name;
use crate::tool::prelude::*;

/// Writes the last versions of code as files.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct CodeExport {
    /// of this task
    task_name: Option<String>,
    /// subdirectory to write to
    directory: Option<String>,
    /// replace files that differ
    overwrite: Option<bool>,
    /// if the user names one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct CodeExportAnswer {
    message: String,
    #[serde(flatten)]
    concerned: Concerned,
    written: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replaced: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unchanged: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differing: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_written: Vec<NotWritten>,
}

/// A snippet that did not become a file.
#[derive(Serialize)]
struct NotWritten {
    task_name: String,
    code_name: String,
    reason: String,
}

impl From<&NotExported> for NotWritten {
    fn from(not: &NotExported) -> Self {
        Self {
            task_name: not.task.to_string(),
            code_name: not.snippet.to_string(),
            reason: match &not.why {
                WhyNotExported::Path(problem) => problem.to_string(),
                WhyNotExported::Clash { task, snippet } if *task == not.task => {
                    format!("it would be in the way of \"{snippet}\"")
                }
                WhyNotExported::Clash { task, snippet } => format!(
                    "it would be in the way of \"{snippet}\" in the task \"{task}\"; export one \
                     task at a time, each to a directory of its own"
                ),
            },
        }
    }
}

impl ToolDefinition for CodeExport {
    const NAME: &'static str = "code_export";
    const TITLE: &'static str = "Export code";
    const DESCRIPTION: &'static str = "Write the newest code to files on disk, named as the code.";
    const EFFECT: Effect = Effect::Replaces;
    const NOTHING: &'static str = "Nothing was written";
    const REST: &'static str = "They have been dealt with as well.";
    const WRITES_FILES: bool = true;

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let root = call.offer.export.as_ref();
        let root = root.ok_or(Withheld::NoExportDirectory)?;
        let task = self.task_name.as_deref();
        let meant = task.map(str::trim).filter(|task| !task.is_empty());
        let chosen = call.process_of(meant, self.process.as_deref())?;
        let exists = |name: &str| chosen.process.task(name).is_ok();
        let plan = chosen.process.export_plan(optional_name(task, exists))?;
        let directory = directory(self.directory.as_deref())?;
        let if_present = match self.overwrite {
            Some(true) => IfPresent::Replace,
            _ => IfPresent::Leave,
        };
        let exported = root.write(&plan, directory.as_ref(), if_present);
        let exported = exported.map_err(|error| {
            Failure::Core(Error::Store(StoreError::Io {
                action: "open the directory to export to",
                source: Arc::new(error),
            }))
        })?;
        let mut answer = CodeExportAnswer {
            message: String::new(),
            concerned: chosen.concerned(),
            written: Vec::new(),
            replaced: Vec::new(),
            unchanged: Vec::new(),
            differing: Vec::new(),
            not_written: plan.not_exported.iter().map(Into::into).collect(),
        };
        answer.sort_in(&plan, exported);
        answer.message = answer.told();
        Ok(answer)
    }
}

impl CodeExportAnswer {
    /// Puts each file in its list.
    fn sort_in(&mut self, plan: &ExportPlan<'_>, exported: Vec<(ExportPath, Exported)>) {
        for (file, (path, outcome)) in plan.files.iter().zip(exported) {
            let path = path.to_string();
            match outcome {
                Exported::Written => self.written.push(path),
                Exported::Replaced => self.replaced.push(path),
                Exported::Unchanged => self.unchanged.push(path),
                Exported::Differs => self.differing.push(path),
                Exported::Obstructed(obstacle) => self.not_written.push(NotWritten {
                    task_name: file.task.to_string(),
                    code_name: file.version.snippet.name.to_string(),
                    reason: reason(&obstacle),
                }),
            }
        }
    }

    fn told(&self) -> String {
        let counts = [
            ("written", self.written.len()),
            ("replaced", self.replaced.len()),
            ("unchanged", self.unchanged.len()),
            ("left because they differ", self.differing.len()),
            ("not written", self.not_written.len()),
        ];
        let counts = counts.iter().filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(what, count)| format!("{what}: {count}"))
            .collect();
        if counts.is_empty() {
            return "There is no code to write.".into();
        }
        let how = match self.differing.len() {
            0 => "",
            _ => " With overwrite, those that differ are replaced.",
        };
        format!("Files {}.{how}", counts.join(", "))
    }
}

/// Why a file could not be written, with the way out if the person who runs the server has one.
fn reason(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Hidden(_) => {
            format!("{obstacle}, and this server writes none without its option --export-hidden")
        }
        other => other.to_string(),
    }
}

/// Reads the directory below the root; `None` if a model says in one way or another that it means
/// none.
fn directory(sent: Option<&str>) -> Result<Option<ExportPath>, Failure> {
    let Some(named) = optional_name(sent, |_| false) else {
        return Ok(None);
    };
    let named = named.trim_end_matches(['/', '\\']);
    if named == "." {
        return Ok(None);
    }
    // Nothing but slashes means the root of the file system, which is refused.
    let named = if named.is_empty() { "/" } else { named };
    named.parse().map(Some).map_err(Failure::Directory)
}
