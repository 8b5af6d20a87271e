//! A file's content: what running programs see, and the changes that no sync has made durable.

/// A disk writes a sector whole or not at all.
const SECTOR: usize = 512;

/// What a file holds.
#[derive(Clone, Default)]
pub(crate) struct Content {
    /// What running programs see.
    pub(crate) seen: Vec<u8>,
    /// What is on the disk whatever happens.
    durable: Vec<u8>,
    /// What has been done since, in order.
    log: Vec<Logged>,
}

#[derive(Clone)]
struct Logged {
    change: Change,
    standing: Standing,
}

#[derive(Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    SetLen(usize),
}

/// What is promised of a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Nothing; the next sync makes it durable.
    Pending,
    /// Nothing, ever: its sync failed. Programs go on seeing it, and no later sync writes it,
    /// since the system takes the pages for clean. Linux does just that.
    Lost,
    /// It is on the disk; kept in the log only since a lost change stands before it.
    Durable,
}

/// What becomes of a change in a crash, if nothing is promised of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It never reached the disk.
    Gone,
    /// It did.
    Whole,
    /// Only the file's new length did; what was added reads as zeros.
    LengthOnly,
    /// As many bytes of its beginning did.
    Prefix(usize),
    /// The length and some sectors did; those whose bit is set in `lost` have zeros.
    Zeros { lost: u64 },
    /// The length and some sectors did; those whose bit is set in `lost` are as before.
    Old { lost: u64 },
}

/// How many kinds of [`Fate`] there are.
pub(crate) const FATES: u8 = 6;

impl Content {
    /// A content that is all on the disk.
    pub(crate) fn durable(bytes: Vec<u8>) -> Self {
        Self {
            seen: bytes.clone(),
            durable: bytes,
            log: Vec::new(),
        }
    }

    pub(crate) fn write(&mut self, offset: usize, bytes: &[u8]) {
        overwrite(&mut self.seen, offset, bytes);
        self.enter(Change::Write {
            offset,
            bytes: bytes.to_vec(),
        });
    }

    pub(crate) fn set_len(&mut self, len: usize) {
        self.seen.resize(len, 0);
        self.enter(Change::SetLen(len));
    }

    fn enter(&mut self, change: Change) {
        let standing = Standing::Pending;
        self.log.push(Logged { change, standing });
    }

    /// Makes durable what is pending.
    pub(crate) fn sync(&mut self) {
        if self.log.iter().any(|it| it.standing == Standing::Lost) {
            self.resolve(Standing::Durable);
        } else {
            self.durable.clone_from(&self.seen);
            self.log.clear();
        }
    }

    /// Takes what is pending for clean, without writing it: a sync has failed.
    pub(crate) fn lose(&mut self) {
        self.resolve(Standing::Lost);
    }

    fn resolve(&mut self, standing: Standing) {
        for logged in &mut self.log {
            if logged.standing == Standing::Pending {
                logged.standing = standing;
            }
        }
    }

    /// What a sync would make durable, in words that tell one use of a sync from another.
    pub(crate) fn pending(&self) -> Vec<&'static str> {
        let mut len = self.durable.len();
        let pending = self.log.iter().filter(|it| it.standing != Standing::Lost);
        let words = pending.filter_map(|logged| {
            let before = len;
            let word = match &logged.change {
                Change::Write { offset, bytes } => {
                    len = len.max(offset + bytes.len());
                    match *offset {
                        _ if self.durable.is_empty() => "first content",
                        offset if offset >= before => "append",
                        _ => "overwrite",
                    }
                }
                Change::SetLen(new) => {
                    len = *new;
                    if len < before { "cut" } else { "extension" }
                }
            };
            (logged.standing == Standing::Pending).then_some(word)
        });
        let mut words: Vec<_> = words.collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// For each change of which nothing is promised, the number of kinds of fate it may have.
    pub(crate) fn open_fates(&self) -> Vec<u8> {
        let open = self
            .log
            .iter()
            .filter(|it| it.standing != Standing::Durable);
        open.map(|logged| match logged.change {
            Change::Write { .. } => FATES,
            Change::SetLen(_) => 2,
        })
        .collect()
    }

    /// The fate of a kind below [`FATES`] for the change at `place` among the open ones.
    pub(crate) fn fate(&self, place: usize, kind: u8, rng: &mut fastrand::Rng) -> Fate {
        let mut open = self
            .log
            .iter()
            .filter(|it| it.standing != Standing::Durable);
        let len = match open.nth(place).map(|logged| &logged.change) {
            Some(Change::Write { bytes, .. }) => bytes.len(),
            _ => 0,
        };
        match kind {
            0 => Fate::Gone,
            1 => Fate::Whole,
            2 => Fate::LengthOnly,
            3 => Fate::Prefix(rng.usize(0..=len)),
            4 => Fate::Zeros { lost: rng.u64(..) },
            _ => Fate::Old { lost: rng.u64(..) },
        }
    }

    /// What the file holds after a crash in which its open changes have these fates.
    pub(crate) fn survive(&self, fates: &[Fate]) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        let mut fates = fates.iter();
        for logged in &self.log {
            let fate = match logged.standing {
                Standing::Durable => Fate::Whole,
                Standing::Pending | Standing::Lost => *fates.next().unwrap_or(&Fate::Gone),
            };
            match &logged.change {
                Change::SetLen(_) if fate == Fate::Gone => {}
                Change::SetLen(len) => bytes.resize(*len, 0),
                Change::Write { offset, bytes: new } => tear(&mut bytes, *offset, new, fate),
            }
        }
        bytes
    }
}

/// Writes `new` at `offset`, as far as its fate lets it.
fn tear(bytes: &mut Vec<u8>, offset: usize, new: &[u8], fate: Fate) {
    let (lost, zeros) = match fate {
        Fate::Gone => return,
        Fate::Whole => (0, false),
        Fate::LengthOnly => (u64::MAX, false),
        Fate::Prefix(len) => return overwrite(bytes, offset, &new[..len]),
        Fate::Zeros { lost } => (lost, true),
        Fate::Old { lost } => (lost, false),
    };
    let old = bytes.clone();
    overwrite(bytes, offset, new);
    for (place, byte) in bytes.iter_mut().enumerate().skip(offset).take(new.len()) {
        if lost >> (place / SECTOR % 64) & 1 == 1 {
            let old = old.get(place).filter(|_| !zeros);
            *byte = old.copied().unwrap_or_default();
        }
    }
}

fn overwrite(bytes: &mut Vec<u8>, offset: usize, new: &[u8]) {
    let end = offset + new.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(new);
}
