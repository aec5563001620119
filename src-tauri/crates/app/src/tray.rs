//! The tray's menu as a value: computed from state, compared, and drawn by the shell.

mod act;
mod feed;

pub use feed::Menus;
pub(crate) use feed::percent;

use crate::contract::Totals;
use crate::messages;

/// How many finished uploads stand under “Recent”.
pub(crate) const RECENT: u32 = 8;
/// Letters of a name that a menu shows; what is longer loses its middle.
const LETTERS: usize = 40;

/// What the tray shows. Two equal menus need no redrawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// The icon.
    pub icon: Icon,
    /// Top to bottom.
    pub items: Vec<Item>,
}

/// The icon's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Nothing to send.
    Idle,
    /// Something is on its way, or waits for its turn.
    Busy,
    /// Everything is held by the user.
    Paused,
    /// Something waits for the user.
    Attention,
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
    /// One of several, of which one is chosen.
    Choice {
        /// The word.
        label: String,
        /// Whether it is the chosen one.
        chosen: bool,
        /// What it does.
        action: Action,
    },
    /// A menu in the menu.
    Submenu {
        /// The word.
        label: String,
        /// Top to bottom.
        items: Vec<Item>,
    },
    /// A line between groups.
    Separator,
}

/// What a click in the tray asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// The system's file dialog, then upload.
    UploadFiles,
    /// Upload what is on the clipboard, and put its links there.
    UploadClipboard,
    /// Put the link of this row of the list on the clipboard.
    CopyLink(i64),
    /// Hold everything.
    PauseAll,
    /// Let everything go on.
    ResumeAll,
    /// Lock Aloft.
    Lock,
    /// Unlock it, after asking.
    Unlock,
    /// Bring the window to the front.
    OpenWindow,
    /// Make this account the one that new uploads go to.
    UseAccount(String),
    /// Bring the window to the front and open the settings.
    Settings,
    /// End the program; the queue keeps what is not finished.
    Quit,
}

impl Action {
    /// The id under which the shell registers the menu entry.
    pub fn id(&self) -> String {
        match self {
            Self::UploadFiles => "upload-files".to_owned(),
            Self::UploadClipboard => "upload-clipboard".to_owned(),
            Self::CopyLink(job) => format!("copy-link:{job}"),
            Self::PauseAll => "pause-all".to_owned(),
            Self::ResumeAll => "resume-all".to_owned(),
            Self::Lock => "lock".to_owned(),
            Self::Unlock => "unlock".to_owned(),
            Self::OpenWindow => "open-window".to_owned(),
            Self::UseAccount(account) => format!("use-account:{account}"),
            Self::Settings => "settings".to_owned(),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// The action with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Some(match id.split_once(':').unwrap_or((id, "")) {
            ("upload-files", "") => Self::UploadFiles,
            ("upload-clipboard", "") => Self::UploadClipboard,
            ("copy-link", job) => Self::CopyLink(job.parse().ok()?),
            ("pause-all", "") => Self::PauseAll,
            ("resume-all", "") => Self::ResumeAll,
            ("lock", "") => Self::Lock,
            ("unlock", "") => Self::Unlock,
            ("open-window", "") => Self::OpenWindow,
            ("use-account", account) => Self::UseAccount(account.to_owned()),
            ("settings", "") => Self::Settings,
            ("quit", "") => Self::Quit,
            _ => return None,
        })
    }
}

/// What the menu is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Sums over all jobs.
    pub totals: Totals,
    /// How much of the batches that are not finished is sent, in whole percent; `None` while nothing is known of it.
    pub percent: Option<u8>,
    /// Whether the user holds every account that has something to send.
    pub held: bool,
    /// Whether an account is stopped until the user does something.
    pub stopped: bool,
    /// Whether Aloft is locked.
    pub locked: bool,
    /// All accounts: id and label, in the order in which they were added.
    pub accounts: Vec<(String, String)>,
    /// The id of the account that new uploads go to.
    pub active: Option<String>,
    /// The last assets stored, newest first: the row of the library, negative, and the name.
    pub recent: Vec<(i64, String)>,
}

/// The menu for this state.
pub fn menu(state: &State) -> Menu {
    let icon = icon(state);
    let pause = if state.held || (icon == Icon::Paused && !state.locked) {
        button(messages::tray_resume_all(), Action::ResumeAll)
    } else {
        button(messages::tray_pause_all(), Action::PauseAll)
    };
    let lock = match state.locked {
        true => button(messages::tray_unlock(), Action::Unlock),
        false => button(messages::tray_lock(), Action::Lock),
    };
    Menu {
        icon,
        items: vec![
            Item::Status(status(state, icon)),
            Item::Separator,
            button(messages::tray_upload_files(), Action::UploadFiles),
            button(messages::tray_upload_clipboard(), Action::UploadClipboard),
            recent(&state.recent),
            Item::Separator,
            pause,
            lock,
            button(messages::tray_open_window(), Action::OpenWindow),
            accounts(state),
            button(messages::tray_settings(), Action::Settings),
            Item::Separator,
            button(messages::tray_quit(), Action::Quit),
        ],
    }
}

fn icon(state: &State) -> Icon {
    let totals = &state.totals;
    let open = totals.waiting + totals.moving;
    if state.locked {
        Icon::Paused
    } else if state.stopped || totals.needs_you > 0 {
        Icon::Attention
    } else if state.held || (open == 0 && totals.paused > 0) {
        Icon::Paused
    } else if open > 0 {
        Icon::Busy
    } else {
        Icon::Idle
    }
}

fn status(state: &State, icon: Icon) -> String {
    let open = state.totals.waiting + state.totals.moving;
    match (icon, state.percent) {
        (Icon::Idle, _) => messages::tray_status_idle(),
        (Icon::Paused, _) if state.locked => messages::tray_status_locked(),
        (Icon::Paused, _) => messages::tray_status_paused(),
        (Icon::Attention, _) => messages::tray_status_attention(),
        (Icon::Busy, Some(percent)) => messages::tray_status_busy(open, &percent.to_string()),
        (Icon::Busy, None) => messages::tray_status_waiting(open),
    }
}

fn recent(recent: &[(i64, String)]) -> Item {
    let link = |(job, name): &(i64, String)| button(cut(name), Action::CopyLink(*job));
    Item::Submenu {
        label: messages::tray_recent(),
        items: match recent {
            [] => vec![Item::Status(messages::tray_recent_none())],
            some => some.iter().map(link).collect(),
        },
    }
}

fn accounts(state: &State) -> Item {
    let choice = |(id, label): &(String, String)| Item::Choice {
        label: cut(label),
        chosen: state.active.as_ref() == Some(id),
        action: Action::UseAccount(id.clone()),
    };
    Item::Submenu {
        label: messages::tray_account(),
        items: match state.accounts.as_slice() {
            [] => vec![Item::Status(messages::tray_account_none())],
            some => some.iter().map(choice).collect(),
        },
    }
}

fn button(label: String, action: Action) -> Item {
    Item::Button { label, action }
}

/// A long name without its middle: its end tells files of one series apart.
fn cut(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= LETTERS {
        return name.to_owned();
    }
    let end = LETTERS / 2;
    let (head, tail) = (
        &letters[..LETTERS - end - 1],
        &letters[letters.len() - end..],
    );
    head.iter().chain(['…'].iter()).chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut State)) -> Menu {
        let mut state = State::default();
        change(&mut state);
        menu(&state)
    }

    fn actions(items: &[Item]) -> Vec<Action> {
        let of = |item: &Item| match item {
            Item::Button { action, .. } | Item::Choice { action, .. } => vec![action.clone()],
            Item::Submenu { items, .. } => actions(items),
            Item::Status(_) | Item::Separator => Vec::new(),
        };
        items.iter().flat_map(of).collect()
    }

    #[test]
    fn what_is_not_shown_changes_nothing_and_what_is_shown_does() {
        let idle = menu(&State::default());
        assert_eq!(idle, with(|state| state.totals.done = 9));
        for other in [
            with(|state| state.totals.moving = 1),
            with(|state| state.held = true),
            with(|state| state.recent = vec![(1, "a.png".into())]),
            with(|state| state.accounts = vec![("a".into(), "Journey".into())]),
        ] {
            assert_ne!(idle, other);
        }
    }

    #[test]
    fn icon_and_status_say_the_most_urgent_thing() {
        let said = |change: fn(&mut State)| {
            let menu = with(change);
            let Some(Item::Status(words)) = menu.items.first().cloned() else {
                panic!("no status in {menu:?}");
            };
            (menu.icon, words)
        };
        let expect = |change: fn(&mut State), icon, words: &str| {
            assert_eq!(said(change), (icon, words.to_owned()));
        };
        expect(|_| {}, Icon::Idle, "Nothing to send");
        expect(
            |state| {
                state.totals.moving = 2;
                state.totals.waiting = 1;
                state.percent = Some(42);
            },
            Icon::Busy,
            "3 uploads to go, 42 %",
        );
        expect(
            |state| state.totals.waiting = 1,
            Icon::Busy,
            "1 upload to go",
        );
        expect(|state| state.totals.paused = 4, Icon::Paused, "Paused");
        expect(
            |state| {
                state.totals.waiting = 4;
                state.held = true;
            },
            Icon::Paused,
            "Paused",
        );
        // A paused row beside one that moves: what moves is what counts.
        expect(
            |state| {
                state.totals.paused = 1;
                state.totals.moving = 1;
            },
            Icon::Busy,
            "1 upload to go",
        );
        expect(
            |state| {
                state.totals.moving = 1;
                state.totals.needs_you = 1;
                state.held = true;
            },
            Icon::Attention,
            "Something needs you",
        );
        expect(
            |state| state.stopped = true,
            Icon::Attention,
            "Something needs you",
        );
        // Nothing that needs the user can be helped before.
        expect(
            |state| {
                state.stopped = true;
                state.locked = true;
            },
            Icon::Paused,
            "Locked. Uploads wait.",
        );
    }

    #[test]
    fn what_is_locked_can_be_unlocked_and_paused_all_the_same() {
        let locked = actions(&with(|state| state.locked = true).items);
        assert!(locked.contains(&Action::Unlock) && !locked.contains(&Action::Lock));
        assert!(locked.contains(&Action::PauseAll));
        let open = actions(&with(|_| {}).items);
        assert!(open.contains(&Action::Lock) && !open.contains(&Action::Unlock));
    }

    #[test]
    fn a_pause_can_be_ended_even_while_something_needs_the_user() {
        let has = |menu: &Menu, action: Action| actions(&menu.items).contains(&action);
        let held = with(|state| {
            state.held = true;
            state.totals.needs_you = 1;
        });
        assert!(has(&held, Action::ResumeAll) && !has(&held, Action::PauseAll));
        let free = with(|_| {});
        assert!(has(&free, Action::PauseAll) && !has(&free, Action::ResumeAll));
    }

    #[test]
    fn every_action_is_found_again_by_its_id() {
        let full = with(|state| {
            state.recent = vec![(17, "a.png".into())];
            state.accounts = vec![("a-b:c".into(), "Journey".into())];
        });
        let mut found = actions(&full.items);
        found.extend([Action::ResumeAll, Action::Unlock]);
        assert_eq!(found.len(), 11);
        for action in found {
            assert_eq!(Action::from_id(&action.id()), Some(action));
        }
        for strange in ["", "quit:1", "copy-link:x", "copy-link:", "nothing"] {
            assert_eq!(Action::from_id(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        let name = format!("{}-0001.png", "ü".repeat(60));
        let shown = cut(&name);
        assert_eq!(shown.chars().count(), LETTERS);
        assert!(shown.starts_with("üü") && shown.ends_with("-0001.png"));
        assert_eq!(cut("a.png"), "a.png");
    }
}
