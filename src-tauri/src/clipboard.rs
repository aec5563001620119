//! The clipboard, on a thread of its own with a time limit: on Wayland another program may own it
//! and never answer, and that must not hang Aloft.

#[cfg(target_os = "linux")]
pub(crate) mod toolkit;

use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use app::contract::{Problem, ProblemKind};
use app::words;
use app::{Clipboard, IsIt};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;

/// How long an answer may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(3);

enum Call {
    Read(oneshot::Sender<Result<Clipboard, arboard::Error>>),
    Write(String, oneshot::Sender<Result<(), arboard::Error>>),
    WriteSecret(SecretString, oneshot::Sender<Result<(), arboard::Error>>),
    ClearIf(IsIt, oneshot::Sender<Result<(), arboard::Error>>),
}

/// The thread that owns the clipboard. It lives as long as the program: on X11 what was copied
/// ends with its owner. One that waits for another program is left to it, and a new one takes its place.
pub(crate) struct ClipboardThread(Mutex<mpsc::Sender<Call>>);

impl ClipboardThread {
    pub(crate) fn start() -> Self {
        Self(Mutex::new(new_thread()))
    }

    pub(crate) async fn read(&self) -> Result<Clipboard, Problem> {
        self.ask(Call::Read).await
    }

    pub(crate) async fn write(&self, text: String) -> Result<(), Problem> {
        self.ask(|answer| Call::Write(text, answer)).await
    }

    /// Writes text that is a secret, and asks programs that remember what was copied to leave it out.
    pub(crate) async fn write_secret(&self, secret: SecretString) -> Result<(), Problem> {
        self.ask(|answer| Call::WriteSecret(secret, answer)).await
    }

    /// Clears the clipboard if its text is the one meant.
    pub(crate) async fn clear_if(&self, is_it: IsIt) -> Result<(), Problem> {
        self.ask(|answer| Call::ClearIf(is_it, answer)).await
    }

    async fn ask<T>(
        &self,
        call: impl FnOnce(oneshot::Sender<Result<T, arboard::Error>>) -> Call,
    ) -> Result<T, Problem> {
        let (answer, answered) = oneshot::channel();
        let _ = self.calls(|calls| calls.send(call(answer)));
        match tokio::time::timeout(LIMIT, answered).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(arboard::Error::ClipboardNotSupported))) => Err(not_shown()),
            Ok(Ok(Err(error))) => Err(unavailable(error.to_string())),
            Ok(Err(_)) => Err(unavailable(words::reason::clipboard_thread())),
            Err(_) => {
                self.calls(|calls| *calls = new_thread());
                Err(no_answer())
            }
        }
    }

    fn calls<T>(&self, work: impl FnOnce(&mut mpsc::Sender<Call>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn new_thread() -> mpsc::Sender<Call> {
    let (calls, inbox) = mpsc::channel();
    thread::spawn(move || serve(&inbox));
    calls
}

fn serve(inbox: &mpsc::Receiver<Call>) {
    let mut clipboard = None;
    for call in inbox {
        if clipboard.is_none() {
            clipboard = arboard::Clipboard::new().ok();
        }
        match (call, &mut clipboard) {
            (Call::Read(answer), Some(clipboard)) => {
                let _ = answer.send(read(clipboard));
            }
            (Call::Write(text, answer), Some(clipboard)) => {
                let _ = answer.send(clipboard.set_text(text));
            }
            (Call::Read(answer), None) => {
                let _ = answer.send(Err(arboard::Error::ClipboardNotSupported));
            }
            // Nobody waits for it any more, so nobody would know that it is there.
            (Call::WriteSecret(_, answer), _) if answer.is_closed() => {}
            (Call::WriteSecret(secret, answer), Some(clipboard)) => {
                let _ = answer.send(write_secret(clipboard, &secret));
            }
            (Call::ClearIf(is_it, answer), Some(clipboard)) => {
                let _ = answer.send(clear_if(clipboard, &is_it));
            }
            (
                Call::Write(_, answer) | Call::WriteSecret(_, answer) | Call::ClearIf(_, answer),
                None,
            ) => {
                let _ = answer.send(Err(arboard::Error::ClipboardNotSupported));
            }
        }
    }
}

fn write_secret(
    clipboard: &mut arboard::Clipboard,
    secret: &SecretString,
) -> Result<(), arboard::Error> {
    #[cfg(target_os = "macos")]
    use arboard::SetExtApple as _;
    #[cfg(target_os = "linux")]
    use arboard::SetExtLinux as _;
    #[cfg(target_os = "windows")]
    use arboard::SetExtWindows as _;
    let set = clipboard.set().exclude_from_history();
    #[cfg(target_os = "windows")]
    let set = set.exclude_from_cloud().exclude_from_monitoring();
    set.text(secret.expose_secret())
}

fn clear_if(clipboard: &mut arboard::Clipboard, is_it: &IsIt) -> Result<(), arboard::Error> {
    match clipboard.get_text() {
        Ok(text) if is_it(&text) => clipboard.clear(),
        Ok(_) | Err(arboard::Error::ContentNotAvailable) => Ok(()),
        Err(error) => Err(error),
    }
}

fn read(clipboard: &mut arboard::Clipboard) -> Result<Clipboard, arboard::Error> {
    if let Ok(files) = clipboard.get().file_list()
        && !files.is_empty()
    {
        return Ok(Clipboard::Files(files));
    }
    #[cfg(not(target_os = "linux"))]
    if let Ok(picture) = clipboard.get_image()
        && let Some(bytes) = as_png(&picture)
    {
        return Ok(Clipboard::Image {
            bytes,
            extension: "png",
        });
    }
    match clipboard.get_text() {
        Ok(text) if text.trim().is_empty() => Ok(Clipboard::Empty),
        Ok(text) => Ok(Clipboard::Text(SecretString::from(text))),
        Err(arboard::Error::ContentNotAvailable) => Ok(Clipboard::Empty),
        Err(error) => Err(error),
    }
}

/// Where the system hands over nothing but pixels, they are kept without loss.
#[cfg(not(target_os = "linux"))]
fn as_png(picture: &arboard::ImageData<'_>) -> Option<Vec<u8>> {
    let size = |length: usize| u32::try_from(length).ok();
    let (width, height) = (size(picture.width)?, size(picture.height)?);
    let pixels = image::RgbaImage::from_raw(width, height, picture.bytes.to_vec())?;
    let mut png = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut png, image::ImageFormat::Png).ok()?;
    Some(png.into_inner())
}

/// What is said of an owner that did not answer within [`LIMIT`].
pub(crate) fn no_answer() -> Problem {
    unavailable(words::reason::clipboard_slow())
}

/// There are Wayland desktops that let no program see or change the clipboard in the background.
fn not_shown() -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        words::problem::clipboard_not_shown(),
        words::hint::click_window(),
    )
}

fn unavailable(why: impl Into<words::Value>) -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        words::problem::clipboard_system(why),
        words::hint::copy_again(),
    )
}
