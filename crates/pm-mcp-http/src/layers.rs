//! What every request passes before it reaches a handler, and in which order.
//!
//! From the outside in:
//!
//! 1. **Sensitive headers**: `Authorization` and `Cookie` are marked, so that no later `Debug` print
//!    shows them.
//! 2. **Trace**: one log line a request, at the edge; 5xx answers other than 503 are the only ones
//!    above `debug`.
//! 3. **[`cors`]**: checks `Host`, `Origin` and the size of the [`head`], answers `OPTIONS`, and
//!    puts the CORS headers on whatever comes out of the layers within, refusals and failures
//!    included: a browser can read a 401 or a 404 only if they are there. A page or a name that is
//!    refused is told to the log ([`refused_callers`]): what a browser shows for it says nothing.
//! 4. **Panics** become a 500, inside CORS for the same reason.
//!
//! And then, in one layer ([`before`]):
//!
//! 5. **[`auth`]**, on the protected routes alone. After CORS, since a preflight carries no token.
//! 6. **[`limits`]**: reads the body, which takes its share of a [`budget`] that all large ones
//!    have together. After the token, so that a stranger cannot make us buffer.
//! 7. **Running calls** ([`crate::shutdown`]): counts the request until its answer has been sent.
//!    Last, so that a client that never finishes its request does not hold up the end of the
//!    server.

pub mod auth;
pub mod authority;
pub mod before;
pub mod budget;
pub mod cors;
pub mod head;
pub mod host;
pub mod limits;
pub mod origin;
pub mod refused_callers;
