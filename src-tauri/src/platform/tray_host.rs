//! Whether there is something that shows tray icons. A window may hide only where it can be found again.

use std::time::Duration;

use tokio::sync::watch;

/// How long the bus may take to answer.
const FIRST_ANSWER: Duration = Duration::from_secs(2);

/// What is known of it: `None` until the first answer.
#[derive(Clone)]
pub(crate) struct TrayHost(watch::Receiver<Option<bool>>);

impl TrayHost {
    /// Asks, without holding anything up, and goes on listening.
    pub(crate) fn watch() -> Self {
        let (told, known) = watch::channel(None);
        #[cfg(target_os = "linux")]
        std::thread::spawn(move || {
            if let Err(error) = linux::follow(&told) {
                tracing::info!("no tray host: {error}");
            }
            told.send_replace(Some(false));
        });
        // Windows and macOS always show them.
        #[cfg(not(target_os = "linux"))]
        told.send_replace(Some(true));
        Self(known)
    }

    /// Whether it is there now.
    pub(crate) fn is_present(&self) -> bool {
        *self.0.borrow() == Some(true)
    }

    /// The same, after the first answer if that comes soon.
    pub(crate) async fn is_present_by_now(&self) -> bool {
        let mut known = self.0.clone();
        let answer = tokio::time::timeout(FIRST_ANSWER, known.wait_for(Option::is_some));
        // Without an answer there is none, as far as anybody can tell.
        let _ = answer.await;
        self.is_present()
    }

    /// Comes back when it is there; false when that cannot be any more.
    pub(crate) async fn comes(&mut self) -> bool {
        self.0.wait_for(|known| *known == Some(true)).await.is_ok()
    }

    /// Comes back when it is known not to be there; false when that cannot be any more.
    pub(crate) async fn goes(&mut self) -> bool {
        self.0.wait_for(|known| *known == Some(false)).await.is_ok()
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use tokio::sync::watch;
    use zbus::blocking::Connection;
    use zbus::blocking::fdo::DBusProxy;
    use zbus::names::BusName;

    /// Owned by the desktop's panel while it shows tray icons.
    /// See <https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierWatcher/>.
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";

    /// Tells whether the name has an owner, at once and at every change, until the bus ends.
    pub(super) fn follow(told: &watch::Sender<Option<bool>>) -> zbus::Result<()> {
        let connection = Connection::session()?;
        let bus = DBusProxy::new(&connection)?;
        let changes = bus.receive_name_owner_changed_with_args(&[(0, WATCHER)])?;
        let present = bus.name_has_owner(BusName::try_from(WATCHER)?)?;
        told.send_replace(Some(present));
        for change in changes {
            told.send_replace(Some(change.args()?.new_owner().is_some()));
        }
        Ok(())
    }
}
