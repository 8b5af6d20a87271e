//! Tables in Markdown.

/// A table with these headings; a row has as many cells.
pub(crate) fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let mut lines = vec![
        line(headings.map(str::to_owned)),
        line([(); N].map(|()| "---".into())),
    ];
    lines.extend(rows.iter().cloned().map(line));
    lines.join("\n") + "\n"
}

fn line<const N: usize>(cells: [String; N]) -> String {
    let cells = cells.map(|cell| {
        let words: Vec<&str> = cell.split_whitespace().collect();
        words.join(" ").replace('|', "\\|")
    });
    format!("| {} |", cells.join(" | "))
}

/// Words as code, with commas.
pub(crate) fn codes<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let codes: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    codes.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_breaks_out_of_no_table() {
        let rows = [["a\nb".to_owned(), "`x|y`".to_owned()]];
        assert_eq!(
            table(["one", "two"], &rows),
            "| one | two |\n| --- | --- |\n| a b | `x\\|y` |\n"
        );
    }
}
