// SPDX-License-Identifier: Apache-2.0

//! Several small integers in one word (section 1 of `docs/protocol.md`).

use ark_ff::{BigInt, PrimeField};

use crate::poseidon::Word;

/// Most bits that a packed word holds: every such integer is below the field's order.
pub const MAX_PACKED_BITS: u32 = 248;

/// Packs integers into a word, **the first in the lowest bits**.
///
/// ```
/// use ligature_primitives::{pack::Pack, poseidon::Word};
///
/// let word = Pack::new().field(3, 8).field(1, 16).word();
/// assert_eq!(word, Word::from(3 + (1 << 8)));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Pack {
	limbs: [u64; 4],
	bits: u32,
}

impl Pack {
	/// Nothing packed yet: the word 0.
	pub const fn new() -> Self {
		Self { limbs: [0; 4], bits: 0 }
	}

	/// Adds `value` as the next `bits` bits.
	///
	/// # Panics
	///
	/// If the value is wider than `bits`, or the word than [`MAX_PACKED_BITS`]: both are errors of
	/// the program, as the widths are constants and the types of the crate bound the values.
	#[must_use]
	pub fn field(mut self, value: u128, bits: u32) -> Self {
		assert!(
			bits <= 128 && (bits == 128 || value >> bits == 0),
			"a field wider than {bits} bits"
		);
		assert!(self.bits + bits <= MAX_PACKED_BITS, "more than {MAX_PACKED_BITS} bits in a word");
		let (limb, shift) = ((self.bits / 64) as usize, self.bits % 64);
		// The value spans at most three limbs from `limb` on.
		let low = value << shift;
		let high = if shift == 0 { 0 } else { value >> (128 - shift) };
		for (i, part) in [low as u64, (low >> 64) as u64, high as u64].into_iter().enumerate() {
			if part != 0 {
				self.limbs[limb + i] |= part;
			}
		}
		self.bits += bits;
		self
	}

	/// The word.
	pub fn word(self) -> Word {
		Word::from_bigint(BigInt(self.limbs)).expect("at most 248 bits, below the order; qed")
	}
}

/// The inverse of [`Pack`]: takes a word apart, the lowest bits first.
#[derive(Clone, Debug)]
pub struct Unpack {
	limbs: [u64; 4],
	position: u32,
}

impl Unpack {
	/// Starts at the lowest bit of `word`.
	pub fn new(word: &Word) -> Self {
		Self { limbs: word.into_bigint().0, position: 0 }
	}

	/// The next `bits` bits, at most 128; zeros beyond the word's end.
	pub fn field(&mut self, bits: u32) -> u128 {
		let bits = bits.min(128);
		let (limb, shift) = ((self.position / 64) as usize, self.position % 64);
		let part = |i: usize| u128::from(self.limbs.get(limb + i).copied().unwrap_or(0));
		let low = part(0) | part(1) << 64;
		let value = if shift == 0 { low } else { low >> shift | part(2).wrapping_shl(128 - shift) };
		self.position = self.position.saturating_add(bits);
		if bits == 128 { value } else { value & ((1 << bits) - 1) }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::config;
	use ark_ff::Field;
	use proptest::prelude::*;

	proptest! {
		#![proptest_config(config(500))]

		#[test]
		fn packs_the_sum_of_shifted_fields(fields in prop::collection::vec((any::<u128>(), 1u32..=112), 1..12)) {
			let (mut packed, mut expected, mut factor, mut total) = (Pack::new(), Word::from(0), Word::from(1), 0);
			let mut kept = Vec::new();
			for (value, bits) in fields {
				if total + bits > MAX_PACKED_BITS {
					break;
				}
				let value = value & ((1 << bits) - 1);
				packed = packed.field(value, bits);
				expected += Word::from(value) * factor;
				factor *= Word::from(2).pow([u64::from(bits)]);
				total += bits;
				kept.push((value, bits));
			}
			let word = packed.word();
			prop_assert_eq!(word, expected);
			let mut unpack = Unpack::new(&word);
			for (value, bits) in kept {
				prop_assert_eq!(unpack.field(bits), value);
			}
			prop_assert_eq!(unpack.field(128), 0);
		}
	}

	#[test]
	#[should_panic(expected = "wider than 8 bits")]
	fn refuses_a_value_wider_than_its_field() {
		let _ = Pack::new().field(256, 8);
	}

	#[test]
	#[should_panic(expected = "more than 248 bits")]
	fn refuses_more_than_a_word() {
		let _ = Pack::new().field(0, 128).field(0, 121);
	}
}
