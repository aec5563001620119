//! The agent's door: HTTP on this computer alone, for pages, servers and plugins that want signatures or uploads.
//!
//! It knows hosts, origins, content types and bodies, and nothing of accounts, clients or secrets: who may do what is
//! decided in `app::agent`. [`read`] is pure, so that whatever may arrive can be tried on it.

pub mod fuzz;

mod answer;
mod connections;
mod request;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use app::agent::{Caller, Listening, Wanted};
use app::contract::Problem;
use app::{Aloft, agent as rules};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use crate::answer::Answer;
pub use crate::request::{Asked, Head, LARGEST_BODY, Turned, read, read_head};

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Bytes of a body that are read before it is refused for its size.
const MOST_READ: usize = 4 * LARGEST_BODY;
/// Requests at the same time. Fewer than connections, so that one too many is told so.
const AT_ONCE: usize = 96;

/// A running agent. Dropped, it ends at once.
#[derive(Debug)]
pub struct Agent {
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
    _listening: Listening,
}

/// Starts the agent on this port of 127.0.0.1, or on the one that is kept in the settings; 0 takes any that is free.
///
/// # Errors
/// When another process of this user is the agent, or another program has the port.
pub async fn start(aloft: &Aloft, port: Option<u16>) -> Result<Agent, Problem> {
    let listening = aloft.listening()?;
    let port = match port {
        Some(port) => port,
        None => aloft.agent_port()?,
    };
    let taken = |error: std::io::Error| rules::port_taken(port, &error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(taken)?;
    let port = listener.local_addr().map_err(taken)?.port();
    let door = Door {
        aloft: aloft.clone(),
        port,
        room: Arc::new(Semaphore::new(AT_ONCE)),
    };
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(connections::serve(listener, door, stopped));
    Ok(Agent {
        port,
        stop: Some(stop),
        served,
        _listening: listening,
    })
}

impl Agent {
    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Takes no more requests; those that are under way are broken off, and nothing is signed for them any more. An upload
    /// that was begun goes on.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let _ = tokio::time::timeout(Duration::from_secs(1), &mut self.served).await;
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.served.abort();
    }
}

/// What every connection leads to.
#[derive(Clone)]
pub(crate) struct Door {
    aloft: Aloft,
    port: u16,
    room: Arc<Semaphore>,
}

impl Door {
    pub(crate) async fn enter(&self, request: Request) -> Response {
        let Ok(_room) = self.room.try_acquire() else {
            return self
                .turned_at_once(request.uri(), request.headers(), Turned::Crowded)
                .into();
        };
        let is_head = request.method() == Method::HEAD;
        let mut response: Response = self.answer(request).await.into();
        if is_head {
            *response.body_mut() = Body::empty();
        }
        response
    }

    async fn answer(&self, request: Request) -> Answer {
        let (parts, body) = request.into_parts();
        let head = match read_head(&parts.method, &parts.uri, &parts.headers, self.port) {
            Ok(head) => head,
            Err(turned) => {
                // Whoever is still sending would find the connection broken, and not hear why.
                let _ = arrived(body).await;
                return self.turned_at_once(&parts.uri, &parts.headers, turned);
            }
        };
        let wanted = head.wanted();
        // A page may read the answer, good or bad, only if its origin, or the token that it showed, is allowed.
        let asked = match arrived(body).await {
            Ok(body) => head.clone().with_body(&body),
            Err(turned) => Err(turned),
        };
        let answer = match asked {
            Ok(asked) => self.serve(asked).await,
            Err(turned) => {
                self.note(head.caller.as_ref(), wanted, turned.kind());
                Answer::turned(turned, wanted)
            }
        };
        match (&head.origin, &head.caller) {
            (Some(origin), Some(caller)) if answer.was_let_in(&self.aloft, caller) => {
                answer.readable_by(origin)
            }
            (Some(_) | None, Some(_) | None) => answer,
        }
    }

    /// Before it is known who asks for what exactly: the address says what, and a page's origin who.
    fn turned_at_once(&self, uri: &Uri, headers: &HeaderMap, turned: Turned) -> Answer {
        let caller = request::said_origin(headers).map(Caller::Origin);
        let wanted = request::wanted_at(uri);
        self.note(caller.as_ref(), wanted, turned.kind());
        Answer::turned(turned, wanted)
    }

    /// Whoever asked for something and got nothing is told of in one place, also when little of the request was read.
    fn note(&self, caller: Option<&Caller>, wanted: Option<Wanted>, kind: &'static str) {
        if let Some(wanted) = wanted {
            self.aloft.turned_away(caller, wanted, kind);
        }
    }

    async fn serve(&self, asked: Asked) -> Answer {
        match asked {
            Asked::Look => Answer::look(),
            Asked::Preflight {
                caller,
                wanted,
                private_network,
            } => match self.aloft.may_ask(&caller, wanted).await {
                Ok(()) => Answer::preflight(private_network),
                Err(refused) => {
                    self.note(Some(&caller), Some(wanted), refused.kind());
                    Answer::refused(&refused, wanted)
                }
            },
            Asked::Sign { caller, params } => {
                match self.aloft.sign_for_client(&caller, &params).await {
                    Ok(signature) => Answer::signature(&signature),
                    Err(refused) => Answer::refused(&refused, Wanted::Signature),
                }
            }
            Asked::Upload { caller, list, key } => self.upload(&caller, list, key).await,
        }
    }

    async fn upload(&self, caller: &Caller, list: Vec<String>, key: Option<String>) -> Answer {
        let list = list.into_iter().map(PathBuf::from).collect();
        match self.aloft.upload_for_client(caller, list, key).await {
            Ok(links) => Answer::links(&links),
            Err(refused) => Answer::refused(&refused, Wanted::Upload),
        }
    }
}

/// The body, if it is small and comes in time.
async fn arrived(body: Body) -> Result<Vec<u8>, Turned> {
    match tokio::time::timeout(BODY_TIME, to_bytes(body, MOST_READ)).await {
        Ok(Ok(bytes)) if bytes.len() <= LARGEST_BODY => Ok(bytes.to_vec()),
        Ok(Ok(_) | Err(_)) => Err(Turned::TooLarge),
        Err(_) => Err(Turned::TooSlow),
    }
}
