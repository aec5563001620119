-- Times are milliseconds since 1970, values that only Rust looks into are JSON.

CREATE TABLE accounts (
    account     TEXT PRIMARY KEY,            -- '' is the switch for all, also for accounts to come
    paused      INTEGER NOT NULL DEFAULT 0,
    failure     TEXT,                        -- persistent failure that stopped the account
    hold_until  INTEGER,                     -- the service asked to wait
    concurrency INTEGER                      -- the user's choice
) WITHOUT ROWID;

CREATE TABLE batches (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    TEXT NOT NULL,
    cloud_name TEXT NOT NULL,
    label      TEXT NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE jobs (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    batch           INTEGER NOT NULL REFERENCES batches (id),
    account         TEXT NOT NULL,
    source_kind     TEXT NOT NULL,           -- file, url, widget
    source          BLOB NOT NULL,           -- a path need not be UTF-8
    name            TEXT NOT NULL,
    size            INTEGER,
    identity        TEXT,                    -- size:modified_ns:inode
    state           TEXT NOT NULL,
    sent            INTEGER NOT NULL DEFAULT 0,
    total           INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER,
    failure         TEXT,
    receipt         TEXT,
    verification    TEXT,
    reused          INTEGER NOT NULL DEFAULT 0,
    public_id_rule  TEXT,                    -- null: name and random part
    public_id       TEXT,
    requested_type  TEXT,
    resource_type   TEXT,
    params          TEXT NOT NULL,
    dedupe          INTEGER NOT NULL,
    md5             TEXT,
    course          TEXT,
    created_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    removed_at      INTEGER
);

CREATE INDEX jobs_in_line ON jobs (account, state, id) WHERE removed_at IS NULL;
CREATE INDEX jobs_due ON jobs (account, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX jobs_of_batch ON jobs (batch, state, sent, total) WHERE removed_at IS NULL;
CREATE INDEX jobs_removed ON jobs (removed_at) WHERE removed_at IS NOT NULL;

CREATE TABLE library (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    account         TEXT NOT NULL,
    cloud_name      TEXT NOT NULL,
    resource_type   TEXT NOT NULL,
    delivery_type   TEXT NOT NULL,
    public_id       TEXT NOT NULL,
    receipt         TEXT NOT NULL,
    name            TEXT NOT NULL,
    folder          TEXT NOT NULL,
    tags            TEXT NOT NULL,           -- JSON list
    origin          TEXT NOT NULL,
    verification    TEXT NOT NULL,
    job             INTEGER,
    source          BLOB,
    size            INTEGER,                 -- of the local file
    md5             TEXT,                    -- of the local file
    fingerprint     TEXT,                    -- effective parameters; null: never an answer for another job
    uploaded_at     INTEGER NOT NULL,
    link_checked_at INTEGER NOT NULL,
    deleted_at      INTEGER,
    UNIQUE (account, resource_type, delivery_type, public_id)
);

CREATE INDEX library_by_size ON library (account, size) WHERE size IS NOT NULL;
