//! Draws `app::tray::Menu` and maps clicks back to its actions. The program works without a tray.

use app::Aloft;
use app::tray::{Action, Icon, Item, Menu};
use tauri::image::Image;
use tauri::menu::{
    CheckMenuItem, IsMenuItem, Menu as Root, MenuItem, MenuItemKind, PredefinedMenuItem, Submenu,
};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager, Runtime};

/// The tray icon's id.
const ID: &str = "aloft";

/// Shows the tray where there is one, and keeps it in step with the state.
pub(crate) fn start<R: Runtime>(handle: &AppHandle<R>) {
    let Some(aloft) = handle.try_state::<Aloft>() else {
        return;
    };
    let mut menus = aloft.tray_menus();
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let mut drawn = None;
        while let Some(menu) = menus.next().await {
            let drawing = match &mut drawn {
                None => Drawn::build(&handle, &menu).map(|built| drawn = Some(built)),
                Some(drawn) => drawn.change_to(&handle, menu),
            };
            // Some systems have no tray at all, and some say so only by an error.
            if let Err(error) = drawing {
                tracing::info!("no tray here: {error}");
            }
            if drawn.is_none() {
                return;
            }
        }
    });
}

/// Whether there is an icon to come back by, as far as this program knows.
pub(crate) fn is_drawn<R: Runtime>(handle: &AppHandle<R>) -> bool {
    handle.tray_by_id(ID).is_some()
}

/// What is drawn. On Linux a menu cannot be replaced once it is shown, so only what differs is changed.
struct Drawn<R: Runtime> {
    root: Root<R>,
    icon: TrayIcon<R>,
    menu: Menu,
}

impl<R: Runtime> Drawn<R> {
    fn build(handle: &AppHandle<R>, menu: &Menu) -> tauri::Result<Self> {
        let root = Root::new(handle)?;
        reconcile(handle, &Place::Root(&root), &[], &menu.items)?;
        let choices = root.clone();
        let icon = TrayIconBuilder::with_id(ID)
            .icon(picture(menu.icon))
            .menu(&root)
            .on_menu_event(move |handle, event| {
                if let Some(action) = Action::from_id(event.id().as_ref()) {
                    act(handle, &choices, action);
                }
            })
            .build(handle)?;
        Ok(Self {
            root,
            icon,
            menu: menu.clone(),
        })
    }

    fn change_to(&mut self, handle: &AppHandle<R>, menu: Menu) -> tauri::Result<()> {
        if menu.icon != self.menu.icon {
            self.icon.set_icon(Some(picture(menu.icon)))?;
        }
        let place = Place::Root(&self.root);
        reconcile(handle, &place, &self.menu.items, &menu.items)?;
        self.menu = menu;
        Ok(())
    }
}

/// A menu, or a menu in a menu.
enum Place<'a, R: Runtime> {
    Root(&'a Root<R>),
    Submenu(&'a Submenu<R>),
}

impl<R: Runtime> Place<'_, R> {
    fn insert(&self, item: &dyn IsMenuItem<R>, at: usize) -> tauri::Result<()> {
        match self {
            Self::Root(menu) => menu.insert(item, at),
            Self::Submenu(menu) => menu.insert(item, at),
        }
    }

    fn remove(&self, at: usize) -> tauri::Result<()> {
        match self {
            Self::Root(menu) => menu.remove_at(at).map(drop),
            Self::Submenu(menu) => menu.remove_at(at).map(drop),
        }
    }

    fn items(&self) -> tauri::Result<Vec<MenuItemKind<R>>> {
        match self {
            Self::Root(menu) => menu.items(),
            Self::Submenu(menu) => menu.items(),
        }
    }
}

/// Makes what shows `before` show `after`.
fn reconcile<R: Runtime>(
    handle: &AppHandle<R>,
    place: &Place<'_, R>,
    before: &[Item],
    after: &[Item],
) -> tauri::Result<()> {
    for at in (after.len()..before.len()).rev() {
        place.remove(at)?;
    }
    let drawn = place.items()?;
    for (at, item) in after.iter().enumerate() {
        if let (Some(old), Some(drawn)) = (before.get(at), drawn.get(at)) {
            if old == item || change(handle, drawn, old, item)? {
                continue;
            }
            place.remove(at)?;
        }
        place.insert(made(handle, item)?.as_ref(), at)?;
    }
    Ok(())
}

/// Changes one item, if that is possible without making it anew.
fn change<R: Runtime>(
    handle: &AppHandle<R>,
    drawn: &MenuItemKind<R>,
    before: &Item,
    after: &Item,
) -> tauri::Result<bool> {
    match (drawn, before, after) {
        (MenuItemKind::MenuItem(drawn), Item::Status(_), Item::Status(words)) => {
            drawn.set_text(escaped(words))?;
        }
        (
            MenuItemKind::MenuItem(drawn),
            Item::Button { action: old, .. },
            Item::Button { label, action },
        ) if old == action => drawn.set_text(escaped(label))?,
        (
            MenuItemKind::Check(drawn),
            Item::Choice { action: old, .. },
            Item::Choice {
                label,
                chosen,
                action,
            },
        ) if old == action => {
            drawn.set_text(escaped(label))?;
            drawn.set_checked(*chosen)?;
        }
        (
            MenuItemKind::Submenu(drawn),
            Item::Submenu { items: before, .. },
            Item::Submenu { label, items },
        ) => {
            drawn.set_text(escaped(label))?;
            reconcile(handle, &Place::Submenu(drawn), before, items)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn made<R: Runtime>(handle: &AppHandle<R>, item: &Item) -> tauri::Result<Box<dyn IsMenuItem<R>>> {
    Ok(match item {
        Item::Status(words) => {
            Box::new(MenuItem::new(handle, escaped(words), false, None::<&str>)?)
        }
        Item::Button { label, action } => Box::new(MenuItem::with_id(
            handle,
            action.id(),
            escaped(label),
            true,
            None::<&str>,
        )?),
        Item::Choice {
            label,
            chosen,
            action,
        } => Box::new(CheckMenuItem::with_id(
            handle,
            action.id(),
            escaped(label),
            true,
            *chosen,
            None::<&str>,
        )?),
        Item::Submenu { label, items } => {
            let menu = Submenu::new(handle, escaped(label), true)?;
            reconcile(handle, &Place::Submenu(&menu), &[], items)?;
            Box::new(menu)
        }
        Item::Separator => Box::new(PredefinedMenuItem::separator(handle)?),
    })
}

/// In a menu's words `&` marks the letter that chooses it.
fn escaped(words: &str) -> String {
    words.replace('&', "&&")
}

fn picture(icon: Icon) -> Image<'static> {
    match icon {
        Icon::Idle => tauri::include_image!("../icons/tray/idle.png"),
        Icon::Busy => tauri::include_image!("../icons/tray/busy.png"),
        Icon::Paused => tauri::include_image!("../icons/tray/paused.png"),
        Icon::Attention => tauri::include_image!("../icons/tray/attention.png"),
    }
}

fn act<R: Runtime>(handle: &AppHandle<R>, menu: &Root<R>, action: Action) {
    if action == Action::Quit {
        return handle.exit(0);
    }
    if matches!(action, Action::UseAccount(_)) {
        // A click has flipped this one by itself, also if it was the chosen one.
        let _ = choose(&Place::Root(menu), &action.id());
    }
    if let Some(aloft) = handle.try_state::<Aloft>() {
        let aloft = aloft.inner().clone();
        tauri::async_runtime::spawn(async move { aloft.act(action).await });
    }
}

fn choose<R: Runtime>(place: &Place<'_, R>, id: &str) -> tauri::Result<()> {
    for item in place.items()? {
        if let MenuItemKind::Submenu(menu) = &item {
            choose(&Place::Submenu(menu), id)?;
        }
        if let MenuItemKind::Check(choice) = &item {
            choice.set_checked(choice.id() == id)?;
        }
    }
    Ok(())
}
