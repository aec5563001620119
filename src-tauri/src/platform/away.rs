//! Whether the user is away: the screen was locked, or the computer goes to sleep. The system tells; nothing here asks
//! again and again, and no signal ever means that the user is back.

use std::time::Duration;

use app::Aloft;
use tokio::sync::watch;

/// How long the buses may take to answer.
const FIRST_ANSWER: Duration = Duration::from_secs(2);

/// Who would tell, as far as is known: `None` until the first answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ears {
    /// logind: sleep, and the session's lock.
    system: Option<bool>,
    /// The desktop's screen saver.
    session: Option<bool>,
}

impl Ears {
    fn hear(self) -> bool {
        self.system == Some(true) || self.session == Some(true)
    }

    fn are_known(self) -> bool {
        self.hear() || (self.system.is_some() && self.session.is_some())
    }
}

/// What is known of it.
#[derive(Clone)]
pub(crate) struct AwaySignals(watch::Sender<Ears>);

impl AwaySignals {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(Ears::default()))
    }

    /// Listens from now on, and tells `aloft`.
    pub(crate) fn follow(&self, aloft: &Aloft) {
        #[cfg(target_os = "linux")]
        linux::follow(&self.0, aloft);
        #[cfg(not(target_os = "linux"))]
        {
            let _ = aloft;
            self.0.send_replace(Ears {
                system: Some(false),
                session: Some(false),
            });
        }
    }

    /// Whether anything would be heard, after the first answers if they come soon.
    pub(crate) async fn are_heard(&self) -> bool {
        let mut known = self.0.subscribe();
        let answer = tokio::time::timeout(FIRST_ANSWER, known.wait_for(|ears| ears.are_known()));
        // Without an answer nobody tells, as far as anybody can say.
        let _ = answer.await;
        self.0.borrow().hear()
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;

    use app::{Aloft, Away};
    use tokio::sync::watch;
    use zbus::blocking::fdo::DBusProxy;
    use zbus::blocking::{Connection, MessageIterator};
    use zbus::names::{BusName, WellKnownName};
    use zbus::zvariant::{OwnedFd, OwnedValue};
    use zbus::{MatchRule, Message, message};

    use super::Ears;
    use crate::platform::logind;

    /// Those that answer to one of these names tell of the screen, under the same name or another of their own.
    /// See <https://specifications.freedesktop.org/idle-inhibit-spec/latest/> and GNOME's `org.gnome.ScreenSaver`.
    const SCREEN_SAVERS: [&str; 4] = [
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
    ];

    pub(super) fn follow(ears: &watch::Sender<Ears>, aloft: &Aloft) {
        let (told, locking) = (ears.clone(), aloft.clone());
        std::thread::spawn(move || {
            if let Err(error) = follow_system(&told, &locking) {
                tracing::info!("sleep is not told of: {error}");
            }
            told.send_modify(|ears| ears.system = Some(false));
        });
        let (told, locking) = (ears.clone(), aloft.clone());
        std::thread::spawn(move || {
            if let Err(error) = follow_session(&told, &locking) {
                tracing::info!("the screen's lock is not told of: {error}");
            }
            told.send_modify(|ears| ears.session = Some(false));
        });
    }

    /// See `org.freedesktop.login1`(5).
    fn follow_system(told: &watch::Sender<Ears>, aloft: &Aloft) -> zbus::Result<()> {
        let connection = Connection::system()?;
        let bus = DBusProxy::new(&connection)?;
        let session = logind::own_session(&connection);
        // Before the first look, so that nothing falls in between.
        let messages = MessageIterator::from(&connection);
        let of_logind = || {
            let signals = MatchRule::builder().msg_type(message::Type::Signal);
            signals.sender(logind::NAME)
        };
        bus.add_match_rule(of_logind()?.interface(logind::MANAGER)?.build())?;
        if let Some(session) = &session {
            bus.add_match_rule(of_logind()?.path(session.clone())?.build())?;
        }
        let present = bus.name_has_owner(BusName::try_from(logind::NAME)?)?;
        told.send_modify(|ears| ears.system = Some(present));
        let mut delay = delay_sleep(&connection);
        for message in messages {
            let message = message?;
            let session = session.as_ref().map(|path| path.as_str());
            match of_system(&message, session) {
                Some(Said::Away(away)) => {
                    lock(aloft, away);
                    if away == Away::Sleeps {
                        drop(delay.take());
                    }
                }
                Some(Said::Woke) => delay = delay_sleep(&connection),
                None => {}
            }
        }
        Ok(())
    }

    fn follow_session(told: &watch::Sender<Ears>, aloft: &Aloft) -> zbus::Result<()> {
        let connection = Connection::session()?;
        let bus = DBusProxy::new(&connection)?;
        let messages = MessageIterator::from(&connection);
        let rule = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .member("ActiveChanged")?;
        bus.add_match_rule(rule.build())?;
        let mut present = false;
        for name in SCREEN_SAVERS {
            let name = WellKnownName::try_from(name)?;
            present |= bus.name_has_owner(BusName::WellKnown(name))?;
        }
        told.send_modify(|ears| ears.session = Some(present));
        for message in messages {
            if is_screen_saver(&message?) {
                lock(aloft, Away::ScreenLocked);
            }
        }
        Ok(())
    }

    fn lock(aloft: &Aloft, away: Away) {
        if let Err(problem) = tauri::async_runtime::block_on(aloft.lock_when_away(away)) {
            tracing::warn!("Aloft could not be locked: {problem}");
        }
    }

    /// As long as this is held, the computer waits a little before it sleeps; where that is not granted, it does not.
    fn delay_sleep(connection: &Connection) -> Option<OwnedFd> {
        let why = ("sleep", "Aloft", "Aloft locks its secrets", "delay");
        let granted = connection
            .call_method(
                Some(logind::NAME),
                logind::PATH,
                Some(logind::MANAGER),
                "Inhibit",
                &why,
            )
            .and_then(|answer| answer.body().deserialize::<OwnedFd>());
        match granted {
            Ok(granted) => Some(granted),
            Err(error) => {
                tracing::debug!("sleep is not delayed: {error}");
                None
            }
        }
    }

    #[derive(Debug, PartialEq, Eq)]
    enum Said {
        Away(Away),
        /// The computer is awake again, which is no news of the user.
        Woke,
    }

    fn of_system(message: &Message, session: Option<&str>) -> Option<Said> {
        let header = message.header();
        let path = header.path()?.as_str();
        let (interface, member) = (header.interface()?.as_str(), header.member()?.as_str());
        let is_ours = Some(path) == session;
        match (interface, member) {
            (logind::MANAGER, "PrepareForSleep") if path == logind::PATH => {
                match message.body().deserialize::<bool>().ok()? {
                    true => Some(Said::Away(Away::Sleeps)),
                    false => Some(Said::Woke),
                }
            }
            (logind::SESSION, "Lock") if is_ours => Some(Said::Away(Away::ScreenLocked)),
            ("org.freedesktop.DBus.Properties", "PropertiesChanged") if is_ours => {
                let body = message.body();
                let changed: (&str, HashMap<&str, OwnedValue>, Vec<&str>) =
                    body.deserialize().ok()?;
                let locked = changed.1.get("LockedHint")?.downcast_ref::<bool>().ok()?;
                locked.then_some(Said::Away(Away::ScreenLocked))
            }
            _ => None,
        }
    }

    fn is_screen_saver(message: &Message) -> bool {
        let header = message.header();
        let of_one = header
            .interface()
            .is_some_and(|name| name.as_str().ends_with(".ScreenSaver"));
        let changed = header
            .member()
            .is_some_and(|member| member.as_str() == "ActiveChanged");
        of_one && changed && message.body().deserialize::<bool>().is_ok_and(|on| on)
    }

    #[cfg(test)]
    mod tests {
        use serde::Serialize;
        use zbus::zvariant::{DynamicType, Value};

        use super::*;

        const OURS: &str = "/org/freedesktop/login1/session/_32";

        fn signal<B: Serialize + DynamicType>(
            path: &str,
            interface: &str,
            member: &str,
            body: &B,
        ) -> Message {
            Message::signal(path, interface, member)
                .and_then(|signal| signal.build(body))
                .unwrap()
        }

        fn hint(path: &str, locked: bool) -> Message {
            let changed = HashMap::from([("LockedHint", Value::from(locked))]);
            let body = (logind::SESSION, changed, Vec::<&str>::new());
            let properties = "org.freedesktop.DBus.Properties";
            signal(path, properties, "PropertiesChanged", &body)
        }

        #[test]
        fn going_away_locks_and_coming_back_does_not_unlock() {
            let heard = |message: &Message| of_system(message, Some(OURS));
            let sleep = |on: bool| signal(logind::PATH, logind::MANAGER, "PrepareForSleep", &on);
            let lock = |path: &str, member: &str| signal(path, logind::SESSION, member, &());
            let screen = Some(Said::Away(Away::ScreenLocked));
            assert_eq!(heard(&sleep(true)), Some(Said::Away(Away::Sleeps)));
            assert_eq!(heard(&sleep(false)), Some(Said::Woke));
            assert_eq!(heard(&lock(OURS, "Lock")), screen);
            assert_eq!(heard(&lock(OURS, "Unlock")), None);
            assert_eq!(heard(&hint(OURS, true)), screen);
            assert_eq!(heard(&hint(OURS, false)), None);
        }

        #[test]
        fn the_session_of_another_user_is_not_ours() {
            let other = "/org/freedesktop/login1/session/_33";
            for session in [Some(OURS), None] {
                let lock = signal(other, logind::SESSION, "Lock", &());
                assert_eq!(of_system(&lock, session), None);
                assert_eq!(of_system(&hint(other, true), session), None);
            }
        }

        #[test]
        fn a_screen_saver_is_heard_when_it_begins() {
            let told = |interface, member, on: bool| {
                is_screen_saver(&signal("/ScreenSaver", interface, member, &on))
            };
            for name in SCREEN_SAVERS {
                assert!(told(name, "ActiveChanged", true));
                assert!(!told(name, "ActiveChanged", false));
            }
            assert!(!told("org.gnome.ScreenSaver", "WakeUpScreen", true));
            assert!(!told("org.example.Other", "ActiveChanged", true));
        }
    }
}
