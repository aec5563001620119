//! The bytes of a vault file: head, records, seal.
//!
//! Behind the head comes the number of records (4 bytes), then of each its name and its secret,
//! both as a length (4 bytes) and a sealed part, then the seal: nothing, sealed with head and
//! records as associated data. The secret of a record is bound to its name, and the seal to all
//! records in their order, so none can be taken out, put in, moved or given another name. What
//! cannot be seen is that the *whole* file is an older one.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{
    Item,
    envelope::{EnvelopeError, Head, Key, Kind},
};

pub(super) const KIND: Kind = Kind {
    magic: *b"AloftVlt",
    format: 1,
};

/// No vault of ours comes near; a larger file is not read.
pub(super) const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// One item, still sealed.
#[derive(Clone, Debug)]
struct Record {
    name: Vec<u8>,
    secret: Vec<u8>,
}

/// A vault file, read but not opened.
#[derive(Clone, Debug)]
pub(crate) struct VaultFile {
    pub(super) head: Head,
    records: Vec<Record>,
    seal: Vec<u8>,
}

impl VaultFile {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let (head, rest) = Head::read(bytes, KIND)?;
        let mut rest = Rest(rest);
        let count = rest.number()?;
        let mut records = Vec::new();
        for _ in 0..count {
            records.push(Record {
                name: rest.part()?,
                secret: rest.part()?,
            });
        }
        let seal = rest.part()?;
        if rest.0.is_empty() {
            Ok(Self {
                head,
                records,
                seal,
            })
        } else {
            Err(EnvelopeError::Damaged {
                what: "something comes behind its end",
            })
        }
    }

    /// A new one without records.
    pub(super) fn empty(head: Head, key: &Key) -> Result<Self, EnvelopeError> {
        let mut file = Self {
            head,
            records: Vec::new(),
            seal: Vec::new(),
        };
        file.reseal(key)?;
        Ok(file)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.head.as_bytes().to_vec();
        bytes.extend_from_slice(&self.body());
        put(&mut bytes, &self.seal);
        bytes
    }

    /// Whether all is as it was written under this key.
    pub(super) fn verify(&self, key: &Key) -> Result<(), EnvelopeError> {
        key.open(&self.bound_to(&self.body()), &self.seal).map(drop)
    }

    pub(super) fn get(
        &self,
        key: &Key,
        item: &Item,
    ) -> Result<Option<SecretString>, EnvelopeError> {
        let Some(index) = self.find(key, item)? else {
            return Ok(None);
        };
        let name = name_of(item);
        let plain = key.open(&self.bound_to(&name), &self.records[index].secret)?;
        let text = std::str::from_utf8(&plain).map_err(|_| EnvelopeError::Damaged {
            what: "a secret is no text",
        })?;
        Ok(Some(SecretString::from(text)))
    }

    pub(super) fn put(
        &mut self,
        key: &Key,
        item: &Item,
        secret: &SecretString,
    ) -> Result<(), EnvelopeError> {
        let name = name_of(item);
        let record = Record {
            name: key.seal(&self.bound_to(NAME), &name)?,
            secret: key.seal(&self.bound_to(&name), secret.expose_secret().as_bytes())?,
        };
        match self.find(key, item)? {
            Some(index) => self.records[index] = record,
            None => self.records.push(record),
        }
        self.reseal(key)
    }

    /// Whether there was one.
    pub(super) fn remove(&mut self, key: &Key, item: &Item) -> Result<bool, EnvelopeError> {
        let Some(index) = self.find(key, item)? else {
            return Ok(false);
        };
        self.records.remove(index);
        self.reseal(key)?;
        Ok(true)
    }

    /// The items there are, in the order they were put in.
    pub(super) fn items(&self, key: &Key) -> Result<Vec<Item>, EnvelopeError> {
        let names = self.records.iter().map(|record| {
            let name = key.open(&self.bound_to(NAME), &record.name)?;
            item_of(&name).ok_or(EnvelopeError::Damaged {
                what: "a name is not one of an account",
            })
        });
        names.collect()
    }

    /// The same items under another head and key.
    pub(super) fn with_key(
        &self,
        key: &Key,
        head: Head,
        new_key: &Key,
    ) -> Result<Self, EnvelopeError> {
        let mut file = Self::empty(head, new_key)?;
        for item in self.items(key)? {
            if let Some(secret) = self.get(key, &item)? {
                file.put(new_key, &item, &secret)?;
            }
        }
        Ok(file)
    }

    fn find(&self, key: &Key, item: &Item) -> Result<Option<usize>, EnvelopeError> {
        let wanted = name_of(item);
        for (index, record) in self.records.iter().enumerate() {
            if *key.open(&self.bound_to(NAME), &record.name)? == wanted {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn reseal(&mut self, key: &Key) -> Result<(), EnvelopeError> {
        self.seal = key.seal(&self.bound_to(&self.body()), &[])?;
        Ok(())
    }

    fn body(&self) -> Vec<u8> {
        let count = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let mut body = count.to_le_bytes().to_vec();
        for record in &self.records {
            put(&mut body, &record.name);
            put(&mut body, &record.secret);
        }
        body
    }

    fn bound_to(&self, what: &[u8]) -> Vec<u8> {
        [self.head.as_bytes(), what].concat()
    }
}

/// What the names are bound to. No name of an item is this: each has a NUL within.
const NAME: &[u8] = b"name";

fn name_of(item: &Item) -> Vec<u8> {
    [item.cloud_name.as_bytes(), b"\0", item.api_key.as_bytes()].concat()
}

fn item_of(name: &Zeroizing<Vec<u8>>) -> Option<Item> {
    let (cloud_name, api_key) = std::str::from_utf8(name).ok()?.split_once('\0')?;
    Some(Item {
        cloud_name: cloud_name.to_owned(),
        api_key: api_key.to_owned(),
    })
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(part);
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn number(&mut self) -> Result<u32, EnvelopeError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*bytes))
    }

    fn part(&mut self) -> Result<Vec<u8>, EnvelopeError> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        // Nothing is set aside before it is known to be there.
        let (part, rest) = self.0.split_at_checked(length).ok_or(CUT)?;
        if part.len() < Key::least() {
            return Err(EnvelopeError::Damaged {
                what: "a sealed part is too short",
            });
        }
        self.0 = rest;
        Ok(part.to_vec())
    }
}

const CUT: EnvelopeError = EnvelopeError::Damaged {
    what: "it ends too early",
};
