//! Location data is taken out before a file is sent, or the user is asked.

use app::contract::{
    Add, AddFrom, AddReport, Choices, Commands, Control, ControlTarget, ControlVerb, DeleteOutcome,
    JobRefs, JobState, JobView, Problem, ProblemKind,
};
use app::{Clipboard, UploadOptions};

use crate::world::{World, bytes_behind, png, rows};

async fn paste(world: &World) -> Result<AddReport, Problem> {
    let from_clipboard = Add {
        from: AddFrom::Clipboard,
        account: None,
        choices: None,
    };
    Commands::add(&world.aloft, from_clipboard).await
}

fn stripping() -> UploadOptions {
    UploadOptions {
        choices: Choices {
            strip_location: true,
            ..Choices::default()
        },
        ..UploadOptions::default()
    }
}

/// A picture with a place in a text, before and after.
fn with_place(tail: &str) -> (Vec<u8>, Vec<u8>) {
    let plain = png(tail);
    let mut chunk = 15_u32.to_be_bytes().to_vec();
    chunk.extend(b"tEXtComment\0GPS 48.");
    chunk.truncate(4 + 4 + 15);
    chunk.extend([0; 4]);
    let with = [&plain[..33], &chunk, &plain[33..]].concat();
    (with, plain)
}

fn copies(world: &World) -> usize {
    let folder = world.home.path().join("aloft/data/cleaned");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

async fn row(world: &World, wanted: impl Fn(&JobView) -> bool) -> JobView {
    let mut events = world.aloft.events();
    loop {
        let jobs = rows(&world.aloft).await;
        if let Some(job) = jobs.into_iter().find(|job| wanted(job)) {
            return job;
        }
        events.next().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_without_the_place_arrives_and_the_file_stays_as_it_was() {
    let world = World::new().await;
    let account = world.add_account().await;
    let (with, without) = with_place("strip me");
    let path = world.file("beach.png", &with);
    let jobs = world
        .upload(&account, vec![path.clone()], &stripping())
        .await;
    let link = jobs[0].receipt.as_ref().unwrap().url.clone();
    assert_eq!(bytes_behind(&link).await, without);
    assert_eq!(std::fs::read(&path).unwrap(), with);
    let row = row(&world, |job| job.state == JobState::Done).await;
    assert_eq!(row.stripped, Some((with.len() - without.len()) as u64));
    assert_eq!(row.size, Some(without.len() as u64));
    assert_eq!(row.verified, Some(app::contract::Verified::Yes));
    assert_eq!(copies(&world), 0);

    // once means: once without the place
    let copy = world.file("already clean.png", &without);
    let sent = world.uploads_sent();
    world
        .upload(&account, vec![copy], &UploadOptions::default())
        .await;
    let again = world.file("again.png", &with);
    world.upload(&account, vec![again], &stripping()).await;
    assert_eq!(world.uploads_sent(), sent, "the same bytes were sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_cleaned_waits_for_a_word() {
    let world = World::new().await;
    let account = world.add_account().await;
    let film = world.file("film.mp4", b"\0\0\0\x18ftypmp42 and the rest of it");
    let text = world.file("notes.txt", b"no picture at all");
    let options = stripping();
    world.upload(&account, vec![film, text], &options).await;
    let rows = world.settled().await;
    let named = |name: &str| rows.iter().find(|job| job.name == name).unwrap();
    assert_eq!(named("notes.txt").state, JobState::Done);
    let film = named("film.mp4");
    assert_eq!(film.state, JobState::NeedsYou);
    let problem = film.problem.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::LocationKept);
    assert!(
        problem.message.to_string().contains("film.mp4"),
        "{problem}"
    );
    assert_eq!(world.uploads_sent(), 1);

    let target = ControlTarget::Jobs { ids: vec![film.id] };
    let verb = ControlVerb::Retry;
    Commands::control(&world.aloft, Control { target, verb })
        .await
        .unwrap();
    let id = film.id;
    let sent = row(&world, |job| job.id == id && job.state == JobState::Done).await;
    assert!(sent.location_kept && sent.stripped.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_picture_arrives_as_it_was_copied_and_its_file_goes() {
    let world = World::new().await;
    let pasted = || std::fs::read_dir(world.home.path().join("aloft/data/pasted"));
    let picture = png("a screenshot");
    *world.desktop.clipboard.lock().unwrap() = Some(Clipboard::Image {
        bytes: picture.clone(),
        extension: "png",
    });
    let refused = paste(&world).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::NoAccount);
    assert!(pasted().is_err(), "kept for nobody");

    world.add_account().await;
    *world.desktop.clipboard.lock().unwrap() = Some(Clipboard::Image {
        bytes: picture.clone(),
        extension: "png",
    });
    assert_eq!(paste(&world).await.unwrap().added, 1);
    let row = row(&world, |job| job.state == JobState::Done).await;
    assert!(row.name.starts_with("Pasted image 2") && row.name.ends_with(".png"));
    assert_eq!(bytes_behind(&row.link.unwrap()).await, picture);
    while pasted().unwrap().count() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dropped_and_is_gone_is_named() {
    use app::contract::{Event, Notice};
    let world = World::new().await;
    world.add_account().await;
    let mut events = world.aloft.events();
    let gone = world.home.path().join("gone.png");
    let there = world.file("there.png", &png("there"));
    world
        .aloft
        .take(vec![gone, there, "about:blank".into()])
        .await;
    let report = loop {
        if let Event::Notice(Notice::Added(report)) = events.next().await.unwrap() {
            break report;
        }
    };
    assert_eq!(report.added, 1);
    let kinds: Vec<_> = report.skipped.iter().map(|one| one.problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::NotAPath, ProblemKind::SourceMissing]);
    assert!(
        report.skipped[1]
            .problem
            .message
            .to_string()
            .contains("gone.png")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_uploaded_again_has_no_place_either() {
    let world = World::new().await;
    let account = world.add_account().await;
    let (with, without) = with_place("twice");
    let path = world.file("beach.png", &with);
    world.upload(&account, vec![path], &stripping()).await;
    let first = row(&world, |job| job.state == JobState::Done).await;
    assert!(first.undo_until.is_some());
    let undone = JobRefs {
        ids: vec![first.id],
    };
    let undone = Commands::undo_uploads(&world.aloft, undone).await.unwrap();
    assert_eq!(undone.assets[0].outcome, DeleteOutcome::Deleted);

    // of the row, and of what the library knows when there is no row any more
    let asset = world.aloft.asset(1).await.unwrap();
    let removed = [first.id];
    for id in [first.id, -asset.id] {
        if id < 0 {
            world
                .aloft
                .control(None, &removed, app::Verb::Remove)
                .await
                .unwrap();
            let queue = world.home.path().join("aloft/data/queue.db");
            let queue = rusqlite::Connection::open(queue).unwrap();
            queue
                .execute("DELETE FROM jobs WHERE id = ?", removed)
                .unwrap();
        }
        let again = JobRefs { ids: vec![id] };
        let report = Commands::upload_again(&world.aloft, again).await.unwrap();
        assert_eq!((report.added, &report.skipped[..]), (1, &[][..]));
        let jobs = world.settled().await;
        let link = jobs[0].link.as_deref().unwrap();
        assert_eq!(bytes_behind(link).await, without);
    }
}
