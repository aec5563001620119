//! The received parameters, whichever of the three body formats or the query they came in.

use std::collections::BTreeMap;

use serde_json::Value;

/// Parameters by name, without the `[]` of a repeated field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(BTreeMap<String, Values>);

#[derive(Clone, Debug, Default)]
struct Values {
    items: Vec<String>,
    /// Came as `name[]` or as a JSON array: its elements may hold commas.
    list: bool,
}

impl Params {
    /// Adds one received field. `name[]` collects; a plain name that comes twice keeps the last value, as form parsers do.
    pub(crate) fn add(&mut self, name: &str, value: String) {
        match name.strip_suffix("[]") {
            Some(list) => {
                let values = self.0.entry(list.to_owned()).or_default();
                values.list = true;
                values.items.push(value);
            }
            None => {
                self.0.insert(
                    name.to_owned(),
                    Values {
                        items: vec![value],
                        list: false,
                    },
                );
            }
        }
    }

    /// Adds a member of a JSON body: real booleans and numbers become their text, arrays lists, null nothing.
    pub(crate) fn add_json(&mut self, name: &str, value: &Value) {
        let values = match value {
            Value::Null => return,
            Value::Array(items) => Values {
                items: items.iter().filter_map(json_text).collect(),
                list: true,
            },
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => Values {
                items: json_text(value).into_iter().collect(),
                list: false,
            },
        };
        self.0.insert(name.to_owned(), values);
    }

    /// The value as it is signed: list elements joined by commas; nothing if it is missing or empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.0
            .get(name)
            .map(|values| values.items.join(","))
            .filter(|text| !text.is_empty())
    }

    /// The elements of a list field; a single comma-separated text counts as a list too.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            None => Vec::new(),
            Some(Values { items, list: true }) => items.clone(),
            Some(Values { items, list: false }) => {
                let parts = items.iter().flat_map(|text| text.split(','));
                parts
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect()
            }
        }
    }

    /// `1`, `0`, `true`, `false`; anything else counts as not given.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.text(name).as_deref() {
            Some("1" | "true") => Some(true),
            Some("0" | "false") => Some(false),
            Some(_) | None => None,
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

fn json_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Some(value.to_string())
        }
    }
}

/// `k=v|k2=v2` with `\` before a `=` or `|` that belongs to a value.
pub(crate) fn key_values(text: &str) -> BTreeMap<String, String> {
    let mut pairs = BTreeMap::new();
    let (mut key, mut value, mut in_value) = (String::new(), String::new(), false);
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => (if in_value { &mut value } else { &mut key }).extend(characters.next()),
            '=' if !in_value => in_value = true,
            '|' => {
                pairs.insert(std::mem::take(&mut key), std::mem::take(&mut value));
                in_value = false;
            }
            other => (if in_value { &mut value } else { &mut key }).push(other),
        }
    }
    pairs.insert(key, value);
    pairs.remove("");
    pairs
}
