//! Who may call, each with a token of their own: a TOML file that holds no tokens, only a digest of
//! each.
//!
//! ```toml
//! [anna]
//! sha256 = "…"                  # of the token, as `pm-mcp-http token new anna` makes both
//! access = "write"              # read, write or admin
//! processes = ["team-a/*"]      # all of them if this line is left out
//! workspace = "team-a"          # of a database
//! expires = 2027-01-31          # the day after which the token is of no use any more
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, Time};

use crate::grant::{Grant, TokenAccess, check_name, reach_of};

/// The largest file that is read, in bytes.
const FILE_MAX: u64 = 1 << 20;

/// Whose tokens are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFile(Vec<Entry>);

/// Somebody who may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who they are, and what they may do.
    pub grant: Grant,
    /// The digest of their token.
    pub digest: TokenDigest,
    /// When their token ends.
    pub expires: Option<OffsetDateTime>,
}

/// The SHA-256 of a token, from which nobody gets back to it: tokens are long and random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest([u8; 32]);

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum TokenFileProblem {
    /// It cannot be read.
    #[error("it cannot be read: {}", pm_core::reason(.0))]
    Unreadable(std::io::Error),
    /// It is larger than any such file.
    #[error("it has more than {FILE_MAX} bytes")]
    TooLarge,
    /// It is not TOML of this form.
    #[error("{0}")]
    Form(String),
    /// What is said of somebody cannot be so.
    #[error("[{name}]: {what}")]
    Of {
        /// Whom it is said of.
        name: String,
        /// What is wrong, and what to do.
        what: String,
    },
}

/// An entry as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sha256: String,
    access: TokenAccess,
    workspace: Option<String>,
    processes: Option<Vec<String>>,
    expires: Option<toml::value::Datetime>,
}

impl TokenFile {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, TokenFileProblem> {
        use std::io::Read as _;
        let file = std::fs::File::open(path).map_err(TokenFileProblem::Unreadable)?;
        let mut text = String::new();
        let read = file.take(FILE_MAX + 1).read_to_string(&mut text);
        read.map_err(TokenFileProblem::Unreadable)?;
        if text.len() as u64 > FILE_MAX {
            return Err(TokenFileProblem::TooLarge);
        }
        text.parse()
    }

    /// Those whose tokens are taken.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// Whether there is somebody of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|entry| *entry.grant.name == *name)
    }
}

impl FromStr for TokenFile {
    type Err = TokenFileProblem;

    fn from_str(text: &str) -> Result<Self, TokenFileProblem> {
        let written: BTreeMap<String, Written> =
            toml::from_str(text).map_err(|error| TokenFileProblem::Form(told(text, &error)))?;
        let mut entries: Vec<Entry> = Vec::new();
        for (name, written) in written {
            let of = |what| TokenFileProblem::Of {
                name: name.clone(),
                what,
            };
            let entry = written.entry(&name).map_err(of)?;
            if let Some(other) = entries.iter().find(|it| it.digest == entry.digest) {
                return Err(of(format!(
                    "{} has the same token; make one for each",
                    other.grant.name
                )));
            }
            entries.push(entry);
        }
        Ok(Self(entries))
    }
}

impl Written {
    fn entry(self, name: &str) -> Result<Entry, String> {
        check_name(name)?;
        if self.access == TokenAccess::Admin
            && (self.processes.is_some() || self.workspace.is_some())
        {
            return Err(
                "access: admin looks after the whole server; take write, or leave out \
                 processes and workspace"
                    .to_owned(),
            );
        }
        let patterns = self.processes.unwrap_or_else(|| vec!["*".to_owned()]);
        if patterns.is_empty() {
            return Err("processes: there is none; leave the line out for all of them".to_owned());
        }
        let reach = reach_of(&patterns).map_err(|problem| format!("processes: {problem}"))?;
        Ok(Entry {
            grant: Grant {
                name: name.into(),
                access: self.access,
                workspace: self.workspace,
                reach,
            },
            digest: self.sha256.parse()?,
            expires: self.expires.map(end_of).transpose()?,
        })
    }
}

/// The moment at which a token ends: the end of a day by UTC, or a time with its offset.
fn end_of(written: toml::value::Datetime) -> Result<OffsetDateTime, String> {
    let no_moment = || {
        format!(
            "expires: {written} is no moment; write a day as 2027-01-31, or a time with its offset as 2027-01-31T18:00:00Z"
        )
    };
    match (written.date, written.time, written.offset) {
        (Some(date), None, None) => {
            let month = time::Month::try_from(date.month).map_err(|_| no_moment())?;
            let day = time::Date::from_calendar_date(date.year.into(), month, date.day);
            let next = day
                .ok()
                .and_then(time::Date::next_day)
                .ok_or_else(no_moment)?;
            Ok(next.with_time(Time::MIDNIGHT).assume_utc())
        }
        (Some(_), Some(_), Some(_)) => {
            OffsetDateTime::parse(&written.to_string(), &Rfc3339).map_err(|_| no_moment())
        }
        _ => Err(no_moment()),
    }
}

/// What is wrong with the form of a file, on one line and with its place.
fn told(text: &str, error: &toml::de::Error) -> String {
    let place = error.span().and_then(|span| text.get(..span.start));
    let line = place.map(|before| before.matches('\n').count() + 1);
    let what = error.message().replace('\n', " ");
    match line {
        Some(line) => format!("line {line}: {what}"),
        None => what,
    }
}

impl TokenDigest {
    /// The digest of a token.
    pub fn of(token: &[u8]) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether both are the same, in constant time.
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl FromStr for TokenDigest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let no_digest = || {
            "sha256: write the 64 hexadecimal digits that 'pm token new' and 'pm-mcp-http token new' print"
                .to_owned()
        };
        let text = text.trim();
        let mut digest = [0; 32];
        if text.len() != 2 * digest.len() {
            return Err(no_digest());
        }
        for (byte, at) in digest.iter_mut().zip((0..).step_by(2)) {
            let digits = text
                .get(at..at + 2)
                .filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()));
            *byte = digits
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                .ok_or_else(no_digest)?;
        }
        Ok(Self(digest))
    }
}

impl std::fmt::Display for TokenDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Entry {
    /// Whether the token is of no use any more.
    pub fn is_over(&self, now: OffsetDateTime) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const DIGEST: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    fn problem(text: &str) -> String {
        text.parse::<TokenFile>().unwrap_err().to_string()
    }

    #[test]
    fn a_file_says_who_may_do_what_and_until_when() {
        let text = format!(
            "[anna]\nsha256 = \"{DIGEST}\"\naccess = \"write\"\nprocesses = [\"team-a/*\", \"notes\"]\n\
             expires = 2027-01-31\n\n[\"Bob B.\"]\nsha256 = \"{}\"\naccess = \"read\"\nworkspace = \"b\"\n\
             expires = 2027-01-31T18:00:00+02:00\n",
            "0".repeat(64)
        );
        let file: TokenFile = text.parse().unwrap();
        let [bob, anna] = file.entries() else {
            panic!()
        };
        assert_eq!((&*anna.grant.name, &*bob.grant.name), ("anna", "Bob B."));
        assert_eq!(anna.digest.to_string(), DIGEST);
        assert!(anna.digest.is(&TokenDigest::of(b"secret")));
        assert_eq!(anna.grant.reach.to_string(), "team-a/* or notes");
        assert_eq!(
            (anna.grant.access, bob.grant.access),
            (TokenAccess::Write, TokenAccess::Read)
        );
        assert!(bob.grant.reach.is_everything() && bob.grant.workspace.as_deref() == Some("b"));
        assert!(anna.is_over(datetime!(2027-02-01 00:00 UTC)));
        assert!(!anna.is_over(datetime!(2027-01-31 23:59 UTC)));
        assert!(bob.is_over(datetime!(2027-01-31 16:00 UTC)));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let entry =
            |rest: &str| format!("[anna]\nsha256 = \"{DIGEST}\"\naccess = \"write\"\n{rest}");
        for (text, expected) in [
            (
                entry("processes = [\"x\"]").replace("write", "admin"),
                "[anna]: access: admin looks after the whole server",
            ),
            (
                "[anna]\naccess = \"write\"\n".to_owned(),
                "line 1: missing field `sha256`",
            ),
            (entry("acess = 1"), "line 4: unknown field `acess`"),
            (
                "[anna]\nsha256 = \"12\"\naccess = \"all\"".to_owned(),
                "line 3: unknown variant `all`",
            ),
            (
                "[anna]\nsha256 = \"12\"\naccess = \"read\"".to_owned(),
                "[anna]: sha256: write the 64",
            ),
            (entry("processes = []"), "[anna]: processes: there is none"),
            (
                entry("processes = [\"a*b\"]"),
                "[anna]: processes: \"a*b\" is no name",
            ),
            (
                entry("expires = 2027-01-31T18:00:00"),
                "[anna]: expires: 2027-01-31T18:00:00 is no moment",
            ),
            (entry("expires = 18:00:00"), "is no moment"),
            (
                format!(
                    "{}\n[bob]\nsha256 = \"{DIGEST}\"\naccess = \"read\"",
                    entry("")
                ),
                "[bob]: anna has the same token",
            ),
            (
                entry("").replace("anna", "\"a\\u202Eb\""),
                "a name has 1 to 40 characters",
            ),
        ] {
            let told = problem(&text);
            assert!(told.contains(expected), "{told}");
            assert!(!told.contains('\n'), "{told}");
        }
    }
}
