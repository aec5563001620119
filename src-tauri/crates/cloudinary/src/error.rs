use std::io;
use std::time::Duration;

use jiff::Timestamp;

pub(crate) mod classify;
mod decision;
pub(crate) mod network;
mod said;

pub use decision::{Decision, ErrorKind};
pub use said::Said;

/// What went wrong with one call. No variant holds the secret, a signature of ours or an address with a query.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    // Found before a byte was sent.
    /// The file is not there.
    #[error("{name} is no longer where it was. Put it back, or add it again from its new place.")]
    SourceMissing {
        /// The file's name, without its path.
        name: String,
    },
    /// The file cannot be opened or read.
    #[error("{name} cannot be read ({reason}). Check its permissions and the drive it is on.")]
    SourceUnreadable {
        /// The file's name.
        name: String,
        /// What the system said.
        reason: io::ErrorKind,
    },
    /// The path is a folder, or another thing that is not a file.
    #[error("{name} is not a file. Add the files in it instead.")]
    SourceIsFolder {
        /// Its name.
        name: String,
    },
    /// The file has no bytes.
    #[error("{name} is empty, and the service takes no empty file.")]
    SourceEmpty {
        /// The file's name.
        name: String,
    },
    /// Size, time or identity of the file changed before or during the attempt; nothing was stored.
    #[error(
        "{name} changed while it was being uploaded, so nothing was stored. Upload it again when it is complete."
    )]
    SourceChanged {
        /// The file's name.
        name: String,
    },
    /// The service fetches no such link.
    #[error(
        "A link that begins with {scheme}: cannot be uploaded. Use http, https, ftp, s3 or gs."
    )]
    LinkUnsupported {
        /// The link's scheme.
        scheme: String,
    },
    /// These parameters may not be sent without a signature.
    #[error("{} cannot be set in an unsigned upload. Set it in the upload preset, or use an account with an API key.", .names.join(", "))]
    ParameterNotAllowed {
        /// The parameters.
        names: Vec<String>,
    },
    /// This parameter is set by the client itself.
    #[error("The parameter {name} is set by Aloft itself and cannot be given.")]
    ParameterReserved {
        /// The parameter.
        name: String,
    },
    /// The name or value cannot be written into a request.
    #[error("The parameter {name} cannot be sent. Names are letters, digits and underscores.")]
    ParameterUnusable {
        /// The parameter, cleaned.
        name: String,
    },
    /// The value of the parameter is of the wrong kind.
    #[error("The value of the parameter {name} cannot be read. Check how it is written.")]
    ParameterMalformed {
        /// The parameter.
        name: String,
    },
    /// The chunk and the range of the file do not fit each other.
    #[error("The chunk does not fit the file. Start the upload again.")]
    ChunkMismatch,
    /// The call needs an API key and the account has none.
    #[error("This needs an API key and secret, and the account has only an upload preset.")]
    NeedsKey,
    /// `auto` where an asset that exists has to be named.
    #[error("The kind of asset (image, video or raw) has to be known for this.")]
    NeedsResourceType,
    /// The address of the API is not one.
    #[error(
        "The API host of the account is not an address that can be called. Use one like https://api.cloudinary.com."
    )]
    HostUnusable,
    /// Plain `http` to another computer.
    #[error(
        "{host} would be called without encryption. Use https; http is only for this computer."
    )]
    InsecureHost {
        /// The host.
        host: String,
    },
    /// The cloud name cannot be a part of an address.
    #[error("The cloud name of the account cannot be one. Check it for slashes and spaces.")]
    CloudNameUnusable,
    /// A public ID or folder that cannot be a part of an address.
    #[error("The name holds an empty part, \".\" or \"..\" and cannot be asked for.")]
    NameUnusable,
    /// The HTTP client could not start.
    #[error("The network client could not start: {cause}")]
    ClientNotBuilt {
        /// Why.
        cause: String,
    },

    // The network.
    /// The host's name has no address.
    #[error("{host} could not be found. Check the network connection.")]
    HostNotFound {
        /// The host.
        host: String,
    },
    /// No connection could be made.
    #[error("{host} does not answer. Check the network connection.")]
    Unreachable {
        /// The host.
        host: String,
        /// What the system said.
        cause: String,
    },
    /// The connection ended before the answer was complete.
    #[error("The connection to {host} was lost.")]
    Interrupted {
        /// The host.
        host: String,
        /// What the system said.
        cause: String,
    },
    /// Nothing moved for this long.
    #[error("{host} did not answer for {} seconds.", .limit.as_secs_f32().ceil())]
    TimedOut {
        /// The host.
        host: String,
        /// The limit that was reached.
        limit: Duration,
    },
    /// The certificate is not one that this computer trusts.
    #[error("{}", distrust(*.why, .host))]
    Untrusted {
        /// The host.
        host: String,
        /// What is wrong with it.
        why: Distrust,
        /// What TLS said.
        cause: String,
    },
    /// A captive portal: the network answers in the service's place until the user has signed in to it.
    #[error(
        "This network wants you to sign in before it lets anything through to {host}. Open any page in a browser and sign in."
    )]
    Portal {
        /// The host that was asked.
        host: String,
    },

    // What was answered.
    /// A redirect, which is never followed.
    #[error(
        "{host} answered with a redirect, which the service never does. Something in the network answers in its place."
    )]
    Redirected {
        /// The host that was asked.
        host: String,
        /// 3xx.
        status: u16,
    },
    /// A proxy wants a name and a password.
    #[error("The proxy of this network wants a login. Set it in the system's proxy settings.")]
    ProxyRefused(Box<Said>),
    /// The answer is not the service's JSON.
    #[error("The answer is not one of the service (HTTP {}). A proxy or a login page may be in between.", .0.status)]
    NotJson(Box<Said>),
    /// The answer is larger than [`crate::Options::answer_limit`].
    #[error("The answer is larger than {limit} bytes and was not read.")]
    AnswerTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The last chunk was taken, and the service still waits for an earlier one.
    #[error(
        "The service took the last part of the file and still misses an earlier one, so nothing was stored. Upload it again from the beginning."
    )]
    Incomplete,
    /// The timestamp is more than an hour old for the server; see [`Error::server_date`].
    #[error("The service says that the request is too old. The computer's clock may be wrong.")]
    StaleRequest(Box<Said>),
    /// The API key is not known.
    #[error("The service does not know this API key. Check the key of the account.")]
    WrongKey(Box<Said>),
    /// The secret does not belong to the key.
    #[error(
        "The service refuses the signature: the API secret does not belong to this API key. Check the secret of the account."
    )]
    WrongSecret(Box<Said>),
    /// The service signed another text than we did, so the parameters and not the secret are to blame.
    #[error(
        "The service refuses the signature because it reads the parameters differently. Check the upload options."
    )]
    SignatureMismatch(Box<Said>),
    /// The cloud name is not known, or not of this key.
    #[error(
        "The service does not know this cloud name, or the API key belongs to another. Check the cloud name of the account."
    )]
    WrongCloud(Box<Said>),
    /// The cloud is served in another region.
    #[error("This cloud is in another region. Change the API host of the account{}.", region(.host.as_deref()))]
    WrongRegion {
        /// The host that the service named.
        host: Option<String>,
        /// The answer.
        said: Box<Said>,
    },
    /// Refused as a whole, in words that are not known.
    #[error("The service refuses this account: {0}")]
    Unauthorised(Box<Said>),
    /// The upload preset is not there or does not allow unsigned uploads.
    #[error("The upload preset cannot be used: {said}")]
    PresetRefused {
        /// Whether the whole account depends on it.
        account_wide: bool,
        /// The answer.
        said: Box<Said>,
    },
    /// The key may not do this.
    #[error("The API key is not allowed to do this: {0}")]
    Forbidden(Box<Said>),
    /// The file or this one request is larger than allowed.
    #[error("The file is too large{}.", limit(*.max))]
    TooLarge {
        /// Bytes that the service counted.
        got: Option<u64>,
        /// Bytes that it allows.
        max: Option<u64>,
        /// The answer.
        said: Box<Said>,
    },
    /// Sent as an image, and not one.
    #[error("The service cannot read this as an image.")]
    NotAnImage(Box<Said>),
    /// Refused for a reason that lies in this request.
    #[error("The service refused it: {0}")]
    Refused(Box<Said>),
    /// An add-on is not subscribed to or used up.
    #[error("An add-on of the account refused it: {0}")]
    AddOnRefused(Box<Said>),
    /// Something of this name exists.
    #[error("The name is taken: {0}")]
    NameTaken(Box<Said>),
    /// There is no such thing.
    #[error("The service has no such thing: {0}")]
    NotFound(Box<Said>),
    /// The service could not fetch the link.
    #[error("The service could not fetch the link: {said}")]
    LinkFailed {
        /// Whether it may work later.
        may_heal: bool,
        /// The answer.
        said: Box<Said>,
    },
    /// Too many requests.
    #[error("The service asks to wait: the account's limit is reached for now.")]
    RateLimited {
        /// How long, if the service said so.
        after: Option<Duration>,
        /// The answer.
        said: Box<Said>,
    },
    /// The service has trouble of its own.
    #[error("The service has trouble (HTTP {}).", .said.status)]
    ServiceTrouble {
        /// How long to wait, if the service said so.
        after: Option<Duration>,
        /// The answer.
        said: Box<Said>,
    },
}

impl Error {
    /// What the service answered, if it did.
    #[must_use]
    pub fn said(&self) -> Option<&Said> {
        match self {
            Self::ProxyRefused(said)
            | Self::NotJson(said)
            | Self::StaleRequest(said)
            | Self::WrongKey(said)
            | Self::WrongSecret(said)
            | Self::SignatureMismatch(said)
            | Self::WrongCloud(said)
            | Self::WrongRegion { said, .. }
            | Self::Unauthorised(said)
            | Self::PresetRefused { said, .. }
            | Self::Forbidden(said)
            | Self::TooLarge { said, .. }
            | Self::NotAnImage(said)
            | Self::Refused(said)
            | Self::AddOnRefused(said)
            | Self::NameTaken(said)
            | Self::NotFound(said)
            | Self::LinkFailed { said, .. }
            | Self::RateLimited { said, .. }
            | Self::ServiceTrouble { said, .. } => Some(said),
            Self::SourceMissing { .. }
            | Self::SourceUnreadable { .. }
            | Self::SourceIsFolder { .. }
            | Self::SourceEmpty { .. }
            | Self::SourceChanged { .. }
            | Self::LinkUnsupported { .. }
            | Self::ParameterNotAllowed { .. }
            | Self::ParameterReserved { .. }
            | Self::ParameterUnusable { .. }
            | Self::ParameterMalformed { .. }
            | Self::ChunkMismatch
            | Self::NeedsKey
            | Self::NeedsResourceType
            | Self::HostUnusable
            | Self::InsecureHost { .. }
            | Self::CloudNameUnusable
            | Self::NameUnusable
            | Self::ClientNotBuilt { .. }
            | Self::HostNotFound { .. }
            | Self::Unreachable { .. }
            | Self::Interrupted { .. }
            | Self::TimedOut { .. }
            | Self::Untrusted { .. }
            | Self::Portal { .. }
            | Self::Redirected { .. }
            | Self::AnswerTooLarge { .. }
            | Self::Incomplete => None,
        }
    }

    /// The server's clock when it answered; its difference to ours is the offset that later uploads need.
    #[must_use]
    pub fn server_date(&self) -> Option<Timestamp> {
        self.said()?.date
    }

    /// The raw words behind the message, at most 2,000 characters and without the secret.
    #[must_use]
    pub fn details(&self) -> Option<&str> {
        if let Self::Unreachable { cause, .. }
        | Self::Interrupted { cause, .. }
        | Self::Untrusted { cause, .. } = self
        {
            return Some(cause);
        }
        self.said().map(|said| said.message.as_str())
    }
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// Nobody that this computer trusts has signed it.
    Issuer,
    /// It is another host's.
    Name,
    /// By this computer's clock it is not yet, or no longer, valid.
    Clock,
}

fn distrust(why: Distrust, host: &str) -> String {
    match why {
        Distrust::Issuer => format!(
            "The certificate of {host} is signed by nobody that this computer trusts, so somebody on the way may be reading along. If that is a proxy or a security program of your organisation, add its certificate to the system; otherwise use another network."
        ),
        Distrust::Name => format!(
            "Another computer answers in place of {host}: the certificate is not for that name. Use another network."
        ),
        Distrust::Clock => format!(
            "By this computer's clock the certificate of {host} is not valid now. Check date and time of this computer."
        ),
    }
}

fn region(host: Option<&str>) -> String {
    host.map(|host| format!(" to https://{host}"))
        .unwrap_or_default()
}

fn limit(max: Option<u64>) -> String {
    max.map(|max| format!(". The account allows {max} bytes"))
        .unwrap_or_default()
}
