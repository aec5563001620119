//! What a start asks for, the first one and those that find Aloft running.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use app::Aloft;
use tauri::{AppHandle, Manager, Runtime};

use crate::platform::tray_host::TrayHost;
use crate::rpc::Subscription;
use crate::{drop, shortcut, windows};

/// The argument with which the program starts without its window.
pub(crate) const HIDDEN: &str = "--hidden";
/// The argument with which a start uploads what is on the clipboard, as the keys and the tray do.
const UPLOAD_CLIPBOARD: &str = "--upload-clipboard";
/// How long a tray host may take to come, at login, or to come back, when the panel starts anew.
const GRACE: Duration = Duration::from_secs(10);

/// How long a page may take until it asks for events, on a slow computer; without one everything else goes on.
const LONGEST_PAGE: Duration = Duration::from_secs(3);
/// How long it has the processors to itself then, to draw what it was told.
const DRAWS: Duration = Duration::from_millis(250);

/// What the arguments of one start ask for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Start {
    hidden: bool,
    clipboard: bool,
    files: Vec<PathBuf>,
}

impl Start {
    /// Of the arguments without the program's own name; relative names belong to `folder`.
    pub(crate) fn of(arguments: impl Iterator<Item = OsString> + Clone, folder: &Path) -> Self {
        let has = |wanted: &str| arguments.clone().any(|argument| argument == wanted);
        Self {
            hidden: has(HIDDEN),
            clipboard: has(UPLOAD_CLIPBOARD),
            files: drop::files_of_arguments(arguments, folder),
        }
    }

    /// Whether the first start shows the window.
    pub(crate) fn shows(&self) -> bool {
        !self.hidden
    }

    /// Whether a start that finds Aloft running brings its window to the front. Uploads for a window that was put away
    /// go their way without it: the tray shows them, and a notification says how it went.
    fn brings(&self, is_shown: bool) -> bool {
        let uploads = self.clipboard || !self.files.is_empty();
        !self.hidden && (is_shown || !uploads)
    }

    /// Queues the files, and what is on the clipboard.
    pub(crate) fn upload<R: Runtime>(self, handle: &AppHandle<R>) {
        drop::add(handle, self.files);
        if self.clipboard {
            shortcut::upload_clipboard(handle);
        }
    }
}

/// Aloft was started once more, with these arguments, the program's own name first.
pub(crate) fn again<R: Runtime>(handle: &AppHandle<R>, arguments: Vec<String>, folder: &str) {
    let arguments = arguments.into_iter().skip(1).map(OsString::from);
    let start = Start::of(arguments, Path::new(folder));
    if start.brings(windows::is_main_shown(handle)) {
        windows::show_main_later(handle);
    }
    start.upload(handle);
}

/// Does on the main thread what can wait until the page shows something.
pub(crate) fn after_the_page<R: Runtime>(handle: &AppHandle<R>, work: fn(&AppHandle<R>)) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let page = async {
            handle.state::<Subscription>().begun().await;
            tokio::time::sleep(DRAWS).await;
        };
        // A page that does not come must not keep the tray away.
        let _ = tokio::time::timeout(LONGEST_PAGE, page).await;
        let main = handle.clone();
        let _ = handle.run_on_main_thread(move || work(&main));
    });
}

/// Nothing may exist only in a tray that is not there: where no host comes, or it goes for good, the window is shown.
pub(crate) fn show_where_no_tray_is<R: Runtime>(handle: &AppHandle<R>) {
    let mut host = handle.state::<TrayHost>().inner().clone();
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            let came = tokio::time::timeout(GRACE, host.comes()).await;
            if !matches!(came, Ok(true)) && !windows::is_main_shown(&handle) {
                windows::show_main_later(&handle);
            }
            let ended = matches!(came, Ok(false));
            if ended || !host.comes().await || !host.goes().await {
                return;
            }
        }
    });
}

/// The settings offer to keep running while a tray is shown, and say why not otherwise.
pub(crate) fn tell_settings_of_tray<R: Runtime>(handle: &AppHandle<R>) {
    let mut host = handle.state::<TrayHost>().inner().clone();
    let aloft = handle.state::<Aloft>().inner().clone();
    tauri::async_runtime::spawn(async move {
        while host.comes().await {
            aloft.look_around().await;
            let went = host.goes().await;
            aloft.look_around().await;
            if !went {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(arguments: &[&str]) -> Start {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        Start::of(arguments.into_iter(), Path::new("/here"))
    }

    #[test]
    fn a_start_with_hidden_never_shows_the_window_and_never_hides_it() {
        let hidden = start(&["--hidden", "a.png"]);
        assert_eq!(hidden.files, [PathBuf::from("/here/a.png")]);
        assert!(!hidden.shows() && !hidden.brings(true) && !hidden.brings(false));
    }

    #[test]
    fn uploads_do_not_bring_a_window_that_was_put_away() {
        let files = start(&["a.png"]);
        assert!(files.shows() && files.brings(true) && !files.brings(false));
        let clipboard = start(&["--upload-clipboard"]);
        assert!(clipboard.clipboard && clipboard.files.is_empty() && !files.clipboard);
        assert!(clipboard.shows() && clipboard.brings(true) && !clipboard.brings(false));
        let plain = start(&[]);
        assert!(plain.shows() && plain.brings(true) && plain.brings(false));
    }
}
