//! What a message says about itself, read in one pass before anything is made of its body, and what
//! is answered if it is no message.
//!
//! The library builds every value of a body before it knows what the message is; two million
//! numbers in four megabytes become hundreds of megabytes. So the message is walked first: its
//! values are counted, and nothing is kept but the few fields by which a request is routed, ordered
//! and refused. The walk ends as soon as there are too many values, and it finds whatever a parser
//! would refuse.

pub mod initialize;
mod loose_id;
mod malformed;
mod unread;
mod walk;

use serde::de::Deserializer as _;
use serde_json::Deserializer;

pub use self::malformed::Malformed;
pub use self::unread::{Id, Unread, Why};
use self::walk::{Field, Seen, Walk, Whole};

/// What is said of JSON-RPC that the protocol library can make nothing of.
pub const UNKNOWN_MESSAGE: &str = "this is no message of the Model Context Protocol";

/// What a message is, by the fields that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A call that is to be answered: a method and an id.
    Request,
    /// A method without an id.
    Notification,
    /// The answer to a request of ours.
    Response,
    /// An array, which was several messages in the revision of March 2025.
    Batch,
    /// Nothing of the kind.
    Other,
}

/// The fields of a message by which it is routed.
///
/// Of two fields of one name the last counts, as it does for a reader that takes a message loosely.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// What it is.
    pub kind: Kind,
    /// The id, also if the rest is odd.
    pub id: Option<Id>,
    /// The method of a request or notification.
    pub method: Option<String>,
    /// `params.name`: the tool, if the method is `tools/call`.
    pub tool: Option<String>,
    /// The client's name in `params._meta`, which the era without sessions sends.
    pub client: Option<String>,
    /// The revision of the protocol in `params._meta`, which the era without sessions sends.
    pub version: Option<String>,
    /// What keeps it from being a message of JSON-RPC, as the end of "Invalid request: ….".
    pub flaw: Option<&'static str>,
    /// How many values it holds. Names of members count as well; lists, objects and texts of more
    /// than 8 bytes count twice.
    pub values: usize,
}

impl Envelope {
    /// Walks over `body`, up to `max_values` values.
    pub fn read(body: &[u8], max_values: usize) -> Result<Self, Unread> {
        let mut found = Seen::new(max_values);
        let mut json = Deserializer::from_slice(body);
        let walked = (&mut json)
            .deserialize_any(Walk::new(&mut found))
            .and_then(|()| json.end());
        match walked {
            Ok(()) => Ok(Self::of(found)),
            Err(error) => Err(Unread {
                why: why(body, &found, error),
                id: loose_id::find(body),
            }),
        }
    }

    fn of(found: Seen) -> Self {
        let kind = match (&found.method, &found.id) {
            _ if found.whole == Whole::Array => Kind::Batch,
            (Field::Is(_), Field::Is(_)) => Kind::Request,
            (Field::Is(_), Field::Absent) => Kind::Notification,
            (Field::Absent, _) if found.has_outcome => Kind::Response,
            _ => Kind::Other,
        };
        Self {
            kind,
            flaw: flaw(&found),
            values: found.values,
            id: found.id.found(),
            method: found.method.found(),
            tool: found.tool,
            client: found.client,
            version: found.version,
        }
    }
}

fn why(body: &[u8], found: &Seen, error: serde_json::Error) -> Why {
    if body.trim_ascii().is_empty() {
        Why::Empty
    } else if found.values > found.max_values {
        Why::TooManyValues {
            limit: found.max_values,
        }
    } else if error.to_string().starts_with("recursion limit") {
        Why::TooDeep
    } else {
        Why::NoJson(error)
    }
}

fn flaw(found: &Seen) -> Option<&'static str> {
    match found.whole {
        Whole::Array => {
            return Some("batches are not supported; send each message in a request of its own");
        }
        Whole::Scalar => return Some("a message is a JSON object"),
        Whole::Object => {}
    }
    if found.json_rpc != Field::Is(()) {
        Some("\"jsonrpc\" must be \"2.0\"")
    } else if found.id == Field::Odd {
        Some("\"id\" must be a text or a number")
    } else if found.method == Field::Odd {
        Some("\"method\" must be a text")
    } else if found.method == Field::Absent && !found.has_outcome {
        Some("a message needs \"method\", \"result\" or \"error\"")
    } else if found.params == Field::Odd {
        Some("\"params\" must be an object")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MANY: usize = 100_000;

    fn read(body: &str) -> Envelope {
        Envelope::read(body.as_bytes(), MANY).unwrap()
    }

    fn refused(body: &[u8], max_values: usize) -> (String, Option<Id>) {
        let unread = Envelope::read(body, max_values).unwrap_err();
        (unread.why.to_string(), unread.id)
    }

    fn number(number: i32) -> Id {
        Id::Number(number.into())
    }

    #[test]
    fn the_fields_of_a_call_are_found_in_any_order_and_spelling() {
        let call = read(
            r#"{"params":{"arguments":{"name":"no","id":9,"_meta":{}},"n\u0061me":"task_new","_meta":{
            "io.modelcontextprotocol/clientInfo":{"version":"1","name":"agent"},
            "io.modelcontextprotocol/protocolVersion":"2026-07-28"}},
            "method":"tools/call","jsonrpc":"2.0","\u0069d":"seven"}"#,
        );
        assert_eq!((call.kind, call.flaw), (Kind::Request, None));
        assert_eq!(call.id, Some(Id::Text("seven".to_owned())));
        assert_eq!(call.method.as_deref(), Some("tools/call"));
        assert_eq!(call.tool.as_deref(), Some("task_new"));
        assert_eq!(call.client.as_deref(), Some("agent"));
        assert_eq!(call.version.as_deref(), Some("2026-07-28"));
    }

    #[test]
    fn each_kind_is_told_by_its_fields() {
        for (body, kind) in [
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, Kind::Request),
            (r#"{"jsonrpc":"2.0","method":"x"}"#, Kind::Notification),
            (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, Kind::Response),
            (r#"{"jsonrpc":"2.0","id":1,"error":{}}"#, Kind::Response),
            (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, Kind::Batch),
            (
                r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
                Kind::Other,
            ),
            ("{}", Kind::Other),
            ("7", Kind::Other),
        ] {
            assert_eq!(read(body).kind, kind, "{body}");
        }
    }

    #[test]
    fn what_is_no_message_says_why_and_keeps_its_id() {
        for (body, words, id) in [
            ("[]", "batches", None),
            ("7", "a JSON object", None),
            (
                r#"{"id":7,"method":"ping"}"#,
                "\"jsonrpc\"",
                Some(number(7)),
            ),
            (
                r#"{"jsonrpc":2.0,"id":7,"method":"x"}"#,
                "\"jsonrpc\"",
                Some(number(7)),
            ),
            (
                r#"{"jsonrpc":"2.0","id":7}"#,
                "needs \"method\"",
                Some(number(7)),
            ),
            (
                r#"{"jsonrpc":"2.0","id":7,"method":1}"#,
                "\"method\" must",
                Some(number(7)),
            ),
            (
                r#"{"jsonrpc":"2.0","id":[],"method":"x"}"#,
                "\"id\" must",
                None,
            ),
            (
                r#"{"jsonrpc":"2.0","id":7,"method":"x","params":[]}"#,
                "\"params\"",
                Some(number(7)),
            ),
        ] {
            let envelope = read(body);
            let flaw = envelope.flaw.unwrap_or_default();
            assert!(flaw.contains(words), "{body}: {flaw}");
            assert_eq!(envelope.id, id, "{body}");
        }
    }

    #[test]
    fn what_cannot_be_parsed_says_why_and_keeps_the_id_where_there_is_one() {
        let deep = format!(r#"{{"id":7,"params":{}"#, "[".repeat(200));
        for (body, words, id) in [
            (" ".as_bytes(), "empty", None),
            (b"{\"jsonrpc\":", "line 1 column 11", None),
            (
                br#"{"params":{"id":1,"a":NaN},"id":7}"#,
                "line 1 column",
                Some(number(7)),
            ),
            (
                br#"{"a":"\ud800","id":7}"#,
                "line 1 column",
                Some(number(7)),
            ),
            (b"{\"a\":\"\xff\",\"id\":7}", "line 1", Some(number(7))),
            (br#"{"id":7} {"id":8}"#, "trailing", Some(number(7))),
            (deep.as_bytes(), "deeper than 127", Some(number(7))),
        ] {
            let (why, found) = refused(body, MANY);
            assert!(why.contains(words), "{why}");
            assert_eq!(found, id, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn values_and_names_of_members_are_counted_and_lists_and_objects_twice() {
        let body = json!({"a": [1, {"b": null}], "c": "x"}).to_string();
        assert_eq!(read(&body).values, 12);
        assert!(Envelope::read(body.as_bytes(), 12).is_ok());
        let (why, _) = refused(body.as_bytes(), 11);
        assert_eq!(
            why,
            "the message holds more than 11 values (option --max-values)"
        );
    }

    #[test]
    fn a_body_of_too_many_values_is_given_up_long_before_its_end() {
        let body = format!(r#"{{"id":7,"params":[{}"#, "1,".repeat(2 << 20));
        let (why, id) = refused(body.as_bytes(), MANY);
        assert!(why.contains("more than 100000 values"), "{why}");
        assert_eq!(id, Some(number(7)), "it ends in the middle of nowhere");
    }

    #[test]
    fn as_deep_as_a_parser_goes_is_deep_enough() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        for levels in [1, 126, 127, 128, 129] {
            let body = nested(levels);
            let parsed = serde_json::from_str::<serde_json::Value>(&body).is_ok();
            let read = Envelope::read(body.as_bytes(), MANY).is_ok();
            assert_eq!(read, parsed, "{levels}");
        }
    }
}
