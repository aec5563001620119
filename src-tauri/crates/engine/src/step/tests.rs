//! Random event sequences against the invariants, and the decisions that have a name.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::*;
use crate::job::{BatchId, JobId};
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
        md5: None,
        created_at: Timestamp::UNIX_EPOCH,
        finished_at: None,
        removed_at: None,
        course: Default::default(),
    }
}

fn prepared(large_above: u64) -> Input {
    Input::Prepared(Prepared {
        identity: Some(identity()),
        guess: Some(ResourceType::Image),
        letters: "abcdefghijklmnopqrstuv".into(),
        md5: None,
        large_above,
        extra: 0,
        chunk_size: CHUNK,
    })
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
        message: "It failed.".into(),
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

#[test]
fn without_an_id_of_ours_a_gateways_error_after_the_last_byte_stays_a_doubt() {
    for (rule, doubtful) in [
        (PublicIdRule::Service, true),
        (PublicIdRule::NameAndRandom, false),
    ] {
        let (job, _) = uploading(rule, 1000);
        let failure = Failure::temporary(FailureKind::ServiceTrouble, None, "Bad gateway.");
        let input = Input::Failed {
            failure,
            moved: 90,
            all_sent: true,
            fraction: 0.0,
        };
        assert_eq!(after(job, input).0.course.doubtful, doubtful);
    }
}

fn any_input() -> impl Strategy<Value = Input> {
    prop_oneof![
        4 => Just(Input::Picked),
        4 => prop::sample::select(vec![20_u64, 1000]).prop_map(prepared),
        1 => any_receipt().prop_map(Input::Reused),
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
    fn invariants_hold_in_any_order(rule in any_rule(), inputs in prop::collection::vec(any_input(), 1..60)) {
        let mut job = job(rule);
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
        large_above in prop::sample::select(vec![20_u64, 1000]),
        failures in prop::collection::vec(any_failure(), 0..40),
        fraction in 0.0..1.0_f64,
        width in 1..6_usize,
    ) {
        let rules = RetryRules::default();
        let mut job = job(rule);
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

#[test]
fn chunks_follow_the_grid_and_only_the_last_is_doubtful() {
    let (mut job, mut effects) = uploading(PublicIdRule::NameAndRandom, 20);
    let mut ranges = Vec::new();
    while let Some(Effect::Send(piece)) = effects.first().cloned() {
        assert_eq!(job.course.doubtful, piece.first == 90);
        ranges.push((piece.first, piece.length));
        if piece.completes {
            break;
        }
        (job, effects) = after(
            job,
            Input::ChunkAccepted {
                first: piece.first,
                end: piece.first + piece.length,
                room: 1,
                fraction: 0.0,
            },
        );
    }
    assert_eq!(ranges.first(), Some(&(0, 10)));
    assert_eq!(ranges.last(), Some(&(90, 5)));
    assert_eq!(ranges.len(), 10);
}

#[test]
fn an_incomplete_upload_starts_over_once_with_another_upload_id() {
    let (mut job, _) = uploading(PublicIdRule::NameAndRandom, 20);
    for first in [0, 10] {
        job = after(job, accepted(first)).0;
    }
    let first_id = job.course.plan.as_ref().unwrap().upload_id.clone();
    let incomplete = || {
        failed(
            Failure::permanent(FailureKind::Incomplete, "Incomplete."),
            5,
            true,
        )
    };
    let (job, effects) = after(job, incomplete());
    assert_eq!(effects, vec![Effect::Prepare]);
    let mut again = prepared(20);
    if let Input::Prepared(prepared) = &mut again {
        prepared.letters = "zyxwvutsrqponmlkjihgfe".into();
    }
    let (job, _) = after(job, again);
    assert_ne!(job.course.plan.as_ref().unwrap().upload_id, first_id);
    assert_eq!(
        job.public_id.as_deref(),
        Some("photo_abcdef"),
        "the public ID stays"
    );
    let (job, _) = after(job, accepted(0));
    assert_eq!(
        (job.course.plan.as_ref().unwrap().bytes(), job.sent),
        (10, 20),
        "the bar does not go back"
    );
    let (job, _) = after(job, incomplete());
    assert_eq!(job.state, State::Failed);
}

#[test]
fn a_wrong_guess_is_corrected_once_and_a_choice_never() {
    let refused = || {
        failed(
            Failure::permanent(FailureKind::NotAnImage, "Invalid image file"),
            5,
            true,
        )
    };
    let (job, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    let (job, effects) = after(job, refused());
    assert_eq!(effects, vec![Effect::Prepare]);
    let (job, _) = after(job, prepared(1000));
    assert_eq!(job.resource_type, Some(ResourceType::Raw));
    assert_eq!(job.public_id.as_deref(), Some("photo_abcdef.jpg"));
    assert_eq!(after(job, refused()).0.state, State::Failed);

    let (mut chosen, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    chosen.requested_type = Some(ResourceType::Image);
    assert_eq!(after(chosen, refused()).0.state, State::Failed);
}

#[test]
fn existing_is_ours_with_our_random_part_and_taken_with_a_chosen_id() {
    let stored = |etag: &str| Input::Stored {
        receipt: receipt(etag, true),
        digest: digest(),
    };
    let (job, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    assert_eq!(
        after(job, stored(MD5)).0.verification,
        Verification::Verified
    );
    let (job, _) = uploading(PublicIdRule::Exact("chosen".into()), 1000);
    assert_eq!(after(job.clone(), stored(MD5)).0.state, State::Done);
    let (job, effects) = after(job, stored("f00"));
    assert_eq!(
        (job.state, job.failure.unwrap().kind),
        (State::NeedsYou, FailureKind::NameTaken)
    );
    assert_eq!(effects, Vec::new());
}

#[test]
fn other_bytes_are_done_and_not_verified_unless_transformed() {
    let (job, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    let (done, _) = after(
        job.clone(),
        Input::Stored {
            receipt: receipt("f00", false),
            digest: digest(),
        },
    );
    assert_eq!(done.state, State::Done);
    assert_eq!(
        done.verification,
        Verification::NotVerified {
            reason: Doubt::DifferentBytes
        }
    );
    let transformed = Receipt {
        transformed: true,
        ..receipt("f00", false)
    };
    let (done, _) = after(
        job.clone(),
        Input::Stored {
            receipt: transformed,
            digest: digest(),
        },
    );
    assert_eq!(
        done.verification,
        Verification::Incomparable {
            why: crate::Incomparable::Transformed
        }
    );
    let forged = Receipt {
        signature_verified: Some(false),
        ..receipt(MD5, false)
    };
    let (done, _) = after(
        job,
        Input::Stored {
            receipt: forged,
            digest: digest(),
        },
    );
    assert_eq!(
        done.verification,
        Verification::NotVerified {
            reason: Doubt::WrongSignature
        }
    );
}

#[test]
fn an_answer_after_cancel_keeps_the_state_and_the_link() {
    let (job, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    let (job, _) = after(job, Input::User(Verb::Cancel));
    let (job, effects) = after(
        job,
        Input::Stored {
            receipt: receipt(MD5, false),
            digest: digest(),
        },
    );
    assert_eq!(job.state, State::Cancelled);
    assert!(effects.contains(&Effect::Shelve));
    // and a retry asks instead of sending twice
    let (job, _) = after(job, Input::User(Verb::Retry));
    let (job, _) = after(job, Input::Picked);
    assert_eq!(after(job, prepared(1000)).1, vec![Effect::Ask]);
}

#[test]
fn without_an_id_of_ours_a_doubtful_attempt_is_asked_about() {
    let (job, _) = uploading(PublicIdRule::Service, 1000);
    let (job, _) = after(job, Input::Recovered);
    let (job, _) = after(job, Input::Picked);
    let (job, effects) = after(job, prepared(1000));
    assert_eq!((job.state, effects), (State::NeedsYou, Vec::new()));
    // the user's retry is the decision to send again
    let (job, _) = after(job, Input::User(Verb::Retry));
    let (job, _) = after(job, Input::Picked);
    assert!(matches!(
        after(job, prepared(1000)).1[..],
        [Effect::Send(_)]
    ));
}

#[test]
fn no_network_costs_no_attempt_and_backs_off_from_2_to_30_seconds() {
    let mut job = job(PublicIdRule::NameAndRandom);
    let mut waits = Vec::new();
    for _ in 0..40 {
        for input in [Input::Picked, prepared(1000)] {
            job = after(job, input).0;
        }
        let gone = Failure::temporary(FailureKind::Unreachable, None, "No network.");
        job = after(
            job,
            Input::Failed {
                failure: gone,
                moved: 0,
                all_sent: false,
                fraction: 1.0,
            },
        )
        .0;
        assert_eq!(job.state, State::WaitingForNetwork);
        waits.push(job.next_attempt_at.unwrap().duration_since(now()).as_secs());
    }
    assert_eq!(waits[..5], [4, 8, 16, 30, 30]);
    assert_eq!(job.course.strikes, 0);
}

#[test]
fn time_bounds_a_retry_too() {
    let rules = RetryRules::default();
    let (mut job, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    job.course.first_strike_at = Some(now());
    let late = now() + SignedDuration::from_hours(7);
    let trouble = failed(
        Failure::temporary(FailureKind::ServiceTrouble, None, "Trouble."),
        1,
        true,
    );
    assert_eq!(step(job, trouble, late, &rules).0.state, State::Failed);
}
