// SPDX-License-Identifier: Apache-2.0

//! Every error and every event of the rollup's pallets has been seen by a test.
//!
//! The names come from the runtime's metadata, so that a new one cannot be forgotten. A name counts as seen if a
//! function that asserts something names it, or a helper that such a function calls: in the tests of the pallet or
//! in those of this crate. Comments do not count.

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

/// The words by which a function says what it expects.
const ASSERTIONS: [&str; 5] = ["assert", ".refused(", ".event(", ".invalid(", "matches!("];

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

/// A function of a test's source: its name, and its text up to the next function.
struct Function {
	name: String,
	text: String,
}

impl Function {
	/// All functions of a source.
	fn all(source: &str) -> Vec<Self> {
		let functions = source.split("fn ").skip(1);
		let name =
			|text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
		functions.map(|text| Self { name: name(text), text: text.to_owned() }).collect()
	}

	fn asserts(&self) -> bool {
		ASSERTIONS.iter().any(|word| self.text.contains(word))
	}

	/// Whether it names a variant, and not only one whose name begins like that.
	fn names(&self, variant: &str) -> bool {
		self.text.match_indices(&format!("::{variant}")).any(|(at, found)| {
			let next = self.text[at + found.len()..].chars().next();
			!next.is_some_and(|c| c.is_alphanumeric() || c == '_')
		})
	}
}

/// The functions of the tests of a pallet, and of this crate.
fn functions(pallet: &str) -> Vec<Function> {
	let mut files = Vec::new();
	sources(&root().join(pallet).join("src"), &mut files);
	files.retain(|path| {
		path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"))
	});
	sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut files);
	files.retain(|path| !path.ends_with("coverage.rs"));
	let read = |path| fs::read_to_string(path).expect("the file is there");
	files.iter().flat_map(|path| Function::all(&without_comments(&read(path)))).collect()
}

/// Whether a function that asserts something names the variant, or calls a helper that does.
fn is_seen(functions: &[Function], variant: &str) -> bool {
	let asserting = || functions.iter().filter(|function| function.asserts());
	functions.iter().filter(|function| function.names(variant)).any(|function| {
		let call = format!("{}(", function.name);
		function.asserts() || asserting().any(|caller| caller.text.contains(&call))
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
		let functions = functions(folder);
		let types = [
			pallet.error.as_ref().map(|error| error.ty.id),
			pallet.event.as_ref().map(|event| event.ty.id),
		];
		for (kind, id) in ["error", "event"].into_iter().zip(types) {
			let Some(id) = id else { continue };
			for variant in variants(&metadata, id) {
				all += 1;
				let excused = UNSEEN.iter().any(|(p, v, _)| (*p, *v) == (name, &variant[..]));
				if is_seen(&functions, &variant) == excused {
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
fn names_should_count_where_something_is_asserted_only() {
	let source = "
		fn helper() -> Error { Error::Helped }
		fn idle() { let b = Other::Idle; }
		fn test() { // assert!(Error::Hidden);
			let expected = Error::Shown;
			assert_eq!(helper(), expected);
		}
	";
	let functions = Function::all(&without_comments(source));
	assert!(is_seen(&functions, "Shown"));
	assert!(is_seen(&functions, "Helped"));
	for unseen in ["Hidden", "Sho", "Idle"] {
		assert!(!is_seen(&functions, unseen), "{unseen}");
	}
}
