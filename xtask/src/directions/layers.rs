//! Which modules lie above which. A module uses what lies in a layer below its own, or in its own
//! where that leads to no circle.

/// A folder of modules that have an order.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// The folder, from the root of the workspace.
    pub(super) root: &'static str,
    /// The modules in it, the lowest layer first. [`ITSELF`] is what the file of the folder's name,
    /// or `lib.rs` in it, holds beside the modules; [`REST`] are those that are not named.
    pub(super) layers: &'static [&'static [&'static str]],
    /// Pairs of modules of which the first still uses the second, against the order.
    pub(super) still: &'static [(&'static str, &'static str)],
}

/// The place of what stands in the room itself, and in none of its modules. Without one it may be
/// used by all of them.
pub(super) const ITSELF: &str = "self";

/// The place of all modules that are listed nowhere, in a room that many of one kind share.
pub(super) const REST: &str = "*";

/// Folders that are no rooms yet, and in which modules still use each other.
pub(super) const IN_CIRCLES: &[&str] = &[
    "crates/pm-cli/src",
    "crates/pm-core/src",
    "crates/pm-core/src/manager",
    "crates/pm-core/src/markdown",
    "crates/pm-core/src/model",
    "crates/pm-core/src/store",
    "crates/pm-import/src",
    "crates/pm-mcp-http/src",
    "crates/pm-postgres/src/pool",
    "crates/pm-postgres/src/processes",
    "xtask/src/bench",
];

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
            &["end"],
            &["segments"],
            &["rebuilt"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-core/src/store/file/documents",
        layers: &[
            &["damage", "durable_names", "notices", "request", "state"],
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
            &["scan", "summary_text"],
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
            &["lone_journals", "purge"],
            &["background"],
            &["processes"],
            &["create", "delete", "rename"],
            &["conflicts", "restore", "trashed"],
            &["hand_over"],
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
        root: "crates/pm-postgres/src",
        layers: &[
            &["address", "failure", "reactor", "sql"],
            &["entries", "known", "socket", "tls", "tries"],
            &["cache", "connecting", "feed"],
            &["connection"],
            &["bridge", "draft", "pool"],
            &["follow", "housekeeping", "schema"],
            &["database"],
            &["snapshots"],
            &["processes"],
            &["search"],
            &["store"],
            &["callers", "open"],
            &["testing"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src",
        layers: &[
            &["call_log", "numbering", "plan_page"],
            &["frame", "text"],
            &["calls", "input"],
            &["answer", "resources"],
            &["caller", "updates"],
            &["failure", "prompts"],
            &["call"],
            &["completion", "notice", "tool"],
            &["tools"],
            &["catalog"],
            &["options", "turns"],
            &["refusal"],
            &["dispatch", "list"],
            &["server"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/frame",
        layers: &[
            &["unread"],
            &["loose_id", "malformed", "walk"],
            &["initialize"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/text",
        layers: &[
            &["json_size", "near_names", "position"],
            &["cut"],
            &["phrases"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/input",
        layers: &[&["schema"], &["arguments"], &["narrowing", "placeholder"]],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/answer",
        layers: &[
            &["concerned", "extra", "limits", "list_names", "style"],
            &["page"],
            &["budget", "plan"],
            &["job", "listed", "snippet"],
            &["process"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/answer/budget",
        layers: &[
            &["left_out"],
            &["reading"],
            &["shortening"],
            &["contents", "fields", "lists", "tasks", "texts"],
            &["descriptions"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/resources",
        layers: &[&["templates", "uri"], &["near"], &["read"]],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/caller",
        layers: &[
            &["claims", "line", "offer", "open"],
            &[ITSELF],
            &["kept", "known"],
            &["sessionless"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/updates",
        layers: &[&["follow", "interest"], &["session"]],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/prompts",
        layers: &[&["steps"], &["texts"]],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/tools",
        layers: &[&["one_of_jobs", "same_code"], &[REST], &["task_jobs_list"]],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/tools/plan_new",
        layers: &[&["draft"], &["lines"], &["objects"], &["planned"]],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/tools/task_next",
        layers: &[&["answer"], &["fitting", "standstill"]],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/catalog",
        layers: &[
            &[ITSELF],
            &["descriptions", "meant", "profiles"],
            &["selection"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-tools/src/refusal",
        layers: &[
            &[ITSELF],
            &[
                "explained",
                "history",
                "input",
                "names",
                "storage",
                "taken",
                "whole_plan",
            ],
            &["plan"],
            &["wording"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-web/src",
        layers: &[
            &["lasting"],
            &[
                "address",
                "colours",
                "headers",
                "host",
                "live",
                "moment",
                "multipart",
                "prompts",
                "return_path",
                "server_state",
                "text",
            ],
            &["cookie", "form"],
            &["login", "preferences"],
            &["visitor"],
            &["diff_lines", "frame", "parts", "rich_text"],
            &["problem"],
            &["found", "names", "query", "same_origin", "stray"],
            &["assets", "shown"],
            &["fresh"],
            &["rendered"],
            &["download", "front_end"],
            &["changes"],
            &["admission", "pages"],
            &["routes"],
        ],
        still: &[],
    },
    Room {
        root: "crates/pm-web/src/login",
        layers: &[
            &["attempts", "session"],
            &["logouts"],
            &[ITSELF],
            &["several"],
        ],
        still: &[],
    },
];
