//! Connections: taken in, bounded in number, given up where the other side neither sends nor reads, and ended without cutting an answer short.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep};

/// The most connections at a time; further ones wait with the system.
const MOST: usize = 256;

/// What is read at once from one connection, in bytes.
const READ: usize = 64 << 10;

/// How long to wait where the system gives no more connections.
const BREATH: Duration = Duration::from_millis(100);

/// Takes connections in until `ending`, and gives back those that are still open.
pub(super) async fn serve(
    listener: &TcpListener,
    router: &Router,
    mut ending: watch::Receiver<bool>,
    patience: Duration,
) -> JoinSet<()> {
    let places = Arc::new(Semaphore::new(MOST));
    let mut open = JoinSet::new();
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = told(&mut ending) => return open,
        };
        match accepted {
            Ok((stream, _)) => {
                let told = ending.clone();
                let router = router.clone();
                open.spawn(async move {
                    one(stream, router, told, patience).await;
                    drop(place);
                });
            }
            // Too many open files, or somebody who was gone before.
            Err(_) => sleep(BREATH).await,
        }
        while open.try_join_next().is_some() {}
    }
}

/// Waits until all of `open` are closed.
pub(super) async fn ended(mut open: JoinSet<()>) {
    while open.join_next().await.is_some() {}
}

/// Returns once the server is ending.
async fn told(ending: &mut watch::Receiver<bool>) {
    drop(ending.wait_for(|ending| *ending).await);
}

async fn one(
    stream: TcpStream,
    router: Router,
    mut ending: watch::Receiver<bool>,
    patience: Duration,
) {
    // Answers are written in one piece.
    drop(stream.set_nodelay(true));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(READ)
        .serve_connection(
            TokioIo::new(Patient::new(stream, patience)),
            TowerToHyperService::new(router),
        );
    tokio::pin!(connection);
    // What goes wrong on a connection concerns whoever is at its other end.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = told(&mut ending) => {
            connection.as_mut().graceful_shutdown();
            drop(connection.await);
        }
    }
}

/// A stream that fails where the other side does not read for a while.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    const fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, waiting: None }
    }

    /// `written` as it is, or an error once nothing could be written for too long.
    fn timed<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.timed(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.timed(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.timed(cx, shut)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.timed(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
