//! Command lines as what starts services reads them.

/// For a unit of systemd: in quotes, with its own signs doubled.
pub(super) fn for_systemd(command: &[String]) -> String {
    let word = |word: &String| {
        let word = word
            .replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace('%', "%%")
            .replace('$', "$$");
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=,@+%$".contains(c);
        if !word.is_empty() && word.chars().all(is_plain) {
            word
        } else {
            format!("\"{word}\"")
        }
    };
    command.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// For launchd: a string of XML a word.
pub(super) fn for_launchd(command: &[String]) -> String {
    let word = |word: &String| {
        let word = word
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        format!("    <string>{word}</string>\n")
    };
    command.iter().map(word).collect()
}

/// For the task scheduler of Windows, whose programs take their own command line apart: a quote is
/// escaped, and so is each backslash in front of one.
pub(super) fn for_windows(command: &[String]) -> String {
    let word = |word: &String| {
        if !word.is_empty() && !word.contains([' ', '\t', '"']) {
            return word.clone();
        }
        let mut quoted = String::from("\"");
        let mut backslashes = 0;
        for c in word.chars() {
            match c {
                '\\' => backslashes += 1,
                '"' => {
                    quoted.push_str(&"\\".repeat(backslashes + 1));
                    backslashes = 0;
                }
                _ => backslashes = 0,
            }
            quoted.push(c);
        }
        quoted.push_str(&"\\".repeat(backslashes));
        quoted.push('"');
        quoted
    };
    command.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn words_stay_one_word() {
        let command = words(&["/a b/pm", "50%", "$HOME", r#"say "hi""#, ""]);
        assert_eq!(
            for_systemd(&command),
            r#""/a b/pm" 50%% $$HOME "say \"hi\"" """#
        );
        assert_eq!(
            for_launchd(&words(&["a&b", "<c>"])),
            "    <string>a&amp;b</string>\n    <string>&lt;c&gt;</string>\n"
        );
        let command = words(&[r"C:\a b\pm.exe", r"C:\dir\", r"C:\my dir\", r#"a\"b"#]);
        assert_eq!(
            for_windows(&command),
            r#""C:\a b\pm.exe" C:\dir\ "C:\my dir\\" "a\\\"b""#
        );
    }
}
