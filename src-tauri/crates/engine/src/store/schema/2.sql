-- Limits of a batch and of an account, and a line for each batch, so that no batch waits for another to end.

ALTER TABLE batches ADD COLUMN concurrency INTEGER; -- requests at a time
ALTER TABLE batches ADD COLUMN rate INTEGER;        -- bytes a second
ALTER TABLE accounts ADD COLUMN rate TEXT;          -- RateLimit; of '' for everything

DROP INDEX jobs_in_line;
CREATE INDEX jobs_in_line ON jobs (account, state, batch, id) WHERE removed_at IS NULL;
