// SPDX-License-Identifier: Apache-2.0

//! Amounts and fees: their limits, their bytes on the wire, and arithmetic that does not overflow.
//!
//! The wire form (section 6 of `docs/protocol.md`) takes at most 4 bytes for any number of up to 8
//! significant decimal digits, and has exactly one encoding for **every** integer below 2^112.
//! Nothing is rounded.

use core::fmt;

use ark_std::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use primitive_types::U256;
use scale_info::TypeInfo;

use crate::{
	bytes::{take, take_u8, take_uint},
	constants::{AMOUNT_BITS, FEE_BITS},
	refusal::Refusal,
};

/// An amount, balance, reserve or number of shares: below 2^112, in the token's smallest unit.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Amount(u128);

/// The fee of one transaction: below 2^80, in the smallest unit of its token.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Fee(u128);

/// What [`Amount`] and [`Fee`] have in common.
macro_rules! bounded {
	($name:ident, $bits:expr, $refusal:ident, $decode_error:literal) => {
		impl $name {
			/// Nothing.
			pub const ZERO: Self = Self(0);
			/// The largest value.
			pub const MAX: Self = Self((1 << $bits) - 1);

			#[doc = concat!("The value, or [`Refusal::", stringify!($refusal), "`].")]
			pub const fn new(value: u128) -> Result<Self, Refusal> {
				if value <= Self::MAX.0 { Ok(Self(value)) } else { Err(Refusal::$refusal) }
			}

			/// The value as an integer.
			pub const fn get(self) -> u128 {
				self.0
			}

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

		impl fmt::Display for $name {
			fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
				self.0.fmt(f)
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

		impl Decode for $name {
			fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
				Self::new(u128::decode(input)?).map_err(|_| $decode_error.into())
			}
		}

		impl DecodeWithMemTracking for $name {}
	};
}

bounded!(Amount, AMOUNT_BITS, AmountTooLarge, "amount not below 2^112");
bounded!(Fee, FEE_BITS, FeeTooLarge, "fee not below 2^80");

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
