//! The front end: pages for people who watch and steer what language models plan and do.
//!
//! [`FrontEnd`] is what the pages show and who may see it; `routes` says which address is which page.
//! A page is a handler, a template and a test side by side in `pages`; what several pages show is in
//! `parts`. What people change from a page is a form, taken in `changes`. Pages are made on the server,
//! and need no JavaScript. With it they hear of changes (`live`), ask for themselves again (`fresh`),
//! change what is different, and send forms without leaving the page.
//!
//! What models wrote is hostile: it reaches a page as a text, escaped and with its hidden characters
//! marked (`text`), or as Markdown without raw HTML (`rich_text`).

mod address;
mod admission;
mod assets;
mod changes;
mod colours;
mod cookie;
mod diff_lines;
mod download;
mod form;
mod found;
mod frame;
mod fresh;
mod front_end;
mod headers;
mod host;
mod lasting;
mod live;
mod login;
mod moment;
mod multipart;
mod names;
mod pages;
mod parts;
mod preferences;
mod problem;
mod prompts;
mod query;
mod rendered;
mod return_path;
mod rich_text;
mod routes;
mod same_origin;
mod server_state;
mod shown;
mod stray;
#[cfg(test)]
mod tests;
mod text;
mod visitor;

pub use front_end::{Access, FrontEnd};
pub use headers::{SameOriginOnly, StaysOpen};
pub use login::{Login, Logouts, SeveralLogins};
pub use prompts::Prompts;
pub use server_state::{Call, Caller, Examination, ServerState, Storage, StuckCaller};
pub use stray::{is_for_a_person, no_such_page, only_to_be_read, too_large};
