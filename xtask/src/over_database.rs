//! Runs the end-to-end tests once more, with a PostgreSQL database in the place of directories.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Result, bail};

use crate::{cmd::cargo, test_run::Totals, workspace};

/// The modules of tests that are not run over a database, and why not. Of the others, a test that is
/// about files has a directory all the same (`Storage::of_files`).
const LEFT_OUT: &[(&str, &str)] = &[
    ("access", "who may call, whatever keeps the processes"),
    (
        "arbitrary",
        "calls of any kind, after which every file is whole",
    ),
    ("bad_files", "files that cannot be read"),
    ("chores_over_database", "is over a database anyway"),
    ("command_line", "directories, and what is said of them"),
    ("copies", "files that were copied by hand"),
    ("damage", "damaged journals"),
    ("descriptions", "texts for models, which no store has"),
    ("docs", "commands that work on directories"),
    ("doctor", "examines a directory"),
    ("frozen_database", "is over a database anyway"),
    ("held", "locks on files"),
    ("hidden_text", "names in files and on the command line"),
    ("import", "a command that works on a directory"),
    (
        "login",
        "who may see the pages, whatever keeps the processes",
    ),
    ("malformed", "requests that reach no store"),
    (
        "memory",
        "what a request may take, whatever keeps the processes",
    ),
    ("notices", "what is told of files"),
    ("oauth", "who may call, whatever keeps the processes"),
    ("postgres", "is over a database anyway"),
    ("project", "directories that belong to a project"),
    ("read_only", "a directory that nobody can write to"),
    ("reference_files", "files that another program wrote"),
    ("store_copies", "is over directories and a database anyway"),
    ("stored_file", "the form of a file"),
    ("tool_list", "the list of tools, which no store changes"),
    ("trash", "a command that works on a directory"),
];

/// Where the modules of tests are named.
const TESTS: &str = "tests/it/main.rs";

/// Runs the tests; answers how many, or that there is no database server to run them over.
pub(crate) fn run() -> Result<Result<Totals, String>> {
    let root = workspace::root()?;
    let list = fs::read_to_string(root.join(TESTS))?;
    let modules = modules(&list)?;
    if !is_there() {
        let missing = "over PostgreSQL, as there is none here; install Debian's postgresql";
        if std::env::var("CI").is_ok_and(|value| value == "true") {
            bail!("the tests do not run {missing}");
        }
        return Ok(Err(missing.to_owned()));
    }
    let mut totals = Totals::default();
    cargo()
        // Of the whole workspace, as all tests are built: nothing is compiled twice.
        .args(["test", "--locked", "--workspace", "--test", "it"])
        .args(["--no-fail-fast", "--"])
        .args(modules.iter().map(|module| format!("{module}::")))
        .env("PM_TEST_STORE", "postgres")
        .dir(root)
        .run_seeing(|line| totals.add(line))?;
    if !totals.has_passed() {
        bail!("no test ran over a database");
    }
    Ok(Ok(totals))
}

/// The modules that are run over a database.
fn modules(list: &str) -> Result<Vec<&str>> {
    let lines = list.lines().filter_map(|line| line.strip_prefix("mod "));
    let all: BTreeSet<&str> = lines.map(|line| line.trim_end_matches(';')).collect();
    for (module, _) in LEFT_OUT {
        if !all.contains(module) {
            bail!("{TESTS} has no module {module}, which is left out over a database");
        }
    }
    let is_left_out = |module: &&str| LEFT_OUT.iter().any(|(it, _)| it == module);
    Ok(all.into_iter().filter(|it| !is_left_out(it)).collect())
}

/// Whether a database server is on this machine; Debian keeps its programs beside the path.
fn is_there() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).any(|place| place.join("initdb").is_file());
    let versions = fs::read_dir(Path::new("/usr/lib/postgresql"));
    let mut versions = versions.into_iter().flatten().flatten();
    on_path || versions.any(|version| version.path().join("bin/initdb").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_run_or_left_out_with_a_reason() {
        let root = workspace::root().unwrap();
        let list = fs::read_to_string(root.join(TESTS)).unwrap();
        let run = modules(&list).unwrap();
        assert!(
            run.contains(&"parity") && run.contains(&"history"),
            "{run:?}"
        );
        assert!(!run.contains(&"doctor"));
        assert!(
            modules("mod parity;").is_err(),
            "what is left out must be there"
        );
    }
}
