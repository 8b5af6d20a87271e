//! What a terminal shows, made of what the core knows: lines of safe text, aligned and within the
//! width.

pub(crate) mod columns;
pub(crate) mod line;
pub(crate) mod moment;
pub(crate) mod process_view;
pub(crate) mod shape;
pub(crate) mod task_view;
