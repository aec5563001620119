-- Watched folders, and the files in them that need nothing more: queued by the watch, or there when it was added.

CREATE TABLE watches (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    TEXT NOT NULL,
    cloud_name TEXT NOT NULL,
    path       BLOB NOT NULL,                -- as in jobs.source
    recursive  INTEGER NOT NULL,
    options    TEXT NOT NULL,                -- WatchOptions
    added_at   INTEGER NOT NULL,
    UNIQUE (account, path)
);

CREATE TABLE seen (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    watch    INTEGER NOT NULL,
    path     BLOB NOT NULL,
    identity TEXT NOT NULL,                  -- size:modified_ns:inode
    job      INTEGER,                        -- null: there when the watch was added
    seen_at  INTEGER NOT NULL,
    UNIQUE (watch, path)
);

CREATE INDEX seen_by_identity ON seen (watch, identity);
CREATE INDEX seen_by_job ON seen (job) WHERE job IS NOT NULL;

ALTER TABLE jobs ADD COLUMN watch INTEGER;   -- the watch that queued it
CREATE INDEX jobs_of_watches ON jobs (id) WHERE watch IS NOT NULL;
