//! Signatures of tokens, checked with the library that TLS uses as well. All of them are
//! asymmetric: the key that checks is public.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as SignatureError, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};

/// What checks signatures in this program.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    verifier_factory: |algorithm, key| verifier(*algorithm, key),
    // Never used: keys are only read.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Has signatures checked from now on.
pub fn install() {
    // This fails if it is installed already, which does no harm.
    let _ = PROVIDER.install_default();
}

fn verifier(algorithm: Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    if key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let scheme = match algorithm {
        Algorithm::RS256 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => Scheme::Rsa(&RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => Scheme::Rsa(&RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => Scheme::Rsa(&RSA_PSS_2048_8192_SHA512),
        Algorithm::ES256 => Scheme::Curve(&ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => Scheme::Curve(&ECDSA_P384_SHA384_FIXED),
        Algorithm::EdDSA => Scheme::Curve(&ED25519),
        _ => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    };
    Ok(Box::new(Check {
        algorithm,
        scheme,
        key: key.clone(),
    }))
}

/// How a signature is checked.
enum Scheme {
    /// By the two numbers of a key.
    Rsa(&'static RsaParameters),
    /// By a key that is a point.
    Curve(&'static dyn VerificationAlgorithm),
}

struct Check {
    algorithm: Algorithm,
    scheme: Scheme,
    key: DecodingKey,
}

impl Verifier<Vec<u8>> for Check {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let checked = match (&self.scheme, self.key.kind()) {
            (Scheme::Rsa(scheme), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                RsaPublicKeyComponents { n, e }.verify(scheme, message, signature)
            }
            (Scheme::Curve(scheme), DecodingKeyKind::SecretOrDer(point)) => {
                UnparsedPublicKey::new(*scheme, point).verify(message, signature)
            }
            _ => return Err(SignatureError::new()),
        };
        checked.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for Check {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::crypto::verify;

    use super::*;
    use crate::oauth::key_set::KeySet;

    /// What RFC 7515 signs in its appendix A.
    const CLAIMS: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    /// Whether a signature of this text holds by this key.
    #[track_caller]
    fn holds(key: &str, algorithm: Algorithm, text: &str, signature: &str) -> bool {
        let keys = KeySet::read(format!("{{\"keys\":[{key}]}}").as_bytes()).unwrap();
        let key = keys.candidates(None, algorithm).next().expect("a key");
        verify(signature, text.as_bytes(), &key.public, algorithm).unwrap()
    }

    #[test]
    fn the_examples_of_the_standards_hold_and_nothing_like_them() {
        // RFC 7515, A.2 and A.3, and RFC 8037, A.4.
        let rsa = "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}";
        let by_rsa = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        let point = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
        let by_point = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let edwards = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
        let by_edwards = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let of_edwards = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned();
        for (key, algorithm, text, signature) in [
            (
                rsa,
                Algorithm::RS256,
                format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}"),
                by_rsa,
            ),
            (
                point,
                Algorithm::ES256,
                format!("eyJhbGciOiJFUzI1NiJ9.{CLAIMS}"),
                by_point,
            ),
            (edwards, Algorithm::EdDSA, of_edwards, by_edwards),
        ] {
            assert!(holds(key, algorithm, &text, signature), "{algorithm:?}");
            assert!(
                !holds(key, algorithm, &text.replace('J', "K"), signature),
                "{algorithm:?}"
            );
        }
        // The same key by another scheme.
        assert!(!holds(
            rsa,
            Algorithm::PS256,
            &format!("eyJhbGciOiJSUzI1NiJ9.{CLAIMS}"),
            by_rsa
        ));
    }

    #[test]
    fn keys_for_something_else_are_none() {
        let point = "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"";
        let able = |key: &str| {
            let keys = KeySet::read(format!("{{\"keys\":[{{{key}}}]}}").as_bytes()).unwrap();
            keys.candidates(None, Algorithm::ES256).count()
        };
        assert_eq!(able(point), 1);
        for more in [
            "\"use\":\"sig\"",
            "\"alg\":\"ES256\"",
            "\"key_ops\":[\"verify\"]",
        ] {
            assert_eq!(able(&format!("{point},{more}")), 1, "{more}");
        }
        for more in [
            "\"use\":\"enc\"",
            "\"alg\":\"ECDH-ES\"",
            "\"alg\":\"HS256\"",
            "\"key_ops\":[\"encrypt\"]",
        ] {
            assert_eq!(able(&format!("{point},{more}")), 0, "{more}");
        }
        for key in [
            "\"kty\":\"oct\",\"k\":\"c2VjcmV0\"",
            "\"kty\":\"new\"",
            "\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\",\"y\":\"AA\"",
            "",
        ] {
            assert_eq!(able(key), 0, "{key}");
        }
        for text in ["", "[]", "{}", "{\"keys\":{}}"] {
            assert!(KeySet::read(text.as_bytes()).is_none(), "{text}");
        }
        let many = format!(
            "{{\"keys\":[{}]}}",
            vec![format!("{{{point}}}"); 40].join(",")
        );
        assert_eq!(KeySet::read(many.as_bytes()).unwrap().len(), 32);
    }
}
