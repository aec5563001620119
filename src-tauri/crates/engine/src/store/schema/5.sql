-- Upload once looks for size and MD5 together: by the size alone, thousands of files of one size were compared each with all.

DROP INDEX library_by_size;
CREATE INDEX library_by_size ON library (account, size, md5) WHERE size IS NOT NULL;
