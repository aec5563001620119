//! Files go out and links come back.

use app::contract::{Commands, JobOrigin, JobState, ProblemKind, Verified};

use crate::world::{World, bytes_behind, open, png, rows};

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_file_arrives_signed_and_its_link_serves_the_same_bytes() {
    let world = World::new().await;
    world.add_account().await;
    let picture = png("drop");
    world
        .aloft
        .take(vec![world.file("Ferien am See ü.png", &picture)])
        .await;

    let jobs = world.settled().await;
    assert_eq!(jobs.len(), 1);
    let job = &jobs[0];
    assert_eq!(
        (job.state, job.verified, job.problem.clone()),
        (JobState::Done, Some(Verified::Yes), None)
    );
    assert_eq!(
        (job.sent, job.total),
        (picture.len() as u64, picture.len() as u64)
    );
    assert_eq!(bytes_behind(job.link.as_deref().unwrap()).await, picture);

    let requests = world.sandbox.requests();
    let sent = requests
        .iter()
        .find(|request| request.path.ends_with("/image/upload"))
        .unwrap();
    let has = |name: &str| sent.fields.iter().any(|(field, _)| field == name);
    assert!(has("signature") && has("timestamp") && has("public_id"));
    assert!(
        sent.fields
            .contains(&("overwrite".to_owned(), "false".to_owned()))
            || sent
                .fields
                .contains(&("overwrite".to_owned(), "0".to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_folder_keeps_its_structure() {
    let world = World::new().await;
    world.add_account().await;
    for (name, tail) in [
        ("trip/a.png", "a"),
        ("trip/day one/b.png", "b"),
        ("trip/day one/notes.txt", "c"),
    ] {
        world.file(name, &png(tail));
    }
    world
        .aloft
        .take(vec![world.home.path().join("files/trip")])
        .await;

    let jobs = world.settled().await;
    let mut ids: Vec<String> = jobs
        .iter()
        .map(|job| job.public_id.clone().unwrap())
        .collect();
    ids.sort();
    assert!(
        jobs.iter().all(|job| job.state == JobState::Done),
        "{jobs:?}"
    );
    assert!(
        ids[0].starts_with("trip/a_") && ids[1].starts_with("trip/day one/b_"),
        "{ids:?}"
    );
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    assert_eq!(
        (snapshot.batches.len(), snapshot.batches[0].label.as_str()),
        (1, "trip")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_sent_once() {
    let world = World::new().await;
    world.add_account().await;
    let picture = png("twice");
    world
        .aloft
        .take(vec![world.file("one.png", &picture)])
        .await;
    let first = world.settled().await;
    world
        .aloft
        .take(vec![world.file("two.png", &picture)])
        .await;
    let both = world.settled().await;

    assert_eq!(both.len(), 2);
    let again = both.iter().find(|job| job.name == "two.png").unwrap();
    assert!(again.reused);
    assert_eq!(again.link, first[0].link);
    assert_eq!(world.uploads_sent(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_account_uploads_with_its_preset_and_no_signature() {
    let world = World::new().await;
    world.add_unsigned_account().await;
    let picture = png("unsigned");
    world.aloft.take(vec![world.file("u.png", &picture)]).await;

    let jobs = world.settled().await;
    assert_eq!(jobs[0].state, JobState::Done, "{:?}", jobs[0].problem);
    assert_eq!(
        bytes_behind(jobs[0].link.as_deref().unwrap()).await,
        picture
    );
    for request in world.sandbox.requests() {
        assert!(
            !request
                .fields
                .iter()
                .any(|(name, _)| name == "signature" || name == "api_key")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_queued_without_a_network_is_sent_by_the_next_start() {
    let world = World::new().await;
    world.add_account().await;
    let url = world.url();
    let World {
        home,
        sandbox,
        desktop,
        keyring,
        aloft,
    } = world;
    let port = sandbox.url().port();
    sandbox.stop().await;

    let file = home.path().join("later.png");
    std::fs::write(&file, png("later")).unwrap();
    aloft.take(vec![file]).await;
    let mut events = aloft.events();
    loop {
        let jobs = rows(&aloft).await;
        if jobs[0].state == JobState::WaitingForNetwork {
            assert_eq!(
                jobs[0].problem.as_ref().unwrap().kind,
                ProblemKind::Unreachable
            );
            break;
        }
        events.next().await.unwrap();
    }
    drop(events);
    aloft.close().await;
    drop(aloft);

    let mut config = app::SandboxConfig::new(home.path().join("service"));
    config.port = port;
    config.cloud_name = Some("Journey-Cloud".to_owned());
    config.credentials = Some(app::SandboxCredentials {
        api_key: crate::world::KEY.to_owned(),
        api_secret: crate::world::SECRET.to_owned(),
    });
    let sandbox = app::sandbox::start(config).await.unwrap();
    assert!(url.contains(&sandbox.url().port().unwrap().to_string()));
    let aloft = open(home.path(), &desktop, &keyring).await;
    let world = World {
        home,
        sandbox,
        desktop,
        keyring,
        aloft,
    };
    Commands::control(
        &world.aloft,
        app::contract::Control {
            target: app::contract::ControlTarget::All,
            verb: app::contract::ControlVerb::Retry,
        },
    )
    .await
    .unwrap();
    let jobs = world.settled().await;
    assert_eq!(jobs[0].state, JobState::Done);
    assert_eq!(
        bytes_behind(jobs[0].link.as_deref().unwrap()).await,
        png("later")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_terminal_left_behind_is_sent_by_the_open_window() {
    let world = World::new().await;
    let account = world.add_account().await;
    let terminal = app::Aloft::open_quietly(app::Options {
        folders: app::Folders::under(&world.home.path().join("aloft")),
        desktop: std::sync::Arc::new(app::NoDesktop),
        keyring: None,
    })
    .await
    .unwrap();
    // It ends before it can send: what it queued stays behind.
    terminal.close().await;
    let file = world.file("left behind.png", &png("left"));
    let options = app::UploadOptions::default();
    terminal
        .upload(&account, vec![file], &options)
        .await
        .unwrap();
    drop(terminal);
    assert_eq!(world.settled().await[0].state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_folder_is_no_reason_to_wait() {
    let world = World::new().await;
    let account = world.add_account().await;
    let folder = world.home.path().join("empty");
    std::fs::create_dir(&folder).unwrap();
    let options = app::UploadOptions::default();
    let jobs = world.upload(&account, vec![folder], &options).await;
    assert!(jobs.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_address_is_uploaded_only_after_asking() {
    let world = World::new().await;
    world.add_account().await;
    world
        .aloft
        .take(vec![world.file("source.png", &png("source"))])
        .await;
    let link = world.settled().await[0].link.clone().unwrap();

    world.aloft.take(vec![link.clone().into()]).await;
    assert_eq!(rows(&world.aloft).await.len(), 1);
    assert!(
        world.desktop.questions.lock().unwrap()[0]
            .body
            .contains("source")
    );

    *world.desktop.says_yes.lock().unwrap() = true;
    world.aloft.take(vec![link.into()]).await;
    let jobs = world.settled().await;
    assert_eq!(jobs.len(), 2);
    let fetched = jobs
        .iter()
        .find(|job| job.origin == JobOrigin::Url)
        .unwrap();
    assert_eq!(fetched.state, JobState::Done, "{:?}", fetched.problem);
}
