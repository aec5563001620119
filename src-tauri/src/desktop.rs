//! `app::Desktop` over Tauri: dialogs, clipboard, windows. Plugins are called from here only, so
//! no page needs a permission for one.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use app::contract::{HereView, Problem};
use app::words;
use app::{
    Aloft, Appearance, Choice, Clipboard, Desktop, IsIt, Notification, Question, SecretAsked,
    messages,
};
use async_trait::async_trait;
#[cfg(target_os = "linux")]
use secrecy::ExposeSecret as _;
use secrecy::SecretString;
#[cfg(not(target_os = "linux"))]
use tauri::window::{ProgressBarState, ProgressBarStatus};
use tauri::{AppHandle, Manager, Runtime, Theme};
use tauri_plugin_dialog::{
    DialogExt, MessageDialogButtons, MessageDialogKind, MessageDialogResult,
};
use tauri_plugin_notification::NotificationExt;
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;

use crate::clipboard::ClipboardThread;
#[cfg(target_os = "linux")]
use crate::clipboard::{self, toolkit};
use crate::platform::away::AwaySignals;
use crate::platform::tray_host::TrayHost;
use crate::{platform, shortcut, windows};

/// A dialog takes the key that was meant for another window: a yes that comes sooner than a person reads is not an answer,
/// and the dialog is shown again.
const HASTE: Duration = Duration::from_millis(600);

/// Asks until the answer is one: a yes that was not in haste, or a refusal, which always counts.
async fn unhurried<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> Option<T> {
    loop {
        let shown = Instant::now();
        let answer = ask().await;
        if answer.is_none() || shown.elapsed() >= HASTE {
            return answer;
        }
    }
}

/// The desktop behind a running Tauri program.
pub(crate) struct TauriDesktop<R: Runtime> {
    handle: AppHandle<R>,
    clipboard: ClipboardThread,
    #[cfg(target_os = "linux")]
    launcher: platform::launcher::Launcher,
    agent: tokio::sync::Mutex<Option<agent::Agent>>,
}

impl<R: Runtime> TauriDesktop<R> {
    pub(crate) fn new(handle: AppHandle<R>) -> Self {
        Self {
            handle,
            clipboard: ClipboardThread::start(),
            #[cfg(target_os = "linux")]
            launcher: platform::launcher::Launcher::start(),
            agent: tokio::sync::Mutex::default(),
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

    /// Something when the answer was yes.
    async fn show_question(&self, question: Question) -> Option<()> {
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
        answered.await.unwrap_or(false).then_some(())
    }

    /// Which of the answers was clicked.
    async fn show_choice(&self, choice: Choice) -> Option<usize> {
        let (answer, answered) = oneshot::channel();
        let [first, second] = choice.answers;
        let words = (first.clone(), second.clone());
        let buttons = MessageDialogButtons::YesNoCancelCustom(first, second, choice.refuse);
        let mut dialog = self
            .handle
            .dialog()
            .message(choice.body)
            .title(choice.title)
            .kind(MessageDialogKind::Warning)
            .buttons(buttons);
        if let Some(window) = self.handle.get_webview_window(windows::MAIN) {
            dialog = dialog.parent(&window);
        }
        dialog.show_with_result(move |result| {
            let _ = answer.send(result);
        });
        // What the dialog answers of a button with words of its own are these words.
        match answered.await.ok()? {
            MessageDialogResult::Custom(word) if word == words.0 => Some(0),
            MessageDialogResult::Custom(word) if word == words.1 => Some(1),
            MessageDialogResult::Yes => Some(0),
            MessageDialogResult::No => Some(1),
            MessageDialogResult::Custom(_)
            | MessageDialogResult::Ok
            | MessageDialogResult::Cancel => None,
        }
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
            .map_err(|error| windows::problem(words::problem::could_not_reach_thread, &error))?;
        answered.await.unwrap_or_else(|error| {
            Err(windows::problem(
                words::problem::could_not_reach_thread,
                &error,
            ))
        })
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
        unhurried(|| self.show_question(question.clone()))
            .await
            .is_some()
    }

    async fn choose(&self, choice: Choice) -> Result<Option<usize>, Problem> {
        Ok(unhurried(|| self.show_choice(choice.clone())).await)
    }

    async fn set_agent(&self, port: Option<u16>) -> Result<(), Problem> {
        let mut running = self.agent.lock().await;
        if let Some(agent) = running.take() {
            agent.stop().await;
        }
        if let Some(port) = port {
            let aloft = self.handle.state::<Aloft>().inner().clone();
            *running = Some(agent::start(&aloft, Some(port)).await?);
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    async fn read_clipboard(&self) -> Result<Clipboard, Problem> {
        self.clipboard.read().await
    }

    /// Both ways at once: an owner that never answers costs the time limit once.
    #[cfg(target_os = "linux")]
    async fn read_clipboard(&self) -> Result<Clipboard, Problem> {
        let shown = toolkit::read(&self.handle);
        match tokio::join!(self.clipboard.read(), shown) {
            (Ok(files @ Clipboard::Files(_)), _) => Ok(files),
            (_, Some(picture @ Clipboard::Image { .. })) => Ok(picture),
            (Ok(read), _) => Ok(read),
            (Err(_), Some(shown @ (Clipboard::Files(_) | Clipboard::Text(_)))) => Ok(shown),
            // To a window without the focus it may only look empty.
            (Err(_), Some(Clipboard::Empty)) if self.is_in_front() => Ok(Clipboard::Empty),
            (Err(_), None) if self.is_in_front() => Err(clipboard::no_answer()),
            (Err(problem), Some(Clipboard::Empty) | None) => Err(problem),
        }
    }

    async fn write_clipboard(&self, text: String) -> Result<(), Problem> {
        let written = self.clipboard.write(text.clone()).await;
        #[cfg(target_os = "linux")]
        if written.is_err() && platform::is_wayland() && self.is_in_front() {
            return self
                .on_main(move |_| {
                    toolkit::write(&text);
                    Ok(())
                })
                .await;
        }
        written
    }

    async fn copy_secret(&self, secret: SecretString) -> Result<(), Problem> {
        let written = self.clipboard.write_secret(secret.clone()).await;
        #[cfg(target_os = "linux")]
        if written.is_err() && platform::is_wayland() && self.is_in_front() {
            return self
                .on_main(move |_| {
                    toolkit::write(secret.expose_secret());
                    Ok(())
                })
                .await;
        }
        written
    }

    async fn clear_copied(&self, is_it: IsIt) -> Result<(), Problem> {
        let cleared = self.clipboard.clear_if(is_it).await;
        #[cfg(target_os = "linux")]
        if cleared.is_err() && platform::is_wayland() {
            // When the program ends its main thread may not answer any more.
            let taken_back = self.on_main(|_| {
                toolkit::take_back();
                Ok(())
            });
            return tokio::time::timeout(clipboard::LIMIT, taken_back)
                .await
                .unwrap_or(cleared);
        }
        cleared
    }

    async fn open_secret_window(&self, asked: SecretAsked) -> Result<(), Problem> {
        self.make_room(windows::SECRET).await;
        self.on_main(move |handle| windows::open_secret(handle, &asked))
            .await
    }

    fn close_secret_window(&self) {
        let handle = self.handle.clone();
        let closing = move || windows::destroy(&handle, windows::SECRET);
        if let Err(error) = self.handle.run_on_main_thread(closing) {
            tracing::warn!("the secret window stays: {error}");
        }
    }

    async fn idle(&self) -> Option<Duration> {
        platform::idle::idle().await
    }

    async fn open_widget_window(&self) -> Result<(), Problem> {
        self.make_room(windows::WIDGET).await;
        self.on_main(windows::open_widget).await
    }

    fn show_main_window(&self) {
        windows::show_main_later(&self.handle);
    }

    fn open_address(&self, address: &str) -> Result<(), Problem> {
        self.handle
            .opener()
            .open_url(address, None::<&str>)
            .map_err(|error| windows::problem(words::problem::could_not_open_link, &error))
    }

    fn reveal(&self, file: &Path) -> Result<(), Problem> {
        self.handle
            .opener()
            .reveal_item_in_dir(file)
            .map_err(|error| windows::problem(words::problem::could_not_reveal, &error))
    }

    fn open_folder(&self, folder: &Path) -> Result<(), Problem> {
        self.handle
            .opener()
            .open_path(folder.to_string_lossy(), None::<&str>)
            .map_err(|error| windows::problem(words::problem::could_not_open_folder, &error))
    }

    async fn pick_save(&self, name: &str) -> Option<PathBuf> {
        let (answer, answered) = oneshot::channel();
        let dialog = self.handle.dialog().file().set_file_name(name);
        dialog.save_file(move |picked| {
            let _ = answer.send(picked);
        });
        answered.await.ok().flatten()?.into_path().ok()
    }

    fn notify(&self, notification: Notification) {
        let builder = self.handle.notification().builder();
        let shown = builder
            .title(notification.title)
            .body(plain(&notification.body))
            .show();
        if let Err(error) = shown {
            tracing::info!("no notification: {error}");
        }
    }

    fn is_in_front(&self) -> bool {
        let windows = self.handle.webview_windows();
        windows
            .values()
            .any(|window| window.is_focused().unwrap_or(false))
    }

    async fn here(&self) -> HereView {
        let host = self.handle.state::<TrayHost>().inner().clone();
        let away = self.handle.state::<AwaySignals>().inner().clone();
        HereView {
            tray: platform::no_tray(&host).await,
            shortcut: platform::no_shortcut(),
            drop_window: platform::no_drop_window(),
            start_at_login: None,
            starts_at_login: false,
            screen_lock: platform::no_screen_lock(&away).await,
            idle: platform::own_idle().await,
        }
    }

    fn set_appearance(&self, appearance: Appearance) -> Result<(), Problem> {
        self.handle.set_theme(match appearance {
            Appearance::System => None,
            Appearance::Light => Some(Theme::Light),
            Appearance::Dark => Some(Theme::Dark),
        });
        Ok(())
    }

    async fn starts_at_login(&self) -> Result<bool, Problem> {
        platform::login::is_on(&self.handle)
    }

    async fn set_start_at_login(&self, on: bool) -> Result<(), Problem> {
        platform::login::set(&self.handle, on)
    }

    async fn set_shortcut(&self, keys: Option<String>) -> Result<(), Problem> {
        self.on_main(move |handle| shortcut::set(handle, keys.as_deref()))
            .await
    }

    async fn show_drop_window(&self, show: bool) -> Result<(), Problem> {
        self.on_main(move |handle| windows::show_drop(handle, show))
            .await
    }

    fn has_drop_window(&self) -> bool {
        self.handle.get_webview_window(windows::DROP).is_some()
    }

    #[cfg(target_os = "linux")]
    fn set_progress(&self, fraction: Option<f64>, attention: u64) {
        self.launcher.show(fraction, attention);
    }

    #[cfg(not(target_os = "linux"))]
    fn set_progress(&self, fraction: Option<f64>, attention: u64) {
        let Some(window) = self.handle.get_webview_window(windows::MAIN) else {
            return;
        };
        let _ = window.set_progress_bar(ProgressBarState {
            status: Some(match fraction {
                Some(_) => ProgressBarStatus::Normal,
                None => ProgressBarStatus::None,
            }),
            progress: fraction.map(percent),
        });
        let count = i64::try_from(attention).ok().filter(|count| *count > 0);
        let _ = window.set_badge_count(count);
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it lies between 0 and 100"
)]
fn percent(fraction: f64) -> u64 {
    (fraction.clamp(0.0, 1.0) * 100.0) as u64
}

/// On Linux a notification's body is markup; a file may be called `<b>`.
/// See <https://specifications.freedesktop.org/notification-spec/latest/markup.html>.
fn plain(body: &str) -> String {
    if cfg!(target_os = "linux") {
        body.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    } else {
        body.to_owned()
    }
}
