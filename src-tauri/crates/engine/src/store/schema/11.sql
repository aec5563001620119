-- Whether everything is locked, on the row that stands for all accounts: nobody sends, whichever process it is.

ALTER TABLE accounts ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
-- How often that was: an unlocking that took its time must not undo a lock that came meanwhile.
ALTER TABLE accounts ADD COLUMN locks INTEGER NOT NULL DEFAULT 0;
