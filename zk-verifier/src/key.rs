// SPDX-License-Identifier: Apache-2.0

//! Verifying keys, their bytes and their digest.

use alloc::vec::Vec;
use core::fmt;

use ark_ec::{AffineRepr, pairing::Pairing};
use ark_serialize::Compress;
use ligature_primitives::digest::{Digest, blake2};

use crate::{
	point::{self, PointError},
	prepared::PreparedVerifyingKey,
};

/// The tag of [`VerifyingKey::digest`]: section 11.2 of `docs/protocol.md`.
const DIGEST_TAG: &str = "ligature/vk/1";

/// Bytes of the number of input points.
const COUNT_BYTES: usize = 8;

/// A Groth16 verifying key that has passed every check there is without knowing its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey<E: Pairing> {
	alpha: E::G1Affine,
	beta: E::G2Affine,
	gamma: E::G2Affine,
	delta: E::G2Affine,
	/// `IC`: never empty.
	input_points: Vec<E::G1Affine>,
}

/// A point of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPoint {
	/// In G1.
	Alpha,
	/// In G2.
	Beta,
	/// In G2.
	Gamma,
	/// In G2.
	Delta,
	/// In G1: `IC[i]`. `IC[0]` is the constant's, `IC[i]` that of the i-th input, counted from 1.
	Input(usize),
}

impl fmt::Display for KeyPoint {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Alpha => f.write_str("alpha"),
			Self::Beta => f.write_str("beta"),
			Self::Gamma => f.write_str("gamma"),
			Self::Delta => f.write_str("delta"),
			Self::Input(i) => write!(f, "IC[{i}]"),
		}
	}
}

/// Why points or bytes are not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
	/// Bytes are missing, or too many, for the number of input points that they state.
	#[error("the key has {0} bytes, which is not the length that its number of input points gives")]
	Length(usize),
	/// There is no input point.
	#[error("the key has no input point: it needs one more than it has inputs")]
	NoInputPoints,
	/// A point is not acceptable.
	#[error("the key's point {point} {reason}")]
	Point {
		/// Which.
		point: KeyPoint,
		/// Why.
		reason: PointError,
	},
	/// Inputs and witness are not kept apart.
	#[error("the key's gamma and delta are equal: anybody can forge proofs for it")]
	GammaIsDelta,
	/// Nobody has contributed to the second phase of the setup.
	#[error("the key's delta is the generator: nobody has contributed to its setup")]
	DeltaIsGenerator,
}

impl KeyPoint {
	fn refused(self) -> impl FnOnce(PointError) -> KeyError {
		move |reason| KeyError::Point { point: self, reason }
	}
}

impl<E: Pairing> VerifyingKey<E> {
	/// A key of these points; `input_points` are `IC`, one more than the statement has inputs.
	///
	/// # Errors
	///
	/// As [`KeyError`] says.
	pub fn new(
		alpha: E::G1Affine,
		beta: E::G2Affine,
		gamma: E::G2Affine,
		delta: E::G2Affine,
		input_points: Vec<E::G1Affine>,
	) -> Result<Self, KeyError> {
		Self { alpha, beta, gamma, delta, input_points }.validated()
	}

	/// All checks, for a key of any points.
	pub(crate) fn validated(self) -> Result<Self, KeyError> {
		point::check(self.alpha).map_err(KeyPoint::Alpha.refused())?;
		point::check(self.beta).map_err(KeyPoint::Beta.refused())?;
		point::check(self.gamma).map_err(KeyPoint::Gamma.refused())?;
		point::check(self.delta).map_err(KeyPoint::Delta.refused())?;
		for (i, point) in self.input_points.iter().enumerate() {
			point::check(*point).map_err(KeyPoint::Input(i).refused())?;
		}
		self.checked()
	}

	/// The checks that are not about one point.
	fn checked(self) -> Result<Self, KeyError> {
		if self.input_points.is_empty() {
			return Err(KeyError::NoInputPoints);
		}
		if self.gamma == self.delta {
			return Err(KeyError::GammaIsDelta);
		}
		if self.delta == E::G2Affine::generator() {
			return Err(KeyError::DeltaIsGenerator);
		}
		Ok(self)
	}

	/// Bytes of a key for so many inputs: 392 + 48 per input on BLS12-381.
	pub fn size(inputs: usize) -> usize {
		let (g1, g2) =
			(point::size::<E::G1Affine>(Compress::Yes), point::size::<E::G2Affine>(Compress::Yes));
		g1 + 3 * g2 + COUNT_BYTES + (inputs + 1) * g1
	}

	/// Reads α, β, γ, δ, the number of input points (8 bytes, little-endian) and the input points,
	/// all compressed, and nothing after them: what arkworks writes of its keys.
	///
	/// # Errors
	///
	/// As [`KeyError`] says. Nothing is allocated before the length has been checked.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
		let length = KeyError::Length(bytes.len());
		let g1 = point::size::<E::G1Affine>(Compress::Yes);
		let head = g1 + 3 * point::size::<E::G2Affine>(Compress::Yes);
		let (mut points, rest) = bytes.split_at_checked(head).ok_or(length)?;
		let (count, mut input_points) = rest.split_first_chunk::<COUNT_BYTES>().ok_or(length)?;
		let count = usize::try_from(u64::from_le_bytes(*count)).map_err(|_| length)?;
		if count.checked_mul(g1) != Some(input_points.len()) {
			return Err(length);
		}
		Self {
			alpha: point::take_compressed(&mut points).map_err(KeyPoint::Alpha.refused())?,
			beta: point::take_compressed(&mut points).map_err(KeyPoint::Beta.refused())?,
			gamma: point::take_compressed(&mut points).map_err(KeyPoint::Gamma.refused())?,
			delta: point::take_compressed(&mut points).map_err(KeyPoint::Delta.refused())?,
			input_points: (0..count)
				.map(|i| {
					point::take_compressed(&mut input_points).map_err(KeyPoint::Input(i).refused())
				})
				.collect::<Result<_, _>>()?,
		}
		.checked()
	}

	/// What [`from_bytes`](Self::from_bytes) reads.
	pub fn to_bytes(&self) -> Vec<u8> {
		let mut out = Vec::with_capacity(Self::size(self.inputs()));
		point::put(&self.alpha, Compress::Yes, &mut out);
		for point in [&self.beta, &self.gamma, &self.delta] {
			point::put(point, Compress::Yes, &mut out);
		}
		out.extend((self.input_points.len() as u64).to_le_bytes());
		for point in &self.input_points {
			point::put(point, Compress::Yes, &mut out);
		}
		out
	}

	/// What names the key in headers: D of section 11.2 of `docs/protocol.md`.
	pub fn digest(&self) -> Digest {
		blake2(DIGEST_TAG, &[&self.to_bytes()])
	}

	/// Computes what does not depend on a proof: about as long as one verification.
	pub fn prepare(self) -> PreparedVerifyingKey<E> {
		PreparedVerifyingKey::new(self)
	}

	/// How many public inputs the statement has.
	pub fn inputs(&self) -> usize {
		self.input_points.len() - 1
	}

	/// The point α.
	pub fn alpha(&self) -> E::G1Affine {
		self.alpha
	}

	/// The point β.
	pub fn beta(&self) -> E::G2Affine {
		self.beta
	}

	/// The point γ.
	pub fn gamma(&self) -> E::G2Affine {
		self.gamma
	}

	/// The point δ.
	pub fn delta(&self) -> E::G2Affine {
		self.delta
	}

	/// The input points `IC`: one more than there are inputs.
	pub fn input_points(&self) -> &[E::G1Affine] {
		&self.input_points
	}

	/// A key of points that have passed no check.
	pub(crate) fn unchecked(
		alpha: E::G1Affine,
		[beta, gamma, delta]: [E::G2Affine; 3],
		input_points: Vec<E::G1Affine>,
	) -> Self {
		Self { alpha, beta, gamma, delta, input_points }
	}
}
