//! End-to-end tests over the real binaries, in one test binary.

// `cfg(test)` is always on here; it tells clippy that helpers of tests may panic, too.
#[cfg(test)]
mod accept;
#[cfg(test)]
mod access;
#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod bad_files;
#[cfg(test)]
mod callers;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod check;
#[cfg(test)]
mod chores_over_database;
#[cfg(test)]
mod code;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod descriptions;
#[cfg(test)]
mod differences;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod eras;
#[cfg(test)]
mod frozen_database;
#[cfg(test)]
mod health;
#[cfg(test)]
mod held;
#[cfg(test)]
mod hidden_text;
#[cfg(test)]
mod history;
#[cfg(test)]
mod import;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod live;
#[cfg(test)]
mod log;
#[cfg(test)]
mod login;
#[cfg(test)]
mod long_lists;
#[cfg(test)]
mod malformed;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod order;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod parity;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod project;
#[cfg(test)]
mod read_only;
#[cfg(test)]
mod reference_files;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod several_processes;
#[cfg(test)]
mod shutdown;
#[cfg(test)]
mod status;
#[cfg(test)]
mod store_copies;
#[cfg(test)]
mod stored_file;
#[cfg(test)]
mod subscriptions;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod tool_list;
#[cfg(test)]
mod trash;
#[cfg(test)]
mod two_servers;
#[cfg(test)]
mod whole_loop;
