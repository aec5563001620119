//! A real keyring: the secret is there, under the name that the system's own tool shows, and in no
//! file.

use acceptance::given_path;
use sandbox::{Config, Credentials};

use crate::desk::Desk;
use crate::widget::walk;
use crate::window::Window;

const KEY: &str = "847362519283746";
const SECRET: &str = "canary-Zk3v9Qp7sXw2Lr8tBn5m";

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_secret_goes_to_the_keyring_and_nowhere_else() {
    let mut desk = Desk::start();
    desk.start_keyring();
    let service = tempfile::TempDir::new().unwrap();
    let mut config = Config::new(service.path());
    config.port = Some(0);
    config.cloud_name = Some("keyring-cloud".to_owned());
    config.credentials = Some(Credentials {
        api_key: KEY.to_owned(),
        api_secret: SECRET.to_owned(),
    });
    let sandbox = sandbox::start(config).await.unwrap();

    let window = Window::open(&mut desk).await;
    window.click("fill-in").await;
    window.type_into("field-cloud-name", "keyring-cloud").await;
    window.type_into("field-api-key", KEY).await;
    window.choose_host(sandbox.url().as_str()).await;
    window.click("submit-account").await;
    window.switch_to(&desk, "/secret.html").await;
    window.find("secret-field").await;
    window.photograph(&desk, "^API secret", "secret");
    window.type_into("secret-field", SECRET).await;
    window.click("secret-keep").await;
    window.switch_to(&desk, "/").await;
    window.find("account-menu").await;
    desk.until_async("the secret window is destroyed", || async {
        window.client.windows().await.unwrap().len() == 1
    })
    .await;

    let mut search = desk.command("secret-tool");
    search.args([
        "lookup",
        "service",
        "dev.aloft.uploader",
        "username",
        &format!("keyring-cloud:{KEY}"),
    ]);
    let found = search.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout).trim(), SECRET);

    // The terminal program finds the same account and the same secret.
    let (picture, bytes) = desk.picture("from the terminal.png");
    let output = desk
        .aloft()
        .args(["upload", "--format", "json"])
        .arg(picture)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&object["state"], &object["verified"]),
        (&"done".into(), &true.into()),
        "{object}"
    );
    let served = reqwest::get(object["secure_url"].as_str().unwrap())
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(served, bytes);

    let source = window.client.source().await.unwrap();
    assert!(!source.contains(SECRET));
    // The program told all it has to tell, and its bytes are not written out as numbers either.
    let log = desk.read_log();
    let numbers: Vec<String> = SECRET.bytes().map(|byte| byte.to_string()).collect();
    assert!(log.contains("TRACE") && !log.contains(&numbers.join(", ")));
    for file in walk(desk.home.path()) {
        // The keyring's own file is encrypted; everything else is ours, WebKit's or GTK's.
        let bytes = std::fs::read(&file).unwrap_or_default();
        let holds = bytes
            .windows(SECRET.len())
            .any(|window| window == SECRET.as_bytes());
        assert!(!holds, "{} holds the secret", file.display());
    }
    window.close().await;
    sandbox.stop().await;
    assert!(given_path("ALOFT_CLI").exists());
}
