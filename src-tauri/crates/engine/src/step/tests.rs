//! Random event sequences against the invariants.

mod examples;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::*;
use crate::job::{BatchId, JobId, PublicIdRule, WatchId};
use crate::receipt::Doubt;

const MD5: &str = "0cc175b9c0f1b6a831c399e269772661";
const TOTAL: u64 = 95;
const CHUNK: u64 = 10;

fn identity() -> FileIdentity {
    FileIdentity {
        size: TOTAL,
        modified_ns: 1,
        inode: 2,
    }
}

fn job(rule: PublicIdRule) -> Job {
    Job {
        id: JobId::new(1),
        batch: BatchId::new(1),
        account: "acc-1".into(),
        cloud_name: "demo".into(),
        source: Source::File("/tmp/photo.jpg".into()),
        name: "photo.jpg".into(),
        size: Some(TOTAL),
        identity: Some(identity()),
        state: State::Waiting,
        sent: 0,
        total: TOTAL,
        attempts: 0,
        next_attempt_at: None,
        failure: None,
        receipt: None,
        verification: Verification::Pending,
        reused: false,
        public_id_rule: rule,
        public_id: None,
        requested_type: None,
        resource_type: None,
        params: Default::default(),
        dedupe: true,
        strip_location: false,
        cleaned: None,
        md5: None,
        watch: None,
        created_at: Timestamp::UNIX_EPOCH,
        finished_at: None,
        removed_at: None,
        deleted_at: None,
        course: Default::default(),
    }
}

fn of_a_watch(job: Job, watched: bool) -> Job {
    let watch = watched.then_some(WatchId::new(1));
    Job { watch, ..job }
}

fn prepared(large_above: u64) -> Input {
    Input::Prepared(Prepared {
        identity: Some(identity()),
        same_bytes: false,
        guess: Some(ResourceType::Image),
        letters: "abcdefghijklmnopqrstuv".into(),
        md5: None,
        large_above,
        extra: 0,
        chunk_size: CHUNK,
        twin: None,
        cleaned: None,
    })
}

fn prepared_beside_a_twin(large_above: u64) -> Input {
    let Input::Prepared(prepared) = prepared(large_above) else {
        unreachable!()
    };
    let twin = Some(Twin {
        public_id: "photo_ghijkl".into(),
        resource_type: ResourceType::Image,
        tried_raw: false,
    });
    Input::Prepared(Prepared { twin, ..prepared })
}

fn receipt(etag: &str, existing: bool) -> Receipt {
    Receipt {
        public_id: "photo_abcdef".into(),
        asset_id: None,
        version: 1,
        resource_type: ResourceType::Image,
        delivery_type: "upload".into(),
        format: Some("jpg".into()),
        bytes: Some(TOTAL),
        width: None,
        height: None,
        etag: Some(etag.into()),
        url: "https://res.example/photo_abcdef.jpg".into(),
        existing,
        signature_verified: Some(true),
        created_at: None,
        transformed: false,
    }
}

fn digest() -> Digest {
    Digest::Md5(MD5.into())
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn after(job: Job, input: Input) -> (Job, Vec<Effect>) {
    step(job, input, now(), &RetryRules::default())
}

fn uploading(rule: PublicIdRule, large_above: u64) -> (Job, Vec<Effect>) {
    let (job, _) = after(job(rule), Input::Picked);
    after(job, prepared(large_above))
}

fn accepted(first: u64) -> Input {
    Input::ChunkAccepted {
        first,
        end: first + CHUNK,
        room: 1,
        fraction: 0.0,
    }
}

fn failed(failure: Failure, moved: u64, all_sent: bool) -> Input {
    Input::Failed {
        failure,
        moved,
        all_sent,
        fraction: 0.5,
    }
}

/// Parts alone are no asset, so they do not keep a job from being sent as its twin was; what may be an asset does.
#[test]
fn a_job_takes_the_name_of_its_twin_unless_it_may_have_arrived_under_its_own() {
    let trouble = || Failure::temporary(FailureKind::ServiceTrouble, None, "Trouble.");
    let again = |job: Job, large_above| {
        let (job, _) = after(job, failed(trouble(), 5, true));
        after(
            after(job, Input::Picked).0,
            prepared_beside_a_twin(large_above),
        )
        .0
    };
    let (parts, _) = uploading(PublicIdRule::NameAndRandom, 20);
    let (parts, _) = after(parts, accepted(0));
    let sent = parts.sent;
    let parts = again(parts, 20);
    assert_eq!(parts.public_id.as_deref(), Some("photo_ghijkl"));
    assert!(
        parts
            .course
            .plan
            .is_some_and(|plan| plan.acknowledged.is_empty())
    );
    assert_eq!(parts.sent, sent, "progress does not go back");

    // a gateway's answer leaves a doubt
    let (whole, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    let name = whole.public_id.clone();
    assert_eq!(again(whole, 1000).public_id, name);
}

fn any_failure() -> impl Strategy<Value = Failure> {
    let decision = prop_oneof![
        Just(crate::Decision::Permanent),
        Just(crate::Decision::Persistent),
        Just(crate::Decision::Temporary { after_ms: None }),
        (0..100_000_u64).prop_map(|ms| crate::Decision::Temporary { after_ms: Some(ms) }),
    ];
    // the kinds with a way of their own come often enough to meet
    let kind = prop_oneof![
        4 => prop::sample::select(FailureKind::ALL),
        1 => Just(FailureKind::Incomplete),
        1 => Just(FailureKind::Unreachable),
    ];
    (kind, decision).prop_map(|(kind, decision)| Failure {
        kind,
        decision,
        reason: "It failed.".into(),
    })
}

fn any_digest() -> impl Strategy<Value = Digest> {
    prop_oneof![Just(digest()), Just(Digest::Changed), Just(Digest::NoFile)]
}

fn any_receipt() -> impl Strategy<Value = Receipt> {
    (prop::bool::ANY, prop::bool::ANY)
        .prop_map(|(same, existing)| receipt(if same { MD5 } else { "f00" }, existing))
}

fn any_verb() -> impl Strategy<Value = Verb> {
    prop::sample::select(vec![
        Verb::Pause,
        Verb::Resume,
        Verb::Cancel,
        Verb::Retry,
        Verb::Remove,
        Verb::Restore,
    ])
}

fn any_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        4 => Just(Input::Picked),
        4 => prop::sample::select(vec![20_u64, 1000]).prop_map(prepared),
        3 => prop::sample::select(vec![20_u64, 1000]).prop_map(prepared_beside_a_twin),
        1 => any_receipt().prop_map(|receipt| Input::Reused { receipt, verification: Verification::Verified }),
        1 => Just(Input::AllSent),
        8 => (0..12_u64, 1..30_u64, 0..5_usize).prop_map(|(chunk, length, room)| Input::ChunkAccepted {
            first: chunk * CHUNK,
            end: chunk * CHUNK + length,
            room,
            fraction: 0.3
        }),
        1 => (any_receipt(), any_digest()).prop_map(|(receipt, digest)| Input::Stored { receipt, digest }),
        1 => (prop::option::of(any_receipt()), any_digest()).prop_map(|(receipt, digest)| Input::Found { receipt, digest }),
        1 => any_failure().prop_map(|failure| Input::AskFailed { failure, fraction: 0.1 }),
        4 => (any_failure(), 0..200_u64, prop::bool::ANY).prop_map(|(failure, moved, all_sent)| failed(failure, moved, all_sent)),
        1 => prop::bool::ANY.prop_map(|all_sent| Input::Stopped { all_sent }),
        1 => Just(Input::Recovered),
        2 => any_verb().prop_map(Input::User),
    ]
}

fn any_rule() -> impl Strategy<Value = PublicIdRule> {
    prop::sample::select(vec![
        PublicIdRule::NameAndRandom,
        PublicIdRule::Exact("chosen".into()),
        PublicIdRule::Service,
    ])
}

fn config() -> Config {
    Config {
        cases: 500,
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// Whatever comes, in whatever order.
    #[test]
    fn invariants_hold_in_any_order(
        rule in any_rule(),
        watched in prop::bool::ANY,
        inputs in prop::collection::vec(any_input(), 1..60),
    ) {
        let mut job = of_a_watch(job(rule), watched);
        for input in inputs {
            let before = job.clone();
            let by_user = matches!(input, Input::User(Verb::Retry));
            let (next, effects) = after(job, input);
            prop_assert!(by_user || next.sent >= before.sent, "progress went back");
            prop_assert!(next.sent <= next.total);
            if let Some(plan) = &next.course.plan {
                prop_assert!(plan.bytes() <= next.total, "more acknowledged than there is");
                prop_assert!(plan.acknowledged.windows(2).all(|pair| pair[0].1 < pair[1].0));
            }
            prop_assert!(by_user || !before.state.is_terminal() || next.state == before.state, "a terminal state was left");
            prop_assert!(next.state.is_terminal() == next.finished_at.is_some());
            let waits = matches!(next.state, State::Waiting | State::WaitingForNetwork);
            prop_assert!(waits || next.next_attempt_at.is_none());
            let sends = effects.iter().filter(|effect| matches!(effect, Effect::Send(_))).count();
            let errands = sends + effects.iter().filter(|effect| matches!(effect, Effect::Prepare | Effect::Ask)).count();
            prop_assert!(errands <= 1 || errands == sends, "two kinds of errands at once");
            prop_assert!(errands == 0 || next.state.is_active(), "an errand for a job that nobody has in hand");
            for effect in &effects {
                if let Effect::Send(piece) = effect {
                    prop_assert!(piece.length > 0 && piece.first + piece.length <= next.total);
                    prop_assert!(next.course.doubtful == piece.completes, "a completing request is doubtful before its first byte");
                }
            }
            if next.state == State::Done {
                prop_assert!(next.receipt.is_some() && next.verification != Verification::Pending);
            }
            job = next;
        }
    }

    /// A sender that performs every errand, a service that fails in every way it can: the way ends, within the bounds.
    #[test]
    fn every_path_ends(
        rule in any_rule(),
        watched in prop::bool::ANY,
        large_above in prop::sample::select(vec![20_u64, 1000]),
        failures in prop::collection::vec(any_failure(), 0..40),
        fraction in 0.0..1.0_f64,
        width in 1..6_usize,
    ) {
        let rules = RetryRules::default();
        let mut job = of_a_watch(job(rule), watched);
        let mut now = now();
        let mut failures = failures.into_iter();
        let mut effects = Vec::new();
        let mut flights: Vec<Piece> = Vec::new();
        for _ in 0..400 {
            let begun = effects.iter().filter_map(|effect| if let Effect::Send(piece) = effect { Some(piece.clone()) } else { None });
            flights.extend(begun);
            let asked = effects.iter().find(|effect| matches!(effect, Effect::Prepare | Effect::Ask));
            let input = match asked {
                Some(Effect::Prepare) => prepared(large_above),
                Some(_) => Input::Found { receipt: None, digest: Digest::NoFile },
                None if flights.is_empty() && (job.state.is_terminal() || job.state == State::NeedsYou) => return Ok(()),
                None if flights.is_empty() => {
                    now = job.next_attempt_at.unwrap_or(now);
                    Input::Picked
                }
                // the one that began last lands first
                None => {
                    let piece = flights.remove(flights.len() - 1);
                    match failures.next() {
                        // the sender waits for the others, so that nothing is in flight when a failure is told
                        Some(failure) if flights.is_empty() => Input::Failed {
                            failure,
                            moved: piece.length,
                            all_sent: fraction > 0.5,
                            fraction,
                        },
                        _ if piece.completes => Input::Stored { receipt: receipt(MD5, false), digest: digest() },
                        _ => Input::ChunkAccepted {
                            first: piece.first,
                            end: piece.first + piece.length,
                            room: width.saturating_sub(flights.len()),
                            fraction,
                        },
                    }
                }
            };
            (job, effects) = step(job, input, now, &rules);
        }
        prop_assert!(false, "no end in sight: {:?}", job.state);
    }

    /// Several chunks at a time: the first flies before all others, the completing one after all others, and no byte
    /// flies twice at once.
    #[test]
    fn chunks_in_flight_keep_the_services_order(
        rooms in prop::collection::vec(0..6_usize, 40),
        landings in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let (mut job, mut effects) = after(after(job(PublicIdRule::NameAndRandom), Input::Picked).0, prepared(20));
        let mut flights: Vec<Piece> = Vec::new();
        let mut landed: Vec<(u64, u64)> = Vec::new();
        for (room, landing) in rooms.into_iter().zip(landings) {
            for effect in &effects {
                if let Effect::Send(piece) = effect {
                    let others = flights.iter().any(|other| other.first < piece.first + piece.length && piece.first < other.first + other.length);
                    prop_assert!(!others, "{piece:?} beside {flights:?}");
                    prop_assert!(!landed.contains(&(piece.first, piece.length)), "sent twice");
                    prop_assert!(!landed.is_empty() || flights.is_empty(), "beside the first");
                    prop_assert!(!piece.completes || flights.is_empty(), "the last beside others");
                    flights.push(piece.clone());
                }
            }
            prop_assert!(!flights.is_empty(), "nothing under way: {job:?}");
            prop_assert_eq!(job.course.doubtful, flights.iter().any(|piece| piece.completes));
            let piece = flights.remove(landing.index(flights.len()));
            landed.push((piece.first, piece.length));
            if piece.completes {
                prop_assert_eq!(landed.iter().map(|(_, length)| length).sum::<u64>(), job.total);
                return Ok(());
            }
            // a sender that has nothing in flight always has room for one
            let room = if flights.is_empty() { room.max(1) } else { room };
            let input = Input::ChunkAccepted { first: piece.first, end: piece.first + piece.length, room, fraction: 0.5 };
            (job, effects) = after(job, input);
        }
        prop_assert!(false, "no end");
    }

    /// A service that is in trouble for ever: given up by attempts or by time, whichever comes first.
    #[test]
    fn trouble_without_end_is_given_up(fraction in 0.0..1.0_f64, wait_ms in prop::option::of(0..7_200_000_u64)) {
        let rules = RetryRules::default();
        let mut job = job(PublicIdRule::NameAndRandom);
        let mut now = now();
        let mut attempts = 0;
        while job.state != State::Failed {
            now = job.next_attempt_at.unwrap_or(now);
            for input in [Input::Picked, prepared(1000), Input::Failed {
                failure: Failure::temporary(FailureKind::ServiceTrouble, wait_ms, "Trouble."),
                moved: 1, all_sent: true, fraction,
            }] {
                job = step(job, input, now, &rules).0;
            }
            attempts += 1;
            prop_assert!(attempts <= rules.attempts);
            if let Some(due) = job.next_attempt_at {
                let wait = due.duration_since(now).as_millis();
                prop_assert!(wait >= i128::from(wait_ms.unwrap_or(0)), "the service's wish counts");
            }
        }
    }
}
