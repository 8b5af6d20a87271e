//! Which modules lie above which. A module uses what lies in a layer below its own, or in its own
//! where that leads to no circle.

/// A folder of modules that have an order.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// The folder, from the root of the workspace. The file of the same name, or `lib.rs` in it,
    /// is above all modules in it.
    pub(super) root: &'static str,
    /// The modules in it, the lowest layer first.
    pub(super) layers: &'static [&'static [&'static str]],
    /// Pairs of modules of which the first still uses the second, against the order.
    pub(super) still: &'static [(&'static str, &'static str)],
}

/// All rooms.
pub(super) const ROOMS: &[Room] = &[
    Room {
        root: "crates/pm-core/src/store/file",
        layers: &[
            &["format"],
            &["disk"],
            &["journal"],
            &["documents"],
            &["catalog"],
            &["lifecycle"],
            &["follow"],
            &["open", "search"],
            &["contract", "examine"],
        ],
        still: &[
            ("disk", "documents"),
            ("disk", "journal"),
            ("documents", "examine"),
            ("documents", "lifecycle"),
            ("catalog", "lifecycle"),
        ],
    },
    Room {
        root: "crates/pm-tools/src",
        layers: &[
            &["call_log", "frame", "numbering", "text"],
            &["answer", "input", "resources"],
            &["caller", "updates"],
            &["failure", "prompts"],
            &["call"],
            &["completion", "notice", "tool"],
            &["tools"],
            &["catalog"],
            &["options", "refusal", "turns"],
            &["dispatch", "list"],
            &["server"],
        ],
        still: &[],
    },
];
