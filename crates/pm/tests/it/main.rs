//! The real program over real files: what it prints, and what it leaves behind.

#[cfg(test)]
mod beside;
#[cfg(test)]
mod code;
#[cfg(test)]
mod completing;
mod config;
#[cfg(test)]
mod database;
#[cfg(test)]
mod edit;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod input;
#[cfg(test)]
mod json;
#[cfg(test)]
mod output;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod prime;
#[cfg(test)]
mod project;
#[cfg(test)]
mod shell;
#[cfg(test)]
mod trash;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod watch;
