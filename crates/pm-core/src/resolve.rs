//! Finds the name that a caller meant.
//!
//! Small models write `Soil Test` for `soil test` and `soil_test`. An exact name always wins;
//! otherwise the names whose letters and digits agree, case folded, are taken as meant, where
//! there is just one. Never a part of a name.

use unicode_normalization::UnicodeNormalization;

/// How many near misses a refusal names at most.
const MOST_NEAR: usize = 3;

/// The similarity (Jaro-Winkler, 0 to 1) from which a name counts as a near miss; below it
/// suggestions for short names turn arbitrary.
const NEAR: f64 = 0.78;

/// The longest folded name that is compared for similarity, in bytes: that of any name that can
/// be given.
const MOST_COMPARED_BYTES: usize = 4 * crate::MAX_NAME_CHARS;

/// Which of the existing names was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved<T> {
    /// Just this one.
    One(T),
    /// More than one, all of them equal but for case and punctuation.
    Several(Vec<T>),
    /// None; these are the most similar, best first.
    None {
        /// Near misses, at most three.
        near: Vec<T>,
    },
}

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
    // Upper before the last lower: it expands what has no single lower-case twin (ß and SS both
    // give ss), which ẞ is only as ß.
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

/// The names most similar to `wanted`, best first, at most three; for a name that none of them
/// is, not even loosely.
pub(crate) fn near<T: AsRef<str>>(
    wanted: &str,
    names: impl IntoIterator<Item = T>,
) -> impl Iterator<Item = T> {
    let near = match resolve(wanted, names) {
        Resolved::None { near } => near,
        Resolved::One(_) | Resolved::Several(_) => Vec::new(),
    };
    near.into_iter()
}

/// Looks for `wanted` among `names`.
pub fn resolve<T>(wanted: &str, names: impl IntoIterator<Item = T>) -> Resolved<T>
where
    T: AsRef<str>,
{
    let wanted = wanted.trim();
    let key = folded(wanted);
    let mut same = Vec::new();
    let mut scored = Vec::new();
    for name in names {
        if name.as_ref() == wanted {
            return Resolved::One(name);
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
    if same.len() > 1 {
        return Resolved::Several(same);
    }
    if let Some(name) = same.pop() {
        return Resolved::One(name);
    }
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    Resolved::None {
        near: scored
            .into_iter()
            .take(MOST_NEAR)
            .map(|(_, name)| name)
            .collect(),
    }
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
        assert_eq!(resolve("a-b", ["a_b", "a-b", "ab"]), Resolved::One("a-b"));
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
            assert_eq!(
                resolve(wanted, ["beds", "soil test"]),
                Resolved::One("soil test")
            );
        }
    }

    #[test]
    fn unicode_is_folded_and_normalised() {
        assert_eq!(resolve("GRÜSSE", ["grüße"]), Resolved::One("grüße"));
        assert_eq!(resolve("GRÜẞE", ["grüße"]), Resolved::One("grüße"));
        assert_eq!(
            resolve("Ga\u{308}rten", ["gärten"]),
            Resolved::One("gärten")
        );
    }

    #[test]
    fn names_without_letters_stay_apart() {
        assert_eq!(resolve("🌱", ["🌿", "🌱"]), Resolved::One("🌱"));
        assert!(matches!(resolve("🌱", ["🌿"]), Resolved::None { .. }));
    }

    #[test]
    fn two_that_fit_are_both_named() {
        assert_eq!(
            resolve("A B", ["a-b", "a_b"]),
            Resolved::Several(vec!["a-b", "a_b"])
        );
    }

    #[test]
    fn a_part_of_a_name_is_a_near_miss_only() {
        assert_eq!(
            resolve("soil", ["beds", "soil test"]),
            Resolved::None {
                near: vec!["soil test"]
            }
        );
        assert_eq!(resolve("xyz", ["beds"]), Resolved::None { near: vec![] });
    }
}
