//! Asking another server for a document: one request on a connection of its own, with limits of
//! time and size. A redirect is not followed, since the one asked is the one that is trusted.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use pm_core::reason;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;

use crate::web_url::WebUrl;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The largest document, in bytes.
const DOCUMENT_MAX: usize = 256 << 10;

/// Why a document could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchProblem {
    /// There is no way to the server.
    #[error("it cannot be reached: {}", reason(.0))]
    Unreachable(std::io::Error),
    /// Nobody vouches for the server.
    #[error("its connection cannot be trusted: {0}")]
    Untrusted(String),
    /// It takes too long.
    #[error("it does not answer within {} s", PATIENCE.as_secs())]
    Slow,
    /// It answers, but not with the document.
    #[error("it answers {0}")]
    Status(StatusCode),
    /// It says too much.
    #[error("it answers with more than {} KiB", DOCUMENT_MAX >> 10)]
    TooLarge,
    /// It speaks no HTTP, or breaks off.
    #[error("it does not answer in HTTP")]
    Garbled,
}

/// Gets a document.
pub async fn fetch(url: &WebUrl) -> Result<Bytes, FetchProblem> {
    timeout(PATIENCE, fetch_at_leisure(url))
        .await
        .unwrap_or(Err(FetchProblem::Slow))
}

async fn fetch_at_leisure(url: &WebUrl) -> Result<Bytes, FetchProblem> {
    let host = url.authority().host.as_str();
    let connected = TcpStream::connect((host, url.port())).await;
    let stream = connected.map_err(FetchProblem::Unreachable)?;
    if !url.is_encrypted() {
        // The name alone is no proof of that: whoever resolves it may give another address.
        let peer = stream.peer_addr().map_err(FetchProblem::Unreachable)?;
        if !peer.ip().to_canonical().is_loopback() {
            let elsewhere = "its address is not of this machine, and it is not encrypted";
            return Err(FetchProblem::Untrusted(elsewhere.to_owned()));
        }
        return ask(stream, url).await;
    }
    let name = ServerName::try_from(host.to_owned());
    let name = name.map_err(|error| FetchProblem::Untrusted(error.to_string()))?;
    let secured = connector()?.connect(name, stream).await;
    ask(
        secured.map_err(|error| FetchProblem::Untrusted(reason(&error)))?,
        url,
    )
    .await
}

async fn ask<T>(stream: T, url: &WebUrl) -> Result<Bytes, FetchProblem>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let garbled = |_| FetchProblem::Garbled;
    let handshake = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(garbled)?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let request = Request::get(url.target())
        .header(header::HOST, url.host())
        .header(header::ACCEPT, "application/json, application/jwk-set+json")
        .header(header::USER_AGENT, crate::PROGRAM)
        .body(Body::empty())
        .map_err(|_| FetchProblem::Garbled)?;
    let response = sender.send_request(request).await.map_err(garbled)?;
    if response.status() != StatusCode::OK {
        return Err(FetchProblem::Status(response.status()));
    }
    let body = Limited::new(response.into_body(), DOCUMENT_MAX)
        .collect()
        .await;
    let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => FetchProblem::TooLarge,
        None => FetchProblem::Garbled,
    });
    Ok(body?.to_bytes())
}

/// What connections are secured with: the certificate authorities of the system vouch for servers.
fn connector() -> Result<TlsConnector, FetchProblem> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return Ok(TlsConnector::from(Arc::clone(config)));
    }
    let mut roots = RootCertStore::empty();
    // An authority whose certificate cannot be read vouches for nobody.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let none =
            "this system has no certificate authorities; name a file of them in SSL_CERT_FILE";
        return Err(FetchProblem::Untrusted(none.to_owned()));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| FetchProblem::Untrusted(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::clone(
        CONFIG.get_or_init(|| Arc::new(config)),
    )))
}
