//! What is dragged, as its source wrote it. The webview hands over a text for each thing, percent-decoded once and made
//! Unicode by force: an address with an escaped sign in it, or a file whose name is no Unicode, would not survive that.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use gtk::glib;
use gtk::prelude::WidgetExt;
use tauri::{Runtime, WebviewWindow};

/// WebKit's number for a list of addresses among what is dragged.
const ADDRESSES: u32 = 2;

/// There is one drag at a time.
static DRAGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Listens beside the webview's own handler, from now on.
pub(crate) fn listen<R: Runtime>(window: &WebviewWindow<R>) {
    let listening = window.with_webview(|webview| {
        webview
            .inner()
            .connect_drag_data_received(|_, _, _, _, data, info, _| {
                if info == ADDRESSES {
                    let addresses = data.uris().iter().map(ToString::to_string).collect();
                    *DRAGGED.lock().unwrap_or_else(PoisonError::into_inner) = addresses;
                }
            });
    });
    if let Err(error) = listening {
        tracing::warn!("what is dragged is read in the webview's words: {error}");
    }
}

/// The things that were dropped; `told` is what the webview made of them.
pub(crate) fn dropped(told: Vec<PathBuf>) -> Vec<PathBuf> {
    let addresses = std::mem::take(&mut *DRAGGED.lock().unwrap_or_else(PoisonError::into_inner));
    if addresses.len() != told.len() {
        return told;
    }
    addresses.iter().map(|address| thing(address)).collect()
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
}
