// SPDX-License-Identifier: Apache-2.0

//! The polynomials of a circuit's columns at the secret point τ, and the verifying key that follows from
//! those of the inputs.

use super::{
	development::{Common, Secrets},
	domain,
};
use ark_bls12_381::{Bls12_381, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, Field};
use ark_groth16::VerifyingKey;
use ark_poly::EvaluationDomain;
use ligature_circuits::r1cs::{Matrices, Matrix};
use std::ops::Range;

/// `Σ M_ij·L_i(τ)` per column j, for each of the three matrices M.
pub(super) struct Columns {
	pub a: Vec<Fr>,
	pub b: Vec<Fr>,
	pub c: Vec<Fr>,
}

impl Columns {
	/// The first `count` columns.
	pub fn at(tau: Fr, matrices: &Matrices, count: usize) -> Self {
		let lagrange = domain(matrices).evaluate_all_lagrange_coefficients(tau);
		let values = |matrix: &Matrix| {
			let mut values = vec![Fr::ZERO; count];
			for (row, at_row) in lagrange.iter().enumerate().take(matrices.constraints()) {
				for (column, coefficient) in matrix.row(row) {
					if let Some(value) = values.get_mut(*column as usize) {
						*value += *at_row * matrices.coefficient(*coefficient);
					}
				}
			}
			values
		};
		let (mut a, (b, c)) = rayon::join(
			|| values(&matrices.a),
			|| rayon::join(|| values(&matrices.b), || values(&matrices.c)),
		);
		// One more row per input, which nothing multiplies: it makes the inputs' polynomials independent.
		let inputs = lagrange[matrices.constraints()..].iter().take(1 + matrices.inputs);
		for (value, at_row) in a.iter_mut().zip(inputs) {
			*value += at_row;
		}
		Self { a, b, c }
	}

	/// What binds the three values of each of these columns together: `β·A + α·B + C`, divided by γ or δ.
	pub fn bound(&self, columns: Range<usize>, common: &Common, divisor: Fr) -> Vec<Fr> {
		let inverse = divisor.inverse().expect("secrets are not 0; qed");
		let Common { alpha, beta, .. } = common;
		columns.map(|j| (*beta * self.a[j] + *alpha * self.b[j] + self.c[j]) * inverse).collect()
	}

	/// The verifying key of a circuit with so many inputs, whose columns are the first ones.
	pub fn verifying(&self, inputs: usize, secrets: &Secrets) -> VerifyingKey<Bls12_381> {
		let Secrets { common, delta } = secrets;
		VerifyingKey {
			alpha_g1: g1(common.alpha),
			beta_g2: g2(common.beta),
			gamma_g2: g2(common.gamma),
			delta_g2: g2(*delta),
			gamma_abc_g1: self
				.bound(0..1 + inputs, common, common.gamma)
				.into_iter()
				.map(g1)
				.collect(),
		}
	}
}

/// The verifying key of [`ProvingKey::insecure_development`](super::ProvingKey::insecure_development), without
/// the proving key: in a fraction of its time and memory. **Proofs under it are worth nothing**.
///
/// # Panics
///
/// If the circuit has more than 2^31 constraints.
pub fn insecure_development_verifying(matrices: &Matrices) -> VerifyingKey<Bls12_381> {
	let secrets = Secrets::insecure(&matrices.digest());
	Columns::at(secrets.common.tau, matrices, 1 + matrices.inputs)
		.verifying(matrices.inputs, &secrets)
}

fn g1(scalar: Fr) -> G1Affine {
	(G1Projective::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
	(G2Projective::generator() * scalar).into_affine()
}
