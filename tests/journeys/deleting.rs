//! Deleting from the service, taking an upload back, and undoing both.

use app::UploadOptions;
use app::contract::{
    Choices, Commands, DeleteOutcome, Deleted, JobRefs, JobState, JobView, Problem, ProblemKind,
    PublicIdChoice,
};
use app::sandbox::{Action, Fault, Match};

use crate::world::{KEY, SECRET, World, open, png, rows};

async fn delete(world: &World, ids: &[i64]) -> Result<Deleted, Problem> {
    let request = JobRefs { ids: ids.to_vec() };
    Commands::delete_assets(&world.aloft, request).await
}

async fn undo(world: &World, ids: &[i64]) -> Result<Deleted, Problem> {
    let request = JobRefs { ids: ids.to_vec() };
    Commands::undo_uploads(&world.aloft, request).await
}

fn outcomes(deleted: &Deleted) -> Vec<(i64, DeleteOutcome)> {
    let assets = deleted.assets.iter();
    assets
        .map(|asset| (asset.id, asset.outcome.clone()))
        .collect()
}

fn questions(world: &World) -> Vec<String> {
    let questions = world.desktop.questions.lock().unwrap();
    questions
        .iter()
        .map(|question| question.body.clone())
        .collect()
}

fn destroys(world: &World) -> usize {
    let requests = world.sandbox.requests();
    let destroys = requests.iter().filter(|one| one.path.ends_with("/destroy"));
    destroys.count()
}

/// One upload through a new account, done.
async fn one_upload(world: &World, name: &str) -> JobView {
    world.add_account().await;
    world.aloft.take(vec![world.file(name, &png(name))]).await;
    world.settled().await.remove(0)
}

async fn row(world: &World, id: i64) -> JobView {
    let jobs = rows(&world.aloft).await;
    jobs.into_iter().find(|job| job.id == id).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_asks_by_name_and_the_row_says_so_from_then_on() {
    let world = World::new().await;
    let job = one_upload(&world, "harbour.png").await;
    let kept = delete(&world, &[job.id]).await.unwrap_err();
    assert_eq!((kept.kind, world.stored()), (ProblemKind::Declined, 1));
    let asked = questions(&world).remove(0);
    let id = job.public_id.as_deref().unwrap();
    assert!(
        asked.contains("“harbour.png”") && asked.contains(id) && asked.contains("Journey-Cloud"),
        "{asked}"
    );

    *world.desktop.says_yes.lock().unwrap() = true;
    let deleted = delete(&world, &[job.id]).await.unwrap();
    assert_eq!(outcomes(&deleted), [(job.id, DeleteOutcome::Deleted)]);
    assert!(deleted.assets[0].again);
    assert_eq!(world.stored(), 0);
    let requests = world.sandbox.requests();
    let sent = requests
        .iter()
        .find(|one| one.path.ends_with("/image/destroy"));
    let field = ("invalidate".to_owned(), "1".to_owned());
    assert!(sent.unwrap().fields.contains(&field));

    let after = row(&world, job.id).await;
    assert_eq!(
        (after.deleted, after.link, after.undo_until),
        (true, None, None)
    );
    let link = app::contract::JobRef { id: job.id };
    let opened = Commands::open_link(&world.aloft, link).await.unwrap_err();
    assert_eq!(opened.kind, ProblemKind::Gone);
    let copied = app::contract::CopyLinks {
        ids: vec![job.id],
        form: app::contract::LinkForm::default(),
        remember: false,
    };
    let copied = Commands::copy_links(&world.aloft, copied).await;
    assert_eq!(copied.unwrap_err().kind, ProblemKind::Gone);
    let twice = delete(&world, &[job.id]).await.unwrap_err();
    assert_eq!((twice.kind, destroys(&world)), (ProblemKind::Gone, 1));

    // the same bytes are sent again: what is deleted answers for nothing
    let file = world.file("harbour.png", &png("harbour.png"));
    world.aloft.take(vec![file]).await;
    let jobs = world.settled().await;
    assert!(!jobs[0].reused && jobs[0].link.is_some());
    assert_eq!((world.stored(), world.uploads_sent()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asset_of_several_rows_is_deleted_once_and_one_that_is_gone_is_said_to_be() {
    let world = World::new().await;
    let first = one_upload(&world, "a.png").await;
    let files = vec![
        world.file("again.png", &png("a.png")),
        world.file("b.png", &png("b.png")),
        world.file("c.png", &png("c.png")),
        world.file("d.png", &png("d.png")),
    ];
    world.aloft.take(files).await;
    let jobs = world.settled().await;
    let ids: Vec<i64> = jobs.iter().map(|job| job.id).collect();
    let gone = jobs.iter().find(|job| job.name == "b.png").unwrap();
    let mut url = world.sandbox.url();
    url.set_path("/v1_1/Journey-Cloud/resources/image/upload");
    let id = gone.public_id.as_deref().unwrap();
    url.query_pairs_mut().append_pair("public_ids[]", id);
    let answer = reqwest::Client::new()
        .delete(url)
        .basic_auth(KEY, Some(SECRET))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success());

    *world.desktop.says_yes.lock().unwrap() = true;
    let deleted = delete(&world, &ids).await.unwrap();
    for asset in &deleted.assets {
        let expected = if asset.id == gone.id {
            DeleteOutcome::AlreadyGone
        } else {
            DeleteOutcome::Deleted
        };
        assert_eq!(asset.outcome, expected, "{asset:?}");
    }
    assert_eq!(deleted.assets.len(), 5);
    assert_eq!((world.stored(), destroys(&world)), (0, 4));
    let asked = questions(&world).remove(0);
    assert!(
        asked.contains("4 assets") && asked.contains("and 1 more"),
        "{asked}"
    );
    assert!(row(&world, first.id).await.deleted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_upload_is_taken_back_without_a_question_and_can_be_sent_again() {
    let world = World::new().await;
    let job = one_upload(&world, "oops.png").await;
    assert!(job.undo_until.is_some());
    let undone = undo(&world, &[job.id]).await.unwrap();
    assert_eq!(outcomes(&undone), [(job.id, DeleteOutcome::Deleted)]);
    assert_eq!((world.stored(), questions(&world).len()), (0, 0));

    let again = JobRefs { ids: vec![job.id] };
    let report = Commands::upload_again(&world.aloft, again).await.unwrap();
    assert_eq!((report.added, report.skipped.len()), (1, 0));
    let jobs = world.settled().await;
    assert_eq!((jobs.len(), world.stored()), (2, 1));
    assert_eq!((jobs[0].state, jobs[0].deleted), (JobState::Done, false));

    // what is still there is not sent again
    let there = JobRefs {
        ids: vec![jobs[0].id],
    };
    let report = Commands::upload_again(&world.aloft, there).await.unwrap();
    assert_eq!((report.added, report.skipped.len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_not_taken_back_unasked_where_something_could_be_lost() {
    let world = World::new().await;
    let job = one_upload(&world, "draft.png").await;
    // touched, with the same bytes: nothing is lost
    world.file("draft.png", &png("draft.png"));
    undo(&world, &[job.id]).await.unwrap();
    assert_eq!((world.stored(), questions(&world).len()), (0, 0));

    let refused = async |name: &str, job: &JobView| {
        let kept = undo(&world, &[job.id]).await.unwrap_err();
        assert_eq!(kept.kind, ProblemKind::Declined, "{name}");
        assert!(!row(&world, job.id).await.deleted, "{name}");
        let asked = questions(&world);
        assert!(asked.last().unwrap().contains(name), "{asked:?}");
    };
    let upload = async |name: &str| {
        world.aloft.take(vec![world.file(name, &png(name))]).await;
        world.settled().await.remove(0)
    };

    let changed = upload("changed.png").await;
    world.file("changed.png", &png("CHANGED.png"));
    refused("changed.png", &changed).await;

    let missing = upload("missing.png").await;
    std::fs::remove_file(world.home.path().join("files/missing.png")).unwrap();
    refused("missing.png", &missing).await;

    let one = upload("one.png").await;
    world
        .aloft
        .take(vec![world.file("two.png", &png("one.png"))])
        .await;
    let reused = world.settled().await.remove(0);
    assert_eq!((reused.reused, &reused.undo_until), (true, &None));
    refused("two.png", &reused).await;
    // its link is the other row's link too, however much came after it
    let queue = world.home.path().join("aloft/data/queue.db");
    let queue = rusqlite::Connection::open(queue).unwrap();
    let more = format!(
        "CREATE TEMP TABLE more AS SELECT * FROM jobs WHERE id = {}; UPDATE more SET id = NULL, removed_at = NULL; \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
         INSERT INTO jobs SELECT more.* FROM n, more;",
        changed.id
    );
    queue.execute_batch(&more).unwrap();
    let kept = undo(&world, &[one.id]).await.unwrap_err();
    assert_eq!(kept.kind, ProblemKind::Declined);
    let fewer = "DELETE FROM jobs WHERE id > ?";
    queue.execute(fewer, [reused.id]).unwrap();
    refused("one.png", &one).await;

    let late = upload("late.png").await;
    let eleven_minutes = 11 * 60 * 1000;
    queue
        .execute(
            "UPDATE jobs SET finished_at = finished_at - ? WHERE id = ?",
            [eleven_minutes, late.id],
        )
        .unwrap();
    assert_eq!(row(&world, late.id).await.undo_until, None);
    refused("late.png", &late).await;

    // a name that somebody chose may be somebody else's by now
    let account = world.aloft.active_account().unwrap().unwrap();
    let named = UploadOptions {
        choices: Choices {
            public_id: PublicIdChoice::Exact {
                id: "logo".to_owned(),
            },
            ..Choices::default()
        },
        ..UploadOptions::default()
    };
    let file = world.file("logo.png", &png("logo"));
    let logo = world.upload(&account, vec![file], &named).await.remove(0);
    refused("logo.png", &row(&world, logo.id.get()).await).await;
    assert_eq!(world.stored(), 5);
    assert_eq!(destroys(&world), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_secret_is_told_why_it_cannot_delete() {
    let world = World::new().await;
    world.add_unsigned_account().await;
    world.aloft.take(vec![world.file("u.png", &png("u"))]).await;
    let job = world.settled().await.remove(0);
    let problem = delete(&world, &[job.id]).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::NotSigned);
    assert!(problem.hint.to_string().contains("console"), "{problem}");
    assert_eq!((world.stored(), questions(&world).len()), (1, 0));
    assert_eq!(destroys(&world), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_deleted_answers_for_nothing_where_the_answer_got_lost() {
    let world = World::new().await;
    let job = one_upload(&world, "a.png").await;
    let lost = r#"[{"match": {"path": "/destroy"}, "do": {"cut_answer_after_bytes": 0}}]"#;
    world
        .sandbox
        .set_faults(serde_json::from_str(lost).unwrap());
    *world.desktop.says_yes.lock().unwrap() = true;
    let deleted = delete(&world, &[job.id]).await.unwrap();
    let outcome = &deleted.assets[0].outcome;
    assert!(
        matches!(outcome, DeleteOutcome::Failed { .. }),
        "{outcome:?}"
    );
    assert_eq!(world.stored(), 0);

    let again = world.file("again.png", &png("a.png"));
    world.aloft.take(vec![again]).await;
    let jobs = world.settled().await;
    assert!(!jobs[0].reused, "{:?}", jobs[0]);
    assert_eq!((world.stored(), world.uploads_sent()), (1, 2));
}

/// Uploads so many and answers their rows.
async fn uploads(world: &World, count: usize) -> Vec<i64> {
    world.add_account().await;
    let files = (0..count).map(|number| {
        let name = format!("{number}.png");
        world.file(&name, &png(&name))
    });
    world.aloft.take(files.collect()).await;
    let jobs = world.settled().await;
    assert!(jobs.iter().all(|job| job.state == JobState::Done));
    jobs.iter().map(|job| job.id).collect()
}

/// The one sentence of assets that were not deleted.
fn refusals(deleted: &Deleted) -> Vec<Problem> {
    let mut told = Vec::new();
    for asset in &deleted.assets {
        match &asset.outcome {
            DeleteOutcome::Failed { problem } if !told.contains(problem) => {
                told.push(problem.clone());
            }
            DeleteOutcome::Failed { .. } | DeleteOutcome::Deleted => {}
            DeleteOutcome::AlreadyGone | DeleteOutcome::Kept => panic!("{asset:?}"),
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_refuses_an_account_is_not_asked_for_again_for_each_asset() {
    let world = World::new().await;
    let ids = uploads(&world, 40).await;
    *world.desktop.says_yes.lock().unwrap() = true;
    let refusals_of = [
        (401, "unknown api_key", ProblemKind::WrongKey),
        (403, "The account is disabled", ProblemKind::Forbidden),
        (420, "Rate Limit Exceeded", ProblemKind::RateLimited),
    ];
    for (code, message, kind) in refusals_of {
        let before = destroys(&world);
        world.sandbox.set_faults(vec![Fault {
            when: Match {
                path: Some("/destroy".to_owned()),
                ..Match::default()
            },
            action: Action::Status {
                code,
                message: Some(message.to_owned()),
                headers: Default::default(),
            },
        }]);
        let deleted = delete(&world, &ids).await.unwrap();
        let told = refusals(&deleted);
        assert_eq!((told.len(), told[0].kind), (1, kind), "{told:?}");
        let rest = "The rest of “Journey” was not tried after that.";
        assert!(told[0].message.to_string().ends_with(rest), "{told:?}");
        // those that were on their way together when the first answer came
        assert!(destroys(&world) - before <= 8, "{code}");
        assert_eq!(world.stored(), 40);
    }

    // what is about one asset alone holds no other up
    world.sandbox.set_faults(vec![Fault {
        when: Match {
            path: Some("/destroy".to_owned()),
            nth: Some(3),
            ..Match::default()
        },
        action: Action::Status {
            code: 400,
            message: Some("Invalid value".to_owned()),
            headers: Default::default(),
        },
    }]);
    let deleted = delete(&world, &ids).await.unwrap();
    let told = refusals(&deleted);
    assert_eq!((told.len(), world.stored()), (1, 1), "{told:?}");
    assert!(!told[0].message.to_string().contains("rest of"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_answers_the_rest_is_not_tried() {
    let world = World::new().await;
    let ids = uploads(&world, 20).await;
    *world.desktop.says_yes.lock().unwrap() = true;
    let World {
        aloft,
        sandbox,
        home,
        desktop,
        keyring,
    } = world;
    sandbox.stop().await;
    let request = JobRefs { ids };
    let deleted = Commands::delete_assets(&aloft, request).await.unwrap();
    let told = refusals(&deleted);
    assert_eq!(
        (told.len(), told[0].kind),
        (1, ProblemKind::Unreachable),
        "{told:?}"
    );
    assert!(
        told[0].message.to_string().contains("was not tried"),
        "{told:?}"
    );
    drop((home, desktop, keyring));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_clock_that_is_a_day_off_what_is_deleted_first_is_deleted_too() {
    let world = World::with(|config| config.clock_offset_seconds = 86_400).await;
    let job = one_upload(&world, "clock.png").await;
    *world.desktop.says_yes.lock().unwrap() = true;
    // a new start knows nothing of the service's clock
    let next = open(world.home.path(), &world.desktop, &world.keyring).await;
    let request = JobRefs { ids: vec![job.id] };
    let deleted = Commands::delete_assets(&next, request).await.unwrap();
    assert_eq!(outcomes(&deleted), [(job.id, DeleteOutcome::Deleted)]);
    assert_eq!((world.stored(), destroys(&world)), (0, 2));
}
