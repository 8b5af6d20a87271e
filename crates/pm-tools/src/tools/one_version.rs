//! One version of a code snippet, as it is read.

use pm_core::model::NumberedVersion;

use crate::answer::VersionBody;
use crate::text::position::Position;
use crate::tool::prelude::*;

/// What is read of a snippet.
#[derive(Serialize)]
pub(crate) struct CodeAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    #[serde(flatten)]
    pub(super) concerned: Concerned,
    pub(super) task_name: String,
    pub(super) codes: Vec<VersionBody>,
}

/// Reads one version of a snippet, the newest if no number is given, from a position on.
pub(super) fn read(
    call: &Call<'_>,
    process: Option<&str>,
    (task, code): (&str, &str),
    version: Option<usize>,
    from: Option<Position>,
) -> Result<CodeAnswer, Failure> {
    let chosen = call.process_with(task, process)?;
    // A number belongs to just one snippet.
    let (task, found) = chosen.process.snippet_version(task, code, version)?;
    let told = [former(&found), past_the_end(&found, from)];
    let told: Vec<String> = told.into_iter().flatten().collect();
    Ok(CodeAnswer {
        message: (!told.is_empty()).then(|| told.join(" ")),
        concerned: chosen.concerned(),
        task_name: task.to_string(),
        codes: vec![VersionBody::new(&found, from, call.style())],
    })
}

/// Says that a version is not the newest.
fn former(found: &NumberedVersion<'_>) -> Option<String> {
    let (version, of, name) = (found.version, found.of, &found.snippet.name);
    (version < of).then(|| {
        format!("This is version {version} of the code \"{name}\"; the newest is version {of}.")
    })
}

/// Says that a version has nothing at a position.
fn past_the_end(found: &NumberedVersion<'_>, from: Option<Position>) -> Option<String> {
    let from = from.filter(|from| from.rest_of(&found.snippet.content).is_none())?;
    let ends = match from.column {
        1 => "ends before this line",
        _ => "has no such place",
    };
    let (version, name) = (found.version, &found.snippet.name);
    Some(format!("Version {version} of the code \"{name}\" {ends}."))
}
