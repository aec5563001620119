//! The terminal's contract. Names and meanings are stable.

mod accounts;
mod agent;

use std::num::NonZero;
use std::path::PathBuf;

use app::contract::{DeliveryChoice, ResourceChoice};
use app::rates::{Limit, Rate, Requests, Timed};
use app::signing::{Algorithm, Version};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use accounts::{
    AccountsArguments, AccountsCommand, EditArguments, ExportArguments, FindArguments,
    ImportArguments, RotateArguments, StoreName,
};
pub(crate) use agent::{AgentArguments, AgentCommand, ClientMay, ExecArguments, LastingName};

/// Upload files to Cloudinary, once each, and keep the secret in the keyring.
#[derive(Debug, Parser)]
#[command(name = "aloft", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Print JSON, one object a line, on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Read passphrases from this file descriptor, a line each, in the order in which they are needed, instead of asking
    ///
    /// It should be a pipe: of a file each command reads the first line again. A command run by `exec` finds nothing there.
    #[arg(long, global = true, value_name = "N")]
    pub(crate) passphrase_fd: Option<u32>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Upload files and folders; prints one line for each file, in the order given.
    ///
    /// What is not said by a flag is as the account's upload defaults say, which are set in Aloft's window.
    Upload(UploadArguments),
    /// List, add, choose, verify and remove accounts
    Accounts(AccountsArguments),
    /// Upload what is put into a folder, from now on
    Watch(WatchArguments),
    /// Look at the queue and control it, whichever process sends
    Queue(QueueArguments),
    /// Look through what was uploaded, print links, delete from Cloudinary
    Library(LibraryArguments),
    /// Print the signature of parameters
    Sign(SignArguments),
    /// Sign and upload for other programs of this computer, each of them allowed first, until it is told to stop
    Agent(AgentArguments),
    /// Run a command that finds the account's CLOUDINARY_URL in its environment, and nobody else does
    ///
    /// Other variables that say who the account is, such as CLOUDINARY_CLOUD_NAME, CLOUDINARY_API_KEY, CLOUDINARY_ACCOUNT_URL
    /// or CLOUDINARY_UPLOAD_PREFIX, are not passed on: some clients would take them in its place.
    Exec(ExecArguments),
    /// Run a Cloudinary-compatible server on this computer until it is told to stop
    Sandbox(SandboxArguments),
    /// Put Aloft into the file manager's menus, or take it out again; for this user only
    Integrate(IntegrateArguments),
    /// Show what was done with secrets: signed, exported, removed, by whom and when; never with which values
    Audit(AuditArguments),
    /// Say what works here and what does not
    ///
    /// With --passphrase-fd also whether the vault gives the active account's secret, and whether the service takes it.
    Doctor,
}

impl Command {
    /// `--format json` is `--json` for an upload.
    pub(crate) fn wants_json(&self) -> bool {
        let library_link = matches!(
            self,
            Self::Library(LibraryArguments {
                command: LibraryCommand::Link(LinkArguments {
                    form: LinkAs::Json,
                    ..
                })
            })
        );
        library_link
            || matches!(self, Self::Upload(upload) if upload.format == Format::Json || upload.events)
    }
}

#[derive(Debug, Args)]
pub(crate) struct UploadArguments {
    /// Label, id or cloud name of an account; wins over CLOUDINARY_URL
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Folder in the account
    #[arg(long)]
    pub(crate) folder: Option<String>,
    /// Exactly this public ID; for one file
    #[arg(long, value_name = "ID")]
    pub(crate) public_id: Option<String>,
    /// Public IDs by a rule with {name}, {date}, {random} and {counter}, such as {date}/{name}-{random}
    #[arg(long, value_name = "RULE", conflicts_with = "public_id")]
    pub(crate) public_id_rule: Option<String>,
    /// Tags, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub(crate) tags: Vec<String>,
    /// Contextual metadata; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) context: Vec<(String, String)>,
    /// Structured metadata by a field's external ID; several times for a field that takes several values
    #[arg(long, value_name = "FIELD=VALUE", value_parser = pair)]
    pub(crate) metadata: Vec<(String, String)>,
    /// Upload preset
    #[arg(long)]
    pub(crate) preset: Option<String>,
    /// Who may fetch it
    #[arg(long, value_name = "TYPE")]
    pub(crate) delivery_type: Option<DeliveryTypeName>,
    /// Transformation before it is stored
    #[arg(long, value_name = "TRANSFORMATION")]
    pub(crate) transformation: Option<String>,
    /// Transformation to make at once, such as c_fill,w_400/jpg; may be given several times
    #[arg(long, value_name = "TRANSFORMATION")]
    pub(crate) eager: Vec<String>,
    /// `manual`, or add-ons joined by |
    #[arg(long, value_name = "KIND")]
    pub(crate) moderation: Option<String>,
    /// Kind of asset; Aloft decides from the file when it is not given
    #[arg(long, value_name = "TYPE")]
    pub(crate) resource_type: Option<ResourceTypeName>,
    /// Replace an asset that has the same public ID
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// At most so many requests at a time
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<NonZero<u32>>,
    /// At most so many bytes a second, such as 500K or 2M; K is 1000, KiB is 1024
    #[arg(long, value_name = "RATE")]
    pub(crate) limit_rate: Option<Rate>,
    /// Send bytes again that are there already
    #[arg(long)]
    pub(crate) no_dedupe: bool,
    /// Leave the account's upload defaults aside
    #[arg(long)]
    pub(crate) no_defaults: bool,
    /// Send copies without location data (JPEG, PNG, WebP; no pixel changes); other pictures and films are not sent
    #[arg(long)]
    pub(crate) strip_location: bool,
    /// What to print for each file
    #[arg(long, value_enum, default_value_t = Format::Url)]
    pub(crate) format: Format,
    /// JSON objects also while it goes on; each says which `event` it is: progress, waiting, result, end
    #[arg(long)]
    pub(crate) events: bool,
    /// Files, folders and http addresses
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    let (key, value) = pair.ok_or("write it as KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum DeliveryTypeName {
    Upload,
    Private,
    Authenticated,
}

impl From<DeliveryTypeName> for DeliveryChoice {
    fn from(name: DeliveryTypeName) -> Self {
        match name {
            DeliveryTypeName::Upload => Self::Upload,
            DeliveryTypeName::Private => Self::Private,
            DeliveryTypeName::Authenticated => Self::Authenticated,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ResourceTypeName {
    Image,
    Video,
    Raw,
    Auto,
}

impl From<ResourceTypeName> for ResourceChoice {
    fn from(name: ResourceTypeName) -> Self {
        match name {
            ResourceTypeName::Image => Self::Image,
            ResourceTypeName::Video => Self::Video,
            ResourceTypeName::Raw => Self::Raw,
            ResourceTypeName::Auto => Self::Auto,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Url,
    Markdown,
    Html,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    #[command(subcommand)]
    pub(crate) command: WatchCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WatchCommand {
    /// Watch a folder: what comes to rest in it is uploaded once, while Aloft's window or `aloft watch run` runs
    ///
    /// Of the account's upload defaults, who may see it and taking out location data hold here too; nothing else of them.
    Add(WatchAdd),
    /// Show watched folders and how they are
    List,
    /// Watch a folder no more; what it queued stays queued
    Remove {
        /// The folder
        path: PathBuf,
        /// Only for this account: label, id or cloud name
        #[arg(long)]
        account: Option<String>,
    },
    /// Stay and upload what comes; prints a line for each file that was queued and for each that arrived
    Run,
}

#[derive(Debug, Args)]
pub(crate) struct WatchAdd {
    /// The folder
    pub(crate) path: PathBuf,
    /// Label, id or cloud name of an account; wins over CLOUDINARY_URL
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Folder in the account that stands for PATH; folders in it are kept below
    #[arg(long)]
    pub(crate) folder: Option<String>,
    /// Tags, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub(crate) tags: Vec<String>,
    /// Upload preset
    #[arg(long)]
    pub(crate) preset: Option<String>,
    /// Upload what is there already, too
    #[arg(long)]
    pub(crate) existing: bool,
    /// Leave the folders in it alone
    #[arg(long)]
    pub(crate) no_recursive: bool,
}

#[derive(Debug, Args)]
pub(crate) struct QueueArguments {
    /// Only this account's: label, id or cloud name
    #[arg(long, global = true)]
    pub(crate) account: Option<String>,
    #[command(subcommand)]
    pub(crate) command: QueueCommand,
}

/// Numbers are those that `list` shows; without any, everything is meant.
#[derive(Debug, Subcommand)]
pub(crate) enum QueueCommand {
    /// Show uploads: number, state, name
    List {
        /// Also what is done
        #[arg(long)]
        all: bool,
    },
    /// Hold uploads; without numbers also those that are added later
    Pause {
        /// Numbers
        ids: Vec<i64>,
    },
    /// Let held uploads go on
    Resume {
        /// Numbers
        ids: Vec<i64>,
    },
    /// Try again what failed or waits for you
    Retry {
        /// Numbers
        ids: Vec<i64>,
    },
    /// Give uploads up
    Cancel {
        /// Numbers
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// Take what is done, failed or cancelled from the list; the library keeps what is stored
    Clear,
    /// Show or set the bandwidth, for everything together or with --account for one
    Limit(LimitArguments),
}

/// Without any it shows what holds.
#[derive(Debug, Args)]
pub(crate) struct LimitArguments {
    /// Bytes a second, such as 500K or 2M; `none` lifts the limit. With hours it holds outside of them
    #[arg(value_name = "RATE")]
    pub(crate) rate: Option<Limit>,
    /// Hours of the day, in local time, with a rate of their own; may be given several times, the first that fits counts
    #[arg(long, value_name = "FROM-TO=RATE")]
    pub(crate) hours: Vec<Timed>,
    /// At most so many requests at a time for the account; `auto` leaves it to Aloft
    #[arg(long, value_name = "N", requires = "account")]
    pub(crate) concurrency: Option<Requests>,
}

#[derive(Debug, Args)]
pub(crate) struct LibraryArguments {
    #[command(subcommand)]
    pub(crate) command: LibraryCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LibraryCommand {
    /// Show what was uploaded, newest first: number, link, name
    List {
        /// Words that must occur in name, public ID, folder or tags
        #[arg(long, value_name = "WORDS")]
        search: Option<String>,
        /// Only this account's: label, id or cloud name
        #[arg(long)]
        account: Option<String>,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
    },
    /// Print an asset's link
    Link(LinkArguments),
    /// Delete an asset from Cloudinary
    Delete {
        /// Its number in the library
        id: i64,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct LinkArguments {
    /// Its number in the library
    pub(crate) id: i64,
    /// How to print it
    #[arg(long = "as", value_enum, default_value_t = LinkAs::Url)]
    pub(crate) form: LinkAs,
    /// A text of your own around {url}, {name}, {alt}, {public_id}, {width}, {height} and {format}; {{ is a brace
    #[arg(long, value_name = "TEXT", conflicts_with = "form")]
    pub(crate) template: Option<String>,
    /// In the format and quality that suit whoever opens it
    #[arg(long)]
    pub(crate) optimised: bool,
    /// In pixels
    #[arg(long, value_name = "PIXELS")]
    pub(crate) width: Option<u32>,
    /// In pixels
    #[arg(long, value_name = "PIXELS")]
    pub(crate) height: Option<u32>,
    /// How it is made to fit; fill for width and height together, else limit
    #[arg(long, value_enum)]
    pub(crate) crop: Option<CropName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinkAs {
    Url,
    Markdown,
    Html,
    Bbcode,
    Picture,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CropName {
    Limit,
    Fit,
    Fill,
    Thumb,
    Pad,
}

#[derive(Debug, Args)]
pub(crate) struct SignArguments {
    /// Label, id or cloud name of an account; wins over CLOUDINARY_URL
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// sha1 or sha256; the account's own when not given
    #[arg(long)]
    pub(crate) algorithm: Option<Algorithm>,
    /// 1 or 2; the account's own when not given
    #[arg(long)]
    pub(crate) signature_version: Option<Version>,
    /// Sign what is not an upload too
    #[arg(long)]
    pub(crate) any: bool,
    /// Parameters, such as folder=holiday timestamp=1315060510
    #[arg(required = true, value_name = "KEY=VALUE")]
    pub(crate) params: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    /// Check that the log is as it was written; ends with 1 and names the place when it is not
    #[arg(long, conflicts_with_all = ["search", "since", "limit"])]
    pub(crate) verify: bool,
    /// Words that must occur: a label, what was done, by whom, a parameter's name
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
    /// Only from this day or moment on, such as 2026-03-01 or 2026-03-01T14:30
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct SandboxArguments {
    /// Port; the one kept in the folder when not given
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Folder for what is sent to it
    #[arg(long)]
    pub(crate) dir: Option<PathBuf>,
    /// Cloud name
    #[arg(long)]
    pub(crate) cloud: Option<String>,
    /// File with one line KEY:SECRET, or - for standard input; a random pair kept in the folder when not given
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<PathBuf>,
    /// File with faults to inject, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Delay before each answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) latency: u64,
    /// Hash what arrives and throw it away
    #[arg(long)]
    pub(crate) discard: bool,
}

#[derive(Debug, Args)]
pub(crate) struct IntegrateArguments {
    #[command(subcommand)]
    pub(crate) command: IntegrateCommand,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum IntegrateCommand {
    /// Add the entries: on Linux “Open with”, GNOME Files and Dolphin, on Windows “Send to” and Explorer's menu
    Install,
    /// Take away exactly what was added
    Remove,
    /// Show the entries and how they are
    Status,
}
