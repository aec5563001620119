//! What the system hands over (dropped, picked, pasted, named at a start) on its way into the queue.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use credentials::Account;
use engine::HeldOrigin;
use jiff::ZonedDateTime;
use secrecy::ExposeSecret;

use crate::aloft::Aloft;
use crate::choices::{self, Occasion};
use crate::contract::{Add, AddFrom, AddReport, Choices, Problem, ProblemKind, Skipped};
use crate::desktop::{Clipboard, Question};
use crate::uploads::{UploadOptions, address_of};
use crate::words::{self, Words};
use crate::{messages, problems};

impl Aloft {
    /// Queues for the active account with its defaults.
    pub(crate) async fn add_to_active(
        &self,
        items: Vec<PathBuf>,
        origin: HeldOrigin,
    ) -> Result<AddReport, Problem> {
        if items.is_empty() {
            return Ok(AddReport::default());
        }
        let account = self.account(None)?;
        self.add_with(&account, items, origin, None).await
    }

    /// Queues for an account; without choices as its defaults say.
    pub(crate) async fn add_with(
        &self,
        account: &Account,
        items: Vec<PathBuf>,
        origin: HeldOrigin,
        choices: Option<Choices>,
    ) -> Result<AddReport, Problem> {
        if items.is_empty() {
            return Ok(AddReport::default());
        }
        let choices = match choices {
            Some(choices) => choices,
            None if self.asks_each_time(account)? => {
                self.hold(account, items, origin).await?;
                return Ok(AddReport::default());
            }
            None => self.default_choices(account)?,
        };
        self.try_again(account).await?;
        let options = UploadOptions {
            choices,
            ..UploadOptions::default()
        };
        Ok(self.upload(account, items, &options).await?.report())
    }

    /// Asks the system for what is to be added, then queues it. What would be refused is said before anything is asked.
    pub(crate) async fn add_from(&self, request: Add) -> Result<AddReport, Problem> {
        // Once, and before anything is asked: the user may switch accounts while a dialog is open.
        let account = match &request.account {
            Some(id) => self.required(id)?,
            None => self.account(None)?,
        };
        if let Some(choices) = &request.choices {
            let choices = choices::tidy(choices.clone());
            self.refuse_faults(&account, &choices, Occasion::Unknown)?;
        }
        let items = match request.from {
            AddFrom::FileDialog => self.0.desktop.pick_files().await,
            AddFrom::FolderDialog => self.0.desktop.pick_folder().await.into_iter().collect(),
            AddFrom::Clipboard => self.clipboard_items().await?,
            AddFrom::Held => {
                let account = request.account.as_deref();
                return self.add_held(account, request.choices).await;
            }
        };
        self.add_with(&account, items, HeldOrigin::Given, request.choices)
            .await
    }

    /// Queues what the system handed over and says what became of it. An http address is uploaded
    /// only after the user said so.
    pub async fn take(&self, items: Vec<PathBuf>) {
        let (addresses, items): (Vec<_>, Vec<_>) = items
            .into_iter()
            .partition(|item| address_of(item).is_some());
        let mut wanted = items;
        for address in addresses {
            if self.agreed_to_fetch(&address.to_string_lossy()).await {
                wanted.push(address);
            }
        }
        self.take_agreed(wanted, HeldOrigin::Given).await;
    }

    /// As [`Aloft::take`], with addresses that the user agreed to.
    async fn take_agreed(&self, wanted: Vec<PathBuf>, origin: HeldOrigin) {
        let (wanted, gone) = looked_at(wanted).await;
        match self.add_or_keep(wanted, origin).await {
            Ok(mut report) => {
                report.skipped.extend(gone);
                self.notify_added(report);
            }
            Err(problem) => {
                self.notify_added(AddReport {
                    skipped: gone,
                    ..AddReport::default()
                });
                if problem.kind == ProblemKind::NoAccount {
                    // Only there an account can be added.
                    self.0.desktop.show_main_window();
                }
                self.notify_trouble(problem);
            }
        }
    }

    async fn agreed_to_fetch(&self, address: &str) -> bool {
        let shown: String = address.chars().take(200).collect();
        let question = Question {
            title: messages::dialog_upload_url_title(),
            body: messages::dialog_upload_url_body(&shown),
            yes: messages::dialog_upload_url_yes(),
        };
        self.0.desktop.confirm(question).await
    }

    /// The system's file dialog, then the queue; for the tray and the widget window.
    pub async fn pick_and_add(&self) {
        let files = self.0.desktop.pick_files().await;
        if !files.is_empty() {
            self.0.desktop.show_main_window();
            self.take(files).await;
        }
    }

    /// Uploads what the clipboard holds; when it has arrived, its links take its place there. The window may be closed.
    ///
    /// # Errors
    /// There is nothing on it to upload, or the queue cannot take it.
    pub(crate) async fn upload_clipboard(&self) -> Result<(), Problem> {
        let items = self.clipboard_items().await?;
        if items.is_empty() {
            return Ok(());
        }
        if self.active_account()?.is_none() {
            self.take_agreed(items, HeldOrigin::Clipboard).await;
            return Ok(());
        }
        let _taking = self.taking();
        let (items, gone) = looked_at(items).await;
        let report = self.add_to_active(items, HeldOrigin::Clipboard).await?;
        match (report.batch, report.skipped.into_iter().chain(gone).next()) {
            (Some(batch), skipped) => {
                self.copy_when_done(batch);
                if let Some(skipped) = skipped {
                    self.say_trouble(messages::window_main_title(), skipped.problem);
                }
            }
            (None, Some(skipped)) => return Err(skipped.problem),
            // Something has to be chosen first, in the window.
            (None, None) => self.0.desktop.show_main_window(),
        }
        let account = self.account(None)?;
        if let Some(problem) = self.account_trouble(&account).await? {
            self.say_trouble(messages::window_main_title(), problem);
        }
        Ok(())
    }

    /// What the clipboard holds: files, or an address after asking.
    async fn clipboard_items(&self) -> Result<Vec<PathBuf>, Problem> {
        match self.0.desktop.read_clipboard().await? {
            Clipboard::Files(files) => Ok(files),
            Clipboard::Image { bytes, extension } => {
                self.account(None)?;
                Ok(vec![self.keep_picture(bytes, extension).await?])
            }
            Clipboard::Text(text) => {
                let line = text.expose_secret().trim();
                let address = PathBuf::from(line);
                if line.lines().count() != 1 || address_of(&address).is_none() {
                    return Err(problems::problem(
                        ProblemKind::ClipboardEmpty,
                        words::problem::clipboard_text(),
                    ));
                }
                if !self.agreed_to_fetch(line).await {
                    return Ok(Vec::new());
                }
                Ok(vec![address])
            }
            Clipboard::Empty => Err(problems::problem(
                ProblemKind::ClipboardEmpty,
                words::problem::clipboard_no_file(),
            )),
        }
    }

    /// A picture without a file gets one of the queue's, so that it is still there after a crash.
    pub(crate) async fn keep_picture(
        &self,
        bytes: Vec<u8>,
        extension: &str,
    ) -> Result<PathBuf, Problem> {
        let now = ZonedDateTime::now().strftime("%Y-%m-%d %H.%M.%S");
        let name = format!(
            "{}.{extension}",
            messages::window_pasted_image(&now.to_string())
        );
        Ok(self.0.queue.keep(&name, bytes).await?)
    }
}

/// What was handed over and is not there, or cannot be read, is told at once and becomes no row.
async fn looked_at(items: Vec<PathBuf>) -> (Vec<PathBuf>, Vec<Skipped>) {
    let look = move || {
        let mut there = Vec::with_capacity(items.len());
        let mut gone = Vec::new();
        for item in items {
            match unusable(&item) {
                None => there.push(item),
                Some(skipped) => gone.push(skipped),
            }
        }
        (there, gone)
    };
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}

fn unusable(item: &Path) -> Option<Skipped> {
    if address_of(item).is_some() || !item.is_absolute() {
        return None;
    }
    let look = std::fs::metadata(item).and_then(|metadata| match metadata.is_file() {
        // only opening it tells whether it may be read
        true => std::fs::File::open(item).map(drop),
        false => Ok(()),
    });
    let error = look.err()?;
    let name = item.file_name().unwrap_or(item.as_os_str());
    let shown: String = name.to_string_lossy().chars().take(120).collect();
    let (kind, why) = why_not(&error, &shown);
    Some(Skipped {
        problem: problems::problem(kind, why),
        name: shown,
    })
}

fn why_not(error: &std::io::Error, shown: &str) -> (ProblemKind, Words) {
    let unusable = [ErrorKind::InvalidFilename, ErrorKind::InvalidInput];
    if unusable.contains(&error.kind()) {
        let why = words::problem::skipped_name(shown);
        return (ProblemKind::NameUnrepresentable, why);
    }
    if error.kind() != ErrorKind::NotFound {
        let why = words::problem::skipped_unreadable_because(shown, error);
        return (ProblemKind::SourceUnreadable, why);
    }
    // where the system hands over text, bytes that are none arrive as this
    if shown.contains(char::REPLACEMENT_CHARACTER) {
        let why = words::problem::skipped_name_lost(shown);
        return (ProblemKind::NameUnrepresentable, why);
    }
    let why = words::problem::skipped_missing(shown);
    (ProblemKind::SourceMissing, why)
}
