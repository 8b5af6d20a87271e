//! Patches say all that changed and nothing else, apply only if they fit, and can be taken back.

mod edits;
mod overlaps;
pub(crate) mod random;

use proptest::prelude::*;

use self::random::{Step, run, steps};
use super::*;
use crate::{Process, ProcessName};

/// A process that nothing was done to.
fn empty() -> Process {
    Process::new(
        ProcessName::stored("Garden Planner"),
        String::new(),
        Timestamp::stored("then"),
    )
}

/// The settled state that `steps` lead to.
fn state(steps: &[Step]) -> Process {
    let mut process = changed(&empty(), steps);
    process.settle();
    process
}

/// What `steps` make of `process`.
fn changed(process: &Process, steps: &[Step]) -> Process {
    let mut process = process.clone();
    for step in steps {
        run(step, &mut process);
    }
    process
}

fn applied(patch: &Patch, to: &Process) -> Process {
    let mut process = to.clone();
    process
        .apply(patch)
        .unwrap_or_else(|misfit| panic!("{misfit}: {patch:#?}"));
    process
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_patch_leads_there_and_its_inverse_back(before in steps(), after in steps()) {
        let old = state(&before);
        let new = changed(&old, &after);
        let patch = Patch::between(&old, &new);
        prop_assert_eq!(&applied(&patch, &old), &new);
        prop_assert_eq!(&applied(&patch.inverse(), &new), &old);
        prop_assert_eq!(patch.is_empty(), old == new, "{:#?}", patch);
        prop_assert_eq!(patch.inverse().inverse(), patch);
    }

    #[test]
    fn a_full_comparison_says_the_same(before in steps(), after in steps()) {
        let old = state(&before);
        let new = changed(&old, &after);
        let compared = Patch::compared(&old, &new);
        prop_assert_eq!(&applied(&compared, &old), &new);
        prop_assert_eq!(&applied(&compared.inverse(), &new), &old);
        prop_assert_eq!(compared.is_empty(), Patch::between(&old, &new).is_empty());
    }

    #[test]
    fn states_that_do_not_come_from_each_other_are_compared(one in steps(), other in steps()) {
        let (old, new) = (state(&one), state(&other));
        let patch = Patch::between(&old, &new);
        prop_assert_eq!(&applied(&patch, &old), &new);
        prop_assert_eq!(&applied(&patch.inverse(), &new), &old);
        prop_assert_eq!(patch.is_empty(), old == new);
    }

    #[test]
    fn patches_of_one_change_after_the_other_lead_through_all_states(changes in prop::collection::vec(steps(), 1..6)) {
        let mut states = vec![empty()];
        let mut patches = Vec::new();
        for change in &changes {
            let old = states.last().unwrap();
            let mut new = changed(old, change);
            patches.push(Patch::between(old, &new));
            new.settle();
            states.push(new);
        }
        let mut process = states.pop().unwrap();
        for patch in patches.iter().rev() {
            process.apply(&patch.inverse()).unwrap();
            let expected = states.pop().unwrap();
            prop_assert_eq!(&process, &expected);
        }
    }

    #[test]
    fn what_is_applied_is_noted_as_touched(before in steps(), after in steps()) {
        let old = state(&before);
        let new = changed(&old, &after);
        let patch = Patch::compared(&old, &new);
        let applied = applied(&patch, &old);
        let again = Patch::between(&old, &applied);
        let mut followed = old.clone();
        followed.apply(&again).unwrap();
        prop_assert_eq!(&followed, &new);
    }

    #[test]
    fn a_patch_applies_whole_or_not_at_all(one in steps(), other in steps(), change in steps()) {
        let old = state(&one);
        let new = changed(&old, &change);
        let patch = Patch::between(&old, &new);
        let elsewhere = state(&other);
        let mut process = elsewhere.clone();
        match process.apply(&patch) {
            Ok(()) => prop_assert!(elsewhere.clone().apply_fitting(&patch).is_empty()),
            Err(misfit) => {
                prop_assert_eq!(&process, &elsewhere);
                let rest = process.apply_fitting(&patch);
                prop_assert!(rest.contains(&patch.0[misfit.edit]));
            }
        }
    }

    #[test]
    fn what_nothing_later_touched_can_be_taken_back(before in steps(), change in steps(), later in prop::collection::vec(steps(), 0..3)) {
        let old = state(&before);
        let mut present = changed(&old, &change);
        let mut patch = Patch::between(&old, &present);
        for steps in &later {
            present.settle();
            let since = changed(&present, steps);
            let later = Patch::between(&present, &since);
            if patch.overlaps(&later) {
                return Ok(());
            }
            patch = patch.carried_past(&later);
            present = since;
        }
        let undone = applied(&patch.inverse(), &present);
        let redone = applied(&patch, &undone);
        // What came back may stand behind what came meanwhile.
        let order = |edit: &Edit| matches!(edit, Edit::Order { .. });
        let rest = Patch::compared(&present, &redone);
        prop_assert!(rest.0.iter().all(order), "{rest:#?}");
    }
}
