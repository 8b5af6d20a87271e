//! Requests that meet no page, for whoever serves the pages beside other things: a person gets a
//! page, and a program what the server has for programs.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use crate::form::TooLarge;
use crate::headers::secured;
use crate::multipart::file_bytes_max;
use crate::problem::Problem;
use crate::same_origin::own_page;

/// Whether a request comes from somebody who looks at the answer: browsers ask for HTML if they
/// follow a link, and no MCP client does.
pub fn is_for_a_person(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.contains("text/html"))
}

/// The page for an address that has none.
pub async fn no_such_page() -> Response {
    secured(Problem::no_such_page().into_response()).await
}

/// The page for what has more bytes than a request may have, by the path that it was sent to.
pub async fn too_large(path: &str, body_bytes_max: usize) -> Response {
    let problem = match path {
        "/import" => Problem::too_large_a_file(file_bytes_max(body_bytes_max)),
        _ => Problem::from(TooLarge),
    };
    secured(problem.into_response()).await
}

/// The page for what should have changed something, on a server where nothing can be changed. What
/// comes from elsewhere learns no more here than at any other address.
pub async fn only_to_be_read(headers: &HeaderMap) -> Response {
    let problem = match own_page(headers) {
        Some(_) => Problem::only_to_be_read(),
        None => Problem::not_from_here(),
    };
    secured(problem.into_response()).await
}
