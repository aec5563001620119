//! A secret that lies in another program's file: found, taken into a real keyring, and removed there.

use sandbox::{Config, Credentials};
use tempfile::TempDir;

use crate::desk::Desk;
use crate::window::Window;

const KEY: &str = "847362519283746";
const SECRET: &str = "canary-Zk3v9Qp7sXw2Lr8tBn5m";

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_a_file_moves_into_the_keyring_and_all_else_stays() {
    let mut desk = Desk::start();
    desk.start_keyring();
    let folder = TempDir::new().unwrap();
    let mut config = Config::new(folder.path());
    config.port = Some(0);
    config.cloud_name = Some("lying-cloud".to_owned());
    config.credentials = Some(Credentials {
        api_key: KEY.to_owned(),
        api_secret: SECRET.to_owned(),
    });
    let sandbox = sandbox::start(config).await.unwrap();
    let host = sandbox.url();
    let host = host.as_str().trim_end_matches('/');
    let line = format!("cloudinary://{KEY}:{SECRET}@lying-cloud?upload_prefix={host}");
    // Where `cld` keeps its accounts; something else in the same file is none of ours.
    let place = desk.home.path().join(".cloudinary-cli");
    std::fs::create_dir(&place).unwrap();
    let file = place.join("config.json");
    let text = serde_json::json!({ "lying": line, "noted": "by hand" });
    std::fs::write(&file, format!("{text:#}\n")).unwrap();

    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    desk.press("ctrl+comma");
    window.click("find-accounts").await;
    window.find("lying").await;
    window.photograph_both(&desk, "find-accounts").await;
    let source = window.client.source().await.unwrap();
    assert!(source.contains("lying-cloud") && !source.contains(SECRET));

    window.click("lying-import").await;
    window.find("lying-here").await;
    let mut search = desk.command("secret-tool");
    let user = format!("lying-cloud:{KEY}");
    search.args(["lookup", "service", "dev.aloft.uploader", "username", &user]);
    let found = search.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout).trim(), SECRET);
    assert!(std::fs::read_to_string(&file).unwrap().contains(SECRET));

    window.click("lying-remove").await;
    let title = "Remove the secret there";
    desk.until("the question is asked", |desk| {
        desk.windows().iter().any(|name| name.ends_with(title))
    });
    window.photograph(&desk, "^Remove the secret", "remove-there");
    desk.let_be_read();
    desk.click_in(title, 0.25, 0.85);
    desk.until("the secret is gone from the file", |_| {
        !std::fs::read_to_string(&file).unwrap().contains(SECRET)
    });
    let left: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(left, serde_json::json!({ "noted": "by hand" }));
    desk.press("Escape");
    window.click("settings-audit").await;
    window.find("log-entry").await;
    window.click("log-check").await;
    window.photograph_both(&desk, "audit").await;
    window.close().await;
    sandbox.stop().await;
}
