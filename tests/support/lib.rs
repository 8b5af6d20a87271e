//! What the end-to-end tests share: starting the real binaries and talking to them.
