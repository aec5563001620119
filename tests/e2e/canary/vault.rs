//! The same where no keyring answers: the secret in a vault, its passphrase typed, changed, and typed anew after a crash.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::Arc;

use serde_json::Value;

use super::care::{holders, they_end};
use super::needle::Needle;
use super::places::{Bus, Watch, record, recorded};
use super::{CLOUD, KEY, SECRET, assert_not_in_files, assert_not_in_pages, service, web_processes};
use crate::desk::Desk;
use crate::drop::drop_files;
use crate::processes::kill;
use crate::window::Window;

const OLD: &str = "eleven copper otters under a slow bridge";
const NEW: &str = "forty lanterns along the frozen shoreline";

#[tokio::test(flavor = "multi_thread")]
async fn the_canary_is_nowhere_but_in_the_vault() {
    let needle = Arc::new(Needle::new(&[SECRET, OLD, NEW]));
    let mut desk = Desk::start_without_keyring();
    let bus = Bus::watch(&mut desk);
    let folder = tempfile::TempDir::new().unwrap();
    let sandbox = service(folder.path()).await;
    let watch = Watch::start(Arc::clone(&needle));

    let window = Window::open(&mut desk).await;
    window.find("fill-in").await;
    record(&window).await;
    type_both(&desk, &window, &needle, sandbox.url().as_str()).await;
    arrives(&desk, &window, "from the vault.png").await;
    let (picture, _) = desk.picture("from the terminal.png");
    let picture = picture.to_string_lossy().into_owned();
    typed(&desk, &needle, &[OLD], &["upload", &picture]);
    typed(&desk, &needle, &[OLD, NEW], &["accounts", "passphrase"]);
    let told = recorded(&window).await;
    assert!(told.contains("from the vault.png"), "{told}");
    assert_eq!(needle.found_in(told.as_bytes()), None, "told to the window");
    assert_not_in_pages(&needle, &BTreeSet::new(), "after use");

    kill(&desk);
    desk.until("its pages have ended", |_| web_processes().is_empty());
    assert_not_in_files(&needle, &desk, "after a crash");
    drop(window);
    let window = Window::open(&mut desk).await;
    window.find("account-menu").await;
    record(&window).await;
    window.ask("unlock_vault", Value::Null).await;
    window.switch_to(&desk, "/secret.html").await;
    window.type_into("passphrase-field", NEW).await;
    let now = holders(&needle);
    assert_eq!(now.len(), 1, "the search does not see the passphrase");
    window.click("passphrase-go").await;
    they_end(&desk, &window, &now).await;
    arrives(&desk, &window, "after the crash.png").await;
    let told = recorded(&window).await;
    assert_eq!(needle.found_in(told.as_bytes()), None, "told to the window");
    assert_not_in_pages(&needle, &BTreeSet::new(), "after a restart");
    window.close().await;
    sandbox.stop().await;

    let seen = watch.stop();
    assert!(seen.looked_at.len() >= 4, "{:?}", seen.looked_at);
    assert!(seen.found.is_empty(), "{:?}", seen.found);
    assert_eq!(needle.found_in(&bus.messages()), None, "the session bus");
    assert_not_in_files(&needle, &desk, "at the end");
}

/// The secret, then a passphrase for the vault, since no keyring takes it.
async fn type_both(desk: &Desk, window: &Window, needle: &Needle, host: &str) {
    window.click("fill-in").await;
    window.type_into("field-cloud-name", CLOUD).await;
    window.type_into("field-api-key", KEY).await;
    window.choose_host(host).await;
    window.click("submit-account").await;
    window.switch_to(desk, "/secret.html").await;
    window.type_into("secret-field", SECRET).await;
    window.click("secret-keep").await;
    desk.until_async("the vault is offered", || async {
        let offered = window.find("secret-vault").await;
        offered.is_displayed().await.unwrap_or_default()
    })
    .await;
    window.click("secret-vault").await;
    window.type_into("secret-field", SECRET).await;
    window.type_into("passphrase-field", OLD).await;
    window.type_into("passphrase-again", OLD).await;
    let now = holders(needle);
    assert_eq!(now.len(), 1, "the search does not see the secret window");
    window.click("secret-keep").await;
    they_end(desk, window, &now).await;
    window.find("account-menu").await;
    assert_not_in_pages(needle, &BTreeSet::new(), "after both were typed");
}

async fn arrives(desk: &Desk, window: &Window, name: &str) {
    let (picture, _) = desk.picture(name);
    drop_files(desk, &[picture]);
    window.row(name, "done").await;
}

/// Runs `aloft` with these passphrases on its standard input; it must succeed and say none of them.
pub(super) fn typed(desk: &Desk, needle: &Needle, passphrases: &[&str], arguments: &[&str]) {
    let mut command = desk.aloft();
    command.args(["--passphrase-fd", "0"]).args(arguments);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines: String = passphrases.iter().map(|one| format!("{one}\n")).collect();
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, lines.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let words = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{arguments:?}: {words}");
    assert_eq!(needle.found_in(&said), None, "{words}");
}
