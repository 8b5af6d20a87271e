//! `token new`: makes a token, and what the file of tokens has to hold for it.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pm_cli::{print, refuse};
use pm_core::reason;
use time::OffsetDateTime;

use crate::cli::{TokenArgs, TokenCommand, TokenNewArgs};
use crate::grant::{TokenAccess, check_name};
use crate::token_file::{TokenDigest, TokenFile, TokenFileProblem};

/// What a token begins with, so that people and scanners of leaked secrets see what it is.
const PREFIX: &str = "pm_";

/// How many random bytes are in a token.
const RANDOM_BYTES: usize = 32;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenCommandError {
    /// What is said of somebody cannot be so.
    #[error("[{name}]: {what}")]
    Of {
        /// Whom it is said of.
        name: String,
        /// What is wrong, and what to do.
        what: String,
    },
    /// There is somebody of this name.
    #[error("{} has {name} already; take another name, or take the entry out first", path.display())]
    Taken {
        /// The name.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be added to.
    #[error("the tokens in {}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {}", reason(.0))]
    Random(getrandom::Error),
}

/// Makes a token, in the name of `program`; returns 0, or 2 if none was made.
pub fn run(program: &str, args: &TokenArgs) -> ExitCode {
    let TokenCommand::New(args) = &args.command;
    match new(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(program, &error),
    }
}

fn new(args: &TokenNewArgs) -> Result<(), TokenCommandError> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).map_err(TokenCommandError::Random)?;
    let token = random.iter().fold(PREFIX.to_owned(), |mut token, byte| {
        // Writing to a text does not fail.
        let _ = write!(token, "{byte:02x}");
        token
    });
    let entry = entry(args, TokenDigest::of(token.as_bytes()))?;
    let name = &args.name;
    if let Some(path) = &args.tokens {
        add(path, name, &entry)?;
        let path = path.display();
        print(&format!(
            "{name} is in {path} now; send SIGHUP to a server that runs."
        ));
    } else {
        print(&"Put this into the file of --tokens:");
        print(&"");
        entry.lines().for_each(|line| print(&line));
        print(&"");
    }
    print(&format!(
        "Give {name} this token, which is kept nowhere and shown this once:"
    ));
    print(&token);
    Ok(())
}

/// What the file has to hold, checked as a server would check it.
fn entry(args: &TokenNewArgs, digest: TokenDigest) -> Result<String, TokenCommandError> {
    let of = |what| TokenCommandError::Of {
        name: args.name.clone(),
        what,
    };
    check_name(&args.name).map_err(of)?;
    let text = |value: &str| toml::Value::from(value).to_string();
    let access = match args.access {
        TokenAccess::Read => "read",
        TokenAccess::Write => "write",
        TokenAccess::Admin => "admin",
    };
    let patterns: Vec<String> = args.processes.iter().map(|it| text(it)).collect();
    let patterns = (!patterns.is_empty()).then(|| format!("[{}]", patterns.join(", ")));
    let said = [
        ("sha256", Some(text(&digest.to_string()))),
        ("access", Some(text(access))),
        ("processes", patterns),
        ("workspace", args.in_workspace.as_deref().map(text)),
        ("expires", args.expires.clone()),
    ];
    let mut entry = format!("[{}]\n", key(&args.name));
    for (what, value) in said {
        entry.extend(value.map(|value| format!("{what} = {value}\n")));
    }
    match entry.parse::<TokenFile>() {
        Ok(file) => match file.entries() {
            [one] if one.is_over(OffsetDateTime::now_utc()) => {
                Err(of("expires: this is over already".to_owned()))
            }
            [_] => Ok(entry),
            _ => Err(of("expires: write a day as 2027-01-31".to_owned())),
        },
        Err(TokenFileProblem::Of { what, .. }) => Err(of(what)),
        Err(problem) => Err(of(problem.to_string())),
    }
}

/// A name as a key of TOML.
fn key(name: &str) -> String {
    let is_bare = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    if name.bytes().all(is_bare) {
        name.to_owned()
    } else {
        toml::Value::from(name).to_string()
    }
}

/// Adds an entry to a file, which is made if there is none.
fn add(path: &Path, name: &str, entry: &str) -> Result<(), TokenCommandError> {
    let of_file = |problem: String| TokenCommandError::File {
        path: path.to_owned(),
        problem,
    };
    let before = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|error| of_file(format!("it cannot be read: {}", reason(&error))))?,
    };
    let known: TokenFile = before
        .parse()
        .map_err(|it: TokenFileProblem| of_file(it.to_string()))?;
    if known.has(name) {
        return Err(TokenCommandError::Taken {
            name: name.to_owned(),
            path: path.to_owned(),
        });
    }
    let apart = match before.as_str() {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let added = format!("{apart}{entry}");
    let mut file = OpenOptions::new();
    file.create(true).append(true);
    // Who may call is no business of others on this machine.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    let written = file.open(path).and_then(|mut file| {
        file.write_all(added.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| of_file(format!("it cannot be written: {}", reason(&error))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(name: &str, tokens: Option<PathBuf>) -> TokenNewArgs {
        TokenNewArgs {
            name: name.to_owned(),
            access: TokenAccess::Write,
            processes: vec!["team-a/*".to_owned()],
            in_workspace: None,
            expires: Some("2027-01-31".to_owned()),
            tokens,
        }
    }

    #[test]
    fn an_entry_is_what_a_server_reads() {
        let entry = entry(&args("Bob \"B\"", None), TokenDigest::of(b"x")).unwrap();
        let file: TokenFile = entry.parse().unwrap();
        assert!(file.has("Bob \"B\""), "{entry}");
        let [bob] = file.entries() else { panic!() };
        assert_eq!(bob.grant.reach.to_string(), "team-a/*");
    }

    #[test]
    fn a_file_takes_one_entry_for_each_name() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("tokens.toml");
        new(&args("anna", Some(path.clone()))).unwrap();
        new(&args("bob", Some(path.clone()))).unwrap();
        let again = new(&args("anna", Some(path.clone())))
            .unwrap_err()
            .to_string();
        assert!(again.contains("has anna already"), "{again}");
        assert_eq!(TokenFile::read(&path).unwrap().entries().len(), 2);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_no_server_would_take_is_refused() {
        let refused = |change: fn(&mut TokenNewArgs)| {
            let mut args = args("anna", None);
            change(&mut args);
            new(&args).unwrap_err().to_string()
        };
        assert!(refused(|it| it.expires = Some("soon".into())).starts_with("[anna]: "));
        assert!(refused(|it| it.processes = vec!["a*b".into()]).contains("is no name"));
        assert!(refused(|it| it.name = " ".into()).contains("1 to 40 characters"));
    }
}
