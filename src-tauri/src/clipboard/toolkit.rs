//! The clipboard through GTK, which asks on its own thread and waits for nobody there; the time limit is ours.
//!
//! A picture comes this way as its owner made it: the bytes of a PNG or JPEG file, never decoded and encoded again. And where a
//! Wayland desktop shows its clipboard to no program but the one whose window has the focus, files and text come this way too.

use app::Clipboard;
use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
use gtk::{SelectionData, glib};
use secrecy::SecretString;
use tauri::{AppHandle, Runtime};
use tokio::sync::oneshot;

use super::LIMIT;

/// What owners call the formats of pictures that are taken, and what such files end with. The first that the owner names is
/// taken: it is the one that it has.
const PICTURES: [(&str, &str); 8] = [
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/jpg", "jpg"),
    ("image/webp", "webp"),
    ("image/gif", "gif"),
    ("image/avif", "avif"),
    ("image/tiff", "tif"),
    ("image/bmp", "bmp"),
];
const FILES: &str = "text/uri-list";
/// What owners call text, the best first.
const TEXTS: [&str; 4] = [
    "text/plain;charset=utf-8",
    "UTF8_STRING",
    "text/plain",
    "STRING",
];

/// What a format holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Files,
    /// With what such a file ends.
    Picture(&'static str),
    Text,
}

type Answer = oneshot::Sender<Clipboard>;

/// What is on the clipboard, as far as it is shown to this program; nothing when there was no answer in time.
pub(crate) async fn read<R: Runtime>(handle: &AppHandle<R>) -> Option<Clipboard> {
    let (answer, answered) = oneshot::channel();
    handle.run_on_main_thread(move || ask(answer)).ok()?;
    tokio::time::timeout(LIMIT, answered).await.ok()?.ok()
}

/// Puts a text there; on the main thread only. Wayland takes it from a program whose window has the focus.
pub(crate) fn write(text: &str) {
    gtk::Clipboard::get(&SELECTION_CLIPBOARD).set_text(text);
}

/// Takes back what was put there, unless another program has put something there since; on the main thread only.
pub(crate) fn take_back() {
    gtk::Clipboard::get(&SELECTION_CLIPBOARD).clear();
}

/// Asks which formats there are, then for the best of them. An owner that never answers costs nothing but the two closures.
fn ask(answer: Answer) {
    let clipboard = gtk::Clipboard::get(&SELECTION_CLIPBOARD);
    clipboard.request_contents(&Atom::intern("TARGETS"), move |clipboard, offered| {
        let offered = offered.targets().unwrap_or_default();
        let names: Vec<String> = offered.iter().map(|atom| atom.name().into()).collect();
        ask_for(clipboard, worth_asking(&names).into_iter(), answer);
    });
}

/// Asks for one format after the other, until one of them holds something.
fn ask_for(
    clipboard: &gtk::Clipboard,
    mut formats: std::vec::IntoIter<(&'static str, Kind)>,
    answer: Answer,
) {
    let Some((name, kind)) = formats.next() else {
        let _ = answer.send(Clipboard::Empty);
        return;
    };
    clipboard.request_contents(&Atom::intern(name), move |clipboard, data| {
        match held_in(kind, data) {
            Some(found) => drop(answer.send(found)),
            None => ask_for(clipboard, formats, answer),
        }
    });
}

/// The formats that are offered and of use, the best first: files, then pictures, then text.
fn worth_asking(offered: &[String]) -> Vec<(&'static str, Kind)> {
    let files = offered.iter().any(|name| name == FILES);
    let pictures = offered
        .iter()
        .filter_map(|name| PICTURES.iter().find(|(known, _)| known == name))
        .map(|(name, extension)| (*name, Kind::Picture(extension)));
    let texts = TEXTS
        .iter()
        .filter(|text| offered.iter().any(|name| name == *text))
        .map(|name| (*name, Kind::Text));
    files
        .then_some((FILES, Kind::Files))
        .into_iter()
        .chain(pictures.take(1))
        .chain(texts.take(1))
        .collect()
}

fn held_in(kind: Kind, data: &SelectionData) -> Option<Clipboard> {
    match kind {
        Kind::Files => {
            let addresses = data.uris().into_iter();
            let files: Vec<_> = addresses
                .filter_map(|address| Some(glib::filename_from_uri(&address).ok()?.0))
                .collect();
            (!files.is_empty()).then_some(Clipboard::Files(files))
        }
        Kind::Picture(extension) => {
            let bytes = data.data();
            (!bytes.is_empty()).then_some(Clipboard::Image { bytes, extension })
        }
        Kind::Text => {
            let text = data.text().filter(|text| !text.trim().is_empty())?;
            Some(Clipboard::Text(SecretString::from(text.as_str())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(offered: &[&str]) -> Vec<(&'static str, Kind)> {
        let offered: Vec<String> = offered.iter().map(ToString::to_string).collect();
        worth_asking(&offered)
    }

    #[test]
    fn the_first_picture_that_the_owner_names_is_asked_for() {
        let browser = ["TARGETS", "text/html", "image/png", "image/jpeg"];
        assert_eq!(asked(&browser), [("image/png", Kind::Picture("png"))]);
        let camera = ["SAVE_TARGETS", "image/jpeg", "image/png"];
        assert_eq!(asked(&camera), [("image/jpeg", Kind::Picture("jpg"))]);
    }

    #[test]
    fn files_come_before_their_names_and_text_is_asked_for_in_its_best_form() {
        let manager = ["text/plain", "UTF8_STRING", "text/uri-list"];
        assert_eq!(
            asked(&manager),
            [("text/uri-list", Kind::Files), ("UTF8_STRING", Kind::Text)]
        );
        assert_eq!(asked(&["text/html", "TARGETS"]), []);
    }
}
