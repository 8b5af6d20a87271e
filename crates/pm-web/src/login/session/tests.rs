//! Sessions: what is read back, and what of a changed or foreign cookie is not.

use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const TOKEN: &[u8] = b"a-long-enough-secret";

fn value(cookie: &HeaderValue) -> String {
    let cookie = cookie.to_str().unwrap();
    let (value, _) = cookie.split_once(';').unwrap();
    value.split_once('=').unwrap().1.to_owned()
}

fn made() -> (Session, String) {
    let session = Session::begin(5008, NOW);
    let cookie = session.cookie(&SessionKey::of(TOKEN), Scheme::Http);
    (session, value(&cookie.unwrap()))
}

fn read(value: &str) -> Option<Session> {
    Session::read(value, 5008, &SessionKey::of(TOKEN), NOW)
}

#[test]
fn what_was_made_is_read() {
    let (session, value) = made();
    assert_eq!(read(&value), Some(session));
    assert_eq!(session.until, datetime!(2026-11-29 12:00 UTC));
    let (other, _) = made();
    assert_ne!(session.id, other.id);
    let cookie = session.cookie(&SessionKey::of(TOKEN), Scheme::Https);
    let cookie = cookie.unwrap();
    assert!(cookie.is_sensitive());
    assert_eq!(
        cookie.to_str().unwrap(),
        format!("pm_5008={value}; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure")
    );
}

#[test]
fn it_counts_with_its_token_and_port_until_its_end() {
    let (session, value) = made();
    let key = SessionKey::of(TOKEN);
    let other = SessionKey::of(b"another-long-secret!");
    assert_eq!(Session::read(&value, 5009, &key, NOW), None);
    assert_eq!(Session::read(&value, 5008, &other, NOW), None);
    assert_eq!(Session::read(&value, 5008, &key, session.until), None);
    let just_before = session.until - Duration::SECOND;
    assert_eq!(
        Session::read(&value, 5008, &key, just_before),
        Some(session)
    );
}

#[test]
fn whatever_is_changed_in_it_makes_it_void() {
    let (_, value) = made();
    for place in 0..value.len() {
        let mut changed = value.clone().into_bytes();
        changed[place] = if changed[place] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(read(&changed), None, "{changed}");
    }
    let (session, code) = value.rsplit_once('.').unwrap();
    let (id, until) = session.split_once('.').unwrap();
    let later = until.parse::<i64>().unwrap() + 1;
    for forged in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        session.to_owned(),
        format!("{session}."),
        format!("{session}.{}", &code[..62]),
        format!("{session}.{}", &code[..63]),
        format!("{session}.{code}00"),
        format!("{session}.{}", "0".repeat(64)),
        format!("{id}.{later}.{code}"),
        format!("{id}.{until}.0.{code}"),
        format!(" {value}"),
    ] {
        assert_eq!(read(&forged), None, "{forged}");
    }
}

#[test]
fn nothing_of_the_token_is_in_it() {
    let (_, value) = made();
    let token_in_hex = to_hex(TOKEN);
    let hash = to_hex(&Sha256::digest(TOKEN));
    for secret in ["secret", &token_in_hex, &hash] {
        assert!(!value.contains(secret), "{value}");
    }
}

#[test]
fn cookies_of_the_name_are_found_among_others() {
    let mut headers = HeaderMap::new();
    let lines = ["a=1; pm_5008=x;pm_50080=no; pm_5008=y=z", "b; pm_5008="];
    for line in lines {
        headers.append(http::header::COOKIE, HeaderValue::from_static(line));
    }
    let found: Vec<&str> = cookies(&headers, 5008).collect();
    assert_eq!(found, ["x", "y=z", ""]);
}
