//! A crash leaves no image of the memory behind, whatever the shell allows.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Starts a program where core files of any size are allowed, and sends it this signal once it has said something.
fn crashed(folder: &Path, program: &str, arguments: &[&str], signal: &str) -> (ExitStatus, String) {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -c unlimited && exec \"$@\"", "sh", program]);
    shell.args(arguments).current_dir(folder);
    shell.env("ALOFT_HOME", folder.join("aloft"));
    shell.env_remove("CLOUDINARY_URL").stdin(Stdio::piped());
    let mut child = shell.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(!line.is_empty(), "{program} said nothing");
    let id = child.id();
    let of_process = |name: &str| std::fs::read_to_string(format!("/proc/{id}/{name}"));
    let limits = of_process("limits").unwrap_or_default();
    let start = Instant::now();
    loop {
        let killed = Command::new("kill")
            .args([signal, &id.to_string()])
            .status();
        assert!(killed.unwrap().success());
        // The first signal of this kind may only end the handler that watches for overflows of the stack.
        std::thread::sleep(Duration::from_millis(20));
        if let Some(status) = child.try_wait().unwrap() {
            return (status, limits);
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{program} lives");
    }
}

/// What lies in the folder and looks like a core, by the pattern that most systems have.
fn cores(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap();
    let is_core = |name: std::ffi::OsString| name.to_string_lossy().starts_with("core");
    entries
        .filter(|entry| is_core(entry.as_ref().unwrap().file_name()))
        .count()
}

#[test]
fn a_crash_leaves_no_core_file() {
    for (signal, number) in [("-SEGV", 11), ("-ABRT", 6)] {
        let folder = TempDir::new().unwrap();
        let sandbox = ["sandbox", "--port", "0", "--dir", "service"];
        let program = env!("CARGO_BIN_EXE_aloft");
        let (status, limits) = crashed(folder.path(), program, &sandbox, signal);
        assert_eq!(status.signal(), Some(number), "{status}");
        assert!(!status.core_dumped(), "{signal}: a core was written");
        assert_eq!(cores(folder.path()), 0, "{signal}");
        #[cfg(target_os = "linux")]
        {
            let line = limits.lines().find(|l| l.starts_with("Max core file size"));
            let soft = line.and_then(|line| line.split_whitespace().nth(4));
            assert_eq!(soft, Some("0"), "{limits}");
        }
    }
}

/// The same with a program that allows it: if this system wrote none, the test above would see nothing.
#[test]
fn this_system_would_have_written_one() {
    let folder = TempDir::new().unwrap();
    let script = ["-c", "echo ready; read line"];
    let (status, limits) = crashed(folder.path(), "sh", &script, "-SEGV");
    assert!(status.core_dumped(), "{status}, with\n{limits}");
}

/// A command of the user's own crashes as it would without Aloft.
#[test]
#[cfg(target_os = "linux")]
fn a_command_gets_its_limits_back() {
    let terminal = crate::Terminal::open();
    let show = "ulimit -c; cat /proc/self/coredump_filter; ls -ld /proc/self | cut -c1-4";
    let without = Command::new("sh")
        .args(["-c", &format!("ulimit -c 4096; {show}")])
        .output();
    let through = "ulimit -c 4096; exec \"$0\" exec -- sh -c \"$1\"";
    let with = Command::new("sh")
        .args(["-c", through, env!("CARGO_BIN_EXE_aloft"), show])
        .env("ALOFT_HOME", terminal.home.path().join("aloft"))
        .env("CLOUDINARY_URL", &terminal.url)
        .output();
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let (without, with) = (said(&without.unwrap()), said(&with.unwrap()));
    assert!(without.starts_with("4096\n"), "{without}");
    assert_eq!(with, without);
}
