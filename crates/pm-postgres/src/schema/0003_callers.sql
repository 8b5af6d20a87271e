-- The process that a caller without a session has open, whichever server it called.
CREATE TABLE pm.caller (
    workspace text COLLATE "C" NOT NULL,
    caller text COLLATE "C" NOT NULL,
    process_id bigint REFERENCES pm.process ON DELETE CASCADE,
    at timestamptz NOT NULL,
    PRIMARY KEY (workspace, caller)
);
CREATE INDEX caller_process ON pm.caller (process_id);
