use cloudinary::{DeliveryHost, Link, LinkSignature, Rendition};
use engine::{Receipt, ResourceType};
use secrecy::SecretString;
use signing::Algorithm;
use signing::delivery::Length;

use crate::carrier;

/// What links of an account are signed with.
#[derive(Clone, Debug)]
pub struct LinkKey {
    /// The account's secret.
    pub secret: SecretString,
    /// The account's hash.
    pub algorithm: Algorithm,
}

/// Where an asset is delivered as `rendition` says, with another extension than the stored one if one is given. What is
/// delivered to everybody is never signed.
pub fn delivery_address(
    receipt: &Receipt,
    cloud_name: &str,
    host: &DeliveryHost,
    (rendition, extension): (&Rendition, Option<&str>),
    key: Option<&LinkKey>,
) -> String {
    let kind = carrier::client_type(receipt.resource_type);
    let format = match receipt.resource_type {
        ResourceType::Raw => None,
        ResourceType::Image | ResourceType::Video | ResourceType::Auto => {
            extension.or(receipt.format.as_deref())
        }
    };
    let key = key.filter(|_| needs_signature(receipt));
    cloudinary::delivery_url(&Link {
        host: &host_of(receipt).unwrap_or_else(|| host.clone()),
        cloud_name,
        resource_type: kind,
        delivery_type: carrier::delivery_type(&receipt.delivery_type),
        transformation: &rendition.transformation(kind),
        version: (receipt.version > 0).then_some(receipt.version),
        public_id: &receipt.public_id,
        format,
        signature: key.map(|key| LinkSignature {
            secret: &key.secret,
            algorithm: key.algorithm,
            length: Length::Short,
        }),
    })
}

/// Whether only a signed link is answered. (The original of a `private` asset; everything of an `authenticated` one.)
pub(crate) fn needs_signature(receipt: &Receipt) -> bool {
    receipt.delivery_type != "upload"
}

/// Where the service itself said that the asset is: what is made of it is there too, whatever the account's settings are.
fn host_of(receipt: &Receipt) -> Option<DeliveryHost> {
    let types = format!(
        "/{}/{}/",
        receipt.resource_type.as_str(),
        receipt.delivery_type
    );
    let (base, _) = receipt.url.split_once(&types)?;
    base.starts_with("http").then(|| DeliveryHost::Own {
        base: base.to_owned(),
        with_cloud_name: false,
    })
}
