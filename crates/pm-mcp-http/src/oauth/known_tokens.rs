//! The tokens that were checked already: a token is sent with every call, and to check its
//! signature takes as long as all the rest of a small call.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use super::claims::Person;
use super::key_set::KeySet;
use crate::token_file::TokenDigest;

/// How many are known at once. If there are more, some are checked again.
const KNOWN_MAX: usize = 1024;

/// The tokens that held, and by which keys.
#[derive(Default)]
pub struct KnownTokens(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// The keys that the tokens were checked by. Once there are others, none is known.
    by: Option<Arc<KeySet>>,
    holders: HashMap<TokenDigest, (Person, OffsetDateTime)>,
}

impl KnownTokens {
    /// Who has a token that was checked by these keys, and when it ends; `None` if it has ended.
    pub fn holder(
        &self,
        token: &TokenDigest,
        keys: &Arc<KeySet>,
        now: OffsetDateTime,
    ) -> Option<(Person, OffsetDateTime)> {
        let known = self.by(keys);
        let holder = known.holders.get(token);
        holder.filter(|(_, expires)| *expires > now).cloned()
    }

    /// Keeps that a token was checked by these keys.
    pub fn keep(
        &self,
        token: TokenDigest,
        keys: &Arc<KeySet>,
        holder: (Person, OffsetDateTime),
        now: OffsetDateTime,
    ) {
        let mut known = self.by(keys);
        if known.holders.len() >= KNOWN_MAX {
            known.holders.retain(|_, (_, expires)| *expires > now);
        }
        if known.holders.len() >= KNOWN_MAX {
            known.holders.clear();
        }
        known.holders.insert(token, holder);
    }

    fn by(&self, keys: &Arc<KeySet>) -> MutexGuard<'_, Known> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.by.as_ref().is_some_and(|by| Arc::ptr_eq(by, keys)) {
            *known = Known {
                by: Some(Arc::clone(keys)),
                holders: HashMap::new(),
            };
        }
        known
    }
}
