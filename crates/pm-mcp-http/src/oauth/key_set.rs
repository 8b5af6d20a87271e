//! The public keys of an authorization server, as it lists them (RFC 7517).

use std::sync::Once;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use super::signatures;

/// The most keys of a list that are taken.
const KEYS_MAX: usize = 32;

/// The keys that tokens may be signed with.
#[derive(Default)]
pub struct KeySet(Vec<Key>);

/// One of them.
pub struct Key {
    id: Option<String>,
    /// The algorithms that a key of this kind is good for, or the one of them that it is listed
    /// for. A token has no say in this.
    pub algorithms: Vec<Algorithm>,
    /// What signatures are checked with.
    pub public: DecodingKey,
}

/// A list as it is written. Keys of unknown kinds are passed over.
#[derive(Deserialize)]
struct Listed {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a list; `None` if the text is none.
    pub fn read(text: &[u8]) -> Option<Self> {
        static SIGNATURES: Once = Once::new();
        SIGNATURES.call_once(signatures::install);
        let listed: Listed = serde_json::from_slice(text).ok()?;
        let keys = listed
            .keys
            .into_iter()
            .filter_map(|key| Key::of(&serde_json::from_value(key).ok()?));
        Some(Self(keys.take(KEYS_MAX).collect()))
    }

    /// The keys that may have signed a token of this algorithm; only those of this name, if the
    /// token names its key.
    pub fn candidates(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        self.0.iter().filter(move |key| {
            let is_named = id.is_none() || key.id.as_deref() == id;
            is_named && key.algorithms.contains(&algorithm)
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Key {
    /// A key that checks signatures; `None` for any other.
    fn of(key: &Jwk) -> Option<Self> {
        use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
        let usage = &key.common.public_key_use;
        let operations = &key.common.key_operations;
        let is_for_signatures = usage
            .as_ref()
            .is_none_or(|it| *it == PublicKeyUse::Signature)
            && operations
                .as_ref()
                .is_none_or(|it| it.contains(&KeyOperations::Verify));
        let able: &[Algorithm] = match &key.algorithm {
            AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
            AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
                EllipticCurve::P256 => &[ES256],
                EllipticCurve::P384 => &[ES384],
                _ => &[],
            },
            AlgorithmParameters::OctetKeyPair(pair) => match pair.curve {
                EllipticCurve::Ed25519 => &[EdDSA],
                _ => &[],
            },
            _ => &[],
        };
        let meant = |it: &Algorithm| {
            let said = key.common.key_algorithm;
            said.is_none_or(|said| Algorithm::try_from(said).is_ok_and(|said| said == *it))
        };
        let algorithms: Vec<Algorithm> = able.iter().copied().filter(meant).collect();
        if !is_for_signatures || algorithms.is_empty() {
            return None;
        }
        Some(Self {
            id: key.common.key_id.clone(),
            algorithms,
            public: DecodingKey::from_jwk(key).ok()?,
        })
    }
}
