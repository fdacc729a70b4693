// SPDX-License-Identifier: Apache-2.0

//! Pairing checks on BLS12-381, computed by the node through host calls.
//!
//! Everything that the chain proves in zero knowledge ends in one such check. This module is its
//! smallest form, offered as a runtime API so that clients and tests can see that a node's
//! executor has the host calls and computes what the curve says.

#![deny(missing_docs)]

use alloc::vec::Vec;
use ark_ec::{AffineRepr, pairing::Pairing};
use ark_ff::One;
use ark_serialize::{CanonicalDeserialize, Compress, Validate};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_crypto_ec_utils::bls12_381::{Bls12_381, G1Affine, G2Affine};

/// A point of G1, compressed (48 bytes, the encoding of the Zcash protocol).
pub type G1Bytes = [u8; 48];
/// A point of G2, compressed (96 bytes).
pub type G2Bytes = [u8; 96];

/// How many pairs one check takes: bounds the time of a call.
pub const MAX_PAIRS: usize = 16;

/// Why a pairing check was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum PairingError {
	/// There are no pairs, or more than [`MAX_PAIRS`].
	PairCount,
	/// A point of G1 is not the canonical encoding of a point of the prime-order subgroup, or is
	/// the point at infinity. Send 48 compressed bytes.
	InvalidG1,
	/// The same for a point of G2. Send 96 compressed bytes.
	InvalidG2,
}

/// Whether the product of the pairings e(P_i, Q_i) is one.
///
/// Compressed points only: decoding them takes the point from its x-coordinate, so that it lies on
/// the curve, and checks the subgroup. Decoding uncompressed points would not check the curve
/// equation.
pub fn pairing_product_is_one(pairs: &[(G1Bytes, G2Bytes)]) -> Result<bool, PairingError> {
	if pairs.is_empty() || pairs.len() > MAX_PAIRS {
		return Err(PairingError::PairCount);
	}
	let g1 = pairs
		.iter()
		.map(|(p, _)| decode::<G1Affine>(p).ok_or(PairingError::InvalidG1))
		.collect::<Result<Vec<_>, _>>()?;
	let g2 = pairs
		.iter()
		.map(|(_, q)| decode::<G2Affine>(q).ok_or(PairingError::InvalidG2))
		.collect::<Result<Vec<_>, _>>()?;
	// Points of the prime-order subgroup, none at infinity: neither host call can fail.
	Ok(Bls12_381::multi_pairing(g1, g2).0.is_one())
}

fn decode<P: AffineRepr + CanonicalDeserialize>(mut bytes: &[u8]) -> Option<P> {
	let point = P::deserialize_with_mode(&mut bytes, Compress::Yes, Validate::Yes).ok()?;
	(bytes.is_empty() && !point.is_zero()).then_some(point)
}
