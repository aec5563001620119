//! A damaged file, and files of every released format.

use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};

use engine::*;

use crate::support::*;

async fn filled(world: &World) -> Vec<JobId> {
    let queue = world.queue();
    let jobs = (0..2000)
        .map(|n| NewJob::new(Source::Url(format!("https://pictures.example/{n}.png"))))
        .collect();
    let ids = queue.add(batch(jobs)).await.unwrap().jobs;
    let done = add(&queue, of_file(&world.file("done.png", b"done"))).await;
    let sender = world.sender(&queue);
    queue
        .control(Selection::Jobs(ids.clone()), Verb::Pause)
        .await
        .unwrap();
    until_state(&queue, done, State::Done).await;
    sender.stop().await;
    ids
}

/// Overwrites pages in the middle of the file.
fn spoil(world: &World, from: f64, pages: usize, alone: bool) {
    let in_use = std::fs::File::open(world.folder().join("in-use.lock")).unwrap();
    if alone {
        // the threads of a queue close its file a moment after it was dropped
        in_use.lock().unwrap();
        // and whichever closes last may leave its last pages beside it
        let file = rusqlite::Connection::open(world.folder().join("queue.db")).unwrap();
        file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
    }
    let path = world.folder().join("queue.db");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let size = file.metadata().unwrap().len();
    let at = (size as f64 * from) as u64 / 4096 * 4096;
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&vec![0xA5; pages * 4096]).unwrap();
}

/// Damage that costs no row.
pub(crate) fn spoil_an_index(world: &World) {
    let in_use = std::fs::File::open(world.folder().join("in-use.lock")).unwrap();
    in_use.lock().unwrap();
    let path = world.folder().join("queue.db");
    let file = rusqlite::Connection::open(&path).unwrap();
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'jobs_removed'";
    let page: u32 = file.query_row(sql, [], |row| row.get(0)).unwrap();
    drop(file);
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(u64::from(page - 1) * 4096))
        .unwrap();
    file.write_all(&[0xA5; 4096]).unwrap();
}

#[tokio::test]
async fn what_can_be_read_of_a_damaged_file_is_kept_and_the_file_is_set_aside() {
    let world = World::new();
    let ids = filled(&world).await;
    let waiting = crate::held::thing(&world.file("waiting.png", b"waiting"));
    let held = world.queue().hold(vec![waiting.clone()]).await.unwrap();
    spoil(&world, 0.4, 3, true);

    let queue = world.queue();
    let there = queue.held().await.unwrap();
    assert_eq!((there[0].id, &there[0].what), (held[0], &waiting));
    let repair = queue.repair().expect("nobody noticed").clone();
    let kept = queue.jobs(JobFilter::default()).await.unwrap();
    assert_eq!(kept.len() as u64, repair.jobs);
    assert!(
        kept.len() > 1500 && kept.len() < 2001,
        "{} of 2001",
        kept.len()
    );
    assert!(
        kept.iter()
            .all(|job| job.state == State::Paused || job.state == State::Done)
    );
    assert_eq!(kept.first().unwrap().id, ids[0]);
    let batches = queue.batches().await.unwrap();
    let counted: u64 = batches.iter().flat_map(|batch| batch.counts.values()).sum();
    assert_eq!(counted, repair.jobs);
    assert_eq!(
        queue.library(LibraryQuery::default()).await.unwrap().len(),
        1
    );
    let mut copy = Vec::new();
    std::fs::File::open(repair.aside.join("queue.db"))
        .unwrap()
        .read_to_end(&mut copy)
        .unwrap();
    assert!(
        copy.windows(4096)
            .any(|page| page.iter().all(|byte| *byte == 0xA5))
    );

    // and it works again
    let _sender = world.sender(&queue);
    let new = add(&queue, of_file(&world.file("new.png", b"new"))).await;
    until_state(&queue, new, State::Done).await;
    drop(queue);
    assert_eq!(world.queue().repair(), None);
}

/// Killed after the new file was whole, before it got its name.
#[tokio::test]
async fn a_repair_that_broke_off_is_finished_or_begun_anew() {
    let world = World::new();
    filled(&world).await;
    spoil(&world, 0.4, 3, true);
    let path = |name: &str| world.folder().join(name);
    std::fs::write(path("queue.rebuilt.db"), "half a file").unwrap();
    let kept = world
        .queue()
        .repair()
        .expect("half a repair was taken for one")
        .jobs;
    assert!(kept > 1500, "{kept}");
    drop(std::fs::File::open(path("in-use.lock")).unwrap().lock());

    world.clock.forward(jiff::SignedDuration::from_secs(1));
    std::fs::rename(path("queue.db"), path("queue.rebuilt.db")).unwrap();
    let queue = world.queue();
    assert_eq!(
        queue.repair().expect("a whole file was left lying").jobs,
        kept
    );
    let jobs = queue.jobs(JobFilter::default()).await.unwrap();
    assert_eq!(jobs.len() as u64, kept);
}

#[tokio::test]
async fn what_cannot_be_read_any_more_stops_nothing_else() {
    let world = World::new();
    let ids = filled(&world).await;
    spoil(&world, 0.4, 3, true);
    let file = rusqlite::Connection::open(world.folder().join("queue.db")).unwrap();
    let spoilt = "UPDATE jobs SET state = 'wai' WHERE id = ?";
    file.execute(spoilt, [ids[0].get()]).unwrap();
    let spoilt = "UPDATE accounts SET failure = '{' WHERE account = ?";
    file.execute(spoilt, [ACCOUNT]).unwrap();
    drop(file);
    let queue = world.queue();
    assert!(queue.repair().is_some());
    let jobs = queue.jobs(JobFilter::default()).await.unwrap();
    assert!(jobs.len() > 1500 && jobs[0].id == ids[1]);
    assert_eq!(queue.accounts().await.unwrap()[0].failure, None);
}

#[tokio::test]
async fn a_file_that_is_no_database_any_more_is_set_aside_too() {
    let world = World::new();
    filled(&world).await;
    spoil(&world, 0.0, 1, true);
    let queue = world.queue();
    assert_eq!(queue.repair().unwrap().jobs, 0);
    add(&queue, of_file(&world.file("new.png", b"new"))).await;
}

#[tokio::test]
async fn a_file_that_somebody_has_open_is_not_repaired_under_them() {
    let world = World::new();
    filled(&world).await;
    let open = world.queue();
    spoil(&world, 0.4, 3, false);
    let second = Queue::open(&world.folder());
    assert!(second.is_err() || second.unwrap().repair().is_none());
    drop(open);
    spoil(&world, 0.4, 3, true);
    assert!(world.queue().repair().is_some());
}

/// `formats/N.sql` are rows as the N-th released format wrote them: a job of each kind that matters.
#[tokio::test]
async fn every_released_format_is_brought_up_to_date_with_all_its_jobs() {
    let schemas = [
        include_str!("../../src/store/schema/1.sql"),
        include_str!("../../src/store/schema/2.sql"),
        include_str!("../../src/store/schema/3.sql"),
        include_str!("../../src/store/schema/4.sql"),
        include_str!("../../src/store/schema/5.sql"),
        include_str!("../../src/store/schema/6.sql"),
        include_str!("../../src/store/schema/7.sql"),
        include_str!("../../src/store/schema/8.sql"),
        include_str!("../../src/store/schema/9.sql"),
        include_str!("../../src/store/schema/10.sql"),
    ];
    for at in 0..schemas.len() {
        let world = World::new();
        std::fs::create_dir_all(world.folder()).unwrap();
        let file = rusqlite::Connection::open(world.folder().join("queue.db")).unwrap();
        file.execute_batch(&schemas[..=at].concat()).unwrap();
        file.execute_batch(include_str!("formats/1.sql")).unwrap();
        if at >= 3 {
            file.execute_batch(include_str!("formats/4.sql")).unwrap();
        }
        file.pragma_update(None, "user_version", at as i64 + 1)
            .unwrap();
        drop(file);

        let queue = world.queue();
        let jobs = queue.jobs(JobFilter::default()).await.unwrap();
        assert_eq!(jobs.len(), 3);
        assert_eq!(jobs[0].state, State::Done);
        assert_eq!(jobs[1].public_id.as_deref(), Some("film_x1y2z3"));
        assert_eq!(jobs[2].state, State::Waiting);
        let library = queue.library(LibraryQuery::default()).await.unwrap();
        assert_eq!(library[0].receipt.public_id, "photo_a1b2c3");
        let accounts = queue.accounts().await.unwrap();
        assert_eq!(accounts[0].concurrency, Some(4));
        assert_eq!(accounts[0].rate, RateLimit::default());
        let watches = queue.watches().await.unwrap();
        assert_eq!(watches.len(), usize::from(at >= 3));
        if let [watch] = &watches[..] {
            assert_eq!(watch.path.to_str(), Some("/home/x/Screenshots"));
            assert_eq!(watch.options.folder, "shots");
            assert_eq!(jobs[2].watch, None);
            assert_eq!(jobs[1].watch, Some(watch.id));
        }
    }
}
