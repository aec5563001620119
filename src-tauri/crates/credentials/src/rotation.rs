//! Changing the API key of an account without a moment in which nothing works.
//!
//! ```text
//!            Begin          Tested           Switch             Succeeded          Erased
//!  one key ────────▶ Added ────────▶ Tested ────────▶ Switched ──────────▶ Proven ────────▶ one key
//!                      │               │  ▲              │
//!                      │ Abandon       │  └───── Back ───┘
//!                      └───────┬───────┘    (to Added)
//!                              ▼        Erased
//!                          Abandoned ───────────▶ one key
//! ```
//!
//! Each key has a secret of its own in the account's store. While a second key is there, its secret
//! is reached through [`Account::with_other_key`]. A secret is erased only in the last step of
//! either way, [`Account::to_erase`]; until then the account says so, whatever crashes in between.
//! The machine is pure: it knows no clock, no disk and no network.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Access, Account, AccountFault, Item, Verification, shape};

/// The second key of an account, and how far the change has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The key that is not in use: the new one before the switch, the old one after it.
    pub other_key: String,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// How far it has come.
    pub stage: Stage,
}

/// How far a change of key has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Stage {
    /// The new key is kept beside the one in use.
    Added,
    /// The service accepted the new key.
    Tested {
        /// When it did.
        at: Timestamp,
    },
    /// The new key is in use; the old one is kept.
    Switched {
        /// Since when.
        at: Timestamp,
        /// Since when the old one had been in use.
        old_since: Option<Timestamp>,
    },
    /// Work was done with the new key: the secret of the old one is to be erased.
    Proven {
        /// When it was.
        at: Timestamp,
    },
    /// The change was given up: the secret of the new key is to be erased.
    Abandoned,
}

/// What happened, or is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A second key was given. Its secret is kept afterwards, under [`Account::with_other_key`].
    Begin {
        /// The new key.
        api_key: String,
    },
    /// The service accepted the new key.
    Tested,
    /// The new key is to be used from now on.
    Switch,
    /// The old key is to be used again: the new one did not do.
    Back,
    /// Something was done for the account with this key, for example an upload.
    Succeeded {
        /// The key it was done with. Work that was begun with the old one proves nothing.
        api_key: String,
    },
    /// The change is given up.
    Abandon,
    /// The secret of [`Account::to_erase`] is gone.
    Erased,
}

/// Why a step cannot be made. Nothing is changed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// The account has no key at all.
    #[error("This account has no API key to change: it uploads through an unsigned preset.")]
    Unsigned,
    /// A change is under way.
    #[error("A change of the API key is under way. Finish or abandon it first.")]
    UnderWay,
    /// No change is under way.
    #[error("No change of the API key is under way.")]
    NotBegun,
    /// The step does not come next.
    #[error("{0}")]
    OutOfOrder(&'static str),
    /// The new key is the one in use.
    #[error("This is the API key in use. Enter the new one.")]
    SameKey,
    /// The new key can never be right.
    #[error("The API key {0}.")]
    Shape(shape::Fault),
}

impl Account {
    /// Makes a step. [`crate::AccountBook::rotate`] does it for a saved account.
    ///
    /// # Errors
    /// [`RotationError`]; then the account is as it was.
    pub fn rotate(&mut self, step: &Step, now: Timestamp) -> Result<(), RotationError> {
        let Access::Signed { api_key: used, .. } = &self.access else {
            return Err(RotationError::Unsigned);
        };
        let Some(rotation) = &self.rotation else {
            return match step {
                Step::Begin { api_key } => {
                    let rotation = begun(used, api_key, now)?;
                    self.rotation = Some(rotation);
                    Ok(())
                }
                // Told after every success, mostly of accounts that change nothing.
                Step::Succeeded { .. } => Ok(()),
                Step::Tested | Step::Switch | Step::Back | Step::Abandon | Step::Erased => {
                    Err(RotationError::NotBegun)
                }
            };
        };
        let next = match (step, &rotation.stage) {
            (Step::Begin { .. }, _) => return Err(RotationError::UnderWay),
            (Step::Tested, Stage::Added | Stage::Tested { .. }) => Stage::Tested { at: now },
            (Step::Switch, Stage::Tested { at }) => {
                let (tested_at, old_since) = (*at, self.key_since);
                self.swap_keys();
                self.key_since = Some(now);
                self.verification = Verification::Verified { at: tested_at };
                Stage::Switched { at: now, old_since }
            }
            (Step::Back, Stage::Switched { old_since, .. }) => {
                let old_since = *old_since;
                self.swap_keys();
                self.key_since = old_since;
                self.verification = Verification::Unverified;
                Stage::Added
            }
            (Step::Succeeded { api_key }, Stage::Switched { .. }) if api_key == used => {
                Stage::Proven { at: now }
            }
            (Step::Succeeded { .. }, _) => return Ok(()),
            (Step::Abandon, Stage::Added | Stage::Tested { .. } | Stage::Abandoned) => {
                Stage::Abandoned
            }
            (Step::Erased, Stage::Proven { .. } | Stage::Abandoned) => {
                self.rotation = None;
                return Ok(());
            }
            (Step::Tested, _) => return out_of_order("The new API key is in use already."),
            (Step::Switch, _) => return out_of_order("Test the new API key before it is used."),
            (Step::Back, _) => return out_of_order("The old API key is not kept for going back."),
            (Step::Abandon, _) => {
                return out_of_order("The new API key is in use. Go back to the old one first.");
            }
            (Step::Erased, _) => return out_of_order("Both API keys are still needed."),
        };
        if let Some(rotation) = &mut self.rotation {
            rotation.stage = next;
        }
        Ok(())
    }

    /// The same account with its second key: for keeping that key's secret, for testing it, for
    /// erasing it. It is not to be saved.
    pub fn with_other_key(&self) -> Option<Account> {
        self.rotation.as_ref()?;
        let mut other = self.clone();
        other.swap_keys();
        other.rotation = None;
        other.key_since = None;
        other.verification = Verification::Unverified;
        Some(other)
    }

    /// The keyring item whose secret is to be erased now, before [`Step::Erased`].
    pub fn to_erase(&self) -> Option<Item> {
        match self.rotation.as_ref()?.stage {
            Stage::Proven { .. } | Stage::Abandoned => self.with_other_key()?.item(),
            Stage::Added | Stage::Tested { .. } | Stage::Switched { .. } => None,
        }
    }

    /// Since when the key in use has been in use here.
    pub fn key_in_use_since(&self) -> Timestamp {
        self.key_since.unwrap_or(self.created_at)
    }

    /// For how many whole days that is.
    pub fn key_age_days(&self) -> i64 {
        let seconds = Timestamp::now().as_second() - self.key_in_use_since().as_second();
        seconds.max(0) / (24 * 60 * 60)
    }

    /// What is wrong with the second key.
    pub(crate) fn rotation_fault(&self) -> Option<AccountFault> {
        let rotation = self.rotation.as_ref()?;
        match &self.access {
            Access::Signed { api_key, .. } => begun(api_key, &rotation.other_key, Timestamp::MIN)
                .err()
                .map(|error| match error {
                    RotationError::Shape(fault) => AccountFault::SecondKey(fault),
                    RotationError::Unsigned
                    | RotationError::UnderWay
                    | RotationError::NotBegun
                    | RotationError::OutOfOrder(_)
                    | RotationError::SameKey => AccountFault::SameKey,
                }),
            Access::Unsigned { .. } => Some(AccountFault::KeyOfUnsigned),
        }
    }

    fn swap_keys(&mut self) {
        if let (Access::Signed { api_key, .. }, Some(rotation)) =
            (&mut self.access, &mut self.rotation)
        {
            std::mem::swap(api_key, &mut rotation.other_key);
        }
    }
}

fn begun(used: &str, api_key: &str, now: Timestamp) -> Result<Rotation, RotationError> {
    shape::api_key(api_key).map_err(RotationError::Shape)?;
    if api_key == used {
        return Err(RotationError::SameKey);
    }
    Ok(Rotation {
        other_key: api_key.to_owned(),
        begun_at: now,
        stage: Stage::Added,
    })
}

fn out_of_order(why: &'static str) -> Result<(), RotationError> {
    Err(RotationError::OutOfOrder(why))
}
