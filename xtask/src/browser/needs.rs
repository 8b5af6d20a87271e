//! What the machine has to have: a Chromium, and an npm for the rest. A machine that has it not is
//! told how to get it; where changes are judged it is a failure, unless the machine said why it
//! cannot be had there.

use std::{env, error::Error, fmt, path::PathBuf};

use anyhow::{Result, bail};

use crate::cmd::cmd;

/// The names of the browser in Debian, in other systems, and of its relative.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Why a machine cannot have a browser, from whoever tried to install it.
const EXCUSE: &str = "WITHOUT_CHROMIUM";

/// Something that is not here, and how to get it.
#[derive(Debug)]
pub(super) struct Missing(String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Missing {}

/// The browser: what `CHROMIUM` names, else the first on the `PATH`.
pub(super) fn chromium() -> Result<PathBuf, Missing> {
    if cmd("npm").arg("--version").read().is_err() {
        return Err(Missing(
            "there is no npm: install your system's `npm`, which brings all but the browser"
                .to_owned(),
        ));
    }
    let search = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&search).collect();
    find(env::var_os("CHROMIUM").map(PathBuf::from), &folders)
}

fn find(named: Option<PathBuf>, folders: &[PathBuf]) -> Result<PathBuf, Missing> {
    if let Some(named) = named {
        if named.is_file() {
            return Ok(named);
        }
        let place = named.display();
        return Err(Missing(format!("CHROMIUM names {place}, which is no file")));
    }
    let mut places = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.find(|place| place.is_file()).ok_or_else(|| {
        Missing(
            "there is no Chromium: install your system's `chromium`, or name one in CHROMIUM"
                .to_owned(),
        )
    })
}

impl Missing {
    /// Says what is not checked, or fails.
    pub(super) fn told(self) -> Result<String> {
        let judges = env::var("CI").is_ok_and(|value| value == "true");
        self.judged(judges, env::var(EXCUSE).ok().as_deref())
    }

    fn judged(self, judges: bool, excuse: Option<&str>) -> Result<String> {
        let Self(what) = self;
        match excuse {
            Some(excuse) => Ok(format!("the pages in a browser, as {excuse}")),
            None if judges => bail!("the pages cannot be tried in a browser: {what}"),
            None => Ok(format!("the pages in a browser, as {what}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_browser_is_the_named_one_or_the_first_on_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let here = [folder.path().to_owned()];
        let missing = find(None, &here).unwrap_err();
        assert!(missing.0.contains("install your system's"), "{missing:?}");
        let other = folder.path().join("google-chrome");
        fs::write(&other, "").unwrap();
        assert_eq!(find(None, &here).unwrap(), other);
        let debian = folder.path().join("chromium");
        fs::write(&debian, "").unwrap();
        assert_eq!(find(None, &here).unwrap(), debian);
        assert_eq!(find(Some(other.clone()), &here).unwrap(), other);
        let missing = find(Some("/nowhere".into()), &here).unwrap_err();
        assert!(missing.0.contains("/nowhere"), "{missing:?}");
    }

    #[test]
    fn a_missing_browser_fails_where_changes_are_judged_and_there_is_no_excuse() {
        let missing = || Missing("there is none".to_owned());
        let told = missing().judged(false, None).unwrap();
        assert_eq!(told, "the pages in a browser, as there is none");
        let told = missing().judged(true, Some("apt-get found none")).unwrap();
        assert_eq!(told, "the pages in a browser, as apt-get found none");
        let error = missing().judged(true, None).unwrap_err().to_string();
        assert!(error.ends_with("there is none"), "{error}");
    }
}
