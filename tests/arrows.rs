//! The arrows of `src-tauri/ARCHITECTURE.md`: which of our packages may use which, and what each must not know.
//!
//! Cargo itself is asked, so a dependency that creeps in through a feature or another crate is found as well.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Every arrow that is allowed; nothing else is. Tests inside a crate may use only these too.
const ALLOWED: &[(&str, &[&str])] = &[
    ("signing", &[]),
    ("credentials", &[]),
    ("engine", &[]),
    ("sandbox", &[]),
    ("xtask", &[]),
    ("cloudinary", &["signing"]),
    (
        "app",
        &["cloudinary", "credentials", "engine", "sandbox", "signing"],
    ),
    // the agent is a front end of its own, which the terminal and the window start and stop
    ("cli", &["agent", "app"]),
    ("agent", &["app"]),
    ("aloft-desktop", &["agent", "app"]),
    ("acceptance", &["agent", "app", "sandbox"]),
];

/// What a package must not know, however far away: the package, and the beginnings of names it must not reach.
const UNKNOWN_TO: &[(&str, &[&str])] = &[
    (
        "signing",
        &["tokio", "reqwest", "hyper", "rusqlite", "keyring", "tauri"],
    ),
    ("credentials", &["reqwest", "axum", "rusqlite", "tauri"]),
    ("cloudinary", &["rusqlite", "keyring", "tauri"]),
    ("engine", &["reqwest", "hyper", "axum", "keyring", "tauri"]),
    (
        "sandbox",
        &["reqwest", "signing", "keyring", "rusqlite", "tauri"],
    ),
    ("app", &["tauri", "wry", "gtk", "clap", "indicatif"]),
    ("cli", &["tauri", "wry", "gtk"]),
    ("agent", &["tauri", "wry", "gtk"]),
];

/// The feature with which `aloft` dies at a named place.
const POINTS: &str = "crash-points";

#[test]
fn every_arrow_between_our_packages_is_allowed() {
    let ours = Packages::read();
    for (package, dependencies) in &ours.direct {
        let allowed = ALLOWED
            .iter()
            .find(|(name, _)| name == package)
            .unwrap_or_else(|| {
                panic!("{package} is not in ARCHITECTURE.md: say there and here what it may use")
            })
            .1;
        for dependency in dependencies
            .iter()
            .filter(|name| ours.direct.contains_key(*name))
        {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{package} -> {dependency} is not an allowed arrow"
            );
        }
    }
}

#[test]
fn only_the_shell_names_tauri() {
    for (package, dependencies) in &Packages::read().direct {
        let tauri: Vec<_> = dependencies
            .iter()
            .filter(|name| name.starts_with("tauri"))
            .collect();
        assert!(
            tauri.is_empty() || package == "aloft-desktop",
            "{package} names {tauri:?}"
        );
    }
}

#[test]
fn no_crate_reaches_what_it_must_not_know() {
    let ours = Packages::read();
    for (package, unknown) in UNKNOWN_TO
        .iter()
        .filter(|(package, _)| ours.direct.contains_key(*package))
    {
        let reached = tree(package);
        assert!(
            reached.contains(*package),
            "cargo tree shows {package} itself"
        );
        for name in &reached {
            let known = unknown
                .iter()
                .find(|beginning| name == *beginning || name.starts_with(&format!("{beginning}-")));
            assert_eq!(
                known, None,
                "{package} reaches {name}: `cargo tree -p {package} -i {name} -e normal` shows how"
            );
        }
    }
}

/// A rule that names nothing real would pass whatever happens.
#[test]
fn the_rules_speak_of_packages_that_exist() {
    let ours = Packages::read();
    for (package, name) in [
        ("cloudinary", "reqwest"),
        ("credentials", "keyring"),
        ("engine", "rusqlite"),
        ("sandbox", "axum"),
    ] {
        assert!(
            tree(package).contains(name),
            "{package} uses {name} no more: look at the rules again"
        );
    }
    assert!(
        ours.direct["aloft-desktop"].contains("tauri"),
        "the shell uses tauri"
    );
}

/// `aloft` with crash points dies on purpose: nobody gets that without asking for it by name.
#[test]
fn no_default_feature_brings_crash_points() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let mut with_points = BTreeSet::new();
    for package in packages {
        let features = package["features"].as_object().unwrap();
        if features.contains_key(POINTS) {
            with_points.insert(name(package));
        }
        // a default may name a feature that names another
        let mut reached = vec!["default".to_owned()];
        let mut at = 0;
        while let Some(feature) = reached.get(at).cloned() {
            at += 1;
            let more = features.get(&feature).and_then(Value::as_array);
            let more = more.into_iter().flatten().filter_map(Value::as_str);
            for more in more.map(str::to_owned) {
                if !reached.contains(&more) {
                    reached.push(more);
                }
            }
        }
        let brings = reached.iter().any(|feature| feature.ends_with(POINTS));
        assert!(!brings, "{} has crash points by default", name(package));
        for dependency in package["dependencies"].as_array().unwrap() {
            let asked = dependency["features"].as_array().unwrap();
            assert!(
                asked.iter().all(|feature| feature != POINTS),
                "{} asks for crash points in {}",
                name(package),
                name(dependency)
            );
        }
    }
    let expected = ["app", "cli", "engine"].map(str::to_owned);
    assert_eq!(
        with_points,
        expected.into(),
        "a rule must speak of something"
    );
}

/// And a release build with them does not compile.
#[test]
fn crash_points_do_not_compile_without_debug_assertions() {
    let compiled = |debug_assertions: &str| {
        let output = Command::new(std::env::var("RUSTC").unwrap_or("rustc".to_owned()))
            .args([
                "--edition",
                "2024",
                "--crate-type",
                "lib",
                "--emit",
                "metadata",
            ])
            .args(["--cfg", "feature=\"crash-points\"", "-o", "/dev/null"])
            .args(["-C", &format!("debug-assertions={debug_assertions}")])
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../src-tauri/crates/engine/src/crash.rs"
            ))
            .output()
            .unwrap();
        // alone, without its crate, it never compiles: what counts is what it says first
        String::from_utf8(output.stderr).unwrap()
    };
    let refused = "error: crash points are for the crash suite: no release build has them";
    assert!(compiled("no").contains(refused), "{}", compiled("no"));
    assert!(!compiled("yes").contains(refused));
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let profiles = std::fs::read_to_string(workspace).unwrap();
    assert!(
        !profiles.contains("debug-assertions"),
        "a release profile with debug assertions would let crash points in"
    );
}

/// The packages of this workspace, each with the names it depends on directly, in any way.
struct Packages {
    direct: BTreeMap<String, BTreeSet<String>>,
}

impl Packages {
    fn read() -> Self {
        let direct = metadata()["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|package| {
                let dependencies = package["dependencies"].as_array().unwrap();
                (name(package), dependencies.iter().map(name).collect())
            })
            .collect();
        Self { direct }
    }
}

fn metadata() -> Value {
    let text = cargo(&["metadata", "--format-version", "1", "--no-deps"]);
    serde_json::from_str(&text).unwrap()
}

fn name(package: &Value) -> String {
    package["name"].as_str().unwrap().to_owned()
}

/// The names of everything that ends up in a package when it is built for use, on any platform.
fn tree(package: &str) -> BTreeSet<String> {
    let arguments = [
        "tree",
        "--package",
        package,
        "--edges",
        "normal",
        "--target",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    cargo(&arguments)
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args([
            "--locked",
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"),
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
