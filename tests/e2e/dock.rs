//! Progress and a number on the program's icon, as a dock or a taskbar hears of them.

use std::path::PathBuf;
use std::time::Duration;

use sandbox::Config;
use serde_json::{Value, json};

use crate::desk::{Desk, script};
use crate::drop::drop_files;
use crate::window::Window;

/// A listening dock, and where it writes down what it hears.
struct Dock(PathBuf);

impl Dock {
    fn start(desk: &mut Desk) -> Self {
        let heard = desk.home.path().join("dock");
        let mut listener = script(desk, "dock.py");
        listener.arg(&heard);
        assert_eq!(desk.first_line_of(listener), "ready");
        Self(heard)
    }

    fn heard(&self) -> Vec<Value> {
        let heard = std::fs::read_to_string(&self.0).unwrap_or_default();
        let whole = heard.split_inclusive('\n');
        whole
            .filter_map(|line| line.strip_suffix('\n'))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// What it shows now: the progress and the number, where they are seen.
    fn shows(&self) -> (Option<f64>, Option<u64>) {
        let heard = self.heard();
        let last = heard.last().unwrap_or(&Value::Null);
        let seen = |name: &str| last[format!("{name}-visible")] == json!(true);
        let progress = last["progress"].as_f64().filter(|_| seen("progress"));
        (progress, last["count"].as_u64().filter(|_| seen("count")))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dock_shows_how_far_uploads_are_and_how_many_need_the_user() {
    let mut desk = Desk::start();
    let mut config = Config::new(desk.aloft_home().join("data/sandbox"));
    // Slow enough for a dock to be told of in between, and with a plan that refuses what is large.
    config.latency = Duration::from_millis(700);
    let limits = json!({ "media_limits": { "image_max_size_bytes": 500_000 } });
    let fault =
        json!([{ "match": { "path": "/usage" }, "do": { "edit_answer": { "set": limits } } }]);
    config.faults = serde_json::from_value(fault).unwrap();
    let sandbox = sandbox::start(config).await.unwrap();
    let dock = Dock::start(&mut desk);
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    desk.until("the plan is known", |desk| {
        let plans = desk.aloft_home().join("data/plans.json");
        std::fs::read_to_string(plans).is_ok_and(|plans| plans.contains("500000"))
    });

    let names: Vec<String> = (0..12).map(|number| format!("{number}.png")).collect();
    let files: Vec<PathBuf> = names.iter().map(|name| desk.picture(name).0).collect();
    drop_files(&desk, &files);
    desk.until("progress is seen", |_| dock.shows().0.is_some());
    window
        .until_total(&desk, "all are done", |sums| sums.done == 12)
        .await;
    desk.until("the progress is gone", |_| dock.shows() == (None, None));
    let heard = dock.heard();
    let partly = |update: &Value| {
        let progress = update["progress"].as_f64().unwrap();
        update["progress-visible"] == json!(true) && progress > 0.0 && progress < 1.0
    };
    assert!(heard.iter().any(partly), "{heard:?}");

    let large = desk.file("large.png", &vec![0; 600_000]);
    drop_files(&desk, &[large]);
    window.row("large.png", "needsYou").await;
    desk.until("one thing is counted", |_| dock.shows() == (None, Some(1)));

    // Docks forget a program that ends; at its next start what is left is counted again.
    window.close().await;
    desk.until("the window is gone", |desk| desk.windows().is_empty());
    let before = dock.heard().len();
    let window = Window::open(&mut desk).await;
    desk.until("it is counted anew", |_| {
        dock.heard().len() > before && dock.shows().1 == Some(1)
    });
    let row = window.row("large.png", "needsYou").await;
    let id: u64 = row
        .attr("data-job")
        .await
        .unwrap()
        .unwrap()
        .parse()
        .unwrap();
    let cancel = json!({ "target": { "kind": "jobs", "ids": [id] }, "verb": "cancel" });
    window.ask("control", cancel).await;
    desk.until("nothing is counted", |_| dock.shows() == (None, None));

    // A dock knows the program by the name of its launcher.
    let installed = desk.aloft().args(["integrate", "install"]).output();
    assert!(installed.unwrap().status.success());
    let launchers = desk.home.path().join(".local/share/applications");
    for update in dock.heard() {
        let launcher = update["launcher"].as_str().unwrap().to_owned();
        let name = launcher.strip_prefix("application://").unwrap();
        assert!(launchers.join(name).exists(), "{launcher}");
    }
    window.close().await;
    sandbox.stop().await;
}
