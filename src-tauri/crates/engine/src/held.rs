//! What was handed over and waits to be queued: until the user said how, or until there is an account.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::job::row_id;

row_id! {
    /// A held thing's number; never used again.
    HeldId
}

/// One thing as it was handed over once; the same path may be held twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its number; a smaller one is held longer.
    pub id: HeldId,
    /// When it was handed over.
    pub held_at: Timestamp,
    /// What it is.
    pub what: NewHeld,
}

/// A thing to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHeld {
    /// ID of the account whose user is asked how; without one it goes to whichever account comes to be.
    pub account: Option<String>,
    /// A file, a folder, or an http address, as it was handed over.
    pub source: PathBuf,
    /// How it came.
    pub origin: HeldOrigin,
}

/// How something came to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldOrigin {
    /// Dropped, picked, pasted, or named at a start.
    Given,
    /// Taken from the clipboard by a command that puts the link there in its place.
    Clipboard,
}

impl HeldOrigin {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            HeldOrigin::Given => "given",
            HeldOrigin::Clipboard => "clipboard",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<HeldOrigin> {
        [HeldOrigin::Given, HeldOrigin::Clipboard]
            .into_iter()
            .find(|origin| origin.as_str() == text)
    }
}

/// What was let go of in one go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetGo {
    /// The things, without those that were queued or let go of before.
    pub held: Vec<HeldId>,
    /// The number by which [`crate::Queue::hold_again`] finds them; `None` when there were none.
    pub undo: Option<i64>,
}
