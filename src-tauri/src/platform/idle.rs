//! How long the whole computer was not used, where the system tells. It is asked when the time could be over, and not
//! before: nothing here ticks.

use std::time::Duration;

/// `None` where nobody tells.
pub(crate) async fn idle() -> Option<Duration> {
    #[cfg(target_os = "linux")]
    {
        let asked = tauri::async_runtime::spawn_blocking(linux::idle);
        let answer = tokio::time::timeout(linux::LONGEST_ANSWER, asked).await;
        answer.ok()?.ok()?
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use zbus::blocking::Connection;
    use zbus::blocking::connection::Builder;
    use zbus::blocking::fdo::DBusProxy;
    use zbus::names::BusName;
    use zbus::zvariant::OwnedValue;

    use crate::platform::logind;

    /// All questions together.
    pub(super) const LONGEST_ANSWER: Duration = Duration::from_secs(5);
    /// One question.
    const LONGEST_CALL: Duration = Duration::from_secs(1);
    /// GNOME's compositor, also under X11.
    const MUTTER: &str = "org.gnome.Mutter.IdleMonitor";

    pub(super) fn idle() -> Option<Duration> {
        told(of_mutter()).or_else(|| told(of_logind()))
    }

    fn told(answer: zbus::Result<Option<Duration>>) -> Option<Duration> {
        answer.unwrap_or_else(|error| {
            tracing::debug!("how long the computer was not used is not told: {error}");
            None
        })
    }

    fn of_mutter() -> zbus::Result<Option<Duration>> {
        let connection = Builder::session()?.method_timeout(LONGEST_CALL).build()?;
        if !is_there(&connection, MUTTER)? {
            return Ok(None);
        }
        let path = "/org/gnome/Mutter/IdleMonitor/Core";
        let answer =
            connection.call_method(Some(MUTTER), path, Some(MUTTER), "GetIdletime", &())?;
        let milliseconds: u64 = answer.body().deserialize()?;
        Ok(Some(Duration::from_millis(milliseconds)))
    }

    /// A desktop says when it thinks the user idle, and since when. One that never said so says nothing.
    fn of_logind() -> zbus::Result<Option<Duration>> {
        let connection = Builder::system()?.method_timeout(LONGEST_CALL).build()?;
        let Some(session) = logind::own_session(&connection) else {
            return Ok(None);
        };
        let property = |name: &str| -> zbus::Result<OwnedValue> {
            let properties = Some("org.freedesktop.DBus.Properties");
            let which = (logind::SESSION, name);
            let answer =
                connection.call_method(Some(logind::NAME), &session, properties, "Get", &which)?;
            answer.body().deserialize()
        };
        let (is_idle, since) = (property("IdleHint")?, property("IdleSinceHint")?);
        Ok(of_hint(
            is_idle.downcast_ref::<bool>()?,
            since.downcast_ref::<u64>()?,
            SystemTime::now(),
        ))
    }

    /// `since` in microseconds since the epoch: of the last change of the hint, either way.
    fn of_hint(is_idle: bool, since: u64, now: SystemTime) -> Option<Duration> {
        let since = UNIX_EPOCH.checked_add(Duration::from_micros(since))?;
        match (is_idle, since == UNIX_EPOCH) {
            (_, true) => None,
            (true, false) => Some(now.duration_since(since).unwrap_or_default()),
            (false, false) => Some(Duration::ZERO),
        }
    }

    fn is_there(connection: &Connection, name: &str) -> zbus::Result<bool> {
        let bus = DBusProxy::new(connection)?;
        Ok(bus.name_has_owner(BusName::try_from(name)?)?)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_hint_that_nobody_ever_gave_says_nothing() {
            let now = UNIX_EPOCH + Duration::from_secs(1_000);
            assert_eq!(of_hint(false, 0, now), None);
            assert_eq!(of_hint(true, 0, now), None);
            assert_eq!(of_hint(false, 400_000_000, now), Some(Duration::ZERO));
            let idle = of_hint(true, 400_000_000, now);
            assert_eq!(idle, Some(Duration::from_secs(600)));
            // a clock that was set back
            assert_eq!(of_hint(true, 2_000_000_000, now), Some(Duration::ZERO));
        }
    }
}
