//! What the claims of a token say: who somebody is, and what is granted to them.

use std::sync::Arc;

use pm_core::store::Reach;
use serde_json::Value;

use super::access_token::{Claims, Flaw};
use crate::grant::{Grant, NAME_CHARS_MAX, TokenAccess, check_name, reach_of};
use crate::token_file::TokenDigest;

/// The scope that lets somebody read.
pub const READ: &str = "pm:read";
/// The scope that lets somebody change something, and read.
pub const WRITE: &str = "pm:write";
/// The scope of who looks after the server.
pub const ADMIN: &str = "pm:admin";

/// Somebody with a token, whichever of theirs it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is for the authorization server.
    pub subject: Arc<str>,
    /// What is granted to them.
    pub grant: Grant,
}

/// Reads who has a token; `None` if nothing is granted to them.
pub fn person(claims: &Claims, name_claim: &str) -> Result<Option<Person>, Flaw> {
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
    let subject = text("sub").ok_or(Flaw::Lacks("sub"))?;
    let name = name_of(text(name_claim).ok_or(Flaw::Name)?)?;
    let Some(access) = access(claims) else {
        return Ok(None);
    };
    let reach = reach(claims)?;
    let workspace = text("pm_workspace").map(str::to_owned);
    // Who looks after the server is somebody whom all of it concerns.
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

/// What the scopes come to, of which each has those before it.
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
    let patterns: Vec<String> = match claims.get("pm_processes") {
        None | Some(Value::Null) => vec!["*".to_owned()],
        Some(patterns) => serde_json::from_value(patterns.clone()).map_err(|_| Flaw::Processes)?,
    };
    if patterns.is_empty() {
        return Err(Flaw::Processes);
    }
    reach_of(&patterns).map_err(|_| Flaw::Processes)
}

/// The name that stands for somebody. A long one keeps its beginning, and what makes it another name
/// than those that begin like it.
fn name_of(text: &str) -> Result<Arc<str>, Flaw> {
    const BEGINNING: usize = NAME_CHARS_MAX - 1 - DIGITS;
    const DIGITS: usize = 12;
    let text = text.trim();
    let name = if text.chars().count() > NAME_CHARS_MAX {
        let beginning: String = text.chars().take(BEGINNING).collect();
        let digest = TokenDigest::of(text.as_bytes()).to_string();
        format!("{beginning}~{}", digest.get(..DIGITS).unwrap_or_default())
    } else {
        text.to_owned()
    };
    check_name(&name).map_err(|_| Flaw::Name)?;
    Ok(name.into())
}
