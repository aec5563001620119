//! How fast bytes move, and how long the rest takes when that can be said honestly.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Speed is what moved in so long.
const WINDOW: Duration = Duration::from_secs(5);
/// Before so much was seen, a speed would be a guess.
const LEAST: Duration = Duration::from_secs(1);
/// Before so much was seen, a time would be a guess.
const LEAST_FOR_TIME: Duration = Duration::from_secs(4);
/// The slower half of the window must be so much of the faster one for a time to hold.
const STEADY: f64 = 0.6;
/// Without movement for so long it stands still.
const STALLED: Duration = Duration::from_secs(30);

/// Bytes over the last seconds.
#[derive(Debug, Default)]
pub(crate) struct Speed {
    seen: VecDeque<(Instant, u64)>,
    moved: Option<Instant>,
}

impl Speed {
    /// So many bytes are sent at this time. Less than before means that something began anew.
    pub(crate) fn note(&mut self, at: Instant, sent: u64) {
        let last = self.seen.back().map(|(_, sent)| *sent);
        if last.is_some_and(|last| sent < last) {
            self.seen.clear();
        }
        if last != Some(sent) || self.moved.is_none() {
            self.moved = Some(at);
        }
        self.seen.push_back((at, sent));
        while self.seen.len() > 2 && at - self.seen[1].0 >= WINDOW {
            self.seen.pop_front();
        }
    }

    /// Bytes a second over the window; `None` while too little was seen.
    pub(crate) fn per_second(&self) -> Option<f64> {
        let (first, last) = (self.seen.front()?, self.seen.back()?);
        (last.0 - first.0 >= LEAST).then(|| rate(*first, *last))
    }

    /// How long so many bytes take; `None` unless the speed is steady.
    pub(crate) fn left(&self, bytes: u64) -> Option<Duration> {
        let (first, last) = (*self.seen.front()?, *self.seen.back()?);
        let span = last.0 - first.0;
        if span < LEAST_FOR_TIME {
            return None;
        }
        let half = first.0 + span / 2;
        let middle = *self.seen.iter().find(|(at, _)| *at >= half)?;
        let (early, late) = (rate(first, middle), rate(middle, last));
        let steady = early.min(late) >= STEADY * early.max(late);
        let speed = rate(first, last);
        (steady && speed >= 1.0).then(|| Duration::from_secs_f64(bytes as f64 / speed))
    }

    /// Whether nothing moved for a long time.
    pub(crate) fn stalled(&self, now: Instant) -> bool {
        self.moved.is_some_and(|moved| now - moved >= STALLED)
    }
}

fn rate(from: (Instant, u64), to: (Instant, u64)) -> f64 {
    let seconds = (to.0 - from.0).as_secs_f64();
    if seconds > 0.0 {
        to.1.saturating_sub(from.1) as f64 / seconds
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tenths of a second, and the bytes sent by then.
    fn seen(bytes: impl Fn(u64) -> u64, tenths: u64) -> Speed {
        let start = Instant::now();
        let mut speed = Speed::default();
        for tenth in 0..=tenths {
            speed.note(start + Duration::from_millis(tenth * 100), bytes(tenth));
        }
        speed
    }

    #[test]
    fn the_speed_is_of_the_last_five_seconds() {
        let fast_then_slow = seen(|tenth| tenth.min(100) * 1000 + tenth * 100, 200);
        assert_eq!(fast_then_slow.per_second().unwrap().round(), 1000.0);
        assert_eq!(seen(|tenth| tenth, 9).per_second(), None);
    }

    #[test]
    fn a_time_is_told_only_when_the_speed_is_steady() {
        let steady = seen(|tenth| tenth * 100, 100);
        assert_eq!(steady.left(10_000).unwrap().as_secs_f64().round(), 10.0);
        let fading = seen(|tenth| tenth.min(80) * 100, 100);
        assert_eq!(fading.left(10_000), None);
        let fresh = seen(|tenth| tenth * 100, 30);
        assert_eq!(fresh.left(10_000), None);
        let still = seen(|_| 7, 100);
        assert_eq!(still.left(10_000), None);
    }

    #[test]
    fn half_a_minute_without_a_byte_is_a_stall() {
        let start = Instant::now();
        let mut speed = Speed::default();
        speed.note(start, 5);
        speed.note(start + Duration::from_secs(29), 5);
        assert!(!speed.stalled(start + Duration::from_secs(29)));
        assert!(speed.stalled(start + Duration::from_secs(30)));
        speed.note(start + Duration::from_secs(31), 6);
        assert!(!speed.stalled(start + Duration::from_secs(60)));
    }

    #[test]
    fn a_file_that_begins_anew_is_no_negative_speed() {
        let restarted = seen(|tenth| if tenth < 50 { tenth * 100 } else { tenth }, 100);
        assert_eq!(restarted.per_second().unwrap().round(), 10.0);
    }
}
