//! Why a client gets nothing, by type. The words are for whoever writes or sets up the client, who reads English.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use signing::policy;

use super::client::{Client, Proof};
use crate::contract::Problem;

/// Why a client gets nothing.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Nobody has this token.
    #[error("Nobody has this token. Make one: aloft agent token NAME")]
    WrongToken,
    /// The same, too often.
    #[error("Too many tokens that nobody has. Wait a little.")]
    TooManyWrong {
        /// When the next one is looked at.
        after: Duration,
    },
    /// The user did not allow this origin, or said no.
    #[error("“{0}” is not allowed. Allow it: aloft agent allow {0}")]
    NotAllowed(String),
    /// The user was asked and did not answer yet.
    #[error("The user was asked about “{0}” and has not answered yet.")]
    NoAnswer(String),
    /// The user is being asked about another one.
    #[error("The user is being asked about another page. Try again later.")]
    Busy {
        /// When to try again.
        after: Duration,
    },
    /// It may only upload.
    #[error("“{0}” may have no signatures.")]
    MayNotSign(String),
    /// It may only sign.
    #[error("“{0}” may upload nothing. Allow it with --upload and --root FOLDER.")]
    MayNotUpload(String),
    /// Faster than files are uploaded.
    #[error("Requests come faster than files are uploaded.")]
    TooFast {
        /// When to try again.
        after: Duration,
    },
    /// The policy says no.
    #[error("{0}")]
    Policy(Unsigned),
    /// The parameters are none.
    #[error("The parameters cannot be read: {0}.")]
    Unreadable(signing::Error),
    /// The account is gone, locked, or has no secret; or the list of clients cannot be read.
    #[error("{0}")]
    Account(Problem),
    /// A file that it named is not one that it may upload.
    #[error("{}: {fault}", .path.display())]
    Path {
        /// As it was named.
        path: PathBuf,
        /// Why not.
        fault: Fault,
    },
    /// There is nothing to upload on the clipboard.
    #[error("{0}")]
    Clipboard(Problem),
    /// The key was used for another list.
    #[error("This Idempotency-Key was used for another list.")]
    KeyTaken,
    /// More uploads are under way than the agent follows.
    #[error("Too many uploads are under way.")]
    TooMany {
        /// When to try again.
        after: Duration,
    },
    /// Something did not arrive; what did is answered at once when it is asked for again.
    #[error("{0}")]
    NotUploaded(String),
}

/// What the policy does not sign for a client. The policy's own words are about a window of Aloft, which a client has none of.
#[derive(Debug)]
pub struct Unsigned {
    client: String,
    proof: Proof,
    refusal: policy::Refusal,
}

impl Unsigned {
    pub(super) fn of(client: &Client, refusal: policy::Refusal) -> Self {
        Self {
            client: client.name.clone(),
            proof: client.proof.clone(),
            refusal,
        }
    }

    /// How a parameter is pinned, if it can be.
    fn way(&self, name: &str) -> Option<String> {
        let option = match name {
            "upload_preset" => "--preset PRESET",
            "folder" => "--folder FOLDER",
            _ => return None,
        };
        let by_hand = match self.proof {
            Proof::Origin => format!("in a terminal: aloft agent allow {} {option}", self.client),
            Proof::Token { .. } => {
                // A shell would take other names for something else.
                let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c);
                let is_plain = self.client.starts_with(char::is_alphanumeric)
                    && self.client.chars().all(plain);
                let name = if is_plain { &self.client } else { "NAME" };
                format!(
                    "forget it in a terminal and make it a new token: aloft agent forget {name}, then aloft agent token {name} {option}"
                )
            }
        };
        Some(format!(
            "Pin it in Aloft's settings, under “Other programs”, or {by_hand}"
        ))
    }
}

impl fmt::Display for Unsigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.refusal.name().unwrap_or_default();
        let said = match self.refusal.kind() {
            "not_as_opened" => "is not what is pinned",
            "left_out" => "was left out, and one is pinned",
            "name_by_preset" => {
                return f.write_str(
                    "Aloft signs no use_filename together with an upload preset: the preset could leave out the random characters, and a file name could then replace an asset. Leave use_filename out.",
                );
            }
            _ => return self.refusal.fmt(f),
        };
        match self.way(name) {
            Some(way) => write!(f, "The {name} {said} for this client. {way}"),
            None => write!(f, "Aloft signs no such {name} for a client. Leave it out."),
        }
    }
}

/// Why a file may not be uploaded for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Relative to what?
    #[error("the path must be absolute.")]
    Relative,
    /// Whether such a file is there is not said.
    #[error("there is no such file in the folders that this client may upload from.")]
    Outside,
    /// Aloft keeps it.
    #[error("Aloft uploads nothing of its own folders.")]
    Own,
    /// A folder, a device.
    #[error("it is not a file.")]
    NotAFile,
    /// Its first bytes are not a picture's, a film's or a sound's.
    #[error("it is neither a picture nor a film nor a sound.")]
    NotMedia,
}

impl Refused {
    /// A stable name for programs and logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WrongToken => "wrong_token",
            Self::TooManyWrong { .. } => "too_many_wrong_tokens",
            Self::NotAllowed(_) => "not_allowed",
            Self::NoAnswer(_) => "no_answer",
            Self::Busy { .. } => "busy",
            Self::MayNotSign(_) => "may_not_sign",
            Self::MayNotUpload(_) => "may_not_upload",
            Self::TooFast { .. } => "too_fast",
            Self::Policy(unsigned) => unsigned.refusal.kind(),
            Self::Unreadable(_) => "unreadable",
            Self::Account(problem) | Self::Clipboard(problem) => problem.kind.as_str(),
            Self::Path { fault, .. } => fault.kind(),
            Self::KeyTaken => "key_taken",
            Self::TooMany { .. } => "too_many_uploads",
            Self::NotUploaded(_) => "not_uploaded",
        }
    }
}

impl Fault {
    fn kind(self) -> &'static str {
        match self {
            Self::Relative => "relative_path",
            Self::Outside => "outside_of_its_folders",
            Self::Own => "own_folder",
            Self::NotAFile => "not_a_file",
            Self::NotMedia => "not_media",
        }
    }
}
