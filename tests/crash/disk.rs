//! The disk is full: words instead of a crash, nothing lost of what was accepted, and on it goes when there is room.
//!
//! The small disk is a tmpfs in a mount namespace of its own (`unshare`), so that no root is needed and nothing is left
//! behind. Where namespaces are not permitted, as in some containers, that test says that it was not tried. Files that
//! cannot grow (RLIMIT_FSIZE) are tried everywhere: the queue cannot grow then either.

use std::process::{Command, Stdio};
use std::time::Instant;

use acceptance::given_path;
use sandbox::{Action, Fault, Match};

use crate::random::Random;
use crate::world::World;

/// `$1` aloft, `$2` the folder with files, `$3` the home. Ends with the first exit code that is not as it must be.
const SMALL_DISK: &str = r#"
mkdir -p "$3" && mount -t tmpfs -o size=16m tmpfs "$3" || exit 90
export ALOFT_HOME="$3"

"$1" upload "$2"/first.txt || exit 91
# it waits for its answer when the disk becomes full
"$1" upload "$2"/under-way.txt 2>"$2"/../waiting &
until "$1" queue list --json | grep -Eq '"state":"(uploading|finishing)"'; do :; done
dd if=/dev/zero of="$3"/filler bs=4k 2>/dev/null
"$1" upload "$2"/many 2>"$2"/../words && exit 92
[ $? -lt 128 ] || exit 93
# whoever waits is told why
timeout 60 sh -c 'until grep -q "disk is full.*Ctrl-C keeps it" "$1"; do :; done' sh "$2"/../waiting || exit 97
rm "$3"/filler
wait $! || exit 94
"$1" upload "$2"/first.txt "$2"/under-way.txt "$2"/many || exit 95
# for the test, which cannot look into the namespace
mkdir "$2"/../aloft && cp -r "$3"/. "$2"/../aloft || exit 96
"#;

/// The same with files that cannot grow beyond 150 blocks of 512 bytes, for one process: it cannot be given room again.
const SMALL_FILES: &str = r#"
export ALOFT_HOME="$2"/../aloft
"$1" upload "$2"/first.txt "$2"/under-way.txt || exit 91
(trap '' XFSZ; ulimit -f 150; exec "$1" upload "$2"/many 2>"$2"/../words) && exit 92
[ $? -lt 128 ] || exit 93
"$1" upload "$2"/first.txt "$2"/under-way.txt "$2"/many || exit 95
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_loses_nothing() {
    let namespace = ["--map-root-user", "--mount"];
    let may_mount = Command::new("unshare")
        .args(namespace)
        .args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !may_mount {
        println!(
            "NOT TRIED: no small disk can be mounted here, so only files that cannot grow are."
        );
        return;
    }
    let mut command = Command::new("unshare");
    command.args(namespace).args(["sh", "-c", SMALL_DISK]);
    run_out_of_room(command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_cannot_grow_are_said_and_lose_nothing() {
    let mut command = Command::new("sh");
    command.args(["-c", SMALL_FILES]);
    run_out_of_room(command).await;
}

/// Runs a script that gives the words of the refusal, and looks at what is left.
async fn run_out_of_room(mut command: Command) {
    let late = Fault {
        when: Match {
            nth: Some(2),
            path: Some("/upload".to_owned()),
            ..Match::default()
        },
        action: Action::LateAnswer(8_000),
    };
    let mut world = World::new(vec![late]).await;
    let mut random = Random::new(2);
    world.file("first.txt", random.bytes(1_000));
    world.file("under-way.txt", random.bytes(1_000));
    for n in 0..200 {
        let name = format!("many/{n} with a name that takes its room in the queue.txt");
        world.file(&name, random.bytes(100));
    }
    command
        .arg("sh")
        .arg(given_path("ALOFT_CLI"))
        .arg(world.home.path().join("files"))
        .arg(world.home.path().join("small disk"))
        .env("CLOUDINARY_URL", world.url())
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let began = Instant::now();
    let ended = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let words = std::fs::read_to_string(world.home.path().join("words")).unwrap_or_default();
    println!("{:.1} s: {words}", began.elapsed().as_secs_f64());
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(0), "{words}\n{said}");
    assert!(
        words.contains("disk is full") || words.contains("cannot be written"),
        "{words}"
    );
    assert!(!words.contains("panicked"), "{words}");
    world.check().await.unwrap();
}
