//! End-to-end tests over the real binaries, in one test binary.
