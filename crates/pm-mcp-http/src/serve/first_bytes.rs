//! Reading the first bytes of each connection in the order in which they came.
//!
//! A new connection can be written to at once. For that alone the system's poller counts the
//! connection as ready, gives it a place in its order from then on, and tells in that place, too,
//! that the connection can be read: what a client sent first, on a connection that the poller had
//! told of already, would be read after what the client sent next on newer ones. So the poller is
//! asked only whether a connection can be read until there is something to read, and that is read
//! before anything else can be.

use std::io::{self, Cursor};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, join};
use tokio::net::TcpStream;

/// The most bytes that are read: a call that is not large comes whole.
const AT_ONCE: usize = 8192;

/// Returns the stream once its peer has sent something, with that in front, or `None` if the peer
/// has gone instead.
pub(super) async fn first_bytes(
    stream: TcpStream,
) -> io::Result<Option<impl AsyncRead + AsyncWrite + Unpin + Send + 'static>> {
    let (bytes, stream) = read(stream).await?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let (rest, answers) = stream.into_split();
    Ok(Some(join(Cursor::new(bytes).chain(rest), answers)))
}

#[cfg(unix)]
#[expect(
    deprecated,
    reason = "what replaces it is `unsafe`, for types that may change their file descriptor; this keeps its"
)]
async fn read(stream: TcpStream) -> io::Result<(Vec<u8>, TcpStream)> {
    use std::io::Read as _;

    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    let stream = AsyncFd::with_interest(stream.into_std()?, Interest::READABLE)?;
    let bytes = stream
        .async_io(Interest::READABLE, |mut stream| {
            let mut bytes = vec![0; AT_ONCE];
            let read = stream.read(&mut bytes)?;
            bytes.truncate(read);
            Ok(bytes)
        })
        .await?;
    Ok((bytes, TcpStream::from_std(stream.into_inner())?))
}

/// Here the order is the poller's: its places are given by what was asked for.
#[cfg(not(unix))]
async fn read(mut stream: TcpStream) -> io::Result<(Vec<u8>, TcpStream)> {
    stream.readable().await?;
    let mut bytes = Vec::with_capacity(AT_ONCE);
    stream.read_buf(&mut bytes).await?;
    Ok((bytes, stream))
}
