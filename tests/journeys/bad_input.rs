//! Bad input: each has words that name the thing, a stable kind, and loses nothing.

use std::ffi::OsString;
use std::path::PathBuf;

use app::contract::{Add, AddFrom, Choices, Commands, JobState, JobView, ProblemKind};
use app::sandbox::Fault;
use app::{State, UploadOptions};

use crate::world::{World, png, rows};

async fn kind_of(world: &World, item: PathBuf) -> JobView {
    let account = world.aloft.account(None).unwrap();
    let jobs = world
        .upload(&account, vec![item], &UploadOptions::default())
        .await;
    let id = jobs[0].id.get();
    world
        .settled()
        .await
        .into_iter()
        .find(|job| job.id == id)
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_sent_say_why_and_stay_in_the_list() {
    let world = World::new().await;
    world.add_account().await;
    let empty = world.file("empty.png", b"");
    let missing = world.home.path().join("never was.png");
    for (item, kind, name) in [
        (empty, ProblemKind::SourceEmpty, "empty.png"),
        (missing, ProblemKind::SourceMissing, "never was.png"),
    ] {
        let job = kind_of(&world, item).await;
        let problem = job.problem.unwrap();
        assert_eq!((problem.kind, job.name.as_str()), (kind, name));
        assert!(
            problem.message.to_string().contains(name),
            "{}",
            problem.message
        );
        assert_ne!(job.state, JobState::Done);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_no_service_takes_arrive_under_a_clean_one() {
    let world = World::new().await;
    world.add_account().await;
    #[cfg(unix)]
    let invalid = std::os::unix::ffi::OsStringExt::from_vec(b"caf\xe9 \x01.png".to_vec());
    #[cfg(not(unix))]
    let invalid = OsString::from("caf\u{e9}.png");
    let folder = world.home.path().join("odd");
    std::fs::create_dir_all(&folder).unwrap();
    let long = format!("{}.png", "n".repeat(240));
    for (at, name) in [
        OsString::from("a\r\nX-Evil: 1.png"),
        invalid,
        OsString::from(long),
        OsString::from("100%? #&<b>.png"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.join(name);
        std::fs::write(&path, png(&at.to_string())).unwrap();
        let job = kind_of(&world, path).await;
        assert_eq!(job.state, JobState::Done, "{:?}", job.problem);
        assert!(!job.name.contains(['\r', '\n']));
        let id = job.public_id.unwrap();
        assert!(
            id.len() <= 255 && !id.contains(['?', '&', '#', '%', '<', '\r', '\n']),
            "{id}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_ten_thousand_characters_is_refused_by_the_system_and_said_so() {
    let world = World::new().await;
    world.add_account().await;
    let job = kind_of(&world, world.home.path().join("n".repeat(10_000))).await;
    assert_eq!(job.state, JobState::Failed);
    let problem = job.problem.unwrap();
    assert_eq!(problem.kind, ProblemKind::NameUnrepresentable);
    assert!(
        problem.message.to_string().contains("nnn"),
        "{}",
        problem.message
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_path_is_refused_with_words() {
    let world = World::new().await;
    let account = world.add_account().await;
    let outcome = world
        .aloft
        .upload(
            &account,
            vec![
                PathBuf::from("data:image/png;base64,AAAA"),
                PathBuf::from("relative.png"),
            ],
            &UploadOptions::default(),
        )
        .await
        .unwrap();
    assert_eq!(outcome.added, 0);
    assert!(
        outcome
            .skipped
            .iter()
            .all(|skipped| skipped.skipped.problem.kind == ProblemKind::NotAPath)
    );
    assert_eq!(outcome.skipped.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_nothing_is_lost_silently() {
    let world = World::new().await;
    *world.desktop.picks.lock().unwrap() = vec![world.file("a.png", &png("a"))];
    let add = Add {
        from: AddFrom::FileDialog,
        account: None,
        choices: None,
    };
    let problem = Commands::add(&world.aloft, add).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NoAccount);
    assert!(!problem.hint.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_a_day_off_is_corrected_by_itself() {
    let world = World::with(|config| config.clock_offset_seconds = 86_400).await;
    world.add_account().await;
    let job = kind_of(&world, world.file("clock.png", &png("clock"))).await;
    assert_eq!(job.state, JobState::Done, "{:?}", job.problem);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_no_json_is_tried_again_and_nothing_is_sent_twice() {
    let faults: Vec<Fault> =
        serde_json::from_str(r#"[{"match": {"path": "/upload"}, "do": {"html_body": 200}}]"#)
            .unwrap();
    let world = World::with(|config| config.faults = faults).await;
    world.add_account().await;
    let mut events = world.aloft.events();
    world
        .aloft
        .take(vec![world.file("html.png", &png("html"))])
        .await;
    let problem = loop {
        let jobs = rows(&world.aloft).await;
        if let Some(problem) = jobs.first().and_then(|job| job.problem.clone()) {
            break problem;
        }
        events.next().await.unwrap();
    };
    assert_eq!(problem.kind, ProblemKind::NotJson);
    assert_eq!(world.stored(), 0);
    world.sandbox.set_faults(Vec::new());
    let jobs = world.settled().await;
    assert_eq!(jobs[0].state, JobState::Done, "{:?}", jobs[0].problem);
    assert!(world.uploads_sent() > 1);
    assert_eq!(world.stored(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_whose_name_the_service_refuses_arrives_under_a_cleaned_one() {
    let world = World::new().await;
    let account = world.add_account().await;
    world.file("R&D 100%/C++/a.png", &png("a"));
    let folder = world.home.path().join("files/R&D 100%");
    let jobs = world
        .upload(&account, vec![folder], &UploadOptions::default())
        .await;
    assert_eq!(jobs[0].state, State::Done, "{:?}", jobs[0].failure);
    let receipt = jobs[0].receipt.as_ref().unwrap();
    assert!(
        receipt.public_id.starts_with("R_D 100_/C__/a_"),
        "{}",
        receipt.public_id
    );

    let options = UploadOptions {
        choices: Choices {
            folder: "a&b".into(),
            ..Choices::default()
        },
        ..UploadOptions::default()
    };
    let file = world.file("b.png", &png("b"));
    let refused = world.aloft.upload(&account, vec![file], &options).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::BadValue);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_file_does_not_stop_the_others() {
    let world = World::new().await;
    let account = world.add_account().await;
    let items = vec![
        world.file("1.png", &png("1")),
        world.home.path().join("gone.png"),
        world.file("3.png", &png("3")),
    ];
    let jobs = world
        .upload(&account, items, &UploadOptions::default())
        .await;
    let states: Vec<State> = jobs.iter().map(|job| job.state).collect();
    assert_eq!((states[0], states[2]), (State::Done, State::Done));
    assert_ne!(states[1], State::Done);
}
