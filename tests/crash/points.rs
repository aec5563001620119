//! One death at each named place, before and after every commit and every request, and then the same command again.
//!
//! The places are listed in the engine's `crash/points.txt`; a program that passes one that is not listed fails here.

use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use acceptance::given_path;
use app::contract::JobState;
use sandbox::{Action, Fault, Match};

use crate::random::Random;
use crate::world::{Running, World, aborted, expect_success};

const POINTS: &str = include_str!("../../src-tauri/crates/engine/src/crash/points.txt");
/// As many at a time: most of a case is waiting for the disk.
const WORKERS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_death_at_any_commit_or_request_loses_nothing_and_repeats_nothing() {
    let program = given_path("ALOFT_CLI_CRASHING");
    let began = Instant::now();
    let listed = listed();
    assert!(listed.len() > 60, "the list was not read: {listed:?}");
    let mut cases: Vec<String> = listed.iter().map(|name| (*name).to_owned()).collect();
    // the second passage is another file's or another attempt's
    let again = ["turn", "step.Picked", "step.Prepared", "step.Stored"];
    cases.extend(again.map(|kind| format!("commit.{kind}.before:2")));
    // one alone, to look into it
    if let Ok(only) = std::env::var("ALOFT_CRASH_ONLY") {
        cases.retain(|case| *case == only);
        assert!(!cases.is_empty(), "{only} is not in the list");
    }
    println!("{} deaths:", cases.len());

    let cases = Mutex::new(cases.into_iter());
    let failed = Mutex::new(Vec::new());
    let worker = async || {
        loop {
            let Some(point) = cases.lock().unwrap().next() else {
                return;
            };
            let began = Instant::now();
            let outcome = survive(&program, &point).await;
            let verdict = outcome.as_ref().err().map_or("ok", String::as_str);
            let took = began.elapsed().as_secs_f64();
            println!("{took:5.1} s  {point}  {verdict}");
            if outcome.is_err() {
                failed.lock().unwrap().push(point);
            }
        }
    };
    futures_util::future::join_all((0..WORKERS).map(|_| worker())).await;
    println!("all in {:.0} s", began.elapsed().as_secs_f64());
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "not survived: {failed:?}");
}

/// The places that the terminal passes.
fn listed() -> Vec<&'static str> {
    POINTS
        .lines()
        .skip_while(|line| *line != "[terminal]")
        .skip(1)
        .take_while(|line| *line != "[queue]")
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// What brings a process to a place.
#[derive(Clone, Copy)]
enum Way {
    /// An upload with all its troubles.
    Upload,
    /// An upload without any.
    Smooth,
    /// The first process dies when everything is stored and nobody knows it; the second one passes the place.
    Restart,
    /// Everything was uploaded, so long ago that the links are looked at again.
    Later,
    /// Ctrl-C while bytes move.
    Interrupted,
    /// A command over jobs that wait, after others that prepare it; `$all` stands for the numbers of all jobs.
    Queue {
        before: Option<&'static str>,
        command: &'static str,
        after: Option<&'static str>,
    },
    /// A command over what was uploaded.
    Uploaded { command: &'static str },
}

impl Way {
    fn to(point: &str) -> Self {
        let queue = |before, command, after| Self::Queue {
            before,
            command,
            after,
        };
        let kind = point.split(':').next().unwrap_or(point);
        let kind = kind.rsplit_once('.').map_or(kind, |(kind, _)| kind);
        match kind {
            _ if point == "request.send.last-chunk.answer" => Self::Smooth,
            "commit.step.Recovered" => Self::Restart,
            "commit.step.Reused" | "commit.link-answered" | "request.link" => Self::Later,
            "commit.step.Stopped" => Self::Interrupted,
            "commit.control.Pause" => queue(None, "queue pause", Some("queue resume")),
            "commit.control.Resume" => queue(Some("queue pause"), "queue resume", None),
            "commit.control.Cancel" => queue(None, "queue cancel $all", None),
            "commit.control.Retry" => queue(Some("queue cancel $all"), "queue retry $all", None),
            "commit.control.Remove" => Self::Uploaded {
                command: "queue clear",
            },
            "commit.link-doubted" | "commit.deleted" => Self::Uploaded {
                command: "library delete 1 --yes",
            },
            _ => Self::Upload,
        }
    }
}

async fn survive(program: &Path, point: &str) -> Result<(), String> {
    let way = Way::to(point);
    let world = world(way).await;
    let told = |words: String| format!("{words}\n{}", world.log());
    pass(&world, program, way, point).await.map_err(told)?;
    let accepted = world.accepted();
    let ended = world.upload(program, &[]).ended().await;
    expect_success(ended).map_err(told)?;
    world.knows(&accepted).map_err(told)?;
    let fine = if matches!(way, Way::Queue { .. }) {
        JobState::Cancelled
    } else {
        JobState::Done
    };
    world.check_but_for(fine).await.map_err(told)
}

/// Dies at the place, and does what a person then does before the upload is given again.
async fn pass(world: &World, program: &Path, way: Way, point: &str) -> Result<(), String> {
    let crashing = [("ALOFT_CRASH_AT", point)];
    match way {
        Way::Upload | Way::Smooth => died(world.upload(program, &crashing), point).await,
        Way::Restart => {
            let first = "request.send.last-chunk.failure";
            let before = [("ALOFT_CRASH_AT", first)];
            died(world.upload(program, &before), first).await?;
            died(world.upload(program, &crashing), point).await
        }
        Way::Later => {
            expect_success(world.upload(program, &[]).ended().await)?;
            let changed = world.database().execute(
                "UPDATE library SET link_checked_at = link_checked_at - 100000000",
                [],
            );
            assert!(changed.unwrap() > 0);
            died(world.upload(program, &crashing), point).await
        }
        Way::Interrupted => {
            let running = world.upload(program, &crashing);
            is_uploading(world).await;
            running.signal("INT");
            died(running, point).await
        }
        Way::Queue {
            before,
            command,
            after,
        } => {
            let added = "commit.added.after";
            died(world.upload(program, &[("ALOFT_CRASH_AT", added)]), added).await?;
            if let Some(before) = before {
                run(world, program, before).await?;
            }
            let arguments = words(world, command);
            died(world.command(program, &crashing, &arguments), point).await?;
            run(world, program, command).await?;
            match after {
                Some(after) => run(world, program, after).await,
                None => Ok(()),
            }
        }
        Way::Uploaded { command } => {
            expect_success(world.upload(program, &[]).ended().await)?;
            let arguments = words(world, command);
            died(world.command(program, &crashing, &arguments), point).await?;
            run(world, program, command).await
        }
    }
}

async fn run(world: &World, program: &Path, command: &str) -> Result<(), String> {
    let arguments = words(world, command);
    expect_success(world.command(program, &[], &arguments).ended().await)
        .map_err(|words| format!("`aloft {command}`: {words}"))
}

fn words(world: &World, command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in command.split(' ') {
        if word == "$all" {
            let database = world.database();
            let mut ids = database.prepare("SELECT id FROM jobs").unwrap();
            let ids = ids.query_map([], |row| row.get::<_, i64>(0)).unwrap();
            words.extend(ids.map(|id| id.unwrap().to_string()));
        } else {
            words.push(word.to_owned());
        }
    }
    words
}

/// Returns when the queue says that a job is between its first byte and its answer, which takes the sandbox a while.
async fn is_uploading(world: &World) {
    let began = Instant::now();
    while began.elapsed().as_secs() < 60 {
        let is_there = app::Folders::under(&world.data()).data.join("queue.db");
        let sql = "SELECT count(*) FROM jobs WHERE state IN ('uploading', 'finishing')";
        let count = is_there
            .exists()
            .then(|| world.database().query_row(sql, [], |row| row.get(0)));
        if count.is_some_and(|count| count.is_ok_and(|count: i64| count > 0)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nothing is being uploaded");
}

async fn died(mut running: Running, at: &str) -> Result<(), String> {
    match running.ended().await {
        Some(status) if aborted(status) => Ok(()),
        Some(status) => Err(format!("it did not die at {at}: {status}")),
        None => Err(format!("it hangs on its way to {at}")),
    }
}

/// Small and large, refusals of every kind of request, and two answers that are lost: the one of a small file and the
/// one of the last chunk.
async fn world(way: Way) -> World {
    let when = |method: &str, path: Option<&str>, nth| Match {
        method: Some(method.to_owned()),
        path: path.map(str::to_owned),
        nth: Some(nth),
        ..Match::default()
    };
    let chunk = |index| Match {
        chunk: Some(index),
        nth: Some(1),
        ..Match::default()
    };
    let last_chunk = Match {
        last_chunk: Some(true),
        nth: Some(1),
        ..Match::default()
    };
    let trouble = || Action::Status {
        code: 503,
        message: None,
        headers: Default::default(),
    };
    let fault = |when, action| Fault { when, action };
    let whole = Match {
        path: Some("/raw/upload".to_owned()),
        nth: Some(2),
        ..Match::default()
    };
    let faults = match way {
        Way::Smooth => Vec::new(),
        Way::Interrupted => vec![fault(
            when("POST", Some("/upload"), 1),
            Action::DelayMs(3_000),
        )],
        Way::Upload | Way::Restart | Way::Later | Way::Queue { .. } | Way::Uploaded { .. } => vec![
            fault(when("POST", Some("/image/upload"), 1), trouble()),
            fault(whole, Action::CutAnswerAfterBytes(0)),
            fault(chunk(0), trouble()),
            fault(chunk(1), trouble()),
            fault(last_chunk, Action::CutAnswerAfterBytes(0)),
            // the first reads what the plan takes, beside everything else
            fault(when("GET", None, 2), trouble()),
            fault(when("HEAD", None, 1), trouble()),
        ],
    };
    let mut random = Random::new(1);
    let mut world = World::new(faults).await;
    world.file("plain.txt", random.text(3_000));
    world.file("picture.png", random.picture());
    let plain = random.picture();
    let comment = b"\0\0\0\x10tEXtComment\0GPS 48.1\0\0\0\0";
    let with_place = [&plain[..33], comment, &plain[33..]].concat();
    world.file_with_place("place.png", &with_place, plain);
    world.file(".png", random.picture());
    world.file("folder/below/smäll & ünï.bin", random.text(70_000));
    world.file("large.bin", random.text(45_000_000));
    world
}
