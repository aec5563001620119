//! The views that the window shows, made anew from accounts and queue each time.

use std::sync::atomic::{AtomicU64, Ordering};

use credentials::{Access, Account, Keeping, Origin, Stage, Verification as AccountVerification};
use engine::{AccountState, Batch, Failure, Job, Listed, Progress, Source, State, Verification};
use jiff::Timestamp;

use crate::Aloft;
use crate::aloft::held;
use crate::contract::{
    AccessView, AccountView, BatchView, DeliveryView, JobOrigin, JobState, JobView, KeepingView,
    OriginView, Problem, RotationStage, RotationView, Run, Snapshot, StoreView, Totals, VaultView,
    VerificationView, Verified,
};
use crate::language::Language;
use crate::problems;
use crate::vault::VaultState;
use crate::words::{self, Words, reason};

impl Aloft {
    /// Everything the window shows, as it is now.
    ///
    /// # Errors
    /// When accounts or queue cannot be read.
    pub async fn snapshot_now(&self) -> Result<Snapshot, Problem> {
        static REVISION: AtomicU64 = AtomicU64::new(1);
        let revision = REVISION.fetch_add(1, Ordering::Relaxed);
        let states = self.0.queue.accounts().await?;
        let listed = self.0.queue.listed().await?;
        let batches: Vec<&Batch> = listed.iter().map(|listed| &listed.batch).collect();
        Ok(Snapshot {
            revision,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: Language::spoken().code().to_owned(),
            accounts: self
                .accounts()?
                .iter()
                .map(|account| {
                    account_view(
                        account,
                        states
                            .iter()
                            .find(|state| state.account == account.id.as_str()),
                    )
                })
                .collect(),
            active: self.active_account()?.map(|account| account.id.to_string()),
            store: self.store_view(),
            locked: self.is_known_locked(),
            totals: totals(batches.iter().copied()),
            held: self.held_view().await?,
            batches: listed.iter().map(batch_view).collect(),
            settings: self.settings_view(),
            here: self.here(),
        })
    }

    pub(crate) fn job_view(
        &self,
        job: &Job,
        live: Option<&Progress>,
        accounts: &[Account],
    ) -> JobView {
        let receipt = job.receipt.as_ref();
        let (verified, verified_reason) = checked(&job.verification);
        JobView {
            id: job.id.get(),
            batch: job.batch.get(),
            account: job.account.clone(),
            name: job.name.clone(),
            origin: origin(job),
            size: job.size,
            state: job_state(job.state),
            sent: live.map_or(job.sent, |live| live.sent.max(job.sent)),
            total: live.map_or(job.total, |live| live.total),
            problem: shown_failure(job).map(problems::of_failure),
            warning: self.warning_of(job, accounts),
            next_attempt_at: job.next_attempt_at.map(|at| at.to_string()),
            link: receipt
                .filter(|_| job.deleted_at.is_none())
                .map(|receipt| receipt.url.clone()),
            verified,
            verified_reason,
            reused: job.reused,
            stripped: job.cleaned.map(|cleaned| cleaned.removed),
            location_kept: keeps_location(job),
            resource_type: job.resource_type.map(|kind| kind.as_str().to_owned()),
            public_id: receipt
                .map(|receipt| receipt.public_id.clone())
                .or_else(|| job.full_public_id()),
            width: receipt.and_then(|receipt| receipt.width).map(u64::from),
            height: receipt.and_then(|receipt| receipt.height).map(u64::from),
            folder: job.folder(),
            tags: job.tags(),
            at: job.created_at.to_string(),
            deleted: job.deleted_at.is_some(),
            undo_until: job
                .undo_until()
                .filter(|end| *end > Timestamp::now())
                .map(|end| end.to_string()),
        }
    }

    fn store_view(&self) -> StoreView {
        let keyring = held(&self.0.prompt).keyring.clone();
        StoreView {
            keyring: keyring.as_ref().map(Result::is_ok),
            name: self.0.keyring.name().to_string(),
            problem: keyring.and_then(Result::err),
            vault: match self.vault_state() {
                VaultState::Absent => VaultView::Absent,
                VaultState::Locked => VaultView::Locked,
                VaultState::Open => VaultView::Open,
            },
        }
    }
}

/// It was asked for and not possible, and the user sent it all the same.
fn keeps_location(job: &Job) -> bool {
    job.strip_location && job.state == State::Done && job.cleaned.is_none() && !job.reused
}

/// What the user gave up needs no reason; what Aloft passed over does.
fn shown_failure(job: &Job) -> Option<&Failure> {
    let given_up = job.state == State::Cancelled && !job.is_skipped();
    job.failure.as_ref().filter(|_| !given_up)
}

pub(crate) fn account_view(account: &Account, state: Option<&AccountState>) -> AccountView {
    AccountView {
        id: account.id.to_string(),
        label: account.label.clone(),
        cloud_name: account.cloud_name.clone(),
        access: match &account.access {
            Access::Signed {
                api_key,
                algorithm,
                version,
            } => AccessView::Signed {
                api_key: api_key.clone(),
                algorithm: algorithm.to_string(),
                signature_version: u8::from(*version).to_string(),
                since: account.key_in_use_since().to_string(),
            },
            Access::Unsigned { upload_preset } => AccessView::Unsigned {
                upload_preset: upload_preset.clone(),
            },
        },
        host: account.host.url().to_string(),
        verification: match &account.verification {
            AccountVerification::Unverified => VerificationView::Unverified,
            AccountVerification::Verified { .. } => VerificationView::Verified,
            AccountVerification::Rejected { reason, .. } => VerificationView::Rejected {
                reason: words::of_rejection(reason),
            },
        },
        origin: match account.origin {
            Origin::Saved => OriginView::Saved,
            Origin::Environment => OriginView::Environment,
            Origin::Sandbox => OriginView::Sandbox,
        },
        keeping: match account.keeping {
            Keeping::Keyring => KeepingView::Keyring,
            Keeping::SessionOnly => KeepingView::Session,
            Keeping::Vault => KeepingView::Vault,
            Keeping::Nothing => KeepingView::Nothing,
        },
        delivery: DeliveryView {
            secure_distribution: account.delivery.secure_distribution.clone(),
            private_cdn: account.delivery.private_cdn,
            cname: account.delivery.cname.clone(),
        },
        rotation: account.rotation.as_ref().map(|rotation| RotationView {
            other_key: rotation.other_key.clone(),
            stage: match rotation.stage {
                Stage::Added => RotationStage::Added,
                Stage::Tested { .. } => RotationStage::Tested,
                Stage::Switched { .. } => RotationStage::Switched,
                Stage::Proven { .. } | Stage::Abandoned => RotationStage::Erasing,
            },
        }),
        problem: state
            .and_then(|state| state.failure.as_ref())
            .map(problems::of_failure),
        paused: state.is_some_and(|state| state.paused),
    }
}

fn batch_view(listed: &Listed) -> BatchView {
    let batch = &listed.batch;
    BatchView {
        id: batch.id.get(),
        account: batch.account.clone(),
        label: batch.label.clone(),
        created_at: batch.created_at.to_string(),
        count: batch.counts.values().sum(),
        done: batch.counts.get(&State::Done).copied().unwrap_or_default(),
        runs: listed.runs.iter().copied().map(Run::from).collect(),
        sums: totals([batch]),
    }
}

pub(crate) fn totals<'a>(batches: impl IntoIterator<Item = &'a Batch>) -> Totals {
    let mut totals = Totals::default();
    for batch in batches {
        for (state, count) in &batch.counts {
            let sum = match state {
                State::Waiting | State::Preparing | State::WaitingForNetwork => &mut totals.waiting,
                State::Uploading | State::Finishing => &mut totals.moving,
                State::Done => &mut totals.done,
                State::Paused => &mut totals.paused,
                State::NeedsYou => &mut totals.needs_you,
                State::Failed => &mut totals.failed,
                State::Cancelled => continue,
            };
            *sum += count;
        }
        totals.sent_bytes += batch.sent;
        totals.total_bytes += batch.total;
    }
    totals
}

fn job_state(state: State) -> JobState {
    match state {
        State::Waiting => JobState::Waiting,
        State::Preparing => JobState::Preparing,
        State::Uploading => JobState::Uploading,
        State::Finishing => JobState::Finishing,
        State::Done => JobState::Done,
        State::Paused => JobState::Paused,
        State::WaitingForNetwork => JobState::WaitingForNetwork,
        State::NeedsYou => JobState::NeedsYou,
        State::Failed => JobState::Failed,
        State::Cancelled => JobState::Cancelled,
    }
}

fn origin(job: &Job) -> JobOrigin {
    match &job.source {
        Source::File(_) => JobOrigin::File,
        Source::Url(_) => JobOrigin::Url,
        Source::Widget(_) => JobOrigin::Widget,
    }
}

/// What was checked, and one sentence where there is something to say.
pub(crate) fn checked(verification: &Verification) -> (Option<Verified>, Option<Words>) {
    use engine::{Doubt, Incomparable};
    match verification {
        Verification::Pending => (None, None),
        Verification::Verified => (Some(Verified::Yes), None),
        Verification::Incomparable { why } => {
            let words = match why {
                Incomparable::Transformed => reason::transformed(),
                Incomparable::FetchedByService => reason::fetched(),
                Incomparable::SentByWidget => reason::by_widget(),
            };
            (Some(Verified::Yes), Some(words))
        }
        Verification::NotVerified {
            reason: Doubt::ReportedOnly,
        } => (
            Some(Verified::Reported),
            Some(words::of_doubt(Doubt::ReportedOnly)),
        ),
        Verification::NotVerified { reason } => {
            (Some(Verified::No), Some(words::of_doubt(*reason)))
        }
    }
}
