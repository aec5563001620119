//! One job in hand: performs the errands that `step` gives, until there is none or the job is taken away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::Connection;
use tokio::sync::{Notify, watch};

use super::{Desk, prepare};
use crate::digest::Hashing;
use crate::failure::Failure;
use crate::identity::FileIdentity;
use crate::job::{Job, Source};
use crate::kind::ResourceType;
use crate::name;
use crate::step::{Digest, Effect, Input, Piece};
use crate::store;
use crate::transport::{Answer, Chunk, Part, PartSource, Wanted};

pub(super) async fn drive(
    desk: Arc<Desk>,
    job: Job,
    effects: Vec<Effect>,
    mut stop: watch::Receiver<bool>,
) {
    let id = job.id;
    let live = Arc::new(Live::default());
    let mut driver = Driver {
        desk: Arc::clone(&desk),
        job,
        live: Arc::clone(&live),
        hashing: None,
    };
    let last = tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => None,
        () = driver.errands(effects) => Some(driver.job),
    };
    let last = match last {
        Some(job) => Some(job),
        // the request in flight ended with the errands
        None => desk
            .apply(
                id,
                Input::Stopped {
                    all_sent: live.all_sent.load(Ordering::Relaxed),
                },
            )
            .await
            .map(|(job, _)| job),
    };
    if last.is_none_or(|job| job.state.is_terminal()) {
        desk.queue.rests(id);
    }
}

/// What is known of the request in flight.
#[derive(Default)]
struct Live {
    moved: AtomicU64,
    all_sent: AtomicBool,
    all_out: Notify,
}

struct Driver {
    desk: Arc<Desk>,
    job: Job,
    live: Arc<Live>,
    hashing: Option<Hashing>,
}

impl Driver {
    async fn errands(&mut self, effects: Vec<Effect>) {
        let mut effects = effects;
        loop {
            let input = match effects.iter().find(|effect| is_errand(effect)) {
                Some(Effect::Prepare) => {
                    self.hashing = None;
                    prepare::look(&self.desk, &self.job).await
                }
                Some(Effect::Ask) => self.ask().await,
                Some(Effect::Send(piece)) => self.send(piece).await,
                Some(
                    Effect::Shelve
                    | Effect::StopAccount(_)
                    | Effect::HoldAccount(_)
                    | Effect::NetworkIsBack,
                )
                | None => return,
            };
            let Some((job, next)) = self.desk.apply(self.job.id, input).await else {
                return;
            };
            self.job = job;
            effects = next;
        }
    }

    async fn ask(&mut self) -> Input {
        let wanted = Wanted {
            job: self.job.id,
            public_id: self.job.full_public_id().unwrap_or_default(),
            resource_type: self.job.resource_type.unwrap_or(ResourceType::Raw),
            delivery_type: self.job.delivery_type().to_owned(),
            transformed: self.job.params.contains_key("transformation"),
        };
        // nothing is in flight, and the earlier attempt stays doubtful whatever happens while asking
        self.live.all_sent.store(true, Ordering::Relaxed);
        self.start_hashing();
        match self.desk.transport.find(&wanted).await {
            Ok(Some(receipt)) => Input::Found {
                receipt: Some(receipt),
                digest: self.digest().await,
            },
            Ok(None) => Input::Found {
                receipt: None,
                digest: Digest::NoFile,
            },
            Err(failure) => Input::AskFailed {
                failure,
                fraction: self.desk.fraction(),
            },
        }
    }

    async fn send(&mut self, piece: &Piece) -> Input {
        let Some(source) = self.source(piece) else {
            let failure = Failure::permanent(
                crate::failure::FailureKind::SourceMissing,
                format!(
                    "{} is no longer where it was when it was queued. Put it back and retry, or remove it from the list.",
                    self.job.name
                ),
            );
            return Input::Failed {
                failure,
                moved: 0,
                all_sent: false,
                fraction: self.desk.fraction(),
            };
        };
        // of a link nobody knows how far the service is
        self.live
            .all_sent
            .store(matches!(source, PartSource::Url(_)), Ordering::Relaxed);
        self.live.moved.store(0, Ordering::Relaxed);
        self.start_hashing();
        match self.request(piece, source).await {
            Ok(Answer::ChunkAccepted) => Input::ChunkAccepted {
                first: piece.first,
                end: piece.first + piece.length,
                fraction: self.desk.fraction(),
            },
            Ok(Answer::Stored(receipt)) => {
                self.live.all_sent.store(true, Ordering::Relaxed);
                Input::Stored {
                    receipt,
                    digest: self.digest().await,
                }
            }
            Err(failure) => Input::Failed {
                failure,
                moved: self.live.moved.load(Ordering::Relaxed),
                all_sent: self.live.all_sent.load(Ordering::Relaxed),
                fraction: self.desk.fraction(),
            },
        }
    }

    async fn request(&self, piece: &Piece, source: PartSource) -> Result<Answer, Failure> {
        let part = Part {
            job: self.job.id,
            source,
            file_name: name::file_name(&self.job.source),
            resource_type: self.job.resource_type.unwrap_or(ResourceType::Raw),
            public_id: self.job.public_id.clone(),
            params: self.job.params.clone(),
            chunk: piece.upload_id.as_ref().map(|upload_id| Chunk {
                upload_id: upload_id.clone(),
                first: piece.first,
                last: piece.first + piece.length.saturating_sub(1),
                total: self.job.total,
            }),
        };
        let sending = self.desk.transport.send(part, self.progress(piece));
        tokio::pin!(sending);
        let mut told = false;
        loop {
            tokio::select! {
                biased;
                answer = &mut sending => return answer,
                () = self.live.all_out.notified(), if !told => {
                    told = true;
                    let (id, now, rules) = (self.job.id, self.desk.now(), self.desk.settings.retry.clone());
                    let work = move |c: &Connection| store::jobs::apply(c, id, Input::AllSent, now, &rules).map(drop);
                    self.desk.queue.writer().post(self.desk.holding(work));
                }
            }
        }
    }

    fn progress(&self, piece: &Piece) -> Arc<dyn Fn(u64) + Send + Sync> {
        let (desk, live) = (Arc::clone(&self.desk), Arc::clone(&self.live));
        let (id, total, length, completes) =
            (self.job.id, self.job.total, piece.length, piece.completes);
        let base = self.job.course.plan.as_ref().map_or(0, |plan| plan.bytes());
        Arc::new(move |moved| {
            live.moved.fetch_max(moved, Ordering::Relaxed);
            desk.queue.moved(id, base + moved.min(length), total);
            if completes
                && length > 0
                && moved >= length
                && !live.all_sent.swap(true, Ordering::Relaxed)
            {
                live.all_out.notify_one();
            }
        })
    }

    fn source(&self, piece: &Piece) -> Option<PartSource> {
        match &self.job.source {
            Source::Url(url) => Some(PartSource::Url(url.clone())),
            Source::Widget(_) => None,
            Source::File(path) => Some(PartSource::File {
                path: path.clone(),
                identity: self.job.identity?,
                first: piece.first,
                length: piece.length,
            }),
        }
    }

    /// Reads beside the sending; once per file, however many chunks.
    fn start_hashing(&mut self) {
        if let (Source::File(path), Some(identity), None, None) = (
            &self.job.source,
            self.job.identity,
            &self.hashing,
            &self.job.md5,
        ) {
            self.hashing = Some(Hashing::start(path.clone(), identity));
        }
    }

    /// The MD5 of what was sent, if the file is still the same.
    async fn digest(&mut self) -> Digest {
        let (Source::File(path), Some(identity)) = (&self.job.source, self.job.identity) else {
            return Digest::NoFile;
        };
        if let Some(hashing) = self.hashing.take() {
            return match hashing.finish().await {
                Some(digested) if digested.unchanged => Digest::Md5(digested.md5),
                Some(_) | None => Digest::Changed,
            };
        }
        let path = path.clone();
        let current = tokio::task::spawn_blocking(move || {
            std::fs::metadata(path).map(|metadata| FileIdentity::of(&metadata))
        })
        .await;
        match (current, &self.job.md5) {
            (Ok(Ok(current)), Some(md5)) if current == identity => Digest::Md5(md5.clone()),
            (_, _) => Digest::Changed,
        }
    }
}

fn is_errand(effect: &Effect) -> bool {
    match effect {
        Effect::Prepare | Effect::Ask | Effect::Send(_) => true,
        Effect::Shelve
        | Effect::StopAccount(_)
        | Effect::HoldAccount(_)
        | Effect::NetworkIsBack => false,
    }
}
