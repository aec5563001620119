//! Entries that are keys of the registry of Windows. Nobody has run this there.

use std::io;
use std::process::Command;

use super::{Content, MARK, Standing, disk, windows};

pub(super) fn standing(key: &str, content: &Content) -> io::Result<Standing> {
    let output = disk::run(reg(windows::reading(key)))?;
    if !output.status.success() {
        return Ok(Standing::Absent);
    }
    let text = plain(&String::from_utf8_lossy(&output.stdout));
    let Content::Verb { command, .. } = content else {
        return Ok(Standing::Foreign);
    };
    Ok(
        match (text.contains(MARK), text.contains(&plain(command))) {
            (false, _) => Standing::Foreign,
            (true, true) => Standing::Installed,
            (true, false) => Standing::Outdated,
        },
    )
}

pub(super) fn write(key: &str, content: &Content) -> io::Result<()> {
    let Content::Verb { icon, command } = content else {
        return Err(io::Error::other("a key holds a verb"));
    };
    for call in windows::writing(key, icon, command) {
        disk::succeeded(disk::run(reg(call))?)?;
    }
    Ok(())
}

pub(super) fn remove(key: &str) -> io::Result<()> {
    disk::succeeded(disk::run(reg(windows::removing(key)))?)
}

fn reg(arguments: Vec<String>) -> Command {
    let mut command = Command::new("reg");
    command.args(arguments);
    command
}

/// The tool writes in a code page of its own, so only what every one of them shares is compared.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii).collect()
}
