//! The Upload Widget's backend: what its window is opened with, what is signed for it, and what is
//! believed of its reports.
//!
//! One session is one opening of the window by the user: it has an account, fixed values, an
//! [allowance](allowance) of signatures, and ends with the window.

mod allowance;

use std::collections::BTreeSet;
use std::time::Instant;

use credentials::{Access, Account, Origin, UnlockDialog};
use serde_json::{Map, Value, json};
use signing::Params;
use signing::policy::{self, Approved, Opened};
use url::Url;

use crate::aloft::{Aloft, held};
use crate::contract::{
    Problem, ProblemKind, SignParams, Signed, WidgetRecorded, WidgetReport, WidgetSession,
};
use crate::sign::{Asker, NotSigned, scheme};
use crate::words::{self, Words};
use crate::{library, problems};

pub use allowance::WidgetLimits;
pub(crate) use allowance::{Allowance, Spent};

/// The script for a real account; the documented address.
const SCRIPT: &str = "https://upload-widget.cloudinary.com/latest/global/all.js";
/// The hosts that the widget's script and frame come from.
const HOSTS: [&str; 2] = [
    "https://upload-widget.cloudinary.com",
    "https://widget.cloudinary.com",
];

/// The window's opening and its session, if it has one.
#[derive(Default)]
pub(crate) struct Opening {
    number: u64,
    limits: WidgetLimits,
    session: Option<Session>,
}

struct Session {
    account: Account,
    opened: Opened,
    script: Url,
    hosts: FrameHosts,
    allowance: Allowance,
    /// Answers that were reported and believed.
    reported: BTreeSet<String>,
}

/// Which hosts the foreign frame may take script and frames from: this account's alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameHosts {
    /// Origins for `script-src`.
    pub scripts: Vec<String>,
    /// Origins for `frame-src`.
    pub frames: Vec<String>,
}

impl FrameHosts {
    fn cloudinary() -> Self {
        let hosts: Vec<String> = HOSTS.map(str::to_owned).into();
        Self {
            scripts: hosts.clone(),
            frames: hosts,
        }
    }

    /// Whether a frame in the widget window may load this address.
    pub fn frame_allows(&self, address: &Url) -> bool {
        let origin = address.origin().ascii_serialization();
        self.frames.contains(&origin)
    }
}

impl Aloft {
    /// Starts a session for the active account and opens its window.
    pub(crate) async fn open_widget(&self) -> Result<(), Problem> {
        let _alone = self.0.opening_widget.lock().await;
        let account = self.account(None)?;
        let (script, hosts) = self.widget_hosts(&account).await?;
        let upload_preset = match &account.access {
            Access::Unsigned { upload_preset } => Some(upload_preset.clone()),
            Access::Signed { .. } => None,
        };
        {
            let mut opening = held(&self.0.widget);
            opening.number += 1;
            let allowance = Allowance::new(opening.limits, Instant::now());
            opening.session = Some(Session {
                opened: Opened {
                    upload_preset,
                    use_filename: Some(true),
                    unique_filename: Some(true),
                    ..Opened::default()
                },
                account,
                script,
                hosts,
                allowance,
                reported: BTreeSet::new(),
            });
        }
        let opened = self.0.desktop.open_widget_window().await;
        if opened.is_err() {
            self.widget_closed(self.widget_opening());
        }
        opened
    }

    async fn widget_hosts(&self, account: &Account) -> Result<(Url, FrameHosts), Problem> {
        if account.origin == Origin::Sandbox {
            let address = self.0.trial.address().await?;
            let (script, frame) = address.widget;
            let hosts = FrameHosts {
                scripts: vec![script.origin().ascii_serialization()],
                frames: vec![frame.origin().ascii_serialization()],
            };
            return Ok((script, hosts));
        }
        let script = Url::parse(SCRIPT).map_err(|_| {
            problems::problem(ProblemKind::Internal, words::problem::widget_no_address())
        })?;
        Ok((script, FrameHosts::cloudinary()))
    }

    /// Which hosts the frame of the open session may use; `None` when no window is open.
    pub fn frame_hosts(&self) -> Option<FrameHosts> {
        held(&self.0.widget)
            .session
            .as_ref()
            .map(|session| session.hosts.clone())
    }

    /// Which opening of the widget window is current.
    pub fn widget_opening(&self) -> u64 {
        held(&self.0.widget).number
    }

    /// The widget window closed; `opening` is what [`Aloft::widget_opening`] said when it opened.
    pub fn widget_closed(&self, opening: u64) {
        let mut current = held(&self.0.widget);
        if current.number == opening {
            current.session = None;
        }
    }

    /// What the bridge needs to show the widget. `frame_url` is where the shell serves the foreign
    /// frame.
    ///
    /// # Errors
    /// When the window was not opened by the user.
    pub async fn widget_session(&self, frame_url: &str) -> Result<WidgetSession, Problem> {
        let opening = held(&self.0.widget);
        let session = opening.session.as_ref().ok_or_else(no_session)?;
        Ok(WidgetSession {
            label: session.account.label.clone(),
            frame_url: frame_url.to_owned(),
            script_url: session.script.to_string(),
            options: options(session),
            signed: matches!(session.account.access, Access::Signed { .. }),
        })
    }

    /// How much the next opening signs, when not as usual.
    pub fn limit_widget(&self, limits: WidgetLimits) {
        held(&self.0.widget).limits = limits;
    }

    /// The `uploadSignature` of the widget: signs the parameters of one upload, or refuses.
    ///
    /// # Errors
    /// The policy's refusal, the end of the session, or why the secret cannot be had.
    pub async fn sign_params(&self, request: &SignParams) -> Result<Signed, Problem> {
        let account = self.widget_account();
        let answer = self.sign_for_widget(request).await;
        let names = request.params_to_sign.keys().map(String::as_str);
        let refused = answer.as_ref().err().map(NotSigned::kind);
        self.signature_asked(Asker::Widget, account.as_ref(), names, refused)
            .await?;
        answer.map_err(Problem::from)
    }

    async fn sign_for_widget(&self, request: &SignParams) -> Result<Signed, NotSigned> {
        let (opening, wait) = self.widget_turn()?;
        tokio::time::sleep(wait).await;
        let params = Params::try_from(&request.params_to_sign)?;
        let (account, approved) = self.approve(opening, &params)?;
        let Access::Signed {
            algorithm, version, ..
        } = account.access
        else {
            return Err(NotSigned::NoSession);
        };
        let secret = self.secret(&account, UnlockDialog::Allow).await?;
        // The keyring's dialog may have been open for long, and the window closed meanwhile.
        if self.open_session() != Some(opening) {
            return Err(NotSigned::NoSession);
        }
        Ok(Signed {
            signature: signing::sign(&approved, &secret, scheme(algorithm, version)),
        })
    }

    /// Which opening a request belongs to, and how long it waits for its turn.
    fn widget_turn(&self) -> Result<(u64, std::time::Duration), NotSigned> {
        let mut opening = held(&self.0.widget);
        let number = opening.number;
        let session = opening.session.as_mut().ok_or(NotSigned::NoSession)?;
        Ok((number, session.allowance.turn(Instant::now())?))
    }

    /// Holds a request against the opening that it was made in.
    fn approve(&self, number: u64, params: &Params) -> Result<(Account, Approved), NotSigned> {
        let mut opening = held(&self.0.widget);
        if opening.number != number {
            return Err(NotSigned::NoSession);
        }
        let session = opening.session.as_mut().ok_or(NotSigned::NoSession)?;
        let approved = policy::review(params, &session.opened, self.service_now())?;
        session.allowance.spend(Instant::now())?;
        Ok((session.account.clone(), approved))
    }

    fn widget_account(&self) -> Option<Account> {
        let opening = held(&self.0.widget);
        opening
            .session
            .as_ref()
            .map(|session| session.account.clone())
    }

    fn open_session(&self) -> Option<u64> {
        let opening = held(&self.0.widget);
        opening.session.as_ref().map(|_| opening.number)
    }

    /// What the widget says happened. Only a success whose response signature verifies is recorded
    /// as ours; without a secret it is recorded as reported.
    ///
    /// # Errors
    /// When there is no session, or the report does not verify.
    pub async fn widget_report(&self, report: WidgetReport) -> Result<WidgetRecorded, Problem> {
        let account = {
            let opening = held(&self.0.widget);
            opening
                .session
                .as_ref()
                .ok_or_else(no_session)?
                .account
                .clone()
        };
        match report {
            WidgetReport::Success { info } => {
                let recorded = self.record_report(&account, &info).await?;
                Ok(WidgetRecorded { recorded })
            }
            WidgetReport::NativeWay => {
                let aloft = self.clone();
                tokio::spawn(async move { aloft.pick_and_add().await });
                Ok(WidgetRecorded { recorded: false })
            }
            WidgetReport::Closed => Ok(WidgetRecorded { recorded: false }),
        }
    }

    async fn record_report(
        &self,
        account: &Account,
        info: &Map<String, Value>,
    ) -> Result<bool, Problem> {
        let asset = library::Reported::read(info).ok_or_else(unbelievable)?;
        let verified = match account.access {
            Access::Unsigned { .. } => None,
            Access::Signed { .. } => {
                let secret = self.secret(account, UnlockDialog::Never).await?;
                if !signing::verify_response(
                    &asset.public_id,
                    asset.version,
                    &asset.signature,
                    &secret,
                ) {
                    return Err(unbelievable());
                }
                Some(true)
            }
        };
        let identity = asset.identity();
        if !self.is_news(&identity)? {
            return Ok(false);
        }
        let recorded = self.record_believed(account, &asset, verified).await;
        if recorded.is_err() {
            self.forget_report(&identity);
        }
        recorded.map(|()| true)
    }

    async fn record_believed(
        &self,
        account: &Account,
        asset: &library::Reported,
        verified: Option<bool>,
    ) -> Result<(), Problem> {
        let base = self.delivery_host(account).await?;
        self.record_widget_asset(account, asset, &base, verified)
            .await
    }

    /// Notes an answer: one is one row, however often a script repeats it, and one opening makes no more rows than it may
    /// give signatures.
    fn is_news(&self, identity: &str) -> Result<bool, Problem> {
        let mut opening = held(&self.0.widget);
        let session = opening.session.as_mut().ok_or_else(no_session)?;
        let room = session.reported.len() < session.allowance.most();
        Ok(room && session.reported.insert(identity.to_owned()))
    }

    /// What could not be recorded may be reported again.
    fn forget_report(&self, identity: &str) {
        if let Some(session) = held(&self.0.widget).session.as_mut() {
            session.reported.remove(identity);
        }
    }
}

/// The options for `createUploadWidget`: names as the widget's documentation has them. Empty and
/// false values are left out, because the widget would send some of them unsigned.
fn options(session: &Session) -> Map<String, Value> {
    let mut options = Map::new();
    options.insert("cloudName".into(), json!(session.account.cloud_name));
    options.insert("secure".into(), json!(true));
    options.insert("resourceType".into(), json!("auto"));
    options.insert("sources".into(), json!(["local", "url", "camera"]));
    options.insert("showPoweredBy".into(), json!(false));
    options.insert("cloudinaryAnalytics".into(), json!(false));
    match &session.account.access {
        Access::Signed { api_key, .. } => {
            options.insert("apiKey".into(), json!(api_key));
            options.insert("useFilename".into(), json!(true));
            options.insert("uniqueFilename".into(), json!(true));
        }
        Access::Unsigned { upload_preset } => {
            options.insert("uploadPreset".into(), json!(upload_preset));
        }
    }
    options
}

pub(crate) fn no_session() -> Problem {
    Problem::new(
        ProblemKind::NotSigned,
        words::problem::widget_no_session(),
        words::hint::open_widget(),
    )
}

fn unbelievable() -> Problem {
    Problem::new(
        ProblemKind::NotSigned,
        words::problem::widget_unbelievable(),
        words::hint::look_in_console(),
    )
}

/// What a page hands over may hold an object, which is no value of an upload.
pub(crate) fn of_params(error: &signing::Error) -> Words {
    match error {
        signing::Error::Nested { name } => words::problem::sign_value(name),
        signing::Error::UnknownAlgorithm | signing::Error::UnknownVersion => {
            words::problem::sign_not_widget()
        }
    }
}
