use serde::{Deserialize, Serialize};

/// The value of a parameter before it becomes text.
///
/// In serde it is plain JSON: null, text, number, boolean or array. An object is refused.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Absent; neither sent nor signed.
    #[default]
    Null,
    /// `true` or `false`. The upload path of the SDKs writes `1` and `0` instead; pass an integer for that.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number, written as JavaScript writes it: `1` for 1.0, `1e-7` for 0.0000001.
    Float(f64),
    /// Text, taken byte for byte.
    Text(String),
    /// Elements joined by commas. A comma inside an element is not escaped, as the service has no escape for it.
    List(Vec<Value>),
}

/// The text that is transmitted *and* signed for a value, byte for byte the same in both places.
///
/// `None` means that the parameter is dropped: null, empty text, an empty list, or a list that joins to nothing.
/// A list of two empty texts joins to `,` and stays, as in npm `cloudinary` 2.11 and PyPI `cloudinary` 1.46.
#[must_use]
pub fn field_text(value: &Value) -> Option<String> {
    let mut text = String::new();
    write_text(&mut text, value);
    Some(text).filter(|text| !text.is_empty())
}

/// Nested lists flatten and nulls become empty elements, which is what npm's `Array.join` does.
#[inline]
pub(crate) fn write_text(text: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Integer(value) => text.push_str(itoa::Buffer::new().format(*value)),
        Value::Float(value) => text.push_str(&float_text(*value)),
        Value::Text(value) => text.push_str(value),
        Value::List(values) => write_list(text, values),
    }
}

fn write_list(text: &mut String, values: &[Value]) {
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        write_text(text, value);
    }
}

/// ECMAScript `Number::toString`: the shortest digits that read back, positional between 1e-6 and 1e21.
fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        Some(_) | None => text,
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
