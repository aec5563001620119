//! A program that is killed in the middle of three hundred files.

use std::time::Duration;

use sandbox::Config;

use crate::desk::Desk;
use crate::drop::drop_files;
use crate::processes::kill;
use crate::widget::walk;
use crate::window::Window;

const FILES: usize = 300;

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_files_in_folders_survive_a_pause_and_a_kill_and_arrive_once() {
    let mut desk = Desk::start();
    let mut config = Config::new(desk.aloft_home().join("data/sandbox"));
    // Slow enough that a person could be in the middle of it.
    config.latency = Duration::from_millis(150);
    let sandbox = sandbox::start(config).await.unwrap();
    let shoot = desk.home.path().join("shoot");
    for number in 0..FILES {
        let folder = shoot.join(format!("day {}/roll {}", number % 3, number % 10));
        std::fs::create_dir_all(&folder).unwrap();
        let bytes = format!("negative {number}").repeat(200);
        std::fs::write(folder.join(format!("frame {number:03}.txt")), bytes).unwrap();
    }

    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    drop_files(&desk, &[shoot]);
    window
        .until_total(&desk, "some are done", |totals| totals.done >= 10)
        .await;
    window.click("whole").await;
    let paused = window
        .until_total(&desk, "the rest is paused", |totals| {
            totals.moving == 0 && totals.paused > 0
        })
        .await;
    assert!(paused.done < FILES as u64, "nothing was left to resume");
    window.photograph_both(&desk, "paused").await;

    kill(&desk);
    drop(window);
    let window = Window::open(&mut desk).await;
    window.find("sandbox-chip").await;
    window
        .until_total(&desk, "the queue is as it was", |totals| {
            totals.paused > 0 && totals.moving == 0
        })
        .await;
    window.click("whole").await;
    window
        .until_total(&desk, "all are done", |totals| totals.done == FILES as u64)
        .await;
    window.photograph_both(&desk, "resumed").await;

    let stored = walk(&desk.aloft_home().join("data/sandbox/assets"));
    let mut bytes: Vec<Vec<u8>> = stored
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .filter(|bytes| bytes.starts_with(b"negative "))
        .collect();
    let all = bytes.len();
    bytes.sort();
    bytes.dedup();
    assert_eq!((bytes.len(), all), (FILES, FILES), "each once");
    window.close().await;
    sandbox.stop().await;
}
