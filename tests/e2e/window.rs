//! The program under WebDriver.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use acceptance::given_path;
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;

use crate::desk::{Desk, PATIENCE};

/// The running program and the client that sees its windows.
pub(crate) struct Window {
    pub(crate) client: Client,
}

/// Of a snapshot's totals, what tests look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sums {
    pub(crate) done: u64,
    pub(crate) moving: u64,
    pub(crate) paused: u64,
}

impl Window {
    /// Starts the program with its own driver.
    pub(crate) async fn open(desk: &mut Desk) -> Self {
        let (port, native) = (free_port(), free_port());
        let mut driver = desk.command(given_path("ALOFT_DRIVER"));
        driver.args([
            "--port",
            &port.to_string(),
            "--native-port",
            &native.to_string(),
        ]);
        desk.stay(driver);
        let options = json!({ "application": given_path("ALOFT_DESKTOP") });
        // Nothing here waits for a page to load but for what it shows; a navigation that is refused
        // never ends, and the driver would wait for it.
        let capabilities = [
            ("tauri:options".to_owned(), options),
            ("pageLoadStrategy".to_owned(), json!("none")),
        ]
        .into_iter()
        .collect();
        let mut builder =
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        // Two programs: the driver, and the web engine's own driver behind it.
        for port in [native, port] {
            desk.until("the driver listens", |_| {
                std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
            });
        }
        let client = builder
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| panic!("{error}\n{}", desk.read_log()));
        Self { client }
    }

    /// The element with this test id, once it is there.
    pub(crate) async fn find(&self, id: &str) -> Element {
        self.css(&format!("[data-testid='{id}']")).await
    }

    /// The element, once it is there. A page that is being left answers with an error; its
    /// successor is asked next.
    pub(crate) async fn css(&self, css: &str) -> Element {
        let start = Instant::now();
        loop {
            match self.client.find(Locator::Css(css)).await {
                Ok(element) => return element,
                Err(error) if start.elapsed() > PATIENCE => {
                    let page = self.client.source().await.unwrap_or_default();
                    panic!("{css}: {error}\n{page}");
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Returns when no element has this test id any more.
    pub(crate) async fn is_gone(&self, desk: &Desk, id: &str) {
        let css = format!("[data-testid='{id}']");
        let what = format!("{id} is gone");
        desk.until_async(&what, || async {
            let found = self.client.find_all(Locator::Css(&css)).await;
            found.is_ok_and(|found| found.is_empty())
        })
        .await;
    }

    pub(crate) async fn click(&self, id: &str) {
        self.find(id).await.click().await.unwrap();
    }

    pub(crate) async fn type_into(&self, id: &str, text: &str) {
        self.find(id).await.send_keys(text).await.unwrap();
    }

    /// The row of a file in a state, once it is there.
    pub(crate) async fn row(&self, name: &str, state: &str) -> Element {
        self.css(&format!(
            "[data-testid='job-row'][data-name=\"{name}\"][data-state='{state}']"
        ))
        .await
    }

    /// Switches to the window that shows this page, once it is there; `/` is the main window.
    pub(crate) async fn switch_to(&self, desk: &Desk, page: &str) {
        let client = &self.client;
        desk.until_async(&format!("the window of {page}"), || async move {
            for handle in client.windows().await.unwrap_or_default() {
                if client.switch_to_window(handle).await.is_ok()
                    && client
                        .current_url()
                        .await
                        .is_ok_and(|url| page_of(url.path()) == page)
                {
                    return true;
                }
            }
            false
        })
        .await;
    }

    /// Keeps a picture of the window with this title, as the X server shows it, for people to look at.
    pub(crate) fn photograph(&self, desk: &Desk, title: &str, name: &str) {
        let mut search = desk.on_screen("xdotool");
        let found = search
            .args(["search", "--onlyvisible", "--name", title])
            .output()
            .unwrap();
        let found = String::from_utf8_lossy(&found.stdout).into_owned();
        let id = found
            .lines()
            .next()
            .unwrap_or_else(|| panic!("no window is called {title}"));
        let mut raise = desk.on_screen("xdotool");
        assert!(raise.args(["windowraise", id]).status().unwrap().success());
        keep_picture(desk, id, name);
    }

    /// The same with all that the X server shows.
    pub(crate) fn photograph_screen(&self, desk: &Desk, name: &str) {
        keep_picture(desk, "root", name);
    }

    /// The same in light and in dark, as the setting has it; the window is light again afterwards.
    pub(crate) async fn photograph_both(&self, desk: &Desk, name: &str) {
        self.photograph(desk, "^Aloft$", name);
        self.appear(desk, "dark").await;
        self.photograph(desk, "^Aloft$", &format!("{name}-dark"));
        self.appear(desk, "light").await;
    }

    async fn appear(&self, desk: &Desk, appearance: &str) {
        self.ask("change_settings", json!({ "appearance": appearance }))
            .await;
        let script = format!("return matchMedia('(prefers-color-scheme: {appearance})').matches");
        desk.until_async(&format!("the page is {appearance}"), || async {
            let so = self.client.execute(&script, vec![]).await;
            so.is_ok_and(|so| so.as_bool() == Some(true))
        })
        .await;
        // Colours change over some frames; what runs for ever, as a bar without a share does, is not waited for.
        let moving = "return document.getAnimations().some((one) => \
                      one.playState === 'running' && Number.isFinite(one.effect.getComputedTiming().endTime))";
        desk.until_async("the page has changed its colours", || async {
            let moves = self.client.execute(moving, vec![]).await;
            moves.is_ok_and(|moves| moves.as_bool() == Some(false))
        })
        .await;
    }

    /// What the page could ask for itself.
    pub(crate) async fn ask(&self, name: &str, request: serde_json::Value) -> serde_json::Value {
        let script = "const [name, request, done] = arguments; \
                      window.__TAURI_INTERNALS__.invoke('rpc', { name, request }).then(done, (refused) => done({ refused }))";
        let answer = self
            .client
            .execute_async(script, vec![json!(name), request])
            .await
            .unwrap();
        assert!(answer.get("refused").is_none(), "{name}: {answer}");
        answer
    }

    /// The sums over all jobs, once they are so.
    pub(crate) async fn until_total(
        &self,
        desk: &Desk,
        what: &str,
        is_so: impl Fn(&Sums) -> bool,
    ) -> Sums {
        let start = Instant::now();
        loop {
            let snapshot = self.ask("snapshot", serde_json::Value::Null).await;
            let sum = |name: &str| snapshot["totals"][name].as_u64().unwrap_or_default();
            let sums = Sums {
                done: sum("done"),
                moving: sum("moving"),
                paused: sum("paused"),
            };
            if is_so(&sums) {
                return sums;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{what}: not within {PATIENCE:?}: {}\n{}",
                snapshot["totals"],
                desk.read_log()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Starts the sandbox from the first screen.
    pub(crate) async fn try_sandbox(&self) {
        self.click("try-sandbox").await;
        self.find("sandbox-chip").await;
    }

    /// Fills in another address of the API in an account's form.
    pub(crate) async fn choose_host(&self, address: &str) {
        let field = self.find("field-host").await;
        if field.tag_name().await.unwrap() == "select" {
            field.select_by_value("custom").await.unwrap();
            self.type_into("field-host-address", address).await;
        } else {
            field.send_keys(address).await.unwrap();
        }
    }

    /// Opens the Upload Widget's window and goes to it.
    pub(crate) async fn open_widget(&self, desk: &Desk) {
        self.click("add-menu").await;
        self.click("open-widget").await;
        self.switch_to(desk, "/widget.html").await;
    }

    pub(crate) async fn close(self) {
        let _ = self.client.close().await;
    }
}

/// A picture of what the X server shows of a window, beside those of the other tests.
fn keep_picture(desk: &Desk, window: &str, name: &str) {
    let folder = std::env::var_os("ALOFT_SCREENSHOTS").map_or_else(
        || crate::desk::repository().join("target/e2e"),
        PathBuf::from,
    );
    std::fs::create_dir_all(&folder).unwrap();
    let mut import = desk.on_screen("import");
    import.args(["-window", window]);
    import.arg(folder.join(format!("{name}.png")));
    assert!(import.status().unwrap().success());
}

/// A scheme that the URL standard does not know has an empty path for its root, and the main page has a name too.
fn page_of(path: &str) -> &str {
    match path {
        "" | "/index.html" => "/",
        path => path,
    }
}

/// A port that nothing uses at this moment.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
