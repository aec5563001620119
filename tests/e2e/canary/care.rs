//! What a user does with a secret that is kept: shown, copied, locked away, written into a backup, changed for another.

use std::collections::BTreeSet;

use super::needle::Needle;
use super::places::memory;
use super::vault::typed;
use super::{NEW_KEY, NEW_SECRET, PASSPHRASE, SECRET, assert_not_in_pages, run, web_processes};
use crate::care::{agree, back_alone, choose};
use crate::clip::read_clipboard;
use crate::desk::Desk;
use crate::drop::drop_files;
use crate::window::Window;

/// Web processes that hold it.
pub(super) fn holders(needle: &Needle) -> BTreeSet<u32> {
    let all = web_processes().into_iter();
    let holds = all.filter(|process| memory(process, needle).1.is_some());
    holds.map(|process| process.id).collect()
}

pub(super) async fn they_end(desk: &Desk, window: &Window, holders: &BTreeSet<u32>) {
    back_alone(desk, window).await;
    desk.until("the secret window's process has ended", |_| {
        let all = web_processes();
        all.iter().all(|process| !holders.contains(&process.id))
    });
}

/// Shown in the secret window and in no other page; on the clipboard until a lock, and nowhere then.
pub(super) async fn show_and_copy(desk: &Desk, window: &Window, needle: &Needle) {
    desk.press("ctrl+comma");
    window.find("settings-account").await;
    choose(window, "account-reveal").await;
    agree(desk, "Show the API secret");
    window.switch_to(desk, "/secret.html").await;
    desk.until_async("the secret is shown", || async {
        let shown = window.find("secret-shown").await;
        shown.text().await.is_ok_and(|text| text == SECRET)
    })
    .await;
    let shown = holders(needle);
    assert_eq!(shown.len(), 1, "the search does not see the secret window");
    assert_not_in_pages(needle, &shown, "while it is shown");
    they_end(desk, window, &shown).await;
    assert_not_in_pages(needle, &BTreeSet::new(), "after it was shown");

    choose(window, "account-copy").await;
    agree(desk, "Copy the API secret");
    desk.until("the secret is copied", |desk| {
        read_clipboard(desk) == SECRET
    });
    run(desk.aloft().args(["accounts", "lock"]));
    window.find("locked-banner").await;
    desk.until("the lock took it back", |desk| {
        read_clipboard(desk).is_empty()
    });
    run(desk.aloft().args(["accounts", "unlock"]));
    window.is_gone(desk, "locked-banner").await;
    assert_not_in_pages(needle, &BTreeSet::new(), "after it was copied");
}

/// Into a file under a passphrase, and that file looked into.
pub(super) fn export_and_look_in(desk: &Desk, needle: &Needle) {
    let file = desk.home.path().join("accounts.aloft");
    let file = file.to_string_lossy();
    for arguments in [&["export", "--to", &file][..], &["import", &file, "--list"]] {
        typed(
            desk,
            needle,
            &[PASSPHRASE],
            &[&["accounts"], arguments].concat(),
        );
    }
}

/// Another key beside the first, used, and the first erased.
pub(super) async fn change_the_key(desk: &Desk, window: &Window, needle: &Needle) {
    choose(window, "account-rotate").await;
    window.type_into("rotate-key", NEW_KEY).await;
    window.click("rotate-begin").await;
    window.switch_to(desk, "/secret.html").await;
    window.type_into("secret-field", NEW_SECRET).await;
    let typed = holders(needle);
    assert_eq!(typed.len(), 1, "the search does not see the second secret");
    window.click("secret-keep").await;
    they_end(desk, window, &typed).await;
    window.click("rotate-switch").await;
    window.find("rotate-back").await;
    desk.press("Escape");
    desk.press("Escape");
    let (picture, _) = desk.picture("with the new key.png");
    drop_files(desk, &[picture]);
    window.row("with the new key.png", "done").await;
    assert_not_in_pages(needle, &BTreeSet::new(), "after the key was changed");
}
