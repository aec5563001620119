//! An account's values changed, offline.

use credentials::{
    Access, Account, ApiHost, Delivery, Origin, SignatureAlgorithm, SignatureVersion, UnlockDialog,
    Verification, shape,
};
use secrecy::{ExposeSecret, SecretString};

use super::Consent;
use crate::aloft::Aloft;
use crate::audit::Action;
use crate::contract::{EditAccount, Problem, ProblemKind};
use crate::problems;
use crate::words::{problem as p, reason};

/// What is to be changed; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct AccountChanges {
    /// What the user reads in lists.
    pub label: Option<String>,
    /// The cloud name.
    pub cloud_name: Option<String>,
    /// The API key: for correcting it. A new one beside the old is a rotation.
    pub api_key: Option<String>,
    /// The API secret.
    pub secret: Option<SecretString>,
    /// `default`, `eu`, `ap` or an address.
    pub host: Option<String>,
    /// The preset of an account without a secret.
    pub upload_preset: Option<String>,
    /// `sha1` or `sha256`.
    pub algorithm: Option<SignatureAlgorithm>,
    /// 1 or 2.
    pub version: Option<SignatureVersion>,
    /// A host name of one's own for links; empty takes it away.
    pub secure_distribution: Option<String>,
    /// Whether the cloud has its own delivery host.
    pub private_cdn: Option<bool>,
    /// A host name of one's own for plain links; empty takes it away.
    pub cname: Option<String>,
}

impl Aloft {
    /// Changes an account. Nothing is asked of the service: what the change may have made wrong is unverified after it.
    ///
    /// # Errors
    /// Names the value that is wrong, or says that the host was declined or a store cannot be used; nothing is changed
    /// then.
    pub async fn edit_account(
        &self,
        account: &Account,
        changes: AccountChanges,
        consent: Consent,
    ) -> Result<Account, Problem> {
        self.refuse_while_locked().await?;
        let edited = edited(account, &changes)?;
        if edited.host != account.host {
            self.agreed_to_host(&edited, consent).await?;
        }
        let _turn = self.turn().await?;
        let account = &self.still(account)?;
        let moved = edited.item() != account.item();
        if moved && account.rotation.is_some() {
            let words = p::edit_during_rotation(&account.label);
            return Err(problems::problem(ProblemKind::BadValue, words));
        }
        // A secret is kept under cloud name and key: those of another account are refused before anything is put there.
        self.0.book.would_take(&edited)?;
        let secret = self.secret_for(account, &changes, moved);
        let secret = self.while_unlocked(secret).await??;
        let taken = async || {
            let saved = self.0.book.update(&account.id, |saved| {
                // Only what was changed: another process may have changed the rest meanwhile.
                saved.label.clone_from(&edited.label);
                saved.cloud_name.clone_from(&edited.cloud_name);
                saved.access = edited.access.clone();
                saved.host = edited.host.clone();
                saved.delivery = edited.delivery.clone();
                saved.verification = edited.verification.clone();
            })?;
            if moved && account.item().is_some() {
                let left = self.0.secrets.delete(account, UnlockDialog::Allow).await;
                if let Err(error) = left {
                    tracing::warn!("the secret of the old values is still kept: {error}");
                }
            }
            Ok(saved)
        };
        let saved = self.with_secret(&edited, secret.as_ref(), taken).await?;
        self.write_down_after(Action::Edited, Some(&saved)).await;
        self.goes_on(&saved).await?;
        self.accounts_have_changed();
        if saved.verification == Verification::Unverified {
            self.verify_in_background(&saved);
        }
        Ok(saved)
    }

    pub(crate) async fn edit_account_asking(
        &self,
        request: EditAccount,
    ) -> Result<Account, Problem> {
        let account = self.required(&request.id)?;
        let changes = AccountChanges {
            label: request.label,
            cloud_name: request.cloud_name,
            api_key: request.api_key,
            secret: None,
            host: request.host,
            upload_preset: request.upload_preset,
            algorithm: parsed(request.algorithm.as_deref())?,
            version: parsed(request.signature_version.as_deref())?,
            secure_distribution: request.secure_distribution,
            private_cdn: request.private_cdn,
            cname: request.cname,
        };
        self.edit_account(&account, changes, Consent::Ask).await
    }

    /// The secret that is to be kept under the new values: the one given, or the one from before where cloud name or
    /// key are others now.
    async fn secret_for(
        &self,
        account: &Account,
        changes: &AccountChanges,
        moved: bool,
    ) -> Result<Option<SecretString>, Problem> {
        if account.item().is_none() {
            return Ok(None);
        }
        if let Some(secret) = &changes.secret {
            shape::secret(secret.expose_secret())
                .map_err(|fault| wrong(problems::of_value(reason::api_secret(), fault)))?;
            return Ok(Some(secret.clone()));
        }
        if !moved {
            return Ok(None);
        }
        Ok(self.0.secrets.get(account, UnlockDialog::Allow).await?)
    }
}

fn parsed<T: std::str::FromStr>(text: Option<&str>) -> Result<Option<T>, Problem> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|_| wrong(p::signature_form_unknown()))
}

fn wrong(words: crate::words::Words) -> Problem {
    problems::problem(ProblemKind::BadValue, words)
}

/// The account as it would be; its shape is checked.
fn edited(account: &Account, changes: &AccountChanges) -> Result<Account, Problem> {
    if account.origin != Origin::Saved {
        return Err(wrong(p::account_not_editable(&account.label)));
    }
    let mut edited = account.clone();
    if let Some(label) = &changes.label {
        edited.label = label.trim().to_owned();
    }
    if let Some(cloud_name) = &changes.cloud_name {
        let cloud_name = cloud_name.trim();
        shape::cloud_name(cloud_name)
            .map_err(|fault| wrong(problems::of_value(reason::cloud_name(), fault)))?;
        edited.cloud_name = cloud_name.to_owned();
    }
    edited.access = access(&account.access, changes)?;
    if let Some(host) = &changes.host {
        edited.host = ApiHost::parse(host).map_err(|error| wrong(problems::of_host(error)))?;
    }
    edited.delivery = delivery(&account.delivery, changes);
    let same = edited.item() == account.item()
        && edited.access == account.access
        && edited.host == account.host
        && changes.secret.is_none();
    if !same {
        edited.verification = Verification::Unverified;
    }
    Ok(edited)
}

fn access(access: &Access, changes: &AccountChanges) -> Result<Access, Problem> {
    match access {
        Access::Signed {
            api_key,
            algorithm,
            version,
        } => {
            if changes.upload_preset.is_some() {
                return Err(wrong(p::edit_signed_has_no_preset()));
            }
            let api_key = changes.api_key.as_deref().unwrap_or(api_key).trim();
            shape::api_key(api_key)
                .map_err(|fault| wrong(problems::of_value(reason::api_key(), fault)))?;
            Ok(Access::Signed {
                api_key: api_key.to_owned(),
                algorithm: changes.algorithm.unwrap_or(*algorithm),
                version: changes.version.unwrap_or(*version),
            })
        }
        Access::Unsigned { upload_preset } => {
            let signed = changes.api_key.is_some()
                || changes.secret.is_some()
                || changes.algorithm.is_some()
                || changes.version.is_some();
            if signed {
                return Err(wrong(p::edit_unsigned_has_no_key()));
            }
            let preset = changes.upload_preset.as_deref().unwrap_or(upload_preset);
            let preset = preset.trim();
            shape::upload_preset(preset)
                .map_err(|fault| wrong(problems::of_value(reason::upload_preset(), fault)))?;
            Ok(Access::Unsigned {
                upload_preset: preset.to_owned(),
            })
        }
    }
}

fn delivery(before: &Delivery, changes: &AccountChanges) -> Delivery {
    let name = |change: &Option<String>, before: &Option<String>| match change {
        Some(name) => Some(name.trim().to_owned()).filter(|name| !name.is_empty()),
        None => before.clone(),
    };
    Delivery {
        secure_distribution: name(&changes.secure_distribution, &before.secure_distribution),
        private_cdn: changes.private_cdn.unwrap_or(before.private_cdn),
        cname: name(&changes.cname, &before.cname),
    }
}
