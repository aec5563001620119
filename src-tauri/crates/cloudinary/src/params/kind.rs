//! The kinds of parameters: each with its Rust type, how it is read from JSON and how the service writes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Name and value, many times: written `name=value|name2=value2`, with `\` before `=` and `|` inside values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Pairs {
    /// Written already.
    Text(String),
    /// By name. A list is written as JSON text, `["a","b"]`; numbers are bare; null is left out.
    Map(BTreeMap<String, Json>),
}

/// Rectangles `x,y,width,height` in pixels, joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Coordinates {
    /// Written already.
    Text(String),
    /// As numbers.
    Rectangles(Vec<[u32; 4]>),
}

pub(super) mod text {
    use super::Json;
    pub(crate) type Type = String;

    pub(crate) fn read(json: Json) -> Option<Type> {
        super::plain(&json)
    }

    pub(crate) fn write(value: &str) -> signing::Value {
        value.into()
    }
}

pub(super) mod flag {
    use super::Json;
    pub(crate) type Type = bool;

    pub(crate) fn read(json: Json) -> Option<Type> {
        match super::plain(&json)?.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// `1` and `0`, as the upload path of the npm and PyPI SDKs writes it.
    pub(crate) fn write(value: &bool) -> signing::Value {
        i64::from(*value).into()
    }
}

pub(super) mod number {
    use super::Json;
    pub(crate) type Type = f64;

    pub(crate) fn read(json: Json) -> Option<Type> {
        super::plain(&json)?
            .parse()
            .ok()
            .filter(|n: &f64| n.is_finite())
    }

    pub(crate) fn write(value: &f64) -> signing::Value {
        (*value).into()
    }
}

pub(super) mod list {
    use super::Json;
    pub(crate) type Type = Vec<String>;

    pub(crate) fn read(json: Json) -> Option<Type> {
        super::texts(json, ',')
    }

    pub(crate) fn write(value: &[String]) -> signing::Value {
        value.join(",").into()
    }
}

pub(super) mod steps {
    use super::Json;
    pub(crate) type Type = Vec<String>;

    pub(crate) fn read(json: Json) -> Option<Type> {
        super::texts(json, '/')
    }

    pub(crate) fn write(value: &[String]) -> signing::Value {
        value.join("/").into()
    }
}

pub(super) mod eager {
    use super::Json;
    pub(crate) type Type = Vec<String>;

    pub(crate) fn read(json: Json) -> Option<Type> {
        super::texts(json, '|')
    }

    pub(crate) fn write(value: &[String]) -> signing::Value {
        value.join("|").into()
    }
}

pub(super) mod pairs {
    use super::{Json, Pairs};
    pub(crate) type Type = Pairs;

    pub(crate) fn read(json: Json) -> Option<Type> {
        serde_json::from_value(json).ok()
    }

    pub(crate) fn write(value: &Pairs) -> signing::Value {
        match value {
            Pairs::Text(text) => text.as_str().into(),
            Pairs::Map(map) => map
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| format!("{name}={}", super::escaped(&super::compact(value))))
                .collect::<Vec<_>>()
                .join("|")
                .into(),
        }
    }
}

pub(super) mod rectangles {
    use super::{Coordinates, Json};
    pub(crate) type Type = Coordinates;

    pub(crate) fn read(json: Json) -> Option<Type> {
        // One rectangle may come without the list round it.
        if let Ok(one) = serde_json::from_value::<[u32; 4]>(json.clone()) {
            return Some(Coordinates::Rectangles(vec![one]));
        }
        serde_json::from_value(json).ok()
    }

    pub(crate) fn write(value: &Coordinates) -> signing::Value {
        match value {
            Coordinates::Text(text) => text.as_str().into(),
            Coordinates::Rectangles(rectangles) => rectangles
                .iter()
                .map(|[x, y, width, height]| format!("{x},{y},{width},{height}"))
                .collect::<Vec<_>>()
                .join("|")
                .into(),
        }
    }
}

pub(super) mod json {
    use super::Json;
    pub(crate) type Type = Json;

    pub(crate) fn read(json: Json) -> Option<Type> {
        Some(json)
    }

    pub(crate) fn write(value: &Json) -> signing::Value {
        match value {
            Json::Bool(flag) => i64::from(*flag).into(),
            Json::Null | Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
                super::compact(value).into()
            }
        }
    }
}

pub(super) mod lines {
    use super::Json;
    pub(crate) type Type = String;

    pub(crate) fn read(json: Json) -> Option<Type> {
        let Json::Object(headers) = json else {
            return super::plain(&json);
        };
        let lines = headers
            .iter()
            .map(|(name, value)| Some(format!("{name}: {}", super::plain(value)?)));
        Some(lines.collect::<Option<Vec<_>>>()?.join("\n"))
    }

    pub(crate) fn write(value: &str) -> signing::Value {
        value.into()
    }
}

/// Text as it is; numbers and truth values as their text.
fn plain(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// A list of texts, or one text cut at the separator.
fn texts(json: Json, separator: char) -> Option<Vec<String>> {
    match json {
        Json::Array(values) => values.iter().map(plain).collect(),
        Json::String(text) if text.is_empty() => Some(Vec::new()),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            Some(plain(&json)?.split(separator).map(str::to_owned).collect())
        }
    }
}

/// JSON text without spaces; a text is itself.
fn compact(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => json.to_string(),
    }
}

/// The two characters that separate pairs, as the npm and PyPI SDKs escape them.
fn escaped(text: &str) -> String {
    text.replace('=', "\\=").replace('|', "\\|")
}
