//! The agent with what developers put before it: a plain page with the widget in a real browser, and a server route.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use acceptance::given_path;
use app::agent::{NewClient, WebOrigin};
use app::{
    Aloft, Consent, ExposeSecret, Folders, Keeping, MemoryStore, NoDesktop, Options, SecretString,
};
use serde_json::{Value, json};

use crate::world::{CLOUD, KEY, SECRET, World, picture};

struct Desk {
    world: World,
    aloft: Aloft,
    agent: agent::Agent,
}

impl Desk {
    async fn open() -> Self {
        let world = World::new().await;
        let options = Options {
            folders: Folders::under(&world.home.path().join("aloft")),
            desktop: Arc::new(NoDesktop),
            keyring: Some(Arc::new(MemoryStore::new())),
        };
        let aloft = Aloft::open_quietly(options).await.unwrap();
        let url = SecretString::from(world.url());
        let added = aloft.add_url(&url, "", Keeping::Keyring, Consent::Given);
        added.await.unwrap();
        let agent = agent::start(&aloft, Some(0)).await.unwrap();
        Self {
            world,
            aloft,
            agent,
        }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.agent.port())
    }

    fn signs(&self) -> NewClient {
        NewClient {
            may_sign: true,
            ..NewClient::default()
        }
    }
}

fn script(name: &str) -> Command {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/node");
    let mut command = Command::new(given_path("ALOFT_NODE"));
    command.arg(here.join(name));
    command
}

/// Runs a script with this on its standard input, off the test's own threads; what it printed as JSON.
async fn said(mut command: Command, input: String) -> Value {
    tokio::task::spawn_blocking(move || {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut stdin, input.as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        serde_json::from_slice(&output.stdout).unwrap()
    })
    .await
    .unwrap()
}

/// The browser is the page's tests' own.
fn browser() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/playwright-core");
    assert!(path.exists(), "run `cargo xtask setup --tests`");
    path
}

/// A browser's preflight, its origin and its reading of the answer, with nothing made up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_widget_on_a_plain_page_uploads_with_signatures_of_the_agent() {
    let desk = Desk::open().await;
    let file = desk.world.file("from a page.png", &picture());
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let given = json!({
        "port": port,
        "script": desk.world.sandbox.widget_script_url(),
        "options": { "cloudName": CLOUD, "apiKey": KEY, "secure": true, "sources": ["local"] },
        "agent": desk.url(),
        "file": file,
    });
    let events = |answer: &Value| -> Vec<String> {
        let seen = answer["seen"].as_array().unwrap().iter();
        seen.map(|one| one["event"].as_str().unwrap().to_owned())
            .collect()
    };
    let page = || {
        let mut command = script("page.cjs");
        command.env("ALOFT_BROWSER", browser());
        said(command, given.to_string())
    };

    // Nobody allowed it, and there is nobody to ask.
    let refused = page().await;
    assert!(
        !events(&refused).contains(&"success".to_owned()),
        "{refused}"
    );

    let origin = WebOrigin::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    desk.aloft
        .allow_origin(&origin, desk.signs())
        .await
        .unwrap();
    let uploaded = page().await;
    assert!(!uploaded.to_string().contains(SECRET));
    let seen = uploaded["seen"].as_array().unwrap();
    let success = seen.iter().find(|one| one["event"] == "success");
    let info = &success.unwrap_or_else(|| panic!("{uploaded}"))["info"];
    let link = info["secure_url"].as_str().unwrap();
    assert_eq!(desk.world.bytes_of(link).await, picture());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_route_forwards_what_the_widget_asks() {
    let desk = Desk::open().await;
    let (_, token) = desk.aloft.make_token("Shop", desk.signs()).await.unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.unwrap().as_secs();
    let ask = |params: Value| {
        let mut command = script("route.cjs");
        command.env("ALOFT_AGENT", desk.url());
        command.env("ALOFT_TOKEN", token.expose_secret());
        said(command, json!({ "paramsToSign": params }).to_string())
    };
    let signed = ask(json!({ "timestamp": now, "source": "uw" })).await;
    assert_eq!(signed["status"], 200, "{signed}");
    assert_eq!(signed["body"]["signature"].as_str().unwrap().len(), 40);
    let refused = ask(json!({ "timestamp": now, "source": "uw", "public_id": "x" })).await;
    assert_eq!(refused["status"], 403);
    assert_eq!(refused["body"]["error"]["kind"], "never_signed");
}
