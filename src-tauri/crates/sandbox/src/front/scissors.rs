//! Bodies that end too early or come too slowly, on purpose.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use crate::connection::Cut;

/// The first bytes of an answer that promised more, then the end of the connection.
pub(crate) async fn cut_short(response: Response, count: usize) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return parts.into_response();
    };
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let start = bytes.slice(..count.min(bytes.len().saturating_sub(1)));
    let end = stream::once(async {
        // The start goes out on the wire while this one waits its turn.
        tokio::task::yield_now().await;
        Err::<Bytes, _>(io::Error::new(
            io::ErrorKind::ConnectionReset,
            "cut on purpose",
        ))
    });
    Response::from_parts(
        parts,
        Body::from_stream(stream::once(async { Ok(start) }).chain(end)),
    )
}

/// The same answer, byte by byte.
pub(crate) async fn drip(response: Response, pause: Duration) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return parts.into_response();
    };
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let slowly = stream::iter(0..bytes.len()).then(move |at| {
        let byte = bytes.slice(at..=at);
        async move {
            tokio::time::sleep(pause).await;
            Ok::<Bytes, io::Error>(byte)
        }
    });
    Response::from_parts(parts, Body::from_stream(slowly))
}

/// A request's body that may end the connection after some bytes.
pub(crate) struct Metered {
    pub(crate) inner: BodyDataStream,
    pub(crate) left: Option<u64>,
    pub(crate) cut: Cut,
}

impl Stream for Metered {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        let next = Pin::new(&mut self.inner)
            .poll_next(cx)
            .map_err(io::Error::other);
        let (Some(left), Poll::Ready(Some(Ok(bytes)))) = (self.left, &next) else {
            return next;
        };
        let left = left.saturating_sub(bytes.len() as u64);
        self.left = Some(left);
        if left == 0 {
            self.cut.cut();
            return Poll::Ready(Some(Err(io::Error::new(
                io::ErrorKind::ConnectionReset,
                "cut on purpose",
            ))));
        }
        next
    }
}
