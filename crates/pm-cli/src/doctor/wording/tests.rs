//! Every finding has a line of its own.

use pm_core::model::UnreadWord;

use super::*;

#[test]
fn times_are_said_in_their_largest_unit() {
    let said = [0, 1, 59, 60, 7_199, 7_200, 90_000, 200_000].map(|s| long(Duration::from_secs(s)));
    assert_eq!(
        said,
        [
            "0 seconds",
            "1 second",
            "59 seconds",
            "1 minute",
            "1 hour",
            "2 hours",
            "1 day",
            "2 days"
        ]
    );
}

#[test]
fn every_finding_names_its_file_in_one_line() {
    let revisions = Revisions { first: 5, last: 8 };
    let age = Duration::from_secs(7);
    let reason = || "permission denied".to_owned();
    let first = WordPlace {
        task: "soil".parse().unwrap(),
        job: Some("sample".parse().unwrap()),
        word: UnreadWord {
            field: "status",
            word: "\"Fertig\"".to_owned(),
            counts_as: "todo",
        },
    };
    for kind in [
        FindingKind::Foreign,
        FindingKind::PassedOver,
        FindingKind::UnknownWords { first, more: 1 },
        FindingKind::JournalEmpty,
        FindingKind::Behind { changes: 1 },
        FindingKind::EditedUnwatched { changes: 0 },
        FindingKind::EditedUnwatched { changes: 2 },
        FindingKind::JournalUnreadable { reason: reason() },
        FindingKind::JournalTorn { bytes: 17 },
        FindingKind::JournalDamaged {
            whole: 4,
            lost: None,
        },
        FindingKind::JournalDamaged {
            whole: 4,
            lost: Some(revisions),
        },
        FindingKind::JournalMisfit {
            whole: 4,
            lost: revisions,
        },
        FindingKind::JournalOrphaned {
            process: "garden".parse().ok(),
            changes: 3,
        },
        FindingKind::HistoryOrphaned,
        FindingKind::HistoryUnreadable { reason: reason() },
        FindingKind::HistoryDamaged,
        FindingKind::HistoryGap(revisions),
        FindingKind::JournalSetAside { age },
        FindingKind::Conflict { age },
        FindingKind::Temporary {
            age,
            writer: Writer::Alive,
        },
        FindingKind::Temporary {
            age,
            writer: Writer::Dead,
        },
        FindingKind::IndexUnreadable,
        FindingKind::IndexStale { files: 2 },
        FindingKind::DirectoryUnreadable { reason: reason() },
    ] {
        let file = "a.file".to_owned();
        let line = described(&Finding { file, kind });
        assert!(line.contains("a.file") && !line.contains('\n'), "{line}");
        assert!(!line.contains("something is the matter"), "{line}");
    }
}
