//! `CLOUDINARY_URL`, as the SDKs read it and as people paste it.
//!
//! The form is `cloudinary://<key>:<secret>@<cloud>[/<secure_distribution>][?option=value&…]`.
//! Key and secret are taken byte for byte: nothing is percent-decoded, trimmed or lower-cased in
//! them, so the `url` crate never sees them. The whole line around it is accepted too, see
//! [`parse`].

mod line;

use jiff::Timestamp;
use secrecy::SecretString;
use url::form_urlencoded;

use crate::{
    Access, Account, AccountId, ApiHost, Delivery, HostError, Keeping, Origin, SignatureAlgorithm,
    SignatureVersion, Verification,
    shape::{self, Fault},
};

/// What a `CLOUDINARY_URL` says.
#[derive(Debug)]
pub struct Parsed {
    /// The cloud name, in the case it was given.
    pub cloud_name: String,
    /// Signed; or unsigned when there is no key and an `upload_preset` option.
    pub access: Access,
    /// The API secret; present exactly when `access` is signed.
    pub secret: Option<SecretString>,
    /// From `upload_prefix`.
    pub host: ApiHost,
    /// From the path, `secure_distribution`, `private_cdn` and `cname`.
    pub delivery: Delivery,
    /// From `api_proxy`, unchecked; a proxy's address may hold a password.
    pub api_proxy: Option<SecretString>,
    /// From `timeout`, in the unit of the SDK it was written for: milliseconds for Node, seconds
    /// for Python.
    pub timeout: Option<u64>,
    /// Names of options that mean nothing here, in the order they came. Their values are dropped:
    /// they may be secrets.
    pub ignored_options: Vec<String>,
}

/// The part of the text that is wrong, and how. It holds nothing of what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing but space and quotes.
    #[error("There is no CLOUDINARY_URL in the text. It looks like cloudinary://key:secret@cloud.")]
    Empty,
    /// More than one line with something on it.
    #[error("The text has several lines. Paste only the line with CLOUDINARY_URL.")]
    SeveralLines,
    /// It does not begin with `cloudinary://`.
    #[error(
        "A CLOUDINARY_URL begins with cloudinary://, and this text does not. Copy it again from the console, under API keys."
    )]
    Scheme,
    /// The part before the first `:`.
    #[error(
        "The API key in the CLOUDINARY_URL {0}. It stands between cloudinary:// and the colon."
    )]
    ApiKey(Fault),
    /// The part between the first `:` and the last `@`.
    #[error(
        "The API secret in the CLOUDINARY_URL {0}. It stands between the colon and the @; reveal it in the console before you copy."
    )]
    Secret(Fault),
    /// The part after the `@`.
    #[error("The cloud name in the CLOUDINARY_URL {0}. It stands after the @.")]
    CloudName(Fault),
    /// An `upload_prefix` that is no usable address.
    #[error("The option upload_prefix of the CLOUDINARY_URL cannot be used. {0}")]
    UploadPrefix(HostError),
    /// An option with a value it cannot have.
    #[error("The option {name} of the CLOUDINARY_URL must be {expected}.")]
    Option {
        /// The option's name.
        name: &'static str,
        /// The values it may have.
        expected: Expected,
    },
    /// A sign-in of the official command-line tool, which is that tool's own.
    #[error(
        "This CLOUDINARY_URL holds a sign-in (oauth_token) of another program. Aloft needs an API key and its secret: copy them from the console, under API keys."
    )]
    OAuth,
}

/// What an option of a `CLOUDINARY_URL` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Expected {
    /// A signature algorithm.
    #[error("sha1 or sha256")]
    Algorithm,
    /// A signature version.
    #[error("1 or 2")]
    Version,
    /// Seconds.
    #[error("a whole number")]
    WholeNumber,
    /// A preset.
    #[error("the name of an upload preset")]
    PresetName,
    /// Yes or no.
    #[error("true or false")]
    Truth,
}

/// The field that an error is about, for a form that wants to point at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The text as a whole.
    Text,
    /// `cloudinary://`.
    Scheme,
    /// The API key.
    ApiKey,
    /// The API secret.
    Secret,
    /// The cloud name.
    CloudName,
    /// The option of this name.
    Option(&'static str),
}

impl UrlError {
    /// The part that is wrong.
    pub fn part(&self) -> Part {
        match self {
            Self::Empty | Self::SeveralLines => Part::Text,
            Self::Scheme => Part::Scheme,
            Self::ApiKey(_) => Part::ApiKey,
            Self::Secret(_) => Part::Secret,
            Self::CloudName(_) => Part::CloudName,
            Self::UploadPrefix(_) => Part::Option("upload_prefix"),
            Self::Option { name, .. } => Part::Option(name),
            Self::OAuth => Part::Option("oauth_token"),
        }
    }
}

/// Reads a `CLOUDINARY_URL`, or a line that sets it: `CLOUDINARY_URL=…`, `export CLOUDINARY_URL="…"`,
/// `CLOUDINARY_URL: …`, with space and quotes around any of these.
///
/// # Errors
/// [`UrlError`] names the part that is wrong and never holds any of the text.
pub fn parse(text: &str) -> Result<Parsed, UrlError> {
    let url = line::value(text)?;
    let rest = without_scheme(url).ok_or(UrlError::Scheme)?;
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));

    // As the SDKs do it: the last `@` ends the secret, the first `:` begins it.
    let (userinfo, cloud_name) = match authority.rsplit_once('@') {
        Some((userinfo, cloud_name)) => (Some(userinfo), cloud_name),
        None => (None, authority),
    };
    // An `@` behind a `/`, `?` or `#` is a secret that holds one of these. Its pieces must not be
    // taken for a cloud name, a path or an option, all of which are shown.
    let is_cut = userinfo.is_none() && authority.contains(':') && query.contains('@');
    if is_cut || path.contains('@') || fragment.contains('@') {
        return Err(UrlError::Secret(Fault::Character));
    }
    let options = Options::read(query)?;
    let (access, secret) = options.access(userinfo)?;
    shape::cloud_name(cloud_name).map_err(UrlError::CloudName)?;

    let mut delivery = options.delivery;
    // A lone `/` at the end is how people copy addresses; the SDKs take any path for a private CDN.
    if !path.is_empty() {
        delivery.private_cdn = true;
        delivery.secure_distribution = Some(path.to_owned());
    }
    Ok(Parsed {
        cloud_name: cloud_name.to_owned(),
        access,
        secret,
        host: options.host,
        delivery,
        api_proxy: options.api_proxy,
        timeout: options.timeout,
        ignored_options: options.ignored,
    })
}

impl Parsed {
    /// The account these values make, unverified, and its secret. An account from the environment
    /// keeps its secret for this run, an unsigned one has none, any other keeps it in `keeping`.
    pub fn into_account(
        self,
        label: &str,
        origin: Origin,
        keeping: Keeping,
        now: Timestamp,
    ) -> (Account, Option<SecretString>) {
        let id = match origin {
            Origin::Saved => AccountId::random(),
            Origin::Environment => {
                AccountId::environment(&self.cloud_name, &self.access, &self.host)
            }
            Origin::Sandbox => AccountId::sandbox(),
        };
        let keeping = match (&self.access, origin) {
            (Access::Unsigned { .. }, _) => Keeping::Nothing,
            (Access::Signed { .. }, Origin::Environment | Origin::Sandbox) => Keeping::SessionOnly,
            (Access::Signed { .. }, Origin::Saved) => keeping,
        };
        let account = Account {
            id,
            label: label.to_owned(),
            cloud_name: self.cloud_name,
            access: self.access,
            host: self.host,
            verification: Verification::Unverified,
            origin,
            keeping,
            created_at: now,
            delivery: self.delivery,
            key_since: None,
            rotation: None,
        };
        (account, self.secret)
    }
}

fn without_scheme(url: &str) -> Option<&str> {
    const SCHEME: &str = "cloudinary://";
    let head = url.get(..SCHEME.len())?;
    head.eq_ignore_ascii_case(SCHEME)
        .then(|| &url[SCHEME.len()..])
}

#[derive(Default)]
struct Options {
    host: ApiHost,
    algorithm: SignatureAlgorithm,
    version: SignatureVersion,
    delivery: Delivery,
    upload_preset: Option<String>,
    api_proxy: Option<SecretString>,
    timeout: Option<u64>,
    ignored: Vec<String>,
}

impl Options {
    /// Of options that come twice, the last counts.
    fn read(query: &str) -> Result<Self, UrlError> {
        let mut options = Self::default();
        let text = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "oauth_token" | "refresh_token" => return Err(UrlError::OAuth),
                "upload_prefix" => {
                    options.host = ApiHost::parse(&value).map_err(UrlError::UploadPrefix)?;
                }
                "signature_algorithm" => {
                    options.algorithm = value.parse().map_err(|_| UrlError::Option {
                        name: "signature_algorithm",
                        expected: Expected::Algorithm,
                    })?;
                }
                "signature_version" => {
                    options.version = value.parse().map_err(|_| UrlError::Option {
                        name: "signature_version",
                        expected: Expected::Version,
                    })?;
                }
                "private_cdn" => options.delivery.private_cdn = truth("private_cdn", &value)?,
                "secure_distribution" => options.delivery.secure_distribution = text(&value),
                "cname" => options.delivery.cname = text(&value),
                "api_proxy" => options.api_proxy = text(&value).map(SecretString::from),
                "timeout" => {
                    options.timeout = Some(value.parse().map_err(|_| UrlError::Option {
                        name: "timeout",
                        expected: Expected::WholeNumber,
                    })?);
                }
                "upload_preset" => {
                    shape::upload_preset(&value).map_err(|_| UrlError::Option {
                        name: "upload_preset",
                        expected: Expected::PresetName,
                    })?;
                    options.upload_preset = text(&value);
                }
                _ if name.contains('@') => return Err(UrlError::Secret(Fault::Character)),
                _ => options.ignored.push(name.into_owned()),
            }
        }
        Ok(options)
    }

    fn access(&self, userinfo: Option<&str>) -> Result<(Access, Option<SecretString>), UrlError> {
        let (api_key, secret) = match userinfo {
            Some(userinfo) => match userinfo.split_once(':') {
                Some((api_key, secret)) => (api_key, Some(secret)),
                None => (userinfo, None),
            },
            None => ("", None),
        };
        if let (None, Some(preset)) = (secret, &self.upload_preset) {
            return Ok((
                Access::Unsigned {
                    upload_preset: preset.clone(),
                },
                None,
            ));
        }
        shape::api_key(api_key).map_err(UrlError::ApiKey)?;
        let secret = secret.unwrap_or_default();
        shape::secret(secret).map_err(UrlError::Secret)?;
        let access = Access::Signed {
            api_key: api_key.to_owned(),
            algorithm: self.algorithm,
            version: self.version,
        };
        Ok((access, Some(SecretString::from(secret))))
    }
}

fn truth(name: &'static str, value: &str) -> Result<bool, UrlError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" | "" => Ok(false),
        _ => Err(UrlError::Option {
            name,
            expected: Expected::Truth,
        }),
    }
}
