// SPDX-License-Identifier: Apache-2.0

//! How many constraints the chain circuit has, part by part, and the digests of its matrices. (Those of
//! the join stand in its own tests.)
//!
//! ```text
//! constraints = 57,971 + 23,860·(slots / 2)
//! ```

use crate::{
	chain::{ACCOUNT_PATH, ACCOUNT_TOP, ChainCircuit, ChainWitness, POOL_PATH, POOL_TOP},
	r1cs::{Matrices, Matrix, Shape},
	testing::hex,
};
use ligature_primitives::constants::{
	ACCOUNT_DEPTH, AMOUNT_BITS, BALANCE_DEPTH, FEE_BITS, FEE_TOKENS, NETWORK_BITS, NONCE_BITS,
	POOL_DEPTH, REGISTERS, SizeClass, TIME_BITS,
};

/// Constraints outside the pairs.
const FIXED: usize = 57_971;
/// Constraints of a pair of slots.
const PAIR: usize = 23_860;

const ACCOUNT_BITS: usize = 2 * ACCOUNT_DEPTH;
const TOKEN_BITS: usize = 2 * BALANCE_DEPTH;
const POOL_BITS: usize = 2 * POOL_DEPTH;
const AMOUNT: usize = AMOUNT_BITS as usize;
const FEE: usize = FEE_BITS as usize;
const NONCE: usize = NONCE_BITS as usize;
const TIME: usize = TIME_BITS as usize;
/// A test for zero.
const ZERO_TEST: usize = 2;
/// A signature.
const SIGNATURE: usize = 1_955;

/// A hash of so many words.
const fn hash(words: usize) -> usize {
	match words {
		2 => 240,
		3 => 294,
		_ => 300 * words.div_ceil(4) - 3,
	}
}

/// That a number has so many bits.
const fn range(bits: usize) -> usize {
	bits + 1
}

/// A change of a leaf, up so many levels: twice a hash, and an exchange of one of four.
const fn path(levels: usize) -> usize {
	levels * (2 * hash(4) + 6)
}

/// The exchange of an upper node, so many levels below the root: marks, exchanges, one sum.
const fn upper(levels: usize) -> usize {
	let nodes = 4usize.pow(levels as u32);
	(nodes - 2 * levels - 1) + nodes + 1
}

/// The root above the upper nodes.
const fn root(levels: usize) -> usize {
	(4usize.pow(levels as u32) - 1) / 3 * hash(4)
}

/// The root of a state.
const STATE_ROOT: usize = root(ACCOUNT_TOP) + root(POOL_TOP) + hash(2);

/// A leaf's fields, with those of one that does not exist.
const LEAF: usize = 1 + 4;
/// A change of a leaf: that it exists or not afterwards, its value before and after, its path.
const LEAF_CHANGE: usize = 1 + 2 * (hash(4) + 1) + path(ACCOUNT_PATH) + upper(ACCOUNT_TOP);
/// A change of a balance to a number in range, and that it is one of the leaf's.
const BALANCE_CHANGE: usize = range(AMOUNT) + path(BALANCE_DEPTH) + 1;

/// What a cell shows, with its flag `creates` and the five kinds of cells that forbid something.
const HEAD: usize = 1 + ACCOUNT_BITS + TOKEN_BITS + 5;
/// Creation (two rules, and seven of its index), owner (five), outcome (five).
const VISIT_OPEN: usize = LEAF + 2 + (ZERO_TEST + 2 + 2) + 4 + (ZERO_TEST + 1 + 1 + 2);
const VISIT_CLOSE: usize = 1 + BALANCE_CHANGE + LEAF_CHANGE;
/// The register of a cell: marks and their sum, which one is created, four fields.
const MARK: usize = REGISTERS + 1 + REGISTERS + 1 + 4 * REGISTERS;
/// A number of the marked register is moved by another.
const MOVE: usize = REGISTERS + 1;

/// The regions of a pair, in order; the even slot's and the odd one's in turns.
const fn pair() -> [(&'static str, usize); 10] {
	let terms = FEE + TIME + 2 * AMOUNT + ACCOUNT_BITS + NONCE + 2;
	// Fifteen flags; the key of a deposit; LP tokens.
	let even_cell = 15 + 2 + terms + AMOUNT + HEAD + 1;
	let odd_cell = 7 + 2 + AMOUNT + HEAD + 3;
	let foreign = AMOUNT + REGISTERS;
	let supply = 2 + AMOUNT + MOVE + ZERO_TEST + 2;
	let even_pool = (ZERO_TEST + 2) + MARK + 2 + AMOUNT + MOVE + foreign + 5 + REGISTERS + supply;
	let tokens = 6 + 7;
	let odd_pool = MARK + 1 + (AMOUNT + 2) + MOVE + foreign + 4 + REGISTERS + tokens;
	let message = (1 + range(TIME)) + 3 + 3 + 4 + hash(4);
	let log = 1 + hash(7) + 1;
	[
		("cell", even_cell),
		("cell", odd_cell),
		("pool", even_pool),
		("pool", odd_pool),
		("account", VISIT_OPEN + 1 + range(NONCE) + 1 + VISIT_CLOSE),
		("account", VISIT_OPEN + 1 + VISIT_CLOSE),
		("signature", message + SIGNATURE),
		("fee", 1 + 3 * FEE_TOKENS + 2),
		("log", 1 + log),
		("log", log),
	]
}

/// The regions before the pairs.
const fn before() -> [(&'static str, usize); 3] {
	let context = NETWORK_BITS as usize + 8 + 16 + 64 + TIME + 32 + 32;
	let params = 8 + 16 + 8 + 16 + 16;
	// Used, created; place; side; parameters, token and chain; reserves; empty or loaded.
	let register = 3 + POOL_BITS + 1 + (params + 4) + 2 * range(AMOUNT) + 4 + hash(3) + 1;
	let ascending = (REGISTERS - 1) * (2 + range(POOL_BITS));
	[
		("context", context + STATE_ROOT),
		("registers: load", REGISTERS * register + ascending),
		("fees: tokens", FEE_TOKENS * TOKEN_BITS),
	]
}

/// The regions after so many pairs.
const fn after(pairs: usize) -> [(&'static str, usize); 4] {
	let register = 1 + hash(3) + 1 + path(POOL_PATH) + upper(POOL_TOP) + 1;
	let credit = ACCOUNT_BITS + LEAF + FEE_TOKENS * (1 + BALANCE_CHANGE) + LEAF_CHANGE;
	[
		("fees: credit", credit),
		("registers: store", REGISTERS * register),
		// Four words of each pair, one of each register.
		("public data", hash(4 * pairs + REGISTERS)),
		("public input", STATE_ROOT + range(32) + hash(6) + 1),
	]
}

fn padding(class: u8) -> Matrices {
	let witness = ChainWitness::padding(SizeClass::new(class).expect("a class"));
	Shape::of(&ChainCircuit { witness: &witness }).matrices
}

/// Panics unless each region, and so the whole, has the constraints that are counted here.
fn check(class: u8) -> Matrices {
	let matrices = padding(class);
	let pairs = SizeClass::new(class).expect("a class").capacity() as usize / 2;
	let mut expected: Vec<(String, usize)> =
		before().map(|(name, count)| (name.to_owned(), count)).into();
	for index in 0..pairs {
		let places = [0, 1, 0, 1, 0, 1, 0, 0, 0, 1];
		expected.extend(
			places
				.iter()
				.zip(pair())
				.map(|(odd, (name, count))| (format!("slot {}: {name}", 2 * index + odd), count)),
		);
	}
	expected.extend(after(pairs).map(|(name, count)| (name.to_owned(), count)));
	let regions: Vec<(String, usize)> =
		matrices.regions().into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
	assert_eq!(regions, expected, "class {class}");
	assert_eq!(matrices.constraints(), FIXED + PAIR * pairs, "class {class}");
	matrices
}

/// Per class: constraints, entries of the three matrices, digest.
const PINS: [(u8, usize, [usize; 3], &str); 3] = [
	(
		1,
		153_411,
		[399_296, 664_504, 262_694],
		"6c6cf5bb0393c7b297be1e3b367e77254b581cd3cc4fb17f3089b5d4de44ce3d",
	),
	(
		2,
		439_731,
		[1_144_076, 1_938_556, 749_642],
		"b0c477863dc1b8854f63f6d8a210261d3b46ff16c71fa36e24685c037d63f36c",
	),
	(
		3,
		1_585_011,
		[4_123_196, 7_086_604, 2_697_434],
		"86ee639084fe2927483e34343d738d26139b07d59cfe5b48b12a00159c20be1b",
	),
];

#[test]
fn sizes_should_follow_the_formula_and_matrices_the_pins() {
	let long = std::env::var_os("LIGATURE_LONG").is_some_and(|it| it != "0");
	let pins = &PINS[..if long { 3 } else { 2 }];
	let found: Vec<_> = pins
		.iter()
		.map(|(class, ..)| {
			let matrices = check(*class);
			let entries = [&matrices.a, &matrices.b, &matrices.c].map(Matrix::entries);
			(*class, matrices.constraints(), entries, hex(&matrices.digest()))
		})
		.collect();
	let pins: Vec<_> = pins
		.iter()
		.map(|(class, constraints, entries, digest)| {
			(*class, *constraints, *entries, (*digest).to_owned())
		})
		.collect();
	assert_eq!(found, pins);
}

/// A block of one more pair costs as much as the formula says, public data included.
#[test]
fn the_formula_should_be_the_sum_of_its_parts() {
	let sum = |parts: &[(&str, usize)]| parts.iter().map(|(_, count)| count).sum::<usize>();
	for pairs in [4, 16, 64, 256] {
		let total = sum(&before()) + pairs * sum(&pair()) + sum(&after(pairs));
		assert_eq!(total, FIXED + PAIR * pairs);
	}
}
