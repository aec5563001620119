//! Links as text: what “copy as” puts on the clipboard, `aloft upload --format` and `aloft library link` print.

mod address;
mod markup;
mod template;

use cloudinary::{Crop, DeliveryHost, Rendition};
use engine::{Receipt, ResourceType};

use crate::contract::{self, LinkForm, LinkFormat, Problem, ProblemKind};
use crate::problems;

pub(crate) use address::needs_signature;
pub use address::{LinkKey, delivery_address};

/// What a link is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The file's name, for people.
    pub name: &'a str,
    /// What a picture shows, in words; the name where nobody said it.
    pub alt: &'a str,
    /// What is stored.
    pub receipt: &'a Receipt,
}

/// Where a rendition of the subject is delivered; the text is the extension of another format than the stored one.
pub(crate) type Addresses<'a> = dyn Fn(&Rendition, Option<&str>) -> String + 'a;

/// One finished upload's link as it was stored, on one line, without its account: nothing new is signed.
///
/// # Errors
/// [`ProblemKind::BadValue`] for a template that cannot be filled in.
pub fn stored_link(
    format: &LinkFormat,
    subject: Subject<'_>,
    cloud_name: &str,
) -> Result<String, Problem> {
    let host = DeliveryHost::default();
    let addresses = |rendition: &Rendition, extension: Option<&str>| {
        address(
            subject.receipt,
            cloud_name,
            &host,
            (rendition, extension),
            None,
        )
    };
    written(&LinkForm::plain(format.clone()), subject, &addresses)
}

/// The service's own link where nothing is changed and nothing has to be signed, else one that is built.
pub(crate) fn address(
    receipt: &Receipt,
    cloud_name: &str,
    host: &DeliveryHost,
    (rendition, extension): (&Rendition, Option<&str>),
    key: Option<&LinkKey>,
) -> String {
    if *rendition == Rendition::default() && extension.is_none() && key.is_none() {
        return receipt.url.clone();
    }
    delivery_address(receipt, cloud_name, host, (rendition, extension), key)
}

/// A link in the form asked for.
///
/// # Errors
/// [`ProblemKind::BadValue`] for a template that cannot be filled in.
pub(crate) fn written(
    form: &LinkForm,
    subject: Subject<'_>,
    addresses: &Addresses<'_>,
) -> Result<String, Problem> {
    let rendition = rendition(form, subject.receipt);
    let address = || addresses(&rendition, None);
    let is_image = subject.receipt.resource_type == ResourceType::Image;
    Ok(match &form.format {
        LinkFormat::Url => address(),
        LinkFormat::Markdown => markup::markdown(&address(), subject, is_image),
        LinkFormat::Html if is_image => markup::image(&address(), subject),
        LinkFormat::Html => markup::anchor(&address(), subject),
        LinkFormat::Bbcode => markup::bbcode(&address(), subject, is_image),
        LinkFormat::Picture => markup::element(subject, &rendition, addresses),
        LinkFormat::Template { text } => {
            let size = size_of(&rendition, subject.receipt);
            template::filled(text, subject, &address(), size)
                .map_err(|fault| problems::problem(ProblemKind::BadValue, fault.words()))?
        }
    })
}

/// How an asset is delivered for a form. Of raw files nothing can be made, and sound has no size.
pub(crate) fn rendition(form: &LinkForm, receipt: &Receipt) -> Rendition {
    rendition_of(form, receipt.resource_type, receipt.format.as_deref())
}

fn rendition_of(form: &LinkForm, kind: ResourceType, format: Option<&str>) -> Rendition {
    let as_is = Rendition::default();
    match kind {
        ResourceType::Raw | ResourceType::Auto => as_is,
        ResourceType::Video if is_sound(kind, format) => as_is,
        ResourceType::Image | ResourceType::Video => Rendition {
            width: form.width,
            height: form.height,
            crop: form.crop.map(crop),
            optimised: form.optimised,
        },
    }
}

/// Whether the form asks for a change that assets of this type and format cannot have.
pub(crate) fn is_unchanged(form: &LinkForm, kind: ResourceType, format: Option<&str>) -> bool {
    let wanted = form.optimised || form.width.is_some() || form.height.is_some();
    wanted && rendition_of(form, kind, format) == Rendition::default()
}

/// Pixels of what is delivered, where those of what is stored are known.
pub(crate) fn size_of(rendition: &Rendition, receipt: &Receipt) -> Option<(u32, u32)> {
    Some(rendition.size_of((receipt.width?, receipt.height?)))
}

/// The service keeps sound among videos.
fn is_sound(kind: ResourceType, format: Option<&str>) -> bool {
    const SOUND: [&str; 8] = ["mp3", "wav", "ogg", "m4a", "aac", "flac", "opus", "aiff"];
    kind == ResourceType::Video && SOUND.contains(&format.unwrap_or_default())
}

fn crop(crop: contract::Crop) -> Crop {
    match crop {
        contract::Crop::Limit => Crop::Limit,
        contract::Crop::Fit => Crop::Fit,
        contract::Crop::Fill => Crop::Fill,
        contract::Crop::Thumb => Crop::Thumb,
        contract::Crop::Pad => Crop::Pad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn receipt(
        kind: &str,
        public_id: &str,
        format: Option<&str>,
        size: Option<(u32, u32)>,
    ) -> Receipt {
        serde_json::from_value(serde_json::json!({
            "public_id": public_id, "version": 17, "resource_type": kind, "delivery_type": "upload", "format": format,
            "width": size.map(|size| size.0), "height": size.map(|size| size.1),
            "url": format!("https://res.example/c/{kind}/upload/v17/{public_id}.{}", format.unwrap_or_default()),
        }))
        .unwrap()
    }

    pub(super) fn in_form(form: LinkForm, receipt: &Receipt, addresses: &Addresses<'_>) -> String {
        let subject = Subject {
            name: "boat.jpg",
            alt: "A boat",
            receipt,
        };
        written(&form, subject, addresses).unwrap()
    }

    #[test]
    fn of_raw_files_and_sound_nothing_is_made() {
        let form = LinkForm {
            optimised: true,
            width: Some(400),
            ..LinkForm::default()
        };
        let host = DeliveryHost::default();
        for (stored, unchanged) in [
            (receipt("image", "a", Some("jpg"), Some((900, 900))), false),
            (receipt("video", "a", Some("mp4"), Some((900, 900))), false),
            (receipt("video", "a", Some("mp3"), None), true),
            (receipt("raw", "a.csv", None, None), true),
        ] {
            let kept = is_unchanged(&form, stored.resource_type, stored.format.as_deref());
            assert_eq!(kept, unchanged, "{stored:?}");
            let addresses = |rendition: &Rendition, extension: Option<&str>| {
                address(&stored, "c", &host, (rendition, extension), None)
            };
            let link = in_form(form.clone(), &stored, &addresses);
            assert_eq!(link == stored.url, unchanged, "{link}");
            assert!(link.starts_with("https://res.example/c/"), "{link}");
        }
    }
}
