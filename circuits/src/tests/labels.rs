// SPDX-License-Identifier: Apache-2.0

//! Every label of the two statements has a forged witness that its constraints refuse and all others
//! let pass, or a written proof that the rule follows from others.
//!
//! The tables stand in the tests of the gadgets and of the statements, next to what they attack.

use crate::{
	chain::{self, ChainCircuit, ChainWitness},
	gadgets::{bits, curve, poseidon, signature, tree},
	join::{self, JoinCircuit, JoinWitness},
	r1cs::{Label, Shape},
	testing::Forgery,
};
use ligature_primitives::constants::{JoinClass, SizeClass};
use std::collections::{BTreeMap, BTreeSet};

/// The labels of the chain circuit and of the join circuit. All classes have the same.
fn labels() -> BTreeSet<Label> {
	let witness = ChainWitness::padding(SizeClass::new(1).expect("a class"));
	let chain = Shape::of(&ChainCircuit { witness: &witness });
	let class = JoinClass::new(1).expect("a class");
	let join = Shape::of(&JoinCircuit { class, witness: JoinWitness::default() });
	[chain, join].iter().flat_map(|shape| shape.matrices.labels()).map(|(label, _)| label).collect()
}

/// The tables of forgeries, by where they stand.
fn tables() -> [(&'static str, Vec<Forgery>); 6] {
	[
		("gadgets/bits", bits::tests::forgeries()),
		("gadgets/curve", curve::tests::forgeries()),
		("gadgets/poseidon", poseidon::tests::forgeries()),
		("gadgets/signature", signature::tests::forgeries()),
		("gadgets/tree", tree::tests::forgeries()),
		("join", join::tests::forgeries::forgeries()),
	]
}

/// Rules that follow from others, and why.
type Reasons = BTreeMap<Label, &'static str>;

/// The reasons, by where they stand. Of the gadgets and of the join no rule follows from others.
fn redundant() -> Reasons {
	let reasons = chain::tests::labels::REDUNDANT;
	let by_label: Reasons = reasons.iter().map(|(label, reason)| (Label(label), *reason)).collect();
	assert_eq!(by_label.len(), reasons.len(), "a label has two reasons");
	by_label
}

/// A reason shorter than this is none.
const REASON: usize = 40;

/// What is wrong with tables for these labels.
fn faults(
	labels: &BTreeSet<Label>,
	forged: &BTreeSet<Label>,
	redundant: &Reasons,
) -> Vec<(&'static str, Label)> {
	let reasoned: BTreeSet<Label> = redundant.keys().copied().collect();
	let covered = &reasoned | forged;
	let brief = redundant.iter().filter(|(_, reason)| reason.len() < REASON);
	let with = |fault: &'static str, labels: BTreeSet<Label>| {
		labels.into_iter().map(move |label| (fault, label))
	};
	with("neither a forgery nor a reason", labels - &covered)
		.chain(with("not in the matrices", &covered - labels))
		.chain(with("both a forgery and a reason", &reasoned & forged))
		.chain(with("no proof", brief.map(|(label, _)| *label).collect()))
		.collect()
}

#[test]
fn every_label_should_have_a_forgery_or_a_reason() {
	// Those of the chain circuit are checked where they stand: each takes a block of its own.
	let mut forged = chain::tests::labels::forged();
	for (table, forgeries) in tables() {
		assert!(!forgeries.is_empty(), "{table}");
		for forgery in forgeries {
			// Refused by its label and by nothing else.
			forgery.check();
			forged.insert(forgery.label);
		}
	}
	assert_eq!(faults(&labels(), &forged, &redundant()), []);
}

#[test]
fn faults_should_be_found() {
	const LONG: &str = "it is the sum of the two rules before it, and both are shown";
	let [a, b, c] = ["a", "b", "c"].map(Label);
	let labels = BTreeSet::from([a, b]);
	let faults = |forged: &[Label], reasons: &[(Label, &'static str)]| {
		let forged = forged.iter().copied().collect();
		faults(&labels, &forged, &reasons.iter().copied().collect())
	};
	assert_eq!(faults(&[a], &[(b, LONG)]), []);
	assert_eq!(faults(&[a], &[]), [("neither a forgery nor a reason", b)]);
	assert_eq!(faults(&[a, b, c], &[]), [("not in the matrices", c)]);
	assert_eq!(faults(&[a, b], &[(c, LONG)]), [("not in the matrices", c)]);
	assert_eq!(faults(&[a, b], &[(b, LONG)]), [("both a forgery and a reason", b)]);
	assert_eq!(faults(&[a], &[(b, "obvious")]), [("no proof", b)]);
}
