// SPDX-License-Identifier: Apache-2.0

//! Proofs and their bytes.

use alloc::vec::Vec;
use core::fmt;

use ark_ec::pairing::Pairing;
use ark_serialize::Compress;

use crate::point::{self, PointError};

/// A Groth16 proof whose points are in their groups and not the identity.
///
/// Proofs are malleable: anybody turns a valid one into another valid one of the same statement. The
/// bytes of a proof name nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof<E: Pairing> {
	a: E::G1Affine,
	b: E::G2Affine,
	c: E::G1Affine,
}

/// A point of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofPoint {
	/// In G1.
	A,
	/// In G2.
	B,
	/// In G1.
	C,
}

impl fmt::Display for ProofPoint {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Debug::fmt(self, f)
	}
}

/// Why points or bytes are not a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
	/// Bytes are missing, or too many.
	#[error("the proof has {found} bytes, and must have {expected}")]
	Length {
		/// Bytes there are.
		found: usize,
		/// Bytes of a proof on this curve.
		expected: usize,
	},
	/// A point is not acceptable.
	#[error("the proof's point {point} {reason}")]
	Point {
		/// Which.
		point: ProofPoint,
		/// Why.
		reason: PointError,
	},
}

impl ProofPoint {
	fn refused(self) -> impl FnOnce(PointError) -> ProofError {
		move |reason| ProofError::Point { point: self, reason }
	}
}

impl<E: Pairing> Proof<E> {
	/// A proof of these points.
	///
	/// # Errors
	///
	/// [`ProofError::Point`] for the first that is not in its group, or is the identity.
	pub fn new(a: E::G1Affine, b: E::G2Affine, c: E::G1Affine) -> Result<Self, ProofError> {
		Ok(Self {
			a: point::check(a).map_err(ProofPoint::A.refused())?,
			b: point::check(b).map_err(ProofPoint::B.refused())?,
			c: point::check(c).map_err(ProofPoint::C.refused())?,
		})
	}

	/// Bytes of a proof: 192 on BLS12-381.
	pub fn size() -> usize {
		2 * point::size::<E::G1Affine>(Compress::Yes) + point::size::<E::G2Affine>(Compress::Yes)
	}

	/// Reads A, B and C, each compressed, and nothing after them.
	///
	/// # Errors
	///
	/// As [`ProofError`] says.
	pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, ProofError> {
		let expected = Self::size();
		if bytes.len() != expected {
			return Err(ProofError::Length { found: bytes.len(), expected });
		}
		Ok(Self {
			a: point::take_compressed(&mut bytes).map_err(ProofPoint::A.refused())?,
			b: point::take_compressed(&mut bytes).map_err(ProofPoint::B.refused())?,
			c: point::take_compressed(&mut bytes).map_err(ProofPoint::C.refused())?,
		})
	}

	/// A, B and C, each compressed.
	pub fn to_bytes(&self) -> Vec<u8> {
		let mut out = Vec::with_capacity(Self::size());
		point::put(&self.a, Compress::Yes, &mut out);
		point::put(&self.b, Compress::Yes, &mut out);
		point::put(&self.c, Compress::Yes, &mut out);
		out
	}

	/// The point A.
	pub fn a(&self) -> E::G1Affine {
		self.a
	}

	/// The point B.
	pub fn b(&self) -> E::G2Affine {
		self.b
	}

	/// The point C.
	pub fn c(&self) -> E::G1Affine {
		self.c
	}
}
