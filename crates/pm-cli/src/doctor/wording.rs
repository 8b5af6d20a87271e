//! What the doctor says: a line a finding, in the words of those who keep the files.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use pm_core::doctor::{
    Concern, Examination, Finding, FindingKind, Repair, RepairKind, WordPlace, Writer,
};
use pm_core::store::{LockSupport, Revisions, Unusable};
use pm_core::{Priority, Status};

/// One finding: whom it concerns, what it is, and what becomes of it.
pub(super) fn described(finding: &Finding) -> String {
    let concern = match finding.concern() {
        Concern::Nobody => "fine",
        Concern::Repair => "repair",
        Concern::Person => "look",
    };
    format!("{concern}: {}", sentence(finding))
}

/// What was found, as a sentence without its full stop.
pub fn sentence(finding: &Finding) -> String {
    let file = &finding.file;
    match &finding.kind {
        FindingKind::Unusable(kind) => {
            let (file, kind) = (file.clone(), kind.clone());
            let problem = Unusable { file, kind };
            format!("{problem}; it is left as it is until somebody mends it")
        }
        FindingKind::Foreign => {
            format!("{file} does not say that it is a process, and is passed over")
        }
        FindingKind::PassedOver => format!(
            "{file} holds a process and is passed over, as a name with such a beginning is another \
             program's; rename it to have it listed"
        ),
        FindingKind::UnknownWords { first, more } => unknown_words(file, first, *more),
        FindingKind::Behind { changes } => format!(
            "{file} lacks {} that its journal has; the next program to use it brings it up to date",
            count(*changes, "change")
        ),
        FindingKind::EditedUnwatched { changes: 0 } => format!(
            "{file} was edited while no program watched; the next one to use it takes it as it is"
        ),
        FindingKind::EditedUnwatched { changes } => format!(
            "{file} was edited while no program watched; the next one to use it makes {} of the \
             journal on it, and keeps beside it what does not fit",
            count(*changes, "change")
        ),
        FindingKind::Conflict { age } => format!(
            "{file} keeps changes that did not fit on a file that was edited at the same time, {} \
             ago; take over what is missing, then delete it",
            long(*age)
        ),
        FindingKind::Temporary { age, writer } => match writer {
            Writer::Alive => format!("{file} is being written"),
            Writer::Dead => format!(
                "{file} was left by a program that died while it wrote, {} ago; nobody was told \
                 that it was kept",
                long(*age)
            ),
        },
        FindingKind::LocksMissing => {
            "locks do not work on this file system; let one program alone use the directory, or \
             changes may be lost"
                .to_owned()
        }
        FindingKind::IndexUnreadable => format!("{file} cannot be read; it is made anew"),
        FindingKind::IndexStale { files } => format!(
            "{file} is out of date about {}; those are read again at the next start",
            count(*files as u64, "file")
        ),
        FindingKind::DirectoryUnreadable { reason } => {
            format!("{file} cannot be listed: {reason}")
        }
        kind => of_journal(file, kind),
    }
}

/// What is said of words of the plan that are none of those known.
fn unknown_words(file: &str, first: &WordPlace, more: usize) -> String {
    let WordPlace { task, job, word } = first;
    let job = job
        .as_ref()
        .map_or(String::new(), |job| format!("the job \"{job}\" of "));
    let more = match more {
        0 => String::new(),
        more => format!(", and {} like it", count(more as u64, "word")),
    };
    let known = match word.field {
        "priority" => Priority::WORDS,
        _ => Status::WORDS,
    };
    format!(
        "{file}: in {job}the task \"{task}\" {word}{more}; the words are {}",
        known.join(", ")
    )
}

/// What is said of journals and what becomes of them.
fn of_journal(file: &str, kind: &FindingKind) -> String {
    match kind {
        FindingKind::JournalUnreadable { reason } => format!(
            "the journal {file} cannot be read: {reason}; its process cannot be used until it can"
        ),
        FindingKind::JournalEmpty => format!(
            "the journal {file} is empty, which no program leaves behind; its process is what its \
             file holds, and what was changed before cannot be taken back"
        ),
        FindingKind::JournalTorn { bytes } => format!(
            "the journal {file} ends in {} of a change that was cut short; nobody was told of it, \
             and the next change takes its place",
            count(*bytes, "byte")
        ),
        FindingKind::JournalDamaged { whole, lost: None } => format!(
            "the journal {file} is damaged, and its process's file has all of it, up to revision \
             {whole}"
        ),
        FindingKind::JournalDamaged {
            whole,
            lost: Some(lost),
        } => format!(
            "the journal {file} is damaged behind revision {whole}; {} cannot be had",
            revisions(*lost)
        ),
        FindingKind::JournalMisfit { whole, lost } => format!(
            "the journal {file} has changes that do not fit on its process's file; revision \
             {whole} is the last one that counts, and {} cannot be had",
            revisions(*lost)
        ),
        FindingKind::JournalOrphaned { process, changes } => {
            let process = process.as_ref().map(|name| format!("\"{name}\""));
            format!(
                "the journal {file} has {} of {}, whose file is gone; put the file back under its \
                 name or, if that is used by now, under another, from wherever there is a copy, \
                 and they count again; or delete the journal",
                count(*changes, "change"),
                process.as_deref().unwrap_or("a process")
            )
        }
        FindingKind::HistoryOrphaned => format!(
            "{file} is the history of a process whose file is gone; put the file back, or delete \
             the history"
        ),
        FindingKind::HistoryUnreadable { reason } => {
            format!(
                "the history {file} cannot be read: {reason}; nothing can be taken back until it can"
            )
        }
        FindingKind::HistoryDamaged => format!(
            "the history {file} is damaged; its process is whole, and changes behind the damage \
             cannot be taken back"
        ),
        FindingKind::HistoryGap(gap) => format!(
            "the history of {file} lacks {}; its process is whole",
            revisions(*gap)
        ),
        FindingKind::JournalSetAside { age } => format!(
            "{file} is a damaged journal, last written to {} ago; it is kept for you to look at, \
             and can be deleted",
            long(*age)
        ),
        // A kind that is newer than this program still names its file.
        _ => format!("something is the matter with {file}"),
    }
}

/// What was repaired.
pub(super) fn done(repair: &Repair) -> String {
    let file = &repair.file;
    match &repair.kind {
        RepairKind::BroughtUpToDate => format!("done: {file} has all that its journal has"),
        RepairKind::Adopted => format!("done: {file} counts as it was edited"),
        RepairKind::SetAside { kept } => format!(
            "done: the journal of {file} is kept as .pm/journals/{kept}, and what could be read \
             of it counts"
        ),
        RepairKind::Conflict { kept, changes } => format!(
            "done: {} that did not fit on {file} are kept in {kept}",
            count(*changes as u64, "change")
        ),
        RepairKind::EmptyJournalRemoved => format!("done: the empty journal of {file} is gone"),
        RepairKind::Swept => format!("done: {file} is gone"),
        RepairKind::IndexRebuilt => format!("done: {file} is made anew"),
        RepairKind::Failed(error) => format!("not done: {file}: {error}"),
        _ => format!("done: {file} is repaired"),
    }
}

/// The last line.
pub fn summary(dir: &Path, examination: &Examination) -> String {
    let found = match examination.findings.len() {
        0 => "nothing to report".to_owned(),
        _ => [
            (Concern::Person, "to look at"),
            (Concern::Repair, "for --repair"),
            (Concern::Nobody, "fine as it is"),
        ]
        .iter()
        .map(|(concern, what)| (examination.count(*concern), what))
        .filter(|(found, _)| *found > 0)
        .map(|(found, what)| format!("{found} {what}"))
        .collect::<Vec<_>>()
        .join(", "),
    };
    let processes = match examination.processes {
        1 => "1 process".to_owned(),
        processes => format!("{processes} processes"),
    };
    let trash = &examination.trash;
    let trash = match trash.oldest {
        _ if trash.items == 0 => "the trash is empty".to_owned(),
        Some(oldest) => format!(
            "{} in the trash ({} kB, the oldest for {})",
            trash.items,
            trash.bytes.div_ceil(1000),
            long(oldest)
        ),
        None => format!("{} in the trash", trash.items),
    };
    let locks = match examination.locks {
        Some(LockSupport::Working) => "locks work",
        Some(LockSupport::Missing) => "locks do not work",
        None => "locks not tried, as no program has used it yet",
    };
    format!("{}: {processes}: {found}; {trash}; {locks}", dir.display())
}

fn count(number: u64, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

fn revisions(Revisions { first, last }: Revisions) -> String {
    if first == last {
        format!("revision {first}")
    } else {
        format!("revisions {first} to {last}")
    }
}

/// A time as people say it, in its largest unit.
fn long(time: Duration) -> String {
    let seconds = time.as_secs();
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let fitting = units.into_iter().find(|(unit, _)| seconds >= *unit);
    let (unit, name) = fitting.unwrap_or((1, "second"));
    count(seconds / unit, name)
}
