// SPDX-License-Identifier: Apache-2.0

//! `docs/security.md` names the tests that show what it says. They are there.
//!
//! The form: within a cell of a table, or a line elsewhere, a path in backticks, then names of functions of that file in
//! backticks, then perhaps another path. What is in backticks and has a slash is a path of the repository.

#![allow(missing_docs, reason = "each test says in its name what it shows")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

use std::{collections::BTreeSet, fs, path::Path};

/// What a document says about tests.
#[derive(Debug, Default)]
struct Claims {
	/// Tests that are where the document says.
	found: BTreeSet<String>,
	/// What is not so.
	problems: Vec<String>,
}

/// Reads a document; `source` gives the text of a file, or nothing of a folder, if it is there.
fn read(document: &str, source: impl Fn(&str) -> Option<String>) -> Claims {
	let mut claims = Claims::default();
	for (line, text) in document.lines().enumerate() {
		let in_table = text.starts_with('|');
		for cell in text.split(|c| in_table && c == '|') {
			let mut file: Option<(&str, String)> = None;
			for quoted in cell.split('`').skip(1).step_by(2) {
				let mut problem = |what: &str| {
					claims.problems.push(format!("line {}: `{quoted}`: {what}", line + 1));
				};
				if quoted.contains('/') {
					file = source(quoted).map(|source| (quoted, source));
					if file.is_none() {
						problem("no such file or folder");
					}
					continue;
				}
				match &file {
					Some((path, source)) if is_function(quoted) => {
						if source.contains(&format!("fn {quoted}(")) {
							claims.found.insert(format!("{path}: {quoted}"));
						} else {
							problem(&format!("not in {path}"));
						}
					},
					None if quoted.contains("_should_") => problem("a test without its file"),
					_ => (),
				}
			}
		}
	}
	claims
}

/// Whether this can be the name of a function, of several words.
fn is_function(text: &str) -> bool {
	text.contains('_')
		&& text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[test]
fn tests_that_the_security_document_names_should_be_where_it_says() {
	let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
	let document = fs::read_to_string(root.join("docs/security.md")).expect("it is there");
	let claims = read(&document, |path| {
		let path = root.join(path);
		if path.is_dir() { Some(String::new()) } else { fs::read_to_string(path).ok() }
	});
	assert!(claims.problems.is_empty(), "{:#?}", claims.problems);
	assert!(claims.found.len() > 100, "only {} tests: is this the form?", claims.found.len());
}

#[test]
fn a_name_that_is_nowhere_should_be_found() {
	let source = |path: &str| match path {
		"a/one.rs" => Some("fn one_should_hold() {}".to_owned()),
		"a/two.rs" => Some("fn two_should_hold() {}".to_owned()),
		_ => None,
	};
	let good = "| `call` | `a/one.rs` `one_should_hold`; `a/two.rs` `two_should_hold`, `Error` | no test |";
	let claims = read(good, source);
	assert!(claims.problems.is_empty(), "{claims:?}");
	assert_eq!(claims.found.len(), 2);
	for bad in [
		"`a/one.rs` `two_should_hold`",
		"`a/one.rs` `one_should_hol`",
		"`a/one.rs` `one_should_hold` and `two_should_hold`",
		"| `a/one.rs` | `one_should_hold` |",
		"`a/three.rs`",
		"`one_should_hold`",
	] {
		assert_eq!(read(bad, source).problems.len(), 1, "{bad}");
	}
}
