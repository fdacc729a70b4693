// SPDX-License-Identifier: Apache-2.0

//! The worked example in `docs/protocol.md` is what the ledger computes.

use ligature_differential::example;
use std::{fs, path::Path};

const BEGIN: &str = "<!-- example:begin -->\n";
const END: &str = "<!-- example:end -->";

#[test]
fn worked_example_equals_the_document() {
	let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol.md");
	let document = fs::read_to_string(&path).expect("the document is part of the repository");
	let start = document.find(BEGIN).expect("the example has a beginning") + BEGIN.len();
	let end = start + document[start..].find(END).expect("the example has an end");
	let text = example::text();
	if std::env::var_os("LIGATURE_BLESS").is_some_and(|it| it != "0") {
		let blessed = [&document[..start], &text, &document[end..]].concat();
		fs::write(&path, blessed).expect("the document can be written");
		return;
	}
	let first = document[start..end].lines().zip(text.lines()).find(|(old, new)| old != new);
	assert!(
		document[start..end] == text,
		"the worked example is out of date, first at {first:#?}; \
		 LIGATURE_BLESS=1 cargo test -p ligature-differential --test example writes it anew",
	);
}
