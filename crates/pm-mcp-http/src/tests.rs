//! Tests of the router and of the server over real connections, with a small server of tools.

mod connections;
mod router;
mod sessions;
mod stopping;
mod support;
