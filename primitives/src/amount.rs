// SPDX-License-Identifier: Apache-2.0

//! Amounts and fees: their limits, their bytes on the wire, and arithmetic that does not overflow.
//!
//! The wire form (section 6 of `docs/protocol.md`) takes at most 4 bytes for any number of up to 8
//! significant decimal digits, and has exactly one encoding for **every** integer below 2^112.
//! Nothing is rounded.

use ark_std::vec::Vec;
use primitive_types::U256;

use crate::{
	bytes::{take, take_u8, take_uint},
	checked::checked,
	constants::{AMOUNT_BITS, FEE_BITS},
	refusal::Refusal,
};

checked! {
	/// An amount, balance, reserve or number of shares: below 2^112, in the token's smallest unit.
	Amount(u128) <= (1 << AMOUNT_BITS) - 1, else AmountTooLarge
}

checked! {
	/// The fee of one transaction: below 2^80, in the smallest unit of its token.
	Fee(u128) <= (1 << FEE_BITS) - 1, else FeeTooLarge
}

/// What [`Amount`] and [`Fee`] have in common.
macro_rules! quantity {
	($name:ident) => {
		impl $name {
			/// Nothing.
			pub const ZERO: Self = Self(0);

			/// Whether this is nothing.
			pub const fn is_zero(self) -> bool {
				self.0 == 0
			}

			/// The sum, if it keeps the limit.
			pub fn checked_add(self, other: Self) -> Option<Self> {
				Self::new(self.0 + other.0).ok()
			}

			/// The difference, if it is not negative.
			pub fn checked_sub(self, other: Self) -> Option<Self> {
				self.0.checked_sub(other.0).map(Self)
			}
		}

		impl From<$name> for u128 {
			fn from(value: $name) -> u128 {
				value.0
			}
		}

		impl TryFrom<u128> for $name {
			type Error = Refusal;

			fn try_from(value: u128) -> Result<Self, Refusal> {
				Self::new(value)
			}
		}
	};
}

quantity!(Amount);
quantity!(Fee);

impl From<Fee> for Amount {
	fn from(fee: Fee) -> Amount {
		Amount(fee.0)
	}
}

/// Values below this are written as bytes, not as a decimal float.
const FIRST_FLOAT: u128 = 65_536;
/// Mantissas of decimal floats are below this.
const MANTISSAS: u128 = 100_000_000;
/// First byte of an amount that is written as `L` bytes: this plus `L`.
const BYTES_HEAD: u8 = 0xD0;
/// Most bytes of an amount that is written as bytes.
const MAX_BYTES: u8 = (AMOUNT_BITS / 8) as u8;
/// First byte of a fee that is written as an amount.
const FEE_AS_AMOUNT: u8 = 0xF0;
/// Largest exponent of a one-byte fee.
const MAX_FEE_EXPONENT: u8 = 23;

/// `value = mantissa · 10^exponent` with a mantissa that 10 does not divide; `value` is not 0.
fn decimal(value: u128) -> (u128, u8) {
	let (mut mantissa, mut exponent) = (value, 0);
	while mantissa != 0 && mantissa % 10 == 0 {
		mantissa /= 10;
		exponent += 1;
	}
	(mantissa, exponent)
}

impl Amount {
	/// Appends the one wire form of this amount: 1 to 15 bytes.
	pub fn encode_wire(self, out: &mut Vec<u8>) {
		if self.0 >= FIRST_FLOAT {
			let (mantissa, exponent) = decimal(self.0);
			if mantissa < MANTISSAS {
				let float = u128::from(exponent) * MANTISSAS + mantissa;
				let [.., a, b, c, d] = float.to_be_bytes();
				out.extend([a, b, c, d]);
				return;
			}
		}
		let length = 16 - self.0.leading_zeros() as usize / 8;
		out.push(BYTES_HEAD + length as u8);
		out.extend(&self.0.to_be_bytes()[16 - length..]);
	}

	/// Reads an amount off the front of `input`; accepts what [`Amount::encode_wire`] writes and
	/// nothing else.
	///
	/// # Errors
	///
	/// [`Refusal::UnexpectedEnd`], [`Refusal::NonCanonicalAmount`], [`Refusal::AmountTooLarge`].
	pub fn decode_wire(input: &mut &[u8]) -> Result<Self, Refusal> {
		let head = *input.first().ok_or(Refusal::UnexpectedEnd)?;
		if head < BYTES_HEAD {
			let float = u32::from_be_bytes(take(input)?);
			let (exponent, mantissa) = (float / MANTISSAS as u32, u128::from(float) % MANTISSAS);
			if mantissa % 10 == 0 {
				return Err(Refusal::NonCanonicalAmount);
			}
			let value = 10u128
				.checked_pow(exponent)
				.and_then(|power| power.checked_mul(mantissa))
				.ok_or(Refusal::AmountTooLarge)?;
			if value < FIRST_FLOAT {
				return Err(Refusal::NonCanonicalAmount);
			}
			return Self::new(value);
		}
		let length = take_u8(input)? - BYTES_HEAD;
		if length > MAX_BYTES {
			return Err(Refusal::NonCanonicalAmount);
		}
		let value = take_uint(input, usize::from(length))?;
		// One byte less would do, or the value has a float.
		let minimal = length == 0 || value >> (8 * (length - 1)) != 0;
		if !minimal || (value >= FIRST_FLOAT && decimal(value).0 < MANTISSAS) {
			return Err(Refusal::NonCanonicalAmount);
		}
		Self::new(value)
	}
}

impl Fee {
	/// Appends the one wire form of this fee: 1 to 12 bytes.
	pub fn encode_wire(self, out: &mut Vec<u8>) {
		match self.one_byte() {
			Some(byte) => out.push(byte),
			None => {
				out.push(FEE_AS_AMOUNT);
				Amount(self.0).encode_wire(out);
			},
		}
	}

	/// The byte that stands for zero, or for one digit and zeros.
	fn one_byte(self) -> Option<u8> {
		let (digit, exponent) = decimal(self.0);
		(digit < 10 && exponent <= MAX_FEE_EXPONENT).then(|| 10 * exponent + digit as u8)
	}

	/// Reads a fee off the front of `input`; accepts what [`Fee::encode_wire`] writes and nothing
	/// else.
	///
	/// # Errors
	///
	/// [`Refusal::UnexpectedEnd`], [`Refusal::NonCanonicalFee`], [`Refusal::FeeTooLarge`], and those
	/// of [`Amount::decode_wire`].
	pub fn decode_wire(input: &mut &[u8]) -> Result<Self, Refusal> {
		match take_u8(input)? {
			0 => Ok(Self::ZERO),
			byte @ 1..FEE_AS_AMOUNT => match byte % 10 {
				0 => Err(Refusal::NonCanonicalFee),
				digit => Ok(Self(u128::from(digit) * 10u128.pow(u32::from(byte / 10)))),
			},
			FEE_AS_AMOUNT => {
				let fee = Self::new(Amount::decode_wire(input)?.0)?;
				match fee.one_byte() {
					Some(_) => Err(Refusal::NonCanonicalFee),
					None => Ok(fee),
				}
			},
			_ => Err(Refusal::NonCanonicalFee),
		}
	}
}

/// `floor(a·b/divisor)`, computed in 256 bits. `None` if the divisor is 0 or the result does not
/// fit 128 bits.
pub fn mul_div_floor(a: u128, b: u128, divisor: u128) -> Option<u128> {
	let quotient = (U256::from(a) * U256::from(b)).checked_div(divisor.into())?;
	u128::try_from(quotient).ok()
}

/// `ceil(a·b/divisor)`, computed in 256 bits. `None` if the divisor is 0 or the result does not
/// fit 128 bits.
pub fn mul_div_ceil(a: u128, b: u128, divisor: u128) -> Option<u128> {
	let product = U256::from(a) * U256::from(b);
	let divisor = U256::from(divisor);
	let quotient = product.checked_div(divisor)?;
	let quotient = if (product % divisor).is_zero() { quotient } else { quotient + U256::one() };
	u128::try_from(quotient).ok()
}

/// `isqrt(a·b)`: the largest integer whose square is not above the product.
pub fn isqrt_product(a: u128, b: u128) -> u128 {
	let root = (U256::from(a) * U256::from(b)).integer_sqrt();
	u128::try_from(root).expect("the root of a product below 2^256 is below 2^128; qed")
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::config;
	use codec::{Decode, Encode};
	use proptest::prelude::*;

	fn wire(value: u128) -> Vec<u8> {
		let mut out = Vec::new();
		Amount::new(value).expect("an amount").encode_wire(&mut out);
		out
	}

	fn fee_wire(value: u128) -> Vec<u8> {
		let mut out = Vec::new();
		Fee::new(value).expect("a fee").encode_wire(&mut out);
		out
	}

	fn decode(mut bytes: &[u8]) -> Result<u128, Refusal> {
		let amount = Amount::decode_wire(&mut bytes)?;
		assert!(bytes.is_empty(), "bytes remain");
		Ok(amount.get())
	}

	fn decode_fee(mut bytes: &[u8]) -> Result<u128, Refusal> {
		let fee = Fee::decode_wire(&mut bytes)?;
		assert!(bytes.is_empty(), "bytes remain");
		Ok(fee.get())
	}

	/// Values at and around all borders of the forms.
	fn edges(bits: u32) -> impl Iterator<Item = u128> {
		let max = (1u128 << bits) - 1;
		let powers = (0..bits).map(|bit| 1u128 << bit);
		let tens = (0..=33).flat_map(|e| {
			[1u128, 2, 5, 9, 99_999_999, 100_000_000, 100_000_001]
				.map(|m| m.saturating_mul(10u128.pow(e)))
		});
		powers
			.chain(tens)
			.flat_map(|v| [v.saturating_sub(1), v, v.saturating_add(1)])
			.chain([max])
			.filter(move |v| *v <= max)
	}

	/// Values of all sizes: bits, or digits and zeros.
	fn values(bits: u32) -> impl Strategy<Value = u128> {
		let max = (1u128 << bits) - 1;
		prop_oneof![
			(any::<u128>(), 0..bits).prop_map(move |(v, shift)| (v & max) >> shift),
			(any::<u32>(), 0u32..34)
				.prop_map(move |(m, e)| (u128::from(m) * 10u128.pow(e % 25)) & max),
			// As many zeros as drawn, or as fit.
			(1u128..100_000_000, 0u32..34).prop_map(move |(m, e)| {
				let fits = |v: &u128| *v <= max;
				(0..=e).rev().filter_map(|e| m.checked_mul(10u128.pow(e))).find(fits).unwrap_or(m)
			}),
		]
	}

	#[test]
	fn edge_amounts_survive_and_keep_their_lengths() {
		for value in edges(112) {
			let bytes = wire(value);
			assert_eq!(decode(&bytes), Ok(value), "{value}");
			let digits = value.to_string().trim_end_matches('0').len();
			if value < 65_536 || digits <= 8 {
				assert!(bytes.len() <= 4, "{value} takes {bytes:?}");
			}
			assert!(bytes.len() <= 15);
		}
		assert_eq!(wire(Amount::MAX.get()).len(), 15);
	}

	#[test]
	fn edge_fees_survive_and_keep_their_lengths() {
		for value in edges(80) {
			let bytes = fee_wire(value);
			assert_eq!(decode_fee(&bytes), Ok(value), "{value}");
			if value.to_string().trim_end_matches('0').len() <= 1 && value < 10u128.pow(24) {
				assert_eq!(bytes.len(), 1, "{value}");
			}
			assert!(bytes.len() <= 12);
		}
		assert_eq!(fee_wire(Fee::MAX.get()).len(), 12);
	}

	#[test]
	fn known_encodings() {
		assert_eq!(wire(0), [0xD0]);
		assert_eq!(wire(255), [0xD1, 0xFF]);
		assert_eq!(wire(256), [0xD2, 1, 0]);
		assert_eq!(wire(65_536), 65_536u32.to_be_bytes());
		assert_eq!(wire(1_000_000), (6 * 100_000_000u32 + 1).to_be_bytes());
		assert_eq!(wire(123_456_789), [0xD4, 0x07, 0x5B, 0xCD, 0x15]);
		assert_eq!(fee_wire(0), [0]);
		assert_eq!(fee_wire(300), [23]);
		assert_eq!(fee_wire(9 * 10u128.pow(23)), [239]);
		assert_eq!(fee_wire(12), [0xF0, 0xD1, 12]);
	}

	#[test]
	fn other_encodings_are_refused() {
		use Refusal::{
			AmountTooLarge, FeeTooLarge, NonCanonicalAmount, NonCanonicalFee, UnexpectedEnd,
		};
		let float = |e: u32, m: u32| (e * 100_000_000 + m).to_be_bytes();
		assert_eq!(decode(&[]), Err(UnexpectedEnd));
		assert_eq!(decode(&[0, 0, 0]), Err(UnexpectedEnd));
		assert_eq!(decode(&[0xD3, 1, 0]), Err(UnexpectedEnd));
		// A mantissa with a trailing zero, of zero, and floats below 65,536.
		assert_eq!(decode(&float(3, 100)), Err(NonCanonicalAmount));
		assert_eq!(decode(&float(3, 0)), Err(NonCanonicalAmount));
		assert_eq!(decode(&float(0, 65_535)), Err(NonCanonicalAmount));
		assert_eq!(decode(&float(3, 65)), Err(NonCanonicalAmount));
		// Leading zeros, a float written as bytes, lengths that do not exist.
		assert_eq!(decode(&[0xD1, 0]), Err(NonCanonicalAmount));
		assert_eq!(decode(&[0xD3, 0, 1, 1]), Err(NonCanonicalAmount));
		assert_eq!(decode(&[0xD3, 1, 0, 0]), Err(NonCanonicalAmount));
		assert_eq!(decode(&[[0xDF].as_slice(), &[1; 15]].concat()), Err(NonCanonicalAmount));
		assert_eq!(decode(&[0xFF; 4]), Err(NonCanonicalAmount));
		// Floats above the limit: just, and beyond 128 bits.
		assert_eq!(decode(&float(33, 6)), Err(AmountTooLarge));
		assert_eq!(decode(&float(34, 1)), Err(AmountTooLarge));
		assert_eq!(decode(&[0xCF, 0xFF, 0xFF, 0xFF]), Err(AmountTooLarge));

		assert_eq!(decode_fee(&[10]), Err(NonCanonicalFee));
		assert_eq!(decode_fee(&[0xF0, 0xD0]), Err(NonCanonicalFee));
		assert_eq!(decode_fee(&[0xF0, 0xD1, 5]), Err(NonCanonicalFee));
		assert_eq!(decode_fee(&[0xF0, 0xD1, 20]), Err(NonCanonicalFee));
		assert_eq!(decode_fee(&[0xF1, 0xD1, 12]), Err(NonCanonicalFee));
		assert_eq!(decode_fee(&[0xF0]), Err(UnexpectedEnd));
		assert_eq!(decode_fee(&[&[0xF0][..], &wire(1 << 80)].concat()), Err(FeeTooLarge));
		assert_eq!(decode_fee(&[&[0xF0][..], &float(3, 100)].concat()), Err(NonCanonicalAmount));
	}

	proptest! {
		#![proptest_config(config(5_000))]

		#[test]
		fn every_amount_has_one_encoding(value in values(112)) {
			prop_assert_eq!(decode(&wire(value)), Ok(value));
		}

		#[test]
		fn every_fee_has_one_encoding(value in values(80)) {
			prop_assert_eq!(decode_fee(&fee_wire(value)), Ok(value));
		}

		#[test]
		fn whatever_decodes_is_what_is_encoded(bytes in prop::collection::vec(any::<u8>(), 0..17)) {
			let mut rest = &bytes[..];
			if let Ok(amount) = Amount::decode_wire(&mut rest) {
				prop_assert_eq!(&wire(amount.get()), &bytes[..bytes.len() - rest.len()]);
			}
			let mut rest = &bytes[..];
			if let Ok(fee) = Fee::decode_wire(&mut rest) {
				prop_assert_eq!(&fee_wire(fee.get()), &bytes[..bytes.len() - rest.len()]);
			}
		}

		#[test]
		fn quotients_are_the_nearest_integers(a in values(112), b in values(112), d in values(112)) {
			let product = U256::from(a) * U256::from(b);
			let floor = mul_div_floor(a, b, d);
			let ceil = mul_div_ceil(a, b, d);
			if d == 0 {
				prop_assert_eq!((floor, ceil), (None, None));
			} else if let Some(floor) = floor {
				let rest = product - U256::from(floor) * U256::from(d);
				prop_assert!(rest < U256::from(d));
				let up = if rest.is_zero() { Some(floor) } else { floor.checked_add(1) };
				prop_assert_eq!(ceil, up);
			} else {
				prop_assert!(product / U256::from(d) > U256::from(u128::MAX));
				prop_assert_eq!(ceil, None);
			}
		}

		#[test]
		fn roots_are_the_largest_below(a in any::<u128>(), b in any::<u128>(), shift in 0u32..120) {
			let (a, b) = (a >> shift, b >> (shift / 2));
			let (root, product) = (U256::from(isqrt_product(a, b)), U256::from(a) * U256::from(b));
			prop_assert!(root * root <= product);
			prop_assert!((root + U256::one()).checked_mul(root + U256::one()).is_none_or(|s| s > product));
		}
	}

	#[test]
	fn scale_keeps_the_limits() {
		assert!(Amount::decode(&mut &(1u128 << 112).encode()[..]).is_err());
		assert!(Fee::decode(&mut &(1u128 << 80).encode()[..]).is_err());
		assert_eq!(Amount::decode(&mut &7u128.encode()[..]), Ok(Amount(7)));
		assert_eq!(Amount::MAX.checked_add(Amount(1)), None);
		assert_eq!(Amount(1).checked_sub(Amount(2)), None);
	}
}
