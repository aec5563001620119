//! Links in the languages of pages and posts. A name cannot break out of its place.

use std::fmt::Write;

use cloudinary::Rendition;
use engine::ResourceType;

use super::{Addresses, Subject, is_sound, size_of};

/// Widths that a page may choose from, as far as the picture has them.
const WIDTHS: [u32; 4] = [400, 800, 1200, 1600];

pub(super) fn markdown(address: &str, subject: Subject<'_>, is_image: bool) -> String {
    let bang = if is_image { "!" } else { "" };
    let address = address
        .replace(' ', "%20")
        .replace('(', "%28")
        .replace(')', "%29");
    format!("{bang}[{}]({address})", escape_markdown(subject.alt))
}

pub(super) fn image(address: &str, subject: Subject<'_>) -> String {
    let (address, alt) = (escape_html(address), escape_html(subject.alt));
    format!("<img src=\"{address}\" alt=\"{alt}\">")
}

pub(super) fn anchor(address: &str, subject: Subject<'_>) -> String {
    let (address, name) = (escape_html(address), escape_html(subject.name));
    format!("<a href=\"{address}\">{name}</a>")
}

pub(super) fn bbcode(address: &str, subject: Subject<'_>, is_image: bool) -> String {
    if is_image {
        return format!("[img]{address}[/img]");
    }
    let name = subject.name.replace(['[', ']'], " ");
    format!("[url={address}]{name}[/url]")
}

/// The element that shows the asset: a picture in several widths, a video with its poster, sound; a link for the rest.
pub(super) fn element(
    subject: Subject<'_>,
    rendition: &Rendition,
    addresses: &Addresses<'_>,
) -> String {
    match subject.receipt.resource_type {
        ResourceType::Image => picture(subject, rendition, addresses),
        kind @ ResourceType::Video if is_sound(kind, subject.receipt.format.as_deref()) => {
            let address = escape_html(&addresses(rendition, None));
            format!("<audio controls preload=\"none\" src=\"{address}\"></audio>")
        }
        ResourceType::Video => {
            let poster = Rendition {
                optimised: false,
                ..*rendition
            };
            let address = escape_html(&addresses(rendition, None));
            let poster = escape_html(&addresses(&poster, Some("jpg")));
            let size = attributes(size_of(rendition, subject.receipt));
            format!(
                "<video controls preload=\"none\" src=\"{address}\" poster=\"{poster}\"{size}></video>"
            )
        }
        ResourceType::Raw | ResourceType::Auto => anchor(&addresses(rendition, None), subject),
    }
}

fn picture(subject: Subject<'_>, rendition: &Rendition, addresses: &Addresses<'_>) -> String {
    let shown = size_of(rendition, subject.receipt);
    let fallback = escape_html(&addresses(rendition, None));
    let alt = escape_html(subject.alt);
    let size = attributes(shown);
    let img = format!("<img src=\"{fallback}\" alt=\"{alt}\"{size} loading=\"lazy\">");
    let stored = subject.receipt.width.zip(subject.receipt.height);
    let source = stored
        .zip(shown)
        .map(|(stored, shown)| source(rendition, stored, shown, addresses));
    format!("<picture>{}{img}</picture>", source.unwrap_or_default())
}

/// The same picture in the widths that it has: never wider than it is stored, and no wider than a screen with two pixels
/// for one needs where a width was asked for.
fn source(
    rendition: &Rendition,
    stored: (u32, u32),
    shown: (u32, u32),
    addresses: &Addresses<'_>,
) -> String {
    let is_sized = rendition.width.or(rendition.height).is_some();
    let most = if is_sized {
        stored.0.min(shown.0.saturating_mul(2))
    } else {
        stored.0.min(1600)
    };
    let mut widths: Vec<u32> = WIDTHS.into_iter().filter(|width| *width < most).collect();
    widths.push(most);
    let srcset: Vec<String> = widths
        .into_iter()
        .map(|width| {
            let address = addresses(&scaled(rendition, shown, width), None);
            format!("{} {width}w", escape_html(&address))
        })
        .collect();
    let sizes = if is_sized {
        format!("(max-width: {0}px) 100vw, {0}px", shown.0)
    } else {
        "100vw".to_owned()
    };
    format!(
        "<source srcset=\"{}\" sizes=\"{sizes}\">",
        srcset.join(", ")
    )
}

/// The rendition at another width, its shape kept.
fn scaled(rendition: &Rendition, shown: (u32, u32), width: u32) -> Rendition {
    let both = rendition.width.is_some() && rendition.height.is_some();
    let height = f64::from(shown.1) * f64::from(width) / f64::from(shown.0.max(1));
    Rendition {
        width: Some(width),
        height: both.then_some(height.round().max(1.0) as u32),
        ..*rendition
    }
}

fn attributes(size: Option<(u32, u32)>) -> String {
    let mut text = String::new();
    if let Some((width, height)) = size {
        let _ = write!(text, " width=\"{width}\" height=\"{height}\"");
    }
    text
}

fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '[' | ']' | '*' | '_' | '`' | '<' | '>') {
            escaped.push('\\');
        }
        escaped.push(if letter.is_control() { ' ' } else { letter });
    }
    escaped
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Crop, LinkForm, LinkFormat};
    use crate::links::tests::{in_form, receipt};
    use crate::links::written;

    fn address(rendition: &Rendition, extension: Option<&str>) -> String {
        let made = rendition.transformation(cloudinary::ResourceType::Image);
        format!("https://x.example/{made}/a.{}", extension.unwrap_or("jpg"))
    }

    #[test]
    fn a_name_cannot_break_out_of_its_form() {
        let mut stored = receipt("image", "a", Some("png"), None);
        stored.url = "https://res.example/c/image/upload/v1/a(b).png".to_owned();
        let name = "a\"><script>](x)[b]\n.png";
        let as_is = |_: &Rendition, _: Option<&str>| stored.url.clone();
        let subject = Subject {
            name,
            alt: name,
            receipt: &stored,
        };
        let form = |format| written(&LinkForm::plain(format), subject, &as_is).unwrap();
        assert_eq!(
            form(LinkFormat::Markdown),
            "![a\"\\>\\<script\\>\\](x)\\[b\\] .png](https://res.example/c/image/upload/v1/a%28b%29.png)"
        );
        for format in [LinkFormat::Html, LinkFormat::Picture] {
            let html = form(format);
            assert!(!html.contains("<script>") && html.contains("<img src=\"https://"));
        }
        let file = receipt("raw", "x.txt", None, None);
        let subject = Subject {
            name: "x[/url]y",
            alt: "",
            receipt: &file,
        };
        let bbcode = written(&LinkForm::plain(LinkFormat::Bbcode), subject, &as_is).unwrap();
        assert_eq!(bbcode.matches("[/url]").count(), 1);
    }

    #[test]
    fn a_picture_comes_in_the_widths_that_it_has() {
        let stored = receipt("image", "a", Some("jpg"), Some((1000, 500)));
        let plain = in_form(LinkForm::plain(LinkFormat::Picture), &stored, &address);
        assert_eq!(
            plain,
            "<picture><source srcset=\"https://x.example/c_limit,w_400/a.jpg 400w, https://x.example/c_limit,w_800/a.jpg 800w, \
             https://x.example/c_limit,w_1000/a.jpg 1000w\" sizes=\"100vw\"><img src=\"https://x.example//a.jpg\" alt=\"A boat\" \
             width=\"1000\" height=\"500\" loading=\"lazy\"></picture>"
        );
        let square = LinkForm {
            width: Some(300),
            height: Some(300),
            crop: Some(Crop::Fill),
            optimised: true,
            format: LinkFormat::Picture,
        };
        let square = in_form(square, &stored, &address);
        assert_eq!(
            square,
            "<picture><source srcset=\"https://x.example/c_fill,g_auto,h_400,w_400/f_auto,q_auto/a.jpg 400w, \
             https://x.example/c_fill,g_auto,h_600,w_600/f_auto,q_auto/a.jpg 600w\" sizes=\"(max-width: 300px) 100vw, 300px\">\
             <img src=\"https://x.example/c_fill,g_auto,h_300,w_300/f_auto,q_auto/a.jpg\" alt=\"A boat\" width=\"300\" \
             height=\"300\" loading=\"lazy\"></picture>"
        );
    }

    #[test]
    fn what_is_no_picture_is_shown_as_what_it_is() {
        let form = LinkForm {
            width: Some(640),
            ..LinkForm::plain(LinkFormat::Picture)
        };
        let video = receipt("video", "a", Some("mp4"), Some((1920, 1080)));
        assert_eq!(
            in_form(form.clone(), &video, &address),
            "<video controls preload=\"none\" src=\"https://x.example/c_limit,w_640/a.jpg\" \
             poster=\"https://x.example/c_limit,w_640/a.jpg\" width=\"640\" height=\"360\"></video>"
        );
        let sound = receipt("video", "a", Some("mp3"), None);
        let sound = in_form(form.clone(), &sound, &address);
        assert!(
            sound.starts_with("<audio ") && !sound.contains("w_640"),
            "{sound}"
        );
        let raw = receipt("raw", "a.csv", None, None);
        assert_eq!(
            in_form(form, &raw, &address),
            "<a href=\"https://x.example//a.jpg\">boat.jpg</a>"
        );
    }
}
