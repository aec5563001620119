//! Signatures: for a person in a terminal, and the arithmetic that every signature here goes
//! through.

use credentials::{Access, Account, SignatureAlgorithm, SignatureVersion, UnlockDialog};
use signing::policy::Refusal;
use signing::{Algorithm, Params, Scheme, Version};

use crate::aloft::Aloft;
use crate::audit::{self, Action, Entry, Who, Word};
use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::widget::{self, Spent};
use crate::words::{self, Words};

/// Who asked for a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker<'a> {
    /// The Upload Widget, whose script is not ours.
    Widget,
    /// A person in a terminal.
    Terminal {
        /// Who left the upload policy aside.
        any: bool,
    },
    /// A client of the agent, by its name; what an origin calls itself where it is none, empty where nothing is known.
    Agent(&'a str),
}

impl Asker<'_> {
    fn who(self) -> Who {
        match self {
            Self::Widget => Who::Widget,
            Self::Terminal { .. } => Who::Terminal {
                pid: std::process::id(),
            },
            Self::Agent(client) => Who::agent(client),
        }
    }

    /// How a signature stands in the log that this asker was given.
    fn given(self) -> Action {
        match self {
            Self::Terminal { any: true } => Action::SignedAny,
            Self::Widget | Self::Terminal { any: false } | Self::Agent(_) => Action::Signed,
        }
    }
}

/// Why nothing was signed, by type: words are made of it at the very end.
#[derive(Debug)]
pub(crate) enum NotSigned {
    /// The policy says no.
    Policy(Refusal),
    /// The policy says no to a person, who may insist.
    ByHand(Refusal),
    /// The window's opening has nothing left to give.
    Spent(Spent),
    /// No window is open that signs, or the one that asked is not any more.
    NoSession,
    /// The parameters are none.
    Unreadable(signing::Error),
    /// The account has no secret, or the secret cannot be had.
    Account(Problem),
}

impl NotSigned {
    /// A stable name for logs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Policy(refusal) | Self::ByHand(refusal) => refusal.kind(),
            Self::Spent(spent) => spent.kind(),
            Self::NoSession => "no_session",
            Self::Unreadable(_) => "unreadable",
            Self::Account(problem) => problem.kind.as_str(),
        }
    }
}

impl From<Refusal> for NotSigned {
    fn from(refusal: Refusal) -> Self {
        Self::Policy(refusal)
    }
}

impl From<Spent> for NotSigned {
    fn from(spent: Spent) -> Self {
        Self::Spent(spent)
    }
}

impl From<signing::Error> for NotSigned {
    fn from(error: signing::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl From<Problem> for NotSigned {
    fn from(problem: Problem) -> Self {
        Self::Account(problem)
    }
}

impl From<NotSigned> for Problem {
    fn from(reason: NotSigned) -> Self {
        let said = |words: Words| problems::problem(ProblemKind::NotSigned, words);
        match reason {
            NotSigned::Policy(refusal) => said(problems::of_refusal(&refusal)),
            NotSigned::ByHand(refusal) => not_by_policy(&refusal),
            NotSigned::Spent(spent) => {
                Problem::new(ProblemKind::NotSigned, spent.words(), spent.hint())
            }
            NotSigned::NoSession => widget::no_session(),
            NotSigned::Unreadable(error) => said(widget::of_params(&error)),
            NotSigned::Account(problem) => problem,
        }
    }
}

/// What `aloft sign` was asked for.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// The parameters, as they will be transmitted.
    pub params: Params,
    /// Instead of the account's own.
    pub algorithm: Option<Algorithm>,
    /// Instead of the account's own.
    pub version: Option<Version>,
    /// Whether the upload policy is left aside.
    pub any: bool,
}

/// A signature and what it was made of.
#[derive(Clone, Debug)]
pub struct SignedText {
    /// Lowercase hexadecimal.
    pub signature: String,
    /// The text that was signed, without the secret.
    pub string_to_sign: String,
    /// The algorithm and version used.
    pub scheme: Scheme,
    /// The API key that the signature belongs to.
    pub api_key: String,
}

impl Aloft {
    /// Signs parameters with the account's secret.
    ///
    /// Unless `any` is set, the names must be those that the widget may have signed; the values are
    /// the caller's own.
    ///
    /// # Errors
    /// The policy's refusal, or why the secret cannot be had.
    pub async fn sign(
        &self,
        account: &Account,
        request: &SignRequest,
    ) -> Result<SignedText, Problem> {
        let answer = self.sign_by_hand(account, request).await;
        let names = request.params.iter().map(|(name, _)| name);
        let refused = answer.as_ref().err().map(NotSigned::kind);
        let asker = Asker::Terminal { any: request.any };
        self.signature_asked(asker, Some(account), names, refused)
            .await?;
        answer.map_err(Problem::from)
    }

    /// Every signature that somebody asked for passes here once, given (`refused` is `None`) or not (then it is the kind
    /// of reason), and is written into the audit log. Names may be of the asker's making, of any length and with any
    /// character; values never come here.
    ///
    /// # Errors
    /// When a signature could not be written down: it must not be given then.
    pub(crate) async fn signature_asked<'a>(
        &self,
        asker: Asker<'_>,
        account: Option<&Account>,
        names: impl Iterator<Item = &'a str>,
        refused: Option<&'static str>,
    ) -> Result<(), Problem> {
        let action = match refused {
            None => asker.given(),
            Some(kind) => Action::Refused {
                reason: Word::new(kind),
            },
        };
        let mut entry = Entry::new(action, asker.who()).with_names(audit::names(names));
        if let Some(account) = account {
            entry = entry.of(account);
        }
        let account = account.map(|account| account.id.as_str());
        match refused {
            None => {
                tracing::debug!(?asker, account, "signature given");
                self.write_down(vec![entry]).await
            }
            Some(kind) => {
                tracing::warn!(?asker, account, kind, "signature refused");
                self.note_refusal(entry).await;
                Ok(())
            }
        }
    }

    async fn sign_by_hand(
        &self,
        account: &Account,
        request: &SignRequest,
    ) -> Result<SignedText, NotSigned> {
        let Access::Signed {
            api_key,
            algorithm,
            version,
        } = &account.access
        else {
            return Err(NotSigned::Account(Problem::new(
                ProblemKind::NotSigned,
                words::problem::sign_no_key(&account.label),
                words::hint::account_with_key(),
            )));
        };
        if !request.any {
            signing::policy::review_names(&request.params).map_err(NotSigned::ByHand)?;
        }
        let own = scheme(*algorithm, *version);
        let scheme = Scheme {
            algorithm: request.algorithm.unwrap_or(own.algorithm),
            version: request.version.unwrap_or(own.version),
        };
        let secret = self.secret(account, UnlockDialog::Allow).await?;
        Ok(SignedText {
            signature: signing::sign(&request.params, &secret, scheme),
            string_to_sign: signing::string_to_sign(&request.params, scheme.version),
            scheme,
            api_key: api_key.clone(),
        })
    }
}

fn not_by_policy(refusal: &Refusal) -> Problem {
    let name = refusal.name().unwrap_or("one of the parameters");
    let why = if let Refusal::NeverSigned { reason, .. } = refusal {
        reason
    } else {
        "An upload does not need it."
    };
    // Nobody can have these signed.
    let hint = match signing::EXCLUDED.contains(&name) {
        true => "Leave it out.",
        false => "Use --any to sign it all the same.",
    };
    Problem::new(
        ProblemKind::NotSigned,
        Words::english(format!("The upload policy does not sign “{name}”. {why}")),
        Words::english(hint),
    )
}

/// The account's algorithm and version, as `signing` names them.
pub(crate) fn scheme(algorithm: SignatureAlgorithm, version: SignatureVersion) -> Scheme {
    Scheme {
        algorithm: match algorithm {
            SignatureAlgorithm::Sha1 => Algorithm::Sha1,
            SignatureAlgorithm::Sha256 => Algorithm::Sha256,
        },
        version: match version {
            SignatureVersion::One => Version::One,
            SignatureVersion::Two => Version::Two,
        },
    }
}
