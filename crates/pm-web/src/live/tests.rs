//! What listeners are told: each change, in order, once, and all that came since.

use std::pin::pin;
use std::time::Duration;

use axum::body::Bytes;
use pm_core::{MemoryStore, ProcessManager};
use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;

use super::{Deaf, KEPT, LISTENERS_MAX, Live};

struct Session {
    manager: ProcessManager,
    closing: CancellationToken,
    live: Live,
}

impl Session {
    fn new() -> Self {
        let manager = ProcessManager::new(MemoryStore::new());
        let closing = CancellationToken::new();
        let live = Live::new(manager.clone(), closing.clone());
        Self {
            manager,
            closing,
            live,
        }
    }

    fn create(&self, name: &str) {
        let name = name.parse().unwrap();
        self.manager.create_process(name, "secret text").unwrap();
    }
}

/// The next events, without comments, until `enough` says so.
async fn heard(
    stream: &mut (impl Stream<Item = Result<Bytes, std::convert::Infallible>> + Unpin),
    enough: impl Fn(&str) -> bool,
) -> Vec<Event> {
    let mut text = String::new();
    while !enough(&text) {
        let next = tokio::time::timeout(Duration::from_secs(20), stream.next());
        let Ok(Some(Ok(piece))) = next.await else {
            panic!("the stream ended after {text:?}");
        };
        text.push_str(std::str::from_utf8(&piece).unwrap());
    }
    assert!(text.ends_with("\n\n"), "{text:?}");
    text.split_terminator("\n\n")
        .filter_map(Event::of)
        .collect()
}

#[derive(Debug, Clone, PartialEq)]
struct Event {
    id: String,
    name: String,
    data: serde_json::Value,
}

impl Event {
    fn of(text: &str) -> Option<Self> {
        let field = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.strip_prefix(name));
            lines
                .next()
                .map(|value| value.trim_start_matches(": ").to_owned())
        };
        Some(Self {
            id: field("id")?,
            name: field("event")?,
            data: serde_json::from_str(&field("data")?).unwrap(),
        })
    }
}

#[tokio::test]
async fn a_change_is_told_by_its_names() {
    let session = Session::new();
    let mut stream = pin!(session.live.listen(None).unwrap());
    // Once for a listener that knows nothing, once when the feed is followed.
    let begin = heard(&mut stream, |text| text.matches("resync").count() == 2).await;
    assert_eq!(begin.last().unwrap().name, "resync");
    session.create("garden");
    let created = heard(&mut stream, |text| text.contains("garden")).await;
    session
        .manager
        .add_task(
            &"garden".parse().unwrap(),
            "beds".parse().unwrap(),
            "hidden",
        )
        .unwrap();
    let changed = heard(&mut stream, |text| text.contains("beds")).await;
    let told = serde_json::to_string_pretty(&[&created[0].data, &changed[0].data]).unwrap();
    insta::assert_snapshot!(told, @r#"
    [
      {
        "process": "garden",
        "revision": 1,
        "kind": "came",
        "tasks": null,
        "by": "a program",
        "summary": "“garden” is new, by a program"
      },
      {
        "process": "garden",
        "revision": 2,
        "kind": "changed",
        "tasks": [
          "beds"
        ],
        "by": "a program",
        "summary": "a program changed “beds” of “garden”"
      }
    ]
    "#);
    assert_ne!(created[0].id, changed[0].id);
}

#[tokio::test]
async fn who_comes_back_hears_what_came_since() {
    let session = Session::new();
    let mut stream = pin!(session.live.listen(None).unwrap());
    let begin = heard(&mut stream, |text| text.matches("resync").count() == 2).await;
    let last = begin.last().unwrap().id.clone();
    for name in ["one", "two", "three"] {
        session.create(name);
        heard(&mut stream, |text| text.contains(&format!("\"{name}\""))).await;
    }
    let mut again = pin!(session.live.listen(Some(&last)).unwrap());
    let missed = heard(&mut again, |text| text.contains("\"three\"")).await;
    let names: Vec<_> = missed.iter().map(|event| &event.data["process"]).collect();
    assert_eq!(names, ["one", "two", "three"]);
    // A listener that heard everything is told nothing.
    let last = missed.last().unwrap().id.clone();
    let mut again = pin!(session.live.listen(Some(&last)).unwrap());
    session.create("four");
    let next = heard(&mut again, |text| text.contains("event")).await;
    assert_eq!(next[0].data["process"], "four");
    // Another run of the server, and what nobody sent.
    for unknown in ["1-1", "x", "-", &format!("{}9", next[0].id)] {
        let mut anew = pin!(session.live.listen(Some(unknown)).unwrap());
        let first = heard(&mut anew, |text| text.contains("event")).await;
        assert_eq!(first[0].name, "resync", "{unknown}");
    }
}

#[tokio::test]
async fn what_is_too_long_ago_is_read_anew() {
    let session = Session::new();
    let mut stream = pin!(session.live.listen(None).unwrap());
    let begin = heard(&mut stream, |text| text.matches("resync").count() == 2).await;
    let first = begin.last().unwrap().id.clone();
    let items = vec![pm_core::FeedItem::Missed; KEPT];
    let oldest = {
        let mut state = session.live.0.state.lock().unwrap();
        let telling = state.telling.as_mut().unwrap();
        telling.tell(&items);
        (telling.since(Some(&first)).len(), telling.kept.len())
    };
    assert_eq!(oldest, (KEPT, KEPT));
    session
        .live
        .0
        .state
        .lock()
        .unwrap()
        .telling
        .as_mut()
        .unwrap()
        .tell(&items[..1]);
    let state = session.live.0.state.lock().unwrap();
    assert_eq!(state.telling.as_ref().unwrap().since(Some(&first)).len(), 1);
}

#[tokio::test]
async fn there_are_only_so_many_listeners_and_a_place_is_given_back() {
    let session = Session::new();
    let mut all: Vec<_> = (0..LISTENERS_MAX)
        .map(|_| session.live.listen(None).unwrap())
        .collect();
    assert_eq!(session.live.listen(None).err(), Some(Deaf::TooMany));
    all.pop();
    assert!(session.live.listen(None).is_ok());
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let session = Session::new();
    let mut stream = pin!(session.live.listen(None).unwrap());
    heard(&mut stream, |text| text.matches("resync").count() == 2).await;
    session.closing.cancel();
    let ended = async { while stream.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(20), ended)
        .await
        .unwrap();
    assert_eq!(session.live.listen(None).err(), Some(Deaf::Closing));
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_shows_that_it_is_there_and_ends_without_listeners() {
    let session = Session::new();
    {
        let mut stream = pin!(session.live.listen(None).unwrap());
        let pinged = async { while stream.next().await.unwrap().unwrap() != ": ping\n\n" {} };
        tokio::time::timeout(Duration::from_secs(60), pinged)
            .await
            .unwrap();
        assert!(session.live.0.state.lock().unwrap().telling.is_some());
    }
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert!(session.live.0.state.lock().unwrap().telling.is_none());
}
