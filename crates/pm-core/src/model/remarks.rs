//! What people and models say of a task beside the plan: comments, which are only ever added, and
//! labels. Like the fields of the plan they live among the fields of the file.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::plan_fields::{COMMENTS, LABELS};
use super::{TASK_FIELDS, Task};
use crate::name::Label;
use crate::{Timestamp, folded};

/// What somebody left on a task: what they found, asked or decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// When it was left, if the file says it.
    pub at: Option<Timestamp>,
    /// Who left it, if the file says it.
    pub by: Option<String>,
    /// What it says.
    pub text: String,
}

/// The form of a comment in a file.
#[derive(Serialize, Deserialize)]
struct CommentOnDisk {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    text: String,
}

impl From<&Comment> for CommentOnDisk {
    fn from(comment: &Comment) -> Self {
        Self {
            at: comment.at.as_ref().map(Timestamp::to_string),
            by: comment.by.clone(),
            text: comment.text.clone(),
        }
    }
}

impl Comment {
    /// Reads an entry of the field. If it was written by hand and is not a comment, its text is
    /// that of the comment.
    fn of(entry: &RawValue) -> Self {
        let json = entry.get();
        if let Ok(comment) = serde_json::from_str::<CommentOnDisk>(json) {
            return Self {
                at: comment.at.map(Timestamp::stored),
                by: comment.by,
                text: comment.text,
            };
        }
        Self {
            at: None,
            by: None,
            text: serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()),
        }
    }
}

/// The entries of the field of comments, which is given as JSON, each to the letter; `null` has
/// none, and anything else that is not a list is one entry.
pub(crate) fn comment_entries(json: &str) -> Vec<Box<RawValue>> {
    match serde_json::from_str(json) {
        Ok(entries) => entries,
        Err(_) if json == "null" => Vec::new(),
        Err(_) => RawValue::from_string(json.to_owned()).into_iter().collect(),
    }
}

/// Reads the field of comments, which is given as JSON.
pub(crate) fn comments_of(json: &str) -> Vec<Comment> {
    let entries = comment_entries(json);
    entries.iter().map(|entry| Comment::of(entry)).collect()
}

impl Task {
    /// What was left on it, oldest first.
    pub fn comments(&self) -> Vec<Comment> {
        let field = self.file_fields.get(COMMENTS);
        field
            .map(|json| comments_of(json.get()))
            .unwrap_or_default()
    }

    /// Its labels, in order.
    pub fn labels(&self) -> Vec<Label> {
        let json = self.file_fields.get(LABELS);
        let labels = json.and_then(|json| serde_json::from_str(json.get()).ok());
        let labels: Vec<String> = labels.unwrap_or_default();
        labels.into_iter().map(Label::stored).collect()
    }

    /// Whether it has a label of this name, but for case and punctuation.
    pub fn has_label(&self, wanted: &str) -> bool {
        let wanted = folded(wanted);
        let mut labels = self.labels().into_iter();
        labels.any(|label| folded(label.as_str()) == wanted)
    }

    /// Adds a comment behind the others, which stay as they stand in the file.
    pub fn add_comment(&mut self, comment: &Comment) {
        let field = self.file_fields.get(COMMENTS);
        let mut entries = field.map_or_else(Vec::new, |json| comment_entries(json.get()));
        // Nothing here fails to be written down; the fallback keeps this free of a panic.
        entries.extend(to_raw_value(&CommentOnDisk::from(comment)));
        self.file_fields.put(COMMENTS, Some(&entries), TASK_FIELDS);
    }

    /// Sets all labels; of several that differ only in case and punctuation the first is kept.
    pub fn set_labels(&mut self, labels: &[Label]) {
        let mut kept: Vec<&str> = Vec::new();
        for label in labels.iter().map(Label::as_str) {
            if kept.iter().all(|known| folded(known) != folded(label)) {
                kept.push(label);
            }
        }
        let labels = (!kept.is_empty()).then_some(&kept);
        self.file_fields.put(LABELS, labels, TASK_FIELDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(text: &str) -> Comment {
        Comment {
            at: Some(Timestamp::stored("2026-01-01T00:00:00Z")),
            by: Some("ada".to_owned()),
            text: text.to_owned(),
        }
    }

    fn task() -> Task {
        Task::new(String::new(), Timestamp::stored("2026-01-01T00:00:00Z"))
    }

    #[test]
    fn comments_are_added_behind_the_others() {
        let mut task = task();
        assert_eq!(task.comments(), []);
        task.add_comment(&comment("too wet"));
        task.add_comment(&comment("dry by now"));
        assert_eq!(task.comments(), [comment("too wet"), comment("dry by now")]);
    }

    #[test]
    fn what_was_written_by_hand_is_kept_to_the_letter() {
        for (json, texts, before) in [
            (r#""too wet""#, vec!["too wet"], r#""too wet","#),
            ("[1, \"dry\"]", vec!["1", "dry"], r#"1,"dry","#),
            ("null", vec![], ""),
            (
                r#"[{"text": "wet", "at":  "today", "mood": "bad"}]"#,
                vec!["wet"],
                r#"{"text": "wet", "at":  "today", "mood": "bad"},"#,
            ),
        ] {
            let mut task = task();
            let by_hand = RawValue::from_string(json.to_owned()).ok();
            task.file_fields.set(COMMENTS, by_hand, TASK_FIELDS);
            task.add_comment(&comment("new"));
            let said: Vec<String> = task.comments().into_iter().map(|it| it.text).collect();
            assert_eq!(said, [texts, vec!["new"]].concat());
            let field = task.file_fields.get(COMMENTS).unwrap().get();
            assert!(field.starts_with(&format!("[{before}{{")), "{field}");
        }
    }

    #[test]
    fn labels_are_set_as_a_whole_and_each_stands_once() {
        let mut task = task();
        let labels = |words: &[&str]| -> Vec<Label> {
            words.iter().map(|word| word.parse().unwrap()).collect()
        };
        task.set_labels(&labels(&["needs water", "spring", "Needs-Water"]));
        assert_eq!(task.labels(), labels(&["needs water", "spring"]));
        assert!(task.has_label("SPRING") && task.has_label("needs_water"));
        assert!(!task.has_label("water"));
        task.set_labels(&[]);
        assert_eq!(task.labels(), []);
        assert!(task.file_fields.get(LABELS).is_none());
    }
}
