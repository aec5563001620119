//! `app::Desktop` over Tauri: dialogs, clipboard, windows. Plugins are called from here only, so
//! no page needs a permission for one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use app::contract::Problem;
use app::{Clipboard, Desktop, Question, SecretAsked, messages};
use async_trait::async_trait;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind};
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;

use crate::clipboard::ClipboardThread;
use crate::windows;

/// The desktop behind a running Tauri program.
pub(crate) struct TauriDesktop<R: Runtime> {
    handle: AppHandle<R>,
    clipboard: ClipboardThread,
}

impl<R: Runtime> TauriDesktop<R> {
    pub(crate) fn new(handle: AppHandle<R>) -> Self {
        Self {
            handle,
            clipboard: ClipboardThread::start(),
        }
    }

    /// Destroys the window of this label and waits until its name is free: that happens later, on
    /// the main thread.
    async fn make_room(&self, label: &str) {
        windows::destroy(&self.handle, label);
        let gone = async {
            while self.handle.get_webview_window(label).is_some() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        // If it does not go, opening the new one says so.
        let _ = tokio::time::timeout(Duration::from_secs(2), gone).await;
    }

    /// Window calls belong to the main thread; their result comes back here.
    async fn on_main<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AppHandle<R>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, answered) = oneshot::channel();
        let handle = self.handle.clone();
        self.handle
            .run_on_main_thread(move || {
                let _ = answer.send(work(&handle));
            })
            .map_err(|error| windows::problem("reach its main thread", &error))?;
        answered
            .await
            .unwrap_or_else(|error| Err(windows::problem("reach its main thread", &error)))
    }
}

#[async_trait]
impl<R: Runtime> Desktop for TauriDesktop<R> {
    async fn pick_files(&self) -> Vec<PathBuf> {
        let (answer, answered) = oneshot::channel();
        self.handle.dialog().file().pick_files(move |picked| {
            let _ = answer.send(picked);
        });
        let picked = answered.await.ok().flatten().unwrap_or_default();
        picked
            .into_iter()
            .filter_map(|path| path.into_path().ok())
            .collect()
    }

    async fn pick_folder(&self) -> Option<PathBuf> {
        let (answer, answered) = oneshot::channel();
        self.handle.dialog().file().pick_folder(move |picked| {
            let _ = answer.send(picked);
        });
        answered.await.ok().flatten()?.into_path().ok()
    }

    async fn confirm(&self, question: Question) -> bool {
        let (answer, answered) = oneshot::channel();
        let mut dialog = self
            .handle
            .dialog()
            .message(question.body)
            .title(question.title)
            .kind(MessageDialogKind::Warning)
            .buttons(MessageDialogButtons::OkCancelCustom(
                question.yes,
                messages::dialog_cancel(),
            ));
        if let Some(window) = self.handle.get_webview_window(windows::MAIN) {
            dialog = dialog.parent(&window);
        }
        dialog.show(move |yes| {
            let _ = answer.send(yes);
        });
        answered.await.unwrap_or(false)
    }

    async fn read_clipboard(&self) -> Result<Clipboard, Problem> {
        self.clipboard.read().await
    }

    async fn write_clipboard(&self, text: String) -> Result<(), Problem> {
        self.clipboard.write(text).await
    }

    async fn open_secret_window(&self, asked: SecretAsked) -> Result<(), Problem> {
        self.make_room(windows::SECRET).await;
        self.on_main(move |handle| windows::open_secret(handle, &asked))
            .await
    }

    async fn open_widget_window(&self) -> Result<(), Problem> {
        self.make_room(windows::WIDGET).await;
        self.on_main(windows::open_widget).await
    }

    fn show_main_window(&self) {
        let handle = self.handle.clone();
        let _ = self
            .handle
            .run_on_main_thread(move || windows::show_main(&handle));
    }

    fn open_address(&self, address: &str) -> Result<(), Problem> {
        self.handle
            .opener()
            .open_url(address, None::<&str>)
            .map_err(|error| windows::problem("open the link in a browser", &error))
    }

    fn reveal(&self, file: &Path) -> Result<(), Problem> {
        self.handle
            .opener()
            .reveal_item_in_dir(file)
            .map_err(|error| windows::problem("show the file in the file manager", &error))
    }
}
