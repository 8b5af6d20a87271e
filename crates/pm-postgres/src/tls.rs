//! How a connection is protected: by TLS that is always verified, or not at all.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::address::{Address, Protection};

/// What connections are opened with.
#[derive(Clone)]
pub(crate) enum Connector {
    /// In plain, to this machine or by the word of whoever set it up.
    Plain,
    /// Encrypted, to a server whose certificate is valid and carries its name.
    Tls(MakeRustlsConnect),
}

/// Why the authorities that certificates are checked against cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsProblem {
    /// The file cannot be read.
    #[error("the file of authorities {file} cannot be read: {reason}")]
    Unreadable {
        /// The file, as it was named.
        file: String,
        /// Why not.
        reason: String,
    },
    /// There is no certificate in the file.
    #[error("the file of authorities {file} holds no certificate")]
    Empty {
        /// The file, as it was named.
        file: String,
    },
    /// The system has no authorities.
    #[error("this system has no certificate authorities; name a file of them with sslrootcert")]
    NoAuthorities,
    /// The versions of the protocol cannot be used.
    #[error("TLS cannot be used: {0}")]
    Protocol(#[source] rustls::Error),
}

impl Connector {
    /// What the address asks for.
    pub(crate) fn new(address: &Address) -> Result<Self, TlsProblem> {
        let roots = match address.protection() {
            Protection::Plain => return Ok(Self::Plain),
            Protection::Verified { authorities: None } => of_the_system()?,
            Protection::Verified {
                authorities: Some(file),
            } => of_file(file)?,
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsProblem::Protocol)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self::Tls(MakeRustlsConnect::new(config)))
    }
}

fn of_file(path: &Path) -> Result<RootCertStore, TlsProblem> {
    let file = || path.display().to_string();
    let unreadable = |error: rustls::pki_types::pem::Error| TlsProblem::Unreadable {
        file: file(),
        reason: pm_core::reason(&error),
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
        let added = roots.add(certificate.map_err(unreadable)?);
        added.map_err(|error| TlsProblem::Unreadable {
            file: file(),
            reason: error.to_string(),
        })?;
    }
    if roots.is_empty() {
        return Err(TlsProblem::Empty { file: file() });
    }
    Ok(roots)
}

fn of_the_system() -> Result<RootCertStore, TlsProblem> {
    let mut roots = RootCertStore::empty();
    // An authority that cannot be read is passed over: nothing is checked against it.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(TlsProblem::NoAuthorities);
    }
    Ok(roots)
}
