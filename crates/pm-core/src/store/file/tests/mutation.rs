//! Ways to damage a file of lines: what disks, cables, editors and people do, and what somebody
//! would do who knows the format.

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::journal::Checksum;

/// A way to damage a file.
#[derive(Debug, Clone)]
pub(crate) enum Mutation {
    Flip(Index, u8),
    Cut(Index),
    Insert(Index, Vec<u8>),
    Remove(Index, Index),
    /// What a disk makes of an end that it did not write.
    NulTail(u16),
    CarriageReturns,
    ByteOrderMark,
    RepeatLine(Index),
    SwapLines(Index, Index),
    DropLine(Index),
    /// Another number in the place of one, and a checksum that fits.
    Number(Index, u64),
    /// As much depth as would overflow a stack.
    Nest(Index, u16),
}

pub(crate) fn some_mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<Index>;
    prop_oneof![
        (place(), 1..=u8::MAX).prop_map(|(at, bits)| Mutation::Flip(at, bits)),
        place().prop_map(Mutation::Cut),
        (place(), proptest::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (place(), place()).prop_map(|(from, to)| Mutation::Remove(from, to)),
        (1_u16..).prop_map(Mutation::NulTail),
        Just(Mutation::CarriageReturns),
        Just(Mutation::ByteOrderMark),
        place().prop_map(Mutation::RepeatLine),
        (place(), place()).prop_map(|(one, other)| Mutation::SwapLines(one, other)),
        place().prop_map(Mutation::DropLine),
        (place(), any::<u64>()).prop_map(|(line, number)| Mutation::Number(line, number)),
        (place(), any::<u16>()).prop_map(|(at, depth)| Mutation::Nest(at, depth)),
    ]
}

impl Mutation {
    /// Damages a file.
    pub(crate) fn make(mut bytes: Vec<u8>, how: &Self) -> Vec<u8> {
        if bytes.is_empty() {
            return bytes;
        }
        let at = |place: &Index| place.index(bytes.len());
        match how {
            Self::Flip(place, bits) => {
                let at = at(place);
                bytes[at] ^= bits;
            }
            Self::Cut(place) => bytes.truncate(at(place)),
            Self::Insert(place, more) => insert(&mut bytes, *place, more),
            Self::Remove(from, to) => {
                let (from, to) = (at(from), at(to));
                bytes.drain(from.min(to)..from.max(to));
            }
            Self::NulTail(count) => bytes.resize(bytes.len() + usize::from(*count), 0),
            Self::CarriageReturns => {
                let text = bytes.split(|byte| *byte == b'\n');
                bytes = text.collect::<Vec<_>>().join(&b"\r\n"[..]);
            }
            Self::ByteOrderMark => bytes.splice(..0, *b"\xef\xbb\xbf").for_each(drop),
            Self::Nest(place, depth) => {
                let depth = b"{\"a\":[".repeat(usize::from(*depth));
                insert(&mut bytes, *place, &depth);
            }
            Self::RepeatLine(_) | Self::SwapLines(..) | Self::DropLine(_) | Self::Number(..) => {
                let lines = bytes.split_inclusive(|byte| *byte == b'\n');
                let mut lines: Vec<_> = lines.map(<[u8]>::to_vec).collect();
                how.make_lines(&mut lines);
                bytes = lines.concat();
            }
        }
        bytes
    }

    fn make_lines(&self, lines: &mut Vec<Vec<u8>>) {
        let count = lines.len();
        match self {
            Self::RepeatLine(line) => {
                let line = line.index(count);
                lines.insert(line, lines[line].clone());
            }
            Self::SwapLines(one, other) => lines.swap(one.index(count), other.index(count)),
            Self::DropLine(line) => drop(lines.remove(line.index(count))),
            Self::Number(line, number) => {
                let line = line.index(count);
                if let Some(sealed) = with_number(&lines[line], *number) {
                    lines[line] = sealed;
                }
            }
            _ => {}
        }
    }
}

fn insert(bytes: &mut Vec<u8>, place: Index, more: &[u8]) {
    let at = place.index(bytes.len());
    bytes.splice(at..at, more.iter().copied());
}

/// A line with another revision, and the checksum of what it says now.
fn with_number(line: &[u8], number: u64) -> Option<Vec<u8>> {
    let text = str::from_utf8(line).ok()?;
    let (_, json) = text.trim_end().split_once(' ')?;
    let (before, rest) = json.split_once("\"revision\":")?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let json = format!("{before}\"revision\":{number}{rest}");
    Some(format!("{} {json}\n", Checksum::of(json.as_bytes())).into_bytes())
}
