//! Whether git has a file.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What git knows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracking {
    /// No folder above it is a repository.
    NotInGit,
    /// It lies in a repository that does not have it now. Its history may.
    Untracked,
    /// The repository has it: so has everybody who has the repository.
    Tracked,
    /// It lies in a repository, and git is not there, did not answer in time or could not say.
    Unknown,
}

/// The program `git` and how long it may take.
#[derive(Clone, Debug)]
pub struct Git {
    /// Its name or path.
    pub program: PathBuf,
    /// After this it is ended.
    pub limit: Duration,
}

impl Default for Git {
    /// `git` of the search path, for two seconds.
    fn default() -> Self {
        Self {
            program: PathBuf::from("git"),
            limit: Duration::from_secs(2),
        }
    }
}

/// Settings of a repository that would start a program of its choice, switched off.
const HARMLESS: [&str; 4] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
];
/// By these another repository would be asked.
const ELSEWHERE: [&str; 5] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
];
const STEP: Duration = Duration::from_millis(5);

impl Git {
    /// Asks about one file; a symbolic link is followed, since the secret is where it leads. Blocks
    /// for [`Git::limit`] at most.
    pub fn tracking(&self, path: &Path) -> Tracking {
        let Ok(path) = path.canonicalize() else {
            return Tracking::Unknown;
        };
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Tracking::Unknown;
        };
        if !folder
            .ancestors()
            .any(|folder| folder.join(".git").exists())
        {
            return Tracking::NotInGit;
        }
        let mut command = Command::new(&self.program);
        command
            .args(HARMLESS)
            .args(["--literal-pathspecs", "ls-files", "--error-unmatch", "--"])
            .arg(name)
            .current_dir(folder)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for name in ELSEWHERE {
            command.env_remove(name);
        }
        match command.spawn().map(|child| self.wait(child)) {
            Ok(Some(0)) => Tracking::Tracked,
            Ok(Some(1)) => Tracking::Untracked,
            Ok(Some(_) | None) | Err(_) => Tracking::Unknown,
        }
    }

    /// Its exit code, if it ended by itself and in time.
    fn wait(&self, mut child: Child) -> Option<i32> {
        let deadline = Instant::now() + self.limit;
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return status.code(),
                Ok(None) if Instant::now() < deadline => thread::sleep(STEP),
                Ok(None) | Err(_) => {
                    // Without a wait it would stay as a zombie.
                    let _ = child.kill();
                    let _ = child.wait();
                    return None;
                }
            }
        }
    }
}
