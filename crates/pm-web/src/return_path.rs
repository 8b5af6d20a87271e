//! Where somebody goes on after logging in: a page of this server, whatever a link says.

/// The longest path that is gone back to, in bytes: more than any page's.
const MAX_BYTES: usize = 4096;

/// The path to go on at, or Home if `to` could lead elsewhere.
///
/// Browsers take `//` and `/\` for the beginning of another host's address, and pass over tabs and
/// the ends of lines wherever they are. No address of ours has any of them unescaped.
pub(crate) fn local(to: &str) -> &str {
    let (path, _) = to.split_once(['?', '#']).unwrap_or((to, ""));
    let is_local = path.starts_with('/')
        && !path.contains("//")
        && to.len() <= MAX_BYTES
        && to
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_server_are_gone_back_to() {
        for path in [
            "/",
            "/p/Garden%20Planner",
            "/p/a%2Fb/t/c%3Fd/c/main.rs?v=3&with=2#L10",
            "/search?q=a+b%20c&status=",
            "/search?q=http://example.org//a",
            "/?from=51",
            "/p/..%20",
        ] {
            assert_eq!(local(path), path);
        }
    }

    #[test]
    fn no_other_place_is() {
        for elsewhere in [
            "",
            "p/garden",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "\\/evil.example",
            "/p//evil.example",
            "/.//evil.example",
            "http://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            " /p/garden",
            " //evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "/p/a\r\nset-cookie: a=b",
            "/p/a\u{0}",
            "/p/a\u{7f}",
            "/p/\u{202e}",
            "/search?q=\\",
            "?to=//evil.example",
            "#//evil.example",
            "@evil.example",
            ".evil.example",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(local(&format!("/{}", "a".repeat(MAX_BYTES))), "/");
    }
}
