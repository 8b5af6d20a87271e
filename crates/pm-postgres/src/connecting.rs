//! Reaching one server: the socket, its encryption and the login, and what moves what is sent and
//! received over it from then on.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::mpsc::UnboundedSender;
use tokio_postgres::config::Host;
use tokio_postgres::error::Severity;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};

use crate::failure::Failure;
#[cfg(unix)]
use crate::socket::Unix;
use crate::socket::{Socket, Tcp};
use crate::tls::Connector;

/// What comes from the database without having been asked for.
#[derive(Default)]
pub(crate) struct Unasked {
    /// Whether there was a warning since the last look.
    pub(crate) warned: AtomicBool,
    /// Where notifications of others go.
    pub(crate) notes: Option<UnboundedSender<String>>,
}

/// Moves what is sent and received; it ends with the connection.
pub(crate) type Moving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where a server may be.
pub(crate) enum Place<'a> {
    /// An address, and the name of the host that has it.
    Tcp(SocketAddr, &'a str),
    #[cfg(unix)]
    Unix(PathBuf),
}

/// All places where a server may be: a name may have several addresses, and what answers at one of
/// them need not be what is looked for.
pub(crate) async fn places(config: &Config) -> Result<Vec<Place<'_>>, Failure> {
    let port = config.get_ports().first().copied().unwrap_or_default();
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => {
            let found = lookup_host((host.as_str(), port)).await;
            let found = found.map_err(|error| Failure::not_sent(&error))?;
            Ok(found.map(|address| Place::Tcp(address, host)).collect())
        }
        #[cfg(unix)]
        Some(Host::Unix(directory)) => {
            let path = directory.join(format!(".s.PGSQL.{port}"));
            Ok(vec![Place::Unix(path)])
        }
        _ => Ok(Vec::new()),
    }
}

/// Connects to a server at one place, and logs in.
pub(crate) async fn connect(
    config: &Config,
    place: Place<'_>,
    connector: &Connector,
    unasked: Arc<Unasked>,
) -> Result<(Client, Moving), Failure> {
    match place {
        Place::Tcp(address, host) => {
            let stream = TcpStream::connect(address).await;
            let stream = stream.map_err(|error| Failure::not_sent(&error))?;
            keep_alive(&stream, config).map_err(|error| Failure::not_sent(&error))?;
            log_in(config, connector, host, Socket::<Tcp>::new(stream), unasked).await
        }
        #[cfg(unix)]
        Place::Unix(path) => {
            let stream = UnixStream::connect(path).await;
            let stream = stream.map_err(|error| Failure::not_sent(&error))?;
            let socket = Socket::<Unix>::new(stream);
            log_in(config, connector, "", socket, unasked).await
        }
    }
}

/// Has the system find out if the other side is gone.
fn keep_alive(stream: &TcpStream, config: &Config) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(config.get_tcp_user_timeout().copied())?;
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(config.get_keepalives_idle()))
}

async fn log_in<S>(
    config: &Config,
    connector: &Connector,
    host: &str,
    socket: S,
    unasked: Arc<Unasked>,
) -> Result<(Client, Moving), Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    match connector {
        Connector::Plain => {
            let (client, connection) = config.connect_raw(socket, NoTls).await?;
            Ok((client, Box::pin(move_messages(connection, unasked))))
        }
        Connector::Tls(tls) => {
            let mut tls = tls.clone();
            let tls = MakeTlsConnect::<S>::make_tls_connect(&mut tls, host);
            let tls = tls.map_err(|error| Failure::not_sent(&error))?;
            let (client, connection) = config.connect_raw(socket, tls).await?;
            Ok((client, Box::pin(move_messages(connection, unasked))))
        }
    }
}

/// Moves what is sent and received until the connection ends.
async fn move_messages<S, T>(
    mut connection: tokio_postgres::Connection<S, T>,
    unasked: Arc<Unasked>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    // A warning that comes with a commit is noted here before the answer is passed on.
    while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) => {
                if notice.parsed_severity() == Some(Severity::Warning) {
                    tracing::warn!(code = notice.code().code(), "{}", notice.message());
                    unasked.warned.store(true, Ordering::SeqCst);
                }
            }
            Ok(AsyncMessage::Notification(note)) => {
                if let Some(notes) = &unasked.notes {
                    // Perhaps nobody listens any more.
                    let _ = notes.send(note.payload().to_owned());
                }
            }
            Ok(_) => {}
            // Those who wait for an answer are told.
            Err(_) => break,
        }
    }
}
