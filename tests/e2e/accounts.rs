//! Two accounts in one window.

use sandbox::{Config, UploadPreset};

use crate::desk::Desk;
use crate::drop::drop_files;
use crate::widget::walk;
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn one_key_switches_the_account_that_new_uploads_go_to() {
    let mut desk = Desk::start();
    let service = tempfile::TempDir::new().unwrap();
    let mut config = Config::new(service.path());
    config.port = Some(0);
    config.cloud_name = Some("second-cloud".to_owned());
    config.unsigned_presets.push(UploadPreset::new("open-door"));
    let second = sandbox::start(config).await.unwrap();

    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    desk.press("ctrl+k");
    window.find("palette").await;
    desk.type_text("add account");
    desk.press("Return");
    window.click("use-preset").await;
    window.type_into("field-cloud-name", "second-cloud").await;
    window.type_into("field-preset", "open-door").await;
    window.choose_host(second.url().as_str()).await;
    window.click("submit-account").await;
    window.find("account-menu").await;

    for (key, name) in [
        ("ctrl+1", "for the first.png"),
        ("ctrl+2", "for the second.png"),
    ] {
        desk.press(key);
        let (picture, _) = desk.picture(name);
        drop_files(&desk, &[picture]);
        window.row(name, "done").await;
    }
    window.photograph_both(&desk, "accounts").await;
    let stored = |folder: &std::path::Path, name: &str| {
        walk(folder)
            .iter()
            .any(|file| std::fs::read(file).unwrap().ends_with(name.as_bytes()))
    };
    let first = desk.aloft_home().join("data/sandbox/assets");
    assert!(stored(&first, "for the first.png") && !stored(&first, "for the second.png"));
    assert!(stored(service.path(), "for the second.png"));
    assert!(!stored(service.path(), "for the first.png"));
    window.close().await;
    second.stop().await;
}
