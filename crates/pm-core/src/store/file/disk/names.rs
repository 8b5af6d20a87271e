//! File names: portable ones for new processes, and names for locks and temporary files.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt::Write as _;

use crate::{ProcessName, for_terminal};

/// The lock on the names in the directory. No process's lock is called so: that of a file whose
/// name has such characters is called after a checksum.
pub(crate) const NAMES_LOCK: &str = "@names";

/// The longest file name that is given, in bytes.
const MAX_FILE_NAME_BYTES: usize = 120;

/// The ending of a process's file.
pub(crate) const ENDING: &str = ".json";

/// The ending of a journal.
const JOURNAL_ENDING: &str = ".journal";

/// The ending of a journal that is kept because it is damaged.
const DAMAGED_ENDING: &str = ".damaged";

/// The ending of a file that is being written.
const TEMPORARY_ENDING: &str = ".pm-tmp";

/// Names that Windows reserves for devices, whatever ending follows.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// What the name of a file begins with that other programs keep for themselves: hidden files, the
/// forks and locks of file systems and editors among them, and the locks of office programs.
const LITTER: [&str; 2] = [".", "~$"];

/// Whether a file of this name may hold a process.
pub(crate) fn is_process_file(name: &OsStr) -> bool {
    has_ending(name) && !is_litter(name)
}

/// Whether a file of this name would be looked at if it had another beginning.
pub(crate) fn is_passed_over(name: &OsStr) -> bool {
    has_ending(name) && is_litter(name)
}

/// Whether a name ends as that of a process's file does.
pub(crate) fn has_ending(name: &OsStr) -> bool {
    name.as_encoded_bytes().ends_with(ENDING.as_bytes())
}

fn is_litter(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    LITTER
        .iter()
        .any(|start| name.starts_with(start.as_bytes()))
}

/// The file name of a new process: the reference's scheme (each character but ASCII letters,
/// digits, `_`, `.` and `-` becomes `_`), made portable, and numbered if it is taken.
///
/// `taken` holds the directory's names in lower case, so that no two files differ only in case.
pub(crate) fn free_file_name(process: &ProcessName, taken: &HashSet<String>) -> String {
    let stem = portable_stem(process.as_str());
    let mut number = 1_u64;
    loop {
        let suffix = if number == 1 {
            String::new()
        } else {
            format!("_{number}")
        };
        let room = MAX_FILE_NAME_BYTES - ENDING.len() - suffix.len();
        let stem = stem.get(..room).unwrap_or(&stem);
        let name = format!("{stem}{suffix}{ENDING}");
        if !taken.contains(&name.to_ascii_lowercase()) {
            return name;
        }
        number += 1;
    }
}

fn portable_stem(name: &str) -> String {
    let mut stem: String = name
        .trim()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-') {
                c
            } else {
                '_'
            }
        })
        .collect();
    // As in the reference, a name that ends in .json does not get the ending twice.
    if stem.len() > ENDING.len() && stem.ends_with(ENDING) {
        stem.truncate(stem.len() - ENDING.len());
    }
    let device = stem
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if stem.is_empty() || stem.starts_with('.') || DEVICES.contains(&device.as_str()) {
        stem.insert(0, '_');
    }
    stem
}

/// Whether a file of this name may be that of a process: if the file cannot be read, its name is
/// all there is to judge by.
pub(crate) fn may_be_file_of(file: &OsStr, process: &str) -> bool {
    let Some(stem) = file.to_str().and_then(|name| name.strip_suffix(ENDING)) else {
        return false;
    };
    let usual = portable_stem(process);
    let rest = match stem.get(..usual.len()) {
        Some(start) if start.eq_ignore_ascii_case(&usual) => stem.get(usual.len()..),
        _ => None,
    };
    rest.is_some_and(|rest| {
        let number = rest.strip_prefix('_').unwrap_or_default();
        rest.is_empty() || (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// What a file's lock and temporary files are called after: its stem, or a checksum of its name if
/// that is not portable.
pub(crate) fn lock_id(file: &OsStr) -> String {
    let mut id = String::new();
    push_lock_id(file, &mut id);
    id
}

fn push_lock_id(file: &OsStr, id: &mut String) {
    let name = file.to_str().unwrap_or_default();
    let stem = name.strip_suffix(ENDING).unwrap_or(name);
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if !stem.is_empty() && stem.len() <= MAX_FILE_NAME_BYTES && stem.bytes().all(plain) {
        id.push_str(stem);
    } else {
        let checksum = twox_hash::XxHash3_64::oneshot(file.as_encoded_bytes());
        // Writing to a string cannot fail.
        let _ = write!(id, "~{checksum:016x}");
    }
}

/// The name of the journal of the file with this lock.
pub(crate) fn journal(lock_id: &str) -> String {
    format!("{lock_id}{JOURNAL_ENDING}")
}

/// The lock of the file whose journal is called so; `None` for any other name.
pub(crate) fn lock_of_journal(name: &OsStr) -> Option<&str> {
    name.to_str()?.strip_suffix(JOURNAL_ENDING)
}

/// The name of a journal that is kept because it is damaged, since `milliseconds` after the
/// beginning of 1970.
pub(crate) fn damaged_journal(lock_id: &str, milliseconds: i128) -> String {
    format!("{lock_id}.{milliseconds}{DAMAGED_ENDING}")
}

/// The lock of the file whose damaged journal is called so; `None` for any other name.
pub(crate) fn lock_of_damaged(name: &OsStr) -> Option<&str> {
    let (lock_id, milliseconds) = name
        .to_str()?
        .strip_suffix(DAMAGED_ENDING)?
        .rsplit_once('.')?;
    milliseconds.parse::<i128>().is_ok().then_some(lock_id)
}

/// Puts the name of the journal of a file into `name`, whatever was there: a look at the whole
/// directory needs thousands of them.
pub(crate) fn write_journal(file: &OsStr, name: &mut String) {
    name.clear();
    push_lock_id(file, name);
    name.push_str(JOURNAL_ENDING);
}

/// The name of the file with the changes that did not fit on a process's file, whose stem is
/// given, when it became this revision.
pub(crate) fn conflict_name(stem: &str, revision: u64) -> String {
    format!("{stem}.conflict-{revision}.txt")
}

/// Whether a file of this name holds changes that did not fit.
pub(crate) fn is_conflict(name: &OsStr) -> bool {
    of_conflict(name).is_some()
}

/// The stem and the revision in the name of a file that holds changes that did not fit.
pub(crate) fn of_conflict(name: &OsStr) -> Option<(&str, u64)> {
    let name = name.to_str()?.strip_suffix(".txt")?;
    let (stem, revision) = name.rsplit_once(".conflict-")?;
    Some((stem, revision.parse().ok()?))
}

/// What the journals of the file with this lock are called after once the file is gone and its name
/// wanted for another one, since `milliseconds`.
pub(crate) fn lock_id_aside(lock_id: &str, milliseconds: i128) -> String {
    // No file's own lock is called so: an `@` makes its name one that is not plain.
    format!("{lock_id}@{milliseconds}-{:04x}", random() & 0xffff)
}

/// Since when a journal, or what belongs to one, has stood aside; `None` for any other name.
pub(crate) fn aside_since(name: &OsStr) -> Option<i128> {
    let (_, rest) = name.to_str()?.rsplit_once('@')?;
    let (milliseconds, _) = rest.split_once('-')?;
    milliseconds.parse().ok()
}

/// The lock that is held while the file with the lock `lock_id` is brought up to date.
pub(crate) fn checkpoint_lock_id(lock_id: &str) -> String {
    // No file's own lock is called so: a file name with an `@` is not plain.
    format!("{lock_id}@checkpoint")
}

/// A name for a temporary file, which no other writer uses.
pub(crate) fn temporary_name(lock_id: &str) -> String {
    format!(".{lock_id}.{:016x}{TEMPORARY_ENDING}", random())
}

/// A number that does not come up twice.
pub(crate) fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    // Each RandomState has fresh random keys.
    RandomState::new().hash_one(std::process::id())
}

/// The lock under which a temporary file was written; `None` for any other name.
pub(crate) fn lock_of_temporary(name: &OsStr) -> Option<&str> {
    let rest = name
        .to_str()?
        .strip_prefix('.')?
        .strip_suffix(TEMPORARY_ENDING)?;
    let (lock_id, unique) = rest.rsplit_once('.')?;
    (unique.len() == 16 && unique.bytes().all(|b| b.is_ascii_hexdigit())).then_some(lock_id)
}

/// A file's name for people: what cannot be shown is escaped.
pub(crate) fn shown(file: &OsStr) -> String {
    let text = file.to_string_lossy();
    let text = for_terminal(&text);
    // What stands for bytes that are not text is escaped, too.
    text.replace(char::REPLACEMENT_CHARACTER, "\\u{fffd}")
}

/// The name of a process's file for people, without its ending.
pub(crate) fn shown_stem(file: &OsStr) -> String {
    let shown = shown(file);
    shown.strip_suffix(ENDING).unwrap_or(&shown).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_name(process: &str, taken: &[&str]) -> String {
        let taken = taken.iter().map(|name| name.to_ascii_lowercase()).collect();
        free_file_name(&ProcessName::stored(process), &taken)
    }

    #[test]
    fn the_scheme_is_the_references() {
        assert_eq!(file_name("My Web App", &[]), "My_Web_App.json");
        assert_eq!(file_name("gärten", &[]), "g_rten.json");
        assert_eq!(file_name("notes.json", &[]), "notes.json");
        assert_eq!(file_name("../../etc/passwd", &[]), "_.._.._etc_passwd.json");
    }

    #[test]
    fn a_taken_name_gets_a_number_also_where_only_the_case_differs() {
        assert_eq!(file_name("App", &["app.json"]), "App_2.json");
        assert_eq!(file_name("App", &["APP.JSON", "app_2.json"]), "App_3.json");
    }

    #[test]
    fn device_names_and_hidden_names_are_avoided() {
        assert_eq!(file_name("con", &[]), "_con.json");
        assert_eq!(file_name("NUL.txt", &[]), "_NUL.txt.json");
        assert_eq!(file_name(".hidden", &[]), "_.hidden.json");
        assert_eq!(file_name("console", &[]), "console.json");
    }

    #[test]
    fn what_editors_and_file_systems_leave_is_no_process() {
        for file in [
            "._garden.json",
            ".#garden.json",
            ".garden.json",
            "~$garden.json",
        ] {
            assert!(!is_process_file(OsStr::new(file)), "{file}");
            assert!(is_passed_over(OsStr::new(file)), "{file}");
        }
        for file in ["garden.json~", "#garden.json#", "garden.json.swp", ".pm"] {
            assert!(!is_process_file(OsStr::new(file)), "{file}");
            assert!(!is_passed_over(OsStr::new(file)), "{file}");
        }
        assert!(is_process_file(OsStr::new("a.b.json")));
    }

    #[test]
    fn a_long_name_is_cut_to_120_bytes_with_its_number() {
        let long = "x".repeat(200);
        let first = file_name(&long, &[]);
        assert_eq!(first.len(), MAX_FILE_NAME_BYTES);
        let second = file_name(&long, &[&first]);
        assert_eq!(second.len(), MAX_FILE_NAME_BYTES);
        assert!(second.ends_with("x_2.json"), "{second}");
    }

    #[test]
    fn an_unreadable_file_is_known_by_its_name() {
        let is = |file: &str, process| may_be_file_of(OsStr::new(file), process);
        assert!(is("G_rten.json", "Gärten"));
        assert!(is("g_rten_2.json", "Gärten"));
        assert!(!is("G_rten_x.json", "Gärten"));
        assert!(!is("Garten.json", "Gärten"));
        assert!(!is("G_rten.txt", "Gärten"));
    }

    #[test]
    fn a_temporary_name_tells_its_lock() {
        for file in ["My_Web_App.json", "a.b.json", "gärten\n.json"] {
            let id = lock_id(OsStr::new(file));
            let temporary = temporary_name(&id);
            assert_eq!(lock_of_temporary(OsStr::new(&temporary)), Some(id.as_str()));
        }
        assert_eq!(lock_of_temporary(OsStr::new(".notes.pm-tmp")), None);
    }

    #[test]
    fn what_cannot_be_shown_is_escaped() {
        assert_eq!(shown(OsStr::new("a\nb.json")), "a\\nb.json");
    }
}
