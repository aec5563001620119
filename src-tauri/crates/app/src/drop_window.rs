//! The small window that takes drops: shown or not as the user left it.

use crate::aloft::Aloft;
use crate::contract::{ChangeSettings, Problem};

impl Aloft {
    /// Shows it, or closes it, and keeps that for the next start.
    ///
    /// # Errors
    /// Where no window can stay above others; when the choice cannot be kept.
    pub(crate) async fn toggle_drop_window(&self) -> Result<(), Problem> {
        let show = !self.0.desktop.has_drop_window();
        self.0.desktop.show_drop_window(show).await?;
        self.keep_drop_window(show).await
    }

    /// The user closed it by its own button.
    pub async fn drop_window_closed(&self) {
        if let Err(problem) = self.keep_drop_window(false).await {
            self.notify_trouble(problem);
        }
    }

    async fn keep_drop_window(&self, shown: bool) -> Result<(), Problem> {
        let change = ChangeSettings {
            drop_window: Some(shown),
            ..ChangeSettings::default()
        };
        self.change_settings(&change).await.map(drop)
    }
}
