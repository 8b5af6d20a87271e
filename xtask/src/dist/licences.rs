//! The licences of everything that is compiled into the programs, and of the files that they send.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::programs;
use crate::cmd::cargo;

/// What the names of files with licences begin with.
const NAMES: [&str; 5] = ["license", "licence", "copying", "notice", "unlicense"];

/// Where the pages keep other people's scripts, each in a folder with its licence.
const VENDORED: &str = "crates/pm-web/assets/vendor";

/// Something that is in the programs and is not ours.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    /// Its licence as its manifest says it.
    licence: String,
    /// The texts in its package.
    texts: Vec<String>,
}

/// The text to hand out.
pub(super) fn text(root: &Path, target: &str) -> Result<String> {
    let metadata = cargo()
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", target])
        .dir(root)
        .read()?;
    let mut parts = crates(&serde_json::from_str(&metadata)?)?;
    parts.extend(vendored(&root.join(VENDORED))?);
    parts.extend(grammars());
    parts.extend(linked(target));
    Ok(written(&parts))
}

/// The grammars by which the pages colour code, which lie within a crate and have licences of their
/// own.
fn grammars() -> impl Iterator<Item = Part> {
    let listed = two_face::acknowledgement::listing();
    let licences = listed.for_syntaxes().to_vec().into_iter();
    licences.map(|licence| Part {
        name: format!("the grammar of {}", licence.rel_path.display()),
        licence: format!("{:?}", licence.ty),
        texts: vec![licence.text.replace("\r\n", "\n").trim().to_owned()],
    })
}

/// What is linked into the programs and is no crate.
fn linked(target: &str) -> Vec<Part> {
    let part = |name: &str, licence: &str| Part {
        name: name.to_owned(),
        licence: licence.to_owned(),
        texts: Vec::new(),
    };
    let mut parts = vec![part("the standard library of Rust", "MIT OR Apache-2.0")];
    if target.ends_with("linux-gnu") {
        parts.push(part("the GNU C Library", "LGPL-2.1-or-later"));
    }
    parts
}

/// All crates of others that the programs are compiled from.
fn crates(metadata: &Value) -> Result<BTreeSet<Part>> {
    let list = |name: &str| {
        let value = name
            .split('.')
            .try_fold(metadata, |value, key| value.get(key));
        let items = value.and_then(Value::as_array);
        items.with_context(|| format!("cargo's metadata has no {name}"))
    };
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let by_id = |items: &'static str| -> Result<BTreeMap<String, &Value>> {
        let items = list(items)?.iter();
        Ok(items
            .filter_map(|item| Some((text(item, "id")?, item)))
            .collect())
    };
    let (packages, nodes) = (by_id("packages")?, by_id("resolve.nodes")?);
    let is_program = |package: &&Value| {
        let name = package.get("name").and_then(Value::as_str);
        name.is_some_and(|name| programs::NAMES.contains(&name))
            && package.get("source").is_none_or(Value::is_null)
    };
    let mut next: Vec<String> = packages
        .values()
        .copied()
        .filter(|package| is_program(package))
        .filter_map(|package| text(package, "id"))
        .collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = next.pop() {
        let Some(node) = nodes.get(&id).filter(|_| reached.insert(id.clone())) else {
            continue;
        };
        let dependencies = node.get("deps").and_then(Value::as_array);
        let dependencies = dependencies.into_iter().flatten();
        next.extend(
            dependencies
                .filter(|it| is_compiled_in(it))
                .filter_map(|it| text(it, "pkg")),
        );
    }
    let mut parts = BTreeSet::new();
    for id in reached {
        let Some(package) = packages.get(&id) else {
            continue;
        };
        // Ours have no source, and our own licence.
        if package.get("source").is_none_or(Value::is_null) {
            continue;
        }
        let field = |key| text(package, key).unwrap_or_default();
        let manifest = field("manifest_path");
        let folder = Path::new(&manifest)
            .parent()
            .context("a manifest without a folder")?;
        parts.insert(Part {
            name: format!("{} {}", field("name"), field("version")),
            licence: field("license"),
            texts: texts(folder)?,
        });
    }
    Ok(parts)
}

/// Whether a dependency is in the program, and not just there for a build or a test.
fn is_compiled_in(dependency: &Value) -> bool {
    let kinds = dependency.get("dep_kinds").and_then(Value::as_array);
    let mut kinds = kinds.into_iter().flatten();
    kinds.any(|kind| kind.get("kind").is_none_or(Value::is_null))
}

/// The scripts that the pages send.
fn vendored(folder: &Path) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            parts.push(Part {
                name: entry.file_name().to_string_lossy().into_owned(),
                licence: "see below".to_owned(),
                texts: texts(&entry.path())?,
            });
        }
    }
    Ok(parts)
}

/// The licences that lie in a folder.
fn texts(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if NAMES.iter().any(|start| name.starts_with(start)) && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    let read = |file: &std::path::PathBuf| -> Result<String> {
        let bytes = fs::read(file)?;
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        Ok(text.trim().to_owned())
    };
    files.iter().map(read).collect()
}

/// The list of parts, and each text once with those that it is for.
fn written(parts: &BTreeSet<Part>) -> String {
    let mut out = String::from(
        "What others made and the programs contain, each with its licence; the texts are below.\n\n",
    );
    let mut by_text: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for part in parts {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}: {}", part.name, part.licence);
        for text in &part.texts {
            by_text.entry(text).or_default().push(&part.name);
        }
    }
    for (text, names) in by_text {
        let line = "=".repeat(78);
        let _ = writeln!(out, "\n{line}\n{}\n{line}\n\n{text}", names.join(", "));
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_crate_is_listed_as_well() {
        let mut parts: BTreeSet<Part> = grammars().collect();
        parts.extend(linked("x86_64-unknown-linux-gnu"));
        let text = written(&parts);
        for part in [
            "the grammar of syntaxes/",
            "the standard library of Rust: MIT OR Apache-2.0",
            "the GNU C Library: LGPL-2.1-or-later",
            "Permission is hereby granted",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(linked("aarch64-apple-darwin").len(), 1);
    }

    #[test]
    fn only_what_is_compiled_in_is_listed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("LICENSE-MIT"), "Do as you like.\r\n").unwrap();
        let manifest = folder.path().join("Cargo.toml");
        let package = |name: &str, source: Value| {
            json!({"id": name, "name": name, "version": "1.0.0", "license": "MIT",
                "source": source, "manifest_path": manifest})
        };
        let dependency =
            |name: &str, kind: Value| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [
                package("pm", Value::Null),
                package("memory", json!("registry")),
                package("compiler", json!("registry")),
                package("checker", json!("registry")),
                package("stranger", json!("registry")),
            ],
            "resolve": {"nodes": [
                {"id": "pm", "deps": [
                    dependency("memory", Value::Null),
                    dependency("compiler", json!("build")),
                    dependency("checker", json!("dev")),
                ]},
                {"id": "memory", "deps": []},
                {"id": "stranger", "deps": []},
            ]},
        });
        let parts = crates(&metadata).unwrap();
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["memory 1.0.0"]);
        let text = written(&parts);
        assert!(text.contains("memory 1.0.0: MIT\n"), "{text}");
        assert!(text.contains("\nDo as you like.\n"), "{text}");
    }
}
