//! Queue and library as one list: its shape, its rows, and what is found in it.

use app::UploadOptions;
use app::contract::{
    Choices, Commands, Control, ControlTarget, ControlVerb, CopyLinks, Event, Find, FindScope,
    Found, GroupKey, JobRef, JobState, JobView, LinkForm, ProblemKind, RowRefs, Run, Standing,
};

use crate::world::{World, png};

fn refs(ids: impl Into<Vec<i64>>) -> RowRefs {
    RowRefs { ids: ids.into() }
}

fn ids(runs: &[Run]) -> Vec<i64> {
    let numbers = runs
        .iter()
        .flat_map(|run| run.first..run.first + i64::from(run.count));
    numbers.collect()
}

fn found(found: &Found) -> Vec<i64> {
    let groups = found.groups.iter().flat_map(|group| ids(&group.runs));
    groups.collect()
}

fn all(scope: FindScope) -> Find {
    Find {
        query: String::new(),
        scope,
        account: None,
        folder: None,
        tag: None,
        kind: None,
        standing: None,
        since: None,
        until: None,
    }
}

async fn control(world: &World, target: ControlTarget, verb: ControlVerb) {
    let request = Control { target, verb };
    Commands::control(&world.aloft, request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_asked_for_by_the_numbers_that_their_batch_tells() {
    let world = World::new().await;
    world.add_account().await;
    control(&world, ControlTarget::All, ControlVerb::Pause).await;
    let files = ["a.png", "b.png", "c.png"].map(|name| world.file(name, &png(name)));
    world.aloft.take(files.to_vec()).await;

    let batch = world.aloft.snapshot_now().await.unwrap().batches.remove(0);
    let [a, b, c] = ids(&batch.runs)[..] else {
        panic!("{batch:?}")
    };
    assert_eq!((batch.runs.len(), batch.sums.waiting), (1, 3));
    let rows = Commands::look_at(&world.aloft, refs([c, a, 999, -1]))
        .await
        .unwrap()
        .rows;
    let told: Vec<_> = rows.iter().map(|row| (row.id, row.name.as_str())).collect();
    assert_eq!(told, [(c, "c.png"), (a, "a.png")]);

    control(
        &world,
        ControlTarget::Jobs { ids: vec![b] },
        ControlVerb::Remove,
    )
    .await;
    let shape = || async {
        let batches = world.aloft.snapshot_now().await.unwrap().batches;
        let found = Commands::find(&world.aloft, all(FindScope::Queue)).await;
        let runs = batches[0].runs.clone();
        assert_eq!(found.unwrap().groups[0].runs, runs);
        (runs, batches[0].sums.waiting)
    };
    let single = |first| Run { first, count: 1 };
    assert_eq!(shape().await, (vec![single(a), single(c)], 2));
    let rows = Commands::look_at(&world.aloft, refs([b])).await.unwrap();
    assert!(rows.rows.is_empty());
    control(
        &world,
        ControlTarget::Jobs { ids: vec![b] },
        ControlVerb::Restore,
    )
    .await;
    assert_eq!(shape().await, (batch.runs, 3));

    let too_many = Commands::look_at(&world.aloft, refs(vec![a; 201])).await;
    assert_eq!(too_many.unwrap_err().kind, ProblemKind::Internal);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_rows_that_are_looked_at_are_told() {
    let world = World::new().await;
    world.add_account().await;
    control(&world, ControlTarget::All, ControlVerb::Pause).await;
    let files = ["a.png", "b.png"].map(|name| world.file(name, &png(name)));
    world.aloft.take(files.to_vec()).await;
    let batch = world.aloft.snapshot_now().await.unwrap().batches.remove(0);
    let seen = ids(&batch.runs)[1];
    Commands::look_at(&world.aloft, refs([seen])).await.unwrap();

    let mut events = world.aloft.events();
    control(&world, ControlTarget::All, ControlVerb::Resume).await;
    let (mut row, mut done) = (None::<JobView>, 0);
    while row.as_ref().is_none_or(|row| row.state != JobState::Done) || done < 2 {
        match events.next().await.unwrap() {
            Event::Rows(rows) => {
                assert_eq!(rows.len(), 1);
                assert_eq!((rows[0].id, &*rows[0].name), (seen, "b.png"));
                let told = row.replace(rows[0].clone());
                assert_ne!(row, told, "told without a change");
            }
            Event::Snapshot(snapshot) => done = snapshot.batches[0].sums.done,
            Event::Progress(_) | Event::Notice(_) | Event::Dragging(_) | Event::Run(_) => {}
        }
    }

    // what happens elsewhere is no reason to tell a row again
    let other = ids(&batch.runs)[0];
    let target = ControlTarget::Jobs { ids: vec![other] };
    control(&world, target, ControlVerb::Remove).await;
    loop {
        match events.next().await.unwrap() {
            Event::Rows(rows) => panic!("told without a change: {rows:?}"),
            Event::Snapshot(snapshot) if snapshot.batches[0].count == 1 => break,
            Event::Snapshot(_)
            | Event::Progress(_)
            | Event::Notice(_)
            | Event::Dragging(_)
            | Event::Run(_) => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_and_library_are_searched_and_filtered() {
    let world = World::new().await;
    let account = world.add_account().await;
    let options = UploadOptions {
        choices: Choices {
            folder: "trip/day one".into(),
            tags: vec!["sea".into(), "100%".into()],
            ..Choices::default()
        },
        ..UploadOptions::default()
    };
    let picture = world.file("Überfahrt 1.png", &png("1"));
    let first = world.upload(&account, vec![picture], &options).await[0].id;
    let text = world.file("list_of_things.txt", b"words");
    let plain = UploadOptions::default();
    let second = world.upload(&account, vec![text], &plain).await[0].id;
    let (first, second) = (first.get(), second.get());
    let look = |find: Find| async { found(&Commands::find(&world.aloft, find).await.unwrap()) };

    for scope in [FindScope::Queue, FindScope::Library] {
        // newest batch and newest upload first
        assert_eq!(look(all(scope)).await, [second, first]);
        for (query, wanted) in [
            ("überfahrt PNG", vec![first]),
            ("ÜBERFAHRT", vec![first]),
            ("day trip sea", vec![first]),
            ("0%", vec![first]),
            ("t_of", vec![second]),
            ("%", vec![first]),
            ("tx_", vec![]),
            ("überfahrt things", vec![]),
            ("overwrite", vec![]),
        ] {
            let query = query.to_owned();
            let name = format!("{scope:?} {query}");
            let find = Find {
                query,
                ..all(scope)
            };
            assert_eq!(look(find).await, wanted, "{name}");
        }
        let text = |text: &str| Some(text.to_owned());
        #[rustfmt::skip]
        let filters = [
            (Find { folder: text("trip"), ..all(scope) }, vec![first]),
            (Find { folder: text("trip/day"), ..all(scope) }, vec![]),
            (Find { tag: text("100%"), ..all(scope) }, vec![first]),
            (Find { tag: text("100"), ..all(scope) }, vec![]),
            (Find { kind: text("raw"), ..all(scope) }, vec![second]),
            (Find { account: text(account.id.as_str()), ..all(scope) }, vec![second, first]),
            (Find { account: text("another"), ..all(scope) }, vec![]),
            (Find { standing: Some(Standing::Done), ..all(scope) }, vec![second, first]),
            (Find { standing: Some(Standing::Open), ..all(scope) }, vec![]),
            (Find { since: text("2020-01-01"), ..all(scope) }, vec![second, first]),
            (Find { until: text("2020-01-01"), ..all(scope) }, vec![]),
        ];
        for (find, wanted) in filters {
            let name = format!("{find:?}");
            assert_eq!(look(find).await, wanted, "{name}");
        }
    }
    let facets = Commands::facets(&world.aloft).await.unwrap();
    assert_eq!(facets.folders, ["trip/day one"]);
    assert_eq!(facets.tags, ["100%", "sea"]);
    let find = Find {
        since: Some("the other day".into()),
        ..all(FindScope::Queue)
    };
    let problem = Commands::find(&world.aloft, find).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::BadValue);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_left_the_queue_is_a_row_of_the_library() {
    let world = World::new().await;
    let account = world.add_account().await;
    let files: Vec<_> = ["a.png", "b.png", "c.png"]
        .map(|name| world.file(name, &png(name)))
        .into();
    let options = UploadOptions {
        choices: Choices {
            folder: "shots".into(),
            ..Choices::default()
        },
        ..UploadOptions::default()
    };
    let jobs = world.upload(&account, files.clone(), &options).await;
    let kept = jobs[1].id.get();
    let cleared = vec![jobs[0].id.get(), jobs[2].id.get()];
    control(
        &world,
        ControlTarget::Jobs { ids: cleared },
        ControlVerb::Remove,
    )
    .await;

    let list = Commands::find(&world.aloft, all(FindScope::Library))
        .await
        .unwrap();
    assert!(matches!(&list.groups[0].group, GroupKey::Month { month } if month.len() == 7));
    let numbers = found(&list);
    assert_eq!((list.count, numbers.len()), (3, 3));
    assert_eq!(numbers.iter().filter(|id| **id < 0).count(), 2);
    let rows = Commands::look_at(&world.aloft, refs(numbers.clone()))
        .await
        .unwrap()
        .rows;
    let mut names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["a.png", "b.png", "c.png"]);
    let job = rows.iter().find(|row| row.id == kept).unwrap();
    let entry = rows.iter().find(|row| row.name == "a.png").unwrap();
    assert!(job.batch > 0 && entry.id < 0 && entry.batch == 0);
    assert_eq!((entry.state, &*entry.folder), (JobState::Done, "shots"));
    assert!(entry.link.is_some() && entry.verified == job.verified);

    let links = CopyLinks {
        ids: numbers,
        form: LinkForm::default(),
        remember: false,
    };
    let copied = Commands::copy_links(&world.aloft, links).await.unwrap();
    let text = world.desktop.copied.lock().unwrap().pop().unwrap();
    assert_eq!(copied.count, 3);
    assert!(text.contains(entry.link.as_ref().unwrap()), "{text}");
    let entry = JobRef { id: entry.id };
    Commands::open_link(&world.aloft, entry).await.unwrap();
    Commands::reveal_file(&world.aloft, entry).await.unwrap();
    let details = Commands::job_details(&world.aloft, entry).await.unwrap();
    assert_eq!(details.place, files[0].display().to_string());
    assert!(details.parameters.contains("shots") && details.answer.contains("public_id"));
    std::fs::remove_file(&files[0]).unwrap();
    let problem = Commands::reveal_file(&world.aloft, entry)
        .await
        .unwrap_err();
    assert_eq!(problem.kind, ProblemKind::SourceMissing);
    let nobody = JobRef { id: -999 };
    let problem = Commands::open_link(&world.aloft, nobody).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Gone);
}
