//! End-to-end tests over the real binaries, in one test binary.

// `cfg(test)` is always on here; it tells clippy that helpers of tests may panic, too.
#[cfg(test)]
mod bad_files;
#[cfg(test)]
mod health;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod several_processes;
