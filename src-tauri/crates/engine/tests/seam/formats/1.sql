-- What a queue of format 1 held: a finished upload, a film in chunks that was interrupted, and a link in line.

INSERT INTO accounts (account, paused, concurrency) VALUES ('acc-00000001', 0, 4);
INSERT INTO batches (id, account, cloud_name, label, created_at)
VALUES (1, 'acc-00000001', 'demo', 'Holiday', 1767323045000);

INSERT INTO jobs (id, batch, account, source_kind, source, name, size, identity, state, sent, total, attempts, receipt,
                  verification, public_id, resource_type, params, dedupe, created_at, finished_at)
VALUES (1, 1, 'acc-00000001', 'file', CAST('/home/x/photo.jpg' AS BLOB), 'photo.jpg', 4, '4:1767323045000000000:7', 'done', 4,
        4, 1,
        '{"public_id":"photo_a1b2c3","version":1,"resource_type":"image","delivery_type":"upload","url":"https://res.example/photo"}',
        '{"verification":"verified"}', 'photo_a1b2c3', 'image', '{"overwrite":false}', 1, 1767323045000, 1767323046000);

INSERT INTO jobs (id, batch, account, source_kind, source, name, size, identity, state, sent, total, attempts, public_id,
                  resource_type, params, dedupe, created_at, course)
VALUES (2, 1, 'acc-00000001', 'file', CAST('/home/x/film.mp4' AS BLOB), 'film.mp4', 50000000,
        '50000000:1767323045000000000:8', 'uploading', 20000000, 50000000, 1, 'film_x1y2z3', 'video', '{"overwrite":false}', 1,
        1767323045000, '{"plan":{"upload_id":"abcdefghijklmnop","chunk_size":20000000,"acknowledged":[[0,20000000]]}}');

INSERT INTO jobs (id, batch, account, source_kind, source, name, state, params, dedupe, created_at)
VALUES (3, 1, 'acc-00000001', 'url', CAST('https://pictures.example/a.png' AS BLOB), 'a.png', 'waiting', '{}', 1, 1767323045000);

INSERT INTO library (id, account, cloud_name, resource_type, delivery_type, public_id, receipt, name, folder, tags, origin,
                     verification, job, size, md5, uploaded_at, link_checked_at)
VALUES (1, 'acc-00000001', 'demo', 'image', 'upload', 'photo_a1b2c3',
        '{"public_id":"photo_a1b2c3","version":1,"resource_type":"image","delivery_type":"upload","url":"https://res.example/photo"}',
        'photo.jpg', '', '[]', '"queue"', '{"verification":"verified"}', 1, 4, '0123456789abcdef0123456789abcdef', 1767323046000,
        1767323046000);
