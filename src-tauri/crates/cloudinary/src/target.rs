use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use signing::Scheme;
use url::Url;

/// Where a call goes and as whom.
#[derive(Debug, Clone)]
pub struct Target {
    /// Beginning of every address, such as `https://api.cloudinary.com`. Plain `http` only to this computer.
    pub host: Url,
    /// The cloud name, as the account writes it.
    pub cloud_name: String,
    /// With what right.
    pub auth: Auth,
}

/// With what right a call is made.
#[derive(Debug, Clone)]
pub enum Auth {
    /// With the key pair of the account: uploads are signed, Admin calls use HTTP Basic.
    Signed {
        /// The public half.
        api_key: String,
        /// The secret half; `Debug` prints it redacted.
        secret: SecretString,
        /// How signatures are made.
        scheme: Scheme,
    },
    /// With an upload preset that allows unsigned uploads. Nothing but uploads is possible.
    Unsigned {
        /// The preset's name.
        upload_preset: String,
    },
}

/// The kind of asset, a part of its address and never of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceType {
    /// Pictures, and PDF.
    Image,
    /// Video and audio.
    Video,
    /// Everything else; the public ID keeps the extension.
    Raw,
    /// The service decides. For uploads only.
    Auto,
}

impl ResourceType {
    /// As it stands in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Raw => "raw",
            Self::Auto => "auto",
        }
    }
}

/// Who may fetch the asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryType {
    /// Everybody who knows the link.
    #[default]
    Upload,
    /// The original needs a signature.
    Private,
    /// The original and everything made of it need a signature or a token.
    Authenticated,
}

impl DeliveryType {
    /// As it stands in addresses and in the parameter `type`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Private => "private",
            Self::Authenticated => "authenticated",
        }
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DeliveryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Fails on every word but the four.
impl FromStr for ResourceType {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Image, Self::Video, Self::Raw, Self::Auto]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(())
    }
}

/// Fails on every word but the three.
impl FromStr for DeliveryType {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Upload, Self::Private, Self::Authenticated]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(())
    }
}
