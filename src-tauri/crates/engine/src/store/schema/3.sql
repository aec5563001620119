-- Unfinished jobs by their file: of two for the same file the younger waits for the elder, and is answered by it.

CREATE INDEX jobs_of_file ON jobs (account, source, id) WHERE finished_at IS NULL AND removed_at IS NULL;
