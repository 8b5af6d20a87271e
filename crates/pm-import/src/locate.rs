//! What there is to read at a path: a file, or what a project's folder has in the folders that
//! task managers keep there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Format;
use crate::backlog::markdown_files;
use crate::source::{Problem, Source};

/// The path of Task Master's file, within a project or its own folder.
const TASK_MASTER: &[&str] = &[
    ".taskmaster/tasks/tasks.json",
    "tasks/tasks.json",
    "tasks.json",
];

/// What beads calls its file, newest name first.
const BEADS: &[&str] = &["issues.jsonl", "beads.jsonl"];

/// Files of beads that hold no issues.
const NO_ISSUES: &[&str] = &["deletions", "interactions", "routes", "events"];

/// All that is to be read, each with its format.
pub(crate) fn locate(
    path: &Path,
    format: Option<Format>,
) -> Result<Vec<(Format, Source)>, Problem> {
    if !fs::metadata(path)?.is_dir() {
        let source = Source::file(path)?;
        let format = match format {
            Some(format) => format,
            None => Format::of(&source)?,
        };
        return Ok(vec![(format, source)]);
    }
    let mut found = Vec::new();
    let is_wanted = |one| format.is_none_or(|format| format == one);
    if is_wanted(Format::TaskMaster)
        && let Some(source) = task_master(path)?
    {
        found.push((Format::TaskMaster, source));
    }
    let beads = beads_folder(path);
    let has_beads = beads.is_some();
    if is_wanted(Format::Beads)
        && let Some(file) = beads.and_then(|folder| beads_file(&folder))
    {
        found.push((Format::Beads, Source::file(&file)?));
    }
    if is_wanted(Format::Backlog) && (format.is_some() || has_backlog(path)?) {
        found.push((Format::Backlog, Source::folder_at(path)));
    }
    if !found.is_empty() {
        return Ok(found);
    }
    Err(match format {
        None | Some(Format::Beads) if has_beads => Problem::NotExported,
        None | Some(Format::TaskMaster | Format::Beads | Format::Backlog) => Problem::NothingFound,
        Some(format) => Problem::WrongKind(format, "file"),
    })
}

fn task_master(folder: &Path) -> Result<Option<Source>, Problem> {
    for place in TASK_MASTER {
        let file = folder.join(place);
        if !file.is_file() {
            continue;
        }
        let source = Source::file(&file)?;
        // Editors have a tasks.json of their own.
        let is_own = place.starts_with('.') || folder.ends_with(".taskmaster");
        if is_own || Format::of(&source).is_ok_and(|format| format == Format::TaskMaster) {
            return Ok(Some(source));
        }
    }
    Ok(None)
}

/// The folder of beads, which may be the one that is named.
fn beads_folder(path: &Path) -> Option<PathBuf> {
    let is_own = path.file_name().is_some_and(|name| name == ".beads");
    let folder = if is_own {
        path.to_owned()
    } else {
        path.join(".beads")
    };
    folder.is_dir().then_some(folder)
}

fn beads_file(folder: &Path) -> Option<PathBuf> {
    let usual = BEADS.iter().map(|name| folder.join(name));
    let mut usual = usual.filter(|file| file.is_file());
    if let Some(file) = usual.next() {
        return Some(file);
    }
    let files = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let mut files: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
    files.retain(|file| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let is_lines = file.extension().is_some_and(|ending| ending == "jsonl");
        is_lines && !name.starts_with('.') && !NO_ISSUES.contains(&name.as_ref()) && file.is_file()
    });
    files.sort();
    files.into_iter().next()
}

fn has_backlog(path: &Path) -> Result<bool, Problem> {
    let is_tasks = path.file_name().is_some_and(|name| name == "tasks");
    if is_tasks && !markdown_files(path)?.is_empty() {
        return Ok(true);
    }
    for folder in [path.join("backlog"), path.join(".backlog")] {
        if folder.join("tasks").is_dir() || folder.join("completed").is_dir() {
            return Ok(true);
        }
    }
    let own = path.join("tasks");
    Ok(own.is_dir() && !markdown_files(&own)?.is_empty()
        || path
            .file_name()
            .is_some_and(|name| name == "backlog" || name == ".backlog"))
}
