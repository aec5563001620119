//! What an account's plan takes. Its limits are read once a day, in the background, and a file that the plan will refuse is
//! told before a byte of it is sent. Nothing waits for them: what is not known is sent.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use cloudinary::MediaLimits;
use credentials::{Access, Account, UnlockDialog};
use engine::{Candidate, Failure, FailureKind, Job, ResourceType, Source, State};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::accounts;
use crate::aloft::{Aloft, held};
use crate::carrier::carried;
use crate::contract::Problem;
use crate::document::{Document, Found};
use crate::sizes::short;
use crate::words::{Words, problem, reason};

/// Limits are read again after so long.
const READ_AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// After they could not be read: no network, a locked keyring, a key that may not ask.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// The limits of every cloud that was asked, kept in a file: a script that starts Aloft for each of its files must not use
/// up what the service allows in questions.
pub(crate) struct Plans {
    file: Document<BTreeMap<String, Plan>>,
    known: Mutex<BTreeMap<String, Plan>>,
    /// When it was asked last in this process.
    asked: Mutex<BTreeMap<String, Timestamp>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Plan {
    read_at: Timestamp,
    limits: MediaLimits,
}

impl Plans {
    /// What earlier processes read; a file that cannot be read is as good as none.
    pub(crate) fn open(data: &Path) -> Self {
        let file = Document::at(data.join("plans.json"));
        let known = file.read().map(Found::or_nothing).unwrap_or_default();
        Self {
            file,
            known: Mutex::new(known),
            asked: Mutex::default(),
        }
    }

    fn limits(&self, key: &str) -> Option<MediaLimits> {
        held(&self.known).get(key).map(|plan| plan.limits)
    }

    /// Whether it is time to ask; if so, it is noted as done.
    fn is_due(&self, key: &str, now: Timestamp) -> bool {
        let is_fresh = |at: &Timestamp, age| now.duration_since(*at).abs() < age;
        if held(&self.known)
            .get(key)
            .is_some_and(|plan| is_fresh(&plan.read_at, READ_AGAIN))
        {
            return false;
        }
        let mut asked = held(&self.asked);
        if asked.get(key).is_some_and(|at| is_fresh(at, ASK_AGAIN)) {
            return false;
        }
        asked.insert(key.to_owned(), now);
        true
    }

    /// Blocks while it writes.
    fn learn(&self, key: String, limits: MediaLimits, now: Timestamp) -> Result<(), Problem> {
        let mut known = held(&self.known);
        known.insert(
            key,
            Plan {
                read_at: now,
                limits,
            },
        );
        self.file.replace(&known)
    }
}

/// Limits belong to the cloud, whoever asks for them.
fn key(account: &Account) -> String {
    format!("{} {}", account.host.url(), account.cloud_name)
}

impl Aloft {
    /// Reads the limits of an account's plan in the background, if that is due. Must be called within a tokio runtime.
    pub(crate) fn learn_plan(&self, account: &Account) {
        let key = key(account);
        let may_ask = matches!(account.access, Access::Signed { .. }) && !self.is_closing();
        if !may_ask || !self.0.plans.is_due(&key, Timestamp::now()) {
            return;
        }
        let (aloft, account) = (self.clone(), account.clone());
        tokio::spawn(async move {
            match aloft.read_plan(&account).await {
                Ok(limits) => {
                    if let Err(problem) = aloft.0.plans.learn(key, limits, Timestamp::now()) {
                        tracing::warn!("{problem}");
                    }
                    // what waits may now have a warning
                    aloft.accounts_have_changed();
                }
                Err(problem) => tracing::debug!("the plan's limits are not known: {problem}"),
            }
        });
    }

    /// The same for the account that new uploads go to.
    pub(crate) fn learn_active_plan(&self) {
        if let Ok(Some(account)) = self.active_account() {
            self.learn_plan(&account);
        }
    }

    async fn read_plan(&self, account: &Account) -> Result<MediaLimits, Problem> {
        let asked = async {
            let target = self.target(account, UnlockDialog::Never).await?;
            Ok::<_, Problem>(self.0.client.usage(&target).await)
        };
        let usage = self.while_unlocked(asked).await??;
        Ok(usage.map_err(|error| self.problem_of(&error))?.media_limits)
    }

    /// Whether the plan takes a file, as far as is known now.
    pub(crate) async fn admits(&self, account: &Account, file: &Candidate) -> Result<(), Failure> {
        self.learn_plan(account);
        let Some(limits) = self.0.plans.limits(&key(account)) else {
            return Ok(());
        };
        let needs_look = file.resource_type == ResourceType::Image && limits.image_max_px.is_some();
        let pixels = if needs_look {
            let path = file.path.clone();
            let look = tokio::task::spawn_blocking(move || pixels(&path));
            look.await.ok().flatten()
        } else {
            None
        };
        let over = Over::of(&limits, file.resource_type, file.size, pixels);
        over.map_or(Ok(()), |over| {
            let words = over.refusal(&file.name, &limits);
            Err(Failure::permanent(FailureKind::OverLimit, carried(&words)))
        })
    }

    /// One sentence on a job that waits and will probably be refused.
    pub(crate) fn warning_of(&self, job: &Job, accounts: &[Account]) -> Option<Words> {
        let waits = matches!(
            job.state,
            State::Waiting | State::WaitingForNetwork | State::Paused
        );
        if !waits || job.is_sent_over_limit() {
            return None;
        }
        let Source::File(path) = &job.source else {
            return None;
        };
        let account = accounts::with_id(accounts, &job.account)?;
        let limits = self.0.plans.limits(&key(account))?;
        let decided = job.resource_type.or(job.requested_type);
        let kind = decided.filter(|kind| *kind != ResourceType::Auto);
        let kind = kind.unwrap_or_else(|| engine::guess(path.file_name().unwrap_or_default(), &[]));
        Over::of(&limits, kind, job.size?, None).map(|over| over.warning())
    }
}

/// Width times height, from the file's header alone; `None` where it says none that is understood.
fn pixels(path: &Path) -> Option<u64> {
    let size = imagesize::size(path).ok()?;
    u64::try_from(size.width)
        .ok()?
        .checked_mul(u64::try_from(size.height).ok()?)
}

/// How a file is more than the plan takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Bytes {
        kind: ResourceType,
        size: u64,
        limit: u64,
    },
    Pixels {
        size: u64,
        pixels: u64,
        limit: u64,
    },
}

impl Over {
    fn of(
        limits: &MediaLimits,
        kind: ResourceType,
        size: u64,
        pixels: Option<u64>,
    ) -> Option<Self> {
        let limit = match kind {
            ResourceType::Image => limits.image_max_size_bytes,
            ResourceType::Video => limits.video_max_size_bytes,
            ResourceType::Raw => limits.raw_max_size_bytes,
            ResourceType::Auto => None,
        };
        if let Some(limit) = limit.filter(|limit| size > *limit) {
            return Some(Self::Bytes { kind, size, limit });
        }
        let pixels = pixels.filter(|_| kind == ResourceType::Image)?;
        let limit = limits.image_max_px.filter(|limit| pixels > *limit)?;
        Some(Self::Pixels {
            size,
            pixels,
            limit,
        })
    }

    /// What happened, and what would pass.
    fn refusal(self, name: &str, limits: &MediaLimits) -> Words {
        let (size, is_image, counted, kinds, limit) = match self {
            Self::Bytes { kind, size, limit } => (
                size,
                kind == ResourceType::Image,
                measured(size, limit),
                plural(kind),
                in_bytes(limit),
            ),
            Self::Pixels {
                size,
                pixels,
                limit,
            } => (
                size,
                true,
                in_megapixels(pixels),
                reason::images(),
                in_megapixels(limit),
            ),
        };
        if is_image && limits.raw_max_size_bytes.is_some_and(|raw| size <= raw) {
            problem::over_bytes_raw(name, counted, kinds, limit)
        } else {
            problem::over_bytes(name, counted, kinds, limit)
        }
    }

    fn warning(self) -> Words {
        match self {
            Self::Bytes { kind, limit, .. } => {
                reason::probably_too_large(plural(kind), in_bytes(limit))
            }
            Self::Pixels { limit, .. } => {
                reason::probably_too_large(reason::images(), in_megapixels(limit))
            }
        }
    }
}

fn plural(kind: ResourceType) -> Words {
    match kind {
        ResourceType::Image => reason::images(),
        ResourceType::Video => reason::videos(),
        ResourceType::Raw | ResourceType::Auto => reason::raw_files(),
    }
}

/// A size in words, exact where the short form would read like the limit.
fn measured(size: u64, limit: u64) -> Words {
    let short = in_bytes(size);
    if short == in_bytes(limit) {
        return reason::bytes_more(size, size - limit);
    }
    short
}

/// As [`crate::sizes::in_bytes`], in words.
fn in_bytes(count: u64) -> Words {
    match crate::sizes::measured(count) {
        Some((number, unit)) => reason::size(number, unit),
        None => reason::bytes(count),
    }
}

fn in_megapixels(pixels: u64) -> Words {
    reason::megapixels(short(pixels as f64 / 1_000_000.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> MediaLimits {
        MediaLimits {
            image_max_size_bytes: Some(10_000_000),
            video_max_size_bytes: Some(100_000_000),
            raw_max_size_bytes: Some(12_000_000),
            image_max_px: Some(25_000_000),
            asset_max_total_px: None,
        }
    }

    fn refusal(kind: ResourceType, size: u64, pixels: Option<u64>) -> Option<String> {
        Over::of(&limits(), kind, size, pixels)
            .map(|over| over.refusal("a.png", &limits()).to_string())
    }

    #[test]
    fn the_words_name_the_limit_and_only_what_would_pass() {
        let both = refusal(ResourceType::Image, 11_000_000, None).unwrap();
        assert!(both.contains("11 MB") && both.contains("images of up to 10 MB"));
        assert!(both.contains("as a raw file"), "{both}");
        let neither = refusal(ResourceType::Image, 13_000_000, None).unwrap();
        assert!(!neither.contains("raw file"), "{neither}");
        let pixels = refusal(ResourceType::Image, 9_000_000, Some(30_400_000)).unwrap();
        assert!(pixels.contains("30.4 megapixels") && pixels.contains("25 megapixels"));
        let video = refusal(ResourceType::Video, 100_000_001, None).unwrap();
        assert!(video.contains("1 more than allowed"), "{video}");
    }

    #[test]
    fn what_is_within_the_limits_or_not_known_is_no_trouble() {
        assert_eq!(
            refusal(ResourceType::Image, 10_000_000, Some(25_000_000)),
            None
        );
        assert_eq!(refusal(ResourceType::Video, 1, Some(90_000_000)), None);
        let unknown = MediaLimits::default();
        let over = Over::of(&unknown, ResourceType::Raw, u64::MAX, Some(u64::MAX));
        assert_eq!(over, None);
    }

    #[test]
    fn limits_are_asked_for_once_a_day_and_survive_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let plans = Plans::open(folder.path());
        let now = Timestamp::UNIX_EPOCH;
        assert!(plans.is_due("a", now));
        assert!(!plans.is_due("a", now));
        assert!(plans.is_due("a", now + ASK_AGAIN));
        plans.learn("a".into(), limits(), now).unwrap();
        let next = Plans::open(folder.path());
        assert_eq!(next.limits("a"), Some(limits()));
        assert!(!next.is_due("a", now + SignedDuration::from_hours(23)));
        assert!(next.is_due("a", now + READ_AGAIN));
        assert!(next.is_due("b", now));
    }
}
