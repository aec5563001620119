//! An account without its secret: everything that may be written down and shown.

mod id;

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{ApiHost, HostError, Item, Rotation, host, shape, shape::Fault};
pub use id::{AccountId, InvalidAccountId};

/// One way into one cloud. It holds no secret: [`crate::Secrets`] finds that by `keeping`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Stable for the life of the account; also the name of files that belong to it.
    pub id: AccountId,
    /// What people call it; unique in an [`crate::AccountBook`], ignoring case.
    #[serde(deserialize_with = "label")]
    pub label: String,
    /// The cloud name, in the case it was given.
    pub cloud_name: String,
    /// Signed with a key and a secret, or unsigned through a preset.
    pub access: Access,
    /// Where its requests go.
    pub host: ApiHost,
    /// Whether the service has accepted these values yet.
    pub verification: Verification,
    /// Where the account comes from.
    pub origin: Origin,
    /// Where its secret is.
    pub keeping: Keeping,
    /// When it was made.
    pub created_at: Timestamp,
    /// How its links are built.
    #[serde(default)]
    pub delivery: Delivery,
    /// Since when its API key has been in use here; where nothing is said, since it was made.
    #[serde(default)]
    pub key_since: Option<Timestamp>,
    /// A second API key, on its way in or out.
    #[serde(default)]
    pub rotation: Option<Rotation>,
}

/// How an account is let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Access {
    /// With an API key and a secret.
    Signed {
        /// Usually 15 digits; not enforced.
        api_key: String,
        /// The hash of its signatures.
        #[serde(default)]
        algorithm: SignatureAlgorithm,
        /// The form of the text that is signed.
        #[serde(default)]
        version: SignatureVersion,
    },
    /// Without a secret, through an unsigned upload preset.
    Unsigned {
        /// The preset's name.
        upload_preset: String,
    },
}

/// The hash of a signature. `signing` has its own: this crate does not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureAlgorithm {
    /// The service's default.
    #[default]
    Sha1,
    /// For clouds that are configured for it.
    Sha256,
}

/// The form of the text that is signed, as `signature_version` of the SDKs; a number in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum SignatureVersion {
    /// Values as they are.
    One,
    /// `&` in values is encoded, so that one parameter cannot pose as two.
    #[default]
    Two,
}

/// What is wrong with an account's values, before anybody is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountFault {
    /// The cloud name.
    #[error("The cloud name {0}")]
    CloudName(Fault),
    /// The API key.
    #[error("The API key {0}")]
    ApiKey(Fault),
    /// The upload preset.
    #[error("The upload preset {0}")]
    UploadPreset(Fault),
    /// The API host.
    #[error(transparent)]
    Host(HostError),
    /// The second API key.
    #[error("The second API key {0}")]
    SecondKey(Fault),
    /// The second API key is the one in use.
    #[error("Both API keys are the same")]
    SameKey,
    /// There is a second API key where there is no first.
    #[error("An unsigned account has a second API key")]
    KeyOfUnsigned,
    /// The label.
    #[error("The label {0}")]
    Label(Fault),
    /// The host name for links.
    #[error("The host name for links {0}")]
    SecureDistribution(Fault),
    /// The host name for plain links.
    #[error("The host name for plain links {0}")]
    Cname(Fault),
    /// It cannot be written down; in the words of the JSON library.
    #[error("The account cannot be written as JSON: {0}")]
    NotJson(String),
}

/// Whether the service has seen these values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Verification {
    /// Not asked yet, for example because there was no network.
    #[default]
    Unverified,
    /// The service accepted them.
    Verified {
        /// When it did.
        at: Timestamp,
    },
    /// The service refused them.
    Rejected {
        /// What is wrong, in the form of whoever asked the service; without a secret. An earlier version kept a
        /// sentence.
        reason: serde_json::Value,
        /// When it did.
        at: Timestamp,
    },
}

/// Where an account comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Added by the user and kept.
    Saved,
    /// `CLOUDINARY_URL` of this run; never written down.
    Environment,
    /// The built-in sandbox.
    Sandbox,
}

/// Where an account's secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// In the operating system's keyring.
    Keyring,
    /// In this process's memory only.
    SessionOnly,
    /// In the file that a passphrase protects.
    Vault,
    /// Nowhere: an unsigned account has none.
    Nothing,
}

/// How an account's links are built, as the SDKs' options of the same names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delivery {
    /// A host name of one's own for links.
    #[serde(deserialize_with = "host_name")]
    pub secure_distribution: Option<String>,
    /// Whether the cloud has its own delivery host (`<cloud>-res.cloudinary.com`).
    pub private_cdn: bool,
    /// A host name of one's own for plain links.
    #[serde(deserialize_with = "host_name")]
    pub cname: Option<String>,
}

/// A text that names no algorithm, version or kind of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Not one of {expected}.")]
pub struct UnknownName {
    /// The names that are known.
    pub expected: &'static str,
}

impl Account {
    /// The keyring item of a signed account, nothing for an unsigned one.
    pub fn item(&self) -> Option<Item> {
        match &self.access {
            Access::Signed { api_key, .. } => Some(Item {
                cloud_name: self.cloud_name.clone(),
                api_key: api_key.clone(),
            }),
            Access::Unsigned { .. } => None,
        }
    }

    /// Every keyring item that belongs to the account: that of the key in use, and that of a
    /// second key.
    pub fn items(&self) -> Vec<Item> {
        let other = self.with_other_key().and_then(|other| other.item());
        self.item().into_iter().chain(other).collect()
    }

    /// What is wrong with the values, as far as that shows offline.
    pub(crate) fn fault(&self) -> Option<AccountFault> {
        let access = match &self.access {
            Access::Signed { api_key, .. } => {
                shape::api_key(api_key).err().map(AccountFault::ApiKey)
            }
            Access::Unsigned { upload_preset } => shape::upload_preset(upload_preset)
                .err()
                .map(AccountFault::UploadPreset),
        };
        let host = match &self.host {
            // The variant is open to all, so an address may have been put in unchecked.
            ApiHost::Custom(url) => host::check(url).err().map(AccountFault::Host),
            ApiHost::Default | ApiHost::Eu | ApiHost::Ap => None,
        };
        let label = shape::label(&self.label).err().map(AccountFault::Label);
        let bad = |name: &Option<String>| shape::host_name(name.as_ref()?).err();
        let delivery = bad(&self.delivery.secure_distribution)
            .map(AccountFault::SecureDistribution)
            .or_else(|| bad(&self.delivery.cname).map(AccountFault::Cname));
        shape::cloud_name(&self.cloud_name)
            .err()
            .map(AccountFault::CloudName)
            .or(access)
            .or(host)
            .or(label)
            .or(delivery)
            .or_else(|| self.rotation_fault())
    }

    /// Whether both would use a keyring item in common, or the same preset of the same cloud.
    pub(crate) fn is_same_entrance(&self, other: &Self) -> bool {
        match (&self.access, &other.access) {
            (Access::Signed { .. }, Access::Signed { .. }) => {
                let others = other.items();
                self.items().iter().any(|item| others.contains(item))
            }
            (Access::Unsigned { upload_preset: one }, Access::Unsigned { upload_preset: two }) => {
                one == two && self.cloud_name == other.cloud_name && self.host == other.host
            }
            (Access::Signed { .. }, Access::Unsigned { .. })
            | (Access::Unsigned { .. }, Access::Signed { .. }) => false,
        }
    }
}

/// Earlier versions took any label. An account is not lost for it, nor is a backup that holds it.
fn label<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).map(|text| shape::on_one_line(&text))
}

/// The same of host names; links were of no use with a bad one, and are as usual without it.
fn host_name<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let name = Option::<String>::deserialize(from)?;
    Ok(name.filter(|name| shape::host_name(name).is_ok()))
}

impl SignatureAlgorithm {
    /// `sha1` or `sha256`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SignatureAlgorithm {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text.to_ascii_lowercase().as_str() {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            _ => Err(UnknownName {
                expected: "sha1, sha256",
            }),
        }
    }
}

impl FromStr for SignatureVersion {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        text.parse::<u8>()
            .map_or(Err(UnknownName { expected: "1, 2" }), Self::try_from)
    }
}

impl TryFrom<u8> for SignatureVersion {
    type Error = UnknownName;

    fn try_from(number: u8) -> Result<Self, UnknownName> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(UnknownName { expected: "1, 2" }),
        }
    }
}

impl From<SignatureVersion> for u8 {
    fn from(version: SignatureVersion) -> Self {
        match version {
            SignatureVersion::One => 1,
            SignatureVersion::Two => 2,
        }
    }
}
