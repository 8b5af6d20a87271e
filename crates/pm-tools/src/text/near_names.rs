//! Names that are like one that was written.

/// The longest name for which others like it are looked for, in characters; comparing takes
/// as much time as the name is long.
const COMPARED_CHARS_MAX: usize = 100;

/// The names that are like `wanted`, best first, at most two; none if it is far too long.
///
/// Names of tools and parameters share their beginnings, so that what counts is how many
/// characters differ, in the whole name or its last word, or that one holds the other.
pub(crate) fn near_names<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    if wanted.chars().nth(COMPARED_CHARS_MAX).is_some() {
        return Vec::new();
    }
    let wanted = wanted.to_lowercase().replace([' ', '-', '.'], "_");
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let last_word = name.rsplit('_').next().unwrap_or(name);
        let whole = strsim::damerau_levenshtein(&wanted, name);
        let part = strsim::damerau_levenshtein(&wanted, last_word);
        let holds = wanted.len() >= 3 && (name.contains(&wanted) || wanted.contains(name));
        if holds || whole * 3 <= name.len() || part * 3 <= last_word.len() {
            near.push((whole.min(part), name));
        }
    }
    near.sort_by_key(|(distance, _)| *distance);
    // If one name is much nearer than the others, it is the one that was meant.
    let nearest = near.first().map_or(0, |(distance, _)| *distance);
    near.retain(|(distance, _)| *distance <= nearest + 1);
    near.into_iter().take(2).map(|(_, name)| name).collect()
}
