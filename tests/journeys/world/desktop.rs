//! A desktop without a screen.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use app::contract::{HereView, Problem, ProblemKind};
use app::words::Words;
use app::{
    Appearance, Choice, Clipboard, Desktop, Notification, Question, SecretAsked, SecretString,
};
use async_trait::async_trait;
use tokio::sync::watch;

/// A desktop that answers from a script and remembers what it was asked.
#[derive(Default)]
pub(crate) struct ScriptedDesktop {
    pub(crate) picks: Mutex<Vec<PathBuf>>,
    pub(crate) text: Mutex<Option<String>>,
    /// Handed over once, before any text.
    pub(crate) clipboard: Mutex<Option<Clipboard>>,
    pub(crate) says_yes: Mutex<bool>,
    pub(crate) questions: Mutex<Vec<Question>>,
    /// What is chosen, in turn; refused when nothing is left.
    pub(crate) choices: Mutex<VecDeque<usize>>,
    pub(crate) choices_asked: watch::Sender<Vec<Choice>>,
    /// Held while nobody answers.
    pub(crate) thinking: tokio::sync::Mutex<()>,
    /// Where it let the agent listen.
    pub(crate) agent_port: Mutex<Option<u16>>,
    pub(crate) copied: Mutex<Vec<String>>,
    pub(crate) revealed: Mutex<Vec<PathBuf>>,
    pub(crate) asked_for_secret: Mutex<Vec<SecretAsked>>,
    pub(crate) files: Mutex<Vec<PathBuf>>,
    /// How often the secret window was closed by the program.
    pub(crate) secret_closed: watch::Sender<usize>,
    /// How often something was copied, or a copied secret looked for.
    pub(crate) copies: watch::Sender<usize>,
    /// Held by a test while the clipboard does not answer whoever wants it cleared.
    pub(crate) clipboard_answers: tokio::sync::Mutex<()>,
    pub(crate) said: watch::Sender<Vec<Notification>>,
    /// How often it was asked whether the user looks.
    pub(crate) looks: watch::Sender<usize>,
    pub(crate) in_front: AtomicBool,
    pub(crate) at_login: AtomicBool,
    pub(crate) drop_window: AtomicBool,
    pub(crate) shortcut: Mutex<Option<String>>,
    pub(crate) appearance: Mutex<Appearance>,
    pub(crate) here: Mutex<HereView>,
    /// What it answers to a wish of the settings, when it does not fulfil it.
    pub(crate) refuses: Mutex<Option<Problem>>,
    /// What it answers to a wish for keys, when another program has them.
    pub(crate) keys_taken: Mutex<Option<Problem>>,
    /// How long the computer was not used, where it tells.
    pub(crate) idle: Mutex<Option<Duration>>,
    secret_closes: AtomicUsize,
    small_window: tokio::sync::Mutex<()>,
}

impl ScriptedDesktop {
    /// How often the secret window was to be closed.
    pub(crate) fn secret_closes(&self) -> usize {
        self.secret_closes.load(Ordering::SeqCst)
    }

    fn permits(&self) -> Result<(), Problem> {
        self.refuses.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    /// As on a real desktop: a window takes a moment to open, and its name is taken meanwhile.
    async fn open_small_window(&self) -> Result<(), Problem> {
        let taken = || {
            Problem::new(
                ProblemKind::Internal,
                Words::english("The window is there already."),
                Words::none(),
            )
        };
        let _name = self.small_window.try_lock().map_err(|_| taken())?;
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

#[async_trait]
impl Desktop for ScriptedDesktop {
    async fn pick_files(&self) -> Vec<PathBuf> {
        self.picks.lock().unwrap().clone()
    }
    async fn pick_folder(&self) -> Option<PathBuf> {
        self.picks.lock().unwrap().first().cloned()
    }
    async fn confirm(&self, question: Question) -> bool {
        self.questions.lock().unwrap().push(question);
        let _answered = self.thinking.lock().await;
        *self.says_yes.lock().unwrap()
    }
    async fn choose(&self, choice: Choice) -> Result<Option<usize>, Problem> {
        self.choices_asked.send_modify(|asked| asked.push(choice));
        let _answered = self.thinking.lock().await;
        self.permits()?;
        Ok(self.choices.lock().unwrap().pop_front())
    }
    async fn set_agent(&self, port: Option<u16>) -> Result<(), Problem> {
        self.permits()?;
        *self.agent_port.lock().unwrap() = port;
        Ok(())
    }
    async fn read_clipboard(&self) -> Result<Clipboard, Problem> {
        let files = self.files.lock().unwrap().clone();
        if !files.is_empty() {
            return Ok(Clipboard::Files(files));
        }
        if let Some(held) = self.clipboard.lock().unwrap().take() {
            return Ok(held);
        }
        let text = self.text.lock().unwrap().clone();
        Ok(text.map_or(Clipboard::Empty, |text| {
            Clipboard::Text(SecretString::from(text))
        }))
    }
    async fn write_clipboard(&self, text: String) -> Result<(), Problem> {
        self.copied.lock().unwrap().push(text);
        self.copies.send_modify(|copies| *copies += 1);
        Ok(())
    }
    async fn copy_secret(&self, secret: SecretString) -> Result<(), Problem> {
        *self.text.lock().unwrap() = Some(app::ExposeSecret::expose_secret(&secret).to_owned());
        Ok(())
    }
    async fn clear_copied(&self, is_it: app::IsIt) -> Result<(), Problem> {
        let _answers = self.clipboard_answers.lock().await;
        self.permits()?;
        let mut text = self.text.lock().unwrap();
        if text.as_deref().is_some_and(is_it) {
            *text = None;
        }
        drop(text);
        self.copies.send_modify(|copies| *copies += 1);
        Ok(())
    }
    async fn open_secret_window(&self, asked: SecretAsked) -> Result<(), Problem> {
        self.asked_for_secret.lock().unwrap().push(asked);
        self.open_small_window().await
    }
    fn close_secret_window(&self) {
        self.secret_closes.fetch_add(1, Ordering::SeqCst);
        self.secret_closed.send_modify(|times| *times += 1);
    }
    async fn idle(&self) -> Option<Duration> {
        *self.idle.lock().unwrap()
    }
    async fn open_widget_window(&self) -> Result<(), Problem> {
        self.open_small_window().await
    }
    fn show_main_window(&self) {}
    fn open_address(&self, _: &str) -> Result<(), Problem> {
        Ok(())
    }
    fn reveal(&self, file: &Path) -> Result<(), Problem> {
        self.revealed.lock().unwrap().push(file.to_owned());
        Ok(())
    }
    fn open_folder(&self, _: &Path) -> Result<(), Problem> {
        Ok(())
    }
    async fn pick_save(&self, name: &str) -> Option<PathBuf> {
        let folder = self.picks.lock().unwrap().first().cloned();
        folder.map(|folder| folder.join(name))
    }
    fn notify(&self, notification: Notification) {
        self.said.send_modify(|said| said.push(notification));
    }
    fn is_in_front(&self) -> bool {
        self.looks.send_modify(|looks| *looks += 1);
        self.in_front.load(Ordering::SeqCst)
    }
    async fn here(&self) -> HereView {
        self.here.lock().unwrap().clone()
    }
    fn set_appearance(&self, appearance: Appearance) -> Result<(), Problem> {
        self.permits()?;
        *self.appearance.lock().unwrap() = appearance;
        Ok(())
    }
    async fn starts_at_login(&self) -> Result<bool, Problem> {
        Ok(self.at_login.load(Ordering::SeqCst))
    }
    async fn set_start_at_login(&self, on: bool) -> Result<(), Problem> {
        self.permits()?;
        self.at_login.store(on, Ordering::SeqCst);
        Ok(())
    }
    async fn set_shortcut(&self, keys: Option<String>) -> Result<(), Problem> {
        self.permits()?;
        self.keys_taken
            .lock()
            .unwrap()
            .clone()
            .map_or(Ok(()), Err)?;
        *self.shortcut.lock().unwrap() = keys;
        Ok(())
    }
    async fn show_drop_window(&self, show: bool) -> Result<(), Problem> {
        self.permits()?;
        self.drop_window.store(show, Ordering::SeqCst);
        Ok(())
    }
    fn has_drop_window(&self) -> bool {
        self.drop_window.load(Ordering::SeqCst)
    }
    fn set_progress(&self, _: Option<f64>, _: u64) {}
}
