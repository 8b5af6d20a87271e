//! What is between us and a database: a socket that is waited for by the thread that asks, if one
//! waits, and otherwise by the runtime.

use std::io::{self, Read as _, Write as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use mio::event::Source;
use mio::{Interest, Registry, Token};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Handle;

use crate::reactor::Reactor;

/// The most bytes that are received at once. The room for them is made ready each time, and may be that
/// of a whole message.
const RECEIVED_MAX: usize = 64 << 10;

/// What all sockets are entered under: whatever comes, whoever waits tries to go on.
const SOCKET: Token = Token(1);

/// A kind of sockets.
pub(crate) trait Kind: Unpin {
    /// One that a runtime waits for.
    type Shared: AsyncRead + AsyncWrite + Unpin + Send;
    /// One that a thread waits for.
    type Own: io::Read + io::Write + Source + Unpin + Send;

    /// Has the runtime no longer wait for it.
    fn own(shared: Self::Shared) -> io::Result<Self::Own>;

    /// Has the runtime wait for it; to be called only within a runtime.
    fn shared(own: Self::Own) -> io::Result<Self::Shared>;
}

/// Sockets to any machine.
pub(crate) struct Tcp;

impl Kind for Tcp {
    type Shared = tokio::net::TcpStream;
    type Own = mio::net::TcpStream;

    fn own(shared: Self::Shared) -> io::Result<Self::Own> {
        shared.into_std().map(Self::Own::from_std)
    }

    fn shared(own: Self::Own) -> io::Result<Self::Shared> {
        Self::Shared::from_std(own.into())
    }
}

/// Sockets within this machine.
#[cfg(unix)]
pub(crate) struct Unix;

#[cfg(unix)]
impl Kind for Unix {
    type Shared = tokio::net::UnixStream;
    type Own = mio::net::UnixStream;

    fn own(shared: Self::Shared) -> io::Result<Self::Own> {
        shared.into_std().map(Self::Own::from_std)
    }

    fn shared(own: Self::Own) -> io::Result<Self::Shared> {
        Self::Shared::from_std(own.into())
    }
}

/// A socket.
pub(crate) struct Socket<K: Kind>(State<K>);

enum State<K: Kind> {
    /// The runtime waits for it.
    Shared(K::Shared),
    /// A thread waits for it, and has it entered here.
    Own(K::Own, Arc<Registry>),
    /// It could not be passed from one to the other.
    Broken,
}

/// Who waits for a socket.
enum Waited<'a, K: Kind> {
    ByRuntime(Pin<&'a mut K::Shared>),
    ByThread(&'a mut K::Own),
}

impl<K: Kind> Socket<K> {
    pub(crate) fn new(shared: K::Shared) -> Self {
        Self(State::Shared(shared))
    }

    /// Passes it to whoever waits for it now.
    fn waited(&mut self) -> io::Result<Waited<'_, K>> {
        let registry = Reactor::registry();
        let is_there = match (&self.0, &registry) {
            (State::Shared(_), None) => true,
            (State::Own(_, known), Some(registry)) => Arc::ptr_eq(known, registry),
            _ => false,
        };
        if !is_there {
            self.0 = self.take()?.passed_to(registry)?;
        }
        match &mut self.0 {
            State::Shared(shared) => Ok(Waited::ByRuntime(Pin::new(shared))),
            State::Own(own, _) => Ok(Waited::ByThread(own)),
            State::Broken => Err(broken()),
        }
    }

    fn take(&mut self) -> io::Result<State<K>> {
        let mut state = std::mem::replace(&mut self.0, State::Broken);
        if let State::Own(own, registry) = &mut state {
            registry.deregister(own)?;
        }
        Ok(state)
    }
}

impl<K: Kind> State<K> {
    /// It is entered nowhere by then, unless the runtime waits for it.
    fn passed_to(self, registry: Option<Arc<Registry>>) -> io::Result<Self> {
        match (self, registry) {
            (Self::Shared(shared), Some(registry)) => Self::entered(K::own(shared)?, registry),
            (Self::Own(own, _), Some(registry)) => Self::entered(own, registry),
            (Self::Own(own, _), None) => {
                let runtime = Handle::try_current().map_err(io::Error::other)?;
                let _on_runtime = runtime.enter();
                K::shared(own).map(Self::Shared)
            }
            (other, _) => Ok(other),
        }
    }

    fn entered(mut own: K::Own, registry: Arc<Registry>) -> io::Result<Self> {
        registry.register(&mut own, SOCKET, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self::Own(own, registry))
    }
}

/// What an attempt came to that does not wait: if it would have to, the thread is woken when it may
/// be tried again.
fn attempt<T>(mut trying: impl FnMut() -> io::Result<T>) -> Poll<io::Result<T>> {
    loop {
        match trying() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return Poll::Ready(result),
        }
    }
}

fn broken() -> io::Error {
    io::Error::from(io::ErrorKind::NotConnected)
}

impl<K: Kind> AsyncRead for Socket<K> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut receive = |own: &mut K::Own| {
            let most = buffer.remaining().min(RECEIVED_MAX);
            let received = attempt(|| own.read(buffer.initialize_unfilled_to(most)));
            received.map_ok(|bytes| buffer.advance(bytes))
        };
        let socket = self.get_mut();
        // A runtime that gets a socket learns only a moment later of what had come before.
        if let State::Own(own, _) = &mut socket.0
            && let Poll::Ready(received) = receive(own)
        {
            return Poll::Ready(received);
        }
        match socket.waited()? {
            Waited::ByRuntime(shared) => shared.poll_read(cx, buffer),
            Waited::ByThread(own) => receive(own),
        }
    }
}

impl<K: Kind> AsyncWrite for Socket<K> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut().waited()? {
            Waited::ByRuntime(shared) => shared.poll_write(cx, bytes),
            Waited::ByThread(own) => attempt(|| own.write(bytes)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut().waited()? {
            Waited::ByRuntime(shared) => shared.poll_flush(cx),
            Waited::ByThread(own) => attempt(|| own.flush()),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut().waited()? {
            Waited::ByRuntime(shared) => shared.poll_shutdown(cx),
            // It is closed when it is dropped, as nobody sends anything behind that.
            Waited::ByThread(own) => attempt(|| own.flush()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::bridge::Bridge;

    /// Sends something, and waits until it has come back.
    async fn there_and_back<K: Kind>(mut socket: Socket<K>, bytes: usize) -> Socket<K> {
        let sent: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..))
            .take(bytes)
            .collect();
        let mut received = vec![0; bytes];
        let mut done = 0;
        while done < bytes {
            let piece = sent[done..].len().min(100_000);
            socket.write_all(&sent[done..done + piece]).await.unwrap();
            socket.flush().await.unwrap();
            let back = &mut received[done..done + piece];
            socket.read_exact(back).await.unwrap();
            done += piece;
        }
        assert!(sent == received);
        socket
    }

    /// Sends back what comes, a little later each time so that it has to be waited for.
    fn echo(mut stream: impl io::Read + io::Write + Send + 'static) {
        thread::spawn(move || {
            let mut buffer = vec![0; 30_000];
            while let Ok(bytes @ 1..) = stream.read(&mut buffer) {
                thread::sleep(Duration::from_millis(1));
                if stream.write_all(&buffer[..bytes]).is_err() {
                    break;
                }
            }
        });
    }

    /// A socket goes from a runtime to one thread, to another one and back.
    fn goes_round<K: Kind + 'static>(socket: Socket<K>, bridge: &Bridge) {
        let runtime = bridge.handle().unwrap();
        let mut socket = runtime.block_on(there_and_back(socket, 10));
        for bytes in [1, 70_000, 1_000_000] {
            socket = bridge.wait(there_and_back(socket, bytes)).unwrap();
            socket = thread::scope(|scope| {
                let other = scope.spawn(|| bridge.wait(there_and_back(socket, bytes)).unwrap());
                other.join().unwrap()
            });
            socket = bridge.wait(there_and_back(socket, bytes)).unwrap();
            socket = runtime.block_on(there_and_back(socket, bytes));
        }
    }

    #[test]
    fn whoever_waits_for_a_socket_gets_what_it_receives() {
        let bridge = Bridge::new().unwrap();
        let _on_runtime = bridge.handle().unwrap().enter();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        echo(listener.accept().unwrap().0);
        stream.set_nonblocking(true).unwrap();
        goes_round(
            Socket::<Tcp>::new(tokio::net::TcpStream::from_std(stream).unwrap()),
            &bridge,
        );
    }

    #[cfg(unix)]
    #[test]
    fn one_within_this_machine_as_well() {
        let bridge = Bridge::new().unwrap();
        let _on_runtime = bridge.handle().unwrap().enter();
        let (stream, other) = std::os::unix::net::UnixStream::pair().unwrap();
        echo(other);
        stream.set_nonblocking(true).unwrap();
        goes_round(
            Socket::<Unix>::new(tokio::net::UnixStream::from_std(stream).unwrap()),
            &bridge,
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_runtime_sees_at_once_what_came_before_it_had_the_socket() {
        let bridge = Bridge::new().unwrap();
        let (stream, mut other) = std::os::unix::net::UnixStream::pair().unwrap();
        stream.set_nonblocking(true).unwrap();
        let socket = {
            let _on_runtime = bridge.handle().unwrap().enter();
            Socket::<Unix>::new(tokio::net::UnixStream::from_std(stream).unwrap())
        };
        let mut buffer = [0; 10];
        let mut socket = bridge
            .wait(async move {
                // From now on, it is this thread's.
                let mut socket = socket;
                socket.write_all(b"there").await.unwrap();
                socket
            })
            .unwrap();
        assert_eq!(io::Read::read(&mut other, &mut buffer).unwrap(), 5);
        drop(other);
        let _on_runtime = bridge.handle().unwrap().enter();
        let mut buffer = ReadBuf::new(&mut buffer);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let read = Pin::new(&mut socket).poll_read(&mut context, &mut buffer);
        assert!(matches!(read, Poll::Ready(Ok(()))) && buffer.filled().is_empty());
    }

    #[test]
    fn what_ends_at_its_deadline_goes_on_with_the_runtime() {
        let bridge = Bridge::new().unwrap();
        let runtime = bridge.handle().unwrap().clone();
        let (done, wait) = std::sync::mpsc::channel();
        let (stream, other) = {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            (stream, listener.accept().unwrap().0)
        };
        stream.set_nonblocking(true).unwrap();
        let socket = {
            let _on_runtime = runtime.enter();
            Socket::<Tcp>::new(tokio::net::TcpStream::from_std(stream).unwrap())
        };
        let now = tokio::time::Instant::now();
        let late = bridge.wait_until(now, async move {
            there_and_back(socket, 100).await;
            done.send(()).unwrap();
        });
        assert_eq!(late.unwrap(), None);
        // Only now is there an answer.
        echo(other);
        wait.recv_timeout(Duration::from_secs(60)).unwrap();
    }
}
