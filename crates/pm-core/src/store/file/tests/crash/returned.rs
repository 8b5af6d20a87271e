//! A process that went and came back under the same file name, while another program still knows
//! it: what that one writes lasts, even if the program that brought it back was ended before the
//! name was durable.

use super::disk::Disk;
use super::fault::{Fault, FaultKind};
use super::machine::Machine;
use super::run::{Program, clock};
use super::step::process_name;
use super::survivors::Survivors;
use crate::{Error, ProcessManager, TaskName};

/// How many of the disks that a crash may leave are tried at each moment.
const DISKS: usize = 40;

/// Has a program write to a process that it knows, after another one did `there_and_back` and was
/// ended at each moment of it; answers how often it wrote.
fn write_after(there_and_back: impl Fn(&ProcessManager) -> Result<(), Error>) -> usize {
    let name = process_name(0);
    let mut rng = fastrand::Rng::with_seed(1);
    let mut written = 0;
    for moment in 0.. {
        let clock = clock();
        let machine = Machine::new(Disk::new(), None);
        let writer = Program::start(&machine, &clock).unwrap();
        writer.manager.create_process(name.clone(), "").unwrap();
        let task = |task: &str| task.parse().unwrap();
        writer.manager.add_task(&name, task("first"), "").unwrap();
        let other = Program::start(&machine, &clock).unwrap();
        let (at, kind) = (machine.operations().len() + moment, FaultKind::Killed);
        machine.arm(Some(Fault { at, kind }));
        // The call is refused if the program was ended.
        let _ = there_and_back(&other.manager);
        machine.arm(None);
        if machine.operations().len() <= at {
            break;
        }
        // At a mere look no program is ended.
        if !other.fs.is_dead() || writer.manager.add_task(&name, task("second"), "").is_err() {
            continue;
        }
        written += 1;
        let disk = machine.disk();
        let survivors = Survivors::of(&disk);
        for plan in survivors.plans(DISKS, &mut rng) {
            let machine = Machine::new(survivors.disk(&plan), None);
            let found = Program::start(&machine, &clock).unwrap().view().unwrap();
            let kept = found.get(&name).is_some_and(|process| {
                let tasks = process.tasks.keys().map(TaskName::as_str);
                tasks.eq(["first", "second"])
            });
            assert!(
                kept,
                "ended at moment {moment}: {found:?}\n{}",
                survivors.describe(&plan)
            );
        }
    }
    written
}

#[test]
fn what_is_written_behind_a_restored_name_lasts() {
    let name = process_name(0);
    let written = write_after(|other| {
        other.delete_process(&name)?;
        other.restore_process(name.as_str(), None).map(drop)
    });
    assert!(written > 10, "{written}");
}

#[test]
fn what_is_written_behind_a_name_that_came_back_lasts() {
    let (name, new) = (process_name(0), process_name(1));
    let written = write_after(|other| {
        other.rename_process(&name, &new)?;
        other.rename_process(&new, &name).map(drop)
    });
    assert!(written > 10, "{written}");
}
