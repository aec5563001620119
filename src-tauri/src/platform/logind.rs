//! logind's names, and which of its sessions is this program's. See `org.freedesktop.login1`(5).

use zbus::blocking::Connection;
use zbus::zvariant::OwnedObjectPath;

pub(super) const NAME: &str = "org.freedesktop.login1";
pub(super) const PATH: &str = "/org/freedesktop/login1";
pub(super) const MANAGER: &str = "org.freedesktop.login1.Manager";
pub(super) const SESSION: &str = "org.freedesktop.login1.Session";

/// The session that this program was started in, else the one that its user is in front of; none where logind knows
/// of no session, as in a container.
pub(super) fn own_session(connection: &Connection) -> Option<OwnedObjectPath> {
    let named = std::env::var("XDG_SESSION_ID").ok();
    let names = named.iter().map(String::as_str).chain(["auto"]);
    names.into_iter().find_map(|name| {
        connection
            .call_method(Some(NAME), PATH, Some(MANAGER), "GetSession", &name)
            .and_then(|answer| answer.body().deserialize::<OwnedObjectPath>())
            .ok()
    })
}
