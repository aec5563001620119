//! The queue and the library in a terminal, and what is passed over.

use crate::{Terminal, objects, words};

#[test]
fn the_queue_is_listed_held_and_cleared() {
    let terminal = Terminal::open();
    let file = terminal.file("held.txt");
    let held = terminal.run(&["queue", "pause"]);
    assert_eq!(held.status.code(), Some(0), "{}", words(&held));
    let waits = terminal.run(&["upload", file.to_str().unwrap()]);
    assert_eq!(terminal.stored(), 0, "{}", words(&waits));
    let listed = objects(&terminal.run(&["--json", "queue", "list"]));
    assert_eq!((listed.len(), &listed[0]["name"]), (1, &"held.txt".into()));

    let id = listed[0]["id"].to_string();
    let cancelled = terminal.run(&["queue", "cancel", &id]);
    assert_eq!(cancelled.status.code(), Some(0), "{}", words(&cancelled));
    let unknown = terminal.run(&["queue", "cancel", "99"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(words(&unknown).contains("99"), "{}", words(&unknown));

    let on = terminal.run(&["queue", "resume"]);
    assert_eq!(on.status.code(), Some(0), "{}", words(&on));
    let sent = terminal.run(&["upload", terminal.file("sent.txt").to_str().unwrap()]);
    assert_eq!(sent.status.code(), Some(0), "{}", words(&sent));
    let cleared = objects(&terminal.run(&["--json", "queue", "clear"]));
    assert_eq!(cleared[0]["changed"], 2);
    assert!(objects(&terminal.run(&["--json", "queue", "list", "--all"])).is_empty());
}

#[test]
fn the_bandwidth_is_set_shown_and_lifted() {
    let terminal = Terminal::open();
    let set = ["queue", "limit", "2M", "--hours", "22:00-06:00=none"];
    let shown = terminal.run(&set);
    assert_eq!(shown.status.code(), Some(0), "{}", words(&shown));
    let text = String::from_utf8(shown.stdout).unwrap();
    assert_eq!(text, "Everything: 2 MB/s\n  22:00 to 06:00: no limit\n");
    let kept = objects(&terminal.run(&["--json", "queue", "limit"]));
    assert_eq!(kept[0]["bytes_per_second"], 2_000_000);
    assert_eq!(kept[0]["hours"][0]["rate"], serde_json::Value::Null);
    let lifted = objects(&terminal.run(&["--json", "queue", "limit", "none"]));
    assert_eq!(
        (&lifted[0]["bytes_per_second"], &lifted[0]["hours"]),
        (&serde_json::Value::Null, &serde_json::json!([]))
    );
    let wrong = terminal.run(&["queue", "limit", "--hours", "nine to five"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(words(&wrong).contains("09:00-17:00=500K"));
    let whose = terminal.run(&["queue", "limit", "--concurrency", "4"]);
    assert_eq!(whose.status.code(), Some(2), "requests are an account's");
}

#[test]
fn a_retry_of_everything_leaves_what_was_given_up() {
    let terminal = Terminal::open();
    terminal.run(&["queue", "pause"]);
    let (wrong, gone) = (terminal.file("wrong.txt"), terminal.file("gone.txt"));
    terminal.run(&["upload", wrong.to_str().unwrap()]);
    terminal.run(&["queue", "cancel", "1"]);
    std::fs::remove_file(&gone).unwrap();
    terminal.run(&["queue", "resume"]);
    terminal.run(&["upload", gone.to_str().unwrap()]);
    std::fs::write(&gone, "back").unwrap();

    let retried = objects(&terminal.run(&["--json", "queue", "retry"]));
    assert_eq!(retried[0]["changed"], 1);
    let listed = objects(&terminal.run(&["--json", "queue", "list"]));
    let states = listed.iter().map(|job| job["state"].clone());
    assert_eq!(states.collect::<Vec<_>>(), ["cancelled", "waiting"]);
}

#[test]
fn the_library_is_searched_linked_and_deleted_from() {
    let terminal = Terminal::open();
    let files = [terminal.file("coast.txt"), terminal.file("harbour.txt")];
    let paths = files.each_ref().map(|file| file.to_str().unwrap());
    terminal.run(&[&["upload"], &paths[..]].concat());
    let found = objects(&terminal.run(&["--json", "library", "list", "--search", "coast"]));
    assert_eq!((found.len(), &found[0]["name"]), (1, &"coast.txt".into()));
    let id = found[0]["id"].to_string();
    let link = terminal.run(&["library", "link", &id, "--as", "markdown"]);
    let markdown = String::from_utf8(link.stdout).unwrap();
    let url = found[0]["url"].as_str().unwrap();
    assert_eq!(markdown.trim(), format!("[coast.txt]({url})"));
    let own = [
        "library",
        "link",
        &id,
        "--template",
        "{{{name}}: {url}",
        "--width",
        "80",
    ];
    let own = String::from_utf8(terminal.run(&own).stdout).unwrap();
    assert_eq!(own.trim(), format!("{{coast.txt}}: {url}"));
    let unknown = terminal.run(&["library", "link", &id, "--template", "{path}"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", words(&unknown));

    // nobody is there to be asked
    let unasked = terminal.run(&["library", "delete", &id]);
    assert_eq!(unasked.status.code(), Some(2), "{}", words(&unasked));
    assert_eq!(terminal.stored(), 2);
    let deleted = objects(&terminal.run(&["--json", "library", "delete", &id, "--yes"]));
    assert_eq!(deleted[0]["was_there"], true);
    assert_eq!(terminal.stored(), 1);
    let again = objects(&terminal.run(&["--json", "library", "delete", &id, "--yes"]));
    assert_eq!(again[0]["was_there"], false);
    let left = objects(&terminal.run(&["--json", "library", "list"]));
    assert_eq!((left.len(), &left[0]["name"]), (1, &"harbour.txt".into()));
}

#[test]
fn what_is_passed_over_has_its_line_where_it_stands() {
    let terminal = Terminal::open();
    let folder = terminal.home.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    for (name, words) in [("1.txt", "one"), ("2.txt", ""), ("3.txt", "three")] {
        std::fs::write(folder.join(name), words).unwrap();
    }
    let path = folder.to_str().unwrap();
    let json = terminal.run(&["upload", "--format", "json", path]);
    assert_eq!(json.status.code(), Some(1), "{}", words(&json));
    let column = |name: &str| -> Vec<String> {
        let objects = objects(&json);
        let cell = |object: &serde_json::Value| object[name].as_str().unwrap().to_owned();
        objects.iter().map(cell).collect()
    };
    assert_eq!(column("state"), ["done", "skipped", "done"]);
    assert!(column("path")[1].ends_with("2.txt"));

    let lines = terminal.run(&["upload", path]);
    let text = String::from_utf8(lines.stdout).unwrap();
    let lines: Vec<bool> = text.lines().map(|line| line.starts_with("http")).collect();
    assert_eq!(lines, [true, false, true]);
}

#[test]
fn a_damaged_queue_is_said_and_the_command_goes_on() {
    let terminal = Terminal::open();
    let data = terminal.home.path().join("aloft/data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("queue.db"), [0xA5; 8192]).unwrap();
    let sent = terminal.run(&["upload", terminal.file("a.txt").to_str().unwrap()]);
    assert_eq!(sent.status.code(), Some(0), "{}", words(&sent));
    assert!(words(&sent).contains("damaged"), "{}", words(&sent));
}

#[test]
fn the_defaults_of_an_account_hold_unless_a_flag_says_otherwise() {
    let terminal = Terminal::open();
    let host = terminal.url.rsplit_once('=').unwrap().1;
    let add = ["accounts", "add-unsigned", "Own", "--cloud-name", "sandbox"];
    let preset = ["--preset", "sandbox-unsigned", "--host", host];
    let added = terminal.run(&[&add[..], &preset[..]].concat());
    assert_eq!(added.status.code(), Some(0), "{}", words(&added));
    let accounts = objects(&terminal.run(&["--json", "accounts", "list"]));
    let kept = serde_json::json!({"format": 1, "accounts": {
        accounts[0]["id"].as_str().unwrap(): {"choices": {"folder": "trips", "publicId": {"kind": "rule", "rule": "{name}-{counter}"}}}
    }});
    let config = terminal.home.path().join("aloft/config");
    std::fs::write(config.join("defaults.json"), kept.to_string()).unwrap();
    let upload = |name: &str, more: &[&str]| {
        let file = terminal.file(name);
        let command = ["upload", "--account", "Own", "--format", "json"];
        let output = terminal.run(&[&command, more, &[file.to_str().unwrap()]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        objects(&output)[0]["public_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(upload("one.txt", &[]), "trips/one-001.txt");
    assert_eq!(upload("two.txt", &["--folder", "b"]), "b/two-001.txt");
    let rule = ["--public-id-rule", "x/{name}"];
    assert_eq!(upload("three.txt", &rule), "trips/x/three.txt");
    assert!(upload("four.txt", &["--no-defaults"]).starts_with("four_"));

    let said = [
        "--context",
        "alt=a=b",
        "--metadata",
        "rights=own",
        "--metadata",
        "places=n",
        "--metadata",
        "places=s",
        "--delivery-type",
        "private",
    ];
    let file = terminal.file("said.txt");
    let command = ["upload", "--public-id-rule", "{name}"];
    let sent = terminal.run(&[&command, &said[..], &[file.to_str().unwrap()]].concat());
    assert_eq!(sent.status.code(), Some(0), "{}", words(&sent));
    let assets = std::fs::read_dir(terminal.home.path().join("service/assets")).unwrap();
    let assets =
        assets.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default());
    let asset: Vec<serde_json::Value> = assets
        .filter_map(|text| serde_json::from_str(&text).ok())
        .filter(|asset: &serde_json::Value| asset["public_id"] == "said.txt")
        .collect();
    assert_eq!(asset[0]["context"]["alt"], "a=b");
    assert_eq!(asset[0]["metadata"]["rights"], "own");
    assert_eq!(asset[0]["metadata"]["places"], "[\"n\",\"s\"]");
    assert_eq!(asset[0]["type"], "private");

    let refused = terminal.run(&["upload", "--public-id-rule", "{nmae}", "/any.txt"]);
    assert_ne!(refused.status.code(), Some(0));
    assert!(words(&refused).contains("{nmae}"), "{}", words(&refused));
}
