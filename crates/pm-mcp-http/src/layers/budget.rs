//! What large requests may hold at once, all together.
//!
//! A limit for one request is no limit for sixty of them. So whoever needs much takes a share of
//! what there is, waits for a moment if too little is left, and is turned away after that. What
//! most requests need is so little that they take no share, and never wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::give_back;
use crate::refusal::Refusal;

/// How long a request waits for a share.
const PATIENCE: Duration = Duration::from_secs(2);

/// An amount of something that requests share.
#[derive(Debug, Clone)]
pub struct Budget {
    places: Arc<Semaphore>,
    /// How much a place stands for.
    unit: usize,
    total: u32,
    /// Up to which amount no share is needed.
    free: usize,
    patience: Duration,
}

impl Budget {
    /// Bytes of bodies: `total` for those that have more than 64 KiB.
    pub fn of_bytes(total: usize) -> Self {
        Self::new(total, 1 << 10, 64 << 10)
    }

    /// Values in bodies: `total` for those that have more than 1,000.
    pub fn of_values(total: usize) -> Self {
        Self::new(total, 1, 1_000)
    }

    fn new(total: usize, unit: usize, free: usize) -> Self {
        let total = u32::try_from(total.div_ceil(unit)).unwrap_or(u32::MAX);
        let places = usize::try_from(total).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            unit,
            total,
            free,
            patience: PATIENCE,
        }
    }

    /// Whether so much needs no share.
    pub fn is_free(&self, amount: usize) -> bool {
        amount <= self.free
    }

    /// Takes a share of `amount`, once there is as much: `None` if so much needs no share, and the
    /// whole budget if `amount` is more than that.
    pub async fn share(&self, amount: usize) -> Result<Option<Share>, Refusal> {
        if self.is_free(amount) {
            return Ok(None);
        }
        let places = Arc::clone(&self.places).acquire_many_owned(self.places_for(amount));
        match timeout(self.patience, places).await {
            Ok(Ok(places)) => Ok(Some(Share { places })),
            _ => Err(Refusal::TooMuchAtOnce),
        }
    }

    /// Gives back what is not needed of a share, once it is known how much is.
    pub fn shrink(&self, share: Share, amount: usize) -> Option<Share> {
        if self.is_free(amount) {
            return None;
        }
        let mut share = share;
        let needed = usize::try_from(self.places_for(amount)).unwrap_or(usize::MAX);
        let excess = share.places.num_permits().saturating_sub(needed);
        drop(share.places.split(excess));
        Some(share)
    }

    fn places_for(&self, amount: usize) -> u32 {
        let places = u32::try_from(amount.div_ceil(self.unit)).unwrap_or(u32::MAX);
        places.min(self.total)
    }
}

/// A share of a budget, until it is dropped.
#[derive(Debug)]
pub struct Share {
    places: OwnedSemaphorePermit,
}

impl Drop for Share {
    fn drop(&mut self) {
        give_back::soon();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(total: usize) -> Budget {
        Budget {
            patience: Duration::ZERO,
            ..Budget::new(total, 10, 50)
        }
    }

    fn left(budget: &Budget) -> usize {
        budget.places.available_permits() * budget.unit
    }

    #[tokio::test]
    async fn what_is_small_is_free_and_what_is_large_is_shared() {
        let budget = budget(1000);
        assert!(budget.share(50).await.unwrap().is_none());
        let first = budget.share(600).await.unwrap();
        assert_eq!(left(&budget), 400);
        assert!(matches!(
            budget.share(401).await,
            Err(Refusal::TooMuchAtOnce)
        ));
        let second = budget.share(395).await.unwrap();
        assert_eq!(left(&budget), 0);
        assert!(budget.share(50).await.unwrap().is_none());
        drop((first, second));
        assert_eq!(left(&budget), 1000);
    }

    #[tokio::test]
    async fn more_than_there_is_gets_all_of_it() {
        let budget = budget(1000);
        let all = budget.share(5000).await.unwrap().unwrap();
        assert_eq!(left(&budget), 0);
        let less = budget.shrink(all, 101).unwrap();
        assert_eq!(left(&budget), 890);
        assert!(budget.shrink(less, 7).is_none());
        assert_eq!(left(&budget), 1000);
    }
}
