-- Processes, the changes of each, and a state of each from which its last changes lead on.
CREATE SCHEMA pm;

CREATE TABLE pm.meta (
    version int NOT NULL,
    -- The versions of Unicode by which names were folded.
    folding text NOT NULL
);

-- What a change leaves as it is comes first: the database logs a row from where it differs.
CREATE TABLE pm.process (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The tag that it was created with.
    birth bigint NOT NULL,
    -- Counted up to keep requests from being made that are still under way and were given up.
    fence int NOT NULL DEFAULT 0,
    workspace text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    folded text COLLATE "C" NOT NULL,
    deleted_at text COLLATE "C",
    deleted_by text,
    -- What a list says of it, as JSON text.
    summary text NOT NULL,
    revision bigint NOT NULL,
    -- The tag of the last change: a random number. Revisions may come again with other content
    -- after a failover that lost the end; tags do not.
    head bigint NOT NULL
-- Room for the next versions of a row in the same page, so that no index has to be touched.
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX process_name ON pm.process (workspace, folded) WHERE deleted_at IS NULL;
CREATE INDEX process_trash ON pm.process (workspace, deleted_at) WHERE deleted_at IS NOT NULL;

-- Changes are inserted for the row of a process that the same statement changes, and deleted with it:
-- a foreign key would look for that row once more with each of them.
CREATE TABLE pm.change (
    process_id bigint NOT NULL,
    revision bigint NOT NULL,
    -- The tag of the change before.
    prev bigint NOT NULL,
    tag bigint NOT NULL,
    at text COLLATE "C" NOT NULL,
    -- The entry of the history, as JSON text. No jsonb, which would reorder it.
    entry bytea NOT NULL,
    PRIMARY KEY (process_id, revision)
);

CREATE TABLE pm.snapshot (
    process_id bigint PRIMARY KEY REFERENCES pm.process ON DELETE CASCADE,
    revision bigint NOT NULL,
    tag bigint NOT NULL,
    -- The process, as its file would have it.
    content bytea NOT NULL
);
