//! What is dragged, as its source wrote it. The webview hands over a text for each thing, percent-decoded once and made
//! Unicode by force: an address with an escaped sign in it, or a file whose name is no Unicode, would not survive that.
//!
//! Of a picture or a link out of a browser it hands over nothing: those come with an address as text and no list of addresses,
//! so that the page is told of a drop and the program is not. They are taken here.
//!
//! Nor does the webview ask who drags. A page says itself what a drag from it holds, `file:///…` too, and the user sees a
//! picture: what is dragged out of our own windows is never taken.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gtk::prelude::{DragContextExtManual, WidgetExt};
use gtk::{gdk, glib};
use tauri::{Runtime, WebviewWindow};

/// WebKit's numbers for what is dragged: text, a list of addresses, and the address of one thing in a browser's words.
const TEXT: u32 = 1;
const ADDRESSES: u32 = 2;
const ONE_ADDRESS: u32 = 3;
/// What only browsers offer, and only for something that has an address. Text that somebody selected has none of it.
const OF_BROWSERS: [&str; 2] = ["text/x-moz-url", "_NETSCAPE_URL"];
/// What the webview hands over by itself.
const LIST: &str = "text/uri-list";

/// What is dragged, and by whom.
#[derive(Default)]
struct Dragged {
    /// Out of a window of this program.
    is_ours: bool,
    addresses: Vec<String>,
    /// The address of what comes out of a browser without a list of addresses.
    named: Option<String>,
}

/// There is one drag at a time.
static DRAGGED: Mutex<Dragged> = Mutex::new(Dragged {
    is_ours: false,
    addresses: Vec::new(),
    named: None,
});

/// Listens beside the webview's own handler, from now on; what the webview would keep to itself is given to `taken` when it is
/// dropped.
pub(crate) fn listen<R: Runtime>(
    window: &WebviewWindow<R>,
    taken: impl Fn(PathBuf) + Send + 'static,
) {
    let listening = window.with_webview(|webview| {
        let webview = webview.inner();
        // Motion comes before the first word of what is dragged.
        webview.connect_drag_motion(|_, context, _, _, _| {
            held().is_ours = is_ours(context);
            false
        });
        webview.connect_drag_data_received(|_, context, _, _, data, info, _| match info {
            ADDRESSES => {
                *held() = Dragged {
                    is_ours: is_ours(context),
                    addresses: data.uris().iter().map(ToString::to_string).collect(),
                    named: None,
                };
            }
            TEXT => name(context, data.text().as_deref()),
            ONE_ADDRESS => name(context, std::str::from_utf8(&data.data()).ok()),
            _ => {}
        });
        webview.connect_drag_drop(move |_, context, _, _, _| {
            let dragged = is_named(context).then(|| std::mem::take(&mut *held()));
            if let Some(address) = dragged.and_then(named) {
                taken(address);
            }
            false
        });
    });
    if let Err(error) = listening {
        tracing::warn!("what is dragged is read in the webview's words: {error}");
    }
}

/// Notes the address of what comes out of a browser.
fn name(context: &gdk::DragContext, text: Option<&str>) {
    let address = is_named(context).then(|| text.and_then(first_address));
    held().named = address.flatten();
}

/// Whether a browser drags something that has an address, and no list of addresses goes with it.
fn is_named(context: &gdk::DragContext) -> bool {
    let offered = context.list_targets();
    let offers = |name: &str| offered.iter().any(|atom| atom.name() == name);
    OF_BROWSERS.into_iter().any(offers) && !offers(LIST)
}

/// An address of the web in the first line; a title may follow it.
fn first_address(text: &str) -> Option<String> {
    let line = text.lines().next()?.trim();
    let (scheme, rest) = line.split_once("://")?;
    let is_web = ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    (is_web && !rest.is_empty()).then(|| line.to_owned())
}

/// The thing that was dropped by its name alone; never one of a page of ours.
fn named(dragged: Dragged) -> Option<PathBuf> {
    if dragged.is_ours {
        tracing::warn!("what was dragged out of a window of Aloft is not taken");
        return None;
    }
    dragged.named.map(PathBuf::from)
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
            named: None,
        };
        let address = "file:///home/me/.ssh/id_ed25519";
        assert_eq!(taken(dragged(true, &[address]), &told).len(), 0);
        assert_eq!(taken(dragged(true, &[]), &told).len(), 0);
        assert_eq!(taken(dragged(false, &[address]), &told), told);
        assert_eq!(taken(dragged(false, &[]), &told), told);
    }

    #[test]
    fn a_browsers_address_stands_in_the_first_line_and_belongs_to_the_web() {
        let address = "https://pictures.example/coast.png";
        let with_title = format!("{address}\nThe coast at dawn");
        assert_eq!(first_address(&with_title).as_deref(), Some(address));
        for text in [
            "",
            "coast",
            "file:///etc/passwd",
            "javascript://x",
            "https://",
            "see\nhttps://x",
        ] {
            assert_eq!(first_address(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_that_a_page_of_ours_names_is_not_taken() {
        let dragged = |is_ours| Dragged {
            is_ours,
            addresses: Vec::new(),
            named: Some("https://pictures.example/coast.png".to_owned()),
        };
        assert_eq!(named(dragged(true)), None);
        assert!(named(dragged(false)).is_some());
    }
}
