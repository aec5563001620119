//! Secrets on a real desktop: shown and gone, copied and gone, kept in a vault where there is no keyring, changed.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use fantoccini::Locator;
use sandbox::{Config, Credentials, Sandbox};
use tempfile::TempDir;

use crate::canary::{Needle, assert_not_in_pages};
use crate::clip::read_clipboard;
use crate::desk::{Desk, script};
use crate::drop::drop_files;
use crate::widget::walk;
use crate::window::Window;

const KEY: &str = "847362519283746";
const SECRET: &str = "canary-Zk3v9Qp7sXw2Lr8tBn5m";
const NEW_KEY: &str = "111222333444555";
const NEW_SECRET: &str = "canary-second-Hw4Jq8Zt2Vb6N";
const PASSPHRASE: &str = "seven lamps drift beyond the quiet harbour";

async fn service(folder: &TempDir) -> Sandbox {
    let pair = |api_key: &str, api_secret: &str| Credentials {
        api_key: api_key.to_owned(),
        api_secret: api_secret.to_owned(),
    };
    let mut config = Config::new(folder.path());
    config.port = Some(0);
    config.cloud_name = Some("care-cloud".to_owned());
    config.credentials = Some(pair(KEY, SECRET));
    config.more_credentials = vec![pair(NEW_KEY, NEW_SECRET)];
    sandbox::start(config).await.unwrap()
}

/// Fills in the account; the secret window is the current one then.
async fn begin(desk: &Desk, window: &Window, sandbox: &Sandbox) {
    window.click("fill-in").await;
    window.type_into("field-cloud-name", "care-cloud").await;
    window.type_into("field-api-key", KEY).await;
    window.choose_host(sandbox.url().as_str()).await;
    window.click("submit-account").await;
    window.switch_to(desk, "/secret.html").await;
    window.type_into("secret-field", SECRET).await;
}

pub(crate) async fn back_alone(desk: &Desk, window: &Window) {
    desk.until_async("the secret window is destroyed", || async {
        window.client.windows().await.unwrap().len() == 1
    })
    .await;
    window.switch_to(desk, "/").await;
}

/// The window with the account's settings open, its secret in the keyring.
async fn in_settings(desk: &mut Desk, sandbox: &Sandbox) -> Window {
    let window = Window::open(desk).await;
    begin(desk, &window, sandbox).await;
    window.click("secret-keep").await;
    back_alone(desk, &window).await;
    window.find("account-menu").await;
    desk.press("ctrl+comma");
    window.find("settings-account").await;
    window
}

/// Chooses from the menu of the account in the settings.
pub(crate) async fn choose(window: &Window, item: &str) {
    let trigger = "[data-testid='settings-account'] [aria-haspopup]";
    window.css(trigger).await.click().await.unwrap();
    window.click(item).await;
}

pub(crate) fn agree(desk: &Desk, title: &str) {
    desk.until("the question is asked", |desk| {
        desk.windows().iter().any(|name| name.ends_with(title))
    });
    desk.let_be_read();
    desk.click_in(title, 0.25, 0.85);
}

/// How many processes of pages this desk has.
fn page_processes(desk: &Desk) -> usize {
    let home = desk.home.path().to_string_lossy().into_owned();
    let processes = std::fs::read_dir("/proc").unwrap();
    processes
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let read = |name: &str| std::fs::read(path.join(name)).unwrap_or_default();
            read("comm").starts_with(b"WebKitWebProces")
                && String::from_utf8_lossy(&read("environ")).contains(&home)
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_and_copied_for_a_moment() {
    let mut desk = Desk::start();
    desk.start_keyring();
    let folder = TempDir::new().unwrap();
    let sandbox = service(&folder).await;
    let window = in_settings(&mut desk, &sandbox).await;
    window.photograph_both(&desk, "care-accounts").await;
    let before = page_processes(&desk);

    choose(&window, "account-reveal").await;
    desk.until("the question is asked", |desk| desk.windows().len() == 2);
    window.photograph(&desk, "^Show the API", "reveal-question");
    agree(&desk, "Show the API secret");
    window.switch_to(&desk, "/secret.html").await;
    desk.until_async("the secret is shown", || async {
        let shown = window.find("secret-shown").await;
        shown.text().await.is_ok_and(|text| text == SECRET)
    })
    .await;
    window.photograph(&desk, "^API secret", "reveal");
    assert!(page_processes(&desk) > before);
    // Nobody closes it: the program does.
    back_alone(&desk, &window).await;
    desk.until("the page's process has ended", |desk| {
        page_processes(desk) == before
    });

    choose(&window, "account-copy").await;
    agree(&desk, "Copy the API secret");
    desk.until("the secret is copied", |desk| {
        read_clipboard(desk) == SECRET
    });
    let mut kinds = script(&desk, "clipboard.py");
    let kinds = kinds.arg("--kinds").output().unwrap();
    let kinds = String::from_utf8_lossy(&kinds.stdout).into_owned();
    assert!(kinds.contains("x-kde-passwordManagerHint"), "{kinds}");
    let since = std::time::Instant::now();
    desk.until("the secret has left the clipboard", |desk| {
        read_clipboard(desk) != SECRET
    });
    assert!(since.elapsed().as_secs() > 20, "{:?}", since.elapsed());
    assert_eq!(read_clipboard(&desk), "");
    window.close().await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_secret_does_not_outlive_the_program() {
    let mut desk = Desk::start();
    desk.start_keyring();
    let folder = TempDir::new().unwrap();
    let sandbox = service(&folder).await;
    let window = in_settings(&mut desk, &sandbox).await;
    choose(&window, "account-copy").await;
    agree(&desk, "Copy the API secret");
    desk.until("the secret is copied", |desk| {
        read_clipboard(desk) == SECRET
    });
    window.close().await;
    desk.until("the clipboard is empty", |desk| {
        read_clipboard(desk) != SECRET
    });
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_a_vault_keeps_the_secret() {
    let mut desk = Desk::start_without_keyring();
    let folder = TempDir::new().unwrap();
    let sandbox = service(&folder).await;
    let window = Window::open(&mut desk).await;
    begin(&desk, &window, &sandbox).await;
    window.click("secret-keep").await;
    desk.until_async("the vault is offered", || async {
        let offered = window.find("secret-vault").await;
        offered.is_displayed().await.unwrap_or_default()
    })
    .await;
    window.photograph(&desk, "^API secret", "no-keyring");
    window.click("secret-vault").await;
    window.type_into("secret-field", SECRET).await;
    window.type_into("passphrase-field", PASSPHRASE).await;
    window.type_into("passphrase-again", PASSPHRASE).await;
    desk.until_async("the passphrase is judged", || async {
        let said = window.find("passphrase-score").await.text().await;
        said.is_ok_and(|words| words == "Very good")
    })
    .await;
    window.photograph(&desk, "^API secret", "vault");
    window.click("secret-keep").await;
    back_alone(&desk, &window).await;
    window.find("account-menu").await;
    let (picture, _) = desk.picture("from the vault.png");
    drop_files(&desk, &[picture]);
    window.row("from the vault.png", "done").await;
    let typed = Needle::new(&[SECRET, PASSPHRASE]);
    assert_not_in_pages(&typed, &BTreeSet::new(), "after both were typed");
    window.photograph_both(&desk, "vault-footer").await;
    let source = window.client.source().await.unwrap();
    assert!(source.contains("Secret in the vault file"));
    let vault = desk.aloft_home().join("config/secrets.vault");
    let mode = std::fs::metadata(&vault).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for file in walk(desk.home.path()) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for canary in [SECRET, PASSPHRASE] {
            let holds = bytes
                .windows(canary.len())
                .any(|part| part == canary.as_bytes());
            assert!(!holds, "{} holds {canary}", file.display());
        }
    }
    let doctor = desk.aloft().arg("doctor").output().unwrap();
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.contains("in the vault file"), "{doctor}");
    window.close().await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_while_uploads_go_on() {
    let mut desk = Desk::start();
    desk.start_keyring();
    let folder = TempDir::new().unwrap();
    let sandbox = service(&folder).await;
    let window = in_settings(&mut desk, &sandbox).await;
    choose(&window, "account-edit").await;
    window.find("edit-sheet").await;
    window.photograph_both(&desk, "edit").await;
    desk.press("Escape");
    choose(&window, "account-rotate").await;
    window.type_into("rotate-key", NEW_KEY).await;
    window.photograph_both(&desk, "rotate-begin").await;
    window.click("rotate-begin").await;
    window.switch_to(&desk, "/secret.html").await;
    window.type_into("secret-field", NEW_SECRET).await;
    window.photograph(&desk, "^API secret", "second-key");
    window.click("secret-keep").await;
    back_alone(&desk, &window).await;
    window.photograph_both(&desk, "rotate-added").await;
    window.click("rotate-switch").await;
    window.find("rotate-back").await;
    window.photograph_both(&desk, "rotate-switched").await;
    assert_eq!(in_keyring(&desk, KEY), SECRET);
    desk.press("Escape");
    desk.press("Escape");
    let (picture, _) = desk.picture("with the new key.png");
    drop_files(&desk, &[picture]);
    window.row("with the new key.png", "done").await;
    desk.until("the old key is erased", |desk| {
        in_keyring(desk, KEY).is_empty()
    });
    assert_eq!(in_keyring(&desk, NEW_KEY), NEW_SECRET);
    assert!(
        window
            .client
            .find(Locator::Css("[data-testid='rotate-sheet']"))
            .await
            .is_err()
    );
    window.close().await;
    sandbox.stop().await;
}

fn in_keyring(desk: &Desk, api_key: &str) -> String {
    let mut search = desk.command("secret-tool");
    let user = format!("care-cloud:{api_key}");
    search.args(["lookup", "service", "dev.aloft.uploader", "username", &user]);
    let found = search.output().unwrap();
    String::from_utf8_lossy(&found.stdout).trim().to_owned()
}
