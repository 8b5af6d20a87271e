//! How much an answer may take, in bytes of compact JSON.

/// The least limit that is granted: room for the notice and a few fields.
pub const MIN_ANSWER_LIMIT: usize = 1024;

/// What is kept free for the notice of what was left out.
pub(crate) const NOTICE_BYTES: usize = 448;

/// What `success` takes, which is added to every answer.
pub(crate) const SUCCESS_BYTES: usize = r#""success":true,"#.len();
