-- What format 4 adds: a watched folder that queued the film and met a file that was there before.

INSERT INTO watches (id, account, cloud_name, path, recursive, options, added_at)
VALUES (1, 'acc-00000001', 'demo', CAST('/home/x/Screenshots' AS BLOB), 1, '{"folder":"shots","params":{"tags":["screen"]}}',
        1767323045000);

INSERT INTO seen (watch, path, identity, job, seen_at)
VALUES (1, CAST('/home/x/Screenshots/film.mp4' AS BLOB), '50000000:1767323045000000000:8', 2, 1767323045000),
       (1, CAST('/home/x/Screenshots/old.png' AS BLOB), '7:1767323045000000000:9', NULL, 1767323045000);

UPDATE jobs SET watch = 1 WHERE id = 2;
