use crate::ResourceType;

/// How an asset is made to fit a width and a height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Crop {
    /// As it stands behind `c_`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Fit => "fit",
            Self::Fill => "fill",
            Self::Thumb => "thumb",
            Self::Pad => "pad",
        }
    }

    /// Whether it says something only with width and height together.
    #[must_use]
    pub fn needs_both(self) -> bool {
        matches!(self, Self::Fill | Self::Thumb | Self::Pad)
    }

    /// Whether something is cut off, and it has to be decided what.
    fn cuts(self) -> bool {
        matches!(self, Self::Fill | Self::Thumb)
    }
}

/// How an asset is delivered, other than as it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rendition {
    /// Pixels; 0 counts as none.
    pub width: Option<u32>,
    /// Pixels; 0 counts as none.
    pub height: Option<u32>,
    /// Without one: [`Crop::Fill`] for width and height together, [`Crop::Limit`] for one of them. A crop that needs
    /// both and has one is [`Crop::Limit`] too.
    pub crop: Option<Crop>,
    /// In the format and quality that suit whoever fetches it.
    pub optimised: bool,
}

impl Rendition {
    /// The path between type and version: components in the order in which they are applied, parts sorted as the SDKs
    /// write them. Empty for [`ResourceType::Raw`], of which nothing can be made.
    ///
    /// The service finds what matters in a picture by itself (`g_auto`). Of a video the middle is kept: whoever asks first
    /// would have to wait until all of it was looked through.
    #[must_use]
    pub fn transformation(&self, kind: ResourceType) -> String {
        let format = match kind {
            ResourceType::Image => "f_auto,q_auto",
            ResourceType::Video => "f_auto:video,q_auto",
            ResourceType::Raw | ResourceType::Auto => return String::new(),
        };
        let mut components = Vec::new();
        if let Some(size) = self.resize(kind) {
            components.push(size);
        }
        if self.optimised {
            components.push(format.to_owned());
        }
        components.join("/")
    }

    /// Pixels of what is delivered of an asset of `stored` pixels.
    #[must_use]
    pub fn size_of(&self, stored: (u32, u32)) -> (u32, u32) {
        let Some((crop, width, height)) = self.fitted() else {
            return stored;
        };
        if let (true, Some(width), Some(height)) = (crop.needs_both(), width, height) {
            return (width, height);
        }
        let (across, down) = (f64::from(stored.0.max(1)), f64::from(stored.1.max(1)));
        let scale = [
            width.map(|width| f64::from(width) / across),
            height.map(|height| f64::from(height) / down),
            (crop == Crop::Limit).then_some(1.0),
        ];
        let scale = scale.into_iter().flatten().fold(f64::INFINITY, f64::min);
        (pixels(across * scale), pixels(down * scale))
    }

    fn resize(&self, kind: ResourceType) -> Option<String> {
        let (crop, width, height) = self.fitted()?;
        let mut parts = vec![format!("c_{}", crop.as_str())];
        if crop.cuts() && kind == ResourceType::Image {
            parts.push("g_auto".to_owned());
        }
        parts.extend(height.map(|height| format!("h_{height}")));
        parts.extend(width.map(|width| format!("w_{width}")));
        Some(parts.join(","))
    }

    /// What holds, if there is a size at all.
    fn fitted(&self) -> Option<(Crop, Option<u32>, Option<u32>)> {
        let (width, height) = (
            self.width.filter(|width| *width > 0),
            self.height.filter(|height| *height > 0),
        );
        let both = width.is_some() && height.is_some();
        let usual = if both { Crop::Fill } else { Crop::Limit };
        let crop = self.crop.filter(|crop| both || !crop.needs_both());
        (width.is_some() || height.is_some()).then_some((crop.unwrap_or(usual), width, height))
    }
}

fn pixels(size: f64) -> u32 {
    size.round().max(1.0) as u32
}
