// SPDX-License-Identifier: Apache-2.0

//! What the ledger did is accepted.

use super::blocks::{
	LOCAL, POOL, add, amount, class, every_kind, join, liquidity, pool, remove, story, swap,
	witness,
};
use crate::{
	join::{JoinCircuit, JoinOperation, JoinWitness, kind::Kind},
	r1cs::{Shape, assignment},
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	ids::Side,
	pool::{Liquidity, PoolParams},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn satisfied(circuit: &JoinCircuit) -> Fr {
	assert_eq!(circuit.witness.check(circuit.class), Ok(()));
	let shape = Shape::of(circuit);
	assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
	shape.assignment[1]
}

#[test]
fn blocks_of_the_ledger_should_be_accepted() {
	let (mut kinds, mut chains, mut local) = (BTreeMap::new(), BTreeMap::new(), 0);
	let long = std::env::var_os("LIGATURE_LONG").is_some_and(|it| it != "0");
	for (header, sealed) in (0..if long { 300 } else { 12 }).flat_map(story) {
		if sealed.joint == 0 {
			continue;
		}
		let mut circuit = join(&header, &sealed);
		assert_eq!(circuit.witness.operations.len(), sealed.joint as usize);
		for operation in &circuit.witness.operations {
			let kind = Kind::of(operation).expect("the ledger knows no others");
			*kinds.entry(format!("{kind:?}")).or_insert(0) += 1;
			let params = operation.home.params;
			local += usize::from(params.chain0 == params.chain1);
		}
		*chains.entry(header.chains.len()).or_insert(0) += 1;
		assert_eq!(satisfied(&circuit), header.join_public_input());
		// A class that is larger than it need be has another public input, and padding.
		if sealed.joint <= 8 && header.join_class != class(1) {
			circuit.class = class(1);
			let input = satisfied(&circuit);
			assert_ne!(input, header.join_public_input());
		}
	}
	assert_eq!(kinds.len(), Kind::ALL.len(), "{kinds:?}");
	assert_eq!(chains.keys().copied().collect::<Vec<_>>(), [2, 3, 4]);
	assert!(local > 0);
}

#[test]
fn every_kind_should_be_accepted_beside_padding() {
	satisfied(&every_kind());
}

#[test]
fn nothing_should_be_accepted() {
	let circuit = JoinCircuit { class: class(1), witness: witness(Vec::new()) };
	satisfied(&circuit);
	satisfied(&JoinCircuit { class: class(1), witness: JoinWitness::default() });
	satisfied(&JoinCircuit::default());
}

#[test]
fn values_alone_should_be_those_of_the_shape() {
	let circuit = every_kind();
	assert_eq!(assignment(&circuit), Shape::of(&circuit).assignment);
}

#[test]
fn a_full_class_should_be_accepted() {
	let operations = (0..8).map(|tx| swap(POOL, pool(), Side::Zero, 1_000, tx));
	satisfied(&JoinCircuit { class: class(1), witness: witness(operations.collect()) });
}

/// The literal equation `(r0 + a0)(r1 − a1) = r0·r1`, where integers allow it: no fee, no remainder.
#[test]
fn the_equation_should_hold_exactly_where_integers_allow() {
	let free = PoolParams { fee_bps: 0, ..POOL };
	for (reserves, paid, paid_out) in [
		((600, 1_000), 400, 400),
		((1, 2), 1, 1),
		(((1 << 111) - 1, 1 << 111), (1 << 111) - 1, 1 << 110),
	] {
		let (r0, r1) = reserves;
		for input in [Side::Zero, Side::One] {
			let pool =
				if input == Side::Zero { liquidity(r0, r1, 1) } else { liquidity(r1, r0, 1) };
			let operation = swap(free, pool, input, paid, 1);
			let amounts = [operation.home.amount, operation.far.amount];
			let expected = if input == Side::Zero { [paid, paid_out] } else { [paid_out, paid] };
			assert_eq!(amounts, expected.map(amount));
			let word = |value: u128| Fr::from(value);
			assert_eq!(
				(word(r0) + word(paid)) * (word(r1) - word(paid_out)),
				word(r0) * word(r1),
				"rem is 0"
			);
			satisfied(&JoinCircuit { class: class(1), witness: witness(vec![operation]) });
		}
	}
}

const MAX: u128 = (1 << 112) - 1;

#[test]
fn the_ends_of_all_ranges_should_be_accepted() {
	let free = PoolParams { fee_bps: 0, ..POOL };
	let full = liquidity(MAX, MAX, MAX);
	let operations = vec![
		// The largest product, and the largest remainder but one.
		swap(free, liquidity(1, MAX, MAX), Side::Zero, MAX - 1, 1),
		swap(POOL, liquidity(MAX - 1, MAX, MAX), Side::Zero, 1, 2),
		swap(LOCAL, liquidity(MAX, 1, 1), Side::One, 0, 3),
		// The largest first liquidity: T = 2^112 − 1, and x·y = T² + 2T would need one more.
		add(POOL, Liquidity::default(), 1, [MAX, MAX], 4),
		add(POOL, Liquidity::default(), MAX - 1_001, [MAX - 1, MAX], 5),
		add(POOL, liquidity(1, 1, 1), MAX - 1, [MAX, MAX], 6),
		remove(POOL, full, MAX, Some(7)),
		remove(POOL, liquidity(0, 0, 2), 1, None),
	];
	satisfied(&JoinCircuit { class: class(1), witness: witness(operations) });
}

/// Amounts from 1 of all sizes.
fn positive() -> impl Strategy<Value = u128> {
	(any::<u128>(), 16u32..128).prop_map(|(value, shift)| (value >> shift).max(1))
}

fn one(operation: JoinOperation) -> JoinCircuit {
	JoinCircuit { class: class(1), witness: witness(vec![operation]) }
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn swaps_of_all_sizes_should_be_accepted(
		r0 in positive(), r1 in positive(), paid in positive(), fee in 0u16..=1_000, home: bool,
	) {
		let input = if home { Side::Zero } else { Side::One };
		let reserve = if home { r0 } else { r1 };
		let params = PoolParams { fee_bps: fee, ..POOL };
		let paid = paid.min(MAX - reserve);
		satisfied(&one(swap(params, liquidity(r0, r1, 1), input, paid, 1)));
	}

	#[test]
	fn first_liquidity_of_all_sizes_should_be_accepted(x in positive(), y in positive()) {
		let (x, y) = (x.max(1_100), y.max(1_100));
		satisfied(&one(add(POOL, Liquidity::default(), 1, [x, y], 1)));
	}

	#[test]
	fn removals_of_all_sizes_should_be_accepted(
		r0 in positive(), r1 in positive(), supply in positive(), part in 1u128..=1_000,
	) {
		let shares = (supply / 1_000 * part).max(1);
		satisfied(&one(remove(POOL, liquidity(r0, r1, supply), shares, Some(1))));
	}
}
