-- 8
-- The list's sums, kept up with its jobs: a look at a hundred thousand costs no more than a look at ten.

CREATE TABLE sums (
    batch INTEGER NOT NULL,
    state TEXT NOT NULL,
    count INTEGER NOT NULL,                  -- jobs that are not removed, and their bytes
    sent  INTEGER NOT NULL,
    total INTEGER NOT NULL,
    moves INTEGER NOT NULL,                  -- how often one left the list or came back
    PRIMARY KEY (batch, state)
) WITHOUT ROWID;

INSERT INTO sums SELECT batch, state, count(*), sum(sent), sum(total), 0 FROM jobs WHERE removed_at IS NULL GROUP BY batch, state;

CREATE TRIGGER jobs_added AFTER INSERT ON jobs WHEN new.removed_at IS NULL BEGIN
    INSERT INTO sums VALUES (new.batch, new.state, 1, new.sent, new.total, 0)
    ON CONFLICT DO UPDATE SET count = count + 1, sent = sent + excluded.sent, total = total + excluded.total;
END;

CREATE TRIGGER jobs_changed AFTER UPDATE OF state, sent, total, removed_at ON jobs
WHEN old.removed_at IS NULL AND new.removed_at IS NULL
    AND (old.state IS NOT new.state OR old.sent IS NOT new.sent OR old.total IS NOT new.total) BEGIN
    UPDATE sums SET count = count - 1, sent = sent - old.sent, total = total - old.total
    WHERE batch = old.batch AND state = old.state;
    INSERT INTO sums VALUES (new.batch, new.state, 1, new.sent, new.total, 0)
    ON CONFLICT DO UPDATE SET count = count + 1, sent = sent + excluded.sent, total = total + excluded.total;
END;

CREATE TRIGGER jobs_removed_now AFTER UPDATE OF removed_at ON jobs
WHEN old.removed_at IS NULL AND new.removed_at IS NOT NULL BEGIN
    UPDATE sums SET count = count - 1, sent = sent - old.sent, total = total - old.total, moves = moves + 1
    WHERE batch = old.batch AND state = old.state;
END;

CREATE TRIGGER jobs_restored AFTER UPDATE OF removed_at ON jobs
WHEN old.removed_at IS NOT NULL AND new.removed_at IS NULL BEGIN
    INSERT INTO sums VALUES (new.batch, new.state, 1, new.sent, new.total, 1)
    ON CONFLICT DO UPDATE SET count = count + 1, sent = sent + excluded.sent, total = total + excluded.total, moves = moves + 1;
END;

CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs WHEN old.removed_at IS NULL BEGIN
    UPDATE sums SET count = count - 1, sent = sent - old.sent, total = total - old.total, moves = moves + 1
    WHERE batch = old.batch AND state = old.state;
END;

CREATE TRIGGER batches_deleted AFTER DELETE ON batches BEGIN
    DELETE FROM sums WHERE batch = old.id;
END;

-- no longer for the sums, but for the order
DROP INDEX jobs_of_batch;
CREATE INDEX jobs_of_batch ON jobs (batch) WHERE removed_at IS NULL;
