//! The journal's lines and how much of a journal is believed.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::value::to_raw_value;

use super::checksum::Checksum;
use super::record::Line;
use super::scan::{Head, Marker, Tail, scan, scan_on};
use crate::history::SessionTag;
use crate::{
    Action, Actor, Edit, Entity, EntryEdit, HistoryEntry, Job, Patch, Position, Timestamp,
};

/// A journal of these lines, and the end of each of them.
fn written(lines: &[Line]) -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut ends, mut prev) = (Vec::new(), Vec::new(), Checksum::NONE);
    for line in lines {
        prev = line.write(prev, &mut bytes).unwrap();
        ends.push(bytes.len());
    }
    (bytes, ends)
}

pub(super) fn json(text: &str) -> Checksum {
    Checksum::of(text.as_bytes())
}

pub(super) fn header(revision: u64) -> Line {
    Line::Header {
        epoch: 0xfeed,
        file: "garden.json".into(),
        process: Some("garden".into()),
        created_at: Some(Timestamp::stored("2026-11-22T11:00:00")),
        revision,
        json: json("base"),
    }
}

fn job() -> Job {
    Job {
        name: "sample".parse().unwrap(),
        description: "Take \"five\"\nsamples".into(),
        created_at: Timestamp::stored("2026-11-22T11:05:57.484412Z"),
        file_fields: crate::FileFields::default(),
    }
}

fn entry(revision: u64) -> Arc<HistoryEntry> {
    let edits = vec![
        Edit::Job(
            "soil test".parse().unwrap(),
            EntryEdit {
                key: "sample_1".into(),
                old: None,
                new: Some(Arc::new(job())),
                position: Position::After("other_0".into()),
            },
        ),
        Edit::Field {
            entity: Entity::Process,
            field: "mine".into(),
            old: Some(to_raw_value(&()).unwrap()),
            new: None,
        },
        Edit::RenameTask {
            old: "a".parse().unwrap(),
            new: "b".parse().unwrap(),
        },
        Edit::Order {
            entity: Entity::Task("a".parse().unwrap()),
            entries: "jobs".into(),
            old: vec!["x".into(), "y".into()],
            new: vec!["y".into(), "x".into()],
        },
    ];
    Arc::new(HistoryEntry {
        revision,
        at: Timestamp::stored("2026-11-22T11:05:57.484412Z"),
        actor: Actor::Client {
            client: "llama-ui-mcp".into(),
            principal: None,
        },
        session: Some(SessionTag(0x2a)),
        action: Action::new("add_job", "added the job \"sample\""),
        patch: Some(Patch(edits)),
    })
}

pub(super) fn change(revision: u64) -> Line {
    let entry = entry(revision);
    Line::Change { entry, json: None }
}

fn some_lines() -> Vec<Line> {
    vec![
        header(4),
        change(5),
        change(6),
        Line::Checkpoint {
            revision: 6,
            json: json("six"),
        },
        change(7),
        Line::Placed { json: json("six") },
        change(8),
    ]
}

#[test]
fn a_line_reads_back_as_it_was_written() {
    let (bytes, ends) = written(&some_lines());
    let mut start = 0;
    for (line, end) in some_lines().iter().zip(ends) {
        let text = &bytes[start..end - 1];
        assert_eq!(Line::read(text).unwrap().line, *line);
        start = end;
    }
}

#[test]
fn a_line_is_text_that_a_person_can_read() {
    let (bytes, _) = written(&some_lines()[..2]);
    let text = String::from_utf8(bytes).unwrap();
    insta::assert_snapshot!(text);
}

/// What programs wrote before a journal's first line said when the process was created.
#[test]
fn an_older_header_says_nothing_of_the_creation() {
    let mut older = header(4);
    if let Line::Header { created_at, .. } = &mut older {
        *created_at = None;
    }
    let (bytes, _) = written(&[older.clone(), change(5)]);
    assert!(!String::from_utf8_lossy(&bytes[..200]).contains("created_at"));
    let scan = scan(&bytes);
    assert_eq!(
        (scan.tail, scan.head.revision, scan.head.created_at),
        (Tail::Clean, 5, None)
    );
    let text = &bytes[..bytes.iter().position(|byte| *byte == b'\n').unwrap()];
    assert_eq!(Line::read(text).unwrap().line, older);
}

#[test]
fn a_whole_journal_is_read_to_its_end() {
    let (bytes, _) = written(&some_lines());
    let scan = scan(&bytes);
    assert_eq!(scan.tail, Tail::Clean);
    assert_eq!(scan.head.end, bytes.len() as u64);
    assert_eq!(scan.head.revision, 8);
    let revisions: Vec<_> = scan.changes.iter().map(|change| change.revision).collect();
    assert_eq!(revisions, [5, 6, 7, 8]);
    let six = Marker {
        revision: 6,
        json: json("six"),
    };
    assert_eq!(
        scan.head.markers,
        [six],
        "the first file is no longer in place"
    );
}

#[test]
fn an_announced_file_counts_beside_the_one_before() {
    let (bytes, ends) = written(&some_lines());
    let scan = scan(&bytes[..ends[4]]);
    assert_eq!(scan.head.marker_of(json("base")).unwrap().revision, 4);
    assert_eq!(scan.head.marker_of(json("six")).unwrap().revision, 6);
    assert_eq!(scan.head.marker_of(json("other")), None);
}

#[test]
fn reading_on_gives_what_reading_it_all_gives() {
    let (bytes, ends) = written(&some_lines());
    for end in ends {
        let first = scan(&bytes[..end]);
        let rest = scan_on(first.head, &bytes[end..]);
        assert_eq!(rest.head, scan(&bytes).head);
        assert_eq!(rest.tail, Tail::Clean);
    }
}

#[test]
fn whatever_is_cut_off_the_lines_before_count() {
    let (bytes, ends) = written(&some_lines());
    for length in 0..bytes.len() {
        let scan = scan(&bytes[..length]);
        let whole = ends.iter().rfind(|end| **end <= length).copied();
        assert_eq!(scan.head.end, whole.unwrap_or(0) as u64);
        let is_end = whole.unwrap_or(0) == length;
        assert_eq!(scan.tail, if is_end { Tail::Clean } else { Tail::Torn });
    }
}

#[test]
fn a_damaged_byte_is_told_from_a_cut_by_what_follows() {
    let (bytes, ends) = written(&some_lines());
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1;
        let scan = scan(&damaged);
        let line = ends.iter().position(|end| place < *end).unwrap();
        let before = line.checked_sub(1).map_or(0, |line| ends[line]);
        assert_eq!(scan.head.end, before as u64, "byte {place}");
        // A last line whose break is damaged looks like one that was cut there.
        let last = line == ends.len() - 1;
        assert_eq!(scan.tail == Tail::Damaged, !last, "byte {place}");
    }
}

#[test]
fn a_line_counts_only_in_its_place() {
    let lines = some_lines();
    let (bytes, ends) = written(&lines);
    // A whole line twice, and one left out.
    let twice = [&bytes[..ends[1]], &bytes[ends[0]..]].concat();
    assert_eq!(scan(&twice).head.revision, 5);
    assert_eq!(scan(&twice).tail, Tail::Damaged);
    let missing = [&bytes[..ends[0]], &bytes[ends[1]..]].concat();
    assert_eq!(scan(&missing).head.revision, 4);
    assert_eq!(scan(&missing).tail, Tail::Damaged);
    // Well formed, and of a revision that cannot follow.
    let (jump, _) = written(&[header(4), change(6)]);
    assert_eq!(scan(&jump).head.revision, 4);
    assert_eq!(scan(&jump).tail, Tail::Damaged);
}

#[test]
fn a_change_from_outside_makes_its_file_the_one_that_counts() {
    let outside = Line::Change {
        entry: entry(5),
        json: Some(json("edited")),
    };
    let (bytes, _) = written(&[header(4), outside]);
    let scan = scan(&bytes);
    assert_eq!(scan.head.marker_of(json("edited")).unwrap().revision, 5);
    assert_eq!(scan.head.marker_of(json("base")), None);
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let scan = scan(&bytes);
        prop_assert!(scan.head.end <= bytes.len() as u64);
    }

    #[test]
    fn odd_bytes_behind_a_journal_take_nothing_away(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let (mut journal, _) = written(&some_lines());
        let end = journal.len() as u64;
        journal.extend(bytes);
        let scan = scan(&journal);
        prop_assert!(scan.head.end >= end);
        prop_assert_eq!(scan.head.revision, 8);
    }

    #[test]
    fn a_header_of_another_format_is_not_taken_for_ours(format in 2_u32..) {
        let (bytes, _) = written(&[header(4)]);
        let text = String::from_utf8(bytes).unwrap();
        let text = text[17..].replace("\"format\":1", &format!("\"format\":{format}"));
        let sum = Checksum::of(text.trim_end().as_bytes());
        let scan = scan(format!("{sum} {text}").as_bytes());
        prop_assert_eq!(scan.head, Head::default());
    }
}
