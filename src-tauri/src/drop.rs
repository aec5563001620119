//! What the system hands over: dropped files, files named when the program is started. The only
//! way by which a path reaches the queue besides the native dialogs and the clipboard.

#[cfg(target_os = "linux")]
pub(crate) mod addresses;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use app::Aloft;
use tauri::{AppHandle, DragDropEvent, Manager, Runtime, WebviewWindow};

/// Something is dragged over a window, or dropped on it.
pub(crate) fn dragged<R: Runtime>(handle: &AppHandle<R>, event: &DragDropEvent) {
    if let DragDropEvent::Drop { paths, .. } = event {
        add(handle, dropped(paths));
    }
    // `Over` follows every motion; the page needs to hear of the beginning and the end only.
    let begins = matches!(event, DragDropEvent::Enter { .. }) && !is_from_inside();
    let ends = matches!(event, DragDropEvent::Drop { .. } | DragDropEvent::Leave);
    if let (true, Some(aloft)) = (begins || ends, handle.try_state::<Aloft>()) {
        aloft.dragging(begins);
    }
}

/// The same over the drop window, whose page hears nothing from us: its look is changed from outside.
pub(crate) fn dragged_over_small<R: Runtime>(
    handle: &AppHandle<R>,
    window: &WebviewWindow<R>,
    event: &DragDropEvent,
) {
    let look = match event {
        DragDropEvent::Enter { .. } if is_from_inside() => return,
        DragDropEvent::Enter { .. } => "over",
        DragDropEvent::Drop { paths, .. } => {
            let things = dropped(paths);
            let look = if things.is_empty() { "" } else { "taken" };
            add(handle, things);
            look
        }
        DragDropEvent::Leave => "",
        DragDropEvent::Over { .. } | _ => return,
    };
    let _ = window.eval(format!("document.body.className = '{look}'"));
}

/// What a browser drags comes past the webview's own handler, which tells neither of its coming nor of its drop.
#[cfg(target_os = "linux")]
pub(crate) fn take_from_browsers<R: Runtime>(handle: &AppHandle<R>, window: &WebviewWindow<R>) {
    let handle = handle.clone();
    addresses::listen(window, move |thing| add(&handle, vec![thing]));
}

/// The same for the drop window, whose look says that it was taken.
#[cfg(target_os = "linux")]
pub(crate) fn take_from_browsers_over_small<R: Runtime>(
    handle: &AppHandle<R>,
    window: &WebviewWindow<R>,
) {
    let (handle, page) = (handle.clone(), window.clone());
    addresses::listen(window, move |thing| {
        add(&handle, vec![thing]);
        let _ = page.eval("document.body.className = 'taken'");
    });
}

#[cfg(target_os = "linux")]
use addresses::is_from_inside;

/// Only Linux is asked who drags, so far.
#[cfg(not(target_os = "linux"))]
fn is_from_inside() -> bool {
    false
}

fn dropped(told: &[PathBuf]) -> Vec<PathBuf> {
    #[cfg(target_os = "linux")]
    return addresses::dropped(told);
    #[cfg(not(target_os = "linux"))]
    return told.to_vec();
}

/// Queues what was handed over; the list, or a notice, says what became of it.
pub(crate) fn add<R: Runtime>(handle: &AppHandle<R>, items: Vec<PathBuf>) {
    if items.is_empty() {
        return;
    }
    if let Some(aloft) = handle.try_state::<Aloft>() {
        let aloft = aloft.inner().clone();
        tauri::async_runtime::spawn(async move { aloft.take(items).await });
    }
}

/// The files named in arguments; options are left out, relative names belong to `folder`.
pub(crate) fn files_of_arguments(
    arguments: impl Iterator<Item = OsString>,
    folder: &Path,
) -> Vec<PathBuf> {
    arguments
        .filter(|argument| !argument.as_encoded_bytes().starts_with(b"-"))
        .map(|argument| folder.join(argument))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_resolved_in_the_callers_folder_and_options_are_no_files() {
        let arguments = ["--hidden", "a b.png", "/x/ü.png"].map(OsString::from);
        let files = files_of_arguments(arguments.into_iter(), Path::new("/here"));
        assert_eq!(
            files,
            [PathBuf::from("/here/a b.png"), PathBuf::from("/x/ü.png")]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_still_that_name() {
        use std::os::unix::ffi::OsStringExt;
        let name = OsString::from_vec(b"/x/caf\xe9.png".to_vec());
        let files = files_of_arguments([name.clone()].into_iter(), Path::new("/here"));
        assert_eq!(files, [PathBuf::from(name)]);
    }
}
