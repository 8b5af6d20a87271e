//! The lines of a journal, from and to their text.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::change_text::ChangeText;
use super::checksum::{CHECKSUM_CHARS, Checksum};
use crate::{HistoryEntry, Timestamp};

/// The version of the format that this crate writes, and the only one that it reads.
pub(crate) const FORMAT: u32 = 1;

/// What follows the checksum in each line.
const OPENING: &[u8] = b" {\"";

/// One line of a journal, without the checksum of the one before.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Line {
    /// The first line.
    Header {
        epoch: u64,
        /// The name of the process's file, for people.
        file: String,
        /// The name of the process; older journals do not have it.
        process: Option<String>,
        /// Stands in for the time of creation if the JSON file does not give it.
        created_at: Option<Timestamp>,
        revision: u64,
        json: Checksum,
    },
    /// A change; with `json` if the file of that checksum holds the state that it left.
    Change {
        entry: Arc<HistoryEntry>,
        json: Option<Checksum>,
    },
    /// The file of the checksum `json`, which is about to be put in place, holds `revision`.
    Checkpoint { revision: u64, json: Checksum },
    /// The file of the checksum `json`, which was announced before, is in place.
    Placed { json: Checksum },
}

/// The form of a line in the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LineText {
    Journal {
        format: u32,
        epoch: Checksum,
        file: String,
        /// Left out in older journals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        process: Option<String>,
        /// Left out in older journals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        created_at: Option<String>,
        revision: u64,
        json: Checksum,
    },
    Change(ChangeText),
    Checkpoint {
        prev: Checksum,
        revision: u64,
        json: Checksum,
    },
    Placed {
        prev: Checksum,
        json: Checksum,
    },
}

/// A line as it was read.
pub(crate) struct ReadLine {
    pub(crate) line: Line,
    /// The checksum that the line before must have; `None` for a header, which has none.
    pub(crate) prev: Option<Checksum>,
    pub(crate) checksum: Checksum,
}

impl Line {
    /// The change that the line is about.
    pub(crate) fn entry(&self) -> Option<&Arc<HistoryEntry>> {
        match self {
            Self::Change { entry, .. } => Some(entry),
            Self::Header { .. } | Self::Checkpoint { .. } | Self::Placed { .. } => None,
        }
    }

    /// Appends the line to `bytes`, and answers its checksum, which the next one has to name.
    ///
    /// The error is serde's; with these types, whose keys are all text, it does not come up.
    pub(crate) fn write(
        &self,
        prev: Checksum,
        bytes: &mut Vec<u8>,
    ) -> serde_json::Result<Checksum> {
        let start = bytes.len();
        bytes.resize(start + CHECKSUM_CHARS, b'0');
        bytes.push(b' ');
        serde_json::to_writer(&mut *bytes, &self.to_text(prev)?)?;
        let json = bytes.get(start + CHECKSUM_CHARS + 1..).unwrap_or_default();
        let checksum = Checksum::of(json);
        if let Some(place) = bytes.get_mut(start..start + CHECKSUM_CHARS) {
            place.copy_from_slice(checksum.to_string().as_bytes());
        }
        bytes.push(b'\n');
        Ok(checksum)
    }

    /// The bytes that lines take; nothing for one that cannot be written.
    pub(crate) fn size(lines: &[Self]) -> u64 {
        let mut bytes = Vec::new();
        for line in lines {
            // A line that cannot be written fails when it is appended.
            let _ = line.write(Checksum::NONE, &mut bytes);
        }
        bytes.len() as u64
    }

    /// Reads a line without its line break; `None` if it is none, or damaged.
    pub(crate) fn read(text: &[u8]) -> Option<ReadLine> {
        let (checksum, rest) = text.split_at_checked(CHECKSUM_CHARS)?;
        let checksum = Checksum::parse(checksum)?;
        let json = rest.strip_prefix(b" ")?;
        if Checksum::of(json) != checksum {
            return None;
        }
        let (line, prev) = serde_json::from_slice::<LineText>(json).ok()?.into_line()?;
        Some(ReadLine {
            line,
            prev,
            checksum,
        })
    }

    /// The positions in `bytes` at which a line may start, by the look of it.
    pub(crate) fn may_start_at(bytes: &[u8]) -> impl Iterator<Item = usize> {
        let window = CHECKSUM_CHARS + OPENING.len();
        bytes
            .windows(window)
            .enumerate()
            .filter_map(|(start, text)| {
                let (checksum, opening) = text.split_at(CHECKSUM_CHARS);
                let is_start = opening == OPENING && checksum.iter().all(u8::is_ascii_hexdigit);
                is_start.then_some(start)
            })
    }

    fn to_text(&self, prev: Checksum) -> serde_json::Result<LineText> {
        Ok(match self {
            Self::Header {
                epoch,
                file,
                process,
                created_at,
                revision,
                json,
            } => LineText::Journal {
                format: FORMAT,
                epoch: Checksum(*epoch),
                file: file.clone(),
                process: process.clone(),
                created_at: created_at.as_ref().map(Timestamp::to_string),
                revision: *revision,
                json: *json,
            },
            Self::Change { entry, json } => {
                let mut change = ChangeText::new(entry)?;
                (change.prev, change.json) = (Some(prev), *json);
                LineText::Change(change)
            }
            Self::Checkpoint { revision, json } => LineText::Checkpoint {
                prev,
                revision: *revision,
                json: *json,
            },
            Self::Placed { json } => LineText::Placed { prev, json: *json },
        })
    }
}

impl LineText {
    fn into_line(self) -> Option<(Line, Option<Checksum>)> {
        Some(match self {
            Self::Journal {
                format,
                epoch,
                file,
                process,
                created_at,
                revision,
                json,
            } => {
                let header = Line::Header {
                    epoch: epoch.0,
                    file,
                    process,
                    created_at: created_at.map(Timestamp::stored),
                    revision,
                    json,
                };
                (format == FORMAT).then_some((header, None))?
            }
            Self::Change(change) => {
                let (prev, json) = (change.prev?, change.json);
                let entry = Arc::new(change.into_entry()?);
                (Line::Change { entry, json }, Some(prev))
            }
            Self::Checkpoint {
                prev,
                revision,
                json,
            } => (Line::Checkpoint { revision, json }, Some(prev)),
            Self::Placed { prev, json } => (Line::Placed { json }, Some(prev)),
        })
    }
}
