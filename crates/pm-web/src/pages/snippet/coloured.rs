//! The colours of lines of code, for a page that shows them plain.

use askama::Template;
use axum::extract::State;

use super::A_PAGE;
use crate::colours::Code;
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::pages::code::{Line, lines};
use crate::problem::Problem;
use crate::query::Query;
use crate::shown::Place;

/// What stands in the lines behind their numbers.
#[derive(Template)]
#[template(path = "parts/coloured.html")]
struct Part<'a> {
    lines: Vec<Line<'a>>,
}

/// Answers as soon as the colours are known.
pub(crate) async fn find(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
    query: Query,
) -> Result<Tagged, Problem> {
    let version = query.number("v")?;
    let first = query.number("from")?.unwrap_or(1);
    let most = query.number("lines")?.unwrap_or(A_PAGE);
    let read = move |manager: &_| {
        let shown = place.find(manager)?;
        let names = (place.task.as_str(), place.code.as_str());
        let (_, version) = shown.version(manager, names, version)?;
        let snippet = version.snippet;
        Ok((snippet.name.clone(), snippet.content.clone()))
    };
    let (name, content) = front.read(read).await?;
    let colours = front.colours();
    colours.find(name.clone(), content.clone(), first - 1).await;
    let (lines, _) = lines(&Code::new(&name, &content), first, most, &colours);
    Ok(Tagged::new(Part { lines }.render()?))
}
