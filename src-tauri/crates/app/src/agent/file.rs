//! `agent.json` in the configuration's folder: the clients, and where the agent listens. Nothing is held in memory, so that
//! what one process allows or forgets holds in the next request to another.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::client::Client;
use super::faults;
use crate::contract::Problem;
use crate::document::{Document, Found};

/// The form of the file; a newer one is left alone.
const FORMAT: u32 = 1;

/// The file of one configuration folder.
pub(crate) struct ClientBook(Document<Book>);

/// Whether the window's agent listens, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Door {
    #[serde(default)]
    pub(super) on: bool,
    #[serde(default)]
    pub(super) port: Option<u16>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Book {
    format: u32,
    #[serde(default)]
    door: Door,
    #[serde(default)]
    clients: Vec<Client>,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            format: FORMAT,
            door: Door::default(),
            clients: Vec::new(),
        }
    }
}

impl ClientBook {
    pub(crate) fn in_folder(config: &Path) -> Self {
        Self(Document::at(config.join("agent.json")))
    }

    pub(super) fn clients(&self) -> Result<Vec<Client>, Problem> {
        Ok(self.load()?.clients)
    }

    pub(super) fn door(&self) -> Result<Door, Problem> {
        Ok(self.load()?.door)
    }

    pub(super) fn set_door(&self, door: Door) -> Result<(), Problem> {
        self.change(|book| {
            book.door = door;
            Ok(())
        })
    }

    /// Adds a client whose name nobody has.
    pub(super) fn add(&self, client: Client) -> Result<(), Problem> {
        self.change(|book| {
            if book.clients.iter().any(|one| one.name == client.name) {
                return Err(faults::name_taken(&client.name));
            }
            book.clients.push(client);
            Ok(())
        })
    }

    /// Adds a client; one of this name and kind makes room for it.
    pub(super) fn put(&self, client: Client) -> Result<(), Problem> {
        self.change(|book| {
            book.clients.retain(|one| one.name != client.name);
            book.clients.push(client);
            Ok(())
        })
    }

    /// Puts a client in the place of this very one. Whether that was still there.
    pub(super) fn replace(&self, before: &Client, after: Client) -> Result<bool, Problem> {
        self.change(|book| {
            let mut clients = book.clients.iter_mut();
            let place = clients.find(|one| *one == before);
            Ok(place.map(|place| *place = after).is_some())
        })
    }

    /// Whether it was there.
    pub(super) fn forget(&self, name: &str) -> Result<bool, Problem> {
        self.change(|book| {
            let before = book.clients.len();
            book.clients.retain(|one| one.name != name);
            Ok(book.clients.len() < before)
        })
    }

    /// Whether this very client is still there; one that has one use is gone afterwards.
    pub(super) fn take_use(&self, client: &Client) -> Result<bool, Problem> {
        if !client.once {
            return Ok(self.clients()?.contains(client));
        }
        self.change(|book| {
            let place = book.clients.iter().position(|one| one == client);
            Ok(place.map(|place| book.clients.remove(place)).is_some())
        })
    }

    /// Reads, changes and replaces the file while no other process can. Clients whose time is over go with it.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Book) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let _lock = self.0.lock()?;
        let before = self.load()?;
        let mut book = before.clone();
        let now = jiff::Timestamp::now();
        book.clients.retain(|client| client.is_good(now));
        let answer = change(&mut book)?;
        if book != before {
            self.0.replace(&book)?;
        }
        Ok(answer)
    }

    /// A file that cannot be read lets nobody in.
    fn load(&self) -> Result<Book, Problem> {
        match self.0.read()? {
            Found::Sound(book) if book.format > FORMAT => Err(faults::newer()),
            Found::Sound(book) => Ok(book),
            Found::Nothing => Ok(Book::default()),
            Found::Damaged(reason) => Err(faults::damaged(self.0.path(), &reason)),
        }
    }
}
