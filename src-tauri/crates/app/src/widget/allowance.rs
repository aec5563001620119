//! How much one opening of the widget window signs: so many, for so long, so fast.
//!
//! A signature is given for one file and counts as one, also when the very same parameters come again: two files that
//! are picked together are sent in the same second with the same parameters. Such a set has one signature, however often
//! it is asked for, so that repeating it gives a script nothing it does not hold already.

use std::time::{Duration, Instant};

use crate::words::{Words, hint, problem};

/// How much one opening of the widget window signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WidgetLimits {
    /// How many signatures: one a file.
    pub most: u32,
    /// How long after the last signature, or the opening. The person went away, and the window stayed open.
    pub idle: Duration,
    /// How long at all: a script can keep itself from being idle.
    pub longest: Duration,
    /// How many may come at once.
    pub burst: u32,
    /// How far apart they are from then on.
    pub apart: Duration,
    /// How long a request may be made to wait for that; one that would wait longer is refused.
    pub patience: Duration,
}

impl Default for WidgetLimits {
    /// A thousand files; an hour of rest, a working day in all. Twenty at once is what a person picks, and five a second
    /// more than a line uploads, and still two hundred files of one pick, all asked for in one message, get their
    /// signatures within the minute that the frame waits for one.
    fn default() -> Self {
        Self {
            most: 1_000,
            idle: Duration::from_secs(60 * 60),
            longest: Duration::from_secs(8 * 60 * 60),
            burst: 20,
            apart: Duration::from_millis(200),
            patience: Duration::from_secs(45),
        }
    }
}

/// Why an opening gives no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// It has given all that one opening gives.
    Number,
    /// It has not been used for a long time.
    Idle,
    /// It has been open for as long as one opening signs.
    Time,
    /// It asks faster than files are uploaded.
    TooFast,
}

impl Spent {
    /// A stable name for logs.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Number => "spent_number",
            Self::Idle => "spent_idle",
            Self::Time => "spent_time",
            Self::TooFast => "too_fast",
        }
    }

    pub(crate) fn words(self) -> Words {
        match self {
            Self::Number => problem::widget_enough(),
            Self::Idle => problem::widget_idle(),
            Self::Time => problem::widget_time(),
            Self::TooFast => problem::widget_too_fast(),
        }
    }

    pub(crate) fn hint(self) -> Words {
        match self {
            Self::Number | Self::Idle | Self::Time => hint::reopen_widget(),
            Self::TooFast => hint::fewer_at_once(),
        }
    }
}

/// What is left of an opening's limits.
#[derive(Debug)]
pub(crate) struct Allowance {
    limits: WidgetLimits,
    started: Instant,
    last: Instant,
    given: u32,
    /// When the bucket is full again; each request moves it on.
    full_at: Instant,
}

impl Allowance {
    pub(crate) fn new(limits: WidgetLimits, now: Instant) -> Self {
        Self {
            limits,
            started: now,
            last: now,
            given: 0,
            full_at: now,
        }
    }

    /// A request's turn, whether it will be signed or refused: how long it has to wait for it.
    pub(crate) fn turn(&mut self, now: Instant) -> Result<Duration, Spent> {
        self.still_good(now)?;
        let full_at = self.full_at.max(now) + self.limits.apart;
        let wait = full_at
            .saturating_duration_since(now)
            .saturating_sub(self.limits.apart * self.limits.burst);
        if wait > self.limits.patience {
            return Err(Spent::TooFast);
        }
        self.full_at = full_at;
        Ok(wait)
    }

    /// One signature is about to be given.
    pub(crate) fn spend(&mut self, now: Instant) -> Result<(), Spent> {
        self.still_good(now)?;
        self.given += 1;
        self.last = now;
        Ok(())
    }

    /// How many rows one opening may make.
    pub(crate) fn most(&self) -> usize {
        usize::try_from(self.limits.most).unwrap_or(usize::MAX)
    }

    fn still_good(&self, now: Instant) -> Result<(), Spent> {
        if self.given >= self.limits.most {
            return Err(Spent::Number);
        }
        if now.saturating_duration_since(self.started) >= self.limits.longest {
            return Err(Spent::Time);
        }
        if now.saturating_duration_since(self.last) >= self.limits.idle {
            return Err(Spent::Idle);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn fresh() -> (Allowance, Instant) {
        let now = Instant::now();
        (Allowance::new(WidgetLimits::default(), now), now)
    }

    #[test]
    fn a_pick_of_two_hundred_files_is_signed_within_the_minute_that_the_frame_waits() {
        let (mut allowance, now) = fresh();
        // The bridge asks for one message's signatures one after another.
        let mut at = now;
        for number in 0..200 {
            let wait = allowance.turn(at).unwrap();
            assert_eq!(wait.is_zero(), number < 20, "{number}");
            at += wait;
            allowance.spend(at).unwrap();
        }
        assert_eq!(at - now, Duration::from_millis(180 * 200));
    }

    #[test]
    fn five_a_second_never_wait_and_a_flood_is_refused() {
        let (mut allowance, now) = fresh();
        for number in 0..500 {
            let wait = allowance.turn(now + number * Duration::from_millis(200));
            assert_eq!(wait, Ok(Duration::ZERO), "{number}");
        }
        let (mut allowance, now) = fresh();
        let taken = (0..10_000).take_while(|_| allowance.turn(now).is_ok());
        assert_eq!(taken.count(), 20 + 45 * 5);
        assert_eq!(allowance.turn(now), Err(Spent::TooFast));
        // What was refused took nobody's turn.
        assert!(allowance.turn(now + SECOND).is_ok());
    }

    #[test]
    fn an_opening_ends_an_hour_after_its_last_signature_and_with_the_day() {
        let hour = 3_600 * SECOND;
        let (mut allowance, now) = fresh();
        allowance.spend(now + hour - SECOND).unwrap();
        allowance.spend(now + hour * 2 - 2 * SECOND).unwrap();
        // Asking is not using.
        assert!(allowance.turn(now + hour * 3 - 3 * SECOND).is_ok());
        assert_eq!(
            allowance.turn(now + hour * 3 - 2 * SECOND),
            Err(Spent::Idle)
        );
        let (mut allowance, now) = fresh();
        for half in 1..16 {
            allowance.spend(now + hour / 2 * half).unwrap();
        }
        assert_eq!(allowance.spend(now + hour * 8), Err(Spent::Time));
    }
}
