//! Progress and a number on the program's icon in a Linux dock or taskbar: the signal by which docks of KDE, GNOME and others hear
//! of it. Tauri sends it only through Unity's own library, which hardly any desktop installs any more.

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;

use zbus::blocking::Connection;
use zbus::zvariant::Value;

/// How docks call the program: by the file of its launcher, which packages and `aloft integrate` give this name.
const LAUNCHER: &str = "application://Aloft.desktop";
/// Docks listen to the signal, wherever it comes from.
const PLACE: &str = "/dev/aloft/uploader";
/// See <https://wiki.ubuntu.com/Unity/LauncherAPI#Low_level_DBus_API:_com.canonical.Unity.LauncherEntry>.
const INTERFACE: &str = "com.canonical.Unity.LauncherEntry";

/// What the icon shows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shown {
    /// Between 0 and 1; nothing moves where there is none.
    fraction: Option<f64>,
    /// How many things need the user; none is not shown.
    count: u64,
}

/// The program's entry in whatever docks there are. Its thread ends with it; docks forget it when the program goes.
pub(crate) struct Launcher(mpsc::Sender<Shown>);

impl Launcher {
    /// Holds nothing up: a bus that does not answer blocks a thread of its own.
    pub(crate) fn start() -> Self {
        let (told, inbox) = mpsc::channel();
        thread::spawn(move || {
            if let Err(error) = serve(&inbox) {
                tracing::info!("no progress in a dock: {error}");
            }
        });
        Self(told)
    }

    /// Shows progress, if something moves, and how many things need the user, if any do.
    pub(crate) fn show(&self, fraction: Option<f64>, count: u64) {
        // Without a bus nobody is there to see it.
        let _ = self.0.send(Shown { fraction, count });
    }
}

fn serve(inbox: &mpsc::Receiver<Shown>) -> zbus::Result<()> {
    let connection = Connection::session()?;
    for shown in inbox {
        let body = (LAUNCHER, properties(shown));
        connection.emit_signal(None::<&str>, PLACE, INTERFACE, "Update", &body)?;
    }
    Ok(())
}

fn properties(shown: Shown) -> HashMap<&'static str, Value<'static>> {
    let count = i64::try_from(shown.count).unwrap_or(i64::MAX);
    HashMap::from([
        ("progress", Value::from(shown.fraction.unwrap_or_default())),
        ("progress-visible", Value::from(shown.fraction.is_some())),
        ("count", Value::from(count)),
        ("count-visible", Value::from(count > 0)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_taken_back_and_not_left_out() {
        let said = properties(Shown {
            fraction: None,
            count: 0,
        });
        assert_eq!(said["progress-visible"], Value::from(false));
        assert_eq!(said["count-visible"], Value::from(false));
        let said = properties(Shown {
            fraction: Some(0.5),
            count: 2,
        });
        assert_eq!(said["progress"], Value::from(0.5));
        assert_eq!(said["count"], Value::from(2_i64));
        assert_eq!(said["count-visible"], Value::from(true));
    }
}
