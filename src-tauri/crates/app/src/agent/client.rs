//! A client: who it is, what it may, and for how long.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use credentials::Account;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use signing::policy::Opened;
use subtle::ConstantTimeEq;

use super::faults;
use crate::contract::{Problem, ProblemKind};
use crate::problems;

/// How long an approval for an hour lasts.
const HOUR: Duration = Duration::from_secs(60 * 60);
/// How long one for a single use waits for it.
const ONE_USE: Duration = Duration::from_secs(10 * 60);
/// Characters of an origin or a name.
const LONGEST_NAME: usize = 200;
/// Characters of an upload preset's name.
const LONGEST_PRESET: usize = 255;
/// Schemes whose pages are of no origin, or that no page comes by: a browser never names them. Of the others, programs and
/// extensions have one each, of their own making: `app`, `vscode-webview`, `moz-extension`.
const NO_PAGE: [&str; 8] = [
    "about",
    "blob",
    "data",
    "file",
    "ftp",
    "javascript",
    "ws",
    "wss",
];
/// What a token begins with, so that it is recognised where it lies about.
const MARK: &str = "aloft_";

/// The origin of a page, as browsers write it into `Origin`: `http://localhost:3000`, `app://obsidian.md`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// Reads an origin; only as a browser writes it: scheme, host and a port that is not the scheme's own, in lower case.
    /// `None` for anything else, `null` included.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, host) = text.split_once("://")?;
        let is_scheme = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
        let starts_well = scheme.starts_with(|c: char| c.is_ascii_lowercase());
        let is_host =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_:[]".contains(c);
        if text.len() > LONGEST_NAME
            || !starts_well
            || !scheme.chars().all(is_scheme)
            || host.is_empty()
            || !host.chars().all(is_host)
            || NO_PAGE.contains(&scheme)
        {
            return None;
        }
        if matches!(scheme, "http" | "https") {
            let url = url::Url::parse(text).ok()?;
            return (url.origin().ascii_serialization() == text).then(|| Self(text.to_owned()));
        }
        Some(Self(text.to_owned()))
    }

    /// As it stands in `Origin`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// By what a client is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Proof {
    /// Its name is the origin that browsers name.
    Origin,
    /// It holds a token, of which only this is kept.
    Token {
        /// SHA-256 in lowercase hex. A token is 256 random bits, so nothing slower is needed.
        sha256: String,
    },
}

/// Who may ask the agent for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Unique: an origin, or what a token was called.
    pub name: String,
    /// By what it is known.
    #[serde(flatten)]
    pub proof: Proof,
    /// The id of the account that it may use.
    pub account: String,
    /// Whether it may have uploads signed.
    pub may_sign: bool,
    /// Whether it may have files uploaded.
    pub may_upload: bool,
    /// The folders whose files it may name, links resolved.
    pub roots: Vec<PathBuf>,
    /// The upload preset that each of its uploads must name.
    pub preset: Option<String>,
    /// The folder that each of its uploads must name.
    pub folder: Option<String>,
    /// Whether it ends with its next use.
    pub once: bool,
    /// When it ends.
    pub until: Option<Timestamp>,
    /// The user said no.
    pub denied: bool,
}

impl Client {
    /// What is signed for it: what is pinned, and beyond that what the widget has signed.
    pub(super) fn opened(&self) -> Opened {
        Opened {
            upload_preset: self.preset.clone(),
            folder: self.folder.clone(),
            use_filename: Some(true),
            unique_filename: Some(true),
            ..Opened::default()
        }
    }

    /// The same client, held to another account or to other texts. Nothing is pinned for one that only uploads.
    pub(super) fn held_to(
        &self,
        account: &Account,
        preset: &str,
        folder: &str,
    ) -> Result<Self, Problem> {
        let signed = |text: &str| Some(text.trim().to_owned()).filter(|_| self.may_sign);
        let (preset, folder) = (signed(preset), signed(folder));
        let is_preset = |text: &String| {
            let never_signed =
                text.contains(char::is_control) || text.contains('&') || text.contains("%26");
            text.chars().count() <= LONGEST_PRESET && !never_signed
        };
        if !preset.as_ref().is_none_or(is_preset) {
            return Err(faults::bad_preset());
        }
        if let Some(folder) = &folder {
            let fault = engine::check_folder(folder).err();
            if let Some(fault) = fault {
                let words = problems::of_folder(folder, fault);
                return Err(problems::problem(ProblemKind::BadValue, words));
            }
        }
        Ok(Self {
            account: account.id.to_string(),
            preset: filled(preset),
            folder: filled(folder),
            ..self.clone()
        })
    }

    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Takes as long for every token.
    pub(super) fn has_token(&self, digest: &[u8; 32]) -> bool {
        let Proof::Token { sha256 } = &self.proof else {
            return false;
        };
        let own = hex::decode(sha256).unwrap_or_default();
        own.as_slice().ct_eq(digest.as_slice()).into()
    }
}

/// How long an approval lasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lasting {
    /// For one signature or upload, soon.
    Once,
    /// For an hour.
    Hour,
    /// Until it is forgotten.
    #[default]
    Always,
}

/// What a client is to be allowed.
#[derive(Clone, Debug, Default)]
pub struct NewClient {
    /// Label, id or cloud name of an account; `None` is the active one.
    pub account: Option<String>,
    /// Whether it may have uploads signed.
    pub may_sign: bool,
    /// Whether it may have files uploaded.
    pub may_upload: bool,
    /// The folders whose files it may name.
    pub roots: Vec<PathBuf>,
    /// The upload preset that each of its uploads must name.
    pub preset: Option<String>,
    /// The folder that each of its uploads must name.
    pub folder: Option<String>,
    /// How long it lasts.
    pub lasting: Lasting,
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

pub(super) fn shaped(
    name: String,
    proof: Proof,
    account: String,
    new: NewClient,
) -> Result<Client, Problem> {
    if !new.may_sign && (new.preset.is_some() || new.folder.is_some()) {
        return Err(faults::pins_no_uploads());
    }
    let mut roots = Vec::with_capacity(new.roots.len());
    for root in &new.roots {
        let real = root.canonicalize();
        let real = real.map_err(|error| faults::no_folder(root, &error))?;
        if !real.is_dir() {
            return Err(faults::not_a_folder(root));
        }
        roots.push(real);
    }
    let until = |lasting| match lasting {
        Lasting::Once => Some(Timestamp::now() + ONE_USE),
        Lasting::Hour => Some(Timestamp::now() + HOUR),
        Lasting::Always => None,
    };
    Ok(Client {
        name,
        proof,
        account,
        may_sign: new.may_sign,
        may_upload: new.may_upload,
        roots,
        preset: filled(new.preset),
        folder: filled(new.folder),
        once: new.lasting == Lasting::Once,
        until: until(new.lasting),
        denied: false,
    })
}

pub(super) fn usable_name(name: &str) -> Result<&str, Problem> {
    let name = name.trim();
    let is_usable = !name.is_empty()
        && name.chars().nth(LONGEST_NAME).is_none()
        && !name.chars().any(char::is_control)
        && WebOrigin::parse(name).is_none();
    is_usable.then_some(name).ok_or_else(faults::bad_name)
}

pub(super) fn random_token() -> SecretString {
    SecretString::from(format!("{MARK}{}", hex::encode(rand::random::<[u8; 32]>())))
}

pub(super) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_only_as_a_browser_writes_it() {
        let good = [
            "http://localhost:3000",
            "https://example.com",
            "http://[::1]:8080",
            "app://obsidian.md",
            "vscode-webview://0abc-def",
            "chrome-extension://abcdefghijklmnop",
        ];
        for text in good {
            assert_eq!(WebOrigin::parse(text).unwrap().as_str(), text);
        }
        let bad = [
            "null",
            "",
            "localhost:3000",
            "https://example.com/",
            "https://example.com:443",
            "HTTPS://example.com",
            "https://Example.com",
            "https://user@example.com",
            "https://example.com?x",
            "https://exämple.com",
            "https://a b",
            "file://",
            "file://host",
            "ftp://x",
            "ws://localhost:3000",
            "wss://example.com",
            "data://x",
            "1http://x",
        ];
        for text in bad {
            assert_eq!(WebOrigin::parse(text), None, "{text}");
        }
        assert_eq!(
            WebOrigin::parse(&format!("https://{}.com", "a".repeat(300))),
            None
        );
    }

    #[test]
    fn a_token_is_recognised_and_kept_only_as_its_hash() {
        let token = random_token();
        let text = secrecy::ExposeSecret::expose_secret(&token).to_owned();
        assert!(text.starts_with(MARK) && text.len() == MARK.len() + 64);
        let proof = Proof::Token {
            sha256: hex::encode(digest(&text)),
        };
        let new = NewClient::default();
        let client = shaped("x".to_owned(), proof, "a".to_owned(), new).unwrap();
        assert!(client.has_token(&digest(&text)));
        assert!(!client.has_token(&digest("aloft_0")));
        assert!(!serde_json::to_string(&client).unwrap().contains(&text));
    }
}
