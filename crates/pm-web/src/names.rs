//! The names in the path of an address.

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::problem::Problem;

/// The names in the path, decoded; a page says so if they are no text.
#[derive(Debug)]
pub(crate) struct Names<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for Names<T>
where
    Path<T>: FromRequestParts<S, Rejection = PathRejection>,
    S: Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(names)) => Ok(Self(names)),
            Err(_) => Err(Problem::bad_address()),
        }
    }
}
