//! The part of the settings that a desktop has to do, and what it can.

use super::Settings;
use crate::aloft::{Aloft, held};
use crate::contract::{HereView, Problem, ProblemKind};
use crate::problems;

impl Aloft {
    /// Makes the desktop as the settings say, once its windows can be opened. What does not work here is said in the
    /// window; the settings stay.
    pub async fn apply_settings(&self) {
        self.look_around().await;
        let settings = self.settings();
        let plain = Settings::default();
        // Each by itself: keys that another program has must not keep the drop window shut.
        let wishes = [
            Settings {
                appearance: settings.appearance,
                ..plain.clone()
            },
            Settings {
                shortcut: settings.shortcut,
                ..plain.clone()
            },
            Settings {
                drop_window: settings.drop_window,
                ..plain.clone()
            },
        ];
        for wish in &wishes {
            if let Err(problem) = self.change_on_desktop(&plain, wish).await {
                self.notify_trouble(problem);
            }
        }
    }

    pub(crate) fn here(&self) -> HereView {
        held(&self.0.settings.here).clone()
    }

    /// Looks again at what the desktop can do.
    pub async fn look_around(&self) {
        let mut here = self.0.desktop.here().await;
        match self.0.desktop.starts_at_login().await {
            Ok(on) => here.starts_at_login = on,
            Err(problem) => here.start_at_login = here.start_at_login.or(Some(problem.message)),
        }
        let before = std::mem::replace(&mut *held(&self.0.settings.here), here.clone());
        if before != here {
            self.0.settings.now.send_modify(|_| {});
        }
    }

    /// A window that was closed must have a way back.
    pub(super) fn permit(&self, before: &Settings, after: &Settings) -> Result<(), Problem> {
        match self.here().tray {
            Some(reason) if after.keep_running && !before.keep_running => {
                Err(problems::plain(ProblemKind::NotHere, reason))
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(super) async fn change_on_desktop(
        &self,
        before: &Settings,
        after: &Settings,
    ) -> Result<(), Problem> {
        let desktop = &self.0.desktop;
        if after.appearance != before.appearance {
            desktop.set_appearance(after.appearance)?;
        }
        if after.shortcut != before.shortcut {
            desktop.set_shortcut(after.shortcut.clone()).await?;
        }
        if after.drop_window != before.drop_window {
            desktop.show_drop_window(after.drop_window).await?;
        }
        Ok(())
    }

    pub(super) async fn start_at_login(&self, on: bool) -> Result<(), Problem> {
        let changed = self.0.desktop.set_start_at_login(on).await;
        self.look_around().await;
        changed
    }
}
