//! How much time has passed for certain: the two looks at the clock in `.pm/clock.json`, without which
//! a clock that was wrong once would take files away for ever
//! (`docs/storage.md#how-long-things-are-kept`).

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::names;
use super::store_dir::{PRIVATE_DIR, StoreDir};
use crate::Timestamp;

/// How far two looks at the clock are apart, at least.
pub(crate) const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The name of the file.
const FILE: &str = "clock.json";

/// The most that is read of the file, in bytes.
const MOST_BYTES: u64 = 4096;

/// What the file says.
#[derive(Serialize, Deserialize)]
struct Clock {
    /// What the clock said when it was looked at last.
    looked_at: String,
    /// What it said a day or more before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certain: Option<String>,
}

/// What the clock said at two looks.
struct Looks {
    last: OffsetDateTime,
    certain: Option<OffsetDateTime>,
}

/// The time that has certainly passed; `None` if none has.
pub(crate) fn certain(dir: &StoreDir) -> Option<OffsetDateTime> {
    let now = dir.clock.now();
    read(dir)?.certain.filter(|certain| *certain <= now)
}

/// Looks at the clock. If the last look was a day or more ago, answers the time of that look;
/// [`looked_at`] is to be called with it once the work that was due by then is done.
pub(crate) fn look(dir: &StoreDir, now: OffsetDateTime) -> Option<OffsetDateTime> {
    let looks = read(dir);
    match &looks {
        Some(looks) if looks.last <= now && now - looks.last < A_DAY => None,
        Some(looks) if looks.last <= now => Some(looks.last),
        // Never looked at, or put back since: the count begins anew.
        _ => {
            let certain = looks.and_then(|looks| looks.certain);
            let certain = certain.filter(|certain| *certain <= now);
            keep(dir, &Looks { last: now, certain });
            None
        }
    }
}

/// Takes note of a look at the clock, a day or more after the one before.
pub(crate) fn looked_at(dir: &StoreDir, now: OffsetDateTime, before: OffsetDateTime) {
    let certain = Some(before);
    keep(dir, &Looks { last: now, certain });
}

fn read(dir: &StoreDir) -> Option<Looks> {
    let path = dir.dir.join(PRIVATE_DIR).join(FILE);
    let (_, bytes) = dir.fs.read(&path, MOST_BYTES).ok()?;
    let clock: Clock = serde_json::from_slice(&bytes).ok()?;
    let parsed = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    Some(Looks {
        last: parsed(&clock.looked_at)?,
        certain: clock.certain.as_deref().and_then(parsed),
    })
}

/// Keeps two looks, without syncs: if they are lost, files are kept for a day longer.
fn keep(dir: &StoreDir, looks: &Looks) {
    let clock = Clock {
        looked_at: Timestamp::from(looks.last).to_string(),
        certain: looks
            .certain
            .map(|certain| Timestamp::from(certain).to_string()),
    };
    let temporary = dir.path(names::temporary_name("@clock"));
    let kept = serde_json::to_vec(&clock)
        .map_err(io::Error::from)
        .and_then(|bytes| dir.fs.create(&temporary, &temporary)?.write_all(&bytes))
        .and_then(|()| {
            let path = dir.dir.join(PRIVATE_DIR).join(FILE);
            dir.fs.rename(&temporary, &path)
        });
    if kept.is_err() {
        // If this fails, too, the next sweep takes it.
        let _ = dir.fs.remove(&temporary);
    }
}
