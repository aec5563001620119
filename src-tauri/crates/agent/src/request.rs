//! From method, address, headers and body to what is asked for, or to why it is no request of ours. Pure: no client, no
//! account and no time is looked at.

#[cfg(test)]
mod tests;

use app::SecretString;
use app::agent::{Caller, Wanted, WebOrigin};
use axum::http::header::{
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, AsHeaderName, CONTENT_LENGTH, CONTENT_TYPE, HOST,
    ORIGIN,
};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Bytes of a body, at most. A widget's parameters are a few hundred.
pub const LARGEST_BODY: usize = 64 * 1024;
/// Characters of a token or an idempotency key, at most.
const LONGEST_KEY: usize = 255;
const IDEMPOTENCY_KEY: &str = "idempotency-key";
const PRIVATE_NETWORK: &str = "access-control-request-private-network";

/// What a request asks for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Whether something is here.
    Look,
    /// A browser asks whether a page may ask.
    Preflight {
        /// The page's origin, or the token in the address.
        caller: Caller,
        /// What the page wants.
        wanted: Wanted,
        /// The browser counts this computer as a private network, and wants a word about that too.
        private_network: bool,
    },
    /// A signature.
    Sign {
        /// Who asks.
        caller: Caller,
        /// What the widget gave its `uploadSignature`.
        params: Map<String, Value>,
    },
    /// An upload.
    Upload {
        /// Who asks.
        caller: Caller,
        /// Paths; none means the clipboard.
        list: Vec<String>,
        /// The client's own name for this request.
        key: Option<String>,
    },
}

/// Why a request goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// It was meant for another host: a name that leads here (DNS rebinding).
    OtherHost,
    /// A page without an origin of its own: a sandboxed frame, a file.
    NullOrigin,
    /// An origin that no browser writes.
    BadOrigin,
    /// There is nothing of this name.
    NoSuchPath,
    /// Not this method; these are.
    OtherMethod(&'static str),
    /// Neither an origin nor a token.
    NoCaller,
    /// Not JSON: what a form or a script without CORS can send.
    NotJson,
    /// More than [`LARGEST_BODY`].
    TooLarge,
    /// It did not come in time.
    TooSlow,
    /// Not the JSON that is wanted here.
    BadBody,
    /// An idempotency key that is none.
    BadKey,
    /// Too many requests at the same time.
    Crowded,
}

impl Turned {
    /// A stable name for programs and logs.
    pub fn kind(self) -> &'static str {
        match self {
            Self::OtherHost => "other_host",
            Self::NullOrigin => "null_origin",
            Self::BadOrigin => "bad_origin",
            Self::NoSuchPath => "no_such_path",
            Self::OtherMethod(_) => "other_method",
            Self::NoCaller => "no_caller",
            Self::NotJson => "not_json",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::BadBody => "bad_body",
            Self::BadKey => "bad_key",
            Self::Crowded => "crowded",
        }
    }

    /// As HTTP says it.
    pub fn status(self) -> StatusCode {
        match self {
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::NullOrigin | Self::BadOrigin => StatusCode::FORBIDDEN,
            Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::OtherMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoCaller => StatusCode::UNAUTHORIZED,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BadBody | Self::BadKey => StatusCode::BAD_REQUEST,
            Self::Crowded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl std::fmt::Display for Turned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OtherHost => "Ask at 127.0.0.1 or localhost, with this port.",
            Self::NullOrigin => "A page without an origin cannot be allowed: serve it from a local server.",
            Self::BadOrigin => "The origin cannot be read.",
            Self::NoSuchPath => "There is POST /api/sign and POST /upload.",
            Self::OtherMethod(_) => "Not with this method.",
            Self::NoCaller => "Say who you are: Authorization: Bearer TOKEN. Make one: aloft agent token NAME",
            Self::NotJson => "Send JSON, with Content-Type: application/json.",
            Self::TooLarge => "The request is larger than 64 KiB.",
            Self::TooSlow => "The request did not arrive in time.",
            Self::BadBody => "Send {\"paramsToSign\": {…}} for a signature, {\"list\": [\"/absolute/path\"]} for an upload.",
            Self::BadKey => "An Idempotency-Key has 1 to 255 visible characters.",
            Self::Crowded => "Too many requests at the same time.",
        })
    }
}

/// A request whose body is still to come.
#[derive(Clone, Debug)]
pub struct Head {
    place: Place,
    preflight: bool,
    private_network: bool,
    is_json: bool,
    key: Option<String>,
    /// Who asks: the token, else the origin; nobody at the front page.
    pub caller: Option<Caller>,
    /// The page's, where a browser sends it.
    pub origin: Option<WebOrigin>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Front,
    For(Wanted),
}

/// The whole request at once.
///
/// # Errors
/// Why it is no request of ours.
pub fn read(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
    port: u16,
) -> Result<Asked, Turned> {
    read_head(method, uri, headers, port)?.with_body(body)
}

/// Everything that can be told without the body.
///
/// # Errors
/// Why it is no request of ours.
pub fn read_head(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    port: u16,
) -> Result<Head, Turned> {
    for_this_host(uri, headers, port)?;
    let origin = origin(headers)?;
    let place = match (uri.path(), wanted_at(uri)) {
        ("/", _) => Place::Front,
        (_, Some(wanted)) => Place::For(wanted),
        (_, None) => return Err(Turned::NoSuchPath),
    };
    let preflight = *method == Method::OPTIONS;
    let allowed = match place {
        Place::Front => [Method::GET, Method::HEAD].contains(method),
        Place::For(_) => preflight || *method == Method::POST,
    };
    if !allowed {
        return Err(Turned::OtherMethod(match place {
            Place::Front => "GET, HEAD",
            Place::For(_) => "POST, OPTIONS",
        }));
    }
    let caller = match place {
        Place::Front => None,
        Place::For(_) => Some(caller(uri, headers, origin.as_ref())?),
    };
    let mut head = Head {
        place,
        preflight,
        private_network: single(headers, PRIVATE_NETWORK) == Some("true"),
        is_json: false,
        key: None,
        caller,
        origin,
    };
    if preflight {
        let wants_post = single(headers, ACCESS_CONTROL_REQUEST_METHOD) == Some("POST");
        if !wants_post || head.origin.is_none() {
            return Err(Turned::OtherMethod("POST"));
        }
        return Ok(head);
    }
    if length(headers).is_some_and(|length| length > LARGEST_BODY as u64) {
        return Err(Turned::TooLarge);
    }
    if place != Place::Front {
        head.is_json = is_json(headers);
        // Plugins that want the clipboard send nothing, and do not say what it is. A page cannot do this with a token that
        // it does not have.
        let may_be_empty = place == Place::For(Wanted::Upload)
            && matches!(head.caller, Some(Caller::Token(_)))
            && !headers.contains_key(CONTENT_TYPE);
        if !head.is_json && !may_be_empty {
            return Err(Turned::NotJson);
        }
        head.key = idempotency_key(headers)?;
    }
    Ok(head)
}

impl Head {
    /// What it wants; nothing at the front page.
    pub fn wanted(&self) -> Option<Wanted> {
        match self.place {
            Place::Front => None,
            Place::For(wanted) => Some(wanted),
        }
    }

    /// With its body.
    ///
    /// # Errors
    /// When that is not what it has to be.
    pub fn with_body(self, body: &[u8]) -> Result<Asked, Turned> {
        if body.len() > LARGEST_BODY {
            return Err(Turned::TooLarge);
        }
        let (Place::For(wanted), Some(caller)) = (self.place, self.caller) else {
            return Ok(Asked::Look);
        };
        if self.preflight {
            return Ok(Asked::Preflight {
                caller,
                wanted,
                private_network: self.private_network,
            });
        }
        if !self.is_json && !body.is_empty() {
            return Err(Turned::NotJson);
        }
        match wanted {
            Wanted::Signature => {
                let body: SignBody = parsed(body)?;
                Ok(Asked::Sign {
                    caller,
                    params: body.params_to_sign,
                })
            }
            Wanted::Upload => {
                let body = match body.is_empty() {
                    true => UploadBody::default(),
                    false => parsed(body)?,
                };
                Ok(Asked::Upload {
                    caller,
                    list: body.list.unwrap_or_default(),
                    key: self.key,
                })
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignBody {
    params_to_sign: Map<String, Value>,
}

/// PicGo's clients send more than the list at times; it means nothing here.
#[derive(Default, Deserialize)]
struct UploadBody {
    #[serde(default)]
    list: Option<Vec<String>>,
}

fn parsed<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Turned> {
    serde_json::from_slice(body).map_err(|_| Turned::BadBody)
}

/// A page whose name was made to lead here (DNS rebinding) is of one origin with us, to its browser; the name it used gives
/// it away.
fn for_this_host(uri: &Uri, headers: &HeaderMap, port: u16) -> Result<(), Turned> {
    let ours = |name: &str| {
        [format!("127.0.0.1:{port}"), format!("localhost:{port}")]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name))
    };
    let in_address = uri.authority().is_none_or(|name| ours(name.as_str()));
    (in_address && single(headers, HOST).is_some_and(ours))
        .then_some(())
        .ok_or(Turned::OtherHost)
}

/// What is to be had at this address.
pub(crate) fn wanted_at(uri: &Uri) -> Option<Wanted> {
    match uri.path() {
        "/api/sign" => Some(Wanted::Signature),
        "/upload" => Some(Wanted::Upload),
        _ => None,
    }
}

/// The page's origin, as far as one can be read.
pub(crate) fn said_origin(headers: &HeaderMap) -> Option<WebOrigin> {
    origin(headers).ok().flatten()
}

fn origin(headers: &HeaderMap) -> Result<Option<WebOrigin>, Turned> {
    if !headers.contains_key(ORIGIN) {
        return Ok(None);
    }
    let text = single(headers, ORIGIN).ok_or(Turned::BadOrigin)?;
    if text == "null" {
        return Err(Turned::NullOrigin);
    }
    WebOrigin::parse(text).map(Some).ok_or(Turned::BadOrigin)
}

/// A token says more than an origin: who holds it was given it.
fn caller(uri: &Uri, headers: &HeaderMap, origin: Option<&WebOrigin>) -> Result<Caller, Turned> {
    let token = match headers.contains_key(AUTHORIZATION) {
        true => {
            let text = single(headers, AUTHORIZATION).ok_or(Turned::NoCaller)?;
            let (scheme, token) = text.split_once(' ').ok_or(Turned::NoCaller)?;
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(Turned::NoCaller);
            }
            Some(token.trim().to_owned())
        }
        false => key_in_address(uri),
    };
    match (token, origin) {
        (Some(token), _) if token.is_empty() || token.len() > LONGEST_KEY => Err(Turned::NoCaller),
        (Some(token), _) => Ok(Caller::Token(SecretString::from(token))),
        (None, Some(origin)) => Ok(Caller::Origin(origin.clone())),
        (None, None) => Err(Turned::NoCaller),
    }
}

/// For plugins that take an address and nothing else.
fn key_in_address(uri: &Uri) -> Option<String> {
    let pairs = uri.query()?.split('&');
    let mut keys = pairs.filter_map(|pair| pair.strip_prefix("key="));
    let key = percent_decode_str(keys.next()?).decode_utf8().ok()?;
    Some(key.into_owned())
}

/// A form and a script without CORS can send other types, and no page can send this one without asking first.
fn is_json(headers: &HeaderMap) -> bool {
    let text = single(headers, CONTENT_TYPE).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Turned> {
    if !headers.contains_key(IDEMPOTENCY_KEY) {
        return Ok(None);
    }
    let key = single(headers, IDEMPOTENCY_KEY).ok_or(Turned::BadKey)?;
    let is_good = !key.is_empty() && key.len() <= LONGEST_KEY;
    is_good.then(|| Some(key.to_owned())).ok_or(Turned::BadKey)
}

fn length(headers: &HeaderMap) -> Option<u64> {
    single(headers, CONTENT_LENGTH)?.parse().ok()
}

/// The one value of a header; one that comes twice has none.
fn single(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok();
    value.filter(|_| values.next().is_none())
}
