use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{chosen, program};
use crate::Folders;
use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::words;

/// Which kind of file manager there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux, and whatever else follows the freedesktop specifications.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

/// Everything that a plan depends on.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The kind of system.
    pub system: System,
    /// The user's home.
    pub home: PathBuf,
    /// Where programs keep things for this user: `XDG_DATA_HOME`, or `%APPDATA%`.
    pub data: PathBuf,
    /// The program that entries start, where one was found.
    pub program: Option<PathBuf>,
    /// Folders that are emptied now and then.
    pub temporary: Vec<PathBuf>,
    /// Where a running AppImage is mounted.
    pub app_image: Option<PathBuf>,
    /// Whether an administrator does this in somebody else's name.
    pub borrowed: bool,
    /// The types of files for which a program was chosen, by the user or by the system.
    pub chosen: BTreeSet<String>,
    /// Where it is noted what was made.
    pub record: PathBuf,
}

impl Surroundings {
    /// Those of this process.
    ///
    /// # Errors
    /// When the user has no home.
    pub fn of_this_user(folders: &Folders) -> Result<Self, Problem> {
        let (Some(home), Some(data)) = (dirs::home_dir(), dirs::data_dir()) else {
            let words = words::problem::no_home();
            return Err(problems::plain(ProblemKind::NotHere, words));
        };
        let system = if cfg!(windows) {
            System::Windows
        } else if cfg!(target_os = "macos") {
            System::MacOs
        } else {
            System::Linux
        };
        Ok(Self {
            program: program::find(),
            temporary: temporary(),
            app_image: variable("APPDIR").map(PathBuf::from),
            borrowed: is_borrowed(&home),
            chosen: chosen::of_this_user(&data),
            record: folders.data.join("integration.json"),
            system,
            home,
            data,
        })
    }
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn temporary() -> Vec<PathBuf> {
    let known = ["/tmp", "/var/tmp", "/dev/shm", "/run"];
    let mut all = vec![std::env::temp_dir()];
    all.extend(known.map(PathBuf::from));
    all
}

/// With root's rights and another user's name or home: what is written then could not be changed by that user.
#[cfg(unix)]
fn is_borrowed(home: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.uid());
    // Linux shows there who runs this.
    let Ok(0) = owner(Path::new("/proc/self")) else {
        return false;
    };
    let lent = ["SUDO_UID", "DOAS_USER", "PKEXEC_UID"];
    lent.into_iter().any(|name| variable(name).is_some()) || owner(home).is_ok_and(|uid| uid != 0)
}

#[cfg(not(unix))]
fn is_borrowed(_: &Path) -> bool {
    false
}
