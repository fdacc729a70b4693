// SPDX-License-Identifier: Apache-2.0

//! The algorithm of arkworks.

use super::{Gathered, MsmBackend, MsmError, Terms};
use crate::{
	key::{Points, StoredPoint},
	watch::Ticker,
};
use ark_bls12_381::{G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::VariableBaseMSM;
use ark_ff::{BigInt, PrimeField};

/// Multi-scalar multiplication by arkworks.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArkMsm;

impl ArkMsm {
	fn sum<G>(bases: &Points<G::MulBase>, terms: &Terms, ticker: Ticker<'_>) -> Result<G, MsmError>
	where
		G: VariableBaseMSM<MulBase: StoredPoint>,
		G::ScalarField: PrimeField<BigInt = BigInt<4>>,
	{
		ticker.tick(0.0)?;
		let Gathered { ones, small, full } = terms.gather(bases, |point| *point)?;
		let ones = G::msm_u1(&ones, &vec![true; ones.len()]);
		let small = G::msm_u64(&small, &terms.small);
		ticker.tick(0.1)?;
		let full = G::msm_bigint(&full, &terms.full);
		ticker.tick(1.0)?;
		Ok(ones + small + full)
	}
}

impl MsmBackend for ArkMsm {
	fn name(&self) -> &'static str {
		"arkworks"
	}

	fn g1(
		&self,
		bases: &Points<G1Affine>,
		terms: &Terms,
		ticker: Ticker<'_>,
	) -> Result<G1Projective, MsmError> {
		Self::sum(bases, terms, ticker)
	}

	fn g2(
		&self,
		bases: &Points<G2Affine>,
		terms: &Terms,
		ticker: Ticker<'_>,
	) -> Result<G2Projective, MsmError> {
		Self::sum(bases, terms, ticker)
	}
}
