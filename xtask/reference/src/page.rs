//! A page that people write, with parts in it that are not written by hand.

use anyhow::{Context, Result};

/// The page with `text` in the place of what stands between the two comments of `part`.
pub(crate) fn with_part(page: &str, part: &str, text: &str) -> Result<String> {
    let begin = format!("<!-- begin: {part} -->\n");
    let end = format!("<!-- end: {part} -->");
    let (before, rest) = page
        .split_once(&begin)
        .with_context(|| format!("there is no line `{}`", begin.trim_end()))?;
    let (_, after) = rest
        .split_once(&end)
        .with_context(|| format!("there is no line `{end}` behind it"))?;
    Ok(format!("{before}{begin}\n{}\n\n{end}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A\n\n<!-- begin: x -->\nold\n<!-- end: x -->\n\nlast\n";

    #[test]
    fn only_the_part_is_changed() {
        let page = with_part(PAGE, "x", "one\ntwo\n").unwrap();
        let fresh = "# A\n\n<!-- begin: x -->\n\none\ntwo\n\n<!-- end: x -->\n\nlast\n";
        assert_eq!(page, fresh);
        assert_eq!(with_part(&page, "x", "one\ntwo\n").unwrap(), fresh);
    }

    #[test]
    fn a_page_without_the_part_is_refused() {
        assert!(with_part(PAGE, "y", "").is_err());
        assert!(with_part("<!-- begin: x -->\n", "x", "").is_err());
    }
}
