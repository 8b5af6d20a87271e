//! Files that two crates have, since a package holds nothing of another crate's, are the same.

/// A copy, the file that it is one of, and what each holds.
const COPIES: &[(&str, &str, &str, &str)] = &[
    (
        "crates/pm-tools/assets/pages/app.css",
        "crates/pm-web/assets/app.css",
        include_str!("../../crates/pm-tools/assets/pages/app.css"),
        include_str!("../../crates/pm-web/assets/app.css"),
    ),
    (
        "crates/pm-tools/assets/pages/shapes.html",
        "crates/pm-web/templates/shapes.html",
        include_str!("../../crates/pm-tools/assets/pages/shapes.html"),
        include_str!("../../crates/pm-web/templates/shapes.html"),
    ),
];

#[test]
fn copies_are_the_same() {
    for (copy, original, copied, wanted) in COPIES {
        assert!(
            copied == wanted,
            "bring it up to date: cp {original} {copy}"
        );
    }
}
