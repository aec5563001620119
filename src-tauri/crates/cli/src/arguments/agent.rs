//! What lends an account to other programs: `aloft agent …` and `aloft exec`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AgentArguments {
    /// Port of 127.0.0.1; the one of Aloft's settings when not given
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Without one the agent runs
    #[command(subcommand)]
    pub(crate) command: Option<AgentCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// Allow a page, by its origin
    Allow {
        /// As browsers name it, such as http://localhost:3000
        origin: String,
        #[command(flatten)]
        may: ClientMay,
        /// How long
        #[arg(long = "for", value_enum, default_value_t = LastingName::Always, value_name = "TIME")]
        lasting: LastingName,
    },
    /// Make a token for a program, and print it, this once
    Token {
        /// What the program is called
        name: String,
        #[command(flatten)]
        may: ClientMay,
    },
    /// Show who may ask for what
    Clients,
    /// Forget a page or a token
    Forget {
        /// Its origin or name
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ClientMay {
    /// Label, id or cloud name of the account that it may use; the active account when not given
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// It may have uploads signed; so when --upload is not given
    #[arg(long)]
    pub(crate) sign: bool,
    /// It may upload: pictures on the clipboard, and with --root files
    #[arg(long)]
    pub(crate) upload: bool,
    /// Folder whose pictures, films and sounds it may name; may be given several times
    #[arg(long = "root", value_name = "DIR", requires = "upload")]
    pub(crate) roots: Vec<PathBuf>,
    /// Sign only uploads with this upload preset
    #[arg(long)]
    pub(crate) preset: Option<String>,
    /// Sign only uploads into this folder of the account
    #[arg(long)]
    pub(crate) folder: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LastingName {
    /// For one signature or upload, within ten minutes
    Once,
    /// For an hour
    #[value(name = "1h")]
    Hour,
    /// Until it is forgotten
    Always,
}

#[derive(Debug, Args)]
pub(crate) struct ExecArguments {
    /// Label, id or cloud name of an account; wins over CLOUDINARY_URL
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// The command and its arguments; its exit code is passed on, and it is 126 or 127 when it cannot be started
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}
