// SPDX-License-Identifier: Apache-2.0

//! From the witness to the coefficients of the quotient polynomial.
//!
//! Over the domain D, of size m, the rows of `A·z`, `B·z` and `C·z` are values of polynomials a, b and c, and the
//! constraints say that `a·b − c` vanishes on D: `a·b = c + (X^m − 1)·h`. Taken modulo `X^m − g^m`, the polynomial
//! of the coset gD, this reads
//!
//! ```text
//! a·b mod (X^m − g^m) = c + (g^m − 1)·h
//! ```
//!
//! for c and h have degrees below m. The left side is interpolated from values on the coset, so h takes six Fourier
//! transforms: one fewer than the textbook, which also takes c to the coset.

use crate::watch::{Cancelled, Ticker};
use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, FftField, Field};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ligature_circuits::r1cs::{Matrices, Unsatisfied};
use rayon::prelude::*;

/// Rows that one task computes.
const ROWS: usize = 1024;

/// The rows of the three matrices times the witness, filled up to the size of the domain.
#[derive(Debug)]
pub(crate) struct Products {
	a: Vec<Fr>,
	b: Vec<Fr>,
	c: Vec<Fr>,
}

impl Products {
	/// Multiplies the matrices with an assignment of all columns, and checks the constraints by the way.
	pub(crate) fn new(
		matrices: &Matrices,
		z: &[Fr],
		domain: &Radix2EvaluationDomain<Fr>,
	) -> Result<Self, Unsatisfied> {
		let constraints = matrices.constraints();
		let [mut a, mut b, mut c] = std::array::from_fn(|_| vec![Fr::ZERO; domain.size()]);
		let chunks = a[..constraints]
			.par_chunks_mut(ROWS)
			.zip(b[..constraints].par_chunks_mut(ROWS))
			.zip(c[..constraints].par_chunks_mut(ROWS))
			.enumerate();
		let satisfied = chunks
			.map(|(chunk, ((a, b), c))| {
				let mut satisfied = true;
				for (i, ((a, b), c)) in a.iter_mut().zip(b).zip(c).enumerate() {
					let row = chunk * ROWS + i;
					*a = matrices.product(&matrices.a, row, z);
					*b = matrices.product(&matrices.b, row, z);
					*c = matrices.product(&matrices.c, row, z);
					satisfied &= *a * *b == *c;
				}
				satisfied
			})
			.reduce(|| true, |one, other| one && other);
		if !satisfied {
			// Rare, so it may take its time to find the first.
			matrices.check(z)?;
		}
		let inputs = 1 + matrices.inputs;
		a[constraints..constraints + inputs].copy_from_slice(&z[..inputs]);
		Ok(Self { a, b, c })
	}

	/// The coefficients of h, without the last, which is 0.
	pub(crate) fn quotient(
		self,
		domain: &Radix2EvaluationDomain<Fr>,
		ticker: Ticker<'_>,
	) -> Result<Vec<Fr>, Cancelled> {
		let Self { mut a, mut b, mut c } = self;
		let coset = domain.get_coset(Fr::GENERATOR).expect("the generator is not 0; qed");
		ticker.tick(0.0)?;
		domain.ifft_in_place(&mut a);
		coset.fft_in_place(&mut a);
		ticker.tick(0.35)?;
		domain.ifft_in_place(&mut b);
		coset.fft_in_place(&mut b);
		ticker.tick(0.7)?;
		a.par_iter_mut().zip(&b).for_each(|(a, b)| *a *= b);
		drop(b);
		coset.ifft_in_place(&mut a);
		domain.ifft_in_place(&mut c);
		let factor = domain
			.evaluate_vanishing_polynomial(Fr::GENERATOR)
			.inverse()
			.expect("the generator is no root of unity of a power of two; qed");
		a.par_iter_mut().zip(&c).for_each(|(a, c)| {
			*a -= c;
			*a *= factor;
		});
		a.pop();
		ticker.tick(1.0)?;
		Ok(a)
	}
}
