//! What a person is told of an import: what was made of each file, what of it was not, and at the
//! end what it comes to.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

use pm_cli::print;
use pm_core::Process;
use pm_import::{Format, Imported, Report, Updated};

use crate::PROGRAM;

/// How many tasks are named that are no longer in a file.
const GONE_NAMED_MAX: usize = 20;

/// What became of a process.
pub(super) enum Outcome {
    Created,
    Updated(Updated),
}

/// Tells, and counts.
pub(super) struct Teller {
    dry_run: bool,
    refused: usize,
    processes: usize,
    tasks: usize,
    jobs: usize,
    dependencies: usize,
    left_out: usize,
}

impl Teller {
    pub(super) fn new(dry_run: bool) -> Self {
        Self {
            dry_run,
            refused: 0,
            processes: 0,
            tasks: 0,
            jobs: 0,
            dependencies: 0,
            left_out: 0,
        }
    }

    /// Says that something is not imported, and why.
    pub(super) fn refuse(&mut self, why: &(impl Display + ?Sized)) {
        self.refused += 1;
        pm_cli::say(PROGRAM, &why.to_string());
    }

    pub(super) fn has_refused(&self) -> bool {
        self.refused > 0
    }

    /// Names the items because of which nothing is imported.
    pub(super) fn refuse_items(&mut self, imported: &Imported) {
        self.refuse_left_out(&imported.file, &imported.report);
    }

    /// Names the items of a file that is not imported.
    pub(super) fn refuse_left_out(&mut self, file: &Path, report: &Report) {
        for item in &report.left_out {
            self.refuse(&format!("{}: {}", item.place(file), item.reason));
        }
        if report.more_left_out > 0 {
            self.refuse(&format!("and {} more like these", report.more_left_out));
        }
    }

    /// Says what a file became.
    pub(super) fn tell(
        &mut self,
        process: &Process,
        file: &Path,
        format: Format,
        outcome: &Outcome,
        report: &Report,
    ) {
        let name = &process.name;
        let tasks = process.tasks.len();
        let jobs: usize = process.tasks.values().map(|task| task.jobs.len()).sum();
        let waits = process.tasks.values().map(|task| task.depends_on().len());
        let dependencies: usize = waits.sum();
        let from = format!("from {} ({format})", file.display());
        match outcome {
            Outcome::Created => print(&format!(
                "{} \"{name}\" {from}: tasks {tasks}, jobs {jobs}, dependencies {dependencies}",
                self.done("import", "Imported")
            )),
            Outcome::Updated(updated) if updated.is_nothing() => {
                print(&format!(
                    "\"{name}\" is up to date: {from} there is nothing new"
                ));
            }
            Outcome::Updated(updated) => print(&format!(
                "{} \"{name}\" {from}: tasks {tasks}, of which new {}, changed {}, as before {}",
                self.done("update", "Updated"),
                updated.added,
                updated.changed,
                updated.unchanged
            )),
        }
        if let Outcome::Updated(updated) = outcome {
            tell_update(updated);
        }
        for item in &report.left_out {
            print(&format!(
                "  left out: {}: {}",
                item.place(file),
                item.reason
            ));
        }
        if report.more_left_out > 0 {
            print(&format!(
                "  left out: {} more like these",
                report.more_left_out
            ));
        }
        for what in &report.not_carried_over {
            print(&format!("  not carried over: {what}"));
        }
        for what in &report.taken {
            print(&format!("  taken: {what}"));
        }
        self.processes += 1;
        self.tasks += tasks;
        self.jobs += jobs;
        self.dependencies += dependencies;
        self.left_out += report.left_out_count();
    }

    fn done(&self, would: &str, did: &str) -> String {
        if self.dry_run {
            format!("Would {would}")
        } else {
            did.to_owned()
        }
    }

    /// Says what it comes to, and answers the exit code.
    pub(super) fn finish(self) -> ExitCode {
        if self.processes == 0 {
            pm_cli::say(PROGRAM, &"nothing was imported");
        } else {
            let left_out = match (self.left_out, self.refused) {
                (0, 0) => "nothing left out".to_owned(),
                (items, 0) => format!("items left out {items}"),
                (items, refused) => format!("items left out {items}, and not imported {refused}"),
            };
            print(&format!(
                "In all: processes {}, tasks {}, jobs {}, dependencies {}; {left_out}",
                self.processes, self.tasks, self.jobs, self.dependencies
            ));
        }
        if self.refused > 0 || self.processes == 0 {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

fn tell_update(updated: &Updated) {
    for what in &updated.overruled {
        print(&format!(
            "  changed here as well, and the file's word was taken: {what}"
        ));
    }
    for what in &updated.refused {
        print(&format!("  not done: {what}"));
    }
    let gone = updated.gone.len();
    for name in updated.gone.iter().take(GONE_NAMED_MAX) {
        print(&format!(
            "  no longer in the file, and left as it is: \"{name}\""
        ));
    }
    if gone > GONE_NAMED_MAX {
        let more = gone - GONE_NAMED_MAX;
        print(&format!(
            "  no longer in the file, and left as they are: {more} more"
        ));
    }
}
