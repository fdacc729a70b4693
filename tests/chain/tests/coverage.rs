// SPDX-License-Identifier: Apache-2.0

//! Every error and every event of the rollup's pallets has been seen by a test.
//!
//! The names come from the runtime's metadata, so that a new one cannot be forgotten. A name counts as seen if
//! a statement that asserts something, or that lists what is to be asserted, names it, in the tests of the pallets or
//! in those of this crate; comments
//! do not count.

#![allow(missing_docs, reason = "each test says in its name what it shows")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

use codec::Decode;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed, v16::RuntimeMetadataV16};
use ligature_runtime::Runtime;
use scale_info::{TypeDef, form::PortableForm};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::{Path, PathBuf},
};

/// The pallets by their names in the runtime, and where their sources are.
const PALLETS: [(&str, &str); 4] = [
	("Rollup", "pallets/rollup"),
	("ProofVerifier", "pallets/proof-verifier"),
	("RootOracle", "pallets/root-oracle"),
	("Amm", "pallets/amm"),
];

/// The words by which a statement of a test says what it expects.
const ASSERTIONS: [&str; 9] = [
	"assert",
	"refused(",
	".event(",
	"invalid(",
	"matches!(",
	"expect_event",
	"Rollup::",
	"Err(",
	"Error::",
];

/// Why a name cannot be seen in a test: with the reason.
const UNSEEN: [(&str, &str, &str); 0] = [];

fn metadata() -> RuntimeMetadataV16 {
	// The first bytes are the length of the rest.
	let opaque = Runtime::metadata_at_version(16).expect("the runtime has it");
	let prefixed = RuntimeMetadataPrefixed::decode(&mut &opaque[..]).expect("it is metadata");
	match prefixed.1 {
		RuntimeMetadata::V16(metadata) => metadata,
		_ => panic!("version 16 was asked for"),
	}
}

/// Names of the variants of an enum of the metadata.
fn variants(metadata: &RuntimeMetadataV16, id: u32) -> BTreeSet<String> {
	let resolved: &scale_info::Type<PortableForm> =
		metadata.types.resolve(id).expect("the type is there");
	match &resolved.type_def {
		TypeDef::Variant(variants) => {
			variants.variants.iter().map(|variant| variant.name.clone()).collect()
		},
		_ => panic!("errors and events are enums"),
	}
}

fn root() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All Rust files below a folder.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
	for entry in fs::read_dir(folder).expect("the folder is there") {
		let path = entry.unwrap().path();
		if path.is_dir() {
			sources(&path, into);
		} else if path.extension().is_some_and(|extension| extension == "rs") {
			into.push(path);
		}
	}
}

/// Without comments; texts in quotes stay.
fn without_comments(source: &str) -> String {
	let lines = source.lines().map(|line| match line.find("//") {
		Some(at) if !line[..at].contains('"') => &line[..at],
		_ => line,
	});
	lines.collect::<Vec<_>>().join("\n")
}

/// The statements of the tests of a pallet, and of this crate.
fn statements(pallet: &str) -> Vec<String> {
	let mut files = Vec::new();
	sources(&root().join(pallet).join("src"), &mut files);
	files.retain(|path| {
		path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"))
	});
	sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut files);
	let mut statements = Vec::new();
	for file in files.iter().filter(|file| !file.ends_with("coverage.rs")) {
		let source = without_comments(&fs::read_to_string(file).unwrap());
		statements.extend(source.split(';').map(str::to_owned));
	}
	statements
}

/// Whether a statement that asserts something names the variant.
fn is_seen(statements: &[String], name: &str) -> bool {
	statements.iter().any(|statement| {
		let named = statement.match_indices(&format!("::{name}")).any(|(at, found)| {
			let next = statement[at + found.len()..].chars().next();
			!next.is_some_and(|c| c.is_alphanumeric() || c == '_')
		});
		named && ASSERTIONS.iter().any(|word| statement.contains(word))
	})
}

#[test]
fn every_error_and_event_should_be_seen_by_a_test() {
	let metadata = metadata();
	let mut unseen: BTreeMap<String, Vec<String>> = BTreeMap::new();
	let mut all = 0;
	for (name, folder) in PALLETS {
		let pallet = metadata.pallets.iter().find(|pallet| pallet.name == name);
		let pallet = pallet.expect("the runtime has the pallet");
		let statements = statements(folder);
		let types = [
			pallet.error.as_ref().map(|error| error.ty.id),
			pallet.event.as_ref().map(|event| event.ty.id),
		];
		for (kind, id) in ["error", "event"].into_iter().zip(types) {
			let Some(id) = id else { continue };
			for variant in variants(&metadata, id) {
				all += 1;
				let excused = UNSEEN.iter().any(|(p, v, _)| (*p, *v) == (name, &variant[..]));
				if is_seen(&statements, &variant) == excused {
					unseen.entry(format!("{kind}s of {name}")).or_default().push(variant);
				}
			}
		}
	}
	assert!(all > 120, "only {all} names: are these all pallets?");
	assert!(
		unseen.is_empty(),
		"no test asserts these, or they need no excuse any more: {unseen:#?}"
	);
}

#[test]
fn comments_should_not_count_as_seen() {
	let source = "// assert!(Error::Hidden);\nassert_eq!(a, Error::Shown); let b = Other::Idle;\n";
	let statements: Vec<String> = without_comments(source).split(';').map(str::to_owned).collect();
	assert!(is_seen(&statements, "Shown"));
	assert!(!is_seen(&statements, "Hidden"));
	assert!(!is_seen(&statements, "Sho"));
	assert!(!is_seen(&statements, "Idle"));
}
