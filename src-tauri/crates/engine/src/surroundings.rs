//! Time and chance, the two things that the queue takes from outside.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

/// Where the time comes from.
#[async_trait]
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
    /// Returns when `now()` has reached `at`.
    async fn sleep_until(&self, at: Timestamp);
}

/// Where chance comes from.
pub trait Chance: Send + Sync + 'static {
    /// A number from 0 (inclusive) to 1 (exclusive).
    fn fraction(&self) -> f64;
}

/// Clock and chance of one queue.
#[derive(Clone)]
pub struct Surroundings {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The dice.
    pub chance: Arc<dyn Chance>,
}

impl Default for Surroundings {
    fn default() -> Surroundings {
        Surroundings {
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemChance),
        }
    }
}

impl Surroundings {
    /// `length` random characters from `a-z0-9`.
    pub(crate) fn letters(&self, length: usize) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let pick = || (self.chance.fraction() * 36.0) as usize;
        (0..length)
            .map(|_| char::from(ALPHABET[pick().min(35)]))
            .collect()
    }
}

/// Long sleeps are cut, so that a computer that was asleep notices the time that passed.
const LONGEST_SLEEP: Duration = Duration::from_secs(20);

struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        loop {
            let left = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
        }
    }
}

struct SystemChance;

impl Chance for SystemChance {
    fn fraction(&self) -> f64 {
        rand::random()
    }
}
