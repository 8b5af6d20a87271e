//! Comments on a task, carried past others that were left or taken back on it later: each stands by
//! itself, though one field holds them all.

use serde_json::value::{RawValue, to_raw_value};

use super::super::{Edit, Entity, FieldValue, Patch};
use crate::model::{COMMENTS, comment_entries};

/// The comments in a field, each as JSON.
type Comments = Vec<Box<RawValue>>;

impl Patch {
    /// Lets the comments of this patch stand beside those that `later` adds or takes away, and
    /// answers whether they do. They do not if one of them goes with `later`.
    pub(super) fn lets_comments_stay(&mut self, later: &Edit) -> bool {
        let Some((task, there, left)) = comments_of(later) else {
            return false;
        };
        let own = self.0.iter_mut().rev().find_map(|edit| match edit {
            Edit::Field {
                entity,
                field,
                old,
                new,
            } if entity == task && field == COMMENTS => Some((old, new)),
            _ => None,
        });
        let Some((old, new)) = own else {
            return false;
        };
        let (before, after) = (comments(old.as_deref()), comments(new.as_deref()));
        let gone = without(&there, &left);
        let is_own = |comment: &RawValue| has(&before, comment) != has(&after, comment);
        let is_present = after.len() == there.len() && after.iter().all(|it| has(&there, it));
        if !is_present || gone.iter().any(|comment| is_own(comment)) {
            return false;
        }
        // As it would be now without this patch: what it added is not there, and what it took
        // away stands behind what stood in front of it.
        let mut now = without(&left, &without(&after, &before));
        for (index, comment) in before.iter().enumerate() {
            if !has(&after, comment) {
                let in_front = before.get(..index).unwrap_or_default();
                let place = now.iter().rposition(|it| has(in_front, it));
                now.insert(place.map_or(0, |place| place + 1), comment.clone());
            }
        }
        *old = field_of(&now);
        *new = field_of(&left);
        true
    }
}

/// The task and its comments before and after an edit of them.
fn comments_of(edit: &Edit) -> Option<(&Entity, Comments, Comments)> {
    match edit {
        Edit::Field {
            entity: entity @ Entity::Task(_),
            field,
            old,
            new,
        } if field == COMMENTS => {
            Some((entity, comments(old.as_deref()), comments(new.as_deref())))
        }
        _ => None,
    }
}

fn comments(field: Option<&RawValue>) -> Comments {
    field.map_or_else(Vec::new, |json| comment_entries(json.get()))
}

fn field_of(comments: &Comments) -> Option<FieldValue> {
    let some = (!comments.is_empty()).then_some(comments);
    some.and_then(|comments| to_raw_value(comments).ok())
}

fn has(comments: &[Box<RawValue>], wanted: &RawValue) -> bool {
    comments.iter().any(|comment| comment.get() == wanted.get())
}

/// The comments that are not among others.
fn without(all: &Comments, others: &Comments) -> Comments {
    let rest = all.iter().filter(|comment| !has(others, comment));
    rest.cloned().collect()
}
