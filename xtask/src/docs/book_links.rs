//! The links of the built book: each leads to a page or a file of it, and to a place that is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// Follows every link of every page, and fails if one leads nowhere; the number of pages.
pub(super) fn check(book: &Path) -> Result<usize> {
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(book).with_context(|| book.display().to_string())? {
        let path = entry?.path();
        // Those are made for printing and for wrong addresses, and have links of all other pages.
        let is_own = ["print.html", "404.html", "toc.html"]
            .iter()
            .any(|name| path.ends_with(name));
        if path.extension().is_some_and(|it| it == "html") && !is_own {
            let text = fs::read_to_string(&path)?;
            pages.insert(path, text);
        }
    }
    let places: BTreeMap<&PathBuf, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, text)| (path, values(text, "id").collect()))
        .collect();
    let mut broken = Vec::new();
    for (path, text) in &pages {
        for link in values(text, "href").chain(values(text, "src")) {
            if !leads_somewhere(path, link, &places) {
                let page = path.file_name().unwrap_or_default().to_string_lossy();
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    if !broken.is_empty() {
        bail!("links of the book lead nowhere:\n{}", broken.join("\n"));
    }
    Ok(pages.len())
}

fn leads_somewhere(page: &Path, link: &str, places: &BTreeMap<&PathBuf, BTreeSet<&str>>) -> bool {
    if link.contains("://") || link.starts_with("mailto:") || link.starts_with("data:") {
        return true;
    }
    let (file, place) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => page.to_owned(),
        "." | "./" => page.with_file_name("index.html"),
        file => page.with_file_name(file),
    };
    match places.get(&target) {
        Some(there) => place.is_empty() || there.contains(place),
        None => target.is_file(),
    }
}

/// The values of an attribute, in a page as mdBook writes it.
fn values<'a>(text: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let begin = format!(" {attribute}=\"");
    let at: Vec<usize> = text
        .match_indices(&begin)
        .map(|(at, _)| at + begin.len())
        .collect();
    let value = |at| Some(text.get(at..)?.split_once('"')?.0);
    at.into_iter().filter_map(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(index: &str) -> tempfile::TempDir {
        let book = tempfile::tempdir().unwrap();
        fs::write(book.path().join("index.html"), index).unwrap();
        fs::write(book.path().join("a.html"), "<h2 id=\"one\">1</h2>").unwrap();
        fs::write(book.path().join("a.png"), "").unwrap();
        book
    }

    #[test]
    fn links_that_resolve_pass() {
        let index = "<p id=\"x\"><a href=\"a.html\"> <a href=\"a.html#one\"> <a href=\"#x\"> \
                     <img src=\"a.png\"> <a href=\"https://example.org/\"> <a href=\"./\">";
        assert_eq!(check(book(index).path()).unwrap(), 2);
    }

    #[test]
    fn links_that_lead_nowhere_are_named() {
        let index = "<a href=\"b.html\"> <a href=\"a.html#two\"> <img src=\"b.png\">";
        let error = check(book(index).path()).unwrap_err().to_string();
        for link in ["b.html", "a.html#two", "b.png"] {
            assert!(error.contains(&format!("index.html: {link}")), "{error}");
        }
    }
}
