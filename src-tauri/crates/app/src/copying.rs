//! Copying and opening links: one or hundreds, in the form that was chosen.

use std::collections::BTreeMap;

use cloudinary::{DeliveryHost, Rendition};
use credentials::{Access, Account, UnlockDialog};
use engine::LibraryAsset;

use crate::accounts;
use crate::aloft::Aloft;
use crate::contract::{CopyLinks, LinkForm, LinksPreview, PreviewLinks, Problem, ProblemKind};
use crate::document::{Document, Found};
use crate::links::{self, LinkKey, Subject};
use crate::problems;
use crate::sign;
use crate::stored::Stored;
use crate::words;

/// Links that a preview shows.
const PREVIEWED: usize = 4;
/// Characters that a preview shows.
const PREVIEWED_TEXT: usize = 4_000;
/// Where the form that was used last is written, in the folder of the configuration.
const LAST_FORM: &str = "last-link-form.json";

impl Aloft {
    /// Puts links on the clipboard, one a line, in the order given. Answers how many.
    ///
    /// # Errors
    /// When none of the rows has a link, one cannot be signed, or the template is wrong; nothing is copied then.
    pub(crate) async fn copy_links(&self, request: &CopyLinks) -> Result<usize, Problem> {
        let linked = self.linked(&request.ids).await?;
        let lines = self
            .written(&linked, &request.form, UnlockDialog::Allow)
            .await?;
        self.0.desktop.write_clipboard(lines.join("\n")).await?;
        if request.remember {
            self.remember(&request.form);
        }
        Ok(lines.len())
    }

    /// The beginning of what [`Aloft::copy_links`] would copy. Never opens the keyring's dialog.
    ///
    /// # Errors
    /// As [`Aloft::copy_links`].
    pub(crate) async fn preview_links(
        &self,
        request: &PreviewLinks,
    ) -> Result<LinksPreview, Problem> {
        let form = &request.form;
        let linked = self.0.queue.linked(request.ids.clone(), PREVIEWED).await?;
        if linked.first.is_empty() {
            return Err(no_link(linked.deleted > 0));
        }
        let first = self.linked(&linked.first).await?;
        let lines = self.written(&first, form, UnlockDialog::Never).await?;
        let picture = self.stored(linked.picture.as_slice()).await?.pop();
        let unchanged = linked
            .kinds
            .iter()
            .filter(|((kind, format), _)| links::is_unchanged(form, *kind, format.as_deref()));
        Ok(LinksPreview {
            text: lines.join("\n").chars().take(PREVIEWED_TEXT).collect(),
            shown: first.len(),
            count: linked.count(),
            unchanged: unchanged.map(|(_, count)| count).sum(),
            picture: picture.as_ref().map(|stored| stored.row),
            size: picture.and_then(|stored| {
                links::size_of(&links::rendition(form, &stored.receipt), &stored.receipt)
            }),
        })
    }

    /// Opens a row's link in the browser, signed where it has to be.
    ///
    /// # Errors
    /// As for copying.
    pub(crate) async fn open_link(&self, row: i64) -> Result<(), Problem> {
        let linked = self.linked(&[row]).await?;
        let plain = LinkForm::default();
        let mut lines = self.written(&linked, &plain, UnlockDialog::Allow).await?;
        self.0
            .desktop
            .open_address(&lines.pop().unwrap_or_default())
    }

    /// One asset's link in a form, for a terminal.
    ///
    /// # Errors
    /// As for copying.
    pub async fn link_of(&self, asset: &LibraryAsset, form: &LinkForm) -> Result<String, Problem> {
        let linked = self.linked(&[-asset.id]).await?;
        let mut lines = self.written(&linked, form, UnlockDialog::Allow).await?;
        Ok(lines.pop().unwrap_or_default())
    }

    /// The form that was used last where one was chosen, by whichever process; plain addresses before that.
    pub(crate) fn last_link_form(&self) -> LinkForm {
        self.kept_form()
            .read()
            .map(Found::or_nothing)
            .unwrap_or_default()
    }

    /// It is a convenience: that the disk is full is no reason not to copy.
    fn remember(&self, form: &LinkForm) {
        if let Err(problem) = self.kept_form().replace(form) {
            tracing::warn!("{problem}");
        }
    }

    fn kept_form(&self) -> Document<LinkForm> {
        let file = self.0.folders.config.join(LAST_FORM);
        Document::at(file)
    }

    async fn linked(&self, rows: &[i64]) -> Result<Vec<Stored>, Problem> {
        let mut stored = self.stored(rows).await?;
        let before = stored.len();
        stored.retain(|stored| !stored.deleted);
        if stored.is_empty() {
            return Err(no_link(before > 0));
        }
        Ok(stored)
    }

    /// One text for each, in their order.
    async fn written(
        &self,
        linked: &[Stored],
        form: &LinkForm,
        dialog: UnlockDialog,
    ) -> Result<Vec<String>, Problem> {
        let written = self.written_now(linked, form, dialog);
        let needs_secret = |stored: &Stored| links::needs_signature(&stored.receipt);
        match linked.iter().any(needs_secret) {
            true => self.while_unlocked(written).await?,
            false => written.await,
        }
    }

    async fn written_now(
        &self,
        linked: &[Stored],
        form: &LinkForm,
        dialog: UnlockDialog,
    ) -> Result<Vec<String>, Problem> {
        let mut keys: BTreeMap<&str, LinkKey> = BTreeMap::new();
        let mut hosts: BTreeMap<&str, DeliveryHost> = BTreeMap::new();
        let accounts = self.accounts()?;
        let mut lines = Vec::with_capacity(linked.len());
        for stored in linked {
            let Stored {
                receipt, account, ..
            } = stored;
            let is_signed = links::needs_signature(receipt);
            if is_signed && !keys.contains_key(account.as_str()) {
                keys.insert(account, self.link_key(stored, &accounts, dialog).await?);
            }
            let key = keys.get(account.as_str()).filter(|_| is_signed);
            if !hosts.contains_key(account.as_str()) {
                let host = match accounts::with_id(&accounts, account) {
                    Some(account) => self.delivery_host(account).await?,
                    None => DeliveryHost::default(),
                };
                hosts.insert(account, host);
            }
            let host = &hosts[account.as_str()];
            let addresses = |rendition: &Rendition, extension: Option<&str>| {
                let made = (rendition, extension);
                links::address(receipt, &stored.cloud_name, host, made, key)
            };
            let subject = Subject {
                name: &stored.name,
                alt: stored.alt(),
                receipt,
            };
            lines.push(links::written(form, subject, &addresses)?);
        }
        Ok(lines)
    }

    /// What the links of a private or authenticated asset are signed with.
    async fn link_key(
        &self,
        stored: &Stored,
        accounts: &[Account],
        dialog: UnlockDialog,
    ) -> Result<LinkKey, Problem> {
        let name = &stored.name;
        let Some(account) = accounts::with_id(accounts, &stored.account) else {
            return Err(Problem::new(
                ProblemKind::UnknownAccount,
                words::problem::link_no_account(name),
                words::hint::add_account_secret(),
            ));
        };
        let Access::Signed {
            algorithm, version, ..
        } = &account.access
        else {
            return Err(Problem::new(
                ProblemKind::NotSigned,
                words::problem::link_no_secret(name),
                words::hint::add_account_key(),
            ));
        };
        let secret = self.secret(account, dialog).await.map_err(|problem| {
            let words = words::problem::link_secret_unavailable(name, problem.message);
            Problem::new(problem.kind, words, problem.hint)
        })?;
        Ok(LinkKey {
            secret,
            algorithm: sign::scheme(*algorithm, *version).algorithm,
        })
    }
}

fn no_link(deleted: bool) -> Problem {
    let words = if deleted {
        words::problem::no_links_deleted()
    } else {
        words::problem::no_links_yet()
    };
    problems::problem(ProblemKind::Gone, words)
}
