//! The secret of an account, wherever that account keeps it.

use std::{fmt, sync::Arc};

use secrecy::SecretString;

use crate::{
    Account, Item, Keeping, MemoryStore, SecretStore, StoreError, StoreName, UnlockDialog,
    VaultError,
};

/// Chooses the store by [`Account::keeping`]. It never falls back from one to another: a secret
/// goes only where the user said.
#[derive(Clone)]
pub struct Secrets {
    keyring: Arc<dyn SecretStore>,
    session: Arc<MemoryStore>,
    vault: Option<Arc<dyn SecretStore>>,
}

impl Secrets {
    /// Over the system's keyring (or what stands for it in a test) and the memory of this session.
    pub fn new(keyring: Arc<dyn SecretStore>, session: Arc<MemoryStore>) -> Self {
        Self {
            keyring,
            session,
            vault: None,
        }
    }

    /// The same, and a [`crate::Vault`] for the accounts whose user chose it. Without one, such an
    /// account is answered [`VaultError::NotThere`].
    #[must_use]
    pub fn with_vault(self, vault: Arc<dyn SecretStore>) -> Self {
        Self {
            vault: Some(vault),
            ..self
        }
    }

    /// The secret of a signed account, `None` for an unsigned one.
    ///
    /// # Errors
    /// Those of the store; [`StoreError::Missing`] when a signed account has no secret there.
    pub async fn get(
        &self,
        account: &Account,
        dialog: UnlockDialog,
    ) -> Result<Option<SecretString>, StoreError> {
        match self.place(account) {
            Place::Unsigned => Ok(None),
            Place::Nowhere => Err(StoreError::Missing),
            Place::NoVault => Err(VaultError::NotThere.into()),
            Place::In(store, item) => store.get(&item, dialog).await.map(Some),
        }
    }

    /// Keeps the secret of a signed account; for an unsigned one there is nothing to keep.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn put(
        &self,
        account: &Account,
        secret: &SecretString,
        dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        match self.place(account) {
            Place::Unsigned | Place::Nowhere => Ok(()),
            Place::NoVault => Err(VaultError::NotThere.into()),
            Place::In(store, item) => store.put(&item, secret, dialog).await,
        }
    }

    /// Keeps the secret of a signed account and reads it back. Answers whether it is what was read; for
    /// an unsigned account there is nothing to keep.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn keep(
        &self,
        account: &Account,
        secret: &SecretString,
        dialog: UnlockDialog,
    ) -> Result<bool, StoreError> {
        match self.place(account) {
            Place::Unsigned => Ok(true),
            Place::Nowhere => Err(StoreError::Missing),
            Place::NoVault => Err(VaultError::NotThere.into()),
            Place::In(store, item) => store.keep(&item, secret, dialog).await,
        }
    }

    /// What the account's store holds for it, to be [put back](Secrets::put_back) when what comes next fails. A store may hold
    /// a secret for values that no account names any more.
    ///
    /// # Errors
    /// Those of the store; an item that cannot be read is none, since a new secret is to take its place.
    pub async fn before(
        &self,
        account: &Account,
        dialog: UnlockDialog,
    ) -> Result<Before, StoreError> {
        match self.get(account, dialog).await {
            Ok(Some(secret)) => Ok(Before::Secret(secret)),
            Ok(None) | Err(StoreError::Missing) => Ok(Before::Nothing),
            Err(StoreError::Unreadable) => Ok(Before::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Makes the account's store as it was.
    pub async fn put_back(&self, account: &Account, before: &Before, dialog: UnlockDialog) {
        let result = match before {
            Before::Secret(secret) => self.put(account, secret, dialog).await,
            Before::Nothing => self.delete(account, dialog).await,
            Before::Unknown => Ok(()),
        };
        if let Err(error) = result {
            tracing::warn!(%error, account = %account.id, "a secret could not be put back as it was");
        }
    }

    /// Removes the secret of an account. That there is none already is no error.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn delete(&self, account: &Account, dialog: UnlockDialog) -> Result<(), StoreError> {
        match self.place(account) {
            Place::Unsigned | Place::Nowhere => Ok(()),
            Place::NoVault => Err(VaultError::NotThere.into()),
            Place::In(store, item) => match store.delete(&item, dialog).await {
                Err(StoreError::Missing) => Ok(()),
                other => other,
            },
        }
    }

    /// Removes the secret of an account from every store, for an account that goes away: it may have
    /// been kept elsewhere before. That a place holds none, or is not there at all while the account
    /// keeps nothing in it, is no error.
    ///
    /// # Errors
    /// Those of the keyring, and of the vault if the account keeps its secret there.
    pub async fn forget(&self, account: &Account, dialog: UnlockDialog) -> Result<(), StoreError> {
        for item in account.items() {
            self.forget_item(account.keeping, &item, dialog).await?;
        }
        Ok(())
    }

    async fn forget_item(
        &self,
        keeping: Keeping,
        item: &Item,
        dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        match self.keyring.delete(item, dialog).await {
            Ok(()) | Err(StoreError::Missing) => {}
            Err(StoreError::NoStore { .. } | StoreError::NoCollection)
                if keeping != Keeping::Keyring => {}
            Err(error) => return Err(error),
        }
        if let Some(vault) = &self.vault {
            match vault.delete(item, dialog).await {
                Ok(()) | Err(StoreError::Missing | StoreError::Vault(VaultError::NotThere)) => {}
                // It is not asked to be opened for an account that keeps nothing in it.
                Err(StoreError::Vault(VaultError::Locked | VaultError::PassphraseChanged))
                    if keeping != Keeping::Vault => {}
                Err(error) => return Err(error),
            }
        }
        match self.session.delete(item, dialog).await {
            Err(StoreError::Missing) => Ok(()),
            other => other,
        }
    }

    /// The store an account uses, for a line that tells the user.
    pub fn store_of(&self, account: &Account) -> Option<StoreName> {
        match self.place(account) {
            Place::Unsigned | Place::Nowhere | Place::NoVault => None,
            Place::In(store, _) => Some(store.name()),
        }
    }

    fn place(&self, account: &Account) -> Place<'_> {
        match (account.item(), account.keeping) {
            (None, _) => Place::Unsigned,
            (Some(_), Keeping::Nothing) => Place::Nowhere,
            (Some(item), Keeping::Keyring) => Place::In(self.keyring.as_ref(), item),
            (Some(item), Keeping::SessionOnly) => Place::In(self.session.as_ref(), item),
            (Some(item), Keeping::Vault) => match &self.vault {
                Some(vault) => Place::In(vault.as_ref(), item),
                None => Place::NoVault,
            },
        }
    }
}

/// What a store held, see [`Secrets::before`].
#[derive(Clone, Debug)]
pub enum Before {
    /// This.
    Secret(SecretString),
    /// Nothing.
    Nothing,
    /// Something that cannot be read, and so not be put back.
    Unknown,
}

enum Place<'a> {
    Unsigned,
    /// A signed account that says it keeps nothing: somebody edited the file.
    Nowhere,
    /// It keeps its secret in a vault that is not here.
    NoVault,
    In(&'a dyn SecretStore, Item),
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("keyring", &self.keyring.name())
            .finish_non_exhaustive()
    }
}
