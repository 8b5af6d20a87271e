//! Finding the colours of lines of code, for a page that showed them plain and is asked for again.

use axum::extract::State;
use http::StatusCode;

use super::A_PAGE;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::problem::Problem;
use crate::query::Query;
use crate::shown::Place;

/// Answers when the colours are known.
pub(crate) async fn find(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
    query: Query,
) -> Result<StatusCode, Problem> {
    let version = query.number("v")?;
    let first = query.number("from")?.unwrap_or(1);
    let lines = query.number("lines")?.unwrap_or(A_PAGE).min(A_PAGE);
    let read = move |manager: &_| {
        let shown = place.find(manager)?;
        let names = (place.task.as_str(), place.code.as_str());
        let (_, version) = shown.version(manager, names, version)?;
        let snippet = version.snippet;
        Ok((snippet.name.clone(), snippet.content.clone()))
    };
    let (name, content) = front.read(read).await?;
    front.colours().find(name, content, first - 1, lines).await;
    Ok(StatusCode::NO_CONTENT)
}
