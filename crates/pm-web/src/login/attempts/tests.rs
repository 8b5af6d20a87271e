//! Tries: how long each waits, and that what is remembered of them has an end.

use time::macros::datetime;

use super::*;

const NOON: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

fn address(number: u32) -> IpAddr {
    IpAddr::V4((0x0a00_0000 + number).into())
}

fn wrong(attempts: &Attempts, of: u32, now: OffsetDateTime) -> Outcome {
    attempts.attempt(Some(address(of)), now, || false)
}

#[test]
fn each_wrong_token_doubles_the_wait_up_to_half_a_minute() {
    let attempts = Attempts::default();
    let mut now = NOON;
    for expected in [1, 2, 4, 8, 16, 30, 30, 30] {
        let outcome = wrong(&attempts, 1, now);
        assert_eq!(outcome, Outcome::Wrong { wait: expected });
        let unseen = |wait| Outcome::Unseen { wait };
        assert_eq!(wrong(&attempts, 1, now), unseen(expected));
        now += Duration::seconds(i64::try_from(expected).unwrap());
        let just_before = now - Duration::MILLISECOND;
        assert_eq!(wrong(&attempts, 1, just_before), unseen(1));
    }
}

#[test]
fn while_an_address_waits_even_the_token_is_not_looked_at() {
    let attempts = Attempts::default();
    wrong(&attempts, 1, NOON);
    let outcome = attempts.attempt(Some(address(1)), NOON, || unreachable!("it was looked at"));
    assert_eq!(outcome, Outcome::Unseen { wait: 1 });
    assert_eq!(
        attempts.attempt(Some(address(2)), NOON, || true),
        Outcome::Right
    );
}

#[test]
fn the_right_token_and_a_quarter_of_an_hour_clear_the_slate() {
    let attempts = Attempts::default();
    wrong(&attempts, 1, NOON);
    let later = NOON + Duration::seconds(1);
    assert_eq!(wrong(&attempts, 1, later), Outcome::Wrong { wait: 2 });
    let later = later + Duration::seconds(2);
    assert_eq!(
        attempts.attempt(Some(address(1)), later, || true),
        Outcome::Right
    );
    assert_eq!(wrong(&attempts, 1, later), Outcome::Wrong { wait: 1 });
    let later = later + REMEMBERED;
    assert_eq!(wrong(&attempts, 1, later), Outcome::Wrong { wait: 1 });
}

#[test]
fn all_together_make_ten_tries_a_second() {
    let attempts = Attempts::default();
    for number in 0..10 {
        let now = NOON + Duration::milliseconds(i64::from(number) * 10);
        assert_eq!(wrong(&attempts, number, now), Outcome::Wrong { wait: 1 });
    }
    let now = NOON + Duration::milliseconds(500);
    assert_eq!(wrong(&attempts, 10, now), Outcome::Unseen { wait: 1 });
    let now = NOON + Duration::SECOND;
    assert_eq!(wrong(&attempts, 10, now), Outcome::Wrong { wait: 1 });
    assert_eq!(wrong(&attempts, 11, now), Outcome::Unseen { wait: 1 });
    let now = now + Duration::milliseconds(10);
    assert_eq!(wrong(&attempts, 11, now), Outcome::Wrong { wait: 1 });
}

#[test]
fn what_is_remembered_has_an_end() {
    let attempts = Attempts::default();
    let time_of = |number: u32| NOON + Duration::milliseconds(i64::from(number) * 101);
    let number = 2 * u32::try_from(MAX_ADDRESSES).unwrap();
    for one in 0..number {
        let outcome = wrong(&attempts, one, time_of(one));
        assert_eq!(outcome, Outcome::Wrong { wait: 1 }, "{one}");
    }
    let tries = attempts.0.lock().unwrap();
    assert_eq!(tries.wrong.len(), MAX_ADDRESSES);
    assert_eq!(tries.last.len(), MAX_TRIES);
    assert!(tries.wrong.contains_key(&Some(address(number - 1))));
    assert!(!tries.wrong.contains_key(&Some(address(0))));
}

#[test]
fn nobody_waits_for_a_clock_that_was_put_back() {
    let attempts = Attempts::default();
    for number in 0..10 {
        wrong(&attempts, number, NOON);
    }
    let yesterday = NOON - Duration::DAY;
    assert_eq!(wrong(&attempts, 1, yesterday), Outcome::Wrong { wait: 1 });
}

#[test]
fn the_addresses_of_one_network_are_one() {
    let one = |text: &str| network(text.parse().unwrap()).to_string();
    assert_eq!(one("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    assert_eq!(one("::ffff:192.0.2.7"), "192.0.2.7");
    assert_eq!(one("192.0.2.7"), "192.0.2.7");
}
