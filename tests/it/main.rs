//! End-to-end tests over the real binaries, in one test binary.

// `cfg(test)` is always on here; it tells clippy that helpers of tests may panic, too.
#[cfg(test)]
mod health;
