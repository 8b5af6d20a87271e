//! Which language a snippet is written in, from the ending of its name.

/// A language, as Markdown and the web name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Its name behind the fence of a Markdown code block.
    pub name: &'static str,
    /// Its media type; `text/plain` if none is in common use.
    pub media_type: &'static str,
}

/// The media type of text of which nothing more is known.
pub const PLAIN_TEXT: &str = "text/plain";

/// Languages by the endings of file names, in lower case.
const ENDINGS: &[(&str, &str, &str)] = &[
    ("asm", "asm", "text/x-asm"),
    ("bash", "bash", "text/x-shellscript"),
    ("bat", "bat", PLAIN_TEXT),
    ("c", "c", "text/x-c"),
    ("cc", "cpp", "text/x-c++"),
    ("cfg", "ini", PLAIN_TEXT),
    ("clj", "clojure", "text/x-clojure"),
    ("cpp", "cpp", "text/x-c++"),
    ("cs", "csharp", "text/x-csharp"),
    ("css", "css", "text/css"),
    ("csv", "csv", "text/csv"),
    ("cxx", "cpp", "text/x-c++"),
    ("dart", "dart", "text/x-dart"),
    ("diff", "diff", "text/x-diff"),
    ("dockerfile", "dockerfile", PLAIN_TEXT),
    ("ex", "elixir", "text/x-elixir"),
    ("exs", "elixir", "text/x-elixir"),
    ("erl", "erlang", "text/x-erlang"),
    ("fs", "fsharp", "text/x-fsharp"),
    ("go", "go", "text/x-go"),
    ("gradle", "groovy", "text/x-groovy"),
    ("groovy", "groovy", "text/x-groovy"),
    ("h", "c", "text/x-c"),
    ("hpp", "cpp", "text/x-c++"),
    ("hs", "haskell", "text/x-haskell"),
    ("htm", "html", "text/html"),
    ("html", "html", "text/html"),
    ("ini", "ini", PLAIN_TEXT),
    ("java", "java", "text/x-java"),
    ("jl", "julia", "text/x-julia"),
    ("js", "javascript", "text/javascript"),
    ("json", "json", "application/json"),
    ("jsonl", "json", "application/jsonl"),
    ("jsx", "jsx", "text/jsx"),
    ("kt", "kotlin", "text/x-kotlin"),
    ("kts", "kotlin", "text/x-kotlin"),
    ("lua", "lua", "text/x-lua"),
    ("m", "objectivec", "text/x-objective-c"),
    ("makefile", "makefile", "text/x-makefile"),
    ("md", "markdown", "text/markdown"),
    ("mjs", "javascript", "text/javascript"),
    ("mk", "makefile", "text/x-makefile"),
    ("ml", "ocaml", "text/x-ocaml"),
    ("nix", "nix", PLAIN_TEXT),
    ("patch", "diff", "text/x-diff"),
    ("php", "php", "text/x-php"),
    ("pl", "perl", "text/x-perl"),
    ("proto", "protobuf", PLAIN_TEXT),
    ("ps1", "powershell", PLAIN_TEXT),
    ("py", "python", "text/x-python"),
    ("r", "r", "text/x-r"),
    ("rb", "ruby", "text/x-ruby"),
    ("rs", "rust", "text/x-rust"),
    ("scala", "scala", "text/x-scala"),
    ("scss", "scss", "text/x-scss"),
    ("sh", "bash", "text/x-shellscript"),
    ("sql", "sql", "application/sql"),
    ("svelte", "svelte", PLAIN_TEXT),
    ("svg", "xml", "image/svg+xml"),
    ("swift", "swift", "text/x-swift"),
    ("tf", "hcl", PLAIN_TEXT),
    ("toml", "toml", "application/toml"),
    ("ts", "typescript", "text/x-typescript"),
    ("tsx", "tsx", "text/tsx"),
    ("txt", "text", PLAIN_TEXT),
    ("vue", "vue", PLAIN_TEXT),
    ("xml", "xml", "application/xml"),
    ("yaml", "yaml", "application/yaml"),
    ("yml", "yaml", "application/yaml"),
    ("zig", "zig", "text/x-zig"),
    ("zsh", "zsh", "text/x-shellscript"),
];

/// The language that the name of a snippet tells: by its ending (`src/main.rs`), or by the whole of
/// a name that has none (`Dockerfile`). `None` if neither is known.
pub fn language_of(name: &str) -> Option<Language> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    let ending = match file.rsplit_once('.') {
        Some((_, ending)) => ending,
        None => file,
    };
    let is_whole_name = ending.len() == file.len();
    let found = ENDINGS.iter().find(|(known, ..)| {
        // A snippet that is just called "go" says nothing of its language.
        known.eq_ignore_ascii_case(ending) && (!is_whole_name || WHOLE_NAMES.contains(known))
    });
    found.map(|(_, name, media_type)| Language { name, media_type })
}

/// The names that tell a language without an ending.
const WHOLE_NAMES: &[&str] = &["dockerfile", "makefile"];

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Option<&'static str> {
        language_of(name).map(|language| language.name)
    }

    #[test]
    fn the_ending_tells() {
        assert_eq!(name("src/main.rs"), Some("rust"));
        assert_eq!(name("Server.PY"), Some("python"));
        assert_eq!(name("a.tar.json"), Some("json"));
        assert_eq!(name("docker\\Dockerfile"), Some("dockerfile"));
        assert_eq!(name("app.dockerfile"), Some("dockerfile"));
        for unknown in ["server", "go", "rs", "main.unknown", "", "notes.", "a.rs/b"] {
            assert_eq!(name(unknown), None, "{unknown}");
        }
        let html = language_of("index.html").unwrap();
        assert_eq!(html.media_type, "text/html");
    }

    #[test]
    fn each_ending_stands_there_once() {
        let mut endings: Vec<&str> = ENDINGS.iter().map(|(ending, ..)| *ending).collect();
        endings.sort_unstable();
        let count = endings.len();
        endings.dedup();
        assert_eq!(endings.len(), count);
        assert!(WHOLE_NAMES.iter().all(|name| endings.contains(name)));
    }
}
