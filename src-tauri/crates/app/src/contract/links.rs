use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which links, and as what.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CopyLinks {
    /// [`super::JobView::id`] of each; those without a link are left out.
    pub ids: Vec<i64>,
    /// The form of each line.
    pub form: LinkForm,
    /// Whether this form is the one to begin with next time.
    pub remember: bool,
}

/// What went to the clipboard.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Copied {
    /// Number of links on the clipboard.
    pub count: usize,
}

/// Which links, and as what, without copying them.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewLinks {
    /// [`super::JobView::id`] of each; those without a link are left out.
    pub ids: Vec<i64>,
    /// The form of each line.
    pub form: LinkForm,
}

/// What copying would give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinksPreview {
    /// The first of the lines, cut off where there are many.
    pub text: String,
    /// Links that it shows.
    pub shown: usize,
    /// Links that would be copied.
    pub count: usize,
    /// How many of them are delivered as they were stored although the form asks for a change: raw files and sound.
    pub unchanged: usize,
    /// [`super::JobView::id`] of the first picture among them, to show it small.
    pub picture: Option<i64>,
    /// Pixels of that picture as it is delivered, where they are known.
    pub size: Option<(u32, u32)>,
}

/// What a link is written as, and how its asset is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LinkForm {
    /// What the link is written as.
    pub format: LinkFormat,
    /// In the format and quality that suit whoever opens the link.
    pub optimised: bool,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// How it is made to fit; what is usual for the sizes given when absent.
    pub crop: Option<Crop>,
}

impl LinkForm {
    /// The asset as it was stored.
    pub const fn plain(format: LinkFormat) -> Self {
        Self {
            format,
            optimised: false,
            width: None,
            height: None,
            crop: None,
        }
    }
}

impl Default for LinkForm {
    fn default() -> Self {
        Self::plain(LinkFormat::Url)
    }
}

/// What a link is written as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum LinkFormat {
    /// The address alone.
    Url,
    /// `![name](address)`, or `[name](address)` for what is not an image.
    Markdown,
    /// `<img …>` or `<a …>`.
    Html,
    /// `[img]…[/img]` or `[url]…[/url]`.
    Bbcode,
    /// `<picture>` with several widths to choose from; `<video>` and `<audio>` for what they are, `<a …>` for the rest.
    Picture,
    /// The user's own text.
    Template {
        /// With `{url}`, `{name}`, `{alt}`, `{public_id}`, `{width}`, `{height}` and `{format}` in it; `{{` is a brace.
        text: String,
    },
}

/// How a picture is made to fit a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Crop {
    /// Whole, within the size, never larger than it is.
    Limit,
    /// Whole, as large as the size allows.
    Fit,
    /// Exactly the size, cut where it sticks out.
    Fill,
    /// Exactly the size, cut close to what matters.
    Thumb,
    /// Exactly the size, whole, with bars.
    Pad,
}
