//! The addresses of pages. A name is one segment of its own, whatever is in it, and an address holds
//! all that a page shows.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is written as it is in a segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A name as a segment of a path.
///
/// Browsers take `.` and `..` for steps, also as `%2E`, and an empty segment for none at all. With
/// a space behind it, such a name is a segment like any other, and names are looked up without that
/// space.
pub(crate) fn segment(name: &str) -> String {
    let mut segment = utf8_percent_encode(name, SEGMENT).to_string();
    if matches!(name, "" | "." | "..") {
        segment.push_str("%20");
    }
    segment
}

/// The name that a segment stands for.
pub(crate) fn name(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

/// The page of a process.
pub(crate) fn process(process: &(impl AsRef<str> + ?Sized)) -> String {
    format!("/p/{}", segment(process.as_ref()))
}

/// A file that cannot be used, as it is.
pub(crate) fn unusable(file: &str) -> String {
    format!("/unusable/{}", segment(file))
}

/// The page of a process as it was at a revision.
pub(crate) fn past(process: &(impl AsRef<str> + ?Sized), revision: u64) -> String {
    format!("{}/at/{revision}", self::process(process))
}

/// The page of a task.
pub(crate) fn task(
    process: &(impl AsRef<str> + ?Sized),
    task: &(impl AsRef<str> + ?Sized),
) -> String {
    task_below(&self::process(process), task)
}

/// The page of a task of the process whose page this is, as it is or as it was.
pub(crate) fn task_below(page: &str, task: &(impl AsRef<str> + ?Sized)) -> String {
    format!("{page}/t/{}", segment(task.as_ref()))
}

/// The page of a code snippet of the task whose page this is.
pub(crate) fn snippet_below(page: &str, snippet: &(impl AsRef<str> + ?Sized)) -> String {
    format!("{page}/c/{}", segment(snippet.as_ref()))
}

/// Where changes of a job are sent, which has no page of its own; it is named by its key.
pub(crate) fn job(
    process: &(impl AsRef<str> + ?Sized),
    task: &(impl AsRef<str> + ?Sized),
    key: &str,
) -> String {
    format!("{}/j/{}", self::task(process, task), segment(key))
}

/// The page of a code snippet.
pub(crate) fn snippet(
    process: &(impl AsRef<str> + ?Sized),
    task: &(impl AsRef<str> + ?Sized),
    snippet: &(impl AsRef<str> + ?Sized),
) -> String {
    snippet_below(&self::task(process, task), snippet)
}

/// The login, and the page to go on to from there.
pub(crate) fn login(to: &str) -> String {
    let to = if to == "/" { "" } else { to };
    with_query("/login", &[("to", to)])
}

/// An address with a query of the pairs that are not empty.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// An address with this value for a name in its query, in place of any other; without a value, the
/// name is taken out.
pub(crate) fn with_value(address: &str, name: &str, value: Option<&str>) -> String {
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (address, String::new()),
    };
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs = form_urlencoded::parse(query.as_bytes());
    let others = pairs.into_owned().filter(|(key, _)| key != name);
    let own = value.map(|value| (name.to_owned(), value.to_owned()));
    let pairs: Vec<(String, String)> = others.chain(own).collect();
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    format!("{}{fragment}", with_query(path, &pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment_whatever_is_in_it() {
        assert_eq!(process("Garden Planner"), "/p/Garden%20Planner");
        assert_eq!(task("a/b", "c?d#e"), "/p/a%2Fb/t/c%3Fd%23e");
        assert_eq!(snippet("土", "\\", "%2E"), "/p/%E5%9C%9F/t/%5C/c/%252E");
        assert_eq!(segment("<\"'&>"), "%3C%22%27%26%3E");
        assert_eq!(segment("main.rs"), "main.rs");
    }

    #[test]
    fn a_step_of_a_path_is_none_as_a_name() {
        assert_eq!(process(".."), "/p/..%20");
        assert_eq!(process("."), "/p/.%20");
        assert_eq!(process(""), "/p/%20");
        assert_eq!(process("..."), "/p/...");
    }

    #[test]
    fn a_query_has_what_says_something() {
        let address = with_query("/search", &[("q", "a&b c"), ("status", "")]);
        assert_eq!(address, "/search?q=a%26b+c");
        assert_eq!(with_query("/", &[("q", "")]), "/");
    }

    #[test]
    fn a_value_takes_the_place_of_another() {
        let board = "/p/a%2Fb?view=board&made=3&q=a+b#t-x";
        let changed = with_value(board, "made", Some("4"));
        assert_eq!(changed, "/p/a%2Fb?view=board&q=a+b&made=4#t-x");
        assert_eq!(with_value("/", "made", Some("1")), "/?made=1");
        assert_eq!(with_value("/p/a?made=3", "made", None), "/p/a");
    }

    #[test]
    fn the_login_knows_where_to_go_on() {
        assert_eq!(login("/"), "/login");
        assert_eq!(
            login("/p/a%2Fb?q=c&view=board"),
            "/login?to=%2Fp%2Fa%252Fb%3Fq%3Dc%26view%3Dboard"
        );
    }
}
