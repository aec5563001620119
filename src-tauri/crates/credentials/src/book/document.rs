//! The text of `accounts.json`, kept as it was read, so that what a newer version wrote into it
//! survives a change made by this one.

use serde_json::{Map, Value, json};

use super::BookError;
use crate::{Account, AccountFault, AccountId};

/// The form of the file. It goes up only when an older version would destroy something.
const FORMAT: u64 = 1;

/// An entry of the list that this version cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its label or ID, if it has one.
    pub name: Option<String>,
    /// What could not be read, for a log.
    pub reason: String,
}

/// The file's object, its `accounts` apart.
#[derive(Clone, Debug)]
pub(super) struct Document {
    root: Map<String, Value>,
    entries: Vec<Value>,
}

/// Why a text is no document.
pub(super) enum Rejected {
    Damaged(String),
    Refused(BookError),
}

impl Document {
    pub(super) fn empty() -> Self {
        let root = Map::from_iter([("format".to_owned(), json!(FORMAT))]);
        Self {
            root,
            entries: Vec::new(),
        }
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Rejected> {
        let damaged = |reason: &str| Rejected::Damaged(reason.to_owned());
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| Rejected::Damaged(format!("It is not JSON: {error}")))?;
        let Value::Object(mut root) = value else {
            return Err(damaged("It is not a JSON object"));
        };
        let Some(found) = root.get("format").and_then(Value::as_u64) else {
            return Err(damaged("It has no format number"));
        };
        if found > FORMAT {
            return Err(Rejected::Refused(BookError::NewerFormat {
                found,
                known: FORMAT,
            }));
        }
        let entries = match root.remove("accounts").unwrap_or_else(|| json!([])) {
            Value::Array(entries) if entries.iter().all(Value::is_object) => entries,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {
                return Err(damaged("Its accounts are not a list of objects"));
            }
        };
        Ok(Self { root, entries })
    }

    pub(super) fn to_text(&self) -> String {
        let mut root = self.root.clone();
        root.insert("accounts".to_owned(), Value::Array(self.entries.clone()));
        // The alternate form of a `Value` is indented JSON.
        format!("{:#}\n", Value::Object(root))
    }

    /// The accounts that can be read, and what is to be said about the others.
    pub(super) fn accounts(&self) -> (Vec<Account>, Vec<Unreadable>) {
        let mut accounts = Vec::new();
        let mut unreadable = Vec::new();
        for entry in &self.entries {
            let read =
                serde_json::from_value::<Account>(entry.clone()).map_err(|error| error.to_string());
            match read.and_then(|account| {
                account
                    .fault()
                    .map_or(Ok(account), |fault| Err(fault.to_string()))
            }) {
                Ok(account) => accounts.push(account),
                Err(reason) => {
                    let name = ["label", "id"]
                        .iter()
                        .find_map(|key| entry.get(key)?.as_str());
                    unreadable.push(Unreadable {
                        name: name.map(str::to_owned),
                        reason,
                    });
                }
            }
        }
        (accounts, unreadable)
    }

    /// Whether an entry has this ID, readable or not.
    pub(super) fn holds(&self, id: &AccountId) -> bool {
        self.entries.iter().any(|entry| is(entry, id))
    }

    /// Adds the account, or writes it over its entry and leaves there what it does not know.
    pub(super) fn put(&mut self, account: &Account) -> Result<(), BookError> {
        let new = serde_json::to_value(account).map_err(|error| BookError::Invalid {
            what: AccountFault::NotJson(error.to_string()),
        })?;
        match self.entries.iter_mut().find(|entry| is(entry, &account.id)) {
            Some(old) => merge(old, new),
            None => self.entries.push(new),
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, id: &AccountId) {
        self.entries.retain(|entry| !is(entry, id));
    }

    pub(super) fn active(&self) -> Option<String> {
        self.root
            .get("active")
            .and_then(Value::as_str)
            .map(str::to_owned)
    }

    pub(super) fn set_active(&mut self, id: Option<&AccountId>) {
        self.root
            .insert("active".to_owned(), json!(id.map(AccountId::as_str)));
    }
}

fn is(entry: &Value, id: &AccountId) -> bool {
    entry.get("id").and_then(Value::as_str) == Some(id.as_str())
}

/// Writes `new` over `old`. Objects are merged, so that unknown fields stay, unless they are of
/// different kinds: what belongs to an unsigned account must not stay in a signed one.
fn merge(old: &mut Value, new: Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) if same_kind(old, &new) => {
            for (key, value) in new {
                match old.get_mut(&key) {
                    Some(before) => merge(before, value),
                    None => {
                        old.insert(key, value);
                    }
                }
            }
        }
        (old, new) => *old = new,
    }
}

fn same_kind(one: &Map<String, Value>, two: &Map<String, Value>) -> bool {
    ["kind", "state"]
        .iter()
        .all(|tag| one.get(*tag) == two.get(*tag))
}
