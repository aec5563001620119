//! The API's address: a region of the service, or a server of one's own.

use std::{fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Where requests of an account go. In JSON and on a command line it is one text: `default`,
/// `eu`, `ap` or an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ApiHost {
    /// `https://api.cloudinary.com`.
    #[default]
    Default,
    /// `https://api-eu.cloudinary.com`, for clouds of the European region.
    Eu,
    /// `https://api-ap.cloudinary.com`, for clouds of the Asia Pacific region.
    Ap,
    /// Another address: `https`, or plain `http` to this computer. Made by [`ApiHost::parse`],
    /// which checks that.
    Custom(Url),
}

/// Why an address is refused. It holds nothing of the address, which may carry a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Not an address at all.
    #[error(
        "The API host is not an address. Use default, eu, ap or an address such as https://api.example.com."
    )]
    NotAnAddress,
    /// Neither `https` nor `http`.
    #[error("The API host must begin with https://.")]
    Scheme,
    /// Plain `http` to another computer would send signed requests readable by anyone on the way.
    #[error(
        "Plain http is accepted for this computer only (127.0.0.1, localhost). Use https:// for the API host."
    )]
    PlainHttp,
    /// A user name or password before an `@`.
    #[error("The API host must not hold a user name or password.")]
    Userinfo,
    /// A `?` or `#` part, which would be lost when a request's path is added.
    #[error("The API host must end before any ? or #.")]
    Query,
}

static DEFAULT: LazyLock<Url> = LazyLock::new(|| known("https://api.cloudinary.com"));
static EU: LazyLock<Url> = LazyLock::new(|| known("https://api-eu.cloudinary.com"));
static AP: LazyLock<Url> = LazyLock::new(|| known("https://api-ap.cloudinary.com"));

impl ApiHost {
    /// Reads `default`, `eu`, `ap` (any case, empty means default), or an address; without a
    /// scheme `https` is meant. An address of a region becomes that region.
    ///
    /// A lone word without a scheme is a region with a typing error rather than a host of this network, which is written
    /// with its scheme or port.
    ///
    /// # Errors
    /// [`HostError`] with the first fault.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "" | "default" | "us" => return Ok(Self::Default),
            "eu" => return Ok(Self::Eu),
            "ap" => return Ok(Self::Ap),
            _ => {}
        }
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("https://{text}"))
        }
        .map_err(|_| HostError::NotAnAddress)?;
        check(&url)?;
        if !text.contains("://") && is_lone_word(&url) {
            return Err(HostError::NotAnAddress);
        }
        Ok(if url == *DEFAULT {
            Self::Default
        } else if url == *EU {
            Self::Eu
        } else if url == *AP {
            Self::Ap
        } else {
            Self::Custom(url)
        })
    }

    /// The address, without query and fragment; its path is `/` unless a custom one says more.
    pub fn url(&self) -> Url {
        match self {
            Self::Default => DEFAULT.clone(),
            Self::Eu => EU.clone(),
            Self::Ap => AP.clone(),
            Self::Custom(url) => url.clone(),
        }
    }

    /// Whether requests stay on this computer.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Custom(url) => is_loopback(url),
            Self::Default | Self::Eu | Self::Ap => false,
        }
    }
}

impl fmt::Display for ApiHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Eu => f.write_str("eu"),
            Self::Ap => f.write_str("ap"),
            Self::Custom(url) => f.write_str(url.as_str()),
        }
    }
}

impl FromStr for ApiHost {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ApiHost {
    type Error = HostError;

    fn try_from(text: String) -> Result<Self, HostError> {
        Self::parse(&text)
    }
}

impl From<ApiHost> for String {
    fn from(host: ApiHost) -> Self {
        host.to_string()
    }
}

pub(crate) fn check(url: &Url) -> Result<(), HostError> {
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) => {}
        "http" => return Err(HostError::PlainHttp),
        _ => return Err(HostError::Scheme),
    }
    if url.host().is_none() {
        return Err(HostError::NotAnAddress);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(HostError::Userinfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(HostError::Query);
    }
    Ok(())
}

fn is_lone_word(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name != "localhost" && !name.trim_end_matches('.').contains('.') && url.port().is_none()
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => false,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[expect(
    clippy::expect_used,
    reason = "the three literals of this file; a test parses each"
)]
fn known(text: &str) -> Url {
    Url::parse(text).expect("a literal address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_names_and_addresses() {
        for (text, host, address) in [
            ("", ApiHost::Default, "https://api.cloudinary.com/"),
            ("Default", ApiHost::Default, "https://api.cloudinary.com/"),
            (
                "https://api.cloudinary.com",
                ApiHost::Default,
                "https://api.cloudinary.com/",
            ),
            ("eu", ApiHost::Eu, "https://api-eu.cloudinary.com/"),
            (
                "https://api-eu.cloudinary.com/",
                ApiHost::Eu,
                "https://api-eu.cloudinary.com/",
            ),
            (
                "api-ap.cloudinary.com",
                ApiHost::Ap,
                "https://api-ap.cloudinary.com/",
            ),
        ] {
            let parsed = ApiHost::parse(text).unwrap();
            assert_eq!(parsed, host);
            assert_eq!(parsed.url().as_str(), address);
        }
    }

    #[test]
    fn plain_http_stays_on_this_computer() {
        for text in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:1",
            "http://localhost:3000/base",
        ] {
            assert!(ApiHost::parse(text).unwrap().is_loopback(), "{text}");
        }
        for text in [
            "http://api.cloudinary.com",
            "http://128.0.0.1",
            "http://localhost.example.com",
            "http://[::2]",
        ] {
            assert_eq!(ApiHost::parse(text), Err(HostError::PlainHttp), "{text}");
        }
    }

    #[test]
    fn other_faults_are_told_apart() {
        assert_eq!(ApiHost::parse("ftp://example.com"), Err(HostError::Scheme));
        assert_eq!(ApiHost::parse("https://"), Err(HostError::NotAnAddress));
        assert_eq!(
            ApiHost::parse("https://user:pw@example.com"),
            Err(HostError::Userinfo)
        );
        assert_eq!(
            ApiHost::parse("https://example.com?x=1"),
            Err(HostError::Query)
        );
    }

    #[test]
    fn a_lone_word_is_a_region_with_a_typing_error() {
        for text in ["bla", "eu1", "defualt", "EU.", "bla/", "bla/v1"] {
            assert_eq!(ApiHost::parse(text), Err(HostError::NotAnAddress), "{text}");
        }
        for text in [
            "localhost",
            "bla:8443",
            "192.0.2.1",
            "[2001:db8::1]",
            "api.example.com",
            "https://bla",
        ] {
            let host = ApiHost::parse(text).unwrap();
            assert_eq!(ApiHost::parse(&host.to_string()), Ok(host), "{text}");
        }
    }

    #[test]
    fn json_is_one_text() {
        let custom = ApiHost::parse("http://127.0.0.1:8080").unwrap();
        let text = serde_json::to_string(&[custom.clone(), ApiHost::Eu]).unwrap();
        assert_eq!(text, r#"["http://127.0.0.1:8080/","eu"]"#);
        let back: Vec<ApiHost> = serde_json::from_str(&text).unwrap();
        assert_eq!(back, [custom, ApiHost::Eu]);
        assert!(serde_json::from_str::<ApiHost>(r#""http://example.com""#).is_err());
    }
}
