//! The name of an account for programs.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Access;
use crate::ApiHost;

/// Stable, short, and good as a file name: `sandbox`, `acc-` or `env-` with eight hexadecimal
/// digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// A text that is no account ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("An account ID is sandbox, acc- or env- with eight hexadecimal digits.")]
pub struct InvalidAccountId;

const SANDBOX: &str = "sandbox";
const SAVED: &str = "acc-";
const ENVIRONMENT: &str = "env-";
const DIGITS: usize = 8;

impl AccountId {
    /// A new one for an account that is to be saved.
    pub fn random() -> Self {
        let digits = uuid::Uuid::new_v4().simple().to_string();
        Self(format!("{SAVED}{}", &digits[..DIGITS]))
    }

    /// The one of the built-in sandbox.
    pub fn sandbox() -> Self {
        Self(SANDBOX.to_owned())
    }

    /// The one of an account from the environment: equal values give the same ID in every run,
    /// so that its jobs are found again.
    pub fn environment(cloud_name: &str, access: &Access, host: &ApiHost) -> Self {
        let (kind, name) = match access {
            Access::Signed { api_key, .. } => ("key", api_key),
            Access::Unsigned { upload_preset } => ("preset", upload_preset),
        };
        let mut hash = Sha256::new();
        for part in [cloud_name, kind, name, host.url().as_str()] {
            hash.update(part.as_bytes());
            // None of the parts holds a NUL, so no two lists of parts hash the same text.
            hash.update([0]);
        }
        let digits = hex::encode(hash.finalize());
        Self(format!("{ENVIRONMENT}{}", &digits[..DIGITS]))
    }

    /// Whether an account from the environment has it: it is there only in runs that have its values.
    pub fn is_environment(&self) -> bool {
        self.0.starts_with(ENVIRONMENT)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for AccountId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: String) -> Result<Self, InvalidAccountId> {
        let digits = text
            .strip_prefix(SAVED)
            .or_else(|| text.strip_prefix(ENVIRONMENT));
        let is_hex = |digits: &str| {
            digits.len() == DIGITS
                && digits
                    .bytes()
                    .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        if text == SANDBOX || digits.is_some_and(is_hex) {
            Ok(Self(text))
        } else {
            Err(InvalidAccountId)
        }
    }
}

impl TryFrom<&str> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: &str) -> Result<Self, InvalidAccountId> {
        Self::try_from(text.to_owned())
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_that_is_made_is_accepted_again() {
        let access = Access::Unsigned {
            upload_preset: "web".to_owned(),
        };
        let environment = AccountId::environment("demo", &access, &ApiHost::Eu);
        for id in [AccountId::random(), AccountId::sandbox(), environment] {
            assert_eq!(AccountId::try_from(id.as_str()), Ok(id));
        }
        for text in [
            "",
            "acc-",
            "acc-1234567",
            "acc-1234567G",
            "acc-1234567A",
            "../etc",
            "SANDBOX",
        ] {
            assert_eq!(AccountId::try_from(text), Err(InvalidAccountId), "{text}");
        }
    }

    #[test]
    fn an_environment_account_keeps_its_id() {
        let key = |key: &str| Access::Signed {
            api_key: key.to_owned(),
            algorithm: Default::default(),
            version: Default::default(),
        };
        let id = |cloud: &str, access: &Access, host: &ApiHost| {
            AccountId::environment(cloud, access, host)
        };
        let first = id("demo", &key("1"), &ApiHost::Default);
        assert_eq!(first, id("demo", &key("1"), &ApiHost::Default));
        assert_eq!(first.as_str(), "env-de3cb32f");
        let preset = Access::Unsigned {
            upload_preset: "1".to_owned(),
        };
        for other in [
            id("Demo", &key("1"), &ApiHost::Default),
            id("demo", &key("2"), &ApiHost::Default),
            id("demo", &key("1"), &ApiHost::Eu),
            id("demo", &preset, &ApiHost::Default),
        ] {
            assert_ne!(first, other);
        }
    }
}
