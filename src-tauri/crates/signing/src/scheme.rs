use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The hash of a signature. It is not on the wire: the service tells by the length, 40 or 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// SHA-1, what every account accepts.
    #[default]
    Sha1,
    /// SHA-256. Prefer it wherever somebody else chooses part of what is signed: a SHA-1 collision can be prepared offline.
    Sha256,
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.to_ascii_lowercase().as_str() {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            _ => Err(Error::UnknownAlgorithm),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
        })
    }
}

/// How the string to sign is written. Like the algorithm it is not on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub enum Version {
    /// Values as they are. A value that holds `&name=value` reads like another parameter; response signatures are still of this kind.
    One,
    /// Every `&` inside a pair is written `%26`, so a value cannot pose as another parameter. The default of all current SDKs.
    #[default]
    Two,
}

impl TryFrom<u64> for Version {
    type Error = Error;

    fn try_from(number: u64) -> Result<Self, Error> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(Error::UnknownVersion),
        }
    }
}

impl From<Version> for u64 {
    fn from(version: Version) -> Self {
        match version {
            Version::One => 1,
            Version::Two => 2,
        }
    }
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "1" => Ok(Self::One),
            "2" => Ok(Self::Two),
            _ => Err(Error::UnknownVersion),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        u64::from(*self).fmt(f)
    }
}

/// Algorithm and version together: how an account signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Scheme {
    /// The hash.
    pub algorithm: Algorithm,
    /// How the string is written.
    pub version: Version,
}
