use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value};
use signing::Params;
use url::form_urlencoded;
use uuid::Uuid;

use crate::answer::{text, unreadable};
use crate::stall::Activity;
use crate::upload::Fields;
use crate::wire::asked;
use crate::{Auth, Client, DeliveryType, Error, ResourceType, Target, address};

/// What is deleted: exactly the type, delivery type and ID of the upload's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroy {
    /// Never `Auto`: an ID is of one type only.
    pub resource_type: ResourceType,
    /// How it is delivered.
    pub delivery_type: DeliveryType,
    /// Its ID, as the service wrote it.
    pub public_id: String,
    /// Whether copies on delivery servers go as well.
    pub invalidate: bool,
    /// Added to this computer's clock for the signature.
    pub clock_offset_seconds: i64,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destroyed {
    /// It is deleted.
    Gone,
    /// There was none, which the service also says with status 200.
    WasNotThere,
}

impl Client {
    /// Deletes one asset.
    ///
    /// # Errors
    /// [`Error::NeedsResourceType`] for `Auto`, [`Error::NeedsKey`] without a secret, and what the service answers.
    pub async fn destroy(&self, target: &Target, what: Destroy) -> Result<Destroyed, Error> {
        if what.resource_type == ResourceType::Auto {
            return Err(Error::NeedsResourceType);
        }
        if let Auth::Unsigned { .. } = target.auth {
            return Err(Error::NeedsKey);
        }
        let url = address::api(target, [what.resource_type.as_str(), "destroy"])?;
        let mut params = Params::new();
        params.insert("public_id", what.public_id);
        params.insert("type", what.delivery_type.as_str());
        if what.invalidate {
            params.insert("invalidate", 1);
        }
        let fields = Fields::signed(target, params, what.clock_offset_seconds);
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields.pairs)
            .finish();
        let request = self
            .http(&url)?
            .post(url.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let activity = Activity::new(self.options().stall_timeout);
        let answer = self.exchange(&url, request, &activity).await?;
        let mut asked = asked(target);
        asked.signed_text = fields.signed_text.as_deref();
        Destroyed::read(answer.object(&asked)?)
    }

    /// Asks whether the service takes what this target signs. The request is to delete an asset whose name nobody has, so
    /// nothing is changed. A key that may not delete is let through: it may upload all the same, and nothing else that it is
    /// asked would change nothing.
    ///
    /// # Errors
    /// [`Error::SignatureMismatch`] when it does not; otherwise see [`Error`].
    pub async fn test_signature(
        &self,
        target: &Target,
        clock_offset_seconds: i64,
    ) -> Result<(), Error> {
        let nothing = Destroy {
            resource_type: ResourceType::Raw,
            delivery_type: DeliveryType::Upload,
            public_id: format!("aloft-signature-test-{}", Uuid::new_v4().simple()),
            invalidate: false,
            clock_offset_seconds,
        };
        match self.destroy(target, nothing).await {
            Ok(_) | Err(Error::Forbidden(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Destroyed {
    pub(crate) fn read(mut object: Map<String, Value>) -> Result<Self, Error> {
        match text(&mut object, "result").as_deref() {
            Some("ok") => Ok(Self::Gone),
            Some("not found") => Ok(Self::WasNotThere),
            Some(_) | None => Err(unreadable()),
        }
    }
}
