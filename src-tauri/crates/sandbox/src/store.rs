//! The assets: descriptions in memory and on disk, bytes on disk. Every change is one rename, so a kill at any moment leaves a whole state.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::answer::random_hex;
use crate::asset::{Asset, Key};
use crate::error::SandboxError;
use crate::spool::{Kept, Spooled};

/// What became of an upload.
pub(crate) enum Stored {
    /// A new asset.
    New(Arc<Asset>),
    /// A new version of an existing one.
    Overwritten(Arc<Asset>),
    /// The ID is taken and overwriting was not wanted: the old asset, unchanged.
    Existing(Arc<Asset>),
}

/// Why an asset could not be moved.
pub(crate) enum MoveError {
    NotFound,
    Taken,
    Disk(io::Error),
}

/// The assets of one folder.
pub(crate) struct Store {
    assets: PathBuf,
    incoming: PathBuf,
    folders_file: PathBuf,
    discard: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by_key: HashMap<Key, Arc<Asset>>,
    key_by_id: HashMap<String, Key>,
    order: u64,
    folders: BTreeSet<String>,
}

impl Store {
    /// Opens or makes the folders; forgets what was half received, and bytes that no description names.
    pub(crate) fn open(folder: &Path, discard: bool) -> Result<Self, SandboxError> {
        let (assets, incoming) = (folder.join("assets"), folder.join("incoming"));
        let folders_file = folder.join("folders.json");
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| SandboxError::Folder { path, source }
        };
        if incoming.exists() {
            fs::remove_dir_all(&incoming).map_err(at(&incoming))?;
        }
        fs::create_dir_all(&incoming).map_err(at(&incoming))?;
        fs::create_dir_all(&assets).map_err(at(&assets))?;

        let mut state = State::default();
        let mut files = Vec::new();
        for entry in fs::read_dir(&assets).map_err(at(&assets))? {
            let path = entry.map_err(at(&assets))?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let text = fs::read(&path).map_err(at(&path))?;
                let asset: Asset =
                    serde_json::from_slice(&text).map_err(|source| SandboxError::Unreadable {
                        path: path.clone(),
                        source,
                    })?;
                state.order = state.order.max(asset.order);
                state.insert(Arc::new(asset));
            } else {
                files.push(path);
            }
        }
        let named: BTreeSet<PathBuf> = state
            .by_key
            .values()
            .filter_map(|asset| asset.content.as_ref())
            .map(|name| assets.join(name))
            .collect();
        for orphan in files.iter().filter(|path| !named.contains(*path)) {
            fs::remove_file(orphan).map_err(at(orphan))?;
        }
        if folders_file.exists() {
            let text = fs::read(&folders_file).map_err(at(&folders_file))?;
            state.folders =
                serde_json::from_slice(&text).map_err(|source| SandboxError::Unreadable {
                    path: folders_file.clone(),
                    source,
                })?;
        }
        Ok(Self {
            assets,
            incoming,
            folders_file,
            discard,
            state: Mutex::new(state),
        })
    }

    /// Where bytes wait until it is decided what they are.
    pub(crate) fn incoming(&self) -> &Path {
        &self.incoming
    }

    /// Stores an asset with its bytes, or says that the ID is taken. Blocks on disk.
    pub(crate) fn put(
        &self,
        mut asset: Asset,
        content: Spooled,
        overwrite: bool,
    ) -> io::Result<Stored> {
        let mut state = self.lock();
        let old = state.by_key.get(&asset.key()).cloned();
        if let Some(old) = &old {
            if !overwrite {
                return Ok(Stored::Existing(Arc::clone(old)));
            }
            asset.asset_id.clone_from(&old.asset_id);
            asset.created_at = old.created_at;
            asset.version = asset.version.max(old.version + 1);
        }
        state.order += 1;
        asset.order = state.order;
        asset.content = match content.kept {
            Kept::Disk(scrap) => {
                let name = format!("{}.{}", asset.asset_id, random_hex::<4>());
                scrap.settle(&self.assets.join(&name))?;
                Some(name)
            }
            Kept::Memory(_) | Kept::Nothing => None,
        };
        self.write(&asset)?;
        let asset = Arc::new(asset);
        state.insert(Arc::clone(&asset));
        match old {
            Some(old) => {
                self.remove_content(&old);
                Ok(Stored::Overwritten(asset))
            }
            None => Ok(Stored::New(asset)),
        }
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<Asset>> {
        self.lock().by_key.get(key).cloned()
    }

    pub(crate) fn by_id(&self, asset_id: &str) -> Option<Arc<Asset>> {
        let state = self.lock();
        state
            .key_by_id
            .get(asset_id)
            .and_then(|key| state.by_key.get(key))
            .cloned()
    }

    /// Every asset, newest first.
    pub(crate) fn all(&self) -> Vec<Arc<Asset>> {
        let mut all: Vec<_> = self.lock().by_key.values().cloned().collect();
        all.sort_by_key(|asset| std::cmp::Reverse(asset.order));
        all
    }

    /// The bytes of an asset; `None` when they were thrown away.
    pub(crate) fn content(&self, asset: &Asset) -> Option<PathBuf> {
        asset.content.as_ref().map(|name| self.assets.join(name))
    }

    /// Changes a description. `Ok(None)` when there is no such asset.
    pub(crate) fn update(
        &self,
        key: &Key,
        change: impl FnOnce(&mut Asset),
    ) -> io::Result<Option<Arc<Asset>>> {
        let mut state = self.lock();
        let Some(old) = state.by_key.get(key) else {
            return Ok(None);
        };
        let mut asset = Asset::clone(old);
        change(&mut asset);
        self.write(&asset)?;
        let asset = Arc::new(asset);
        state.insert(Arc::clone(&asset));
        Ok(Some(asset))
    }

    /// Gives an asset another ID or delivery type.
    pub(crate) fn rename(
        &self,
        from: &Key,
        to: &Key,
        overwrite: bool,
        change: impl FnOnce(&mut Asset),
    ) -> Result<Arc<Asset>, MoveError> {
        let mut state = self.lock();
        let Some(old) = state.by_key.get(from).cloned() else {
            return Err(MoveError::NotFound);
        };
        let target = state
            .by_key
            .get(to)
            .cloned()
            .filter(|target| target.asset_id != old.asset_id);
        if let Some(target) = target {
            if !overwrite {
                return Err(MoveError::Taken);
            }
            self.erase(&mut state, &target).map_err(MoveError::Disk)?;
        }
        let mut asset = Asset::clone(&old);
        asset.public_id.clone_from(&to.public_id);
        asset.delivery_type.clone_from(&to.delivery_type);
        change(&mut asset);
        self.write(&asset).map_err(MoveError::Disk)?;
        state.by_key.remove(from);
        let asset = Arc::new(asset);
        state.insert(Arc::clone(&asset));
        Ok(asset)
    }

    /// Removes an asset and its bytes; `false` when there is none.
    pub(crate) fn remove(&self, key: &Key) -> io::Result<bool> {
        let mut state = self.lock();
        let Some(asset) = state.by_key.get(key).cloned() else {
            return Ok(false);
        };
        self.erase(&mut state, &asset)?;
        Ok(true)
    }

    /// Folders that were made on purpose; those of assets are not in here.
    pub(crate) fn made_folders(&self) -> BTreeSet<String> {
        self.lock().folders.clone()
    }

    pub(crate) fn change_folders(
        &self,
        change: impl FnOnce(&mut BTreeSet<String>),
    ) -> io::Result<()> {
        let mut state = self.lock();
        change(&mut state.folders);
        if self.discard {
            Ok(())
        } else {
            write_atomically(&self.folders_file, &serde_json::to_vec(&state.folders)?)
        }
    }

    fn erase(&self, state: &mut State, asset: &Asset) -> io::Result<()> {
        if !self.discard {
            fs::remove_file(self.assets.join(format!("{}.json", asset.asset_id)))?;
        }
        state.by_key.remove(&asset.key());
        state.key_by_id.remove(&asset.asset_id);
        self.remove_content(asset);
        Ok(())
    }

    fn remove_content(&self, asset: &Asset) {
        if let Some(path) = self.content(asset) {
            // What is left behind is swept at the next start.
            let _ = fs::remove_file(path);
        }
    }

    fn write(&self, asset: &Asset) -> io::Result<()> {
        if self.discard {
            return Ok(());
        }
        write_atomically(
            &self.assets.join(format!("{}.json", asset.asset_id)),
            &serde_json::to_vec_pretty(asset)?,
        )
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn insert(&mut self, asset: Arc<Asset>) {
        self.key_by_id.insert(asset.asset_id.clone(), asset.key());
        self.by_key.insert(asset.key(), asset);
    }
}

/// Writes beside the target and renames, so that a reader sees the old text or the new one.
pub(crate) fn write_atomically(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}
