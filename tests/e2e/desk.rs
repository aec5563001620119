//! A desktop for one test: nothing is shared with the machine's own, and all of it ends with the
//! test.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use acceptance::given_path;
use tempfile::TempDir;

/// How long anything outside our control may take to appear.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A yes that comes sooner after a question is shown is not taken; `HASTE` in the program's `desktop.rs`.
const HASTE: Duration = Duration::from_millis(600);

pub(crate) struct Desk {
    pub(crate) home: TempDir,
    display: String,
    bus: String,
    /// The address of what stands for the system's bus: nothing answers there before a test wants that.
    system_bus: String,
    /// The name of the compositor that shows programs in the place of the X server, if one does.
    wayland: Option<&'static str>,
    children: Vec<Child>,
}

/// A session bus that knows no services.
const BARE_BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

impl Desk {
    pub(crate) fn start() -> Self {
        Self::with_bus(|_| "--session".to_owned())
    }

    /// A desktop whose bus starts no service by itself, so that no keyring answers.
    pub(crate) fn start_without_keyring() -> Self {
        Self::with_bus(|home| {
            let file = home.join("bus.conf");
            fs::write(&file, BARE_BUS).unwrap();
            format!("--config-file={}", file.display())
        })
    }

    fn with_bus(kind: impl FnOnce(&Path) -> String) -> Self {
        let home = TempDir::new().unwrap();
        let run = home.path().join("run");
        fs::create_dir(&run).unwrap();
        fs::create_dir(home.path().join("tmp")).unwrap();
        fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).unwrap();
        let mut desk = Self {
            home,
            display: String::new(),
            bus: String::new(),
            system_bus: format!("unix:path={}", run.join("no-system-bus").display()),
            wayland: None,
            children: Vec::new(),
        };

        let mut xvfb = desk.command("Xvfb");
        xvfb.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
            // Without it the server starts anew when its last client leaves, and whoever is just
            // connecting (the window manager, while we ask for it) is turned away.
            "-noreset",
        ]);
        desk.display = format!(":{}", desk.first_line_of(xvfb));
        let mut bus = desk.command("dbus-daemon");
        bus.arg(kind(desk.home.path()));
        bus.args(["--nofork", "--print-address=1"]);
        desk.bus = desk.first_line_of(bus);
        let openbox = desk.command("openbox");
        desk.stay(openbox);
        desk.until("the window manager answers", |desk| {
            desk.command("wmctrl")
                .arg("-m")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap()
                .success()
        });
        desk
    }

    /// A bus that stands for the system's; the machine's own is never asked.
    pub(crate) fn start_system_bus(&mut self) {
        let mut bus = self.command("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address=1"]);
        self.system_bus = self.first_line_of(bus);
    }

    /// A keyring of this desktop's own, unlocked.
    pub(crate) fn start_keyring(&mut self) {
        let mut daemon = self.command("gnome-keyring-daemon");
        daemon.args(["--foreground", "--unlock", "--components=secrets"]);
        let mut child = daemon
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"test").unwrap();
        self.children.push(child);
        // Asked before it is there, the bus would start another one, which is locked.
        self.until("the keyring is on the bus", |desk| {
            let mut owner = desk.command("gdbus");
            owner.args(["call", "--session", "--dest", "org.freedesktop.DBus"]);
            owner.args(["--object-path", "/org/freedesktop/DBus", "--method"]);
            owner.args([
                "org.freedesktop.DBus.NameHasOwner",
                "org.freedesktop.secrets",
            ]);
            let answer = owner.output().unwrap();
            String::from_utf8_lossy(&answer.stdout).contains("true")
        });
        self.until("the keyring answers", |desk| {
            let mut list = desk.command("gdbus");
            list.args([
                "call",
                "--session",
                "--dest",
                "org.freedesktop.secrets",
                "--object-path",
                "/org/freedesktop/secrets/aliases/default",
            ]);
            list.args([
                "--method",
                "org.freedesktop.DBus.Properties.Get",
                "org.freedesktop.Secret.Collection",
                "Locked",
            ]);
            let answer = list.output().unwrap();
            String::from_utf8_lossy(&answer.stdout).contains("false")
        });
    }

    /// Where the program under test keeps everything.
    pub(crate) fn aloft_home(&self) -> PathBuf {
        self.home.path().join("aloft")
    }

    /// From now on programs are shown by this compositor. `started` makes it listen on the name that it is given.
    pub(crate) fn shown_by_wayland(&mut self, started: impl FnOnce(&Self, &str) -> Command) {
        const NAME: &str = "wayland-1";
        let compositor = started(self, NAME);
        self.stay(compositor);
        self.until("the compositor listens", |desk| {
            std::os::unix::net::UnixStream::connect(desk.home.path().join("run").join(NAME)).is_ok()
        });
        self.wayland = Some(NAME);
    }

    /// A command that sees this desktop and nothing of the machine's.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.on_screen(program);
        if let Some(name) = self.wayland {
            command.env_remove("DISPLAY");
            command.env("WAYLAND_DISPLAY", name);
            command.env("GDK_BACKEND", "wayland");
        }
        command
    }

    /// The same, where the X server is, whatever shows programs: its mouse, its keys, its windows.
    pub(crate) fn on_screen(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let keep = ["PATH", "LANG", "LD_LIBRARY_PATH"];
        command.env_clear();
        for name in keep {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path().join("run"))
            .env("TMPDIR", self.home.path().join("tmp"))
            .env("ALOFT_HOME", self.aloft_home())
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.system_bus)
            .env("ALOFT_LOG", "trace")
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        if !self.display.is_empty() {
            command.env("DISPLAY", &self.display);
        }
        if !self.bus.is_empty() {
            command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        }
        command
    }

    /// `aloft …` on this desktop.
    pub(crate) fn aloft(&self) -> Command {
        self.command(given_path("ALOFT_CLI"))
    }

    /// The titles of the windows that the window manager shows.
    pub(crate) fn windows(&self) -> Vec<String> {
        let list = self.on_screen("wmctrl").arg("-l").output().unwrap();
        String::from_utf8_lossy(&list.stdout)
            .lines()
            .map(|line| line.splitn(4, ' ').last().unwrap_or_default().to_owned())
            .collect()
    }

    /// Lets a question that has just come into sight be there for as long as a person reads. Nothing tells when that time
    /// is over: a yes before it is no answer, which is what is proved in `lock.rs`.
    pub(crate) fn let_be_read(&self) {
        std::thread::sleep(HASTE);
    }

    /// Presses a key in the window that has the focus.
    pub(crate) fn press(&self, key: &str) {
        let mut press = self.on_screen("xdotool");
        assert!(press.args(["key", key]).status().unwrap().success());
    }

    /// Types a text into the window that has the focus.
    pub(crate) fn type_text(&self, text: &str) {
        let mut typing = self.on_screen("xdotool");
        typing.args(["type", "--delay", "5", text]);
        assert!(typing.status().unwrap().success());
    }

    /// What the X server calls the window with this title; another window has another number.
    pub(crate) fn window_id(&self, title: &str) -> Option<String> {
        let mut search = self.on_screen("xdotool");
        let found = search.args(["search", "--onlyvisible", "--name", title]);
        let found = String::from_utf8(found.output().unwrap().stdout).unwrap();
        found.lines().next().map(str::to_owned)
    }

    /// Clicks into a window with the mouse, at a place given in parts of its width and height.
    pub(crate) fn click_in(&self, title: &str, across: f64, down: f64) {
        let output = |args: &[&str]| {
            let output = self.on_screen("xdotool").args(args).output().unwrap();
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let id = self
            .window_id(title)
            .unwrap_or_else(|| panic!("no window is called {title}"));
        let id = id.as_str();
        let geometry = output(&["getwindowgeometry", "--shell", id]);
        let number = |name: &str| -> f64 {
            let line = geometry.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{geometry}"))
                .parse()
                .unwrap()
        };
        let (x, y) = (number("WIDTH=") * across, number("HEIGHT=") * down);
        let mut click = self.on_screen("xdotool");
        click.args(["mousemove", "--window", id]);
        click.args([format!("{x:.0}"), format!("{y:.0}")]);
        click.args(["click", "1"]);
        assert!(click.status().unwrap().success());
    }

    /// Starts a program that stays until the test ends.
    pub(crate) fn stay(&mut self, mut command: Command) {
        let log = self.log();
        if self.wayland.is_some() {
            // What the compositor tells it goes to the log.
            command.env("WAYLAND_DEBUG", "client");
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        self.children
            .push(child.unwrap_or_else(|error| panic!("{command:?}: {error}")));
    }

    /// Starts a program that stays and answers the first line it prints.
    pub(crate) fn first_line_of(&mut self, mut command: Command) -> String {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(self.log())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.children.push(child);
        assert!(
            !line.trim().is_empty(),
            "{command:?} said nothing: {}",
            self.read_log()
        );
        line.trim().to_owned()
    }

    /// Looks until it is so. Only for what other programs do: they tell nobody.
    pub(crate) fn until(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(
                start.elapsed() < PATIENCE,
                "{what}: not within {PATIENCE:?}\n{}",
                self.read_log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The same without blocking the test's own tasks, such as a sandbox in this process.
    pub(crate) async fn until_async(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let start = Instant::now();
        while !is_so().await {
            assert!(
                start.elapsed() < PATIENCE,
                "{what}: not within {PATIENCE:?}\n{}",
                self.read_log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn log(&self) -> fs::File {
        fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.home.path().join("log"))
            .unwrap()
    }

    pub(crate) fn read_log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.home.path().join("log")).unwrap_or_default())
            .into_owned()
    }

    /// A file that a test can drop or pick.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let folder = self.home.path().join("pictures");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A picture from the repository, made different by its tail.
    pub(crate) fn picture(&self, name: &str) -> (PathBuf, Vec<u8>) {
        let mut bytes = fs::read(repository().join("icons/icon.png")).unwrap();
        bytes.extend_from_slice(name.as_bytes());
        (self.file(name, &bytes), bytes)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A script of this folder, run with the system's Python, which has GTK and GLib.
pub(crate) fn script(desk: &Desk, name: &str) -> Command {
    let mut command = desk.command("/usr/bin/python3");
    command.arg(repository().join("tests/e2e").join(name));
    command
}
