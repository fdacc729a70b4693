// SPDX-License-Identifier: Apache-2.0

//! A circuit of any size that resembles the real ones, to test and to measure the prover with.

use ark_bls12_381::Fr;
use ark_ff::Field;
use ligature_circuits::r1cs::{Builder, Circuit, Label, Num};

/// A chain of hash-like steps with range checks in between: nearly a third of the witnesses are bits, a few are small
/// numbers and the others are full-size, as in a circuit of Merkle paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
	/// Groups of four S-boxes and a number of six bits: 19 constraints each.
	pub groups: usize,
	/// What the chain starts from.
	pub start: u64,
	/// A group whose number is claimed to be one more than it is, which no key can prove.
	pub false_group: Option<usize>,
}

/// The squares and products of an S-box.
const POWER: Label = Label("sample/fifth power");
/// The six witnesses are bits.
const BIT: Label = Label("sample/bit");
/// They are the number's.
const NUMBER: Label = Label("sample/number");
/// The last state is the public input.
const RESULT: Label = Label("sample/result");

const STATE: usize = 5;
const S_BOXES: usize = 4;
const BITS: u32 = 6;

impl Sample {
	/// A circuit whose statement is true.
	pub const fn new(groups: usize, start: u64) -> Self {
		Self { groups, start, false_group: None }
	}
}

impl Circuit for Sample {
	fn name(&self) -> String {
		format!("sample-{}", self.groups)
	}

	fn synthesize(&self, builder: &mut Builder) {
		let mut state: [Num; STATE] =
			std::array::from_fn(|i| builder.witness(Fr::from(self.start + i as u64)));
		let mut last = Num::zero();
		for group in 0..self.groups {
			builder.region(|| format!("group {group}"));
			for step in 0..S_BOXES {
				let weights = (1u64..).map(|w| Fr::from(w + step as u64)).zip(&state);
				let input = (Num::sum(weights) + &Num::from(step as u64 + 1)).simplified();
				let square = builder.product(POWER, &input, &input);
				let fourth = builder.product(POWER, &square, &square);
				last = builder.product(POWER, &fourth, &input);
				state[(S_BOXES * group + step) % STATE] = last.clone();
			}
			let number = (self.start + group as u64) % (1 << BITS);
			let claim = number + u64::from(self.false_group == Some(group));
			let mut sum = Num::zero();
			for i in 0..BITS {
				let bit = builder.witness(Fr::from(number >> i & 1));
				builder.enforce(BIT, &bit, &(&bit - &Num::one()), &Num::zero());
				sum.add_scaled(Fr::from(2u64).pow([u64::from(i)]), &bit);
			}
			let claim = builder.witness(Fr::from(claim));
			builder.equal(NUMBER, &sum, &claim);
		}
		builder.public_input(RESULT, &last);
	}
}
