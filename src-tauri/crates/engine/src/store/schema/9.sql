-- Location data is taken out of a file before it is sent: whether that is wanted, and what came of it.

ALTER TABLE jobs ADD COLUMN strip_location INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN cleaned TEXT;
