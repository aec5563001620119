//! Connections: few at a time, and none for long that says nothing. A page or a process that opens many of them finds the
//! next one waiting with the system, and costs this process no descriptors.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::Door;

/// Connections at the same time. Programs that a desktop starts may have 256 descriptors on some systems, for everything.
const MOST: usize = 128;
/// How long a request's head may take to arrive, the first or the next one of a connection.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// When to look again after the system gave no connection, for want of descriptors for example.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until it is stopped; what is under way then is broken off, and gets nothing.
pub(crate) async fn serve(listener: TcpListener, door: Door, mut stopped: oneshot::Receiver<()>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = open.join_next() => {}
            accepted = listener.accept(), if open.len() < MOST => match accepted {
                Ok((stream, _)) => {
                    open.spawn(answer(stream, door.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "the agent got no connection");
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    open.shutdown().await;
}

async fn answer(stream: TcpStream, door: Door) {
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let door = door.clone();
        async move { Ok::<_, Infallible>(door.enter(request.map(Body::new)).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = served.await {
        tracing::debug!(%error, "a connection ended");
    }
}
