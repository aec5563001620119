//! Connections that can be counted, and cut at any byte: what a network does, done on purpose.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// A listener that counts what it accepts.
pub(crate) struct Counting {
    pub(crate) listener: TcpListener,
    pub(crate) accepted: Arc<AtomicU64>,
    /// Cancelled, it cuts every connection.
    pub(crate) cut_all: CancellationToken,
}

impl Listener for Counting {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        self.accepted.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("no TCP_NODELAY: {error}");
        }
        let cut = self.cut_all.child_token();
        (
            Wire {
                stream,
                cut_now: Box::pin(cut.clone().cancelled_owned()),
                cut,
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection with a switch that cuts it.
pub(crate) struct Wire {
    stream: TcpStream,
    cut: CancellationToken,
    cut_now: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// The switch of the connection a request came by.
#[derive(Clone)]
pub(crate) struct Cut(CancellationToken);

impl Cut {
    /// From now on nothing is read from or written to the connection.
    pub(crate) fn cut(&self) {
        self.0.cancel();
    }
}

impl Connected<IncomingStream<'_, Counting>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Counting>) -> Self {
        Self(stream.io().cut.clone())
    }
}

impl Wire {
    fn gone() -> io::Error {
        io::Error::new(io::ErrorKind::ConnectionReset, "cut on purpose")
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.cut.is_cancelled() || self.cut_now.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(Self::gone()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.cut.is_cancelled() {
            return Poll::Ready(Err(Self::gone()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.cut.is_cancelled() {
            return Poll::Ready(Err(Self::gone()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
