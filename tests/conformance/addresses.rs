//! Where Aloft says that a transformed asset is delivered, against the official Node SDK's own address of it.

use app::links::{LinkKey, delivery_address};
use app::signing::Algorithm;
use app::{Crop, DeliveryHost, Receipt, Rendition, ResourceType, SecretString};
use serde_json::{Value, json};

use crate::clients::{Sdk, through};

const CLOUD: &str = "test123";
const SECRET: &str = "b";

/// An asset, and how it is wanted.
struct Case {
    kind: ResourceType,
    delivery_type: &'static str,
    public_id: &'static str,
    format: Option<&'static str>,
    rendition: Rendition,
    algorithm: Algorithm,
}

impl Case {
    fn ours(&self, host: &DeliveryHost) -> String {
        let receipt: Receipt = serde_json::from_value(json!({
            "public_id": self.public_id, "version": 1234, "resource_type": self.kind.as_str(),
            "delivery_type": self.delivery_type, "format": self.format, "url": "",
        }))
        .unwrap();
        let key = LinkKey {
            secret: SecretString::from(SECRET),
            algorithm: self.algorithm,
        };
        delivery_address(&receipt, CLOUD, host, (&self.rendition, None), Some(&key))
    }

    /// As a program writes it that uses the SDK: each change by its name, the optimising one last.
    fn for_sdk(&self, more: &Value) -> String {
        let Rendition {
            width,
            height,
            crop,
            optimised,
        } = self.rendition;
        let (is_image, is_raw) = (
            self.kind == ResourceType::Image,
            self.kind == ResourceType::Raw,
        );
        let both = width.is_some() && height.is_some();
        let crop = crop.unwrap_or(if both { Crop::Fill } else { Crop::Limit });
        let mut steps = Vec::new();
        if !is_raw && (width.is_some() || height.is_some()) {
            let cuts = matches!(crop, Crop::Fill | Crop::Thumb) && is_image;
            steps.push(json!({
                "width": width, "height": height, "crop": crop.as_str(), "gravity": cuts.then_some("auto"),
            }));
        }
        if !is_raw && optimised {
            let format = if is_image { "auto" } else { "auto:video" };
            steps.push(json!({ "fetch_format": format, "quality": "auto" }));
        }
        let algorithm = self.algorithm.to_string();
        let mut config = json!({ "cloud_name": CLOUD, "api_key": "a", "api_secret": SECRET, "signature_algorithm": algorithm });
        config
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "public_id": self.public_id, "config": config, "options": {
            "resource_type": self.kind.as_str(), "type": self.delivery_type, "version": 1234, "format": self.format,
            "sign_url": self.delivery_type != "upload", "transformation": steps,
        }})
        .to_string()
    }
}

fn cases() -> Vec<Case> {
    let of = |width, height, crop, optimised| Rendition {
        width,
        height,
        crop,
        optimised,
    };
    let renditions = [
        of(None, None, None, false),
        of(None, None, None, true),
        of(Some(800), None, None, true),
        of(None, Some(600), Some(Crop::Fit), false),
        of(Some(300), Some(200), None, true),
        of(Some(300), Some(200), Some(Crop::Thumb), false),
        of(Some(300), Some(200), Some(Crop::Limit), false),
        of(Some(64), Some(64), Some(Crop::Pad), true),
    ];
    let assets = [
        (ResourceType::Image, "sample", Some("jpg")),
        (ResourceType::Image, "trips/day one/föhr_写", Some("png")),
        (ResourceType::Image, "a b, c=d", Some("webp")),
        (ResourceType::Video, "clips/ferry", Some("mp4")),
        (ResourceType::Raw, "tables/tide.csv", None),
    ];
    let mut cases = Vec::new();
    for rendition in renditions {
        for (kind, public_id, format) in assets {
            for delivery_type in ["upload", "private", "authenticated"] {
                for algorithm in [Algorithm::Sha1, Algorithm::Sha256] {
                    cases.push(Case {
                        kind,
                        delivery_type,
                        public_id,
                        format,
                        rendition,
                        algorithm,
                    });
                }
            }
        }
    }
    cases
}

#[test]
fn the_node_sdk_builds_the_same_addresses() {
    for (host, config) in [
        (DeliveryHost::Shared, json!({})),
        (DeliveryHost::Private, json!({ "private_cdn": true })),
    ] {
        let cases = cases();
        let lines: Vec<String> = cases.iter().map(|case| case.for_sdk(&config)).collect();
        let theirs = through(Sdk::Node.script("url"), &lines);
        for ((case, line), theirs) in cases.iter().zip(&lines).zip(&theirs) {
            assert_eq!(&case.ours(&host), theirs, "{line}");
        }
    }
}
