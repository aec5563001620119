//! What the service answered, as the queue keeps it.

use cloudinary::{Asset, DeliveryHost, Target};
use credentials::Account;
use engine::{Receipt, ResourceType};
use serde_json::{Map, Value};

use super::link;

/// Whether the stored bytes may rightly differ from the file's.
pub(super) fn is_transformed(params: &Map<String, Value>) -> bool {
    [
        "transformation",
        "format",
        "raw_convert",
        "background_removal",
    ]
    .iter()
    .any(|name| {
        params
            .get(*name)
            .is_some_and(|value| !value.is_null() && value != "")
    })
}

pub(super) fn receipt(
    asset: &Asset,
    account: &Account,
    target: &Target,
    transformed: bool,
) -> Receipt {
    let signature_verified = match &target.auth {
        cloudinary::Auth::Signed { secret, .. } => asset.is_genuine(secret),
        cloudinary::Auth::Unsigned { .. } => None,
    };
    let pixels = |count: Option<u64>| count.and_then(|count| u32::try_from(count).ok());
    let mut receipt = Receipt {
        public_id: asset.public_id.clone(),
        asset_id: asset.asset_id.clone(),
        version: asset.version,
        resource_type: match asset.resource_type.as_deref() {
            Some("video") => ResourceType::Video,
            Some("raw") => ResourceType::Raw,
            _ => ResourceType::Image,
        },
        delivery_type: asset
            .delivery_type
            .clone()
            .unwrap_or_else(|| "upload".to_owned()),
        format: asset.format.clone(),
        bytes: asset.bytes,
        width: pixels(asset.width),
        height: pixels(asset.height),
        etag: asset.etag.clone(),
        url: String::new(),
        existing: asset.existing,
        signature_verified,
        created_at: asset.created_at.clone(),
        transformed,
    };
    // The service's own link where it is one; an answer without a link still has one that we build.
    receipt.url = asset
        .secure_url
        .clone()
        .or_else(|| asset.url.clone())
        .unwrap_or_else(|| link(&DeliveryHost::default(), &account.cloud_name, &receipt));
    receipt
}
