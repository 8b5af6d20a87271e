//! The realms of those who come with a token of an authorization server: each is made when somebody
//! comes for the first time, and serves them with later tokens as well.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Realm, Realms};
use crate::oauth::claims::Person;

/// How many people are served at once; past it, the one who was away for longest gives way.
const PEOPLE_MAX: usize = 256;

/// How long the sessions of somebody who is away are kept.
const AWAY_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Whose realm it is, and whether they are there.
#[derive(Clone)]
pub struct Visitor {
    /// Who it is.
    pub person: Person,
    presence: Arc<Presence>,
}

struct Presence {
    /// Requests that run and streams that are open.
    inside: AtomicUsize,
    last_seen: Mutex<Instant>,
}

/// A request that runs or a stream that is open, in somebody's realm.
pub struct Inside(Arc<Presence>);

/// What somebody is served, and that they are there.
pub type Entered<S> = (Arc<Realm<S>>, Inside);

/// Why somebody is not served at the moment.
#[derive(Debug, thiserror::Error)]
pub enum NoRoom {
    /// There are too many others.
    #[error("{PEOPLE_MAX} others are at work")]
    Full,
    /// What they are to be served cannot be made.
    #[error("{0}")]
    Failed(String),
}

impl<S> Realms<Visitor, S> {
    /// What somebody is served, if they have been here.
    pub fn known(&self, person: &Person) -> Option<Entered<S>> {
        // The visit is counted under the lock, while nobody can be sent away.
        let open = self.read();
        let (visitor, realm) = open.iter().find(|(it, _)| it.person == *person)?;
        Some((Arc::clone(realm), Inside::of(&visitor.presence)))
    }

    /// What somebody is served, made if they are new. It may wait for a store.
    pub fn enter(&self, person: &Person) -> Result<Entered<S>, NoRoom> {
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = self.known(person) {
            return Ok(known);
        }
        self.make_room()?;
        let presence = Arc::new(Presence {
            inside: AtomicUsize::new(0),
            last_seen: Mutex::new(Instant::now()),
        });
        let inside = Inside::of(&presence);
        let person = person.clone();
        let realm = self
            .add(&Visitor { person, presence })
            .map_err(NoRoom::Failed)?;
        Ok((realm, inside))
    }

    /// Ends what is kept for those who were away for too long.
    pub fn end_those_away(&self) {
        self.end_unless(|visitor| !visitor.presence.is_away_for(AWAY_MAX));
    }

    fn make_room(&self) -> Result<(), NoRoom> {
        let longest_away = {
            let open = self.read();
            if open.len() < PEOPLE_MAX {
                return Ok(());
            }
            let away = open.iter().map(|(visitor, _)| &visitor.presence);
            let away = away.filter(|it| it.is_away_for(Duration::ZERO));
            Arc::clone(away.min_by_key(|it| it.last_seen()).ok_or(NoRoom::Full)?)
        };
        let gone = self.end_unless(|it| {
            // They may have come back just now.
            !(Arc::ptr_eq(&it.presence, &longest_away) && it.presence.is_away_for(Duration::ZERO))
        });
        match gone.first() {
            Some(visitor) => {
                let name = &*visitor.person.grant.name;
                tracing::info!(name, "the one who was away for longest gives way");
                Ok(())
            }
            None => Err(NoRoom::Full),
        }
    }
}

impl Presence {
    fn is_away_for(&self, time: Duration) -> bool {
        self.inside.load(Ordering::Acquire) == 0 && self.last_seen().elapsed() >= time
    }

    fn last_seen(&self) -> Instant {
        *self
            .last_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn of(presence: &Arc<Presence>) -> Self {
        presence.inside.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(presence))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        *self
            .0
            .last_seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.0.inside.fetch_sub(1, Ordering::AcqRel);
    }
}
