//! Which modules lie above which. A module uses what lies in a layer below its own, or in its own
//! where that leads to no circle.

/// A folder of modules that have an order.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// The folder, from the root of the workspace.
    pub(super) root: &'static str,
    /// The modules in it, the lowest layer first. [`ITSELF`] is what the file of the folder's name,
    /// or `lib.rs` in it, holds beside the modules.
    pub(super) layers: &'static [&'static [&'static str]],
    /// Pairs of modules of which the first still uses the second, against the order.
    pub(super) still: &'static [(&'static str, &'static str)],
}

/// The place of what stands in the room itself, and in none of its modules. Without one it may be
/// used by all of them.
pub(super) const ITSELF: &str = "self";

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
            &["search"],
            &["open", ITSELF],
            &["contract", "examine"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/format",
        layers: &[
            &["defaults", "object"],
            &["unparsable"],
            &["write"],
            &["read"],
            &["outline", "texts", "entry"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/disk",
        layers: &[
            &["fs", "names"],
            &["locks", "os", "read_only"],
            &["store_dir"],
            &["passed_time", "probes", "staged_file"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/journal",
        layers: &[
            &["checksum", "edits", "open_journal"],
            &["change_text"],
            &["record"],
            &["salvage", "scan"],
            &["file"],
            &["segments"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/documents",
        layers: &[
            &[
                "damage",
                "durable_names",
                "notices",
                "queue",
                "request",
                "state",
            ],
            &["shared", "staged_process"],
            &["conflict", "load"],
            &["adoption"],
            &["document"],
            &["cache", "writer"],
            &["adopt", "rotate"],
            &["look"],
            &["checkpoint", "commit"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/catalog",
        layers: &[
            &["scan"],
            &["file_entry"],
            &["moved", "saved_index"],
            &["problems"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/lifecycle",
        layers: &[
            &["trash"],
            &["purge"],
            &["background"],
            &["processes"],
            &["create", "delete", "rename"],
            &["restore"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/follow",
        layers: &[&["inbox"], &["watch"], &["follower"]],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/examine",
        layers: &[
            &["paths", "pause", "repairs"],
            &["finding"],
            &["history"],
            &["journals", "leftovers", "process"],
            &["mend", "survey"],
            &["repair"],
        ],
        still: &[],
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
