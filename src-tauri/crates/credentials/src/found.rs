//! Secrets that lie about in other places: found, taken over by choice, and removed there.
//!
//! [`in_environment`] and [`look`] find, [`remove`] removes exactly what was found. Reading is done
//! by one pure parser for each kind of file (`found/`); what touches the disk is here and blocks for
//! a moment.

mod dotenv;
mod git;
mod json;
mod programs;
mod rclone;
mod variables;

use std::{
    ffi::OsString,
    fmt, fs,
    io::{self, Read},
    ops::Range,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use crate::{
    HostError,
    cloudinary_url::{Parsed, UrlError},
    disk::{self, Names},
    shape::Fault,
};
pub use git::{Git, Tracking};

/// The kinds of places that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The environment of this process.
    Environment,
    /// A `.env` file that the user pointed at.
    DotEnv,
    /// The configuration of `cld`: names with a `CLOUDINARY_URL` each, as JSON.
    Cld,
    /// The configuration of rclone. It keeps `api_secret` as plain text.
    Rclone,
    /// `environments.json` of Cloudinary's VS Code extension.
    VsCode,
}

/// An account with its secret, found somewhere.
#[derive(Debug)]
pub struct Finding {
    /// The kind of place.
    pub source: Source,
    /// The file; nothing for the environment.
    pub path: Option<PathBuf>,
    /// The line that the secret is on, from 1; nothing for the environment.
    pub line: Option<usize>,
    /// What it is called there: a variable, a configuration, a remote, a cloud.
    pub name: String,
    /// The account; its secret is always there.
    pub parsed: Parsed,
    /// The variable of the secret has a prefix by which tools for web pages hand it to every
    /// visitor: the secret is known to others and has to be replaced.
    pub is_public: bool,
    /// Whether git has the file: then the secret is in its history too.
    pub git: Tracking,
}

/// What is wrong with something that looked like an account. It holds none of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// A `CLOUDINARY_URL` that cannot be read.
    #[error("{0}")]
    Address(UrlError),
    /// The cloud name that stands there or beside it.
    #[error("The cloud name {0}.")]
    CloudName(Fault),
    /// The API key that stands there or beside it.
    #[error("The API key {0}.")]
    ApiKey(Fault),
    /// The API secret.
    #[error("The API secret {0}.")]
    ApiSecret(Fault),
    /// The address of the service.
    #[error("{0}")]
    Host(HostError),
}

/// Something that looked like an account and is none that can be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// What it is called there.
    pub name: String,
    /// The line, from 1; nothing for the environment.
    pub line: Option<usize>,
    /// Why.
    pub reason: Reason,
}

/// What a place holds.
#[derive(Debug, Default)]
pub struct Looked {
    /// Accounts, in the order they stand there.
    pub findings: Vec<Finding>,
    /// What was not taken.
    pub passed_over: Vec<PassedOver>,
}

/// Why a place could not be read, or a secret not be removed. It holds none of the text.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// The file could not be read or written.
    #[error("{path} could not be {action}. {source}.", path = path.display())]
    Disk {
        /// `read` or `written`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder, a device, or far too large.
    #[error("{path} is not a file of settings.", path = path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// It is not text, or not in the form that its kind has.
    #[error("{path} cannot be read as {expected}.", path = path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// The form, such as `JSON`.
        expected: &'static str,
    },
    /// rclone keeps its configuration under a password.
    #[error(
        "{path} is encrypted by rclone. Its secrets are protected there; to take them over, show them with `rclone config show`.",
        path = path.display()
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// The secret is not there any more as it was found.
    #[error("{path} has changed since it was read. Nothing was removed; look again.", path = path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The file has a second name, which would keep the secret.
    #[error(
        "{path} has more than one name (hard link), and the secret would stay under the other. Nothing was removed.",
        path = path.display()
    )]
    HardLinked {
        /// The file.
        path: PathBuf,
    },
    /// The environment of a running program cannot be cleaned from here.
    #[error(
        "{name} comes from the environment. Remove it where it is set, for example in your shell's profile."
    )]
    InEnvironment {
        /// The variable.
        name: String,
    },
}

/// What a parser found in a text, with the bytes that go when it is removed.
pub(crate) struct Raw {
    name: String,
    parsed: Parsed,
    is_public: bool,
    /// Where the secret stands.
    at: usize,
    cut: Range<usize>,
}

/// What a parser gives.
#[derive(Default)]
pub(crate) struct Parts {
    raws: Vec<Raw>,
    /// Name, place, reason.
    passed_over: Vec<(String, usize, Reason)>,
}

impl Parts {
    pub(crate) fn cuts(&self) -> impl Iterator<Item = &Range<usize>> {
        self.raws.iter().map(|raw| &raw.cut)
    }
}

/// Why a text is not of its kind.
pub(crate) enum Unreadable {
    Form(&'static str),
    Encrypted,
}

const MOST_BYTES: u64 = 1024 * 1024;
const TEMPORARY: Names = Names {
    prefix: ".aloft-edit-",
    suffix: ".tmp",
};

/// The files of other programs that are there, by the rules of these programs: `CLOUDINARY_HOME`,
/// `RCLONE_CONFIG`, `XDG_CONFIG_HOME` and `APPDATA` count. `variable` reads the environment.
pub fn usual_places(
    home: &Path,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Vec<(Source, PathBuf)> {
    let folder = |name: &str| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let cld = folder("CLOUDINARY_HOME").unwrap_or_else(|| home.join(".cloudinary-cli"));
    let config = folder("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let rclone = match folder("RCLONE_CONFIG") {
        Some(file) => vec![file],
        None => folder("APPDATA")
            .into_iter()
            .chain([config])
            .map(|folder| folder.join("rclone").join("rclone.conf"))
            .chain([home.join(".rclone.conf")])
            .collect(),
    };
    let mut places = vec![
        (Source::Cld, cld.join("config.json")),
        (Source::Cld, home.join(".cloudinary-cli-config")),
        (
            Source::VsCode,
            home.join(".cloudinary").join("environments.json"),
        ),
    ];
    places.extend(rclone.into_iter().map(|path| (Source::Rclone, path)));
    places.retain(|(_, path)| path.is_file());
    places
}

/// Accounts in environment variables. Those that are no text are left out.
pub fn in_environment(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Looked {
    let assigned = variables.into_iter().filter_map(|(name, value)| {
        Some(variables::Assigned {
            name: name.into_string().ok()?,
            value: SecretString::from(value.into_string().ok()?),
            at: 0,
            cut: 0..0,
        })
    });
    let mut assigned: Vec<_> = assigned.collect();
    // The environment has no order that means anything.
    assigned.sort_by(|one, two| one.name.cmp(&two.name));
    let parts = variables::accounts(&assigned);
    Looked {
        findings: parts
            .raws
            .into_iter()
            .map(|raw| Finding {
                source: Source::Environment,
                path: None,
                line: None,
                name: raw.name,
                parsed: raw.parsed,
                is_public: raw.is_public,
                git: Tracking::NotInGit,
            })
            .collect(),
        passed_over: parts
            .passed_over
            .into_iter()
            .map(|(name, _, reason)| PassedOver {
                name,
                line: None,
                reason,
            })
            .collect(),
    }
}

/// Looks into a file. For [`Source::Environment`] there is none, and it is read as a `.env` file.
///
/// # Errors
/// [`FoundError::Disk`], [`FoundError::NotAFile`], [`FoundError::Form`], [`FoundError::Encrypted`].
pub fn look(source: Source, path: &Path, git: &Git) -> Result<Looked, FoundError> {
    let text = read(path)?;
    let parts = parse(source, &text, path)?;
    if parts.raws.is_empty() && parts.passed_over.is_empty() {
        return Ok(Looked::default());
    }
    let tracking = git.tracking(path);
    let line = |at: usize| Some(line_of(&text, at));
    Ok(Looked {
        findings: parts
            .raws
            .into_iter()
            .map(|raw| Finding {
                source,
                path: Some(path.to_owned()),
                line: line(raw.at),
                name: raw.name,
                parsed: raw.parsed,
                is_public: raw.is_public,
                git: tracking,
            })
            .collect(),
        passed_over: parts
            .passed_over
            .into_iter()
            .map(|(name, at, reason)| PassedOver {
                name,
                line: line(at),
                reason,
            })
            .collect(),
    })
}

/// Removes the secret of a finding from its file, if the file still holds it just so: the whole
/// line of a `.env` file and of rclone's, the member of a JSON file (`apiSecret`, or the whole
/// address of `cld`). Cloud name and API key stay where they stand by themselves. Every other byte
/// stays, and so do owner and mode; a symbolic link stays one, and the file it leads to is changed.
///
/// Extended attributes are lost, and the old bytes may be found on the disk until it writes over
/// them. What git, backups and editors have copied is not touched.
///
/// # Errors
/// [`FoundError`]; the file is then as it was.
pub fn remove(finding: &Finding) -> Result<(), FoundError> {
    let Some(path) = &finding.path else {
        return Err(FoundError::InEnvironment {
            name: finding.name.clone(),
        });
    };
    let failed = |action| {
        move |source| FoundError::Disk {
            action,
            path: path.clone(),
            source,
        }
    };
    let changed = || FoundError::Changed { path: path.clone() };
    let real = fs::canonicalize(path).map_err(failed("read"))?;
    let metadata = fs::metadata(&real).map_err(failed("read"))?;
    if has_other_names(&metadata) {
        return Err(FoundError::HardLinked { path: path.clone() });
    }
    let text = read(&real)?;
    let parts = parse(finding.source, &text, path)?;
    let same = |raw: &&Raw| raw.name == finding.name && is_same(&raw.parsed, &finding.parsed);
    let on_line = |raw: &&Raw| Some(line_of(&text, raw.at)) == finding.line;
    let raw = parts
        .raws
        .iter()
        .filter(same)
        .find(on_line)
        .or_else(|| parts.raws.iter().find(same))
        .ok_or_else(changed)?;
    let left = without(&text, &raw.cut).ok_or_else(changed)?;
    // What another program wrote while this one was thinking must not be lost.
    if read(&real)?.expose_secret() != text.expose_secret() {
        return Err(changed());
    }
    let left = left.expose_secret().as_bytes();
    disk::replace_like(&real, left, TEMPORARY, &metadata).map_err(failed("written"))
}

pub(crate) fn parse(source: Source, text: &SecretString, path: &Path) -> Result<Parts, FoundError> {
    let text = text.expose_secret();
    let parts = match source {
        Source::Environment | Source::DotEnv => Ok(variables::accounts(&dotenv::assigned(text))),
        Source::Cld => programs::cld(text),
        Source::VsCode => programs::vs_code(text),
        Source::Rclone => rclone::accounts(text),
    };
    parts.map_err(|unreadable| match unreadable {
        Unreadable::Form(expected) => FoundError::Form {
            path: path.to_owned(),
            expected,
        },
        Unreadable::Encrypted => FoundError::Encrypted {
            path: path.to_owned(),
        },
    })
}

fn read(path: &Path) -> Result<SecretString, FoundError> {
    let failed = |source| FoundError::Disk {
        action: "read",
        path: path.to_owned(),
        source,
    };
    // Asked first: to open a pipe would wait for a writer.
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Err(FoundError::NotAFile {
            path: path.to_owned(),
        });
    }
    let mut text = String::new();
    let read =
        fs::File::open(path).and_then(|opened| opened.take(MOST_BYTES).read_to_string(&mut text));
    let text = SecretString::from(text);
    match read {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(FoundError::Form {
            path: path.to_owned(),
            expected: "text in UTF-8",
        }),
        Err(error) => Err(failed(error)),
    }
}

/// The text without the bytes of `cut`.
fn without(text: &SecretString, cut: &Range<usize>) -> Option<SecretString> {
    let text = text.expose_secret();
    let (before, after) = (text.get(..cut.start)?, text.get(cut.end..)?);
    Some(SecretString::from([before, after].concat()))
}

fn is_same(one: &Parsed, two: &Parsed) -> bool {
    let secret = |parsed: &Parsed| parsed.secret.clone();
    let (first, second) = (secret(one), secret(two));
    one.cloud_name == two.cloud_name
        && one.access == two.access
        && first.as_ref().map(ExposeSecret::expose_secret)
            == second.as_ref().map(ExposeSecret::expose_secret)
}

fn line_of(text: &SecretString, at: usize) -> usize {
    let before = text.expose_secret().as_bytes().get(..at);
    1 + before.map_or(0, |before| {
        before.iter().filter(|byte| **byte == b'\n').count()
    })
}

#[cfg(unix)]
fn has_other_names(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink() > 1
}

#[cfg(not(unix))]
fn has_other_names(_metadata: &fs::Metadata) -> bool {
    false
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "the environment",
            Self::DotEnv => "a .env file",
            Self::Cld => "the configuration of cld",
            Self::Rclone => "the configuration of rclone",
            Self::VsCode => "the VS Code extension",
        })
    }
}
