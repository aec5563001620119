//! The quickest way in: a `CLOUDINARY_URL` on the clipboard and one click.

use std::path::Path;

use sandbox::{Config, Credentials, Sandbox};
use serde_json::{Value, json};

use crate::desk::{Desk, script};
use crate::widget::walk;
use crate::window::Window;

const CLOUD: &str = "pasted-cloud";
const KEY: &str = "847362519283746";
const SECRET: &str = "canary-Hd7w2Km5yTq9Xc4Vb8Pn";

/// Has an account checked and answers the trouble with that.
const VERIFY: &str = "const [id, done] = arguments; window.__TAURI_INTERNALS__.invoke('rpc', { name: 'verify_account', \
                      request: { id } }).then(() => done('checked'), (trouble) => done(JSON.stringify(trouble)))";

async fn service(folder: &Path) -> Sandbox {
    let mut config = Config::new(folder);
    config.port = Some(0);
    config.cloud_name = Some(CLOUD.to_owned());
    config.credentials = Some(Credentials {
        api_key: KEY.to_owned(),
        api_secret: SECRET.to_owned(),
    });
    sandbox::start(config).await.unwrap()
}

/// Another program copies the text; the file it reads it from is outside of the desktop, whose files are searched.
pub(crate) fn copy(desk: &mut Desk, text: &str) {
    let aside = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(aside.path(), text).unwrap();
    let mut owner = script(desk, "clipboard.py");
    owner.arg("--text").arg(aside.path());
    assert_eq!(desk.first_line_of(owner), "ready");
}

/// The saved accounts, once as many are there.
async fn accounts(window: &Window, desk: &Desk, count: usize) -> Vec<Value> {
    let mut found = Vec::new();
    desk.until_async(&format!("{count} accounts are there"), async || {
        let snapshot = window.ask("snapshot", Value::Null).await;
        found = snapshot["accounts"].as_array().unwrap().clone();
        found.len() == count
    })
    .await;
    found
}

/// What the service said to the account of this key, once it said something.
async fn said_of(window: &Window, desk: &Desk, key: &str) -> Value {
    let mut said = Value::Null;
    desk.until_async(&format!("the key {key} is checked"), async || {
        let snapshot = window.ask("snapshot", Value::Null).await;
        let accounts = snapshot["accounts"].as_array().unwrap();
        let ours = accounts
            .iter()
            .find(|account| account["access"]["apiKey"] == json!(key));
        said = ours.map_or(Value::Null, |account| account["verification"].clone());
        !said.is_null() && said["state"] != "unverified"
    })
    .await;
    said
}

/// What the window says about its accounts in the menu that is opened for it.
async fn menu_of(window: &Window, desk: &Desk) -> String {
    window.click("account-menu").await;
    let menu = window.css("[role='menu']").await;
    let words = menu.text().await.unwrap();
    desk.press("Escape");
    desk.until_async("the menu is closed", async || {
        let menus = fantoccini::Locator::Css("[role='menu']");
        window.client.find_all(menus).await.unwrap().is_empty()
    })
    .await;
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_url_is_an_account_whose_secret_is_in_the_keyring_alone() {
    let mut desk = Desk::start();
    desk.start_keyring();
    let folder = tempfile::TempDir::new().unwrap();
    let sandbox = service(folder.path()).await;
    let window = Window::open(&mut desk).await;
    window.find("paste-url").await;
    // With the name of the variable before it, as it stands in the console and in `.env` files.
    let url = format!("CLOUDINARY_URL={}\n", sandbox.cloudinary_url());
    copy(&mut desk, &url);

    window.click("paste-url").await;
    window.find("account-menu").await;
    // An address on this computer is nobody else's: nothing is asked.
    assert_eq!(desk.windows().len(), 1, "{:?}", desk.windows());
    let said = said_of(&window, &desk, KEY).await;
    assert_eq!(said["state"], "verified", "{said}");
    let menu = menu_of(&window, &desk).await;
    assert!(
        menu.contains(CLOUD) && !menu.contains("not checked"),
        "{menu}"
    );
    window.photograph_both(&desk, "pasted-url").await;

    let mut search = desk.command("secret-tool");
    search.args(["lookup", "service", "dev.aloft.uploader", "username"]);
    search.arg(format!("{CLOUD}:{KEY}"));
    let found = search.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout).trim(), SECRET);
    let source = window.client.source().await.unwrap();
    assert!(!source.contains(SECRET), "the page holds the secret");
    let everything = window.ask("snapshot", Value::Null).await.to_string();
    assert!(!everything.contains(SECRET), "{everything}");
    // The keyring's own file is encrypted; everything else is ours, WebKit's or GTK's, the log of the program too.
    assert!(desk.read_log().contains("TRACE"));
    for file in walk(desk.home.path()) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let holds = bytes
            .windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes());
        assert!(!holds, "{} holds the secret", file.display());
    }
    window.close().await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_value_that_is_wrong_is_named() {
    let mut desk = Desk::start();
    desk.start_keyring();
    let folder = tempfile::TempDir::new().unwrap();
    let sandbox = service(folder.path()).await;
    let window = Window::open(&mut desk).await;
    window.find("paste-url").await;
    let right = sandbox.cloudinary_url();

    copy(&mut desk, &right.replace(SECRET, "of-somebody-else-Zq8"));
    window.click("paste-url").await;
    let said = said_of(&window, &desk, KEY).await;
    assert_eq!(said["state"], "rejected", "{said}");
    let banner = window.find("banner").await.text().await.unwrap();
    assert!(
        banner.contains("API secret") && banner.contains(CLOUD),
        "{banner}"
    );
    window.photograph_both(&desk, "pasted-wrong-secret").await;
    let menu = menu_of(&window, &desk).await;
    assert!(menu.contains("refused"), "{menu}");

    // The right one in its place mends the account that is there.
    copy(&mut desk, &right);
    window.ask("paste_account", Value::Null).await;
    assert_eq!(accounts(&window, &desk, 1).await.len(), 1);
    let said = said_of(&window, &desk, KEY).await;
    assert_eq!(said["state"], "verified", "{said}");

    copy(&mut desk, &right.replace(KEY, "111122223333444"));
    window.ask("paste_account", Value::Null).await;
    let said = said_of(&window, &desk, "111122223333444").await;
    assert_eq!(said["state"], "rejected", "{said}");
    let banner = window.find("banner").await.text().await.unwrap();
    assert!(banner.contains("API key"), "{banner}");
    window.close().await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_is_pasted_offline_is_kept_and_not_called_checked() {
    let mut desk = Desk::start();
    desk.start_keyring();
    let folder = tempfile::TempDir::new().unwrap();
    let sandbox = service(folder.path()).await;
    let url = sandbox.cloudinary_url();
    sandbox.stop().await;
    let window = Window::open(&mut desk).await;

    // Something else on the clipboard is said and adds nothing.
    copy(&mut desk, "a shopping list");
    window.click("paste-url").await;
    let alert = window.css("[role='alert']").await.text().await.unwrap();
    assert!(alert.contains("CLOUDINARY_URL"), "{alert}");
    accounts(&window, &desk, 0).await;

    copy(&mut desk, &url);
    window.click("paste-url").await;
    window.find("account-menu").await;
    let found = accounts(&window, &desk, 1).await;
    // Asked to look now, it says why it cannot: that is no judgement of the values.
    let asked = vec![found[0]["id"].clone()];
    let answer = window.client.execute_async(VERIFY, asked).await.unwrap();
    assert!(answer.to_string().contains("does not answer"), "{answer}");
    let found = accounts(&window, &desk, 1).await;
    assert_eq!(found[0]["verification"]["state"], "unverified");
    let menu = menu_of(&window, &desk).await;
    assert!(menu.contains("not checked yet"), "{menu}");
    window.photograph_both(&desk, "pasted-offline").await;
    window.close().await;
}
