//! Rounds of SIGKILL at random moments during mixed batches, with whatever else can go wrong.
//!
//! `cargo xtask chaos --rounds N --seed S` runs more; a round is replayed by `--rounds 1 --seed` with its number.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use acceptance::given_path;

use crate::round::Plan;

/// Rounds at a time: most of a round is waiting.
const WORKERS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chaos_leaves_every_file_there_exactly_once() {
    let program = given_path("ALOFT_CLI");
    let rounds = number("ALOFT_CHAOS_ROUNDS", 5);
    let first = number("ALOFT_CHAOS_SEED", 1);
    let outage = Duration::from_secs(number("ALOFT_CHAOS_OUTAGE", 3));
    println!("{rounds} rounds from seed {first}, outages of {outage:?}");
    let seeds = Mutex::new(first..first.saturating_add(rounds));
    let lost = Mutex::new(Vec::new());
    let began = Instant::now();
    let worker = async || {
        loop {
            let Some(seed) = seeds.lock().unwrap().next() else {
                return;
            };
            let began = Instant::now();
            let plan = Plan::of(seed);
            let outcome = plan.play(&program, outage).await;
            let verdict = outcome.as_ref().err().map_or("ok", String::as_str);
            let took = began.elapsed().as_secs_f64();
            println!("seed {seed:3}  {took:5.1} s  {verdict}: {plan}");
            if outcome.is_err() {
                lost.lock().unwrap().push(seed);
            }
        }
    };
    futures_util::future::join_all((0..WORKERS).map(|_| worker())).await;
    let lost = lost.into_inner().unwrap();
    let took = began.elapsed().as_secs_f64();
    println!("{rounds} rounds, {} lost, {took:.0} s", lost.len());
    assert!(
        lost.is_empty(),
        "replay one with `cargo xtask chaos --rounds 1 --seed N`: {lost:?}"
    );
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}"))
    })
}
