//! The agent over HTTP, as pages, servers and plugins meet it.

mod approval;
mod hostile;
mod uploads;
mod window;

use std::time::Duration;

use app::agent::{NewClient, WebOrigin};
use app::audit::Wanted;
use app::{ExposeSecret, SecretString};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::widget::{upload, wanted};
use crate::world::{SECRET, World};

const PAGE: &str = "http://localhost:3000";

/// A world whose agent listens.
pub(crate) struct Desk {
    pub(crate) world: World,
    agent: agent::Agent,
    http: reqwest::Client,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The origin whose pages may read it.
    fn readable_by(&self) -> Option<&str> {
        self.header("access-control-allow-origin")
    }

    fn kind(&self) -> &str {
        self.body["error"]["kind"].as_str().unwrap_or_default()
    }
}

impl Desk {
    async fn open() -> Self {
        let world = World::new().await;
        world.add_account().await;
        Self::of(world).await
    }

    async fn of(world: World) -> Self {
        let agent = agent::start(&world.aloft, Some(0)).await.unwrap();
        Self {
            world,
            agent,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let address = format!("http://127.0.0.1:{}{path}", self.agent.port());
        let mut request = self.http.request(method, address).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        assert!(!text.contains(SECRET) && !format!("{headers:?}").contains(SECRET));
        assert_eq!(headers["vary"], "Origin");
        assert_eq!(headers["cache-control"], "no-store");
        Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
        }
    }

    async fn sign_as(&self, who: (&str, &str), params: &Value) -> Answer {
        let headers = [who, ("content-type", "application/json")];
        let body = json!({ "paramsToSign": params }).to_string();
        self.send(Method::POST, "/api/sign", &headers, body).await
    }

    async fn sign_for_page(&self, origin: &str) -> Answer {
        self.sign_as(("origin", origin), &wanted()).await
    }

    async fn preflight(&self, origin: &str) -> Answer {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
            ("access-control-request-private-network", "true"),
        ];
        self.send(Method::OPTIONS, "/api/sign", &headers, "").await
    }

    async fn token(&self, name: &str, new: NewClient) -> String {
        let (_, token) = self.world.aloft.make_token(name, new).await.unwrap();
        format!("Bearer {}", token.expose_secret())
    }

    /// Waits until the log holds an entry of this action and reason: what is turned away is answered first.
    async fn noted(&self, action: &str, reason: &str) {
        let asked = || Wanted {
            words: format!("\"action\":\"{action}\" \"reason\":\"{reason}\""),
            since: None,
            before: None,
            limit: 1,
        };
        let noted = async {
            while self
                .world
                .aloft
                .audit()
                .find(asked())
                .await
                .unwrap()
                .is_empty()
            {
                tokio::task::yield_now().await;
            }
        };
        let noted = tokio::time::timeout(Duration::from_secs(20), noted).await;
        assert!(noted.is_ok(), "the log holds no {action} for {reason}");
    }

    /// How many questions the user was asked.
    fn asked(&self) -> usize {
        self.world.desktop.choices_asked.borrow().len()
    }

    fn answers(&self, answers: &[usize]) {
        self.world.desktop.choices.lock().unwrap().extend(answers);
    }
}

fn signs() -> NewClient {
    NewClient {
        may_sign: true,
        ..NewClient::default()
    }
}

fn page() -> WebOrigin {
    WebOrigin::parse(PAGE).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_route_with_a_token_gets_signatures_that_the_service_takes() {
    let desk = Desk::open().await;
    let token = desk.token("Shop", signs()).await;
    let params = wanted();
    let signed = desk.sign_as(("authorization", &token), &params).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
    assert_eq!(signed.body.as_object().unwrap().len(), 1);
    let signature = signed.body["signature"].as_str().unwrap();
    upload(&desk.world, &params, signature).await;
    assert_eq!(signed.readable_by(), None);
    assert_eq!(desk.asked(), 0);

    // A page that shows it may read the answer.
    let address = format!("/api/sign?key={}", token.strip_prefix("Bearer ").unwrap());
    let headers = [("origin", PAGE), ("content-type", "application/json")];
    let body = json!({ "paramsToSign": wanted() }).to_string();
    let signed = desk.send(Method::POST, &address, &headers, body).await;
    assert_eq!(
        (signed.status, signed.readable_by()),
        (StatusCode::OK, Some(PAGE))
    );

    desk.world.aloft.forget_client("Shop").await.unwrap();
    let refused = desk.sign_as(("authorization", &token), &params).await;
    assert_eq!(
        (refused.status, refused.kind()),
        (StatusCode::UNAUTHORIZED, "wrong_token")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_held_to_the_policy_and_to_what_is_pinned_for_it() {
    let desk = Desk::open().await;
    let pinned = NewClient {
        folder: Some("shop".to_owned()),
        ..signs()
    };
    let token = desk.token("Shop", pinned).await;
    let sign = |more: Value| {
        let mut params = wanted();
        let (params_, more) = (params.as_object_mut().unwrap(), more.as_object().unwrap());
        params_.extend(more.clone());
        let (desk, token) = (&desk, &token);
        async move { desk.sign_as(("authorization", token), &params).await }
    };
    assert_eq!(
        sign(json!({ "folder": "shop" })).await.status,
        StatusCode::OK
    );
    for (more, kind) in [
        (json!({}), "left_out"),
        (json!({ "folder": "other" }), "not_as_opened"),
        (
            json!({ "folder": "shop", "public_id": "x" }),
            "never_signed",
        ),
        (
            json!({ "folder": "shop", "timestamp": 1 }),
            "timestamp_out_of_window",
        ),
        (
            json!({ "folder": "shop", "source": "api" }),
            "source_is_not_widget",
        ),
    ] {
        let refused = sign(more.clone()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{more}");
        assert_eq!(refused.kind(), kind, "{}", refused.body);
        assert!(
            !refused.body["error"]["message"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    let nested = sign(json!({ "folder": "shop", "context": { "a": 1 } })).await;
    assert_eq!(
        (nested.status, nested.kind()),
        (StatusCode::BAD_REQUEST, "unreadable")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_is_said_and_its_dialog_is_not_opened() {
    let desk = Desk::open().await;
    let token = desk.token("Shop", signs()).await;
    desk.world.keyring.lock();
    let refused = desk.sign_as(("authorization", &token), &wanted()).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.kind(), "secret_locked");
    desk.world.keyring.unlock();
    let signed = desk.sign_as(("authorization", &token), &wanted()).await;
    assert_eq!(signed.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_secret_signs_for_nobody_and_nobody_is_asked() {
    let world = World::new().await;
    world.add_unsigned_account().await;
    let desk = Desk::of(world).await;
    let refused = desk.sign_for_page(PAGE).await;
    assert_eq!(
        (refused.status, refused.kind()),
        (StatusCode::FORBIDDEN, "not_signed")
    );
    assert_eq!(desk.asked(), 0);
    assert!(desk.world.aloft.make_token("Shop", signs()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_agent_listens_for_a_folder_and_the_next_one_when_it_has_ended() {
    let desk = Desk::open().await;
    let aloft = &desk.world.aloft;
    let second = agent::start(aloft, Some(0)).await.unwrap_err();
    assert!(
        second.message.to_string().contains("Another Aloft"),
        "{second}"
    );
    let port = desk.agent.port();
    desk.agent.stop().await;
    let taken = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .unwrap();
    let refused = agent::start(aloft, Some(port)).await.unwrap_err();
    assert!(
        refused.message.to_string().contains(&port.to_string()),
        "{refused}"
    );
    drop(taken);
    agent::start(aloft, Some(port)).await.unwrap().stop().await;
}

/// The page waits while the user thinks; the agent is switched off, and then the user says yes.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_once_the_agent_is_stopped() {
    for stops in [true, false] {
        let Desk { world, agent, http } = Desk::open().await;
        world.desktop.choices.lock().unwrap().push_back(0);
        let thinking = world.desktop.thinking.lock().await;
        let address = format!("http://127.0.0.1:{}/api/sign", agent.port());
        let request = http.post(address).header("origin", PAGE);
        let waiting = request.json(&json!({ "paramsToSign": wanted() })).send();
        let mut asked = world.desktop.choices_asked.subscribe();
        let switching_off = async {
            asked.wait_for(|asked| asked.len() == 1).await.unwrap();
            match stops {
                true => agent.stop().await,
                false => drop(agent),
            }
            drop(thinking);
        };
        let (answer, ()) = tokio::join!(waiting, switching_off);
        let answer = answer.map(|answer| answer.status());
        assert!(answer.is_err(), "{answer:?}");
    }
}

/// Whoever gets a child's environment gets what official clients read.
#[tokio::test]
async fn a_child_gets_the_account_with_what_is_not_as_usual_about_it() {
    let world = World::new().await;
    let url = format!(
        "{}&signature_algorithm=sha256&cname=cdn.example.com",
        world.url()
    );
    let secret = SecretString::from(url.clone());
    let added = world
        .aloft
        .add_url(&secret, "x", app::Keeping::Keyring, app::Consent::Ask);
    let account = added.await.unwrap();
    let given = world.aloft.cloudinary_url(&account).await.unwrap();
    assert_eq!(given.expose_secret(), url);
}
