//! The decisions that have a name, one example each.

use jiff::SignedDuration;

use super::*;

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
    // a login page in the way is no more the file's fault than a cable that is out
    for kind in [FailureKind::Unreachable, FailureKind::Portal] {
        let mut job = job(PublicIdRule::NameAndRandom);
        let mut waits = Vec::new();
        for _ in 0..40 {
            for input in [Input::Picked, prepared(1000)] {
                job = after(job, input).0;
            }
            let gone = Input::Failed {
                failure: Failure::temporary(kind, None, "No network."),
                moved: 0,
                all_sent: false,
                fraction: 1.0,
            };
            job = after(job, gone).0;
            assert_eq!(job.state, State::WaitingForNetwork);
            waits.push(job.next_attempt_at.unwrap().duration_since(now()).as_secs());
        }
        assert_eq!(waits[..5], [4, 8, 16, 30, 30]);
        assert_eq!(job.course.strikes, 0);
    }
}

#[test]
fn an_answer_that_is_not_the_services_is_not_asked_for_without_end() {
    let mut job = job(PublicIdRule::NameAndRandom);
    let mut attempts = 0;
    while job.state != State::Failed {
        for input in [Input::Picked, prepared(1000)] {
            job = after(job, input).0;
        }
        let odd = Failure::temporary(FailureKind::NotJson, None, "An odd answer.");
        job = after(job, failed(odd, 0, false)).0;
        attempts += 1;
        assert!(attempts <= RetryRules::default().attempts);
    }
    assert_eq!(job.failure.unwrap().kind, FailureKind::NotJson);
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

#[test]
fn a_watched_file_that_is_gone_or_other_is_passed_over_unless_it_may_have_arrived() {
    let gone = Failure::permanent(FailureKind::SourceMissing, "Gone.");
    let picked = |watched| {
        of_a_watch(
            after(job(PublicIdRule::NameAndRandom), Input::Picked).0,
            watched,
        )
    };
    let (by_hand, _) = after(picked(false), failed(gone.clone(), 0, false));
    assert_eq!(
        (by_hand.state, is_skipped(&by_hand)),
        (State::Failed, false)
    );
    let (watched, _) = after(picked(true), failed(gone, 0, false));
    assert_eq!(
        (watched.state, is_skipped(&watched)),
        (State::Cancelled, true)
    );

    let other = || {
        let mut job = picked(true);
        job.identity = Some(FileIdentity {
            size: 3,
            modified_ns: 9,
            inode: 9,
        });
        job
    };
    let (changed, effects) = after(other(), prepared(1000));
    assert_eq!((changed.state, effects), (State::Cancelled, vec![]));
    let mut doubtful = other();
    doubtful.course.doubtful = true;
    let (asked, _) = after(doubtful, prepared(1000));
    assert_eq!((asked.state, is_skipped(&asked)), (State::NeedsYou, false));

    // what the user gives up is not passed over
    let waiting = of_a_watch(job(PublicIdRule::NameAndRandom), true);
    let (cancelled, _) = after(waiting, Input::User(Verb::Cancel));
    assert!(!is_skipped(&cancelled));
}

/// A limit that ends in an hour holds the account for an hour, and its files start within half a minute of that.
#[test]
fn a_long_wait_is_not_made_much_longer() {
    let (job, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    let hour = SignedDuration::from_hours(1);
    let limited = Input::Failed {
        failure: Failure::temporary(FailureKind::RateLimited, Some(3_600_000), "Slow down."),
        moved: 1,
        all_sent: true,
        fraction: 1.0,
    };
    let (job, effects) = after(job, limited);
    assert!(effects.contains(&Effect::HoldAccount(now() + hour)));
    let wait = job.next_attempt_at.unwrap().duration_since(now());
    assert_eq!(wait, hour + SignedDuration::from_secs(30));
}

/// The service was still storing the last chunk of a process that is dead: asked too early, it knows nothing, and then
/// it refuses the chunk that comes again. Under the same public ID the whole file shows that it is there.
#[test]
fn a_last_chunk_that_arrives_after_the_question_does_not_fail_the_file() {
    let gateway = || Failure::temporary(FailureKind::ServiceTrouble, None, "Trouble.");
    let refused = || Failure::permanent(FailureKind::Refused, "This upload is complete.");
    // up to the request that completes the asset
    let in_doubt = || {
        let (mut job, mut effects) = uploading(PublicIdRule::NameAndRandom, 20);
        while let Some(Effect::Send(piece)) = effects.first()
            && !piece.completes
        {
            (job, effects) = after(job, accepted(piece.first));
        }
        assert!(job.course.doubtful && job.course.plan.is_some());
        job
    };
    let asked_early = {
        let job = after(in_doubt(), Input::Recovered).0;
        let job = after(after(job, Input::Picked).0, prepared(20)).0;
        let not_yet = Input::Found {
            receipt: None,
            digest: Digest::NoFile,
        };
        after(job, not_yet).0
    };
    let behind_a_gateway = {
        let job = after(in_doubt(), failed(gateway(), 20, true)).0;
        after(after(job, Input::Picked).0, prepared(20)).0
    };
    for job in [asked_early, behind_a_gateway] {
        let id = job.public_id.clone();
        let (job, effects) = after(job, failed(refused(), 0, true));
        assert_eq!(
            (job.state, &effects[..]),
            (State::Preparing, &[Effect::Prepare][..])
        );
        assert_eq!(job.public_id, id);
        // once: a service that refuses the whole file as well means it
        let job = after(job, prepared(20)).0;
        let (job, _) = after(job, failed(refused(), 0, true));
        assert_eq!(job.state, State::Failed);
    }
}

/// A minute of "come again in a second" costs a file neither its attempts nor, afterwards, a long wait.
#[test]
fn who_is_asked_to_wait_waits_so_long_and_is_not_given_up_for_it() {
    let rules = RetryRules::default();
    let (mut job, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    let limited = || Failure::temporary(FailureKind::RateLimited, Some(1000), "Slow down.");
    let mut now = now();
    let begin = now;
    while now.duration_since(begin) < SignedDuration::from_mins(1) {
        job.state = State::Uploading;
        let effects;
        (job, effects) = step(job, failed(limited(), 1, true), now, &rules);
        assert_eq!(job.state, State::Waiting);
        let wait = job.next_attempt_at.unwrap().duration_since(now);
        assert_eq!(wait.as_millis(), 1500);
        let second = now + SignedDuration::from_secs(1);
        assert!(
            effects.contains(&Effect::HoldAccount(second)),
            "{effects:?}"
        );
        now = job.next_attempt_at.unwrap();
    }
    job.state = State::Uploading;
    let late = begin + SignedDuration::from_hours(7);
    let given_up = step(job, failed(limited(), 1, true), late, &rules).0;
    assert_eq!(
        given_up.state,
        State::Failed,
        "the time is a bound all the same"
    );
}

/// Most trouble is over at once, and what is not is waited for some minutes, however many attempts that takes.
#[test]
fn trouble_is_tried_again_soon_and_for_minutes() {
    let rules = RetryRules::default();
    let (mut job, _) = uploading(PublicIdRule::NameAndRandom, 1000);
    let mut now = now();
    let mut waits = Vec::new();
    while job.state != State::Failed {
        job.state = State::Uploading;
        let trouble = Input::Failed {
            failure: Failure::temporary(FailureKind::ServiceTrouble, None, "Trouble."),
            moved: 1,
            all_sent: true,
            fraction: 1.0,
        };
        job = step(job, trouble, now, &rules).0;
        if let Some(due) = job.next_attempt_at {
            waits.push(due.duration_since(now).as_millis());
            now = due;
        }
    }
    assert_eq!(waits[..4], [250, 500, 1000, 2000]);
    let minutes = waits.iter().sum::<i128>() / 60_000;
    assert!((7..10).contains(&minutes), "{waits:?}");
}
