//! Carries the queue's parts over the network: the one place that knows both the queue's words and
//! the client's.

mod clock;
mod failures;
mod receipts;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use cloudinary::{DeliveryHost, Target, UploadAnswer, UploadParams};
use credentials::{Access, Account, AccountId, Origin, UnlockDialog, Verification};
use engine::{
    Answer, Candidate, Decision, Failure, FailureKind, Flow, Part, PartSource, Receipt,
    ResourceType, Transport, Wanted,
};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use crate::aloft::{Aloft, Inner};
use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::sign::scheme;
use crate::words;
pub(crate) use failures::carried;
use failures::{failure_kind, failure_of_problem};
use receipts::{is_transformed, receipt};

/// Sends for one account. Account and secret are looked up for every request: a signature is made
/// late, and what the user changed meanwhile counts.
pub(crate) struct Carrier {
    aloft: Weak<Inner>,
    account: AccountId,
}

impl Carrier {
    pub(crate) fn new(aloft: Weak<Inner>, account: AccountId) -> Self {
        Self { aloft, account }
    }

    fn aloft(&self) -> Result<Aloft, Failure> {
        self.aloft.upgrade().map(Aloft).ok_or_else(|| {
            Failure::temporary(
                FailureKind::Internal,
                None,
                carried(&words::problem::closing()),
            )
        })
    }

    async fn ready(&self) -> Result<(Aloft, Account, Target), Failure> {
        let aloft = self.aloft()?;
        let account = match aloft.account_by_id(self.account.as_str()) {
            Ok(Some(account)) => account,
            Ok(None) => {
                let words = words::problem::job_without_account();
                return Err(Failure::persistent(
                    FailureKind::SecretMissing,
                    carried(&words),
                ));
            }
            Err(problem) => {
                return Err(Failure::temporary(
                    FailureKind::Disk,
                    None,
                    carried(&problem.message),
                ));
            }
        };
        let target = aloft
            .target(&account, UnlockDialog::Never)
            .await
            .map_err(|problem| failure_of_problem(&problem))?;
        Ok((aloft, account, target))
    }

    /// A late answer to values that the user has replaced meanwhile says nothing of the new ones: it
    /// must not stop the account again.
    async fn unless_renewed(&self, failure: Failure, asked: &Target) -> Failure {
        if failure.decision != Decision::Persistent {
            return failure;
        }
        match self.ready().await {
            Ok((.., now)) if !is_same(asked, &now) => {
                Failure::temporary(failure.kind, None, failure.reason)
            }
            Ok(_) | Err(_) => failure,
        }
    }
}

fn is_same(one: &Target, other: &Target) -> bool {
    use cloudinary::Auth::{Signed, Unsigned};
    let auth = match (&one.auth, &other.auth) {
        (
            Signed {
                api_key, secret, ..
            },
            Signed {
                api_key: other_key,
                secret: other_secret,
                ..
            },
        ) => api_key == other_key && secret.expose_secret() == other_secret.expose_secret(),
        (
            Unsigned { upload_preset },
            Unsigned {
                upload_preset: other,
            },
        ) => upload_preset == other,
        (Signed { .. }, Unsigned { .. }) | (Unsigned { .. }, Signed { .. }) => false,
    };
    auth && one.host == other.host && one.cloud_name == other.cloud_name
}

#[async_trait]
impl Transport for Carrier {
    async fn send(&self, part: Part, flow: Arc<dyn Flow>) -> Result<Answer, Failure> {
        self.unlocked(self.send_now(part, flow)).await
    }

    async fn find(&self, what: &Wanted) -> Result<Option<Receipt>, Failure> {
        self.unlocked(self.find_now(what)).await
    }

    async fn admits(&self, file: &Candidate) -> Result<(), Failure> {
        let Some(aloft) = self.aloft.upgrade().map(Aloft) else {
            return Ok(());
        };
        match aloft.account_by_id(self.account.as_str()) {
            Ok(Some(account)) => aloft.admits(&account, file).await,
            Ok(None) | Err(_) => Ok(()),
        }
    }

    async fn link_answers(&self, url: &str) -> Result<bool, Failure> {
        let (aloft, ..) = self.ready().await?;
        let Ok(url) = Url::parse(url) else {
            return Ok(false);
        };
        aloft
            .0
            .client
            .head(&url)
            .await
            .map_err(|error| aloft.failure_of(&error))
    }
}

impl Carrier {
    /// The request ends with the unlocked time, whoever sees first that it is over.
    async fn unlocked<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>> + Send,
    ) -> Result<T, Failure> {
        let done = self.aloft()?.while_unlocked(work).await;
        done.map_err(|problem| failure_of_problem(&problem))?
    }

    async fn send_now(&self, part: Part, flow: Arc<dyn Flow>) -> Result<Answer, Failure> {
        let (aloft, account, target) = self.ready().await?;
        let transformed = is_transformed(&part.params);
        let upload = request(part, &target, &aloft)?;
        let answer = aloft.0.client.upload(&target, upload, Watched(flow)).await;
        match answer {
            Ok(UploadAnswer::ChunkAccepted { .. }) => Ok(Answer::ChunkAccepted),
            Ok(UploadAnswer::Stored(asset)) => {
                confirm(&aloft, &account);
                aloft.key_worked(&account).await;
                let mut receipt = receipt(&asset, &account, &target, transformed);
                if let Access::Signed { .. } = account.access {
                    // An upload's answer is always signed: one that is not proves nothing.
                    receipt.signature_verified.get_or_insert(false);
                }
                Ok(Answer::Stored(receipt))
            }
            Ok(UploadAnswer::Pending { .. }) => Err(Failure::permanent(
                FailureKind::Refused,
                carried(&words::problem::taken_for_later()),
            )),
            Err(error) => Err(self.unless_renewed(aloft.failure_of(&error), &target).await),
        }
    }

    async fn find_now(&self, what: &Wanted) -> Result<Option<Receipt>, Failure> {
        let (aloft, account, target) = self.ready().await?;
        let kind = client_type(what.resource_type);
        let delivery = delivery_type(&what.delivery_type);
        if let Access::Unsigned { .. } = account.access {
            return aloft.find_by_link(&account, what).await;
        }
        match aloft
            .0
            .client
            .asset(&target, kind, delivery, &what.public_id)
            .await
        {
            Ok(None) => Ok(None),
            // What is looked up comes without a signature; it was asked for with the secret.
            Ok(Some(asset)) => Ok(Some(receipt(&asset, &account, &target, what.transformed))),
            Err(error) => Err(aloft.failure_of(&error)),
        }
    }
}

impl Aloft {
    /// The account's secret; every one that is read goes through here. Whoever keeps it for longer than it takes to sign
    /// does so within [`Aloft::while_unlocked`]. `dialog` says whether the keyring may ask the user for its password:
    /// never in the background.
    pub(crate) async fn secret(
        &self,
        account: &Account,
        dialog: UnlockDialog,
    ) -> Result<SecretString, Problem> {
        let asked = async {
            if account.origin == Origin::Sandbox {
                return Ok::<_, Problem>(Some(self.0.trial.address().await?.secret));
            }
            Ok(self.0.secrets.get(account, dialog).await?)
        };
        let secret = self.while_unlocked(asked).await??;
        secret.ok_or_else(|| {
            let words = words::problem::no_secret(&account.label);
            problems::problem(ProblemKind::NotSigned, words)
        })
    }

    /// Where and as whom to call for an account. Starts the sandbox when it is the sandbox's;
    /// `dialog` as for [`Aloft::secret`].
    pub(crate) async fn target(
        &self,
        account: &Account,
        dialog: UnlockDialog,
    ) -> Result<Target, Problem> {
        let host = if account.origin == Origin::Sandbox {
            self.0.trial.address().await?.host
        } else {
            account.host.url()
        };
        let auth = match &account.access {
            Access::Unsigned { upload_preset } => cloudinary::Auth::Unsigned {
                upload_preset: upload_preset.clone(),
            },
            Access::Signed {
                api_key,
                algorithm,
                version,
            } => cloudinary::Auth::Signed {
                api_key: api_key.clone(),
                secret: self.secret(account, dialog).await?,
                scheme: scheme(*algorithm, *version),
            },
        };
        Ok(Target {
            host,
            cloud_name: account.cloud_name.clone(),
            auth,
        })
    }

    /// Where an account's assets are delivered from: the service, or a compatible server on this
    /// computer.
    pub(crate) async fn delivery_host(&self, account: &Account) -> Result<DeliveryHost, Problem> {
        let local = match account.origin {
            Origin::Sandbox => Some(self.0.trial.address().await?.host),
            Origin::Saved | Origin::Environment => {
                account.host.is_loopback().then(|| account.host.url())
            }
        };
        Ok(match local {
            Some(url) => DeliveryHost::Own {
                base: url.as_str().trim_end_matches('/').to_owned(),
                with_cloud_name: true,
            },
            None => DeliveryHost::from_options(
                account.delivery.secure_distribution.as_deref(),
                account.delivery.private_cdn,
                account.delivery.cname.as_deref(),
            ),
        })
    }

    /// Without a key nobody can be asked but the link itself.
    async fn find_by_link(
        &self,
        account: &Account,
        what: &Wanted,
    ) -> Result<Option<Receipt>, Failure> {
        let host = self
            .delivery_host(account)
            .await
            .map_err(|problem| failure_of_problem(&problem))?;
        let mut found = Receipt {
            public_id: what.public_id.clone(),
            asset_id: None,
            version: 0,
            resource_type: what.resource_type,
            delivery_type: what.delivery_type.clone(),
            format: None,
            bytes: None,
            width: None,
            height: None,
            etag: None,
            url: String::new(),
            existing: false,
            signature_verified: None,
            created_at: None,
            transformed: what.transformed,
        };
        found.url = link(&host, &account.cloud_name, &found);
        let Ok(url) = Url::parse(&found.url) else {
            return Ok(None);
        };
        let there = self
            .0
            .client
            .head(&url)
            .await
            .map_err(|error| self.failure_of(&error))?;
        Ok(there.then_some(found))
    }

    /// What an error of the client means for the queue. A wrong clock is learned on the way.
    fn failure_of(&self, error: &cloudinary::Error) -> Failure {
        self.learns_the_clock(error);
        let decision = match error.decision() {
            cloudinary::Decision::Permanent => Decision::Permanent,
            cloudinary::Decision::Persistent => Decision::Persistent,
            cloudinary::Decision::Temporary { after } => Decision::Temporary {
                after_ms: after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
            },
        };
        Failure {
            kind: failure_kind(error.kind()),
            decision,
            reason: carried(&problems::of_service(error)),
        }
    }

    /// The same as words for a person.
    pub(crate) fn problem_of(&self, error: &cloudinary::Error) -> Problem {
        problems::of_failure(&self.failure_of(error))
    }

    /// Seconds by which the service's clock is ahead of ours.
    pub(crate) async fn service_ahead(&self, account: &Account) -> Result<Option<i64>, Problem> {
        let asked = async {
            let target = self.target(account, UnlockDialog::Never).await?;
            let pong = self.0.client.ping(&target).await;
            pong.map_err(|error| self.problem_of(&error))
        };
        let pong = self.while_unlocked(asked).await??;
        Ok(pong
            .server_date
            .map(|date| date.as_second() - Timestamp::now().as_second()))
    }
}

/// The queue's view of the bytes, as the client wants it.
struct Watched(Arc<dyn Flow>);

impl cloudinary::Watch for Watched {
    fn moved(&self, bytes: u64) {
        self.0.moved(bytes);
    }

    async fn pass(&self, bytes: u64) {
        self.0.pass(bytes).await;
    }
}

/// A success proves that the account's values belong together.
fn confirm(aloft: &Aloft, account: &Account) {
    if !matches!(account.verification, Verification::Verified { .. }) {
        // Not worth failing an upload for.
        let _ = aloft.set_verification(
            account,
            Verification::Verified {
                at: Timestamp::now(),
            },
        );
    }
}

fn request(mut part: Part, target: &Target, aloft: &Aloft) -> Result<cloudinary::Upload, Failure> {
    if let cloudinary::Auth::Unsigned { .. } = target.auth {
        // An unsigned upload never overwrites and may not even say so.
        part.params
            .retain(|name, value| name != "overwrite" || *value != Value::Bool(false));
    }
    let mut params: UploadParams =
        serde_json::from_value(Value::Object(part.params)).map_err(|error| {
            Failure::permanent(
                FailureKind::Refused,
                carried(&words::problem::params_unsendable(error.to_string())),
            )
        })?;
    params.public_id = part.public_id;
    let source = match part.source {
        PartSource::File {
            path,
            identity,
            first,
            length,
        } => cloudinary::Source::File {
            path,
            identity: Some(cloudinary::FileIdentity {
                size: identity.size,
                modified_ns: identity.modified_ns,
                inode: identity.inode,
            }),
            range: part.chunk.is_some().then(|| first..first + length),
        },
        PartSource::Url(address) => {
            cloudinary::Source::Url(Url::parse(&address).map_err(|_| {
                Failure::permanent(
                    FailureKind::Refused,
                    carried(&words::problem::address_unfetchable(&address)),
                )
            })?)
        }
    };
    Ok(cloudinary::Upload {
        source,
        file_name: Some(part.file_name),
        resource_type: client_type(part.resource_type),
        params,
        chunk: part.chunk.map(|chunk| cloudinary::Chunk {
            upload_id: chunk.upload_id,
            first: chunk.first,
            last: chunk.last,
            total: chunk.total,
        }),
        clock_offset_seconds: aloft.0.clock_offset.load(Ordering::Relaxed),
    })
}

/// A link that we build ourselves: from cloud name, types, version and public ID.
pub(crate) fn link(host: &DeliveryHost, cloud_name: &str, receipt: &Receipt) -> String {
    cloudinary::delivery_url(&cloudinary::Link {
        host,
        cloud_name,
        resource_type: client_type(receipt.resource_type),
        delivery_type: delivery_type(&receipt.delivery_type),
        transformation: "",
        version: (receipt.version > 0).then_some(receipt.version),
        public_id: &receipt.public_id,
        format: match receipt.resource_type {
            ResourceType::Raw => None,
            ResourceType::Image | ResourceType::Video | ResourceType::Auto => {
                receipt.format.as_deref()
            }
        },
        signature: None,
    })
}

pub(crate) fn client_type(kind: ResourceType) -> cloudinary::ResourceType {
    match kind {
        ResourceType::Image => cloudinary::ResourceType::Image,
        ResourceType::Video => cloudinary::ResourceType::Video,
        ResourceType::Raw => cloudinary::ResourceType::Raw,
        ResourceType::Auto => cloudinary::ResourceType::Auto,
    }
}

pub(crate) fn delivery_type(name: &str) -> cloudinary::DeliveryType {
    match name {
        "private" => cloudinary::DeliveryType::Private,
        "authenticated" => cloudinary::DeliveryType::Authenticated,
        _ => cloudinary::DeliveryType::Upload,
    }
}
