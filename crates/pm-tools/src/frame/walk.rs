//! The walk over a body: it visits every value, keeps a few, and builds none.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::unread::Id;

/// A member of a message that has to be of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field<T> {
    Absent,
    Is(T),
    /// It is there, and of another kind.
    Odd,
}

impl<T> Field<T> {
    /// What it is, if it is of its kind.
    pub(super) fn found(self) -> Option<T> {
        match self {
            Self::Is(found) => Some(found),
            Self::Absent | Self::Odd => None,
        }
    }
}

/// What the whole body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Object,
    Array,
    Scalar,
}

/// What the walk has seen so far.
#[derive(Debug)]
pub(super) struct Seen {
    /// How many values there may be.
    pub(super) max_values: usize,
    /// How many there were, the names of members among them.
    pub(super) values: usize,
    /// What the whole is.
    pub(super) whole: Whole,
    /// `jsonrpc`, which has to be `"2.0"`.
    pub(super) json_rpc: Field<()>,
    /// The id, a text or a number.
    pub(super) id: Field<Id>,
    /// The method, a text.
    pub(super) method: Field<String>,
    /// The params, an object.
    pub(super) params: Field<()>,
    /// Whether there is a result or an error.
    pub(super) has_outcome: bool,
    /// `params.name`.
    pub(super) tool: Option<String>,
    /// The client's name in `params._meta`.
    pub(super) client: Option<String>,
    /// The protocol's version in `params._meta`.
    pub(super) version: Option<String>,
}

impl Seen {
    /// Nothing, yet.
    pub(super) fn new(max_values: usize) -> Self {
        Self {
            max_values,
            values: 0,
            whole: Whole::Scalar,
            json_rpc: Field::Absent,
            id: Field::Absent,
            method: Field::Absent,
            params: Field::Absent,
            has_outcome: false,
            tool: None,
            client: None,
            version: None,
        }
    }

    /// Counts one more value. A list, an object and a long text count twice: what they become takes
    /// more memory, and most of all if each holds the next.
    fn count<E: Error>(&mut self) -> Result<(), E> {
        self.values += 1;
        if self.values > self.max_values {
            return Err(E::custom("too many values"));
        }
        Ok(())
    }

    /// Notes a value of a kind that is not looked for at its place.
    fn odd(&mut self, at: At) {
        match at {
            At::JsonRpc => self.json_rpc = Field::Odd,
            At::Id => self.id = Field::Odd,
            At::Method => self.method = Field::Odd,
            At::Params => self.params = Field::Odd,
            At::Outcome => self.has_outcome = true,
            _ => {}
        }
    }

    fn text(&mut self, at: At, text: &str) {
        match at {
            At::JsonRpc if text == "2.0" => self.json_rpc = Field::Is(()),
            At::Id => self.id = Field::Is(Id::Text(text.to_owned())),
            At::Method => self.method = Field::Is(text.to_owned()),
            At::Tool => self.tool = Some(text.to_owned()),
            At::ClientName => self.client = Some(text.to_owned()),
            At::MetaVersion => self.version = Some(text.to_owned()),
            _ => self.odd(at),
        }
    }

    fn number(&mut self, at: At, number: impl Into<Number>) {
        match at {
            At::Id => self.id = Field::Is(Id::Number(number.into())),
            _ => self.odd(at),
        }
    }
}

/// The longest text that counts once, in bytes.
const SHORT_TEXT_MAX: usize = 8;

/// The place of a value in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Message,
    JsonRpc,
    Id,
    Method,
    Outcome,
    Params,
    Tool,
    Meta,
    MetaVersion,
    Client,
    ClientName,
    Elsewhere,
}

impl At {
    /// The place of the member `name` of the object that stands here.
    fn member(self, name: &str) -> Self {
        match (self, name) {
            (Self::Message, "jsonrpc") => Self::JsonRpc,
            (Self::Message, "id") => Self::Id,
            (Self::Message, "method") => Self::Method,
            (Self::Message, "result" | "error") => Self::Outcome,
            (Self::Message, "params") => Self::Params,
            (Self::Params, "name") => Self::Tool,
            (Self::Params, "_meta") => Self::Meta,
            (Self::Meta, "io.modelcontextprotocol/protocolVersion") => Self::MetaVersion,
            (Self::Meta, "io.modelcontextprotocol/clientInfo") => Self::Client,
            (Self::Client, "name") => Self::ClientName,
            _ => Self::Elsewhere,
        }
    }
}

/// A step of the walk: one value.
pub(super) struct Walk<'f> {
    at: At,
    found: &'f mut Seen,
}

impl<'f> Walk<'f> {
    /// The step into a whole message.
    pub(super) fn new(found: &'f mut Seen) -> Self {
        found.values = 1;
        Self {
            at: At::Message,
            found,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        self.found.count()?;
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a message")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.found.odd(self.at);
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.found.odd(self.at);
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.found.number(self.at, number);
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.found.number(self.at, number);
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        match Number::from_f64(number) {
            Some(number) => self.found.number(self.at, number),
            None => self.found.odd(self.at),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if text.len() > SHORT_TEXT_MAX {
            self.found.count()?;
        }
        self.found.text(self.at, text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.found.count()?;
        let Self { at, found } = self;
        match at {
            At::Message => found.whole = Whole::Array,
            _ => found.odd(at),
        }
        loop {
            let item = Walk {
                at: At::Elsewhere,
                found: &mut *found,
            };
            if items.next_element_seed(item)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.found.count()?;
        let Self { at, found } = self;
        match at {
            At::Message => found.whole = Whole::Object,
            At::Params => found.params = Field::Is(()),
            _ => found.odd(at),
        }
        while let Some(at) = members.next_key_seed(Name { of: at })? {
            found.count()?;
            members.next_value_seed(Walk {
                at,
                found: &mut *found,
            })?;
        }
        Ok(())
    }
}

/// The name of a member of the object that stands at `of`.
struct Name {
    of: At,
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = At;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<At, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = At;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<At, E> {
        Ok(self.of.member(name))
    }
}
