-- What was handed over and waits to be queued. Strict: what no longer fits is as good as unreadable after a damage.

CREATE TABLE held (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    account   TEXT,                          -- whose user is asked how first; null: whichever account comes to be
    source    BLOB NOT NULL,                 -- a path, which need not be UTF-8, or an address
    origin    TEXT NOT NULL CHECK (origin IN ('given', 'clipboard')),
    held_at   INTEGER NOT NULL,
    let_go_at INTEGER                        -- no longer wanted, until that can no longer be undone
) STRICT;

-- Files of earlier versions whose content is in these tables: none is taken over twice.
CREATE TABLE taken_over (
    file TEXT PRIMARY KEY,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
