//! How many requests at a time: found out while sending, as a congestion window is.
//!
//! Pure: it hears what ended and when, and answers with a number. It starts with a few requests and doubles their number
//! each round while that makes things faster: each answer makes room for one more request, so that nobody waits for the
//! slowest of a round. Then it grows by one a round, and halves when the service or the line pushes back. A round is as
//! many answers as requests could be open when it began.
//!
//! Every large service fails now and then, and slowing down does not change that. So trouble (5xx) is a push only when
//! much of what was sent lately ran into it; a word to slow down, or silence, always is.

use jiff::Timestamp;

use crate::failure::{Decision, Failure, FailureKind};

/// Requests at a time in the beginning.
const START: usize = 8;
/// What a request costs besides its bytes, in bytes: many small files are judged by their number, large ones by their size.
const OVERHEAD: u64 = 64 * 1024;
/// More throughput than this, as a factor, is growth.
const GROWTH: f64 = 1.1;
/// A longer time for the same work than this, as a factor, is a queue building up somewhere.
const DELAY: f64 = 1.5;
/// How much of the best throughput is remembered a round later: lines change.
const FADE: f64 = 0.95;
/// The share of the last answers that were trouble from which on trouble is a push.
const MUCH: f64 = 0.25;
/// What one answer weighs in that share: some sixteen of them count.
const WEIGHT: f64 = 1.0 / 16.0;
/// Bytes a second: more than any line out of a house or an office carries.
const FASTEST: f64 = 1e9;
/// Only requests of at least this many bytes tell how fast one connection is.
const TELLING: u64 = 1024 * 1024;

/// One request that got its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) began: Timestamp,
    pub(crate) ended: Timestamp,
    pub(crate) bytes: u64,
    /// Requests that were open until then, this one included.
    pub(crate) open: usize,
}

/// Why fewer requests at a time may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Push {
    /// The service asked to slow down, or did not answer in time.
    Asked,
    /// The service had trouble of its own, and did not say what it wants.
    Trouble,
}

impl Push {
    /// What a failure says about the pace. Trouble with a time to come again is a service that asks.
    pub(crate) fn of(failure: &Failure) -> Option<Push> {
        match (failure.kind, failure.decision) {
            (FailureKind::RateLimited | FailureKind::TimedOut, _)
            | (FailureKind::ServiceTrouble, Decision::Temporary { after_ms: Some(_) }) => {
                Some(Push::Asked)
            }
            (FailureKind::ServiceTrouble, _) => Some(Push::Trouble),
            (_, _) => None,
        }
    }
}

/// The number of requests that may be open, and what it was learned from.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    limit: usize,
    ceiling: usize,
    doubling: bool,
    /// The limit when the round began.
    steady: usize,
    round: Round,
    /// Bytes a second, overhead included.
    best: f64,
    /// Seconds a byte when the line was free.
    cost: Option<f64>,
    halved_at: Option<Timestamp>,
    /// Share of trouble among the last answers.
    trouble: f64,
    /// Bytes a second of one connection.
    connection: Option<f64>,
    /// Bytes a second of the fastest request so far.
    swiftest: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Round {
    began: Option<Timestamp>,
    answers: usize,
    work: u64,
    seconds: f64,
    most_open: usize,
}

impl Pace {
    /// At most `ceiling` requests at a time, at least one.
    pub(crate) fn new(ceiling: usize) -> Pace {
        let ceiling = ceiling.max(1);
        Pace {
            limit: START.min(ceiling),
            ceiling,
            doubling: true,
            steady: START.min(ceiling),
            round: Round::default(),
            best: 0.0,
            cost: None,
            halved_at: None,
            trouble: 0.0,
            connection: None,
            swiftest: 0.0,
        }
    }

    /// Requests that may be open now.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Another upper bound, as the user wants it.
    pub(crate) fn set_ceiling(&mut self, ceiling: usize) {
        let raised = ceiling > self.ceiling;
        self.ceiling = ceiling.max(1);
        self.doubling |= raised && self.halved_at.is_none();
        let least = if raised { START.min(self.ceiling) } else { 1 };
        self.limit = self.limit.clamp(least, self.ceiling);
        self.steady = self.steady.clamp(least, self.ceiling);
    }

    /// Bytes a second that one connection carries, once that is known.
    pub(crate) fn connection(&self) -> Option<f64> {
        self.connection
    }

    /// Connections that carry as much as any line can, two at least: more of them for one file would only take the
    /// processor from each other, and its parts would all be late.
    pub(crate) fn enough(&self) -> usize {
        if self.swiftest > 0.0 {
            ((FASTEST / self.swiftest).ceil() as usize).max(2)
        } else {
            usize::MAX
        }
    }

    /// A request got its answer.
    pub(crate) fn answered(&mut self, request: Ended) {
        let took = seconds(request.began, request.ended);
        if request.bytes >= TELLING && took > 0.0 {
            let now = request.bytes as f64 / took;
            self.connection = Some(self.connection.map_or(now, |known| (known + now) / 2.0));
            self.swiftest = self.swiftest.max(now);
        }
        self.trouble *= 1.0 - WEIGHT;
        self.round.work += request.bytes + OVERHEAD;
        self.round.most_open = self.round.most_open.max(request.open);
        self.count(request.began, request.ended);
    }

    /// The service or the line pushed back against a request of this age. One push counts once: what was under way
    /// before the last halving says nothing new.
    pub(crate) fn pushed_back(&mut self, push: Push, began: Timestamp, now: Timestamp) {
        if push == Push::Trouble {
            self.trouble += (1.0 - self.trouble) * WEIGHT;
            if self.trouble < MUCH {
                return self.count(began, now);
            }
        }
        self.doubling = false;
        if self.halved_at.is_some_and(|halved| began <= halved) {
            return;
        }
        self.halved_at = Some(now);
        self.limit = (self.limit / 2).max(1);
        self.steady = self.limit;
        self.round = Round::default();
    }

    /// One more answer of this round, which may be its last.
    fn count(&mut self, began: Timestamp, ended: Timestamp) {
        let first = *self.round.began.get_or_insert(began);
        self.round.answers += 1;
        self.round.seconds += seconds(began, ended);
        if self.round.answers >= self.steady {
            let round = std::mem::take(&mut self.round);
            self.round.began = Some(ended);
            self.limit = self.steady;
            self.judge(round, seconds(first, ended));
            self.steady = self.limit;
        } else if self.doubling && self.is_used() {
            let most = (self.steady * 2).min(self.ceiling);
            self.limit = (self.limit + 1).min(most);
        }
    }

    /// Who does not use what is allowed cannot say whether more would help.
    fn is_used(&self) -> bool {
        self.round.most_open >= self.steady
    }

    fn judge(&mut self, round: Round, elapsed: f64) {
        if elapsed <= 0.0 || round.work == 0 || round.most_open < self.limit {
            return;
        }
        let throughput = round.work as f64 / elapsed;
        let cost = round.seconds / round.work as f64;
        let grew = throughput > self.best * GROWTH;
        let slower = self.cost.is_some_and(|least| cost > least * DELAY);
        if self.doubling && grew {
            self.limit = (self.limit * 2).min(self.ceiling);
        } else if slower && !grew {
            self.doubling = false;
            self.limit = (self.limit / 2).max(1);
        } else if self.doubling {
            self.doubling = false;
        } else {
            self.limit = (self.limit + 1).min(self.ceiling);
        }
        let least = self.cost.map_or(cost, |least| cost.min(least / FADE));
        self.cost = Some(least);
        self.best = throughput.max(self.best * FADE);
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64().max(0.0)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    /// A line that carries `at_most` requests at a time; more of them only wait. Each takes 0.1 s.
    struct Line {
        at_most: usize,
        now: Timestamp,
    }

    impl Line {
        /// Sends one full round and returns the limit after it.
        fn round(&mut self, pace: &mut Pace) -> usize {
            let open = pace.limit();
            let took = 100 * open.div_ceil(self.at_most) as i64;
            let began = self.now;
            self.now += SignedDuration::from_millis(took);
            for _ in 0..open {
                pace.answered(Ended {
                    began,
                    ended: self.now,
                    bytes: 200_000,
                    open,
                });
            }
            pace.limit()
        }
    }

    fn line(at_most: usize) -> Line {
        Line {
            at_most,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn it_doubles_while_that_makes_things_faster_and_stops_at_the_ceiling() {
        let (mut pace, mut line) = (Pace::new(50), line(1000));
        let limits: Vec<usize> = (0..4).map(|_| line.round(&mut pace)).collect();
        assert_eq!(limits, [16, 32, 50, 50]);
    }

    #[test]
    fn on_a_line_that_is_full_it_stops_doubling() {
        let (mut pace, mut line) = (Pace::new(50), line(16));
        for _ in 0..40 {
            line.round(&mut pace);
        }
        assert!((8..=17).contains(&pace.limit()), "{}", pace.limit());
    }

    #[test]
    fn one_push_back_halves_once_and_a_later_one_again() {
        let mut pace = Pace::new(50);
        let (t0, t1, t2) = (
            Timestamp::UNIX_EPOCH,
            Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1),
            Timestamp::UNIX_EPOCH + SignedDuration::from_secs(2),
        );
        for _ in 0..5 {
            pace.pushed_back(Push::Asked, t0, t1);
        }
        assert_eq!(pace.limit(), 4);
        pace.pushed_back(Push::Asked, t2, t2);
        assert_eq!(pace.limit(), 2);
    }

    /// Answers of a line, one in `each` of them trouble; the limit after each round.
    fn with_trouble(pace: &mut Pace, line: &mut Line, each: usize, rounds: usize) -> Vec<usize> {
        let mut count = 0;
        let mut limits = Vec::new();
        for _ in 0..rounds {
            let open = pace.limit();
            let began = line.now + SignedDuration::from_millis(1);
            line.now += SignedDuration::from_millis(100);
            for _ in 0..open {
                count += 1;
                if count % each == 0 {
                    pace.pushed_back(Push::Trouble, began, line.now);
                } else {
                    pace.answered(Ended {
                        began,
                        ended: line.now,
                        bytes: 200_000,
                        open,
                    });
                }
            }
            limits.push(pace.limit());
        }
        limits
    }

    #[test]
    fn what_the_service_says_is_a_push_and_what_the_file_is_is_none() {
        let temporary = |kind, after_ms| Push::of(&Failure::temporary(kind, after_ms, "Words."));
        assert_eq!(temporary(FailureKind::RateLimited, None), Some(Push::Asked));
        assert_eq!(temporary(FailureKind::TimedOut, None), Some(Push::Asked));
        assert_eq!(
            temporary(FailureKind::ServiceTrouble, Some(3000)),
            Some(Push::Asked)
        );
        assert_eq!(
            temporary(FailureKind::ServiceTrouble, None),
            Some(Push::Trouble)
        );
        assert_eq!(temporary(FailureKind::Unreachable, None), None);
        let refused = Failure::permanent(FailureKind::Refused, "Words.");
        assert_eq!(Push::of(&refused), None);
    }

    #[test]
    fn trouble_now_and_then_is_no_push() {
        let (mut pace, mut line) = (Pace::new(50), line(1000));
        let limits = with_trouble(&mut pace, &mut line, 10, 12);
        assert!(limits.is_sorted(), "{limits:?}");
        assert!(pace.limit() >= 32, "{limits:?}");
    }

    #[test]
    fn much_trouble_halves_once_a_round_trip() {
        let (mut pace, mut line) = (Pace::new(50), line(1000));
        while pace.limit() < 50 {
            line.round(&mut pace);
        }
        let limits = with_trouble(&mut pace, &mut line, 1, 6);
        assert_eq!(limits, [25, 12, 6, 3, 1, 1]);
        assert_eq!(line.round(&mut pace), 2, "it grows again when that is over");
    }

    #[test]
    fn each_answer_of_a_round_makes_room_for_one_more() {
        let mut pace = Pace::new(50);
        let began = Timestamp::UNIX_EPOCH;
        let limits: Vec<usize> = (0..8)
            .map(|n| {
                pace.answered(Ended {
                    began,
                    ended: began + SignedDuration::from_millis(100 + n),
                    bytes: 200_000,
                    open: 8,
                });
                pace.limit()
            })
            .collect();
        assert_eq!(limits, [9, 10, 11, 12, 13, 14, 15, 16]);
    }

    #[test]
    fn a_file_gets_few_connections_where_each_is_as_fast_as_a_line_can_be() {
        for (milliseconds, enough) in [(40, 2), (200, 10), (2000, 100)] {
            let mut pace = Pace::new(50);
            assert_eq!(pace.enough(), usize::MAX);
            let began = Timestamp::UNIX_EPOCH;
            pace.answered(Ended {
                began,
                ended: began + SignedDuration::from_millis(milliseconds),
                bytes: 20_000_000,
                open: 1,
            });
            assert_eq!(pace.enough(), enough);
        }
    }

    #[test]
    fn after_a_push_back_it_grows_by_one() {
        let (mut pace, mut line) = (Pace::new(50), line(1000));
        line.round(&mut pace);
        pace.pushed_back(Push::Asked, line.now, line.now);
        assert_eq!(pace.limit(), 8);
        assert_eq!([line.round(&mut pace), line.round(&mut pace)], [9, 10]);
    }

    #[test]
    fn who_does_not_use_it_does_not_get_more() {
        let mut pace = Pace::new(50);
        for n in 0..100 {
            let began = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(n);
            pace.answered(Ended {
                began,
                ended: began + SignedDuration::from_millis(100),
                bytes: 10,
                open: 1,
            });
        }
        assert_eq!(pace.limit(), START);
    }

    proptest! {
        #[test]
        fn it_stays_between_one_and_the_ceiling(
            ceiling in 0_usize..80,
            events in proptest::collection::vec((0..3_u8, 0_i64..5000, 0_u64..50_000_000, 0_usize..80), 0..300),
        ) {
            let mut pace = Pace::new(ceiling);
            let mut now = Timestamp::UNIX_EPOCH;
            for (kind, took, bytes, open) in events {
                let began = now;
                now += SignedDuration::from_millis(took);
                let before = pace.limit();
                match kind {
                    0 => pace.answered(Ended { began, ended: now, bytes, open }),
                    1 => pace.pushed_back(Push::Asked, began, now),
                    _ => pace.pushed_back(Push::Trouble, began, now),
                }
                prop_assert!(kind != 1 || pace.limit() <= before, "a push is no reason for more");
                prop_assert!((1..=ceiling.max(1)).contains(&pace.limit()));
            }
        }
    }
}
