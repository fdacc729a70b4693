// SPDX-License-Identifier: Apache-2.0

//! Verifying one proof.

use ark_ec::{AffineRepr, PrimeGroup, pairing::Pairing};
use ark_ff::PrimeField;

use crate::{prepared::PreparedVerifyingKey, proof::Proof};

/// Why a proof is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
	/// The statement has another number of inputs.
	#[error("{found} inputs were given, and the key is for {expected}")]
	InputCount {
		/// Inputs given.
		found: usize,
		/// Inputs of the key's statement.
		expected: usize,
	},
	/// The proof does not prove the statement for these inputs.
	#[error("the proof does not hold for these inputs under this key")]
	Rejected,
}

/// Verifies one proof: three Miller loops, one final exponentiation.
///
/// # Errors
///
/// [`VerifyError::InputCount`] before anything is computed, [`VerifyError::Rejected`] if the proof does
/// not hold.
pub fn verify<E: Pairing>(
	key: &PreparedVerifyingKey<E>,
	inputs: &[E::ScalarField],
	proof: &Proof<E>,
) -> Result<(), VerifyError> {
	check_count(key, inputs)?;
	let statement = key.key().input_points()[1..]
		.iter()
		.zip(inputs)
		.fold(key.key().input_points()[0].into_group(), |sum, (point, input)| {
			sum + point.into_group().mul_bigint(input.into_bigint())
		});
	let product = E::multi_miller_loop(
		[
			proof.a().into(),
			E::G1Prepared::from(-statement),
			E::G1Prepared::from(-proof.c().into_group()),
		],
		[proof.b().into(), key.gamma().clone(), key.delta().clone()],
	);
	match E::final_exponentiation(product) {
		Some(product) if product == key.alpha_beta() => Ok(()),
		_ => Err(VerifyError::Rejected),
	}
}

/// Arkworks pairs inputs with points up to the shorter list, so this is where a missing input is seen.
pub(crate) fn check_count<E: Pairing>(
	key: &PreparedVerifyingKey<E>,
	inputs: &[E::ScalarField],
) -> Result<(), VerifyError> {
	let (found, expected) = (inputs.len(), key.inputs());
	if found != expected {
		return Err(VerifyError::InputCount { found, expected });
	}
	Ok(())
}
