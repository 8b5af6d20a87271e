//! What the claims of a token say: who somebody is, and what is granted to them.

use std::sync::Arc;

use pm_core::store::Reach;
use serde_json::{Map, Value};

use super::flaw::Flaw;
use crate::grant::{Grant, NAME_CHARS_MAX, TokenAccess, check_name, reach_of};
use crate::token_file::TokenDigest;

/// What a token says, once it is known to be one.
pub type Claims = Map<String, Value>;

/// The scope that lets somebody read.
pub const READ: &str = "pm:read";
/// The scope that lets somebody change something, and read.
pub const WRITE: &str = "pm:write";
/// The scope of whoever looks after the server.
pub const ADMIN: &str = "pm:admin";

/// Somebody with a token, whichever of their tokens it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who they are to the authorization server.
    pub subject: Arc<str>,
    /// What is granted to them.
    pub grant: Grant,
}

/// Reads who has a token; `None` if nothing is granted to them.
pub fn person(claims: &Claims, name_claim: &str) -> Result<Option<Person>, Flaw> {
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
    let subject = text("sub").ok_or(Flaw::Lacks("sub"))?;
    let name = name_of(text(name_claim).ok_or(Flaw::Name)?, subject)?;
    let Some(access) = access(claims) else {
        return Ok(None);
    };
    let reach = reach(claims)?;
    let workspace = workspace(claims)?;
    // Only somebody whom all of the server concerns can look after it.
    let is_narrow = !reach.is_everything() || workspace.is_some();
    let access = match access {
        TokenAccess::Admin if is_narrow => TokenAccess::Write,
        access => access,
    };
    Ok(Some(Person {
        subject: subject.into(),
        grant: Grant {
            name,
            access,
            workspace,
            reach,
        },
    }))
}

/// What the scopes come to: the highest of them, which includes the lower ones.
fn access(claims: &Claims) -> Option<TokenAccess> {
    // RFC 9068 has a text in `scope`; some servers have that or a list in `scp`.
    let given = ["scope", "scp"].into_iter().filter_map(|it| claims.get(it));
    let scopes: Vec<&str> = given
        .flat_map(|scopes| match scopes {
            Value::String(text) => text.split(' ').collect(),
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        })
        .collect();
    let ranks = [
        (ADMIN, TokenAccess::Admin),
        (WRITE, TokenAccess::Write),
        (READ, TokenAccess::Read),
    ];
    let highest = ranks.into_iter().find(|(scope, _)| scopes.contains(scope));
    highest.map(|(_, access)| access)
}

/// The processes in reach: all of them, unless the token says which.
fn reach(claims: &Claims) -> Result<Reach, Flaw> {
    let mut patterns: Vec<String> = match claims.get("pm_processes") {
        None | Some(Value::Null) => vec!["*".to_owned()],
        Some(patterns) => serde_json::from_value(patterns.clone()).map_err(|_| Flaw::Processes)?,
    };
    if patterns.is_empty() {
        return Err(Flaw::Processes);
    }
    // The patterns come in any order, and are the same grant in all of these.
    patterns.sort();
    patterns.dedup();
    reach_of(&patterns).map_err(|_| Flaw::Processes)
}

/// The workspace of the database: that of the server, unless the token names another.
fn workspace(claims: &Claims) -> Result<Option<String>, Flaw> {
    match claims.get("pm_workspace") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name.clone())),
        Some(_) => Err(Flaw::Workspace),
    }
}

/// The name that stands for somebody, and for nobody else. Of all claims, only the subject is sure
/// to be nobody else's: a text of another claim, or one longer than a name may be, is cut if it is
/// too long, and followed by a digest of the subject. So is a subject that looks like such a name.
fn name_of(text: &str, subject: &str) -> Result<Arc<str>, Flaw> {
    const BEGINNING: usize = NAME_CHARS_MAX - 1 - DIGITS;
    const DIGITS: usize = 12;
    const MARK: char = '~';
    if text != text.trim() {
        return Err(Flaw::Name);
    }
    let stands_alone = text == subject && text.chars().count() <= NAME_CHARS_MAX;
    let name = if stands_alone && !text.contains(MARK) {
        text.to_owned()
    } else {
        let beginning: String = text.chars().take(BEGINNING).collect();
        let digest = TokenDigest::of(subject.as_bytes()).to_string();
        let digits = digest.get(..DIGITS).unwrap_or_default();
        format!("{beginning}{MARK}{digits}")
    };
    check_name(&name).map_err(|_| Flaw::Name)?;
    Ok(name.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: &Value) -> Result<Option<Person>, Flaw> {
        person(claims.as_object().unwrap(), "sub")
    }

    #[test]
    fn the_highest_scope_counts_however_it_is_written() {
        let access = |claim: &str, scopes: Value| {
            let person = read(&json!({"sub": "anna", claim: scopes})).unwrap();
            person.map(|person| person.grant.access)
        };
        for (claim, scopes, expected) in [
            ("scope", json!("openid pm:read"), Some(TokenAccess::Read)),
            ("scope", json!("pm:write pm:read"), Some(TokenAccess::Write)),
            (
                "scope",
                json!("pm:write pm:admin"),
                Some(TokenAccess::Admin),
            ),
            ("scp", json!("pm:write"), Some(TokenAccess::Write)),
            (
                "scp",
                json!(["openid", "pm:write"]),
                Some(TokenAccess::Write),
            ),
            ("scope", json!("pm:reader PM:READ"), None),
            ("scope", json!({"pm:read": true}), None),
            ("scopes", json!("pm:read"), None),
        ] {
            assert_eq!(access(claim, scopes.clone()), expected, "{claim}: {scopes}");
        }
    }

    #[test]
    fn a_name_is_shown_whole_or_told_from_those_that_begin_like_it() {
        let name = |subject: &str| {
            let person = read(&json!({"sub": subject, "scope": "pm:read"}));
            person.map(|person| person.unwrap().grant.name.to_string())
        };
        assert_eq!(
            name("auth0|507f1f77bcf86cd799439011").unwrap(),
            "auth0|507f1f77bcf86cd799439011"
        );
        let long = ["a", "b"].map(|end| name(&format!("{}{end}", "x".repeat(40))).unwrap());
        assert_ne!(long[0], long[1]);
        for name in long {
            assert!(
                name.starts_with(&"x".repeat(27)) && name.chars().count() == 40,
                "{name}"
            );
        }
        // A subject that looks like a shortened name is not taken for one.
        let shortened = name(&"x".repeat(41)).unwrap();
        assert_ne!(name(&shortened).unwrap(), shortened);
        for nobody in ["", "  ", " anna", "a\u{202e}b", "a\nb"] {
            assert_eq!(name(nobody), Err(Flaw::Name), "{nobody:?}");
        }
        // Two people may call themselves alike.
        let called = |subject: &str| {
            let claims = json!({"sub": subject, "scope": "pm:read", "nickname": "anna"});
            let person = person(claims.as_object().unwrap(), "nickname").unwrap();
            person.unwrap().grant.name.to_string()
        };
        assert!(called("1").starts_with("anna~") && called("1") != called("2"));
        let nameless = json!({"sub": "anna", "scope": "pm:read"});
        let read = person(nameless.as_object().unwrap(), "preferred_username");
        assert_eq!(read, Err(Flaw::Name));
    }

    #[test]
    fn whoever_is_confined_does_not_look_after_the_server() {
        let grant = |claim: &str, value: Value| {
            let claims = json!({"sub": "anna", "scope": "pm:admin", claim: value});
            read(&claims).map(|person| person.unwrap().grant)
        };
        let narrow = grant("pm_processes", json!(["team-a/*", "notes"])).unwrap();
        let again = json!(["notes", "team-a/*", "notes"]);
        assert_eq!(grant("pm_processes", again).unwrap(), narrow);
        assert_eq!(
            (narrow.access, &*narrow.reach.to_string()),
            (TokenAccess::Write, "notes or team-a/*")
        );
        let elsewhere = grant("pm_workspace", json!("b")).unwrap();
        assert_eq!(
            (elsewhere.access, elsewhere.workspace.as_deref()),
            (TokenAccess::Write, Some("b"))
        );
        let all = grant("pm_processes", Value::Null).unwrap();
        assert!(all.access == TokenAccess::Admin && all.reach.is_everything());
        for wrong in [json!("team-a/*"), json!([]), json!([1]), json!(["a*b"])] {
            assert_eq!(grant("pm_processes", wrong), Err(Flaw::Processes));
        }
        assert_eq!(grant("pm_workspace", json!(1)), Err(Flaw::Workspace));
    }
}
