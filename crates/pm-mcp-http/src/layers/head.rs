//! The head of a request: how large its target and its headers may be.

use axum::extract::Request;

use crate::refusal::Refusal;

/// The most bytes that a head may have.
///
/// The HTTP library compares a limit of its own only with a head that has not arrived in full, so a
/// larger one that comes in few pieces gets through.
pub const MAX_BYTES: usize = 64 << 10;

/// What a header takes besides its name and value: a colon, a space and the line's end.
const AROUND_HEADER: usize = 4;

/// Refuses a head that is too large.
pub fn check(request: &Request) -> Result<(), Refusal> {
    let uri = request.uri();
    let target = uri.path().len() + uri.query().map_or(0, str::len);
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + AROUND_HEADER);
    if target + headers.sum::<usize>() > MAX_BYTES {
        return Err(Refusal::HeadTooLarge { limit: MAX_BYTES });
    }
    Ok(())
}
