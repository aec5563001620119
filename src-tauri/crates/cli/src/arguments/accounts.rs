//! `aloft accounts …`.

use std::path::PathBuf;

use app::{SignatureAlgorithm, SignatureVersion};
use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct AccountsArguments {
    #[command(subcommand)]
    pub(crate) command: AccountsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountsCommand {
    /// Show all accounts
    List,
    /// Add an account; its CLOUDINARY_URL is read from standard input
    Add {
        /// The label to show in lists
        name: String,
        /// Keep its secret in a file that a passphrase protects, not in the system's keyring
        #[arg(long)]
        vault: bool,
    },
    /// Add an account without a secret
    AddUnsigned {
        /// The label to show in lists
        name: String,
        /// Cloud name
        #[arg(long)]
        cloud_name: String,
        /// A preset that allows unsigned uploads
        #[arg(long)]
        preset: String,
        /// default, eu, ap, or an address
        #[arg(long, default_value = "default")]
        host: String,
    },
    /// Make an account the one that uploads go to
    Use {
        /// Label, id or cloud name
        name: String,
    },
    /// Ask the service whether the values belong together
    Verify {
        /// Label, id or cloud name; the active account when not given
        name: Option<String>,
    },
    /// Change an account's label
    Rename {
        /// Label, id or cloud name
        name: String,
        /// The new label
        new_name: String,
    },
    /// Change what is named of an account and leave the rest
    Edit(EditArguments),
    /// Keep an account's secret elsewhere; it is read back from there before it leaves where it was
    Keep {
        /// Label, id or cloud name
        name: String,
        /// Where to
        #[arg(long = "in", value_enum, value_name = "STORE")]
        store: StoreName,
    },
    /// Change the passphrase of the vault, the file of secrets
    ///
    /// With --passphrase-fd the old one is read first, then the new one from the next line.
    Passphrase,
    /// Change an account's API key: the new CLOUDINARY_URL or KEY:SECRET is read from standard input, tested, and used
    ///
    /// The old key is kept until the first upload with the new one.
    Rotate(RotateArguments),
    /// Write accounts with their secrets into one file, under a passphrase
    Export(ExportArguments),
    /// Bring accounts back from such a file
    Import(ImportArguments),
    /// Find secrets that lie about: in CLOUDINARY_URL, in the files of cld, rclone and VS Code, and in files you name
    ///
    /// Secrets are never shown. What is imported is read back from its store before anything is removed.
    Find(FindArguments),
    /// Remove an account and its secret; what it uploaded stays
    Remove {
        /// Label, id or cloud name
        name: String,
        /// Cancel what still waits for it, without a question
        #[arg(long)]
        yes: bool,
    },
    /// Lock every window and terminal of this user: no secret is read, and uploads wait
    ///
    /// Secrets that are kept for one session only are forgotten. It lasts until somebody unlocks, also over a restart.
    Lock,
    /// Let uploads go on; a keyring that is locked asks for its own password
    ///
    /// The vault file stays as it is: each command that needs it opens it by itself, with the passphrase that it asks for or
    /// reads from --passphrase-fd.
    Unlock,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// Labels, ids or cloud names; all saved accounts when not given
    pub(crate) names: Vec<String>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// The file that `export` wrote
    pub(crate) file: PathBuf,
    /// Labels or cloud names in it; asked for on a terminal when not given
    pub(crate) names: Vec<String>,
    /// Everything in it
    #[arg(long, conflicts_with = "names")]
    pub(crate) all: bool,
    /// Only show what is in it
    #[arg(long, conflicts_with_all = ["names", "all"])]
    pub(crate) list: bool,
    /// Where an account is here already, take the file's secret for it
    #[arg(long)]
    pub(crate) replace_secrets: bool,
    /// Keep secrets in a file that a passphrase protects, not in the system's keyring
    #[arg(long)]
    pub(crate) vault: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FindArguments {
    /// Files to look into too, such as .env
    pub(crate) paths: Vec<PathBuf>,
    /// Import these without asking: `all`, or numbers of the list such as 1,3
    #[arg(long, value_name = "NUMBERS")]
    pub(crate) import: Option<String>,
    /// Remove what was imported from its file, once it has been read back from its store
    #[arg(long, requires = "import")]
    pub(crate) remove: bool,
    /// Keep secrets in a file that a passphrase protects, not in the system's keyring
    #[arg(long)]
    pub(crate) vault: bool,
}

/// Where a secret can be kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum StoreName {
    /// The system's keyring
    Keyring,
    /// A file that a passphrase protects
    Vault,
}

#[derive(Debug, Args)]
pub(crate) struct EditArguments {
    /// Label, id or cloud name
    pub(crate) name: String,
    /// The new label
    #[arg(long)]
    pub(crate) label: Option<String>,
    /// The cloud name
    #[arg(long)]
    pub(crate) cloud_name: Option<String>,
    /// The API key, to correct it; for a new key beside the old one see `rotate`
    #[arg(long)]
    pub(crate) api_key: Option<String>,
    /// Read the API secret from standard input
    #[arg(long)]
    pub(crate) secret: bool,
    /// default, eu, ap, or an address
    #[arg(long)]
    pub(crate) host: Option<String>,
    /// The preset of an account without a secret
    #[arg(long)]
    pub(crate) preset: Option<String>,
    /// sha1 or sha256
    #[arg(long)]
    pub(crate) algorithm: Option<SignatureAlgorithm>,
    /// 1 or 2
    #[arg(long)]
    pub(crate) signature_version: Option<SignatureVersion>,
    /// A host name of one's own for links; empty takes it away
    #[arg(long, value_name = "HOST")]
    pub(crate) secure_distribution: Option<String>,
    /// Whether the cloud has its own delivery host
    #[arg(long, value_name = "true|false")]
    pub(crate) private_cdn: Option<bool>,
    /// A host name of one's own for plain links; empty takes it away
    #[arg(long, value_name = "HOST")]
    pub(crate) cname: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RotateArguments {
    /// Label, id or cloud name
    pub(crate) name: String,
    /// Only test the new key that was added; not once it is in use
    #[arg(long, group = "step")]
    pub(crate) test: bool,
    /// Only use the new key, which was tested
    #[arg(long, group = "step")]
    pub(crate) switch: bool,
    /// Use the old key again; until the first upload with the new one
    #[arg(long, group = "step")]
    pub(crate) back: bool,
    /// Give the new key up, while it is not in use
    #[arg(long, group = "step")]
    pub(crate) abandon: bool,
}
