//! What stands behind the question mark of an address. A name that nobody knows there is passed
//! over; a value that cannot be read is refused.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::problem::Problem;

/// The pairs of a query.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    fn of(query: &str) -> Self {
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The value of a name, without the space around it; empty if it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// The number of a name, from 1.
    pub(crate) fn number(&self, name: &'static str) -> Result<Option<usize>, Problem> {
        match self.get(name) {
            "" => Ok(None),
            value => match value.parse() {
                Ok(0) | Err(_) => Err(Problem::not_a_number(name, value)),
                Ok(number) => Ok(Some(number)),
            },
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_of_a_name_counts() {
        let query = Query::of("q=+a%26b&v=3&q=c&x");
        assert_eq!(query.get("q"), "a&b");
        assert_eq!(query.number("v").unwrap(), Some(3));
        assert_eq!(query.number("with").unwrap(), None);
        assert_eq!(query.get("x"), "");
    }

    #[test]
    fn what_is_no_number_is_told() {
        for wrong in ["v=x", "v=0", "v=-1", "v=99999999999999999999999"] {
            assert!(Query::of(wrong).number("v").is_err(), "{wrong}");
        }
    }
}
