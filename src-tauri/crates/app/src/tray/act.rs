//! What a click in the tray does. The window may be closed, so whatever goes wrong is said outside it.

use engine::{Selection, Verb};

use super::Action;
use crate::aloft::Aloft;
use crate::contract::{CopyLinks, LinkForm, Problem};
use crate::messages;

/// The id of the page's action that opens the settings.
const SETTINGS: &str = "settings";

impl Aloft {
    /// Does what a click in the tray asks for. Quitting is the shell's: it ends the program around this.
    pub async fn act(&self, action: Action) {
        self.used();
        let title = if action == Action::UploadClipboard {
            messages::notification_clipboard_failed()
        } else {
            messages::window_main_title()
        };
        if let Err(problem) = self.try_to(action).await {
            self.say_trouble(title, problem);
        }
    }

    async fn try_to(&self, action: Action) -> Result<(), Problem> {
        match action {
            Action::UploadFiles => self.pick_and_add().await,
            Action::UploadClipboard => self.upload_clipboard().await?,
            Action::CopyLink(job) => {
                let link = CopyLinks {
                    ids: vec![job],
                    form: LinkForm::default(),
                    remember: false,
                };
                self.copy_links(&link).await?;
            }
            Action::PauseAll => {
                self.apply(Selection::All, Verb::Pause).await?;
            }
            Action::ResumeAll => {
                self.apply(Selection::All, Verb::Resume).await?;
            }
            Action::Lock => self.lock_asking().await?,
            Action::Unlock => self.unlock_asking().await?,
            Action::UseAccount(id) => self.use_account(&self.required(&id)?)?,
            Action::OpenWindow => self.0.desktop.show_main_window(),
            Action::Settings => {
                self.0.desktop.show_main_window();
                self.run(SETTINGS);
            }
            Action::Quit => {}
        }
        Ok(())
    }
}
