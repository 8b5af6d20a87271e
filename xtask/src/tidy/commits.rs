//! The subjects of commits are short enough for a list of them.

use std::path::Path;

use anyhow::Result;

use crate::cmd::cmd;

/// The characters that a subject may have at most.
pub(super) const SUBJECT_CHARS_MAX: usize = 72;

/// The last commit before the rule: those up to it are not looked at. What calls the checks does
/// not say which commits it is about, so all that came since are.
const LAST_BEFORE: &str = "60b855c282993f87dafae78a34002d823f1e87fe";

/// What was found of the commits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Subjects {
    /// How many were looked at, and why not more if there may be others.
    pub(super) looked_at: String,
    /// Those that are too long, each with its commit.
    pub(super) too_long: Vec<String>,
}

/// Looks at the commits behind [`LAST_BEFORE`], or at all that a shallow clone has.
pub(super) fn check(root: &Path) -> Result<Subjects> {
    check_behind(root, LAST_BEFORE)
}

fn check_behind(root: &Path, base: &str) -> Result<Subjects> {
    let git = |args: &[&str]| cmd("git").args(args).dir(root).read();
    let Ok(shallow) = git(&["rev-parse", "--is-shallow-repository"]) else {
        return Ok(none("no commit was looked at: this is no clone"));
    };
    let has_base = git(&["merge-base", "--is-ancestor", base, "HEAD"]).is_ok();
    let range = match (has_base, shallow.trim() == "true") {
        (true, _) => format!("{base}..HEAD"),
        (false, true) => "HEAD".to_owned(),
        (false, false) => {
            return Ok(none(
                "no commit was looked at: the one to begin with is not there",
            ));
        }
    };
    let log = git(&["log", "--no-merges", "--format=%h %s", &range])?;
    let too_long = log.lines().filter(|line| {
        let subject = line.split_once(' ').map_or("", |(_, subject)| subject);
        subject.chars().count() > SUBJECT_CHARS_MAX
    });
    Ok(Subjects {
        looked_at: format!(
            "{} commits were looked at{}",
            log.lines().count(),
            if has_base {
                ""
            } else {
                ", all that this shallow clone has"
            }
        ),
        too_long: too_long.map(str::to_owned).collect(),
    })
}

fn none(why: &str) -> Subjects {
    Subjects {
        looked_at: why.to_owned(),
        too_long: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with commits of these subjects, and their names, oldest first.
    fn repository(subjects: &[&str]) -> (tempfile::TempDir, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        let git = |args: &[&str]| {
            let name = [
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "-c",
                "commit.gpgsign=false",
            ];
            cmd("git")
                .args(name)
                .args(args)
                .dir(dir.path())
                .read()
                .unwrap()
        };
        git(&["init", "--quiet"]);
        let commits = subjects.iter().map(|subject| {
            git(&["commit", "--quiet", "--allow-empty", "--message", subject]);
            git(&["rev-parse", "HEAD"]).trim().to_owned()
        });
        let commits = commits.collect();
        (dir, commits)
    }

    #[test]
    fn a_long_subject_is_found_behind_the_base_and_not_before() {
        let (long, short) = (
            "x".repeat(SUBJECT_CHARS_MAX + 1),
            "ü".repeat(SUBJECT_CHARS_MAX),
        );
        let (dir, commits) = repository(&[&long, "base", &long, &short]);
        let found = check_behind(dir.path(), &commits[1]).unwrap();
        assert_eq!(found.looked_at, "2 commits were looked at");
        let [told] = found.too_long.as_slice() else {
            panic!("{found:?}");
        };
        assert!(
            told.ends_with(&format!(" {long}")) && commits[2].starts_with(&told[..7]),
            "{told}"
        );
        let found = check_behind(dir.path(), &commits[3]).unwrap();
        assert_eq!(found.too_long, [""; 0]);
    }

    #[test]
    fn a_clone_without_the_base_is_looked_at_as_far_as_it_goes() {
        let long = "x".repeat(SUBJECT_CHARS_MAX + 1);
        let (dir, commits) = repository(&["base", "short", &long]);
        let nowhere = "0".repeat(commits[0].len());
        let found = check_behind(dir.path(), &nowhere).unwrap();
        assert_eq!(
            found,
            none("no commit was looked at: the one to begin with is not there")
        );

        let clone = tempfile::tempdir().unwrap();
        let url = format!("file://{}", dir.path().display());
        let to = clone.path().to_str().unwrap();
        cmd("git")
            .args(["clone", "--quiet", "--depth", "2", &url, to])
            .read()
            .unwrap();
        let found = check_behind(clone.path(), &commits[0]).unwrap();
        assert_eq!(
            found.looked_at,
            "2 commits were looked at, all that this shallow clone has"
        );
        assert_eq!(found.too_long.len(), 1);

        let empty = tempfile::tempdir().unwrap();
        let found = check_behind(empty.path(), &nowhere).unwrap();
        assert_eq!(found, none("no commit was looked at: this is no clone"));
    }
}
