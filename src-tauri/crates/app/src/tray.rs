//! The tray's menu as a value: computed from state, compared, and drawn by the shell.

use crate::contract::Totals;
use crate::messages;

/// What the tray shows. Two equal menus need no redrawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// Top to bottom.
    pub items: Vec<Item>,
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Words that cannot be clicked.
    Status(String),
    /// Something to click.
    Button {
        /// The word.
        label: String,
        /// What it does.
        action: Action,
    },
    /// A line between groups.
    Separator,
}

/// What a click in the tray asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The system's file dialog, then upload.
    UploadFiles,
    /// Bring the window to the front.
    OpenWindow,
    /// End the program; the queue keeps what is not finished.
    Quit,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 3] = [Self::UploadFiles, Self::OpenWindow, Self::Quit];

    /// The stable id under which the shell registers the menu entry.
    pub fn id(self) -> &'static str {
        match self {
            Self::UploadFiles => "upload-files",
            Self::OpenWindow => "open-window",
            Self::Quit => "quit",
        }
    }

    /// The action with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.id() == id)
    }
}

/// The menu for this state.
pub fn menu(totals: &Totals) -> Menu {
    let open = totals.waiting + totals.moving;
    let status = if open == 0 {
        messages::tray_status_idle()
    } else {
        messages::tray_status_busy(&open.to_string())
    };
    let button = |label: String, action| Item::Button { label, action };
    Menu {
        items: vec![
            Item::Status(status),
            Item::Separator,
            button(messages::tray_upload_files(), Action::UploadFiles),
            button(messages::tray_open_window(), Action::OpenWindow),
            Item::Separator,
            button(messages::tray_quit(), Action::Quit),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_states_give_equal_menus_and_every_button_can_be_found_again() {
        let idle = menu(&Totals::default());
        assert_eq!(
            idle,
            menu(&Totals {
                done: 9,
                ..Totals::default()
            })
        );
        assert_ne!(
            idle,
            menu(&Totals {
                moving: 1,
                ..Totals::default()
            })
        );
        for action in Action::ALL {
            assert_eq!(Action::from_id(action.id()), Some(action));
            assert!(idle.items.iter().any(
                |item| matches!(item, Item::Button { action: found, .. } if *found == action)
            ));
        }
    }
}
