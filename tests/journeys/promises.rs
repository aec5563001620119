//! What SECURITY.md promises, tried by somebody who does not keep to the rules.

use app::contract::{JobState, Verified};
use app::sandbox::Fault;
use serde_json::json;

use crate::world::{World, bytes_behind, png};

/// An answer whose signature is missing or another's proves nothing, whatever else it says.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_signed_is_done_but_not_verified() {
    let world = World::new().await;
    world.add_account().await;
    for (name, fault) in [
        ("unsigned.png", json!({ "remove": ["signature"] })),
        (
            "forged.png",
            json!({ "set": { "signature": "0".repeat(40) } }),
        ),
        ("foreign.png", json!({ "set": { "version": 1 } })),
    ] {
        let fault =
            json!([{ "match": { "path": "/upload", "nth": 1 }, "do": { "edit_answer": fault } }]);
        let faults: Vec<Fault> = serde_json::from_value(fault).unwrap();
        world.sandbox.set_faults(faults);
        world.aloft.take(vec![world.file(name, &png(name))]).await;
        let jobs = world.settled().await;
        let job = jobs.iter().find(|job| job.name == name).unwrap();
        assert_eq!(
            (job.state, job.verified),
            (JobState::Done, Some(Verified::No)),
            "{name}"
        );
        let words = job.verified_reason.clone().unwrap();
        assert!(words.contains("not signed"), "{name}: {words}");
        assert!(job.link.is_some());
    }
}

/// What is looked up after a lost answer was asked for with the secret, and carries no signature.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_looked_up_needs_no_signature() {
    let world = World::new().await;
    world.add_account().await;
    let fault = json!([{ "match": { "path": "/upload", "nth": 1 }, "do": { "cut_answer_after_bytes": 0 } }]);
    world
        .sandbox
        .set_faults(serde_json::from_value(fault).unwrap());
    let picture = png("lost answer");
    world
        .aloft
        .take(vec![world.file("lost.png", &picture)])
        .await;
    let jobs = world.settled().await;
    assert_eq!(
        (jobs[0].state, jobs[0].verified),
        (JobState::Done, Some(Verified::Yes))
    );
    assert_eq!(
        bytes_behind(jobs[0].link.as_deref().unwrap()).await,
        picture
    );
}
