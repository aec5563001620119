//! What one line says. None of these types can hold the value of a parameter.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Account, AccountId};

/// A name of ours or of a parameter: up to 64 of `a` to `z` and `_`. Anything else becomes
/// `(other)`, so that a value that is taken for a name does not get into the log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Word(String);

impl Word {
    /// The longest word.
    pub const MOST: usize = 64;
    const OTHER: &str = "(other)";

    /// The word, or `(other)`.
    pub fn new(text: &str) -> Self {
        let fits = (1..=Self::MOST).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'));
        Self(if fits { text } else { Self::OTHER }.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which account; with the label it had then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountName {
    /// Its ID.
    pub id: AccountId,
    /// Its label, cut to 100 characters.
    pub label: String,
}

impl From<&Account> for AccountName {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.clone(),
            label: shown(&account.label),
        }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Parameters were signed.
    Signed,
    /// Parameters were signed without the upload policy, because a person insisted.
    SignedAny,
    /// A signature was refused.
    Refused {
        /// The kind of reason.
        reason: Word,
    },
    /// An upload was begun for a client of the agent.
    UploadBegun,
    /// An upload was refused to one.
    UploadRefused {
        /// The kind of reason.
        reason: Word,
    },
    /// A secret was shown.
    Revealed,
    /// A secret was put on the clipboard.
    Copied,
    /// A secret was handed to a child process.
    Handed,
    /// Accounts were written into a backup.
    Exported,
    /// An account came from a backup or from another program's file.
    Imported,
    /// A secret was removed from another program's file.
    RemovedElsewhere,
    /// An account was added.
    Added,
    /// What is named of an account was changed, or its secret was entered anew.
    Edited,
    /// A secret was moved to another store.
    Kept,
    /// A step of changing the API key was made.
    Rotated {
        /// Which one: `begun`, `tested`, `switched`, `finished`, `abandoned`.
        step: Word,
    },
    /// An account and its secret were deleted.
    Deleted,
    /// Secrets were locked.
    Locked {
        /// Why: `asked`, `idle`, `screen`, `sleep`, `quit`.
        reason: Word,
    },
    /// Secrets were unlocked.
    Unlocked,
    /// The passphrase of the vault was changed.
    PassphraseChanged,
    /// A client of the signing agent was let in.
    AgentAllowed {
        /// For how long: `once`, `hour`, `always`.
        span: Word,
    },
    /// A client of the signing agent was turned away.
    AgentDenied {
        /// The kind of reason.
        reason: Word,
    },
    /// A client of the signing agent was let in by the user, who was not asked but said so.
    ClientAllowed {
        /// Which one.
        client: ClientName,
    },
    /// A token was made.
    TokenMade {
        /// For which client.
        client: ClientName,
    },
    /// A client of the signing agent was forgotten: it is let in no more.
    ClientForgotten {
        /// Which one.
        client: ClientName,
    },
    /// The torn last line of a crash was taken off the log.
    Repaired,
    /// The end of the log was not the one that was kept: lines before this one are missing, or the kept end is.
    Gap {
        /// The number of the last line that was there.
        after: u64,
    },
}

/// A client of the signing agent: its origin, or the name the user gave it; cut to 100 characters, and what cannot be shown
/// in a line is replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub struct ClientName(String);

impl ClientName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ClientName {
    fn from(name: &str) -> Self {
        Self(shown(name))
    }
}

impl From<String> for ClientName {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Who {
    /// The user, in Aloft's window.
    Window,
    /// The upload widget's window.
    Widget,
    /// `aloft` in a terminal.
    Terminal {
        /// Its process.
        pid: u32,
    },
    /// A client of the signing agent.
    Agent {
        /// Which one.
        client: ClientName,
    },
    /// Aloft by itself: the queue, a lock when idle.
    Program,
}

impl Who {
    /// A client of the agent.
    pub fn agent(client: &str) -> Self {
        Self::Agent {
            client: client.into(),
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused, by a rule or by the user.
    Refused,
    /// It could not be done.
    Failed,
}

/// What is to be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which account, where it is about one.
    pub account: Option<AccountName>,
    /// What was done.
    #[serde(flatten)]
    pub action: Action,
    /// The names of the parameters, without their values.
    pub names: Vec<Word>,
    /// Who asked.
    pub who: Who,
    /// How it ended.
    pub outcome: Outcome,
}

impl Entry {
    /// An entry without names that was done.
    pub fn new(action: Action, who: Who) -> Self {
        Self {
            account: None,
            action,
            names: Vec::new(),
            who,
            outcome: Outcome::Done,
        }
    }

    /// The same about an account.
    #[must_use]
    pub fn of(self, account: &Account) -> Self {
        Self {
            account: Some(account.into()),
            ..self
        }
    }

    /// The same with names of parameters.
    #[must_use]
    pub fn with_names<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            names: names.into_iter().map(Word::new).collect(),
            ..self
        }
    }

    /// The same with another end.
    #[must_use]
    pub fn ended(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    pub(super) fn repair() -> Self {
        Self::new(Action::Repaired, Who::Program)
    }

    pub(super) fn gap(after: u64) -> Self {
        Self::new(Action::Gap { after }, Who::Program)
    }
}

/// An entry as it was read from the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was written, by this computer's clock.
    pub at: Timestamp,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
}

fn shown(text: &str) -> String {
    const MOST: usize = 100;
    text.chars()
        .take(MOST)
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect()
}
