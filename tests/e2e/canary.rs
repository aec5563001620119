//! A secret that is known goes all the ways that a secret goes, with debug logging on. Then it is looked for wherever it must not be.

mod care;
mod needle;
mod places;
mod vault;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::Arc;

use acceptance::given_path;
use base64::Engine;
use sandbox::{Config, Credentials, Sandbox};
use serde_json::{Value, json};

pub(crate) use self::needle::Needle;
use self::places::{Bus, Watch, files, memory, record, recorded, say_on_bus};
use crate::clip::read_clipboard;
use crate::desk::Desk;
use crate::drop::drop_files;
use crate::pasted_url::copy;
use crate::processes::{Process, kill, processes};
use crate::window::Window;

const CLOUD: &str = "canary-cloud";
const KEY: &str = "847362519283746";
const SECRET: &str = "canary-Rt5w8Kq2mX9c_Vb4Pn7Zs3Lf6";
const NEW_KEY: &str = "111222333444555";
const NEW_SECRET: &str = "second-Gd6y9Wn3kT8v_Jx2Hr5Cq7Bm4";
const PASSPHRASE: &str = "nine canaries hum above the cold forge";
const WEB: &str = "WebKitWebProcess";

async fn service(folder: &std::path::Path) -> Sandbox {
    let mut config = Config::new(folder);
    config.port = Some(0);
    config.cloud_name = Some(CLOUD.to_owned());
    let pair = |api_key: &str, api_secret: &str| Credentials {
        api_key: api_key.to_owned(),
        api_secret: api_secret.to_owned(),
    };
    config.credentials = Some(pair(KEY, SECRET));
    config.more_credentials = vec![pair(NEW_KEY, NEW_SECRET)];
    sandbox::start(config).await.unwrap()
}

fn canaries() -> Needle {
    Needle::new(&[SECRET, NEW_SECRET, PASSPHRASE])
}

fn web_processes() -> Vec<Process> {
    let all = processes().into_iter();
    all.filter(|process| process.is(WEB)).collect()
}

/// No web process holds it but these.
pub(crate) fn assert_not_in_pages(needle: &Needle, but: &BTreeSet<u32>, when: &str) {
    let mut read = 0;
    let others = web_processes().into_iter();
    for process in others.filter(|process| !but.contains(&process.id)) {
        let (bytes, found) = memory(&process, needle);
        read += bytes;
        assert_eq!(found, None, "{when}: memory of web process {}", process.id);
    }
    assert!(
        read > 50_000_000,
        "{when}: only {read} bytes were looked at"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_canary_is_nowhere_after_a_full_run() {
    let needle = Arc::new(canaries());
    let mut desk = Desk::start();
    desk.start_keyring();
    let bus = Bus::watch(&mut desk);
    let folder = tempfile::TempDir::new().unwrap();
    let sandbox = service(folder.path()).await;
    let watch = Watch::start(Arc::clone(&needle));

    let window = Window::open(&mut desk).await;
    window.find("fill-in").await;
    record(&window).await;
    type_it(&desk, &window, &needle, sandbox.url().as_str()).await;
    assert_leaves_no_image();

    // The same account pasted, from a program that is not ours.
    copy(&mut desk, &sandbox.cloudinary_url());
    window.ask("paste_account", Value::Null).await;
    let (picture, _) = desk.picture("dropped.png");
    drop_files(&desk, &[picture]);
    window.row("dropped.png", "done").await;
    care::show_and_copy(&desk, &window, &needle).await;
    care::export_and_look_in(&desk, &needle);
    care::change_the_key(&desk, &window, &needle).await;
    use_it_in_the_widget(&desk, &window, &needle).await;
    let by_user = use_it_in_the_terminal(&desk, sandbox.cloudinary_url());
    use_it_through_the_agent(&mut desk, &needle).await;
    assert_not_in_pages(&needle, &BTreeSet::new(), "after use");
    window.switch_to(&desk, "/").await;
    let told = recorded(&window).await;
    assert_eq!(needle.found_in(told.as_bytes()), None, "told to the window");
    for part in [CLOUD, KEY, "dropped.png", "\"totals\""] {
        assert!(told.contains(part), "{part} was not recorded");
    }

    // Killed as the kernel does it: what lies on the disk lies there as it is.
    kill(&desk);
    desk.until("its pages have ended", |_| web_processes().is_empty());
    assert_not_in_files(&needle, &desk, "after a crash");
    drop(window);
    let window = Window::open(&mut desk).await;
    window.find("account-menu").await;
    record(&window).await;
    let (picture, _) = desk.picture("after the crash.png");
    drop_files(&desk, &[picture]);
    window.row("after the crash.png", "done").await;
    assert_not_in_pages(&needle, &BTreeSet::new(), "after a restart");
    let copied = read_clipboard(&desk);
    assert_eq!(needle.found_in(copied.as_bytes()), None, "the clipboard");
    let told = recorded(&window).await;
    assert_eq!(needle.found_in(told.as_bytes()), None, "told to the window");
    window.close().await;
    sandbox.stop().await;

    let seen = watch.stop();
    assert!(seen.looked_at.len() >= 6, "{:?}", seen.looked_at);
    let (allowed, others): (Vec<_>, Vec<_>) =
        seen.found.iter().partition(|(id, _)| by_user.contains(id));
    assert!(others.is_empty(), "{others:?}");
    // The two exceptions, which show that the others would have been seen.
    let environs = allowed
        .iter()
        .filter(|(_, what)| what.starts_with("environ"));
    assert_eq!((environs.count(), allowed.len()), (2, 2), "{allowed:?}");
    assert!(
        bus.holds(b"org.freedesktop.Secret.Collection"),
        "the keyring was not asked"
    );
    assert_eq!(needle.found_in(&bus.messages()), None, "the session bus");
    assert_not_in_files(&needle, &desk, "at the end");
}

fn assert_not_in_files(needle: &Needle, desk: &Desk, when: &str) {
    assert!(desk.read_log().contains("TRACE"), "no debug logging");
    let (count, found) = files(needle, desk.home.path());
    assert!(found.is_empty(), "{when}: {found:?}");
    let queue = desk.aloft_home().join("data/queue.db");
    assert!(count > 10 && queue.is_file(), "{when}: {count} files");
}

/// Types it into the secret window. While it stands there, that window's process has it, and no other page's.
async fn type_it(desk: &Desk, window: &Window, needle: &Needle, host: &str) {
    window.click("fill-in").await;
    window.type_into("field-cloud-name", CLOUD).await;
    window.type_into("field-api-key", KEY).await;
    window.choose_host(host).await;
    let before: BTreeSet<u32> = web_processes().iter().map(|process| process.id).collect();
    window.click("submit-account").await;
    window.switch_to(desk, "/secret.html").await;
    window.type_into("secret-field", SECRET).await;
    let now = web_processes();
    let new: Vec<&Process> = now
        .iter()
        .filter(|process| !before.contains(&process.id))
        .collect();
    let holders: BTreeSet<u32> = new
        .iter()
        .filter(|process| memory(process, needle).1.is_some())
        .map(|process| process.id)
        .collect();
    assert_eq!(
        holders.len(),
        1,
        "the search does not see the secret window"
    );
    assert_not_in_pages(needle, &holders, "while it is typed");
    window.click("secret-keep").await;
    window.switch_to(desk, "/").await;
    window.find("account-menu").await;
    desk.until("the secret window's process has ended", |_| {
        web_processes()
            .iter()
            .all(|process| !holders.contains(&process.id))
    });
    assert_not_in_pages(needle, &BTreeSet::new(), "after it was typed");
}

/// The web engine's processes leave no image of their memory either.
fn assert_leaves_no_image() {
    let all = processes();
    for name in ["aloft-desktop", WEB] {
        let these: Vec<_> = all.iter().filter(|process| process.is(name)).collect();
        assert!(!these.is_empty(), "{name} does not run");
        for process in these {
            let limits = process.about("limits").unwrap();
            let line = limits.lines().find(|l| l.starts_with("Max core file size"));
            let soft = line.and_then(|line| line.split_whitespace().nth(4));
            assert_eq!(soft, Some("0"), "{name}: {limits}");
            let filter = process.about("coredump_filter").unwrap();
            assert_eq!(filter.trim(), "00000000", "{name}");
        }
    }
}

/// The widget's page asks for a signature, as it does for the widget's script.
async fn use_it_in_the_widget(desk: &Desk, window: &Window, needle: &Needle) {
    window.open_widget(desk).await;
    window.css("iframe").await;
    record(window).await;
    let signed = window
        .client
        .execute_async(SIGN, vec![payload()])
        .await
        .unwrap();
    let length = signed["signature"].as_str().map(str::len);
    assert_eq!(length, Some(40), "{signed}");
    assert!(
        web_processes().len() >= 2,
        "the widget has no process of its own"
    );
    assert_not_in_pages(needle, &BTreeSet::new(), "with the widget");
    let told = recorded(window).await;
    assert!(told.contains("signature"), "{told}");
    assert_eq!(needle.found_in(told.as_bytes()), None, "told to the widget");
}

fn payload() -> Value {
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    json!({ "request": { "paramsToSign": {
        "timestamp": now, "source": "uw", "use_filename": true, "unique_filename": true,
    } } })
}

const SIGN: &str = r"
    const done = arguments[arguments.length - 1]
    window.__TAURI_INTERNALS__.invoke('sign_params', arguments[0]).then(done, done)
";

/// Uploads and signs with the keyring's secret, then with `CLOUDINARY_URL` of the user's and with that of `exec`; answers the
/// two processes that were given it so.
fn use_it_in_the_terminal(desk: &Desk, url: String) -> BTreeSet<u32> {
    let (picture, _) = desk.picture("from the terminal.png");
    let picture = picture.to_string_lossy().into_owned();
    for arguments in [
        &["upload", "--format", "json", &picture][..],
        &["sign", "folder=holiday", "timestamp=1795473338"],
        &["accounts", "list", "--json"],
        &["doctor"],
    ] {
        run(desk.aloft().args(arguments));
    }
    let program = given_path("ALOFT_CLI").to_string_lossy().into_owned();
    let by_environment = run(desk
        .aloft()
        .args(["upload", &picture])
        .env("CLOUDINARY_URL", url));
    let by_exec = run(desk
        .aloft()
        .args(["exec", "--", &program, "upload", &picture]));
    BTreeSet::from([by_environment, by_exec])
}

/// Runs a program that must succeed and say nothing of the secret; answers its process.
fn run(command: &mut Command) -> u32 {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let words = String::from_utf8_lossy(&said).into_owned();
    // The doctor speaks of what is missing on this small desktop; it has looked at the secret all the same.
    let is_doctor = command.get_args().any(|argument| argument == "doctor");
    assert!(output.status.success() || is_doctor, "{command:?}: {words}");
    assert_eq!(canaries().found_in(&said), None, "{words}");
    id
}

/// A page of a web developer has an upload signed by the agent.
async fn use_it_through_the_agent(desk: &mut Desk, needle: &Needle) {
    const PAGE: &str = "http://localhost:3000";
    run(desk.aloft().args(["agent", "allow", PAGE]));
    let mut agent = desk.aloft();
    agent.args(["agent", "--port", "0"]);
    let ready: Value = serde_json::from_str(&desk.first_line_of(agent)).unwrap();
    let request = reqwest::Client::new()
        .post(ready["sign"].as_str().unwrap())
        .header("origin", PAGE)
        .json(&payload()["request"]);
    let answer = request.send().await.unwrap().text().await.unwrap();
    assert!(answer.contains("signature"), "{answer}");
    assert_eq!(needle.found_in(answer.as_bytes()), None, "{answer}");
}

/// What is planted is found: a search that finds nothing anywhere would pass every test.
#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_is_planted_is_found() {
    const PLANTED: &str = "planted-Hn4v7Qs2yW8k_Tc5Bm9Xd3Jr6";
    let needle = Arc::new(Needle::new(&[PLANTED]));
    let mut desk = Desk::start();
    let bus = Bus::watch(&mut desk);
    assert_eq!(files(&needle, desk.home.path()).1, Vec::<String>::new());
    let path = desk.file("planted.wal", format!("\0\0{PLANTED}\0").as_bytes());
    assert_eq!(
        files(&needle, desk.home.path()).1,
        [format!("{}: plain", path.display())]
    );

    let coded = base64::engine::general_purpose::STANDARD.encode(PLANTED);
    let path = desk.file("planted.json", coded.as_bytes());
    let found = files(&needle, desk.home.path()).1;
    assert!(
        found.contains(&format!("{}: base64", path.display())),
        "{found:?}"
    );

    assert_eq!(needle.found_in(&bus.messages()), None);
    say_on_bus(&desk, PLANTED);
    desk.until("it is seen on the bus", |_| {
        needle.found_in(&bus.messages()).is_some()
    });

    let watch = Watch::start(Arc::clone(&needle));
    let window = Window::open(&mut desk).await;
    window.find("fill-in").await;
    record(&window).await;
    assert_not_in_pages(&needle, &BTreeSet::new(), "before");
    // A file name is told to the page, so this one is in an answer, in an event and in the page's memory.
    window.try_sandbox().await;
    let (picture, _) = desk.picture(&format!("{PLANTED}.png"));
    drop_files(&desk, &[picture]);
    window.row(&format!("{PLANTED}.png"), "done").await;
    let told = recorded(&window).await;
    assert_eq!(needle.found_in(told.as_bytes()), Some("plain"));
    let holds = |process: &Process| memory(process, &needle).1.is_some();
    assert!(
        web_processes().iter().any(holds),
        "not in the page's memory"
    );

    // In arguments and in the environment of a program of ours.
    let mut sandbox = desk.aloft();
    sandbox
        .args(["sandbox", "--port", "0", "--dir"])
        .arg(desk.home.path().join(PLANTED));
    sandbox.env("PLANTED", PLANTED);
    desk.first_line_of(sandbox);
    window.close().await;
    let seen = watch.stop();
    let places: Vec<&str> = seen
        .found
        .iter()
        .filter_map(|(_, what)| what.split(' ').next())
        .collect();
    assert_eq!(places, ["argv", "environ"]);
}
