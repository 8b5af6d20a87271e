//! The image that ours is built in: a tag in the Dockerfile, for whoever builds it for themselves,
//! and a digest in an image that others are to run, as a tag may stand for another one tomorrow.

use anyhow::{Context, Result, ensure};

use super::engine::{docker, inspect};

/// The argument of the build that names the image.
pub(super) const ARGUMENT: &str = "RUST_IMAGE";

/// The image that a Dockerfile names where nobody names another; fails where a stage is built from
/// anything that the argument does not reach.
pub(super) fn named(dockerfile: &str) -> Result<&str> {
    let lines = || dockerfile.lines().map(str::trim);
    for from in lines().filter_map(|line| line.strip_prefix("FROM ")) {
        let image = from.split(' ').next().unwrap_or_default();
        ensure!(
            image == "scratch" || image == format!("${{{ARGUMENT}}}"),
            "a stage is built from {image}, which {ARGUMENT} does not pin"
        );
    }
    lines()
        .find_map(|line| {
            line.strip_prefix("ARG ")?
                .strip_prefix(ARGUMENT)?
                .strip_prefix('=')
        })
        .with_context(|| format!("the Dockerfile has no ARG {ARGUMENT}"))
}

/// The image by its digest, as the registry has it now: `rust@sha256:…`.
pub(super) fn pinned(image: &str) -> Result<String> {
    docker().args(["pull", image]).run()?;
    let pinned = inspect(image, "{{index .RepoDigests 0}}")?;
    ensure!(is_by_digest(&pinned), "{image} has no digest: {pinned:?}");
    Ok(pinned)
}

/// Whether an image is named in a way that always means the same one.
fn is_by_digest(image: &str) -> bool {
    let digest = image.split_once("@sha256:");
    digest.is_some_and(|(name, digest)| {
        !name.is_empty() && digest.len() == 64 && digest.bytes().all(|it| it.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_of_our_image_can_be_pinned() {
        let dockerfile = include_str!("../../../docker/Dockerfile");
        assert!(named(dockerfile).unwrap().starts_with("rust:"));
    }

    #[test]
    fn a_stage_that_cannot_be_pinned_is_named() {
        let error = named("ARG RUST_IMAGE=rust:1\nFROM debian:12 AS build\n").unwrap_err();
        assert!(error.to_string().contains("debian:12"), "{error}");
        assert!(named("FROM ${RUST_IMAGE}\n").is_err());
    }

    #[test]
    fn a_tag_is_no_digest() {
        assert!(is_by_digest(&format!("rust@sha256:{}", "0a".repeat(32))));
        for tag in ["rust:1.95", "rust@sha256:", "rust@sha256:xyz", ""] {
            assert!(!is_by_digest(tag), "{tag}");
        }
    }
}
