//! Claims: who works on a task, and until when the others leave it to them.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::Timestamp;

/// How long a claim holds unless it is renewed, if nothing else was set.
pub const DEFAULT_LEASE: Duration = Duration::from_secs(2 * 60 * 60);

/// A caller's claim on a task. It counts while the task is in progress and the time is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Who has the task.
    pub by: String,
    /// When the claim is over, unless it is renewed.
    pub until: Timestamp,
}

/// A caller as the plan knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claimant {
    /// The name that is kept with each status that it sets.
    pub(crate) by: String,
    /// The name under which it holds claims; no two callers at work have the same.
    pub(crate) owner: Arc<str>,
    /// For how long it claims at a time.
    pub(crate) lease: Duration,
}

/// How another caller's claim that is not over is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OthersClaim {
    /// The change is refused.
    #[default]
    Respect,
    /// The claim is taken from them.
    TakeOver,
}

/// The form of a claim in a file.
#[derive(Serialize, Deserialize)]
pub(super) struct ClaimOnDisk<'a> {
    by: std::borrow::Cow<'a, str>,
    until: std::borrow::Cow<'a, str>,
}

impl Claim {
    /// Whether it is not over by `now`.
    pub fn holds_at(&self, now: &Timestamp) -> bool {
        match (self.until.instant(), now.instant()) {
            (Some(until), Some(now)) => until > now,
            _ => false,
        }
    }

    pub(super) fn on_disk(&self) -> ClaimOnDisk<'_> {
        ClaimOnDisk {
            by: self.by.as_str().into(),
            until: self.until.as_str().into(),
        }
    }
}

impl ClaimOnDisk<'_> {
    /// The names of its fields.
    pub(super) const FIELDS: &'static [&'static str] = &["by", "until"];

    /// The claim, if its end is a moment in time.
    pub(super) fn parse(self) -> Option<Claim> {
        let until = Timestamp::stored(&*self.until);
        until.instant()?;
        Some(Claim {
            by: self.by.into_owned(),
            until,
        })
    }
}

impl Claimant {
    /// A claim that begins now.
    pub(crate) fn claim(&self, now: &Timestamp) -> Claim {
        Claim {
            by: self.owner.as_ref().to_owned(),
            until: self.end(now).map_or_else(|| now.clone(), Into::into),
        }
    }

    /// Whether `claim` is this one's.
    pub(crate) fn has(&self, claim: &Claim) -> bool {
        *claim.by == *self.owner
    }

    /// Whether more than a quarter of the lease is over, so that renewing is worth a write.
    pub(crate) fn should_renew(&self, claim: &Claim, now: &Timestamp) -> bool {
        match (claim.until.instant(), self.end(now)) {
            (Some(until), Some(end)) => end - until > self.lease / 4,
            _ => false,
        }
    }

    fn end(&self, now: &Timestamp) -> Option<OffsetDateTime> {
        let lease = time::Duration::try_from(self.lease).ok()?;
        now.instant()?.checked_add(lease)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::stored(format!("2026-11-22T{text}Z"))
    }

    #[test]
    fn a_claim_ends_with_its_lease_and_is_renewed_after_a_quarter_of_it() {
        let agent = Claimant {
            by: "agent".into(),
            owner: "agent".into(),
            lease: Duration::from_secs(60 * 60),
        };
        let claim = agent.claim(&at("12:00:00"));
        assert_eq!(claim.until, at("13:00:00.000000"));
        assert!(claim.holds_at(&at("12:59:59")) && !claim.holds_at(&at("13:00:00")));
        assert!(!agent.should_renew(&claim, &at("12:15:00")));
        assert!(agent.should_renew(&claim, &at("12:15:01")));
        // A claimant with a shorter lease shortens no claim.
        let hasty = Claimant {
            lease: Duration::from_secs(1),
            ..agent
        };
        assert!(!hasty.should_renew(&claim, &at("12:15:01")));
    }

    #[test]
    fn a_claim_without_a_time_is_none() {
        let parse = |text: &str| {
            let claim: Option<ClaimOnDisk<'_>> = serde_json::from_str(text).ok();
            claim.and_then(ClaimOnDisk::parse)
        };
        assert!(parse(r#"{"by":"ann","until":"2026-11-22T13:00:00+01:00"}"#).is_some());
        assert!(parse(r#"{"by":"ann","until":"tomorrow"}"#).is_none());
        assert!(parse(r#"{"by":"ann"}"#).is_none());
        assert!(parse(r#""ann""#).is_none());
    }
}
