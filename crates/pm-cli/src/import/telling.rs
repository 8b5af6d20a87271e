//! What a person is told of an import: what was made of each file, what of it was not, and at the
//! end what it comes to.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

use pm_import::{Imported, Outcome, Report};

use crate::print;

/// Tells, and counts.
pub(super) struct Teller {
    /// The program in whose name it speaks.
    program: &'static str,
    dry_run: bool,
    refused: usize,
    processes: usize,
    tasks: usize,
    jobs: usize,
    dependencies: usize,
    left_out: usize,
}

impl Teller {
    pub(super) fn new(program: &'static str, dry_run: bool) -> Self {
        Self {
            program,
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
        crate::say(self.program, &why.to_string());
    }

    pub(super) fn has_refused(&self) -> bool {
        self.refused > 0
    }

    /// Names the items of a file that were left out of it, if it is not imported.
    pub(super) fn refuse_left_out(&mut self, file: &Path, report: &Report) {
        for line in report.left_out_lines(file) {
            self.refuse(&line);
        }
    }

    /// Says what a file became.
    pub(super) fn tell(&mut self, imported: &Imported, outcome: &Outcome) {
        let Imported {
            process,
            file,
            format,
            report,
        } = imported;
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
        for line in report.lines(file, outcome) {
            print(&format!("  {line}"));
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
            crate::say(self.program, &"nothing was imported");
        } else {
            let left_out = match (self.left_out, self.refused) {
                (0, 0) => "no item left out".to_owned(),
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
