//! An authorization server that does nothing but say who it is and which keys it has, and keys to sign
//! tokens with.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// Where it says who it is.
pub(super) const METADATA: &str = "/.well-known/oauth-authorization-server";

/// A server on a port of the loopback address, for as long as the tests run.
pub(super) struct Issuer {
    address: SocketAddr,
    documents: Arc<Mutex<Documents>>,
}

/// What it answers, by the path, and how often it was asked.
#[derive(Default)]
struct Documents {
    texts: HashMap<String, String>,
    asked: HashMap<String, usize>,
    is_away: bool,
}

/// A key of an authorization server.
pub(super) struct SigningKey {
    id: String,
    pair: EcdsaKeyPair,
}

impl Issuer {
    /// One that has these keys.
    pub(super) fn start(keys: &[&SigningKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let documents = Arc::new(Mutex::new(Documents::default()));
        let answered = Arc::clone(&documents);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &answered);
            }
        });
        let issuer = Self { address, documents };
        issuer.is_back();
        issuer.has(keys);
        issuer
    }

    /// Has it answer to whatever it is asked that it cannot now.
    pub(super) fn is_away(&self) {
        self.documents().is_away = true;
    }

    /// Has it have nothing at a path.
    pub(super) fn has_nothing_at(&self, path: &str) {
        self.documents().texts.remove(path);
    }

    /// Has it answer, and say who it is.
    pub(super) fn is_back(&self) {
        self.documents().is_away = false;
        let (issuer, keys) = (self.url(), format!("{}/keys", self.url()));
        self.says(METADATA, &json!({"issuer": issuer, "jwks_uri": keys}));
    }

    /// Its address, which is its name.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Has it answer this to whoever asks for a path.
    pub(super) fn says(&self, path: &str, document: &Value) {
        let document = document.to_string();
        self.documents().texts.insert(path.to_owned(), document);
    }

    /// Has it list these keys and no others.
    pub(super) fn has(&self, keys: &[&SigningKey]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.public()).collect();
        self.says("/keys", &json!({ "keys": keys }));
    }

    /// How often it was asked for a path.
    pub(super) fn asked(&self, path: &str) -> usize {
        self.documents()
            .asked
            .get(path)
            .copied()
            .unwrap_or_default()
    }

    /// What a token of it says that holds for five minutes, for the server of this address.
    pub(super) fn claims(&self, server: &str, subject: &str, scope: &str) -> Value {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        json!({
            "iss": self.url(),
            "aud": format!("{server}/mcp"),
            "sub": subject,
            "scope": scope,
            "client_id": "tests",
            "iat": now,
            "exp": now + 300,
        })
    }

    fn documents(&self) -> MutexGuard<'_, Documents> {
        self.documents.lock().unwrap()
    }
}

/// Answers one request, and closes the connection.
fn answer(mut stream: TcpStream, documents: &Mutex<Documents>) {
    let mut lines = BufReader::new(&stream).lines();
    let request = lines.next().and_then(Result::ok).unwrap_or_default();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    while lines
        .next()
        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
    {}
    let mut documents = documents.lock().unwrap();
    *documents.asked.entry(path.clone()).or_default() += 1;
    let (status, text) = match documents.texts.get(&path) {
        _ if documents.is_away => ("503 Service Unavailable", ""),
        Some(text) => ("200 OK", text.as_str()),
        None => ("404 Not Found", ""),
    };
    let length = text.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{text}"
    );
}

impl SigningKey {
    /// A new one.
    pub(super) fn new(id: &str) -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
        let id = id.to_owned();
        Self { id, pair }
    }

    /// What an authorization server lists of it.
    pub(super) fn public(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id,
            "x": encoded(x), "y": encoded(y),
        })
    }

    /// A token that says this.
    pub(super) fn token(&self, claims: &Value) -> String {
        self.token_with(
            &json!({"alg": "ES256", "typ": "at+jwt", "kid": self.id}),
            claims,
        )
    }

    /// The same with another head.
    pub(super) fn token_with(&self, head: &Value, claims: &Value) -> String {
        signed(head, claims, |text| {
            let signature = self.pair.sign(&SystemRandom::new(), text);
            signature.unwrap().as_ref().to_owned()
        })
    }
}

/// A token that is signed like this.
pub(super) fn signed(head: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let parts = [head, claims].map(|part| encoded(part.to_string().as_bytes()));
    let text = parts.join(".");
    let signature = encoded(&sign(text.as_bytes()));
    format!("{text}.{signature}")
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
