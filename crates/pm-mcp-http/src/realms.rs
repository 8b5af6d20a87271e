//! What is served to several people: each of them has a realm, which is like a server of their own.
//! Nobody sees what is in another's, nor that there is anything.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use pm_web::Login;
use rmcp::ServerHandler;
use tokio_util::sync::CancellationToken;

use crate::mcp::{self, Endpoint};
use crate::refusal::Refusal;

mod listed;
mod on_demand;
mod visit;

pub use listed::{Pages, page};
pub use on_demand::{Entered, Inside, NoRoom, Visitor};
pub use visit::Visit;

/// What one of several people is served.
pub struct Realm<S> {
    /// What answers the calls of programs.
    pub server: S,
    /// Where programs call.
    pub endpoint: Arc<Endpoint<S>>,
    /// How somebody proves on the pages who they are, and the pages; `None` if there are no pages.
    pub pages: Option<(Login, OwnPages)>,
    /// Ends the sessions and streams.
    pub closing: CancellationToken,
}

/// Routes that take some memory, and so are made only once somebody comes.
pub type OwnPages = LazyLock<Router, Box<dyn FnOnce() -> Router + Send>>;

/// Makes what somebody is served.
pub type Making<K, S> = dyn Fn(&K) -> Result<Realm<S>, String> + Send + Sync;

/// All realms, each with the key `K` that says whose it is.
pub struct Realms<K, S> {
    open: RwLock<Vec<(K, Arc<Realm<S>>)>>,
    /// Held by the one who changes who is served.
    changing: Mutex<()>,
    make: Box<Making<K, S>>,
}

impl<K: Clone, S> Realms<K, S> {
    /// The realms of nobody yet; `make` is what makes one.
    pub fn new(make: impl Fn(&K) -> Result<Realm<S>, String> + Send + Sync + 'static) -> Self {
        Self {
            open: RwLock::default(),
            changing: Mutex::default(),
            make: Box::new(make),
        }
    }

    /// The servers of all realms.
    pub fn servers(&self) -> Vec<S>
    where
        S: Clone,
    {
        let open = self.read();
        let servers = open.iter().map(|(_, realm)| realm.server.clone());
        servers.collect()
    }

    /// The first realm that is meant, and its key.
    fn find(&self, is_meant: impl Fn(&K, &Realm<S>) -> bool) -> Option<(K, Arc<Realm<S>>)> {
        let open = self.read();
        let mut realms = open.iter();
        realms.find(|(key, realm)| is_meant(key, realm)).cloned()
    }

    /// Makes the realm of somebody who has none. It may wait for a store.
    fn add(&self, key: &K) -> Result<Arc<Realm<S>>, String> {
        let realm = Arc::new((self.make)(key)?);
        self.write().push((key.clone(), Arc::clone(&realm)));
        Ok(realm)
    }

    /// Ends the sessions and streams of those who do not stay; returns whose they were.
    fn end_unless(&self, stays: impl Fn(&K) -> bool) -> Vec<K> {
        let goes = |(key, _): &mut (K, Arc<Realm<S>>)| !stays(key);
        let gone: Vec<_> = self.write().extract_if(.., goes).collect();
        let ended = gone.into_iter().map(|(key, realm)| {
            realm.closing.cancel();
            key
        });
        ended.collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<(K, Arc<Realm<S>>)>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<(K, Arc<Realm<S>>)>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a request to `/mcp` in the realm that the gate has found.
pub async fn handle<S: ServerHandler>(mut request: Request) -> Response {
    let realm = request.extensions().get::<Arc<Realm<S>>>().cloned();
    // Taken out of the request, which the protocol library may keep for as long as it likes.
    let visit = request.extensions_mut().remove::<Visit>();
    let Some(realm) = realm.filter(|realm| !realm.closing.is_cancelled()) else {
        // The realm was ended while the request came in, that of a visitor only if all realms were.
        let refusal = visit.map_or(Refusal::TokenWrong, |_| Refusal::Stopping);
        return refusal.into_response();
    };
    let response = mcp::handle(State(Arc::clone(&realm.endpoint)), request).await;
    match visit {
        Some(visit) => visit.until_over(response),
        None => response,
    }
}

#[cfg(test)]
mod tests {
    use pm_core::{MemoryStore, ProcessManager};
    use pm_tools::{PmServer, ServerOptions};
    use time::OffsetDateTime;
    use tokio::runtime::Handle;

    use super::*;
    use crate::grant::{Grant, TokenAccess, reach_of};
    use crate::mcp::CallerLimits;
    use crate::oauth::claims::Person;
    use crate::token_file::{Entry, TokenFile};

    fn realm() -> Realm<PmServer> {
        let manager = ProcessManager::new(MemoryStore::new());
        let server = PmServer::new(manager, ServerOptions::default());
        let closing = CancellationToken::new();
        let limits = CallerLimits {
            sessions: 1,
            body: 1,
            values: 1,
        };
        let caller = server.clone();
        let new_caller = move || caller.for_new_caller();
        let endpoint = Endpoint::new(new_caller, limits, closing.clone(), Handle::current());
        Realm {
            server,
            endpoint: Arc::new(endpoint),
            pages: None,
            closing,
        }
    }

    fn file(entries: &[(&str, &str)]) -> TokenFile {
        let entry = |(name, end): &(&str, &str)| {
            let digest = crate::token_file::TokenDigest::of(name.as_bytes());
            format!("[{name}]\nsha256 = \"{digest}\"\naccess = \"write\"\nexpires = {end}\n")
        };
        entries
            .iter()
            .map(entry)
            .collect::<String>()
            .parse()
            .unwrap()
    }

    #[tokio::test]
    async fn those_who_stay_in_the_file_notice_nothing_of_a_change() {
        let made = |entry: &Entry| match &*entry.grant.name {
            "carl" => Err("carl cannot be served".to_owned()),
            _ => Ok(realm()),
        };
        let realms = Realms::new(made);
        let (far, near) = ("2999-01-31", "2999-01-30");
        assert!(realms.set(&file(&[("anna", far), ("bob", far)])).is_empty());
        let of = |name: &str| realms.find(|it, _| &*it.grant.name == name).map(|it| it.1);
        let (anna, bob) = (of("anna").unwrap(), of("bob").unwrap());
        let problems = realms.set(&file(&[("anna", far), ("bob", near), ("carl", far)]));
        assert_eq!(problems, ["carl cannot be served"]);
        assert!(Arc::ptr_eq(&anna, &of("anna").unwrap()) && !anna.closing.is_cancelled());
        assert!(!Arc::ptr_eq(&bob, &of("bob").unwrap()) && bob.closing.is_cancelled());
        let end = time::macros::datetime!(2999-01-31 00:00 UTC);
        realms.end_those_over(end - time::Duration::SECOND);
        assert_eq!(realms.servers().len(), 2);
        realms.end_those_over(end);
        assert!(of("bob").is_none() && of("anna").is_some());
        assert!(realms.set(&file(&[("anna", "1999-01-31")])).is_empty());
        assert!(anna.closing.is_cancelled() && realms.servers().is_empty());
        assert!(realms.digest(b"anna").is_none());
    }

    fn person(name: &str) -> Person {
        Person {
            subject: name.into(),
            grant: Grant {
                name: name.into(),
                access: TokenAccess::Write,
                workspace: None,
                reach: reach_of(&["*".to_owned()]).unwrap(),
            },
        }
    }

    #[tokio::test]
    async fn whoever_comes_again_finds_what_is_theirs() {
        let realms = Realms::new(|_: &Visitor| Ok(realm()));
        assert!(realms.known(&person("anna")).is_none());
        let enter = |person: &Person| realms.enter(person).ok().unwrap().0;
        let anna = enter(&person("anna"));
        assert!(Arc::ptr_eq(&anna, &enter(&person("anna"))));
        let mut reading = person("anna");
        reading.grant.access = TokenAccess::Read;
        // Another who goes by her name.
        let mut other = person("anna");
        other.subject = "x".into();
        for another in [person("bob"), reading, other] {
            assert!(!Arc::ptr_eq(&anna, &enter(&another)), "{another:?}");
        }
    }

    #[tokio::test]
    async fn the_one_who_was_away_for_longest_gives_way() {
        let realms = Realms::new(|_: &Visitor| Ok(realm()));
        let mut inside = Vec::new();
        let (first, guard) = realms.enter(&person("first")).ok().unwrap();
        for number in 1..256 {
            inside.push(realms.enter(&person(&number.to_string())).ok().unwrap());
        }
        assert!(matches!(realms.enter(&person("late")), Err(NoRoom::Full)));
        // A request of theirs, or a stream, is over by now.
        drop(guard);
        let (second, _) = inside.remove(0);
        assert!(realms.enter(&person("late")).is_ok());
        assert!(first.closing.is_cancelled() && !second.closing.is_cancelled());
        assert!(realms.known(&person("first")).is_none());
        realms.end_those_away();
        assert_eq!(realms.servers().len(), 256);
    }

    #[tokio::test]
    async fn a_visit_lasts_until_its_stream_is_over() {
        use axum::body::{Body, to_bytes};

        let realms = Realms::new(|_: &Visitor| Ok(realm()));
        let (_, inside) = realms.enter(&person("anna")).ok().unwrap();
        let visit = Visit::new(inside, OffsetDateTime::now_utc());
        let endless =
            || Body::from_stream(tokio_stream::pending::<Result<String, std::io::Error>>());
        let mut stream = Response::new(endless());
        stream.extensions_mut().insert(crate::until_sent::LongLived);
        let stream = visit.clone().until_over(stream);
        assert!(to_bytes(stream.into_body(), 1).await.unwrap().is_empty());
        // An answer to a call is not cut off.
        let answer = visit.until_over(Response::new(Body::from("whole")));
        let answer = to_bytes(answer.into_body(), 10).await.unwrap();
        assert_eq!(answer, "whole");
    }
}
