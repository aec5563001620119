//! What an account offers to choose from: its tags, and its fields of structured metadata.
//!
//! Paths and parameters are those of the official SDKs (`api.tags`, `api.list_metadata_fields`), the members of the answers
//! those of `cloudinary.com/documentation/admin_api#get_tags` and `…/metadata_api#metadata_field_structure`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{into_map, map};
use crate::answer::{flag, text};
use crate::{Client, Error, ResourceType, Target, address};

/// A field of structured metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataField {
    /// What requests call it.
    pub external_id: String,
    /// What people call it; the external ID where the service tells none.
    pub label: String,
    /// What it takes; `None` for a kind that is not known here.
    pub kind: Option<MetadataKind>,
    /// Whether the service insists on a value. It does not where it fills in a default of its own, nor while the field is
    /// disabled until a rule enables it.
    pub mandatory: bool,
    /// What it allows, for [`MetadataKind::Enum`] and [`MetadataKind::Set`]; values that were retired are left out.
    pub values: Vec<MetadataOption>,
}

/// What a field of structured metadata takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetadataKind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A day, `2026-11-24`.
    Date,
    /// One of a list.
    Enum,
    /// Several of a list.
    Set,
}

/// A value that a field allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataOption {
    /// What requests call it.
    pub external_id: String,
    /// What people call it.
    pub value: String,
}

impl Client {
    /// Tags of the account's assets of one type that begin with `prefix`, at most 500.
    ///
    /// # Errors
    /// [`Error::NeedsResourceType`] for `Auto`; otherwise see [`Error`].
    pub async fn tags(
        &self,
        target: &Target,
        resource_type: ResourceType,
        prefix: &str,
    ) -> Result<Vec<String>, Error> {
        if resource_type == ResourceType::Auto {
            return Err(Error::NeedsResourceType);
        }
        let mut url = address::api(target, ["tags", resource_type.as_str()])?;
        url.query_pairs_mut().append_pair("max_results", "500");
        if !prefix.is_empty() {
            url.query_pairs_mut().append_pair("prefix", prefix);
        }
        let mut object = self.get(target, &url).await?;
        let Some(Value::Array(tags)) = object.remove("tags") else {
            return Ok(Vec::new());
        };
        let text = |tag: Value| tag.as_str().map(str::to_owned);
        Ok(tags.into_iter().filter_map(text).collect())
    }

    /// The account's fields of structured metadata.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn metadata_fields(&self, target: &Target) -> Result<Vec<MetadataField>, Error> {
        let url = address::api(target, ["metadata_fields"])?;
        let mut object = self.get(target, &url).await?;
        let Some(Value::Array(fields)) = object.remove("metadata_fields") else {
            return Ok(Vec::new());
        };
        let fields = fields.into_iter().filter_map(into_map);
        Ok(fields.filter_map(MetadataField::read).collect())
    }
}

impl MetadataField {
    pub(crate) fn read(mut object: Map<String, Value>) -> Option<Self> {
        let external_id = text(&mut object, "external_id")?;
        let label = text(&mut object, "label").filter(|label| !label.is_empty());
        let kind = object.remove("type");
        let has_default = object
            .remove("default_value")
            .is_some_and(|value| !value.is_null());
        let is_disabled = flag(&mut object, "default_disabled");
        let values = map(&mut object, "datasource").remove("values");
        let values = match values {
            Some(Value::Array(values)) => values.into_iter().filter_map(into_map).collect(),
            Some(_) | None => Vec::new(),
        };
        Some(Self {
            label: label.unwrap_or_else(|| external_id.clone()),
            external_id,
            kind: kind.and_then(|kind| serde_json::from_value(kind).ok()),
            mandatory: flag(&mut object, "mandatory") && !has_default && !is_disabled,
            values: values.into_iter().filter_map(option).collect(),
        })
    }
}

fn option(mut object: Map<String, Value>) -> Option<MetadataOption> {
    if text(&mut object, "state").is_some_and(|state| state != "active") {
        return None;
    }
    let external_id = text(&mut object, "external_id")?;
    Some(MetadataOption {
        value: text(&mut object, "value").unwrap_or_else(|| external_id.clone()),
        external_id,
    })
}
