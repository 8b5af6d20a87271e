//! What Markdown becomes, and that a sanitizer finds nothing in it to take away.

use std::collections::{HashMap, HashSet};

use super::*;

fn shown(markdown: &str) -> String {
    RichText::new(markdown, HeadingLevel::H2).map_or(String::new(), |text| text.to_string())
}

#[test]
fn the_usual_is_shown() {
    let markdown = "# Title\n\n- one\n- *two*, `code`\n\n1. ~~three~~\n\n> said\n\n\
                    | a | b |\n|---|--:|\n| 1 | 2 |\n\n```rust\nlet a = \"<b>\";\n```\n";
    insta::assert_snapshot!(shown(markdown), @r#"
    <h3>Title</h3>
    <ul>
    <li>one</li>
    <li><em>two</em>, <code>code</code></li>
    </ul>
    <ol>
    <li><del>three</del></li>
    </ol>
    <blockquote>
    <p>said</p>
    </blockquote>
    <table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>
    <tr><td>1</td><td>2</td></tr>
    </tbody></table>
    <pre><code>let a = &quot;&lt;b&gt;&quot;;
    </code></pre>
    "#);
    assert_eq!(RichText::new(" \n", HeadingLevel::H1), None);
}

#[test]
fn headings_go_down_one_by_one_from_that_of_the_page() {
    let levels = |under| {
        let text = RichText::new(
            "### a\n# b\n###### c\n## d\n### e\n#### f\n##### g\n",
            under,
        );
        let html = text.unwrap().to_string();
        let ends = html.split("</h").skip(1);
        ends.map(|rest| rest[..1].to_owned()).collect::<String>()
    };
    assert_eq!(levels(HeadingLevel::H1), "2233456");
    assert_eq!(levels(HeadingLevel::H2), "3344566");
}

#[test]
fn raw_html_is_text() {
    assert_eq!(
        shown("a <b onclick=x>b</b>\n\n<script>alert(1)</script>\n"),
        "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;\n</p>\n"
    );
}

#[test]
fn links_lead_to_pages_and_mail_alone() {
    let rel = "rel=\"noopener noreferrer nofollow\"";
    for (markdown, html) in [
        (
            "[a](https://b.c/?d&e)",
            format!("<a href=\"https://b.c/?d&amp;e\" {rel}>a</a>"),
        ),
        (
            "[a](HTTP://b.c \"t\")",
            format!("<a href=\"HTTP://b.c\" {rel}>a</a>"),
        ),
        (
            "<me@b.c>",
            format!("<a href=\"mailto:me@b.c\" {rel}>me@b.c</a>"),
        ),
        ("[a](#b)", format!("<a href=\"#b\" {rel}>a</a>")),
        (
            "![a](https://b.c/d.png)",
            format!("<a href=\"https://b.c/d.png\" {rel}>a</a>"),
        ),
        (
            "[![a](https://b.c/d.png)](https://e.f)",
            format!("<a href=\"https://e.f\" {rel}>a</a>"),
        ),
        (
            "[a](https://b.c/\u{202e}\")",
            format!("<a href=\"https://b.c/%E2%80%AE%22\" {rel}>a</a>"),
        ),
        (
            "[a](<https://b.c/\u{202e}>)",
            format!("<a href=\"https://b.c/%E2%80%AE\" {rel}>a</a>"),
        ),
        ("[a](javascript:alert(1))", "a".to_owned()),
        ("[a](JaVaScRiPt&#58;alert(1))", "a".to_owned()),
        ("[a](data:text/html,x)", "a".to_owned()),
        ("[a](//evil.example)", "a".to_owned()),
        ("[a](/p/other)", "a".to_owned()),
        (
            "![a](x onerror=alert(1))",
            "![a](x onerror=alert(1))".to_owned(),
        ),
    ] {
        assert_eq!(shown(markdown), format!("<p>{html}</p>\n"), "{markdown}");
    }
}

#[test]
fn what_nobody_sees_is_marked_in_code_as_well() {
    let mark = "<span class=\"hidden\">U+202E</span>";
    assert_eq!(
        shown("a\u{202e} `b\u{202e}`\n\n    c\u{202e}\n"),
        format!("<p>a{mark} <code>b{mark}</code></p>\n<pre><code>c{mark}\n</code></pre>\n")
    );
}

/// What random Markdown is made of: its marks, and what attacks are made of.
const PIECES: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n\n",
    "# ",
    "> ",
    "- ",
    "1. ",
    "    ",
    "\t",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```",
    "```js\n",
    "|",
    "|---|:-:|\n",
    "| a | b |\n",
    "[",
    "]",
    "](",
    ")",
    "![",
    "<",
    ">",
    "</",
    "\"",
    "'",
    "&",
    "&lt;",
    "&#x3c;",
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?",
    "<svg/onload=alert(1)>",
    "https://a.b/?c=d&e",
    "<https://a.b>",
    "javascript:alert(1)",
    "JaVaScRiPt:",
    "data:text/html,<script>",
    "mailto:a@b.c",
    "[a]: javascript:alert(1)\n",
    "[a]",
    "style=\"x\"",
    "\u{202e}",
    "\u{0}",
    "\u{200b}",
    "\r",
    "\r\n",
    "\\",
    "{#id .class}",
    "[^1]",
    "[^1]: x\n",
    "- [ ] ",
    "$x$",
    "土",
    "<a href=\"javascript:x\">",
    "<textarea>",
    "</textarea>",
    "<style>",
    "***\n",
];

#[test]
fn a_sanitizer_finds_nothing_to_take_away() {
    let mut random = fastrand::Rng::with_seed(5008);
    for _ in 0..3000 {
        let pieces = (0..random.usize(1..30)).map(|_| PIECES[random.usize(0..PIECES.len())]);
        let markdown: String = pieces.collect();
        let html = shown(&markdown);
        let sanitized = sanitizer().clean(&html).to_string();
        assert_eq!(
            spelled_alike(&sanitized),
            spelled_alike(&html),
            "{markdown:?}"
        );
    }
}

#[test]
fn the_sanitizer_takes_away_what_is_meant() {
    for bad in [
        "<p style=\"x\">a</p>",
        "<a href=\"javascript:x\">a</a>",
        "<img src=\"x\">",
        "<p class=\"b\">a</p>",
    ] {
        assert_ne!(sanitizer().clean(bad).to_string(), bad);
    }
}

/// Lets through what we mean to make, and nothing else.
fn sanitizer() -> ammonia::Builder<'static> {
    let mut sanitizer = ammonia::Builder::default();
    sanitizer
        .rm_tags(["img"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .allowed_classes(HashMap::from([("span", HashSet::from(["hidden"]))]));
    sanitizer
}

/// The same HTML, with one spelling for what a parser and a writer of it spell in different ways.
fn spelled_alike(html: &str) -> String {
    html.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("<br />", "<br>")
        .replace("<hr />", "<hr>")
        .replace("\r\n", "\n")
}

#[test]
fn a_text_on_one_line_has_what_it_says_and_no_marks() {
    for (markdown, line) in [
        (
            "Plan the **garden** for\n_spring_.",
            "Plan the garden for spring.",
        ),
        (
            "# Goal\n\nBeds, `soil` and ~~fences~~",
            "Goal Beds, soil and fences",
        ),
        ("1. one\n2. two\n   - three", "one two three"),
        (
            "> [a link](https://example.org) and ![a picture](x.png)",
            "a link and a picture",
        ),
        ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
        ("```sh\nmake\n```\nthen", "make then"),
        ("a <b>c</b>\n\n<img src=x>", "a <b>c</b> <img src=x>"),
        ("---\n", ""),
        (" \n ", ""),
    ] {
        assert_eq!(in_one_line(markdown), line, "{markdown}");
    }
}
