// SPDX-License-Identifier: Apache-2.0

//! The algorithm of blst.
//!
//! Both libraries keep coordinates in the same Montgomery form, six little-endian words, and infinity as zeros, so a
//! point is converted by copying its words. That costs a hundredth of the multiplication and needs no
//! unsafe code.

use super::{MsmBackend, MsmError, Terms};
use crate::{
	key::{Points, StoredPoint},
	watch::Ticker,
};
use ark_bls12_381::{Fq, Fq2, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ff::{AdditiveGroup, BigInt};
use blst::{MultiPoint, blst_fp, blst_fp2, blst_p1, blst_p1_affine, blst_p2, blst_p2_affine};

/// Multi-scalar multiplication by blst.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlstMsm;

/// Bits of a scalar.
const SCALAR_BITS: usize = 255;

fn to_fp(value: Fq) -> blst_fp {
	blst_fp { l: value.0.0 }
}

fn to_fp2(value: Fq2) -> blst_fp2 {
	blst_fp2 { fp: [to_fp(value.c0), to_fp(value.c1)] }
}

fn from_fp(value: blst_fp) -> Fq {
	Fq::new_unchecked(BigInt(value.l))
}

fn from_fp2(value: blst_fp2) -> Fq2 {
	Fq2::new(from_fp(value.fp[0]), from_fp(value.fp[1]))
}

fn to_p1(point: &G1Affine) -> blst_p1_affine {
	blst_p1_affine { x: to_fp(point.x), y: to_fp(point.y) }
}

fn to_p2(point: &G2Affine) -> blst_p2_affine {
	blst_p2_affine { x: to_fp2(point.x), y: to_fp2(point.y) }
}

fn from_p1(point: blst_p1) -> G1Projective {
	G1Projective::new_unchecked(from_fp(point.x), from_fp(point.y), from_fp(point.z))
}

fn from_p2(point: blst_p2) -> G2Projective {
	G2Projective::new_unchecked(from_fp2(point.x), from_fp2(point.y), from_fp2(point.z))
}

/// The three sorts of terms, each by its own way.
fn sum<A: StoredPoint, P>(
	bases: &Points<A>,
	terms: &Terms,
	ticker: Ticker<'_>,
	convert: impl Fn(&A) -> P,
	into: impl Fn(<[P] as MultiPoint>::Output) -> A::Group,
) -> Result<A::Group, MsmError>
where
	[P]: MultiPoint,
{
	ticker.tick(0.0)?;
	let points = terms.gather(bases, convert)?;
	let little_endian = |scalars: &[u64]| -> Vec<u8> {
		scalars.iter().flat_map(|word| word.to_le_bytes()).collect()
	};
	let mut total = A::Group::ZERO;
	if !points.ones.is_empty() {
		total += into(points.ones.add());
	}
	if !points.small.is_empty() {
		total += into(points.small.mult(&little_endian(&terms.small), 64));
	}
	ticker.tick(0.1)?;
	if !points.full.is_empty() {
		let words: Vec<u64> = terms.full.iter().flat_map(|scalar| scalar.0).collect();
		total += into(points.full.mult(&little_endian(&words), SCALAR_BITS));
	}
	ticker.tick(1.0)?;
	Ok(total)
}

impl MsmBackend for BlstMsm {
	fn name(&self) -> &'static str {
		"blst"
	}

	fn g1(
		&self,
		bases: &Points<G1Affine>,
		terms: &Terms,
		ticker: Ticker<'_>,
	) -> Result<G1Projective, MsmError> {
		sum(bases, terms, ticker, to_p1, from_p1)
	}

	fn g2(
		&self,
		bases: &Points<G2Affine>,
		terms: &Terms,
		ticker: Ticker<'_>,
	) -> Result<G2Projective, MsmError> {
		sum(bases, terms, ticker, to_p2, from_p2)
	}
}
