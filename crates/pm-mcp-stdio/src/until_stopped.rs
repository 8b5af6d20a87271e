//! An input that ends when the program is asked to stop.
//!
//! The protocol library lets running calls finish when its input ends, and gives them little time
//! when it is cancelled. So a signal looks to it like a client that has hung up.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// `inner`, until the token is cancelled; then nothing more.
pub(crate) struct UntilStopped<R> {
    inner: R,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
    ended: bool,
}

impl<R> UntilStopped<R> {
    pub(crate) fn new(inner: R, stop: CancellationToken) -> Self {
        Self {
            inner,
            stopped: Box::pin(stop.cancelled_owned()),
            ended: false,
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for UntilStopped<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ended || self.stopped.as_mut().poll(cx).is_ready() {
            self.ended = true;
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn a_waiting_read_ends_when_stopped() {
        let (mut theirs, ours) = duplex(16);
        let stop = CancellationToken::new();
        let mut input = UntilStopped::new(ours, stop.clone());
        theirs.write_all(b"one").await.unwrap();
        let mut bytes = [0; 3];
        input.read_exact(&mut bytes).await.unwrap();
        let waiting = tokio::spawn(async move { input.read(&mut [0; 1]).await });
        stop.cancel();
        assert_eq!(waiting.await.unwrap().unwrap(), 0);
    }
}
