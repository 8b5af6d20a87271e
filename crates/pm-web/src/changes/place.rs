//! Where a form moves something to.

use pm_core::model::Position;

use crate::form::{Form, Missing};

/// The field that says where to.
const TO: &str = "to";

/// The position that a form names, for what stands at `at` of `all`: in front of all or behind them,
/// one up or down, or in front of or behind the one that a second field names.
pub(super) fn position(
    form: &Form,
    all: &[&str],
    at: Option<usize>,
) -> Result<Position<String>, Missing> {
    let behind = |place: Option<usize>| {
        let before = place.and_then(|place| all.get(place));
        before.map_or(Position::First, |name| Position::After((*name).to_owned()))
    };
    Ok(match (form.get(TO), at) {
        ("first", _) => Position::First,
        ("up", Some(at)) => behind(at.checked_sub(2)),
        ("down", Some(at)) if at + 1 < all.len() => behind(Some(at + 1)),
        ("last" | "down", _) => Position::Last,
        ("before", Some(at)) => {
            let before = form.get("before");
            let place = all.iter().position(|name| *name == before);
            let place = place.ok_or(Missing("place"))?;
            // What is moved is passed over, as it leaves its old place.
            behind((0..place).rev().find(|place| *place != at))
        }
        ("after", _) if !form.get("after").is_empty() => {
            Position::After(form.get("after").to_owned())
        }
        _ => return Err(Missing("place")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_from_where_something_stands() {
        let all = ["a", "b", "c", "d"];
        let to = |to: &str, at: usize| {
            let form = Form::default().with("to", to);
            let form = form.with("after", " b ").with("before", " c ");
            position(&form, &all, Some(at)).unwrap()
        };
        let after = |name: &str| Position::After(name.to_owned());
        assert_eq!(to("first", 2), Position::First);
        assert_eq!(to("last", 2), Position::Last);
        assert_eq!(to("up", 3), after("b"));
        assert_eq!(
            (to("up", 1), to("up", 0)),
            (Position::First, Position::First)
        );
        assert_eq!(to("down", 0), after("b"));
        assert_eq!(to("down", 3), Position::Last);
        assert_eq!(to("after", 3), after("b"));
        assert_eq!((to("before", 3), to("before", 1)), (after("b"), after("a")));
        let first = Form::default().with("to", "before").with("before", "a");
        assert_eq!(position(&first, &all, Some(2)).unwrap(), Position::First);
        let gone = first.with("before", "e");
        assert!(position(&gone, &all, Some(2)).is_err());
        assert!(position(&Form::default(), &all, Some(1)).is_err());
    }
}
