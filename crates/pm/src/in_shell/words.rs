//! The parameters of tools within sentences, and what stands for them in a shell.

/// A parameter and the value that a sentence gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub(super) parameter: &'a str,
    pub(super) value: &'a str,
}

/// Parameters that no sentence has for another reason, and what stands for each.
const UNMISTAKABLE: &[(&str, &str)] = &[
    ("task_name", "TASK"),
    ("old_task_name", "TASK"),
    ("new_task_name", "NEW"),
    ("job_name", "JOB"),
    ("code_name", "CODE"),
    ("new_name", "--new-name"),
    ("depends_on", "--after"),
    ("task_description", "-d"),
    ("new_description", "-d"),
    ("job_description", "-d"),
    ("code_content", "content"),
    ("new_content", "content"),
    ("from_version", "version"),
    ("from_line", "--from-line"),
];

/// Parameters that are words as well: the parameter is meant if a value follows.
const WORDS: &[(&str, &str)] = &[
    ("process", "-p"),
    ("name", "NAME"),
    ("status", "status"),
    ("revision", "revision"),
    ("version", "version"),
    ("after", "--after"),
];

/// Those that are true or false, as options.
const SWITCHES: &[(&str, &str)] = &[("take_over", "--take-over"), ("peek", "--peek")];

/// What is said in the place of a word, if it is a parameter, and what stands behind that; `before`
/// is what was said already.
pub(super) fn parameter<'r>(
    before: &str,
    word: &str,
    behind: &'r str,
) -> Option<(&'static str, &'r str)> {
    let of = |table: &'static [(&str, &'static str)]| {
        let mut rows = table.iter().filter(|(name, _)| *name == word);
        rows.next().map(|(_, said)| *said)
    };
    if let Some(said) = of(UNMISTAKABLE) {
        return Some((said, behind));
    }
    if let (Some(said), Some(behind)) = (of(SWITCHES), behind.strip_prefix(" true")) {
        return Some((said, behind));
    }
    let is_argument = ["with ", "and ", "or "]
        .iter()
        .any(|word| before.ends_with(word));
    let value = behind.strip_prefix(' ').unwrap_or_default();
    let has_value = value.starts_with(|c: char| c == '"' || c.is_ascii_digit());
    let said = of(WORDS).filter(|_| is_argument && has_value)?;
    Some((said, behind))
}

/// The parameters that follow a tool in a sentence, as in ` with task_name "dig" and version 2`, and
/// what stands behind them; `joined` is what stands in front of them. `None` if there are none, or
/// if one has several values to choose from.
pub(super) fn pairs<'a>(behind: &'a str, joined: &str) -> Option<(Vec<Pair<'a>>, &'a str)> {
    let mut rest = behind.strip_prefix(joined)?;
    let mut pairs = Vec::new();
    loop {
        let (pair, behind) = pair(rest)?;
        pairs.push(pair);
        let is_one_of_several = [" or \"", ", \""].iter().any(|it| behind.starts_with(it));
        if is_one_of_several {
            return None;
        }
        match behind.strip_prefix(" and ").filter(|it| pair_follows(it)) {
            Some(next) => rest = next,
            None => return Some((pairs, behind)),
        }
    }
}

fn pair_follows(rest: &str) -> bool {
    pair(rest).is_some()
}

fn pair(rest: &str) -> Option<(Pair<'_>, &str)> {
    let (parameter, rest) = rest.split_once(' ')?;
    let is_parameter = parameter
        .chars()
        .all(|c| c.is_ascii_lowercase() || c == '_');
    if !is_parameter {
        return None;
    }
    if let Some(quoted) = rest.strip_prefix('"') {
        let (value, behind) = quoted.split_once('"')?;
        return Some((Pair { parameter, value }, behind));
    }
    let end = rest.find(|c: char| !c.is_ascii_digit());
    let (value, behind) = rest.split_at(end.unwrap_or(rest.len()));
    (!value.is_empty()).then_some((Pair { parameter, value }, behind))
}

/// A value as a shell takes it.
pub(super) fn shell_word(value: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-.,/:@%+=".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) && !value.starts_with('-') {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// What a command is given for a parameter.
pub(super) fn given<'a>(pairs: &'a [Pair<'_>], parameter: &str) -> Option<&'a str> {
    let mut pairs = pairs.iter().filter(|pair| pair.parameter == parameter);
    pairs.next().map(|pair| pair.value)
}
