//! A picture on the clipboard as its owner made it: the bytes of a PNG or JPEG file, never decoded and encoded again. GTK
//! asks for them on its own thread and waits for nobody there; the time limit is ours.

use gtk::gdk::{Atom, SELECTION_CLIPBOARD};
use tauri::{AppHandle, Runtime};
use tokio::sync::oneshot;

use super::LIMIT;

/// What owners call the formats that are taken, and what such files end with. The first that the owner names is taken:
/// it is the one that it has.
const FORMATS: [(&str, &str); 8] = [
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/jpg", "jpg"),
    ("image/webp", "webp"),
    ("image/gif", "gif"),
    ("image/avif", "avif"),
    ("image/tiff", "tif"),
    ("image/bmp", "bmp"),
];

/// The picture and its extension, or nothing: no picture there, or no answer in time.
pub(crate) async fn read<R: Runtime>(handle: &AppHandle<R>) -> Option<(Vec<u8>, &'static str)> {
    let (answer, answered) = oneshot::channel();
    handle.run_on_main_thread(move || ask(answer)).ok()?;
    tokio::time::timeout(LIMIT, answered).await.ok()?.ok()?
}

/// Asks which formats there are, then for one. An owner that never answers costs nothing but the two closures.
fn ask(answer: oneshot::Sender<Option<(Vec<u8>, &'static str)>>) {
    let clipboard = gtk::Clipboard::get(&SELECTION_CLIPBOARD);
    clipboard.request_contents(&Atom::intern("TARGETS"), move |clipboard, offered| {
        let offered = offered.targets().unwrap_or_default();
        let names: Vec<String> = offered.iter().map(|atom| atom.name().into()).collect();
        let Some((name, extension)) = chosen(names.iter().map(String::as_str)) else {
            let _ = answer.send(None);
            return;
        };
        clipboard.request_contents(&Atom::intern(name), move |_, data| {
            let bytes = data.data();
            let _ = answer.send((!bytes.is_empty()).then_some((bytes, extension)));
        });
    });
}

fn chosen<'a>(offered: impl Iterator<Item = &'a str>) -> Option<(&'static str, &'static str)> {
    let mut known = offered.filter_map(|name| FORMATS.iter().find(|(known, _)| *known == name));
    known.next().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_that_the_owner_names_is_taken() {
        let browser = ["TARGETS", "text/html", "image/png", "image/jpeg"];
        assert_eq!(chosen(browser.into_iter()), Some(("image/png", "png")));
        let camera = ["SAVE_TARGETS", "image/jpeg", "image/png"];
        assert_eq!(chosen(camera.into_iter()), Some(("image/jpeg", "jpg")));
        assert_eq!(chosen(["UTF8_STRING"].into_iter()), None);
    }
}
