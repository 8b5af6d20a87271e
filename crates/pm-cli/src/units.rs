//! Sizes, durations and switches the way people write them: `32k`, `4MiB`, `10s`, `500ms`, `yes`.

use std::time::Duration;

/// Reads a size in bytes: a plain number, or one with `k`, `m` or `g` (of 1024), as in `64k` or
/// `4MiB`.
pub fn parse_size(text: &str) -> Result<usize, String> {
    const HINT: &str = "write a size above zero such as 32768, 64k or 4m";
    let (number, unit) = split_unit(text);
    let factor: usize = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => return Err(HINT.to_owned()),
    };
    number
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .filter(|size| *size > 0)
        .ok_or_else(|| HINT.to_owned())
}

/// Reads a duration: a number of seconds, or one with `ms`, `s`, `m` or `h`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    const HINT: &str = "write a duration such as 10s, 500ms or 2m";
    let (number, unit) = split_unit(text);
    let number: u64 = number.parse().map_err(|_| HINT.to_owned())?;
    let seconds = match unit {
        "ms" => return Ok(Duration::from_millis(number)),
        "" | "s" => Some(number),
        "m" | "min" => number.checked_mul(60),
        "h" => number.checked_mul(3600),
        _ => None,
    };
    // A bound far past any use keeps additions to the current time from overflowing.
    seconds
        .filter(|seconds| *seconds <= 365 * 24 * 3600)
        .map(Duration::from_secs)
        .ok_or_else(|| HINT.to_owned())
}

/// Reads the environment's word for a switch; an empty one leaves it off.
pub fn parse_switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "t" | "1" => Ok(true),
        "" | "false" | "no" | "off" | "n" | "f" | "0" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

fn split_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    (number, unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_take_the_usual_words() {
        assert_eq!(parse_switch("Yes"), Ok(true));
        assert_eq!(parse_switch("0"), Ok(false));
        assert_eq!(parse_switch(""), Ok(false));
        assert_eq!(
            parse_switch("perhaps"),
            Err("write true or false".to_owned())
        );
    }

    #[test]
    fn sizes_take_plain_bytes_and_suffixes() {
        assert_eq!(parse_size("32768"), Ok(32_768));
        assert_eq!(parse_size("64k"), Ok(65_536));
        assert_eq!(parse_size(" 4 MiB "), Ok(4 << 20));
        assert_eq!(parse_size("1g"), Ok(1 << 30));
        for bad in [
            "",
            "0",
            "-1",
            "1.5k",
            "k",
            "12x",
            "99999999999999999999",
            "99999999999999g",
        ] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_take_seconds_and_suffixes() {
        assert_eq!(parse_duration("10"), Ok(Duration::from_secs(10)));
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(parse_duration("1h"), Ok(Duration::from_secs(3600)));
        assert_eq!(parse_duration("0"), Ok(Duration::ZERO));
        for bad in ["", "s", "-1", "1.5s", "3 weeks", "99999999999h"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
    }
}
