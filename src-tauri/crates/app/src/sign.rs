//! Signatures: for a person in a terminal, and the arithmetic that every signature here goes
//! through.

use credentials::{Access, Account, SignatureAlgorithm, SignatureVersion, UnlockDialog};
use signing::policy::Refusal;
use signing::{Algorithm, Params, Scheme, Version};

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::words::{self, Words};

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
        let Access::Signed {
            api_key,
            algorithm,
            version,
        } = &account.access
        else {
            return Err(Problem::new(
                ProblemKind::NotSigned,
                words::problem::sign_no_key(&account.label),
                words::hint::account_with_key(),
            ));
        };
        if !request.any {
            signing::policy::review_names(&request.params)
                .map_err(|refusal| not_by_policy(&refusal))?;
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
    Problem::new(
        ProblemKind::NotSigned,
        Words::english(format!("The upload policy does not sign “{name}”. {why}")),
        Words::english("Use --any to sign it all the same."),
    )
}

pub(crate) fn refused(refusal: Refusal) -> Problem {
    problems::problem(ProblemKind::NotSigned, problems::of_refusal(&refusal))
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
