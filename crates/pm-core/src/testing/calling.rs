//! What is kept of callers, by stores that keep something of them.

use super::{Check, Subject, Violation, by, same};
use crate::{Action, ProcessName};

pub(super) const CHECKS: &[Check] = &[(
    "the open process of a caller is kept, and followed to a new name",
    kept,
)];

fn kept(subject: &Subject) -> Result<(), Violation> {
    let Some(callers) = subject.store.open_processes() else {
        return Ok(());
    };
    let open = |caller: &str| callers.open_process(caller);
    let garden = subject.create("garden")?;
    same("what nobody has opened", open("ann")?, None)?;
    callers.set_open_process("ann", Some(&garden))?;
    same("what is open", open("ann")?, Some(garden.clone()))?;
    same("what another has open", open("bob")?, None)?;
    let park: ProcessName = "park".parse()?;
    let action = Action::new("rename_process", "renamed it");
    subject.store.rename(&garden, &park, &by("bob"), action)?;
    same("what has another name", open("ann")?, Some(park.clone()))?;
    let shed = subject.create("shed")?;
    callers.set_open_process("ann", Some(&shed))?;
    same("what was opened instead", open("ann")?, Some(shed.clone()))?;
    subject.store.delete(&shed, &by("bob"))?;
    same("what was deleted", open("ann")?, None)?;
    callers.set_open_process("bob", Some(&park))?;
    callers.set_open_process("bob", None)?;
    same("what was closed", open("bob")?, None)
}
