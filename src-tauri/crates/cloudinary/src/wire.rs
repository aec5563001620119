//! One request and its answer: silence limit, answer limit, redacted errors. The only place that sends.

use bytes::{Bytes, BytesMut};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tracing::debug;
use url::Url;

use crate::address::host_of;
use crate::error::classify::{Asked, refusal};
use crate::error::network::decided;
use crate::stall::{Activity, Stalled};
use crate::{Auth, Client, Error, Target};

/// An answer, read in full.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The JSON object of a good answer, or what the refusal means.
    pub(crate) fn object(self, asked: &Asked<'_>) -> Result<Map<String, Value>, Error> {
        if (200..300).contains(&self.status)
            && let Ok(object) = serde_json::from_slice::<Map<String, Value>>(&self.body)
            && !object.contains_key("error")
        {
            return Ok(object);
        }
        Err(refusal(self.status, &self.headers, &self.body, asked))
    }
}

impl Client {
    /// Sends one request and reads the answer up to the limit.
    pub(crate) async fn exchange(
        &self,
        url: &Url,
        request: RequestBuilder,
        activity: &Activity,
    ) -> Result<Answer, Error> {
        let options = self.options();
        let network = |error| decided(error, host_of(url), options.connect_timeout);
        let work = async {
            let mut response = request.send().await.map_err(network)?;
            activity.note_with_limit(options.stall_timeout);
            let status = response.status().as_u16();
            debug!(host = host_of(url), path = url.path(), status, "answered");
            let headers = std::mem::take(response.headers_mut());
            let mut body = BytesMut::new();
            while let Some(block) = response.chunk().await.map_err(network)? {
                activity.note();
                if body.len() + block.len() > options.answer_limit {
                    return Err(Error::AnswerTooLarge {
                        limit: options.answer_limit,
                    });
                }
                body.extend_from_slice(&block);
            }
            Ok(Answer {
                status,
                headers,
                body: body.freeze(),
            })
        };
        match activity.watch(work).await {
            Ok(Err(Error::Untrusted { host, .. })) if self.is_behind_portal(url).await => {
                Err(Error::Portal { host })
            }
            Ok(answer) => answer,
            Err(Stalled(limit)) => Err(Error::TimedOut {
                host: host_of(url).to_owned(),
                limit,
            }),
        }
    }

    /// One call of the Admin API.
    pub(crate) async fn admin(&self, target: &Target, url: &Url) -> Result<Answer, Error> {
        let Auth::Signed {
            api_key, secret, ..
        } = &target.auth
        else {
            return Err(Error::NeedsKey);
        };
        let request = self
            .http(url)?
            .request(Method::GET, url.clone())
            .header(AUTHORIZATION, basic(api_key, secret)?);
        self.exchange(url, request, &Activity::new(self.options().stall_timeout))
            .await
    }
}

/// What has to be known of a call to understand its answer.
pub(crate) fn asked<'a>(target: &'a Target) -> Asked<'a> {
    let (api_key, secret) = match &target.auth {
        Auth::Signed {
            api_key, secret, ..
        } => (api_key.as_str(), Some(secret)),
        Auth::Unsigned { .. } => ("", None),
    };
    Asked {
        host: host_of(&target.host),
        api_key,
        secret,
        unsigned: secret.is_none(),
        signed_text: None,
        file_name: "The file",
    }
}

/// HTTP Basic, marked so that no log of the HTTP library shows it.
fn basic(api_key: &str, secret: &SecretString) -> Result<HeaderValue, Error> {
    use base64::Engine;
    let pair = format!("{api_key}:{}", secret.expose_secret());
    let text = base64::engine::general_purpose::STANDARD.encode(pair);
    let mut value = HeaderValue::from_str(&format!("Basic {text}")).map_err(|_| Error::NeedsKey)?;
    value.set_sensitive(true);
    Ok(value)
}
