//! One round of chaos: what a seed decides, and how it is played.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sandbox::{Action, Fault, Match, RepeatedLastChunk};

use crate::random::Random;
use crate::world::{World, expect_success};

/// What can go wrong beside the kills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Refused503,
    CutRequests,
    CutAnswers,
    Outage,
    RateLimited,
    WrongClock,
    TwoProcesses,
    SlowServer,
    StoppedForAMoment,
    LateAnswers,
}

/// Two of these in each round, in turn, so that four rounds have them all.
const IN_TURN: [Trouble; 7] = [
    Trouble::Refused503,
    Trouble::CutRequests,
    Trouble::CutAnswers,
    Trouble::Outage,
    Trouble::RateLimited,
    Trouble::WrongClock,
    Trouble::TwoProcesses,
];
/// Others join by chance, but for those that make a round long.
const BY_CHANCE: [Trouble; 7] = [
    Trouble::Refused503,
    Trouble::CutRequests,
    Trouble::CutAnswers,
    Trouble::WrongClock,
    Trouble::TwoProcesses,
    Trouble::StoppedForAMoment,
    Trouble::LateAnswers,
];
/// One round in so many has the slow server: it takes a minute until it is given up.
const SLOW_EVERY: u64 = 20;
/// As long a server may be silent, or as good as silent.
const SILENCE: Duration = Duration::from_secs(60);
const NEVER_READ: Action = Action::DelayMs(3_600_000);
const RATE_LIMITED_FOR: Duration = Duration::from_secs(10);

/// Everything that a seed decides.
pub(crate) struct Plan {
    seed: u64,
    small: u64,
    /// Bytes of the chunked file.
    large: u64,
    troubles: Vec<Trouble>,
    faults: Vec<Fault>,
    /// Milliseconds that each answer takes: a service that answers at once is never caught between doing and saying.
    latency: u64,
    /// Milliseconds after which each process but the last is killed.
    kills: Vec<u64>,
    /// Milliseconds after which the last process meets what happens to it.
    moment: u64,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            small,
            large,
            latency,
            kills,
            troubles,
            ..
        } = self;
        write!(
            f,
            "{small} small, one of {large} bytes, answers after {latency} ms, killed after {kills:?} ms, {troubles:?}"
        )
    }
}

impl Plan {
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let turn = |n: u64| {
            let turn = usize::try_from((2 * (seed % 7) + n) % 7).unwrap();
            IN_TURN[turn]
        };
        let mut troubles = if seed % SLOW_EVERY == 5 {
            // alone, so that the last process meets it for certain
            vec![Trouble::SlowServer]
        } else {
            vec![turn(0), turn(1)]
        };
        for trouble in BY_CHANCE {
            if random.once_in(5) && !troubles.contains(&trouble) {
                troubles.push(trouble);
            }
        }
        // the first moments are the busiest
        let longest = random.within(200, 2_000);
        let kills = (0..random.within(2, 6))
            .map(|_| random.within(50, longest))
            .collect();
        let mut plan = Self {
            seed,
            small: random.within(3, 40),
            large: random.within(20_000_001, 46_000_000),
            troubles,
            faults: Vec::new(),
            latency: random.within(20, 200),
            kills,
            moment: random.within(0, 1_500),
        };
        plan.decide_faults(&mut random);
        plan
    }

    fn has(&self, trouble: Trouble) -> bool {
        self.troubles.contains(&trouble)
    }

    fn decide_faults(&mut self, random: &mut Random) {
        for trouble in self.troubles.clone() {
            match trouble {
                Trouble::Refused503 => self.sometimes(0.1, status(503, "1")),
                Trouble::CutRequests => {
                    for most in [100_000, 8_000_000] {
                        let after = random.within(1, most);
                        self.sometimes(0.08, Action::CutAfterBytes(after));
                    }
                }
                Trouble::CutAnswers => {
                    let after = random.within(0, 300);
                    self.sometimes(0.15, Action::CutAnswerAfterBytes(after));
                }
                Trouble::WrongClock => {
                    let ahead = if random.once_in(2) { 86_400 } else { -86_400 };
                    let when = Match::default();
                    let action = Action::StaleClock(ahead);
                    self.faults.push(Fault { when, action });
                }
                Trouble::LateAnswers => {
                    let late = random.within(50, 600);
                    self.sometimes(0.3, Action::LateAnswer(late));
                }
                Trouble::Outage
                | Trouble::RateLimited
                | Trouble::TwoProcesses
                | Trouble::SlowServer
                | Trouble::StoppedForAMoment => {}
            }
        }
        let mode = if random.once_in(2) {
            RepeatedLastChunk::Refuse
        } else {
            RepeatedLastChunk::Repeat
        };
        self.sometimes(1.0, Action::RepeatedLastChunk(mode));
    }

    fn sometimes(&mut self, probability: f64, action: Action) {
        let when = Match {
            method: Some("POST".to_owned()),
            probability: Some(probability),
            seed: self.seed,
            ..Match::default()
        };
        self.faults.push(Fault { when, action });
    }

    /// Plays it. An error says what was lost; the log of the programs and the queue are kept then.
    pub(crate) async fn play(&self, program: &Path, outage: Duration) -> Result<(), String> {
        let latency = Duration::from_millis(self.latency);
        let mut world = World::far_away(self.faults.clone(), latency).await;
        self.fill(&mut world);
        let outcome = self.play_in(&mut world, program, outage).await;
        outcome.map_err(|words| {
            let log: PathBuf = std::env::temp_dir().join(format!("aloft-chaos-{}.log", self.seed));
            let _ = std::fs::write(&log, world.log());
            // and what the queue thinks of it
            let queue = log.with_extension("db");
            let copied = world
                .database()
                .execute("VACUUM INTO ?", [queue.to_string_lossy()]);
            let queue =
                copied.map_or_else(|error| error.to_string(), |_| queue.display().to_string());
            format!("LOST: {words}; see {} and {queue}", log.display())
        })
    }

    async fn play_in(
        &self,
        world: &mut World,
        program: &Path,
        outage: Duration,
    ) -> Result<(), String> {
        let began = Instant::now();
        if self.has(Trouble::RateLimited) {
            let when = Match::default();
            let action = status(420, "4");
            let all = [vec![Fault { when, action }], self.faults.clone()].concat();
            world.set_faults(all);
        }
        if self.has(Trouble::SlowServer) {
            // until the last process comes nobody reads anything, so that something is left for it
            let (when, action) = (Match::default(), NEVER_READ);
            world.set_faults(vec![Fault { when, action }]);
        }
        let two = self.has(Trouble::TwoProcesses);
        for after in &self.kills {
            let mut one = world.upload(program, &[]);
            let mut other = two.then(|| world.upload(program, &[]));
            pause(*after).await;
            one.kill();
            if let Some(other) = &mut other {
                // the survivor takes over, and dies a little later
                pause(*after / 2).await;
                other.kill();
            }
        }
        if self.has(Trouble::SlowServer) {
            world.set_faults(slow());
        }
        let accepted = world.accepted();
        let mut last = world.upload(program, &[]);
        let other = two.then(|| world.upload(program, &[]));
        if self.has(Trouble::StoppedForAMoment) {
            pause(self.moment).await;
            last.signal("STOP");
            pause(700).await;
            last.signal("CONT");
        }
        if self.has(Trouble::Outage) {
            pause(self.moment).await;
            world.vanish();
            tokio::time::sleep(outage).await;
            world.serve().await;
        }
        if self.has(Trouble::RateLimited) {
            tokio::time::sleep(RATE_LIMITED_FOR.saturating_sub(began.elapsed())).await;
            world.set_faults(self.faults.clone());
        }
        expect_success(last.ended().await)?;
        if let Some(mut other) = other {
            expect_success(other.ended().await)?;
        }
        if self.has(Trouble::SlowServer) && began.elapsed() < SILENCE {
            return Err("the slow server was not met".to_owned());
        }
        world.knows(&accepted)?;
        world.check().await
    }

    fn fill(&self, world: &mut World) {
        let mut random = Random::new(!self.seed);
        for n in 0..self.small {
            let is_picture = random.once_in(3);
            let bytes = if is_picture {
                random.picture()
            } else {
                let length = random.within(16, 200_000);
                random.bytes(usize::try_from(length).unwrap())
            };
            let extension = if is_picture { "png" } else { "bin" };
            let folder = if random.once_in(2) {
                "folder/below/"
            } else {
                ""
            };
            world.file(&format!("{folder}small {n}.{extension}"), bytes);
        }
        let large = random.bytes(usize::try_from(self.large).unwrap());
        world.file("large.bin", large);
    }
}

fn status(code: u16, retry_after: &str) -> Action {
    Action::Status {
        code,
        message: Some("Out of order".to_owned()),
        headers: [("Retry-After".to_owned(), retry_after.to_owned())].into(),
    }
}

/// The answer to the last chunk comes at one byte a second, which would take ten minutes.
fn slow() -> Vec<Fault> {
    let when = Match {
        last_chunk: Some(true),
        nth: Some(1),
        ..Match::default()
    };
    let action = Action::DripAnswer(1_000);
    vec![Fault { when, action }]
}

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}
