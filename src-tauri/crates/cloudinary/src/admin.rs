use jiff::Timestamp;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::answer::{flag, number, text};
use crate::error::{Said, classify};
use crate::stall::Activity;
use crate::wire::asked;
use crate::{Asset, Client, DeliveryType, Error, ResourceType, Target, address};

mod offers;

pub use offers::{MetadataField, MetadataKind, MetadataOption};

/// Pages of a list that are read at most; a list that is longer is cut there.
const MAX_PAGES: usize = 20;

/// The account's three values are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pong {
    /// The server's clock, if it told it.
    pub server_date: Option<Timestamp>,
}

/// What the account has used and may use.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// The plan's name.
    pub plan: Option<String>,
    /// The day of these numbers.
    pub last_updated: Option<String>,
    /// Storage in bytes.
    pub storage: Measure,
    /// Delivered bytes.
    pub bandwidth: Measure,
    /// Transformations.
    pub transformations: Measure,
    /// Credits, the unit in which plans are sold.
    pub credits: Measure,
    /// The largest files that are taken.
    pub media_limits: MediaLimits,
    /// Everything else.
    pub extra: Map<String, Value>,
}

/// One line of the usage. Each is `None` if it was not told.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Measure {
    /// Used so far.
    pub usage: Option<f64>,
    /// Allowed.
    pub limit: Option<f64>,
    /// Their ratio in percent.
    pub used_percent: Option<f64>,
}

/// The largest files that the account takes, in bytes, and images in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MediaLimits {
    /// Largest image.
    pub image_max_size_bytes: Option<u64>,
    /// Largest video.
    pub video_max_size_bytes: Option<u64>,
    /// Largest raw file.
    pub raw_max_size_bytes: Option<u64>,
    /// Most pixels of an image.
    pub image_max_px: Option<u64>,
    /// Most pixels of all frames of an asset.
    pub asset_max_total_px: Option<u64>,
}

/// The account's settings that matter to uploads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// As the service writes it.
    pub cloud_name: Option<String>,
    /// ISO 8601.
    pub created_at: Option<String>,
    /// `None` if the service did not tell, or told a word that is not known.
    pub folder_mode: Option<FolderMode>,
}

/// What a folder is in this account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FolderMode {
    /// A label; the public ID is only an ID.
    Dynamic,
    /// The path inside the public ID.
    Fixed,
}

/// A set of upload options kept by the service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UploadPreset {
    /// Its name.
    pub name: String,
    /// Whether uploads without a signature may use it.
    pub unsigned: bool,
    /// What it sets.
    pub settings: Map<String, Value>,
}

/// A folder of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// Its last part.
    pub name: String,
    /// From the root, without a slash at its ends.
    pub path: String,
    /// The identity that survives renaming.
    pub external_id: Option<String>,
}

impl Client {
    /// Asks whether cloud name, API key and secret belong together.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::WrongSecret`], [`Error::WrongCloud`] where the service tells which one is wrong.
    pub async fn ping(&self, target: &Target) -> Result<Pong, Error> {
        let answer = self.admin(target, &address::api(target, ["ping"])?).await?;
        let server_date = Said::of_status(answer.status, &answer.headers).date;
        answer.object(&asked(target))?;
        Ok(Pong { server_date })
    }

    /// What the account has used, and how large files may be.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn usage(&self, target: &Target) -> Result<Usage, Error> {
        let url = address::api(target, ["usage"])?;
        Ok(Usage::read(self.get(target, &url).await?))
    }

    /// The account's settings.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn config(&self, target: &Target) -> Result<Config, Error> {
        let mut url = address::api(target, ["config"])?;
        url.query_pairs_mut().append_pair("settings", "true");
        Ok(Config::read(self.get(target, &url).await?))
    }

    /// All upload presets, at most 2,000.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn upload_presets(&self, target: &Target) -> Result<Vec<UploadPreset>, Error> {
        let url = address::api(target, ["upload_presets"])?;
        self.list(target, &url, "100", "presets", UploadPreset::read)
            .await
    }

    /// The folders in the root, or in the folder of this path; none if there is no such folder.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn folders(&self, target: &Target, path: Option<&str>) -> Result<Vec<Folder>, Error> {
        let parts = path
            .into_iter()
            .flat_map(|path| path.trim_matches('/').split('/'));
        let parts = parts.filter(|part| !part.is_empty());
        let url = address::api(target, std::iter::once("folders").chain(parts))?;
        let listed = self.list(target, &url, "500", "folders", Folder::read);
        match listed.await {
            Err(Error::NotFound(_)) => Ok(Vec::new()),
            other => other,
        }
    }

    /// One asset, or `None` if there is none of this name.
    ///
    /// # Errors
    /// [`Error::NeedsResourceType`] for `Auto`; otherwise see [`Error`].
    pub async fn asset(
        &self,
        target: &Target,
        resource_type: ResourceType,
        delivery_type: DeliveryType,
        public_id: &str,
    ) -> Result<Option<Asset>, Error> {
        if resource_type == ResourceType::Auto {
            return Err(Error::NeedsResourceType);
        }
        let kind = ["resources", resource_type.as_str(), delivery_type.as_str()];
        let url = address::api(target, kind.into_iter().chain(public_id.split('/')))?;
        match self.get(target, &url).await {
            Ok(object) => Asset::read(object)
                .map(Some)
                .ok_or_else(crate::answer::unreadable),
            Err(Error::NotFound(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Whether a delivery link answers. Nothing of any account is sent.
    ///
    /// # Errors
    /// When that could not be found out: no network, or trouble of the server.
    pub async fn head(&self, link: &Url) -> Result<bool, Error> {
        address::check(link)?;
        let request = self.http(link)?.request(Method::HEAD, link.clone());
        let activity = Activity::new(self.options().stall_timeout);
        let answer = self.exchange(link, request, &activity).await?;
        match answer.status {
            200..300 => Ok(true),
            407 | 408 | 420 | 423 | 429 | 500.. => Err(classify::refusal(
                answer.status,
                &answer.headers,
                &[],
                &classify::Asked::anonymous(address::host_of(link)),
            )),
            _ => Ok(false),
        }
    }

    async fn get(&self, target: &Target, url: &Url) -> Result<Map<String, Value>, Error> {
        self.admin(target, url).await?.object(&asked(target))
    }

    async fn list<T>(
        &self,
        target: &Target,
        url: &Url,
        page_size: &str,
        name: &str,
        read: impl Fn(Map<String, Value>) -> Option<T>,
    ) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut page = url.clone();
            page.query_pairs_mut().append_pair("max_results", page_size);
            if let Some(cursor) = &cursor {
                page.query_pairs_mut().append_pair("next_cursor", cursor);
            }
            let mut object = self.get(target, &page).await?;
            if let Some(Value::Array(values)) = object.remove(name) {
                let objects = values.into_iter().filter_map(into_map);
                items.extend(objects.filter_map(&read));
            }
            cursor = text(&mut object, "next_cursor");
            if cursor.is_none() {
                break;
            }
        }
        Ok(items)
    }
}

impl Usage {
    pub(crate) fn read(mut object: Map<String, Value>) -> Self {
        let o = &mut object;
        Self {
            plan: text(o, "plan"),
            last_updated: text(o, "last_updated"),
            storage: measure(o, "storage"),
            bandwidth: measure(o, "bandwidth"),
            transformations: measure(o, "transformations"),
            credits: measure(o, "credits"),
            media_limits: media_limits(o),
            extra: object,
        }
    }
}

impl Config {
    pub(crate) fn read(mut object: Map<String, Value>) -> Self {
        let mode = object
            .get("settings")
            .and_then(|s| s.get("folder_mode")?.as_str());
        let folder_mode = match mode {
            Some("dynamic") => Some(FolderMode::Dynamic),
            Some("fixed") => Some(FolderMode::Fixed),
            Some(_) | None => None,
        };
        Self {
            cloud_name: text(&mut object, "cloud_name"),
            created_at: text(&mut object, "created_at"),
            folder_mode,
        }
    }
}

impl UploadPreset {
    pub(crate) fn read(mut object: Map<String, Value>) -> Option<Self> {
        Some(Self {
            name: text(&mut object, "name")?,
            unsigned: flag(&mut object, "unsigned"),
            settings: map(&mut object, "settings"),
        })
    }
}

impl Folder {
    pub(crate) fn read(mut object: Map<String, Value>) -> Option<Self> {
        Some(Self {
            name: text(&mut object, "name")?,
            path: text(&mut object, "path")?,
            external_id: text(&mut object, "external_id"),
        })
    }
}

fn measure(object: &mut Map<String, Value>, name: &str) -> Measure {
    let values = map(object, name);
    let number = |name: &str| values.get(name).and_then(Value::as_f64);
    Measure {
        usage: number("usage"),
        limit: number("limit"),
        used_percent: number("used_percent"),
    }
}

fn media_limits(object: &mut Map<String, Value>) -> MediaLimits {
    let mut values = map(object, "media_limits");
    let mut limit = |name: &str| number(&mut values, name);
    MediaLimits {
        image_max_size_bytes: limit("image_max_size_bytes"),
        video_max_size_bytes: limit("video_max_size_bytes"),
        raw_max_size_bytes: limit("raw_max_size_bytes"),
        image_max_px: limit("image_max_px"),
        asset_max_total_px: limit("asset_max_total_px"),
    }
}

fn map(object: &mut Map<String, Value>, name: &str) -> Map<String, Value> {
    object.remove(name).and_then(into_map).unwrap_or_default()
}

fn into_map(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(map) = value {
        Some(map)
    } else {
        None
    }
}
