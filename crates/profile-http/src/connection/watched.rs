//! A TCP stream that ends when its peer keeps it waiting.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::{Connection, Overdue, Slot};
use crate::{Limits, body_deadline::UPLOAD};

/// How often a connection on which nothing moves is looked at.
const TICK: Duration = Duration::from_secs(1);
/// Most bytes that wait in the kernel for a peer, so that what it reads shows soon as progress.
const UNSENT: u32 = 128 * 1024;
const TOO_SLOW: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// The stream, and what it waits for.
pub(crate) struct Watched {
    stream: TcpStream,
    slot: Slot,
    limits: Limits,
    tick: Pin<Box<Sleep>>,
    /// Since when a write has been waiting, and what was written since then.
    blocked: Option<(Instant, u64)>,
    ended: bool,
}

impl Watched {
    pub(crate) fn new(stream: TcpStream, slot: Slot, limits: Limits) -> Self {
        // Where the kernel does not know the option, progress shows later.
        SockRef::from(&stream).set_tcp_notsent_lowat(UNSENT).ok();
        Self { stream, slot, limits, tick: Box::pin(sleep(TICK)), blocked: None, ended: false }
    }

    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.slot.connection
    }

    /// Wakes the task again soon, even if nothing moves.
    fn keep_watch(&mut self, context: &mut Context<'_>) {
        self.slot.connection.wake_on_displacement(context.waker());
        while self.tick.as_mut().poll(context).is_ready() {
            self.tick.as_mut().reset(tokio::time::Instant::now() + TICK);
        }
    }

    /// Ends the reading side; the dispatcher then closes the connection.
    fn end(&mut self, why: Overdue) {
        self.ended = true;
        self.slot.connection.end_input();
        count(why.reason());
        if why == Overdue::Head && self.blocked.is_none() {
            self.stream.try_write(TOO_SLOW).ok();
        }
    }

    /// Drops what the peer does not read, too.
    fn abort(&mut self, reason: &'static str) -> io::Error {
        self.ended = true;
        count(reason);
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).ok();
        io::ErrorKind::TimedOut.into()
    }

    /// Whether a write that waits has kept the pace.
    fn keeps_pace(&mut self) -> bool {
        let (since, written) = *self.blocked.get_or_insert_with(|| (Instant::now(), 0));
        if since.elapsed() < UPLOAD.window {
            return true;
        }
        self.blocked = None;
        written >= UPLOAD.bytes
    }
}

fn count(reason: &'static str) {
    metrics::counter!("profile_http_connections_closed_total", "reason" => reason).increment(1);
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ended {
            return Poll::Ready(Ok(()));
        }
        // Looked at before each read: a peer that always sends something is never waited for.
        if let Some(why) = self.slot.connection.overdue(&self.limits) {
            self.end(why);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.slot.connection.received();
        }
        match &read {
            Poll::Pending => self.keep_watch(context),
            Poll::Ready(Ok(())) if buffer.filled().len() > before || buffer.remaining() == 0 => {}
            Poll::Ready(_) => self.slot.connection.end_input(),
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.slot.connection.is_displaced() {
            return Poll::Ready(Err(self.abort(Overdue::Displaced.reason())));
        }
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        match &written {
            Poll::Ready(Ok(count)) => {
                self.slot.connection.sent();
                if let Some((_, written)) = &mut self.blocked {
                    *written += *count as u64;
                }
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending if self.keeps_pace() => self.keep_watch(context),
            Poll::Pending => return Poll::Ready(Err(self.abort("slow_reader"))),
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The dispatcher flushes when all it has was taken.
        self.blocked = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
