//! The main job without a window: a sandbox, one upload through the real engine, and its link, checked byte for byte.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use xshell::cmd;

use crate::failure::{Failure, Result};
use crate::workspace::Workspace;
use crate::{http, json, programs};

/// How long the sandbox may take to say that it is ready.
const READY: Duration = Duration::from_secs(30);

/// # Errors
/// The sandbox does not start, the upload fails, or the link serves other bytes.
pub(crate) fn main_job(workspace: &Workspace) -> Result<()> {
    let sh = &workspace.sh;
    let aloft = programs::cli(workspace)?;
    let sample = workspace.root.join("icons").join("icon.png");
    let bytes = fs::read(&sample).map_err(|error| Failure::at(&sample, "read", &error))?;
    let home = sh.create_temp_dir()?;

    let sandbox = Sandbox::start(&aloft, home.path())?;
    println!("sandbox: {}", sandbox.url);
    println!("uploading {}", sample.display());
    let answer = cmd!(sh, "{aloft} upload --format json {sample}")
        .env("ALOFT_HOME", home.path())
        .env("CLOUDINARY_URL", &sandbox.cloudinary_url)
        // The URL in the environment holds the sandbox's throw-away secret: the command is shown without it.
        .quiet()
        .read()?;

    let link = ["url", "secure_url"]
        .iter()
        .filter_map(|name| json::text(&answer, name))
        .find(|link| link.starts_with("http://"))
        .ok_or_else(|| {
            Failure::new(format!(
                "`aloft upload` printed no link of the sandbox: {answer}"
            ))
        })?;
    let served = http::get(&link)?;
    if served != bytes {
        return Err(Failure::new(format!(
            "{link} serves {} bytes that differ from the {} bytes of {}",
            served.len(),
            bytes.len(),
            sample.display()
        )));
    }
    println!("link: {link}");
    println!("checked: {} bytes, equal to the file", served.len());
    Ok(())
}

/// `aloft sandbox`, ended when dropped.
struct Sandbox {
    process: Child,
    url: String,
    cloudinary_url: String,
}

impl Sandbox {
    fn start(aloft: &Path, home: &Path) -> Result<Self> {
        let mut process = Command::new(aloft)
            .arg("sandbox")
            .env("ALOFT_HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::at(aloft, "start", &error))?;
        let ready = process
            .stdout
            .take()
            .and_then(first_line)
            .unwrap_or_default();
        match (
            json::text(&ready, "url"),
            json::text(&ready, "cloudinary_url"),
        ) {
            (Some(url), Some(cloudinary_url)) => Ok(Self {
                process,
                url,
                cloudinary_url,
            }),
            _ => {
                let _ = process.kill();
                let _ = process.wait();
                Err(Failure::new(format!(
                    "`aloft sandbox` did not say within {} s that it is ready",
                    READY.as_secs()
                )))
            }
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first line within the time limit. The thread reads on, so that the program never writes into a closed pipe.
fn first_line(from: ChildStdout) -> Option<String> {
    let (line, arrived) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut first = String::new();
        let _ = reader.read_line(&mut first);
        let _ = line.send(first);
        let _ = reader.read_to_end(&mut Vec::new());
    });
    arrived.recv_timeout(READY).ok()
}
