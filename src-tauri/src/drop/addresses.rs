//! What is dragged, as its source wrote it. The webview hands over a text for each thing, percent-decoded once and made
//! Unicode by force: an address with an escaped sign in it, or a file whose name is no Unicode, would not survive that.
//!
//! Nor does the webview ask who drags. A page says itself what a drag from it holds, `file:///…` too, and the user sees a
//! picture: what is dragged out of our own windows is never taken.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gtk::prelude::{DragContextExtManual, WidgetExt};
use gtk::{gdk, glib};
use tauri::{Runtime, WebviewWindow};

/// WebKit's number for a list of addresses among what is dragged.
const ADDRESSES: u32 = 2;

/// What is dragged, and by whom.
#[derive(Default)]
struct Dragged {
    /// Out of a window of this program.
    is_ours: bool,
    addresses: Vec<String>,
}

/// There is one drag at a time.
static DRAGGED: Mutex<Dragged> = Mutex::new(Dragged {
    is_ours: false,
    addresses: Vec::new(),
});

/// Listens beside the webview's own handler, from now on.
pub(crate) fn listen<R: Runtime>(window: &WebviewWindow<R>) {
    let listening = window.with_webview(|webview| {
        let webview = webview.inner();
        // Motion comes before the first word of what is dragged.
        webview.connect_drag_motion(|_, context, _, _, _| {
            held().is_ours = is_ours(context);
            false
        });
        webview.connect_drag_data_received(|_, context, _, _, data, info, _| {
            if info == ADDRESSES {
                *held() = Dragged {
                    is_ours: is_ours(context),
                    addresses: data.uris().iter().map(ToString::to_string).collect(),
                };
            }
        });
    });
    if let Err(error) = listening {
        tracing::warn!("what is dragged is read in the webview's words: {error}");
    }
}

/// Whether what is dragged now comes out of a window of this program.
pub(crate) fn is_from_inside() -> bool {
    held().is_ours
}

/// The things that were dropped; `told` is what the webview made of them. Nothing where one of our own pages made them.
pub(crate) fn dropped(told: &[PathBuf]) -> Vec<PathBuf> {
    taken(std::mem::take(&mut *held()), told)
}

fn taken(dragged: Dragged, told: &[PathBuf]) -> Vec<PathBuf> {
    if dragged.is_ours {
        tracing::warn!("what was dragged out of a window of Aloft is not taken");
        return Vec::new();
    }
    if dragged.addresses.len() != told.len() {
        return told.to_vec();
    }
    let addresses = dragged.addresses.iter();
    addresses.map(|address| thing(address)).collect()
}

/// A widget of another program is not known to this one.
fn is_ours(context: &gdk::DragContext) -> bool {
    context.drag_get_source_widget().is_some()
}

fn held() -> MutexGuard<'static, Dragged> {
    DRAGGED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file's own path, byte for byte; any other address stays one.
fn thing(address: &str) -> PathBuf {
    match glib::filename_from_uri(address) {
        Ok((path, _)) => path,
        Err(_) => PathBuf::from(address),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_name_that_is_no_unicode_and_an_escaped_address_both_survive() {
        let odd = OsString::from_vec(b"/x/caf\xe9 100%.png".to_vec());
        assert_eq!(thing("file:///x/caf%E9%20100%25.png"), PathBuf::from(odd));
        let address = "https://pictures.example/a%2520b.png?q=%2F";
        assert_eq!(thing(address), PathBuf::from(address));
    }

    #[test]
    fn what_a_page_of_ours_drags_is_never_taken_whatever_it_says() {
        let told = [PathBuf::from("/home/me/.ssh/id_ed25519")];
        let dragged = |is_ours, addresses: &[&str]| Dragged {
            is_ours,
            addresses: addresses.iter().map(ToString::to_string).collect(),
        };
        let address = "file:///home/me/.ssh/id_ed25519";
        assert_eq!(taken(dragged(true, &[address]), &told).len(), 0);
        assert_eq!(taken(dragged(true, &[]), &told).len(), 0);
        assert_eq!(taken(dragged(false, &[address]), &told), told);
        assert_eq!(taken(dragged(false, &[]), &told), told);
    }
}
