//! Looking at a source before it is sent: is it there, what is it, and was it uploaded before.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Desk, SMALLEST_CHUNK};
use crate::digest::Hashing;
use crate::error::QueueError;
use crate::failure::{Decision, Failure, FailureKind, Reason};
use crate::identity::FileIdentity;
use crate::job::{Job, Source};
use crate::kind::{self, ResourceType};
use crate::name;
use crate::own;
use crate::receipt::{Receipt, Verification};
use crate::step::{Digest, Input, Prepared, Twin};
use crate::store;
use crate::transport::{Candidate, Wanted};

/// Random characters of an upload ID.
const UPLOAD_ID: usize = 16;

/// What one connection carries in a few seconds: a lost chunk costs no more, and a round trip between two chunks little.
fn chunk_size(desk: &Desk) -> u64 {
    const SECONDS: f64 = 4.0;
    const MIB: u64 = 1024 * 1024;
    let Some(connection) = desk.gate.connection() else {
        return desk.settings.chunk_size;
    };
    let bytes = (connection * SECONDS) as u64 / MIB * MIB;
    bytes.clamp(SMALLEST_CHUNK, desk.settings.chunk_size)
}

/// Looks and says what was seen.
pub(super) async fn look(desk: &Desk, job: &Job) -> Input {
    let plain = Prepared {
        letters: desk.queue.surroundings().letters(name::RANDOM + UPLOAD_ID),
        large_above: desk.settings.large_above,
        chunk_size: chunk_size(desk),
        ..Prepared::default()
    };
    let path = match &job.source {
        Source::Url(url) => {
            if let Some(failure) = own::link_stays(job) {
                return failed(desk, failure);
            }
            return Input::Prepared(Prepared {
                guess: Some(kind::guess_link(url)),
                ..plain
            });
        }
        Source::Widget(_) => {
            let name = job.name.clone();
            let reason = Reason::OfWidget { name };
            return failed(desk, Failure::permanent(FailureKind::Refused, reason));
        }
        Source::File(path) => path.clone(),
    };
    let (probe, folder) = (job.clone(), desk.queue.folder().to_owned());
    let turn = own::turn(job).await;
    let seen = tokio::task::spawn_blocking(move || {
        // goes with the work, which ends by itself when nobody waits for it any more
        let _turn = turn;
        let (identity, guess) = inspect(&path, &probe.name)?;
        let cleaned = own::clean(&folder, &probe, &path, identity, guess)?;
        let sent = Job {
            cleaned,
            identity: Some(identity),
            ..probe
        }
        .sent_file(&folder);
        let (path, of_sent) = sent.unwrap_or((path, identity));
        let sent = Sent {
            path,
            identity: of_sent,
        };
        Ok::<_, Failure>((identity, guess, cleaned, sent))
    });
    match seen.await {
        Ok(Ok((identity, guess, cleaned, sent))) => {
            let plain = Prepared {
                identity: Some(identity),
                guess: Some(guess),
                cleaned,
                ..plain
            };
            match uploaded_before(desk, job, identity, &sent).await {
                Err(failure) => failed(desk, failure),
                Ok(Known {
                    answer: Some((receipt, verification)),
                    ..
                }) => Input::Reused {
                    receipt,
                    verification,
                },
                Ok(known) => match will_be_refused(desk, job, &sent, guess).await {
                    Some(failure) => failed(desk, failure),
                    None => Input::Prepared(Prepared {
                        same_bytes: holds_same_bytes(job, identity, &sent).await,
                        md5: known.md5,
                        twin: known.twin,
                        ..plain
                    }),
                },
            }
        }
        // the file went away after an attempt that may have arrived: ask about that before giving up
        Ok(Err(failure)) if failure.kind == FailureKind::SourceMissing && job.course.doubtful => {
            Input::Prepared(plain)
        }
        Ok(Err(failure)) => failed(desk, failure),
        Err(_) => failed(
            desk,
            Failure::temporary(
                FailureKind::Internal,
                None,
                Reason::LookEnded {
                    name: job.name.clone(),
                },
            ),
        ),
    }
}

/// The bytes that are sent: the file itself, or the copy in its place.
struct Sent {
    path: PathBuf,
    identity: FileIdentity,
}

impl Sent {
    /// Its MD5, if it is still the same.
    async fn md5(&self) -> Option<String> {
        let digested = Hashing::start(self.path.clone(), self.identity).finish();
        digested
            .await
            .filter(|digested| digested.unchanged)
            .map(|digested| digested.md5)
    }
}

/// Metadata and first bytes.
fn inspect(path: &Path, name: &str) -> Result<(FileIdentity, ResourceType), Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| unusable(&error, name))?;
    if metadata.is_dir() {
        let reason = Reason::IsFolder {
            name: name.to_owned(),
        };
        return Err(Failure::permanent(FailureKind::SourceIsFolder, reason));
    }
    if !metadata.is_file() {
        let reason = Reason::Special {
            name: name.to_owned(),
        };
        return Err(Failure::permanent(FailureKind::SourceUnreadable, reason));
    }
    if metadata.len() == 0 {
        let reason = Reason::Empty {
            name: name.to_owned(),
        };
        return Err(Failure::permanent(FailureKind::SourceEmpty, reason));
    }
    let mut head = Vec::with_capacity(kind::HEAD);
    let file = File::open(path).map_err(|error| unusable(&error, name))?;
    file.take(kind::HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|error| unusable(&error, name))?;
    Ok((
        FileIdentity::of(&metadata),
        kind::guess(path.file_name().unwrap_or_default(), &head),
    ))
}

fn unusable(error: &io::Error, name: &str) -> Failure {
    // an endless name would bury the sentence
    let name: String = name.chars().take(120).collect();
    if error.kind() == io::ErrorKind::NotFound || error.kind() == io::ErrorKind::NotADirectory {
        return Failure::permanent(FailureKind::SourceMissing, Reason::Missing { name });
    }
    if error.kind() == io::ErrorKind::InvalidFilename || error.kind() == io::ErrorKind::InvalidInput
    {
        return Failure::permanent(FailureKind::NameUnrepresentable, Reason::BadName { name });
    }
    let fault = error.into();
    Failure::permanent(
        FailureKind::SourceUnreadable,
        Reason::Unreadable { name, fault },
    )
}

/// What is known of earlier uploads of a file.
#[derive(Default)]
struct Known {
    /// What answers for this one.
    answer: Option<(Receipt, Verification)>,
    /// Of the file, where it was needed to find out.
    md5: Option<String>,
    /// What may have arrived, and could not be asked about.
    twin: Option<Twin>,
}

/// Upload once: is there an answer for this job already?
async fn uploaded_before(
    desk: &Desk,
    job: &Job,
    identity: FileIdentity,
    sent: &Sent,
) -> Result<Known, Failure> {
    let mut known = Known::default();
    // also a file of which parts were sent: meanwhile another job may have uploaded it whole
    let is_fresh = job.dedupe && !job.course.doubtful;
    if !is_fresh || job.identity.is_some_and(|queued| !queued.is(&identity)) {
        return Ok(known);
    }
    known.twin = settle_twins(desk, job, identity, sent).await?;
    let reader = desk.queue.reader();
    let (account, size) = (job.account.clone(), sent.identity.size);
    let has_size = reader.run(move |c| store::library::has_size(c, &account, size));
    if !has_size.await.map_err(|error| not_looked_up(&error))? {
        return Ok(known);
    }
    let Some(md5) = sent.md5().await else {
        return Ok(known);
    };
    known.md5 = Some(md5.clone());
    let now = desk.now();
    let probe = Job {
        size: Some(size),
        ..job.clone()
    };
    let earlier = reader.run(move |c| store::library::earlier(c, &probe, &md5, now));
    let Some(earlier) = earlier.await.map_err(|error| not_looked_up(&error))? else {
        return Ok(known);
    };
    let answers = match earlier.believed {
        true => Ok(true),
        false => desk.transport.link_answers(&earlier.receipt.url).await,
    };
    match answers {
        Ok(true) => {
            if !earlier.believed {
                let work = move |c: &Connection| store::library::link_answered(c, earlier.id, now);
                desk.queue.writer().post(work);
            }
            known.answer = Some((earlier.receipt, earlier.verification));
        }
        Ok(false) => {}
        Err(failure) if failure.decision == Decision::Permanent => {}
        Err(failure) => return Err(failure),
    }
    Ok(known)
}

/// What the account will not take is told before a byte of it is sent. What is on its way already goes on, and so does
/// what the user sends all the same.
async fn will_be_refused(
    desk: &Desk,
    job: &Job,
    sent: &Sent,
    guess: ResourceType,
) -> Option<Failure> {
    if job.course.over_limit_agreed || job.course.doubtful || job.sent > 0 {
        return None;
    }
    let decided = job.resource_type.or(job.requested_type);
    let file = Candidate {
        name: job.name.clone(),
        path: sent.path.clone(),
        size: sent.identity.size,
        resource_type: decided
            .filter(|kind| *kind != ResourceType::Auto)
            .unwrap_or(guess),
    };
    desk.transport.admits(&file).await.err()
}

/// Whether a file that was touched or copied back holds what it held, as far as that is known from an earlier attempt.
async fn holds_same_bytes(job: &Job, identity: FileIdentity, sent: &Sent) -> bool {
    let (Some(queued), Some(md5)) = (job.identity, &job.md5) else {
        return false;
    };
    if queued == identity || queued.size != identity.size {
        return false;
    }
    sent.md5().await.is_some_and(|now| now == *md5)
}

/// Other jobs for this file may have arrived without anybody knowing. What became of them is found out now, so that the
/// library can answer for all. Where that is not known now (the service may still be at work on it, or may not be asked),
/// the answer is what the last of them was sent as.
async fn settle_twins(
    desk: &Desk,
    job: &Job,
    identity: FileIdentity,
    sent: &Sent,
) -> Result<Option<Twin>, Failure> {
    let own = job.clone();
    let twins = desk
        .queue
        .reader()
        .run(move |c| store::jobs::twins_in_doubt(c, &own, identity))
        .await
        .map_err(|error| not_looked_up(&error))?;
    let mut unknown = None;
    for twin in twins {
        match desk.transport.find(&Wanted::of(&twin)).await {
            Ok(Some(receipt)) if receipt.etag.is_some() => {
                let Some(md5) = sent.md5().await else {
                    // the next look at it will tell what became of the file
                    unknown = Twin::of(twin);
                    continue;
                };
                let digest = Digest::Md5(md5);
                let settled = desk.apply(twin.id, Input::Stored { receipt, digest }).await;
                if settled.is_some_and(|(twin, _)| store::library::may_answer(&twin)) {
                    return Ok(None);
                }
                // it holds other bytes: what is there now must be stored under a name of its own
            }
            // a link alone does not say which bytes are behind it; the answer to sending them there does
            Ok(Some(_) | None) => unknown = Twin::of(twin),
            Err(failure) if is_no_answer(&failure) => unknown = Twin::of(twin),
            Err(failure) => return Err(failure),
        }
    }
    Ok(unknown)
}

impl Twin {
    fn of(job: Job) -> Option<Twin> {
        Some(Twin {
            public_id: job.public_id?,
            resource_type: job.resource_type?,
            tried_raw: job.course.tried_raw,
        })
    }
}

/// It is no use to wait where asking will not work again soon, and where it is not known whether sending works either:
/// links may be delivered by another host.
fn is_no_answer(failure: &Failure) -> bool {
    failure.decision == Decision::Permanent
        || matches!(
            failure.kind,
            FailureKind::Forbidden
                | FailureKind::RateLimited
                | FailureKind::Unreachable
                | FailureKind::TimedOut
                | FailureKind::Untrusted
                | FailureKind::Portal
        )
}

/// A library that cannot be read does not say that the file is not in it.
fn not_looked_up(error: &QueueError) -> Failure {
    let reason = Reason::NotLookedUp(error.clone());
    Failure::temporary(FailureKind::Disk, None, reason)
}

fn failed(desk: &Desk, failure: Failure) -> Input {
    Input::Failed {
        failure,
        moved: 0,
        all_sent: false,
        fraction: desk.fraction(),
    }
}
