//! The statements about processes. One that is to be kept answers the number of the process for
//! each row that it made or changed. A statement sees one moment of the database, so that what has
//! to fit together is asked for at once.

/// Whether a known state is the present one, and the changes since if not.
///
/// Workspace, folded name, name, known revision. There is no revision above the upper bound: with it
/// the database expects a few changes, and looks them up; without it, the plan is one for a third
/// of all that the process has.
pub(crate) const FRESH: &str = "\
    SELECT p.id, p.head, c.revision, c.prev, c.tag, c.entry, p.fence \
    FROM pm.process p LEFT JOIN pm.change c ON c.process_id = p.id \
        AND c.revision > $4 AND c.revision <= 9223372036854775807 \
    WHERE p.workspace = $1 AND p.folded = $2 AND p.name = $3 AND p.deleted_at IS NULL \
    ORDER BY c.revision";

/// The statement for the snapshot of a process and the changes since; its argument chooses the
/// process.
macro_rules! load_of {
    ($choice:literal) => {
        concat!(
            "WITH p AS (SELECT id, head, fence FROM pm.process WHERE ",
            $choice,
            ") SELECT p.id, p.head, s.revision, NULL::bigint AS prev, s.tag, s.content AS entry, ",
            "p.fence FROM p JOIN pm.snapshot s ON s.process_id = p.id ",
            "UNION ALL SELECT p.id, p.head, c.revision, c.prev, c.tag, c.entry, p.fence ",
            "FROM p JOIN pm.snapshot s ON s.process_id = p.id ",
            "JOIN pm.change c ON c.process_id = p.id AND c.revision > s.revision ",
            "ORDER BY revision"
        )
    };
}

/// Workspace, folded name, name.
pub(crate) const LOAD: &str =
    load_of!("workspace = $1 AND folded = $2 AND name = $3 AND deleted_at IS NULL");

/// Number of the process.
pub(crate) const LOAD_TRASHED: &str = load_of!("id = $1 AND deleted_at IS NOT NULL");

/// Nobody changes the process until the end of the transaction. Workspace, folded name, name.
pub(crate) const LOCK: &str = "\
    SELECT id FROM pm.process \
    WHERE workspace = $1 AND folded = $2 AND name = $3 AND deleted_at IS NULL FOR UPDATE";

/// The changes of a draft, behind what moved the process on. Their values are taken out of the lists
/// one by one: as tables they would all be kept first.
macro_rules! changes_after {
    ($moved:literal) => {
        concat!(
            "WITH moved AS (",
            $moved,
            " RETURNING id) ",
            "INSERT INTO pm.change (process_id, revision, prev, tag, at, entry) ",
            "SELECT id, unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]), ",
            "unnest($9::text[]), unnest($10::bytea[]) FROM moved RETURNING process_id"
        )
    };
}

/// Appends changes to a process that is where it was known to be.
pub(crate) const APPEND: &str = changes_after!(
    "UPDATE pm.process SET revision = $3, head = $4, summary = $5 \
     WHERE id = $1 AND head = $2 AND fence = $11 AND deleted_at IS NULL"
);

/// The same, with a new name: as it is, and folded.
pub(crate) const RENAME: &str = changes_after!(
    "UPDATE pm.process SET revision = $3, head = $4, summary = $5, name = $12, folded = $13 \
     WHERE id = $1 AND head = $2 AND fence = $11 AND deleted_at IS NULL"
);

/// The same, for a process in the trash, which comes back. It is locked, and its head is not that
/// of its last change any more.
pub(crate) const RESTORE: &str = changes_after!(
    "UPDATE pm.process SET revision = $3, head = $4, summary = $5, name = $12, folded = $13, \
     deleted_at = NULL, deleted_by = NULL \
     WHERE id = $1 AND head = $2 AND fence = $11 AND deleted_at IS NOT NULL"
);

/// A process that came from another store, unless its name is taken or it is there already.
/// Workspace, name, folded name, revision, head, the tag of its last change, summary, when it was
/// deleted, by whom, content, and its changes.
pub(crate) const KEEP_WHOLE: &str = "\
    WITH made AS (INSERT INTO pm.process \
    (workspace, name, folded, revision, head, birth, summary, deleted_at, deleted_by) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id), \
    changes AS (INSERT INTO pm.change (process_id, revision, prev, tag, at, entry) \
    SELECT made.id, c.revision, c.prev, c.tag, c.at, c.entry FROM made, \
    unnest($11::bigint[], $12::bigint[], $13::bigint[], $14::text[], $15::bytea[]) \
    AS c (revision, prev, tag, at, entry)) \
    INSERT INTO pm.snapshot (process_id, revision, tag, content) \
    SELECT id, $4, $6, $10::bytea FROM made RETURNING process_id";

/// What lists say of a process, and its last changes. Number of the process, its revision, how
/// many.
pub(crate) const CHANGES_OF: &str = "\
    SELECT p.summary, c.entry FROM pm.process p LEFT JOIN pm.change c ON c.process_id = p.id \
        AND c.revision <= $2 AND c.revision > $2 - $3 \
    WHERE p.id = $1 ORDER BY c.revision";

/// A new process with its first state, unless its name is taken or it is there already, also under
/// another name: a request for it may arrive late and once more. Workspace, name, folded name, tag,
/// summary, content.
pub(crate) const CREATE: &str = "\
    WITH made AS (INSERT INTO pm.process \
    (workspace, name, folded, revision, head, birth, summary) \
    VALUES ($1, $2, $3, 1, $4, $4, $5) ON CONFLICT DO NOTHING RETURNING id) \
    INSERT INTO pm.snapshot (process_id, revision, tag, content) \
    SELECT id, 1, $4, $6::bytea FROM made RETURNING process_id";

/// Whether a process was created. Workspace, the tag that it was created with.
pub(crate) const WAS_CREATED: &str = "\
    SELECT id FROM pm.process WHERE workspace = $1 AND birth = $2";

/// Who has a name. Workspace, folded name.
pub(crate) const HOLDER: &str = "\
    SELECT name FROM pm.process \
    WHERE workspace = $1 AND folded = $2 AND deleted_at IS NULL";

/// The number of a process, and its fence. Workspace, folded name, name.
pub(crate) const FIND: &str = "\
    SELECT id, fence FROM pm.process \
    WHERE workspace = $1 AND folded = $2 AND name = $3 AND deleted_at IS NULL";

/// Puts a process into the trash, unless it has another name by now. Its fence goes up, so that a
/// request that arrives late does not take away what was restored meanwhile. Number of the process,
/// name, time, by whom, new head, fence.
pub(crate) const DELETE: &str = "\
    UPDATE pm.process SET deleted_at = $3, deleted_by = $4, head = $5, fence = fence + 1 \
    WHERE id = $1 AND name = $2 AND fence = $6 AND deleted_at IS NULL RETURNING id";

/// Whether a deletion was made. Number of the process, its head.
pub(crate) const WAS_DELETED: &str = "\
    SELECT id FROM pm.process WHERE id = $1 AND deleted_at IS NOT NULL AND head = $2";

/// Keeps a step whose answer was lost from being made later than this: it waits for whoever may be
/// at it, and for what their commit waits for, and puts up a fence that a request still under way
/// does not pass. Number of the process, the head and the fence that the step expects.
pub(crate) const FENCE: &str = "\
    UPDATE pm.process SET fence = fence + 1 WHERE id = $1 AND head = $2 AND fence = $3";

/// Whether a change was made. Number of the process, revision, tag.
pub(crate) const WAS_MADE: &str = "\
    SELECT process_id FROM pm.change WHERE process_id = $1 AND revision = $2 AND tag = $3";

/// Workspace.
pub(crate) const NAMES: &str = "\
    SELECT name FROM pm.process WHERE workspace = $1 AND deleted_at IS NULL ORDER BY name";

/// Workspace.
pub(crate) const LIST: &str = "\
    SELECT summary FROM pm.process WHERE workspace = $1 AND deleted_at IS NULL ORDER BY name";

/// Workspace.
pub(crate) const COUNT: &str = "\
    SELECT count(*) FROM pm.process WHERE workspace = $1 AND deleted_at IS NULL";

/// The last changes of a process. Workspace, folded name, name, the revision behind which, how
/// many.
pub(crate) const HISTORY: &str = "\
    SELECT c.entry FROM pm.process p LEFT JOIN pm.change c ON c.process_id = p.id \
        AND c.revision > $4 AND c.revision > p.revision - $5 \
    WHERE p.workspace = $1 AND p.folded = $2 AND p.name = $3 AND p.deleted_at IS NULL \
    ORDER BY c.revision";

/// Workspace.
pub(crate) const TRASH: &str = "\
    SELECT name, deleted_at, deleted_by FROM pm.process \
    WHERE workspace = $1 AND deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC";

/// The process of a name that was deleted last, locked. Workspace, name.
pub(crate) const LOCK_TRASHED: &str = "\
    SELECT id FROM pm.process WHERE workspace = $1 AND name = $2 AND deleted_at IS NOT NULL \
    ORDER BY deleted_at DESC, id DESC LIMIT 1 FOR UPDATE";

/// The process of a name that was deleted at a time. Workspace, name, time.
pub(crate) const FIND_TRASHED: &str = "\
    SELECT id FROM pm.process WHERE workspace = $1 AND name = $2 AND deleted_at = $3 \
    ORDER BY id DESC LIMIT 1";

/// Takes a process in the trash away for ever, unless it came back and was deleted once more: a request
/// may arrive late. Number of the process, when it was deleted.
pub(crate) const PURGE_ONE: &str = "\
    WITH gone AS (DELETE FROM pm.process WHERE id = $1 AND deleted_at = $2 RETURNING id), \
    changes AS (DELETE FROM pm.change c USING gone WHERE c.process_id = gone.id) \
    SELECT id FROM gone";

/// Whether a process was taken away for ever. Its number.
pub(crate) const WAS_PURGED: &str = "\
    SELECT $1::bigint WHERE NOT EXISTS (SELECT FROM pm.process WHERE id = $1)";

/// Takes some of those away that were deleted before a time; their number is written out, so that
/// the plan is one for few rows. Workspace, time.
pub(crate) const PURGE: &str = "\
    WITH gone AS (DELETE FROM pm.process WHERE id IN (SELECT id FROM pm.process \
        WHERE workspace = $1 AND deleted_at < $2 LIMIT 100 FOR UPDATE SKIP LOCKED) RETURNING id), \
    changes AS (DELETE FROM pm.change c USING gone WHERE c.process_id = gone.id) \
    SELECT id FROM gone";

/// The process that a caller has open. Workspace, caller.
pub(crate) const OPEN_PROCESS: &str = "\
    SELECT p.name FROM pm.caller c JOIN pm.process p ON p.id = c.process_id \
    WHERE c.workspace = $1 AND c.caller = $2 AND p.deleted_at IS NULL";

/// Notes which process a caller has open. Workspace, folded name, name, caller.
pub(crate) const SET_OPEN_PROCESS: &str = "\
    INSERT INTO pm.caller (workspace, caller, process_id, at) VALUES ($1, $4, \
    (SELECT id FROM pm.process WHERE workspace = $1 AND folded = $2 AND name = $3 \
        AND deleted_at IS NULL), now()) \
    ON CONFLICT (workspace, caller) DO UPDATE SET process_id = excluded.process_id, \
    at = excluded.at RETURNING 1";

/// Forgets callers that have opened nothing for a long time. Workspace.
pub(crate) const FORGET_CALLERS: &str = "\
    DELETE FROM pm.caller WHERE workspace = $1 AND at < now() - interval '90 days'";

/// The time of the database, in microseconds since 1970.
pub(crate) const CLOCK: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// A part of all processes as texts, to be searched: the snapshot of each, and the changes since.
/// Workspace, how many parts there are, which of them.
pub(crate) const SEARCH: &str = "\
    SELECT p.name, s.content, CASE WHEN p.head <> s.tag THEN \
        (SELECT string_agg(c.entry, NULL) FROM pm.change c \
        WHERE c.process_id = p.id AND c.revision > s.revision) END \
    FROM pm.process p JOIN pm.snapshot s ON s.process_id = p.id \
    WHERE p.workspace = $1 AND p.deleted_at IS NULL AND p.id % $2::bigint = $3::bigint";

/// Keeps a snapshot that is newer than the one there, of a state that the process went through.
/// Number of the process, revision, tag, content.
pub(crate) const SNAPSHOT: &str = "\
    INSERT INTO pm.snapshot AS s (process_id, revision, tag, content) \
    SELECT $1::bigint, $2::bigint, $3::bigint, $4::bytea WHERE EXISTS ( \
        SELECT FROM pm.change WHERE process_id = $1 AND revision = $2 AND tag = $3) \
    ON CONFLICT (process_id) DO UPDATE \
    SET revision = excluded.revision, tag = excluded.tag, content = excluded.content \
    WHERE s.revision < excluded.revision";

/// Lets go of changes that the snapshot has and the history tells no more. Those of the last moment
/// stay: somebody may still ask whether they were made. Number of the process, the revision before
/// the first one that the history tells, the time before which it tells nothing, a moment ago.
pub(crate) const RETAIN: &str = "\
    DELETE FROM pm.change c USING pm.snapshot s \
    WHERE c.process_id = $1 AND s.process_id = $1 AND c.revision <= s.revision \
    AND (c.revision <= $2 OR c.at < $3) AND c.at < $4";

/// Whether no other store does what one is enough for, until the transaction ends. Workspace.
pub(crate) const ALONE: &str = "SELECT pg_try_advisory_xact_lock(5008, hashtext($1))";

/// Tells those who listen. Its commit does not wait for the disk, which is kept busy by what is to be
/// kept: a note is of no use to anybody after a power cut. What they are told.
pub(crate) const NOTIFY: &str = "\
    SELECT set_config('synchronous_commit', 'off', true), pg_notify('pm', $1)";

/// Where all processes stand. Workspace.
pub(crate) const STANDINGS: &str = "\
    SELECT id, name, revision, head FROM pm.process \
    WHERE workspace = $1 AND deleted_at IS NULL";

/// Where some processes stand, and their last changes. Workspace, numbers of processes, the
/// revision of each that is known.
pub(crate) const FOLLOW: &str = "\
    SELECT p.id, p.deleted_at IS NULL, p.name, p.revision, p.head, p.summary, c.entry \
    FROM unnest($2::bigint[], $3::bigint[]) AS k (id, revision) \
    JOIN pm.process p ON p.id = k.id AND p.workspace = $1 \
    LEFT JOIN pm.change c ON c.process_id = p.id AND p.deleted_at IS NULL \
        AND c.revision > k.revision AND c.revision > p.revision - 64 \
    ORDER BY p.id, c.revision";
