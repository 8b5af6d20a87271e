//! Texts in which nothing is markup, and back; texts that keep to their place.

/// A text on one line in which nothing is markup.
pub(super) fn inline(text: &str) -> String {
    let text = text.trim();
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let character = if character.is_control() {
            ' '
        } else {
            character
        };
        let after = rest.peek().copied().unwrap_or(' ');
        let is_markup = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '|' => true,
            // Within a word an underscore is just that, as in most names of code.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '#' => after == ' ' || after == '#',
            '&' => after == '#' || after.is_ascii_alphabetic(),
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(character);
        before = character;
    }
    escaped
}

/// Texts as [`inline`] makes them, with commas between.
pub(super) fn inline_list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| inline(text)).collect();
    texts.join(", ")
}

/// A text without the backslashes in front of what would be markup.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.trim().chars().peekable();
    while let Some(character) = characters.next() {
        let is_escape =
            character == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation);
        if !is_escape {
            plain.push(character);
        } else if let Some(escaped) = characters.next() {
            plain.push(escaped);
        }
    }
    plain
}

/// The lines of a text; Markdown takes a lone carriage return for the end of one as well.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.trim_end()
        .split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// A line that does not begin a list item, whatever the field is called that comes first.
pub(super) fn no_list_item(line: &str) -> String {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = line.strip_suffix(rest).unwrap_or_default();
    let marks = if number.is_empty() {
        ["- ", "+ "]
    } else {
        [". ", ") "]
    };
    if marks.iter().any(|mark| rest.starts_with(mark)) {
        format!("{number}\\{rest}")
    } else {
        line.to_owned()
    }
}

/// How many times a character stands in a row at most.
pub(super) fn longest_run(text: &str, of: char) -> usize {
    let runs = text.split(|c| c != of).map(str::len);
    runs.max().unwrap_or_default()
}
