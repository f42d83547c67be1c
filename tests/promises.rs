//! `docs/security.md` names the test of each promise: each of them is there.

use std::fs;
use std::path::Path;

/// The tests that a text names as `file.rs::name`.
fn named(text: &str) -> Vec<(&str, &str)> {
    let words = text.split('`').skip(1).step_by(2);
    words.filter_map(|word| word.split_once(".rs::")).collect()
}

#[test]
fn every_test_that_a_promise_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/security.md")).unwrap();
    let tests = named(&page);
    let missing: Vec<String> = tests
        .iter()
        .filter(|(file, name)| {
            let code = fs::read_to_string(root.join(format!("{file}.rs"))).unwrap_or_default();
            !code.contains(&format!("fn {name}("))
        })
        .map(|(file, name)| format!("{file}.rs::{name}"))
        .collect();
    assert!(tests.len() > 40, "the page names {} tests", tests.len());
    assert!(missing.is_empty(), "no such test: {missing:#?}");
}

#[test]
fn a_test_is_known_by_its_file_and_its_name() {
    let text = "| A | `tests/a.rs::holds`, `b/c.rs::too` and `Path::new` |";
    assert_eq!(named(text), [("tests/a", "holds"), ("b/c", "too")]);
}
