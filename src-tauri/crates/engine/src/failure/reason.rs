//! What happened, as a fact with its names. Words for it are made where a person reads them, in the language of then.

use std::io;

use serde::{Deserialize, Serialize};

use crate::error::QueueError;

/// Why something failed. In the database in snake case; what is added here is not read by earlier versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The file is not there.
    Missing {
        /// The file's name, as in all of these.
        name: String,
    },
    /// The file is not there any more; it was when it was queued.
    Left {
        /// Its name.
        name: String,
    },
    /// The file cannot be read.
    Unreadable {
        /// Its name.
        name: String,
        /// What the system said.
        fault: SystemFault,
    },
    /// A folder was named where a file is needed.
    IsFolder {
        /// Its name.
        name: String,
    },
    /// A pipe, a socket, a device.
    Special {
        /// Its name.
        name: String,
    },
    /// The file has no bytes.
    Empty {
        /// Its name.
        name: String,
    },
    /// The file is no longer the one that was queued.
    ChangedSinceQueued {
        /// Its name.
        name: String,
    },
    /// The file is no longer the one that somebody looked at, who let that one be sent and no other.
    ChangedSinceAllowed {
        /// Its name.
        name: String,
    },
    /// The file changed while it was read to be cleaned.
    ChangedWhileRead {
        /// Its name.
        name: String,
    },
    /// The name cannot be handed to the file system.
    BadName {
        /// The name.
        name: String,
    },
    /// The upload widget sent it, and only that can send it again.
    OfWidget {
        /// Its name.
        name: String,
    },
    /// The look at the file broke off.
    LookEnded {
        /// Its name.
        name: String,
    },
    /// Whether the file was uploaded before cannot be looked up.
    NotLookedUp(QueueError),
    /// The copy without location data is gone and is made again.
    CopyGone {
        /// The file's name.
        name: String,
    },
    /// The copy without location data cannot be written.
    CopyNotWritten {
        /// The file's name.
        name: String,
        /// What the system said.
        fault: SystemFault,
    },
    /// Its kind is not one from which location data can be taken.
    LocationOfKind {
        /// Its name.
        name: String,
    },
    /// It is damaged, very large or unusual, so location data cannot be taken out safely.
    LocationOfDamaged {
        /// Its name.
        name: String,
    },
    /// The service fetches it, so location data cannot be taken out first.
    LocationOfLink {
        /// Its name.
        name: String,
    },
    /// Nobody can say whether it arrived.
    Unknowable {
        /// Its name.
        name: String,
    },
    /// The service has every part and did not store it.
    PartsNotStored {
        /// Its name.
        name: String,
    },
    /// The public ID belongs to another asset.
    NameTaken {
        /// The file's name.
        name: String,
        /// The public ID.
        public_id: String,
    },
    /// A watched file went away before it was sent.
    WatchedLeft {
        /// Its name.
        name: String,
    },
    /// A watched file changed before it was sent.
    WatchedChanged {
        /// Its name.
        name: String,
    },
    /// A mistake in the program.
    Fault,
    /// Tried often enough.
    GivenUpAfterAttempts {
        /// How often.
        attempts: u32,
        /// Why the last attempt failed.
        reason: Box<Reason>,
    },
    /// Tried long enough.
    GivenUpAfterHours {
        /// How long.
        hours: u64,
        /// Why the last attempt failed.
        reason: Box<Reason>,
    },
    /// What the transport knows, in a form of its own: it is kept and handed back.
    Carried(serde_json::Value),
    /// A sentence in English: how an earlier version kept it.
    #[serde(untagged)]
    Sentence(String),
}

impl From<&str> for Reason {
    fn from(sentence: &str) -> Self {
        Self::Sentence(sentence.to_owned())
    }
}

/// Why the system did not do something with a file, as far as that can be told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemFault {
    /// No right to.
    Denied,
    /// There is no such thing.
    Missing,
    /// No room.
    Full,
    /// Nothing may be written there.
    ReadOnly,
    /// No answer in time.
    TimedOut,
    /// In the system's own words.
    Other(String),
}

impl From<&io::Error> for SystemFault {
    fn from(error: &io::Error) -> Self {
        use io::ErrorKind as E;
        let kind = error.kind();
        let is = |kinds: &[E]| kinds.contains(&kind);
        if is(&[E::PermissionDenied]) {
            Self::Denied
        } else if is(&[E::NotFound]) {
            Self::Missing
        } else if is(&[E::StorageFull, E::QuotaExceeded]) {
            Self::Full
        } else if is(&[E::ReadOnlyFilesystem]) {
            Self::ReadOnly
        } else if is(&[E::TimedOut]) {
            Self::TimedOut
        } else {
            Self::Other(error.to_string())
        }
    }
}
