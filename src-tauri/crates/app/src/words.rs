//! What the program says to a person: a message of `ui/messages` with its values. It becomes text only where it leaves
//! the program, in the language that is spoken then; what is kept on disk is kept as message and values.

pub mod audit;
pub mod choice;
pub mod entry;
pub mod hint;
pub mod problem;
pub mod reason;
mod value;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

use crate::language::Language;
pub use value::Value;
pub(crate) use value::of_system;

/// Makes a function of each message of a generated file, and the list of them all.
macro_rules! messages {
    ($($key:literal $name:ident($($value:ident),*) [$english:literal, $($other:literal),+];)+) => {
        $(
            #[doc = $english]
            pub fn $name($($value: impl Into<crate::words::Value>),*) -> crate::words::Words {
                static MESSAGE: crate::words::Message =
                    crate::words::Message { key: $key, texts: [$english, $($other),+] };
                crate::words::Words::of(&MESSAGE, vec![$((stringify!($value), $value.into())),*])
            }
        )+

        pub(super) static ALL: &[crate::words::Message] = &[
            $(crate::words::Message { key: $key, texts: [$english, $($other),+] }),+
        ];
    };
}
use messages;

/// One message of the catalogue in all languages, in the order of [`Language::ALL`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Message {
    key: &'static str,
    texts: [&'static str; Language::ALL.len()],
}

/// A sentence or a part of one. `Display` and `Serialize` give it in the language that is spoken at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(Said);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Message {
        message: &'static Message,
        values: Vec<(&'static str, Value)>,
    },
    /// Words that are the same in each language: nothing at all, the terminal's, and those of an earlier version.
    Plain(String),
}

impl Words {
    fn of(message: &'static Message, values: Vec<(&'static str, Value)>) -> Self {
        Self(Said::Message { message, values })
    }

    /// Nothing to say.
    pub fn none() -> Self {
        Self(Said::Plain(String::new()))
    }

    /// English, whatever is spoken: for what only the terminal says.
    pub fn english(text: impl Into<String>) -> Self {
        Self(Said::Plain(text.into()))
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        matches!(&self.0, Said::Plain(text) if text.is_empty())
    }

    /// In this language, whichever is spoken.
    pub fn in_language(&self, language: Language) -> String {
        match &self.0 {
            Said::Plain(text) => text.clone(),
            Said::Message { message, values } => {
                let filled: Vec<(&str, String)> = values
                    .iter()
                    .map(|(name, value)| (*name, value.in_language(language)))
                    .collect();
                let filled: Vec<(&str, &str)> = filled
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                language.say(message.texts, &filled)
            }
        }
    }

    /// The form in which it is kept on disk: `{"message": …, "values": {…}, "english": …}`, or plain text. The English
    /// is for a version that has no such message.
    pub(crate) fn kept(&self) -> Json {
        match &self.0 {
            Said::Plain(text) => json!(text),
            Said::Message { message, values } => {
                let values: Map<String, Json> = values
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.kept()))
                    .collect();
                json!({
                    "message": message.key,
                    "values": values,
                    "english": self.in_language(Language::English),
                })
            }
        }
    }

    /// What was kept, also by an earlier version: a sentence then.
    pub(crate) fn of_kept(kept: &Json) -> Self {
        let text = |name| kept.get(name).and_then(Json::as_str);
        if let Some(message) = text("message").and_then(message)
            && let Some(values) = values_of_kept(message, kept.get("values"))
        {
            return Self::of(message, values);
        }
        let plain = text("english").or_else(|| kept.as_str());
        Self(Said::Plain(plain.unwrap_or_default().to_owned()))
    }
}

fn values_of_kept(message: &Message, kept: Option<&Json>) -> Option<Vec<(&'static str, Value)>> {
    let [english, ..] = message.texts;
    let names = english.split('{').skip(1);
    names
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| {
            let value = kept?.get(name)?;
            Some((name, Value::of_kept(value)))
        })
        .collect()
}

/// Why the service refused an account's values, as it was kept with the account.
pub fn of_rejection(reason: &Json) -> Words {
    Words::of_kept(reason)
}

/// Why what is stored is not known to be the file.
pub fn of_doubt(doubt: engine::Doubt) -> Words {
    use engine::Doubt as D;
    match doubt {
        D::DifferentBytes => reason::different_bytes(),
        D::NoEtag => reason::no_checksum(),
        D::WrongSignature => reason::wrong_signature(),
        D::ChangedWhileSending => reason::changed_while_sending(),
        D::ReportedOnly => reason::reported_only(),
    }
}

/// All messages.
fn all() -> impl Iterator<Item = &'static Message> {
    [
        audit::ALL,
        choice::ALL,
        entry::ALL,
        hint::ALL,
        problem::ALL,
        reason::ALL,
    ]
    .into_iter()
    .flatten()
}

fn message(key: &str) -> Option<&'static Message> {
    all().find(|message| message.key == key)
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::spoken()))
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads what was said, as text.
impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Said::Plain(text)))
    }
}

#[cfg(test)]
mod tests;
