//! Taking an upload back: until when, and whether nothing is lost by it.

use jiff::{SignedDuration, Timestamp};

use crate::digest::Hashing;
use crate::identity::FileIdentity;
use crate::job::{Job, Source, State};

/// So long after it is done an upload can be taken back at once.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);

impl Job {
    /// Until when this upload can be taken back at once; `None` for what is not an upload of ours alone. An asset of a
    /// public ID without a random part, that was there before, or that answered for other bytes may be all there is of
    /// something else.
    pub fn undo_until(&self) -> Option<Timestamp> {
        let receipt = self.receipt.as_ref()?;
        let is_new = !self.reused && !receipt.existing;
        let is_ours = self.state == State::Done
            && is_new
            && self.verification.is_undoubted()
            && self.deleted_at.is_none()
            && self.public_id_rule.is_random()
            && matches!(self.source, Source::File(_));
        let end = self.finished_at?.checked_add(WINDOW).ok()?;
        is_ours.then_some(end)
    }

    /// Whether the local file is still there with the bytes that were sent: size and time of change are the same, or
    /// else its MD5 is. May read all of it; must be called within a tokio runtime.
    pub async fn has_its_file(&self) -> bool {
        let (Source::File(path), Some(sent)) = (&self.source, self.identity) else {
            return false;
        };
        let looked = path.clone();
        let look = tokio::task::spawn_blocking(move || std::fs::metadata(looked));
        let Ok(Ok(metadata)) = look.await else {
            return false;
        };
        let now = FileIdentity::of(&metadata);
        if !metadata.is_file() || now.size != sent.size {
            return false;
        }
        if now.is(&sent) {
            return true;
        }
        let digested = Hashing::start(path.clone(), now).finish().await;
        digested.is_some_and(|digested| digested.unchanged && Some(digested.md5) == self.md5)
    }
}
