//! Holding uploads to a bandwidth: one account of bytes for everything, one for each account, one for each batch.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::job::BatchId;
use crate::surroundings::Clock;

/// A bandwidth, and hours of the day with another one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RateLimit {
    /// Bytes a second; `None` is without limit.
    pub rate: Option<u64>,
    /// Hours with a rate of their own, in local time; the first that fits counts.
    pub timetable: Vec<Hours>,
}

/// A part of each day. It may reach over midnight; from and to the same time is the whole day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// When it begins, local time.
    pub from: Time,
    /// When it is over, local time.
    pub to: Time,
    /// Bytes a second in these hours; `None` is without limit.
    pub rate: Option<u64>,
}

impl RateLimit {
    /// The same all day.
    pub fn always(rate: u64) -> RateLimit {
        RateLimit {
            rate: Some(rate),
            timetable: Vec::new(),
        }
    }

    /// Bytes a second at this time.
    pub fn at(&self, now: Timestamp, zone: &TimeZone) -> Option<u64> {
        let time = zone.to_datetime(now).time();
        let hours = self.timetable.iter().find(|hours| hours.hold(time));
        hours.map_or(self.rate, |hours| hours.rate)
    }
}

impl Hours {
    fn hold(&self, time: Time) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        }
    }
}

/// What a limit is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    Everything,
    Account(String),
    Batch(BatchId),
}

/// The limits of this process; what was sent is counted in every scope it belongs to.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<Scope, Bucket>>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    rate: u64,
    /// Until then, what was let through already fills the line.
    full_until: Timestamp,
}

impl Throttle {
    /// Sets or lifts a limit. Without a change, what was counted stays counted.
    pub(crate) fn set(&self, scope: Scope, rate: Option<u64>) {
        let mut buckets = self.buckets();
        match rate {
            None => drop(buckets.remove(&scope)),
            Some(rate) => {
                let rate = rate.max(1);
                buckets
                    .entry(scope)
                    .and_modify(|bucket| bucket.rate = rate)
                    .or_insert(Bucket {
                        rate,
                        full_until: Timestamp::MIN,
                    });
            }
        }
    }

    /// Returns when `bytes` more may go in all these scopes.
    pub(crate) async fn pass(&self, scopes: &[Scope], bytes: u64, clock: &dyn Clock) {
        let now = clock.now();
        let until = self.count(scopes, bytes, now);
        if until > now {
            clock.sleep_until(until).await;
        }
    }

    /// Counts the bytes and says when they may go.
    fn count(&self, scopes: &[Scope], bytes: u64, now: Timestamp) -> Timestamp {
        let mut buckets = self.buckets();
        let mut go = now;
        for scope in scopes {
            if let Some(bucket) = buckets.get_mut(scope) {
                let from = bucket.full_until.max(now);
                go = go.max(from);
                let nanoseconds = u128::from(bytes) * 1_000_000_000 / u128::from(bucket.rate);
                let wait =
                    SignedDuration::from_nanos(i64::try_from(nanoseconds).unwrap_or(i64::MAX));
                bucket.full_until = from.saturating_add(wait).unwrap_or(from);
            }
        }
        go
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<Scope, Bucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_minute_at_a_rate_lets_a_minutes_bytes_through() {
        let throttle = Throttle::default();
        throttle.set(Scope::Everything, Some(100_000));
        let start = at("2026-01-01T00:00:00Z");
        let mut now = start;
        for _ in 0..60 {
            now = now.max(throttle.count(&[Scope::Everything], 100_000, now));
        }
        assert_eq!(now.duration_since(start), SignedDuration::from_secs(59));
    }

    #[test]
    fn the_tightest_scope_decides_and_others_are_not_touched() {
        let throttle = Throttle::default();
        throttle.set(Scope::Everything, Some(1_000_000));
        throttle.set(Scope::Batch(BatchId::new(1)), Some(1_000));
        let now = at("2026-01-01T00:00:00Z");
        let slow = [Scope::Everything, Scope::Batch(BatchId::new(1))];
        throttle.count(&slow, 1_000, now);
        assert_eq!(
            throttle.count(&slow, 1_000, now).duration_since(now),
            SignedDuration::from_secs(1)
        );
        let other = [Scope::Everything, Scope::Batch(BatchId::new(2))];
        assert_eq!(
            throttle.count(&other, 1_000, now).duration_since(now),
            SignedDuration::from_millis(2)
        );
        throttle.set(Scope::Batch(BatchId::new(1)), None);
        assert!(throttle.count(&slow, 1, now).duration_since(now) < SignedDuration::from_secs(1));
    }

    #[test]
    fn the_timetable_holds_in_local_time_and_over_midnight() {
        let limit = RateLimit {
            rate: None,
            timetable: vec![
                Hours {
                    from: time(9, 0, 0, 0),
                    to: time(17, 0, 0, 0),
                    rate: Some(50),
                },
                Hours {
                    from: time(22, 0, 0, 0),
                    to: time(6, 0, 0, 0),
                    rate: Some(900),
                },
            ],
        };
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let rate = |text| limit.at(at(text), &zone);
        assert_eq!(rate("2026-01-01T07:00:00Z"), Some(50));
        assert_eq!(rate("2026-01-01T15:00:00Z"), None);
        assert_eq!(rate("2026-01-01T20:00:00Z"), Some(900));
        assert_eq!(rate("2026-01-01T03:59:59Z"), Some(900));
        assert_eq!(rate("2026-01-01T04:00:00Z"), None);
    }
}
