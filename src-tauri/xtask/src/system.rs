//! What comes from the operating system: libraries to build the window, programs to test it.

use xshell::cmd;

use crate::failure::{Failure, Result};
use crate::workspace::Workspace;

/// Debian and Ubuntu packages that a build needs.
const BUILD: &[&str] = &[
    "ca-certificates",
    "g++",
    "gcc",
    "libayatana-appindicator3-dev",
    "libc6-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "make",
    "pkg-config",
];

/// And those that only the tests need: displays, a session bus, a keyring, browsers to drive, Python for the official SDK.
const TESTS: &[&str] = &[
    "chromium",
    "dbus",
    "fonts-dejavu-core",
    "gir1.2-gtk-3.0",
    "gnome-keyring",
    "imagemagick",
    "libglib2.0-bin",
    "libsecret-tools",
    "openbox",
    "procps",
    "python3",
    "python3-gi",
    "python3-venv",
    "sway",
    "webkit2gtk-driver",
    "weston",
    "wl-clipboard",
    "wmctrl",
    "xdotool",
    "xvfb",
];

/// Installs what is missing, or says how a person does.
///
/// # Errors
/// An installation failed, or this system has no package manager that xtask knows.
pub(crate) fn prepare(workspace: &Workspace, tests: bool) -> Result<()> {
    match std::env::consts::OS {
        "linux" if workspace.which("apt-get").is_some() => debian(workspace, tests),
        "linux" => other_linux(workspace, tests),
        "macos" => macos(workspace),
        _ => {
            println!(
                "Windows: needs the Visual Studio C++ build tools and the WebView2 runtime (part of Windows 11)."
            );
            println!("The tests that need a display are written for Linux.");
            Ok(())
        }
    }
}

fn debian(workspace: &Workspace, tests: bool) -> Result<()> {
    let missing = missing(workspace, tests)?;
    if missing.is_empty() {
        println!("system packages: nothing is missing");
        return Ok(());
    }
    let root = cmd!(workspace.sh, "id -u").quiet().read()? == "0";
    let sudo: &[&str] = if root { &[] } else { &["sudo"] };
    apt(workspace, sudo, &["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(missing);
    apt(workspace, sudo, &install)
}

fn missing(workspace: &Workspace, tests: bool) -> Result<Vec<&'static str>> {
    let wanted: Vec<&'static str> = BUILD
        .iter()
        .chain(if tests { TESTS } else { &[] })
        .copied()
        .collect();
    // Packages that dpkg has never heard of make it fail, and that is no news here.
    let format = "${db:Status-Status} ${binary:Package}\n";
    let known = cmd!(workspace.sh, "dpkg-query --show --showformat {format}")
        .args(&wanted)
        .quiet()
        .ignore_stderr()
        .ignore_status()
        .read()?;
    let installed: Vec<&str> = known
        .lines()
        .filter_map(|line| line.strip_prefix("installed "))
        // `binary:Package` is `name:architecture` for libraries.
        .filter_map(|package| package.split(':').next())
        .collect();
    Ok(wanted
        .into_iter()
        .filter(|package| !installed.contains(package))
        .collect())
}

/// xshell prints the command before it runs it.
fn apt(workspace: &Workspace, sudo: &[&str], arguments: &[&str]) -> Result<()> {
    let mut words = sudo.to_vec();
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    words.extend(arguments);
    let (program, rest) = words.split_first().unwrap_or((&"apt-get", &[]));
    workspace.sh.cmd(program).args(rest).run().map_err(|error| {
        Failure::new(format!(
            "{error}; run the command above by hand, mend what it names, then repeat"
        ))
    })
}

fn other_linux(workspace: &Workspace, tests: bool) -> Result<()> {
    if cmd!(
        workspace.sh,
        "pkg-config --exists webkit2gtk-4.1 gtk+-3.0 librsvg-2.0"
    )
    .quiet()
    .run()
    .is_ok()
    {
        println!("system packages: the window's libraries are there");
        return Ok(());
    }
    let packages: Vec<&str> = BUILD
        .iter()
        .chain(if tests { TESTS } else { &[] })
        .copied()
        .collect();
    Err(Failure::new(format!(
        "libraries are missing, and only apt-get is known here. Install what your system calls these Debian packages, then repeat: {}",
        packages.join(" ")
    )))
}

fn macos(workspace: &Workspace) -> Result<()> {
    if cmd!(workspace.sh, "xcode-select -p")
        .quiet()
        .ignore_stdout()
        .run()
        .is_ok()
    {
        println!("system packages: Apple's command line tools are there, nothing else is needed");
        return Ok(());
    }
    Err(Failure::new(
        "Apple's command line tools are missing: run `xcode-select --install`, then repeat",
    ))
}
