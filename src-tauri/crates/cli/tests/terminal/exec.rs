//! `aloft exec`: one command gets the account, and nothing else about it is different.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::{Terminal, aloft, objects, words};

#[test]
fn a_command_finds_the_account_in_its_environment() {
    let terminal = Terminal::open();
    let ran = terminal.run(&["exec", "--", "printenv", "CLOUDINARY_URL"]);
    assert_eq!(ran.status.code(), Some(0), "{}", words(&ran));
    assert_eq!(String::from_utf8(ran.stdout).unwrap().trim(), terminal.url);
    // It speaks for the account: Aloft itself is such a command.
    let file = terminal.file("of-a-child.txt");
    let program = env!("CARGO_BIN_EXE_aloft");
    let ran = terminal.run(&["exec", "--", program, "upload", file.to_str().unwrap()]);
    assert_eq!(ran.status.code(), Some(0), "{}", words(&ran));
    assert_eq!(terminal.stored(), 1);
}

/// Clients for Python and Ruby take the whole account from these where there is a cloud name, and never read the address.
#[test]
fn what_a_profile_says_of_another_account_does_not_reach_it() {
    let terminal = Terminal::open();
    let others = [
        "CLOUDINARY_CLOUD_NAME",
        "CLOUDINARY_API_KEY",
        "CLOUDINARY_API_SECRET",
        "CLOUDINARY_ACCOUNT_URL",
        "CLOUDINARY_UPLOAD_PREFIX",
    ];
    let mut command = aloft(terminal.home.path());
    command.env("CLOUDINARY_URL", &terminal.url);
    command.envs(others.map(|name| (name, "of-another-account")));
    command.env("CLOUDINARY_API_PROXY", "http://proxy.example:3128");
    command.args(["exec", "--", "env"]);
    let ran = command.output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", words(&ran));
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(!text.contains("of-another-account"), "{text}");
    assert!(text.contains("proxy.example") && text.contains(&terminal.url));
    let help = terminal.run(&["exec", "--help"]);
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(others.iter().any(|name| help.contains(name)), "{help}");
    assert!(help.contains("exit code") && help.contains("127"), "{help}");
}

#[test]
fn its_arguments_its_exit_code_and_its_end_are_the_command_s() {
    let terminal = Terminal::open();
    let ran = terminal.run(&[
        "exec",
        "--",
        "sh",
        "-c",
        "echo \"$1 $2\"; exit 42",
        "x",
        "--json",
        "a b",
    ]);
    assert_eq!(ran.status.code(), Some(42), "{}", words(&ran));
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), "--json a b\n");
    assert_eq!(
        terminal.run(&["exec", "--", "/never/was"]).status.code(),
        Some(127)
    );
    let missing = terminal.run(&["--json", "exec", "--", "nosuchcmd"]);
    assert_eq!(missing.status.code(), Some(127));
    assert_eq!(objects(&missing)[0]["error"]["kind"], "not_here");
    assert!(words(&missing).starts_with("aloft: nosuchcmd could not be started"));
    let plain = terminal.file("plain.txt");
    let ran = terminal.run(&["exec", "--", plain.to_str().unwrap()]);
    assert_eq!(ran.status.code(), Some(126));
    assert_eq!(terminal.run(&["exec", "printenv"]).status.code(), Some(2));
    assert_eq!(terminal.run(&["exec", "--"]).status.code(), Some(2));
    let none = aloft(terminal.home.path())
        .args(["exec", "--", "true"])
        .output()
        .unwrap();
    assert_eq!(none.status.code(), Some(3));
}

/// A signal to the process that was started is one to the command.
#[test]
fn signals_go_to_the_command() {
    let terminal = Terminal::open();
    let mut command = aloft(terminal.home.path());
    command.env("CLOUDINARY_URL", &terminal.url);
    let script = "trap 'echo ended; exit 9' TERM; echo ready; while :; do read -r _ || :; done";
    command.args(["exec", "--", "sh", "-c", script]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let mut kill = std::process::Command::new("kill");
    let sent = kill.args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    // The shell looks at it when its reading ends.
    drop(child.stdin.take());
    assert_eq!(lines.next().unwrap().unwrap(), "ended");
    assert_eq!(child.wait().unwrap().code(), Some(9));
}

/// No process has it among its arguments, and only the command in its environment.
#[test]
#[cfg(target_os = "linux")]
fn no_argument_of_any_process_holds_the_secret() {
    let terminal = Terminal::open();
    let secret = terminal
        .url
        .split(['/', ':', '@'])
        .nth(4)
        .unwrap()
        .to_owned();
    assert!(secret.len() > 8, "{secret}");
    let script = "tr '\\0' ' ' < /proc/self/cmdline; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; echo; printenv CLOUDINARY_URL";
    let ran = terminal.run(&["exec", "--", "sh", "-c", script]);
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let (arguments, environment) = text.trim_end().rsplit_once('\n').unwrap();
    assert!(environment.contains(&secret));
    assert!(!arguments.contains(&secret));
}
