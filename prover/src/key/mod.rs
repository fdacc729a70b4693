// SPDX-License-Identifier: Apache-2.0

//! Proving keys.
//!
//! A key belongs to one circuit, that is to its matrices: their digest is in the key. What a key holds is less than
//! what arkworks' holds: no query for B in G1, which only proofs with randomness need, and neither bases nor
//! scalars of columns that do not occur.

mod columns;
mod development;
mod file;
mod points;
mod simulate;
mod store;

pub use columns::insecure_development_verifying;
pub use file::KeyError;
pub use points::{Points, StoredPoint};
pub use simulate::insecure_simulate;
pub use store::{Found, KeyStore, StoreError};

use ark_bls12_381::{Bls12_381, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{PrimeGroup, scalar_mul::BatchMulPreprocessing};
use ark_ff::{AdditiveGroup, Field};
use ark_groth16::VerifyingKey;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use columns::Columns;
use development::Secrets;
use ligature_circuits::r1cs::Matrices;
use std::{fmt, sync::Arc};

/// Where a key comes from, and so what a proof under it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyOrigin {
	/// From secrets that stand in the source: **everybody can forge proofs**. For development and tests.
	InsecureDevelopment,
}

impl fmt::Display for KeyOrigin {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::InsecureDevelopment => f.write_str("INSECURE development key"),
		}
	}
}

/// The points that belong to the columns of a matrix, without those whose column is empty.
#[derive(Clone, Debug)]
pub(crate) struct Query<P> {
	/// The columns that occur, ascending.
	pub columns: Vec<u32>,
	/// Their points.
	pub bases: Points<P>,
}

/// What it takes to prove one circuit.
#[derive(Clone, Debug)]
pub struct ProvingKey {
	origin: KeyOrigin,
	circuit: String,
	digest: [u8; 32],
	matrices: Arc<Matrices>,
	verifying: VerifyingKey<Bls12_381>,
	/// Left factors, `Σ A_ij·L_i(τ)` per column j.
	pub(crate) a: Query<G1Affine>,
	/// Right factors.
	pub(crate) b: Query<G2Affine>,
	/// Powers of τ times the vanishing polynomial.
	pub(crate) h: Points<G1Affine>,
	/// All three matrices, per witness.
	pub(crate) l: Points<G1Affine>,
}

impl ProvingKey {
	/// Where it comes from.
	pub fn origin(&self) -> KeyOrigin {
		self.origin
	}

	/// The circuit's name.
	pub fn circuit(&self) -> &str {
		&self.circuit
	}

	/// Digest of the circuit's matrices.
	pub fn circuit_digest(&self) -> [u8; 32] {
		self.digest
	}

	/// The circuit's constraints.
	pub fn matrices(&self) -> &Matrices {
		&self.matrices
	}

	/// What it takes to verify.
	pub fn verifying(&self) -> &VerifyingKey<Bls12_381> {
		&self.verifying
	}

	/// Bytes of the points and of their columns' numbers, wherever they are.
	pub fn size(&self) -> usize {
		size_of_val(&*self.a.columns)
			+ size_of_val(&*self.b.columns)
			+ (self.a.bases.len() + self.h.len() + self.l.len()) * Points::<G1Affine>::BYTES
			+ self.b.bases.len() * Points::<G2Affine>::BYTES
	}

	/// A key from secrets that everybody knows: **proofs under it are worth nothing**. The same circuit
	/// always gets the same key.
	///
	/// # Panics
	///
	/// If the circuit has more than 2^31 constraints.
	pub fn insecure_development(circuit: String, matrices: Arc<Matrices>) -> Self {
		let digest = matrices.digest();
		Self::generate(
			KeyOrigin::InsecureDevelopment,
			circuit,
			matrices,
			digest,
			&Secrets::insecure(&digest),
		)
	}

	fn generate(
		origin: KeyOrigin,
		circuit: String,
		matrices: Arc<Matrices>,
		digest: [u8; 32],
		secrets: &Secrets,
	) -> Self {
		let Secrets { common, delta } = secrets;
		let domain = domain(&matrices);
		let inputs = 1 + matrices.inputs;
		let columns = Columns::at(common.tau, &matrices, matrices.columns());
		let verifying = columns.verifying(matrices.inputs, secrets);
		let l = columns.bound(inputs..matrices.columns(), common, *delta);
		let Columns { a, b, .. } = columns;

		let (b_columns, b) = occurring(b);
		let generator = G2Projective::generator();
		let b = Query {
			columns: b_columns,
			bases: BatchMulPreprocessing::new(generator, b.len()).batch_mul(&b).into(),
		};

		let (a_columns, a) = occurring(a);
		let powers = domain.size() - 1;
		let table =
			BatchMulPreprocessing::new(G1Projective::generator(), a.len() + l.len() + powers);
		let a = Query { columns: a_columns, bases: table.batch_mul(&a).into() };
		let l = table.batch_mul(&l).into();
		let first = domain.evaluate_vanishing_polynomial(common.tau)
			* delta.inverse().expect("secrets are not 0; qed");
		let h = std::iter::successors(Some(first), |power| Some(*power * common.tau));
		let h = table.batch_mul(&h.take(powers).collect::<Vec<_>>()).into();
		Self { origin, circuit, digest, matrices, verifying, a, b, h, l }
	}
}

/// The columns that occur, with their values.
fn occurring(values: Vec<Fr>) -> (Vec<u32>, Vec<Fr>) {
	let columns = 0..values.len() as u32;
	columns.zip(values).filter(|(_, value)| *value != Fr::ZERO).unzip()
}

/// The domain over which the constraints are polynomials: a row for each constraint and each input.
pub(crate) fn domain(matrices: &Matrices) -> Radix2EvaluationDomain<Fr> {
	Radix2EvaluationDomain::new(matrices.constraints() + 1 + matrices.inputs)
		.expect("fewer than 2^32 constraints, the number of roots of unity; qed")
}

#[cfg(test)]
mod tests;
