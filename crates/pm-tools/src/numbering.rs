//! Requests in flight that bear the same JSON-RPC id, each of which gets its own answer.
//!
//! The protocol asks for an id that is used once, and the protocol library answers only one of two
//! requests that share theirs; but there are clients that number every request 1. So a request
//! whose id is in use travels on under one of our own, which holds the id that the client gave it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rmcp::model::{
    ClientJsonRpcMessage, ClientNotification, JsonRpcMessage, RequestId, ServerJsonRpcMessage,
};

/// What an id of our own begins with. One that a client sends and that looks the same is replaced,
/// too, so that no answer can be taken for that of another request.
const OURS: &str = "again ";

/// The ids that are in use on one connection or in one session.
#[derive(Debug, Default)]
pub struct Numbering(Mutex<InUse>);

#[derive(Debug, Default)]
struct InUse {
    given: u64,
    /// Under which ids the requests travel that a client sent under this one.
    by_sent: HashMap<RequestId, Vec<RequestId>>,
}

impl Numbering {
    /// Lets a message in: a request gets an id that no other bears, and a cancellation gets that of
    /// the request that it means.
    ///
    /// Returns false if the message is to be dropped: a cancellation that could mean several
    /// requests would leave the wrong one without an answer.
    #[must_use]
    pub fn let_in(&self, message: &mut ClientJsonRpcMessage) -> bool {
        match message {
            JsonRpcMessage::Request(request) => self.enter(&mut request.id),
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) =
                    &mut notification.notification
                    && let Some(id) = &mut cancelled.params.request_id
                {
                    return self.find(id);
                }
            }
            JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => {}
        }
        true
    }

    /// Notes that a request has its answer, if `message` is one.
    pub fn answered(&self, message: &ServerJsonRpcMessage) {
        if let Some(id) = answered_id(message) {
            self.in_use().leave(id);
        }
    }

    fn enter(&self, id: &mut RequestId) {
        let mut in_use = self.in_use();
        let sent = id.clone();
        if in_use.by_sent.contains_key(id) || self::sent(id).is_some() {
            in_use.given += 1;
            *id = ours(in_use.given, id);
        }
        in_use.by_sent.entry(sent).or_default().push(id.clone());
    }

    /// Replaces `id` by the id under which the request travels that was sent under it, and forgets
    /// the request, since a cancelled one is not answered. Answers false if several requests were
    /// sent under `id`.
    fn find(&self, id: &mut RequestId) -> bool {
        let mut in_use = self.in_use();
        let one = match in_use.by_sent.get(id).map(Vec::as_slice) {
            Some([one]) => one.clone(),
            Some(_) => return false,
            None => return true,
        };
        in_use.by_sent.remove(id);
        *id = one;
        true
    }

    fn in_use(&self) -> MutexGuard<'_, InUse> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InUse {
    fn leave(&mut self, id: &RequestId) {
        let sent = sent(id).unwrap_or_else(|| id.clone());
        if let Some(ids) = self.by_sent.get_mut(&sent) {
            ids.retain(|one| one != id);
            if ids.is_empty() {
                self.by_sent.remove(&sent);
            }
        }
    }
}

/// The id that the client gave the request which `message` answers, if it travelled under another.
pub fn sent_id(message: &ServerJsonRpcMessage) -> Option<RequestId> {
    sent(answered_id(message)?)
}

/// Gives an answer the id back that the client gave its request.
pub fn restore_id(message: &mut ServerJsonRpcMessage) {
    let Some(sent) = sent_id(message) else {
        return;
    };
    match message {
        JsonRpcMessage::Response(response) => response.id = sent,
        JsonRpcMessage::Error(error) => error.id = Some(sent),
        _ => {}
    }
}

/// The id of the request that `message` answers.
fn answered_id(message: &ServerJsonRpcMessage) -> Option<&RequestId> {
    match message {
        JsonRpcMessage::Response(response) => Some(&response.id),
        JsonRpcMessage::Error(error) => error.id.as_ref(),
        _ => None,
    }
}

/// The id of our own with this number, for a request that was sent under `sent`.
fn ours(number: u64, sent: &RequestId) -> RequestId {
    let sent = match sent {
        RequestId::Number(number) => format!("n{number}"),
        RequestId::String(text) => format!("s{text}"),
    };
    RequestId::String(format!("{OURS}{number} {sent}").into())
}

/// What a request was sent under, if `id` is one of our own.
fn sent(id: &RequestId) -> Option<RequestId> {
    let RequestId::String(id) = id else {
        return None;
    };
    let (number, sent) = id.strip_prefix(OURS)?.split_once(' ')?;
    let _: u64 = number.parse().ok()?;
    match sent.split_at_checked(1)? {
        ("n", number) => Some(RequestId::Number(number.parse().ok()?)),
        ("s", text) => Some(RequestId::String(text.into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::ErrorData;
    use serde_json::{Value, from_value, json};

    use super::*;

    fn let_in(numbering: &Numbering, message: Value) -> Option<Value> {
        let mut message: ClientJsonRpcMessage = from_value(message).unwrap();
        let kept = numbering.let_in(&mut message);
        kept.then(|| serde_json::to_value(&message).unwrap())
    }

    fn request(numbering: &Numbering, id: impl Into<Value>) -> Value {
        let ping = json!({"jsonrpc": "2.0", "id": id.into(), "method": "ping"});
        let_in(numbering, ping).unwrap()["id"].clone()
    }

    /// Answers a request, and says under which id the client gets the answer.
    fn answer(numbering: &Numbering, id: &Value) -> Value {
        let id = from_value(id.clone()).unwrap();
        let refused = ErrorData::internal_error("no", None);
        let mut message = ServerJsonRpcMessage::error(refused, Some(id));
        numbering.answered(&message);
        restore_id(&mut message);
        serde_json::to_value(&message).unwrap()["id"].clone()
    }

    fn cancel(numbering: &Numbering, id: u64) -> Option<Value> {
        let cancelled = json!({
            "jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id},
        });
        Some(let_in(numbering, cancelled)?["params"]["requestId"].clone())
    }

    #[test]
    fn requests_of_one_id_travel_under_different_ones_and_are_answered_under_theirs() {
        let numbering = Numbering::default();
        for sent in [json!(1), json!("1"), json!("again 1 n1"), json!("")] {
            let first = request(&numbering, sent.clone());
            let second = request(&numbering, sent.clone());
            let third = request(&numbering, sent.clone());
            let ours = sent == "again 1 n1";
            assert_eq!(first == sent, !ours, "an id that nobody else uses stays");
            assert!(second != first && third != first && second != third);
            for id in [&second, &first, &third] {
                assert_eq!(answer(&numbering, id), sent);
            }
        }
        assert_eq!(request(&numbering, 1), 1, "an id that was answered is free");
    }

    #[test]
    fn a_cancellation_finds_its_request_or_none() {
        let numbering = Numbering::default();
        let first = request(&numbering, 1);
        let second = request(&numbering, 1);
        assert_eq!(cancel(&numbering, 1), None);
        answer(&numbering, &first);
        assert_eq!(cancel(&numbering, 1), Some(second));
        assert_eq!(cancel(&numbering, 7), Some(json!(7)));
        assert_eq!(request(&numbering, 1), 1);
    }
}
