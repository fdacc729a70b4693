// SPDX-License-Identifier: Apache-2.0

//! Keys with all that does not depend on a proof computed.

use alloc::vec::Vec;

use ark_ec::pairing::{Pairing, PairingOutput};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress};
use ligature_primitives::digest::Digest;

use crate::{
	key::{KeyError, KeyPoint, VerifyingKey},
	point,
};

/// Bytes of a key's digest.
const DIGEST_BYTES: usize = size_of::<Digest>();

/// A verifying key, its digest, e(α, β), and the lines of β, γ and δ.
///
/// The lines (60 KB on plain arkworks, nothing with host calls) are held in memory only; its bytes have
/// the points: 1,376 + 96 per input on BLS12-381.
#[derive(Clone, Debug)]
pub struct PreparedVerifyingKey<E: Pairing> {
	key: VerifyingKey<E>,
	digest: Digest,
	alpha_beta: PairingOutput<E>,
	beta: E::G2Prepared,
	gamma: E::G2Prepared,
	delta: E::G2Prepared,
}

/// Why bytes are not a prepared key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreparedKeyError {
	/// The points in them are not a key.
	#[error(transparent)]
	Key(#[from] KeyError),
	/// They are not what this key is written as: an encoding that is not canonical, another digest or
	/// another e(α, β).
	#[error("the prepared key is not what its points give")]
	Inconsistent,
}

impl<E: Pairing> PreparedVerifyingKey<E> {
	pub(crate) fn new(key: VerifyingKey<E>) -> Self {
		let digest = key.digest();
		let alpha_beta = E::pairing(key.alpha(), key.beta());
		Self::assemble(key, digest, alpha_beta)
	}

	fn assemble(key: VerifyingKey<E>, digest: Digest, alpha_beta: PairingOutput<E>) -> Self {
		let (beta, gamma, delta) = (key.beta().into(), key.gamma().into(), key.delta().into());
		Self { key, digest, alpha_beta, beta, gamma, delta }
	}

	/// Bytes of a prepared key for so many inputs.
	pub fn size(inputs: usize) -> usize {
		let (g1, g2) =
			(point::size::<E::G1Affine>(Compress::No), point::size::<E::G2Affine>(Compress::No));
		DIGEST_BYTES + target_size::<E>() + g1 + 3 * g2 + (inputs + 1) * g1
	}

	/// Digest, e(α, β), then α, β, γ, δ and the input points, uncompressed.
	pub fn to_bytes(&self) -> Vec<u8> {
		let key = &self.key;
		let mut out = Vec::with_capacity(Self::size(key.inputs()));
		out.extend(self.digest);
		self.alpha_beta.serialize_uncompressed(&mut out).expect("a vector takes any bytes; qed");
		point::put(&key.alpha(), Compress::No, &mut out);
		for point in [key.beta(), key.gamma(), key.delta()] {
			point::put(&point, Compress::No, &mut out);
		}
		for point in key.input_points() {
			point::put(point, Compress::No, &mut out);
		}
		out
	}

	/// Reads what [`to_bytes`](Self::to_bytes) has written, from anybody: checks the key as
	/// [`VerifyingKey::new`] does, prepares it anew, and compares. Takes as long as preparing.
	///
	/// # Errors
	///
	/// As [`PreparedKeyError`] says.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, PreparedKeyError> {
		let (_, _, key) = Self::parse(bytes)?;
		let key = key.validated()?.prepare();
		if key.to_bytes() != bytes { Err(PreparedKeyError::Inconsistent) } else { Ok(key) }
	}

	/// Reads what [`to_bytes`](Self::to_bytes) has written, quickly: the length and the range of the
	/// coordinates are checked, and nothing else. **For bytes only that nobody but this crate can have
	/// written**, such as a chain's own storage: with others anybody can forge.
	///
	/// # Errors
	///
	/// [`PreparedKeyError::Key`] for a length that no key has, or a point whose coordinates are not below
	/// the modulus, [`PreparedKeyError::Inconsistent`] for such an e(α, β).
	pub fn from_trusted_bytes(bytes: &[u8]) -> Result<Self, PreparedKeyError> {
		let (digest, alpha_beta, key) = Self::parse(bytes)?;
		Ok(Self::assemble(key, digest, alpha_beta))
	}

	/// Takes the bytes apart. The key has passed no check.
	fn parse(
		bytes: &[u8],
	) -> Result<(Digest, PairingOutput<E>, VerifyingKey<E>), PreparedKeyError> {
		let length = KeyError::Length(bytes.len());
		let inputs = bytes.len().checked_sub(Self::size(0)).ok_or(length)?
			/ point::size::<E::G1Affine>(Compress::No);
		if bytes.len() != Self::size(inputs) {
			return Err(length.into());
		}
		let (digest, rest) = bytes.split_first_chunk::<DIGEST_BYTES>().ok_or(length)?;
		let (alpha_beta, mut points) = rest.split_at(target_size::<E>());
		let alpha_beta = E::TargetField::deserialize_uncompressed_unchecked(alpha_beta)
			.map(PairingOutput)
			.map_err(|_| PreparedKeyError::Inconsistent)?;
		let alpha = take(&mut points, KeyPoint::Alpha)?;
		let beta = take(&mut points, KeyPoint::Beta)?;
		let gamma = take(&mut points, KeyPoint::Gamma)?;
		let delta = take(&mut points, KeyPoint::Delta)?;
		let input_points = (0..=inputs)
			.map(|i| take(&mut points, KeyPoint::Input(i)))
			.collect::<Result<_, _>>()?;
		let key = VerifyingKey::unchecked(alpha, [beta, gamma, delta], input_points);
		Ok((*digest, alpha_beta, key))
	}

	/// The key itself.
	pub fn key(&self) -> &VerifyingKey<E> {
		&self.key
	}

	/// [`VerifyingKey::digest`] of the key.
	pub fn digest(&self) -> Digest {
		self.digest
	}

	/// How many public inputs the statement has.
	pub fn inputs(&self) -> usize {
		self.key.inputs()
	}

	/// e(α, β).
	pub(crate) fn alpha_beta(&self) -> PairingOutput<E> {
		self.alpha_beta
	}

	/// β, for a Miller loop.
	pub(crate) fn beta(&self) -> &E::G2Prepared {
		&self.beta
	}

	/// γ, for a Miller loop.
	pub(crate) fn gamma(&self) -> &E::G2Prepared {
		&self.gamma
	}

	/// δ, for a Miller loop.
	pub(crate) fn delta(&self) -> &E::G2Prepared {
		&self.delta
	}
}

/// Bytes of an element of the target field: 576 on BLS12-381.
fn target_size<E: Pairing>() -> usize {
	PairingOutput::<E>::default().uncompressed_size()
}

fn take<P: ark_ec::AffineRepr>(bytes: &mut &[u8], point: KeyPoint) -> Result<P, KeyError> {
	point::take_unchecked(bytes).map_err(|reason| KeyError::Point { point, reason })
}
