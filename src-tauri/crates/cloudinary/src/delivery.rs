use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use signing::Algorithm;
use signing::delivery::{Length, signature};

use crate::{DeliveryType, ResourceType};

/// What stays as it is inside a public ID: `A-Za-z0-9_.-/:`, like the Python SDK. Parentheses are encoded, so that
/// links survive Markdown.
const ID: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'/')
    .remove(b':');

/// Where assets are served from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DeliveryHost {
    /// `https://res.cloudinary.com/{cloud name}/`.
    #[default]
    Shared,
    /// `https://{cloud name}-res.cloudinary.com/`.
    Private,
    /// The account's own host.
    Own {
        /// `https://assets.example.com`, without a slash at its end.
        base: String,
        /// Whether the cloud name comes first in the path.
        with_cloud_name: bool,
    },
}

impl DeliveryHost {
    /// From the options that the SDKs read: `secure_distribution` before `cname`, and the cloud name in the path unless `private_cdn`.
    #[must_use]
    pub fn from_options(
        secure_distribution: Option<&str>,
        private_cdn: bool,
        cname: Option<&str>,
    ) -> Self {
        let own = secure_distribution
            .or(cname)
            .filter(|host| !host.is_empty());
        match own {
            Some(host) => Self::Own {
                base: format!("https://{}", host.trim_end_matches('/')),
                with_cloud_name: !private_cdn,
            },
            None if private_cdn => Self::Private,
            None => Self::Shared,
        }
    }
}

/// The parts of a delivery link.
#[derive(Debug, Clone)]
pub struct Link<'a> {
    /// Where it is served from.
    pub host: &'a DeliveryHost,
    /// The account's cloud.
    pub cloud_name: &'a str,
    /// Kind of asset; never `Auto` in a link that works.
    pub resource_type: ResourceType,
    /// How it is delivered.
    pub delivery_type: DeliveryType,
    /// `f_auto,q_auto` or `c_fill,w_300/e_sepia`; empty for none.
    pub transformation: &'a str,
    /// The asset's version.
    pub version: Option<u64>,
    /// The ID as the service wrote it, not encoded.
    pub public_id: &'a str,
    /// Becomes the extension. Leave it out for raw assets: their ID has one.
    pub format: Option<&'a str>,
    /// Needed for `authenticated` assets, and for the original of `private` ones.
    pub signature: Option<LinkSignature<'a>>,
}

/// How a link is signed.
#[derive(Debug, Clone)]
pub struct LinkSignature<'a> {
    /// The account's secret.
    pub secret: &'a SecretString,
    /// The hash; ignored for long signatures.
    pub algorithm: Algorithm,
    /// 8 or 32 characters.
    pub length: Length,
}

/// Builds the link over TLS:
/// `{host}/{cloud}/{resource type}/{delivery type}/[s--…--/][transformation/][v{version}/]{public ID}[.{format}]`.
///
/// An ID with a folder in it and no version gets `v1`, as in the SDKs. (Source: the official SDKs; vectors in the tests.)
#[must_use]
pub fn delivery_url(link: &Link<'_>) -> String {
    let mut id = utf8_percent_encode(link.public_id, ID).to_string();
    if let Some(format) = link.format.filter(|format| !format.is_empty()) {
        let _ = write!(id, ".{}", utf8_percent_encode(format, ID));
    }
    let cloud = utf8_percent_encode(link.cloud_name, ID).to_string();
    let base = match link.host {
        DeliveryHost::Shared => format!("https://res.cloudinary.com/{cloud}"),
        DeliveryHost::Private => format!("https://{cloud}-res.cloudinary.com"),
        DeliveryHost::Own {
            base,
            with_cloud_name: true,
        } => format!("{base}/{cloud}"),
        DeliveryHost::Own {
            base,
            with_cloud_name: false,
        } => base.clone(),
    };
    let signed = link.signature.as_ref().map(|how| {
        let text = signature(
            link.transformation,
            &id,
            how.secret,
            how.algorithm,
            how.length,
        );
        format!("s--{text}--")
    });
    let version = match link.version {
        Some(version) => Some(format!("v{version}")),
        None if link.public_id.contains('/') => Some("v1".to_owned()),
        None => None,
    };
    let mut url = format!("{base}/{}/{}", link.resource_type, link.delivery_type);
    let transformation = link.transformation.replace(' ', "%20");
    let parts = [signed, Some(transformation), version, Some(id)];
    for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
        url.push('/');
        url.push_str(&part);
    }
    url
}
