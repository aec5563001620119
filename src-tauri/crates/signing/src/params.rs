use std::collections::BTreeMap;
use std::collections::btree_map;

use serde::Serialize;

use crate::{Error, Value};

/// Parameters by name, always in byte order of the name, which is the order in which they are signed.
///
/// For the service's own names this order equals that of every official SDK in an English locale.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Params(BTreeMap<String, Value>);

impl Params {
    /// No parameters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a parameter; a later value of the same name replaces the earlier one.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(name.into(), value.into())
    }

    /// The value under this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Takes a parameter out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Whether the name is there, be its value empty or not.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// How many names there are, those with empty values included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no name at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Name and value in byte order of the name.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.iter())
    }
}

/// The iterator of [`Params::iter`].
#[derive(Debug, Clone)]
pub struct Iter<'a>(btree_map::Iter<'a, String, Value>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name.as_str(), value))
    }
}

impl<'a> IntoIterator for &'a Params {
    type Item = (&'a str, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl FromIterator<(String, Value)> for Params {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Reads a JSON object of a page or a file.
///
/// # Errors
/// [`Error::Nested`] names the parameter that holds an object, at any depth.
impl TryFrom<&serde_json::Map<String, serde_json::Value>> for Params {
    type Error = Error;

    fn try_from(map: &serde_json::Map<String, serde_json::Value>) -> Result<Self, Error> {
        map.iter()
            .map(|(name, value)| Ok((name.clone(), value_of(name, value)?)))
            .collect()
    }
}

fn value_of(name: &str, value: &serde_json::Value) -> Result<Value, Error> {
    Ok(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Boolean(*value),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Integer(number),
            // Beyond i64 the digits themselves are the exact text.
            (None, Some(number)) => Value::Text(number.to_string()),
            (None, None) => number.as_f64().map_or(Value::Null, Value::Float),
        },
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(values) => Value::List(
            values
                .iter()
                .map(|value| value_of(name, value))
                .collect::<Result<_, _>>()?,
        ),
        serde_json::Value::Object(_) => {
            return Err(Error::Nested {
                name: name.to_owned(),
            });
        }
    })
}
