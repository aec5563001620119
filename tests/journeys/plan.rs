//! What the account's plan will refuse is told before a byte is sent.

use app::contract::{
    Commands, Control, ControlTarget, ControlVerb, JobState, JobView, ProblemKind,
};
use serde_json::json;

use crate::world::{World, png, rows};

/// A world whose plan takes nothing larger than this.
async fn with_limits(limits: serde_json::Value) -> World {
    let fault = json!([{ "match": { "path": "/usage" }, "do": { "edit_answer": { "set": { "media_limits": limits } } } }]);
    World::with(|config| config.faults = serde_json::from_value(fault).unwrap()).await
}

async fn control(world: &World, target: ControlTarget, verb: ControlVerb) {
    Commands::control(&world.aloft, Control { target, verb })
        .await
        .unwrap();
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
async fn a_file_that_the_plan_refuses_waits_for_a_word_and_nothing_of_it_is_sent() {
    let world =
        with_limits(json!({ "image_max_size_bytes": 100, "raw_max_size_bytes": 5000 })).await;
    let account = world.add_account().await.id.to_string();
    let of_account = ControlTarget::Account { id: account };
    control(&world, of_account.clone(), ControlVerb::Pause).await;
    let large = world.file("large.png", &png(&"x".repeat(1000)));
    world.aloft.take(vec![large]).await;

    // it was queued before anybody knew
    let warned = row(&world, |job| job.warning.is_some()).await;
    assert!(
        warned
            .warning
            .unwrap()
            .to_string()
            .contains("images of up to 100 bytes")
    );
    control(&world, of_account, ControlVerb::Resume).await;
    let held = row(&world, |job| job.state == JobState::NeedsYou).await;
    let problem = held.problem.unwrap();
    assert_eq!(problem.kind, ProblemKind::OverLimit);
    for words in ["large.png has 1.1 KB", "up to 100 bytes", "as a raw file"] {
        assert!(
            problem.message.to_string().contains(words),
            "{}",
            problem.message
        );
    }
    assert_eq!(world.uploads_sent(), 0);

    // a word about everything is no answer to this question
    control(&world, ControlTarget::All, ControlVerb::Retry).await;
    assert_eq!(world.settled().await[0].state, JobState::NeedsYou);
    let this = ControlTarget::Jobs { ids: vec![held.id] };
    control(&world, this, ControlVerb::Retry).await;
    assert_eq!(world.settled().await[0].state, JobState::Done);
    assert_eq!(world.uploads_sent(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_pixels_are_seen_in_the_header_alone() {
    let world = with_limits(json!({ "image_max_px": 1_000_000 })).await;
    world.add_account().await;
    world.file("first.png", &png("first"));
    // one that is small enough is sent, with whatever is known by then
    let first = world.home.path().join("files/first.png");
    world.aloft.take(vec![first]).await;
    assert_eq!(world.settled().await[0].state, JobState::Done);
    world.plan_known().await;
    let mut claims = png("claims 2000 × 3000");
    claims[16..24].copy_from_slice(&[0, 0, 7, 208, 0, 0, 11, 184]);
    world
        .aloft
        .take(vec![world.file("wide.png", &claims)])
        .await;
    let wide = row(&world, |job| job.state == JobState::NeedsYou).await;
    let problem = wide.problem.unwrap();
    assert_eq!(problem.kind, ProblemKind::OverLimit);
    assert!(
        problem.message.to_string().contains("6 megapixels"),
        "{problem}"
    );
    assert!(
        !problem.message.to_string().contains("raw file"),
        "{problem}"
    );
    assert_eq!(world.uploads_sent(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_not_ask_uploads_without_a_check() {
    let fault = json!([{ "match": { "path": "/usage" }, "do": { "status": { "code": 403 } } }]);
    let world = World::with(|config| config.faults = serde_json::from_value(fault).unwrap()).await;
    world.add_account().await;
    world.aloft.take(vec![world.file("a.png", &png("a"))]).await;
    let jobs = world.settled().await;
    assert_eq!((jobs[0].state, &jobs[0].warning), (JobState::Done, &None));
}
