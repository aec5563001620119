//! Aloft in the file manager's menus: what is written is read here as a desktop would, and is gone afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::{objects, words};

/// A folder that needs every kind of quoting.
const AWKWARD: &str = "it's 100% \"a=b\" `c` $HOME \\ ü\nnew";

/// A user with a home, and Aloft in a folder of it.
struct User {
    root: TempDir,
}

impl User {
    fn new() -> Self {
        let user = Self {
            root: TempDir::new().unwrap(),
        };
        std::fs::create_dir_all(user.program().parent().unwrap()).unwrap();
        std::fs::create_dir(user.root.path().join("tools")).unwrap();
        let real = Path::new(env!("CARGO_BIN_EXE_aloft"));
        let ours = user.program().with_file_name("aloft");
        if std::fs::hard_link(real, &ours).is_err() {
            std::fs::copy(real, &ours).unwrap();
        }
        // It notes what it is started with.
        let script = "#!/bin/sh\nfor argument in \"$@\"; do printf '%s\\0' \"$argument\"; done > \"$SEEN\"\n";
        executable(&user.program(), script);
        let system = user.root.path().join("system/applications");
        std::fs::create_dir_all(&system).unwrap();
        let chosen = "[Default Applications]\nimage/png=viewer.desktop;\nimage/gif=gone.desktop\n";
        std::fs::write(system.join("mimeapps.list"), chosen).unwrap();
        std::fs::write(system.join("viewer.desktop"), "[Desktop Entry]\n").unwrap();
        user
    }

    fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    fn data(&self) -> PathBuf {
        self.home().join(".local/share")
    }

    fn program(&self) -> PathBuf {
        self.home().join(AWKWARD).join("aloft-desktop")
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let tools = self.root.path().join("tools");
        let path =
            std::env::join_paths([tools.as_path(), Path::new("/usr/bin"), Path::new("/bin")]);
        command
            .env_clear()
            .env("HOME", self.home())
            .env("PATH", path.unwrap())
            .env("XDG_DATA_DIRS", self.root.path().join("system"))
            .env("XDG_CONFIG_DIRS", self.root.path().join("system"))
            .env("ALOFT_HOME", self.root.path().join("aloft"))
            .env("SEEN", self.root.path().join("seen"));
        command
    }

    fn integrate(&self, what: &str) -> Output {
        let aloft = self.program().with_file_name("aloft");
        let mut command = self.command(&aloft);
        command
            .args(["--json", "integrate", what])
            .output()
            .unwrap()
    }

    fn done(&self, what: &str) -> BTreeMap<String, String> {
        let output = self.integrate(what);
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        changes(&output)
    }

    /// What `aloft-desktop` was started with since the last time.
    fn seen(&self) -> Vec<OsString> {
        let file = self.root.path().join("seen");
        let bytes = std::fs::read(&file).unwrap();
        std::fs::remove_file(file).unwrap();
        let mut parts: Vec<&[u8]> = bytes.split(|byte| *byte == 0).collect();
        assert_eq!(parts.pop(), Some(&b""[..]));
        parts
            .into_iter()
            .map(|part| OsString::from_vec(part.to_vec()))
            .collect()
    }

    /// Everything in the home, and what each file says.
    fn tree(&self) -> BTreeSet<(PathBuf, Vec<u8>)> {
        let mut found = BTreeSet::new();
        let mut open = vec![self.home()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let kind = path.symlink_metadata().unwrap();
                let bytes = if path.ends_with("aloft") || !kind.is_file() {
                    Vec::new()
                } else {
                    std::fs::read(&path).unwrap()
                };
                if kind.is_dir() {
                    open.push(path.clone());
                }
                found.insert((path, bytes));
            }
        }
        found
    }
}

fn executable(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What became of each entry, by what it is.
fn changes(output: &Output) -> BTreeMap<String, String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("error").to_owned();
    objects(output)
        .iter()
        .map(|object| (text(&object["what"]), text(&object["change"])))
        .collect()
}

fn all(change: &str) -> BTreeMap<String, String> {
    ["dolphin", "icon", "launcher", "nautilus"]
        .map(|what| (what.to_owned(), change.to_owned()))
        .into()
}

/// A desktop entry's groups, its values with their escapes resolved.
fn entry(path: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut groups: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut group = None;
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            group = Some(groups.entry(name.to_owned()).or_default());
        } else {
            let (key, value) = line.split_once('=').unwrap();
            let double = group
                .as_mut()
                .unwrap()
                .insert(key.to_owned(), string(value));
            assert_eq!(double, None, "{key} twice");
        }
    }
    groups
}

fn string(value: &str) -> String {
    let mut text = String::new();
    let mut signs = value.chars();
    while let Some(sign) = signs.next() {
        text.push(match sign {
            '\\' => match signs.next().unwrap() {
                's' => ' ',
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' => '\\',
                other => panic!("no escape: {other}"),
            },
            sign => sign,
        });
    }
    text
}

/// The arguments of an `Exec` value, as the Desktop Entry Specification has them.
fn arguments(exec: &str, files: &[OsString]) -> Vec<OsString> {
    let mut arguments = Vec::new();
    let mut signs = exec.chars().peekable();
    while signs.peek().is_some() {
        let mut word = String::new();
        if signs.next_if_eq(&'"').is_some() {
            while let Some(sign) = signs.next().filter(|sign| *sign != '"') {
                word.push(match sign {
                    '\\' => signs.next().unwrap(),
                    '`' | '$' => panic!("{sign} must be escaped"),
                    sign => sign,
                });
            }
        }
        while let Some(sign) = signs.next_if(|sign| *sign != ' ') {
            assert!(
                !"\t\n\"'\\><~|&;$*?#()`".contains(sign),
                "{sign} must be quoted"
            );
            word.push(sign);
        }
        signs.next_if_eq(&' ');
        if word == "%F" {
            arguments.extend_from_slice(files);
        } else {
            let plain = word.replace("%%", "");
            assert!(!plain.contains('%'), "{word}");
            arguments.push(word.replace("%%", "%").into());
        }
    }
    arguments
}

fn files() -> Vec<OsString> {
    let mut files: Vec<OsString> = [
        "a b.png",
        "-n",
        "it's \"q\".jpg",
        "two\nlines.gif",
        "$(x) 50%20.mp4",
    ]
    .map(|name| format!("/pictures/{name}").into())
    .into();
    files.push(OsString::from_vec(b"/pictures/caf\xe9.png".to_vec()));
    files
}

#[test]
fn every_entry_hands_over_exactly_what_was_selected_and_nothing_stays_behind() {
    let user = User::new();
    let tool = "#!/bin/sh\necho '[MIME Cache]' > \"$1/mimeinfo.cache\"\n";
    executable(
        &user.root.path().join("tools/update-desktop-database"),
        tool,
    );
    std::fs::create_dir_all(user.data().join("nautilus")).unwrap();
    let before = user.tree();
    assert_eq!(user.done("install"), all("written"));
    assert_eq!(user.done("install"), all("kept"));
    assert!(user.data().join("applications/mimeinfo.cache").exists());

    let launcher = entry(&user.data().join("applications/Aloft.desktop"));
    let action = &launcher["Desktop Action upload-clipboard"]["Exec"];
    let words = arguments(action, &[]);
    let mut command = user.command(Path::new(&words[0]));
    assert!(command.args(&words[1..]).status().unwrap().success());
    assert_eq!(user.seen(), ["--upload-clipboard"]);
    let launcher = &launcher["Desktop Entry"];
    assert_eq!(launcher["Actions"], "upload-clipboard;");
    assert_eq!(
        launcher["MimeType"], "image/png;",
        "where another program opens it"
    );
    assert_eq!(launcher["TryExec"], user.program().to_str().unwrap());
    let menu = user.data().join("kio/servicemenus/aloft.desktop");
    assert_eq!(menu.metadata().unwrap().permissions().mode() & 0o777, 0o755);
    let menu = entry(&menu);
    assert_eq!(menu["Desktop Entry"]["Actions"], "upload;");
    for exec in [&launcher["Exec"], &menu["Desktop Action upload"]["Exec"]] {
        let words = arguments(exec, &files());
        let mut command = user.command(Path::new(&words[0]));
        assert!(command.args(&words[1..]).status().unwrap().success());
        assert_eq!(user.seen(), files(), "{exec}");
    }

    let script = user.data().join("nautilus/scripts/Upload with Aloft");
    let list = |files: &[OsString]| {
        OsString::from_vec(
            files
                .iter()
                .flat_map(|file| [file.as_bytes(), b"\n"].concat())
                .collect(),
        )
    };
    let mut command = user.command(&script);
    command.env("NAUTILUS_SCRIPT_SELECTED_FILE_PATHS", list(&files()));
    assert!(command.status().unwrap().success());
    assert_eq!(user.seen(), files());

    assert_eq!(user.done("remove"), all("removed"));
    assert_eq!(user.tree(), before);
    assert_eq!(user.done("remove"), all("absent"));
}

/// A folder whose name ends with a line break can make a line of the list look like another file.
#[test]
fn a_name_cannot_make_the_script_take_another_file() {
    let user = User::new();
    user.done("install");
    let script = user.data().join("nautilus/scripts/Upload with Aloft");
    let paths = "/pictures/x\n/etc/passwd\n/pictures/ü 100%41.png\n";
    let addresses = "file:///pictures/x%0A/etc/passwd\nfile:///pictures/%C3%BC%20100%2541.png\n";
    let mut command = user.command(&script);
    command.env("NAUTILUS_SCRIPT_SELECTED_FILE_PATHS", paths);
    command.env("NAUTILUS_SCRIPT_SELECTED_URIS", addresses);
    assert!(command.status().unwrap().success());
    assert_eq!(
        user.seen(),
        ["/pictures/x\n/etc/passwd", "/pictures/ü 100%41.png"]
    );
}

#[test]
fn what_is_not_ours_is_named_and_left_alone() {
    let user = User::new();
    let script = user.data().join("nautilus/scripts/Upload with Aloft");
    let menu = user.data().join("kio/servicemenus/aloft.desktop");
    for path in [&script, &menu] {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    }
    std::fs::write(&script, "mine").unwrap();
    symlink(&script, &menu).unwrap();
    let before = user.tree();
    let output = user.integrate("install");
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert!(words(&output).contains(script.to_str().unwrap()));
    assert!(words(&output).contains(menu.to_str().unwrap()));
    let changes = changes(&output);
    assert_eq!(
        (&*changes["launcher"], &*changes["nautilus"]),
        ("written", "error")
    );
    assert_eq!(user.done("remove")["nautilus"], "left_alone");
    assert_eq!(user.tree(), before);
}

#[test]
fn an_entry_follows_the_program_and_is_found_where_it_was_put() {
    let user = User::new();
    let elsewhere = user.home().join("elsewhere");
    let aloft = user.program().with_file_name("aloft");
    let mut command = user.command(&aloft);
    command.env("XDG_DATA_HOME", &elsewhere);
    let output = command.args(["integrate", "install"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let launcher = elsewhere.join("applications/Aloft.desktop");
    assert!(launcher.exists() && !user.data().exists());

    let moved = user.home().join("moved");
    std::fs::rename(user.program().parent().unwrap(), &moved).unwrap();
    let aloft = moved.join("aloft");
    let run = |what: &str| {
        let mut command = user.command(&aloft);
        command.env("XDG_DATA_HOME", &elsewhere);
        command
            .args(["--json", "integrate", what])
            .output()
            .unwrap()
    };
    let found = objects(&run("status"));
    assert_eq!(found[1]["standing"], "outdated", "{found:?}");
    assert_eq!(changes(&run("install"))["launcher"], "written");
    assert_eq!(
        entry(&launcher)["Desktop Entry"]["TryExec"],
        moved.join("aloft-desktop").to_str().unwrap()
    );

    let mut command = user.command(&aloft);
    let output = command.args(["integrate", "remove"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert!(!elsewhere.exists());
}

#[test]
fn nothing_is_written_where_an_entry_could_start_nothing_or_not_for_long() {
    let user = User::new();
    let before = user.tree();
    let gone = user.program().with_file_name("gone");
    std::fs::rename(user.program(), &gone).unwrap();
    let output = user.integrate("install");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        words(&output).contains("aloft-desktop was not found"),
        "{}",
        words(&output)
    );
    std::fs::rename(gone, user.program()).unwrap();

    let aloft = user.program().with_file_name("aloft");
    let mut command = user.command(&aloft);
    command
        .env("HOME", "/nowhere")
        .env("TMPDIR", user.root.path());
    let output = command.args(["integrate", "install"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        words(&output).contains("temporary folder"),
        "{}",
        words(&output)
    );
    assert_eq!(user.tree(), before);
}
