//! Large files: what becomes of one whose last answer is lost.

use app::contract::{JobState, VerificationView};
use app::sandbox::{Fault, RepeatedLastChunk};

use crate::world::{World, bytes_behind};

/// Above what is sent in one request.
const LARGE: usize = 26_000_000;

/// The answer that says "stored" is lost, looking the asset up answers `status`, and the last chunk comes again.
async fn sent_again(answer: RepeatedLastChunk, status: u16) {
    let faults = format!(
        r#"[{{"match": {{"path": "/upload", "nth": 2}}, "do": {{"cut_answer_after_bytes": 0}}}},
            {{"match": {{"method": "GET", "times": 1}}, "do": {{"status": {{"code": {status}}}}}}},
            {{"match": {{"path": "/upload"}}, "do": {{"repeated_last_chunk": {}}}}}]"#,
        serde_json::to_string(&answer).unwrap()
    );
    let faults: Vec<Fault> = serde_json::from_str(&faults).unwrap();
    let world = World::new().await;
    world.add_account().await;
    world
        .account_where(|account| account.verification == VerificationView::Verified)
        .await;
    world.plan_known().await;
    world.sandbox.set_faults(faults);
    let bytes: Vec<u8> = (0..LARGE).map(|at| (at * 31 / 7) as u8).collect();
    world.aloft.take(vec![world.file("film.bin", &bytes)]).await;
    let jobs = world.settled().await;
    assert_eq!(jobs[0].state, JobState::Done, "{:?}", jobs[0].problem);
    let lookups = world.sandbox.requests();
    let in_vain = lookups.iter().filter(|one| one.status == status).count();
    assert!(
        world.uploads_sent() > 2 && in_vain == 1,
        "the last chunk was not sent again"
    );
    assert_eq!(world.stored(), 1);
    let link = jobs[0].link.clone().unwrap();
    assert_eq!(bytes_behind(&link).await, bytes);
}

/// The key may not look around, or the service is not through with what it got.
const IN_VAIN: [u16; 2] = [403, 404];

#[tokio::test(flavor = "multi_thread")]
async fn a_last_chunk_that_is_answered_again_is_our_own_success() {
    for status in IN_VAIN {
        sent_again(RepeatedLastChunk::Repeat, status).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_chunk_that_is_refused_the_second_time_is_our_own_success_too() {
    for status in IN_VAIN {
        sent_again(RepeatedLastChunk::Refuse, status).await;
    }
}
