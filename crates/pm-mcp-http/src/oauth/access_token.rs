//! Whether an access token is one: signed by the authorization server, for this server, and in time
//! (RFC 9068, RFC 8725).

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use serde_json::Value;
use time::OffsetDateTime;

use super::claims::Claims;
use super::flaw::Flaw;
use super::key_set::{Key, KeySet};

/// How far the clock of the authorization server may be ahead of ours, in seconds. The end of a
/// token is not put off like this: its client has another one by then, or gets one.
const CLOCK_DIFFERENCE_MAX: i64 = 60;

/// What tokens have to be.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Who has issued them.
    pub issuer: String,
    /// What they are for.
    pub audience: String,
}

/// Reads which key a token names, and the algorithm that it says.
pub fn head(token: &[u8]) -> Result<Header, Flaw> {
    decode_header(token).map_err(|_| Flaw::Form)
}

impl Expected {
    /// What a token says and when it ends, if the token holds.
    pub fn check(
        &self,
        token: &[u8],
        head: &Header,
        keys: &KeySet,
        now: OffsetDateTime,
    ) -> Result<(Claims, OffsetDateTime), Flaw> {
        if !is_of_an_access_token(head.typ.as_deref()) {
            return Err(Flaw::Kind);
        }
        let mut flaw = Flaw::Key;
        for key in keys.candidates(head.kid.as_deref(), head.alg) {
            match self.check_with(token, key, head.alg, now) {
                Err(Flaw::Signature) => flaw = Flaw::Signature,
                checked => return checked,
            }
        }
        Err(flaw)
    }

    fn check_with(
        &self,
        token: &[u8],
        key: &Key,
        algorithm: Algorithm,
        now: OffsetDateTime,
    ) -> Result<(Claims, OffsetDateTime), Flaw> {
        let mut expected = Validation::new(algorithm);
        expected.algorithms.clone_from(&key.algorithms);
        expected.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        expected.set_issuer(&[&self.issuer]);
        expected.set_audience(&[&self.audience]);
        expected.leeway = 0;
        let checked = decode::<Claims>(token, &key.public, &expected);
        let claims = checked.map_err(|error| flaw_of(error.kind()))?.claims;
        // The library also takes a list of issuers.
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(Flaw::Issuer);
        }
        let expires = moment(&claims, "exp").ok_or(Flaw::Lacks("exp"))?;
        if expires <= now {
            return Err(Flaw::Expired);
        }
        let soon = now + time::Duration::seconds(CLOCK_DIFFERENCE_MAX);
        for claim in ["nbf", "iat"] {
            if claims.contains_key(claim) && moment(&claims, claim).is_none_or(|at| at > soon) {
                return Err(Flaw::Early);
            }
        }
        Ok((claims, expires))
    }
}

/// Whether a token of this type may be an access token. Many servers call theirs `JWT`; tokens of
/// other kinds have types of their own, and other audiences.
fn is_of_an_access_token(kind: Option<&str>) -> bool {
    let kinds = ["at+jwt", "application/at+jwt", "JWT"];
    kind.is_none_or(|kind| kinds.iter().any(|it| it.eq_ignore_ascii_case(kind)))
}

fn flaw_of(kind: &ErrorKind) -> Flaw {
    match kind {
        ErrorKind::InvalidSignature => Flaw::Signature,
        ErrorKind::InvalidIssuer => Flaw::Issuer,
        ErrorKind::InvalidAudience => Flaw::Audience,
        ErrorKind::ExpiredSignature => Flaw::Expired,
        ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => {
            match claim.as_str() {
                "iss" => Flaw::Lacks("iss"),
                "aud" => Flaw::Lacks("aud"),
                "sub" => Flaw::Lacks("sub"),
                _ => Flaw::Lacks("exp"),
            }
        }
        _ => Flaw::Form,
    }
}

/// The time that a claim holds, in whole seconds; `None` if it is beyond the calendar.
fn moment(claims: &Claims, claim: &str) -> Option<OffsetDateTime> {
    let value = claims.get(claim)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is out of range is no moment"
    )]
    let seconds = value
        .as_i64()
        .or_else(|| Some(value.as_f64()?.floor() as i64))?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}
