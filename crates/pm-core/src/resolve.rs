//! Finds the name that a caller meant.
//!
//! Small models write `Soil Test` for `soil test` and `soil_test`. An exact name always wins;
//! otherwise a name whose letters and digits agree, case folded, is taken as meant, if there is
//! just one. A part of a name never is.

use unicode_normalization::UnicodeNormalization;

use crate::error::Unresolved;

/// How many near misses a refusal names at most.
const MOST_NEAR: usize = 3;

/// The similarity (Jaro-Winkler, 0 to 1) from which a name counts as a near miss; below it
/// suggestions for short names turn arbitrary.
const NEAR: f64 = 0.78;

/// The longest folded name that is compared for similarity, in bytes: that of any name that can
/// be given.
const MOST_COMPARED_BYTES: usize = 4 * crate::MAX_NAME_CHARS;

/// Reduces a name to what loose comparison looks at: its letters and digits, compatibility
/// normalised (NFKC) and case folded.
///
/// A name without any (`"🌱"`, `"***"`) stands for itself, or all such names would be equal.
pub fn folded(name: &str) -> String {
    // Most names are ASCII, for which the rest comes down to this.
    if name.is_ascii() {
        let key: String = name
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect();
        return if key.is_empty() {
            name.trim().to_owned()
        } else {
            key
        };
    }
    // Upper case comes before the last lower case, as it expands what has no single lower-case twin
    // (ß and SS both give ss). The first lower case makes ẞ an ß, which alone is expanded.
    let key: String = name
        .nfkc()
        .collect::<String>()
        .to_lowercase()
        .to_uppercase()
        .to_lowercase()
        .nfkc()
        .filter(|c| c.is_alphanumeric())
        .collect();
    if key.is_empty() {
        name.trim().to_owned()
    } else {
        key
    }
}

/// The versions of Unicode by which [`folded`] decides: that of its normal forms, then that of its
/// cases. A store that keeps folded names notes the versions, as other ones may fold differently.
pub fn folding_version() -> String {
    let text = |(major, minor, update): (u8, u8, u8)| format!("{major}.{minor}.{update}");
    let forms = text(unicode_normalization::UNICODE_VERSION);
    let cases = text(char::UNICODE_VERSION);
    format!("{forms}, {cases}")
}

/// Whether two names are the same to loose comparison.
pub fn is_same(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}

/// The names most similar to `wanted`, best first, at most three; for a name that none of them
/// is, not even loosely.
pub(crate) fn near<T: AsRef<str>>(
    wanted: &str,
    names: impl IntoIterator<Item = T>,
) -> impl Iterator<Item = T> {
    let near = match resolve(wanted, names) {
        Err(Unresolved::NotFound { near, .. }) => near,
        Ok(_) | Err(Unresolved::Ambiguous { .. }) => Vec::new(),
    };
    near.into_iter()
}

/// Why `wanted` does not mean just one of `names`; `fitting` are those that it may mean, none or
/// several.
pub(crate) fn unresolved<'a, N>(
    wanted: &str,
    fitting: Vec<N>,
    names: impl IntoIterator<Item = &'a N>,
) -> Unresolved<N>
where
    N: AsRef<str> + Clone + PartialEq + 'a,
{
    let wanted = wanted.to_owned();
    if !fitting.is_empty() {
        let candidates = fitting;
        return Unresolved::Ambiguous { wanted, candidates };
    }
    let mut near: Vec<N> = near(&wanted, names).cloned().collect();
    near.dedup();
    Unresolved::NotFound { wanted, near }
}

/// Looks for `wanted` among `names`, and answers the one that it means. [`Unresolved::Ambiguous`]
/// if several fit loosely, and [`Unresolved::NotFound`] with up to three near misses if none does.
pub fn resolve<T>(wanted: &str, names: impl IntoIterator<Item = T>) -> Result<T, Unresolved<T>>
where
    T: AsRef<str>,
{
    let wanted = wanted.trim();
    let key = folded(wanted);
    let mut same = Vec::new();
    let mut scored = Vec::new();
    for name in names {
        if name.as_ref() == wanted {
            return Ok(name);
        }
        let candidate = folded(name.as_ref());
        if candidate == key {
            same.push(name);
        } else {
            let score = similarity(&key, &candidate);
            if score >= NEAR {
                scored.push((score, name));
            }
        }
    }
    let wanted = wanted.to_owned();
    if same.len() > 1 {
        let candidates = same;
        return Err(Unresolved::Ambiguous { wanted, candidates });
    }
    same.pop().ok_or_else(|| {
        scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let near = scored.into_iter().take(MOST_NEAR).map(|(_, name)| name);
        let near = near.collect();
        Unresolved::NotFound { wanted, near }
    })
}

/// Rates two folded names from 0 to 1; one that holds the other whole is always near.
fn similarity(a: &str, b: &str) -> f64 {
    // The cost grows with the product of the lengths, and callers may send megabytes.
    if a.len().max(b.len()) > MOST_COMPARED_BYTES {
        return 0.0;
    }
    let holds = a.len().min(b.len()) >= 3 && (a.contains(b) || b.contains(a));
    let score = strsim::jaro_winkler(a, b);
    if holds { score.max(0.9) } else { score }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_name_wins_over_its_loose_twins() {
        assert_eq!(resolve("a-b", ["a_b", "a-b", "ab"]), Ok("a-b"));
    }

    #[test]
    fn case_spaces_and_punctuation_do_not_matter() {
        for wanted in [
            "Soil Test",
            "soil_test",
            "SOIL-TEST",
            "soiltest!",
            " soil  test ",
        ] {
            assert_eq!(resolve(wanted, ["beds", "soil test"]), Ok("soil test"));
        }
    }

    #[test]
    fn unicode_is_folded_and_normalised() {
        assert_eq!(resolve("GRÜSSE", ["grüße"]), Ok("grüße"));
        assert_eq!(resolve("GRÜẞE", ["grüße"]), Ok("grüße"));
        assert_eq!(resolve("Ga\u{308}rten", ["gärten"]), Ok("gärten"));
    }

    #[test]
    fn the_versions_of_the_tables_are_told() {
        let version = folding_version();
        let versions: Vec<_> = version.split(", ").collect();
        let is_version = |text: &&&str| {
            text.split('.')
                .filter(|it| it.parse::<u8>().is_ok())
                .count()
                == 3
        };
        assert_eq!(versions.iter().filter(is_version).count(), 2, "{version}");
    }

    #[test]
    fn names_without_letters_stay_apart() {
        assert_eq!(resolve("🌱", ["🌿", "🌱"]), Ok("🌱"));
        assert_eq!(resolve("🌱", ["🌿"]), Err(Unresolved::unknown("🌱")));
    }

    #[test]
    fn two_that_fit_are_both_named() {
        assert_eq!(
            resolve("A B", ["a-b", "a_b"]),
            Err(Unresolved::Ambiguous {
                wanted: "A B".to_owned(),
                candidates: vec!["a-b", "a_b"]
            })
        );
    }

    #[test]
    fn a_part_of_a_name_is_a_near_miss_only() {
        assert_eq!(
            resolve("soil", ["beds", "soil test"]),
            Err(Unresolved::NotFound {
                wanted: "soil".to_owned(),
                near: vec!["soil test"]
            })
        );
        assert_eq!(resolve("xyz", ["beds"]), Err(Unresolved::unknown("xyz")));
    }
}
