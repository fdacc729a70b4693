// SPDX-License-Identifier: Apache-2.0

//! Affine additions with the arithmetic of arkworks, on any curve and processor.

use super::Adder;
use ark_ec::{
	AffineRepr, CurveGroup,
	short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::{AdditiveGroup, Field};
use std::marker::PhantomData;

/// Adds one pair after the other, with one inversion for all.
pub(super) struct Scalar<P>(PhantomData<fn() -> P>);

impl<P> Default for Scalar<P> {
	fn default() -> Self {
		Self(PhantomData)
	}
}

/// What of a pair is inverted, and the product of all before it.
pub(super) struct Scratch<F>(Vec<(F, F)>);

impl<F> Default for Scratch<F> {
	fn default() -> Self {
		Self(Vec::new())
	}
}

/// How a pair is added.
enum Kind {
	/// By a slope, whose denominator has to be inverted.
	Chord,
	Tangent,
	/// The sum is one of the two or infinity.
	Trivial,
}

fn kind<P: SWCurveConfig>(left: &Affine<P>, right: &Affine<P>) -> Kind {
	if left.is_zero() || right.is_zero() {
		Kind::Trivial
	} else if left.x != right.x {
		Kind::Chord
	} else if left.y == right.y && left.y != P::BaseField::ZERO {
		Kind::Tangent
	} else {
		Kind::Trivial
	}
}

impl<P: SWCurveConfig> Adder for Scalar<P> {
	type Base = Affine<P>;
	type Point = Affine<P>;
	type Scratch = Scratch<P::BaseField>;

	fn infinity(&self) -> Affine<P> {
		Affine::identity()
	}

	fn load(&self, bases: &[Affine<P>], picks: &[u32], points: &mut [Affine<P>]) {
		for (point, pick) in points.iter_mut().zip(picks) {
			*point = bases[*pick as usize];
		}
	}

	fn unload(&self, point: &Affine<P>) -> Affine<P> {
		*point
	}

	fn negate(&self, point: &Affine<P>) -> Affine<P> {
		-*point
	}

	fn add(
		&self,
		left: &mut [Affine<P>],
		right: &mut [Affine<P>],
		sums: &mut [Affine<P>],
		Scratch(inverses): &mut Self::Scratch,
	) {
		let mut product = P::BaseField::ONE;
		inverses.clear();
		for (p, q) in left.iter().zip(right.iter()) {
			let denominator = match kind(p, q) {
				Kind::Chord => q.x - p.x,
				Kind::Tangent => p.y.double(),
				Kind::Trivial => P::BaseField::ONE,
			};
			inverses.push((denominator, product));
			product *= denominator;
		}
		let mut inverse = product.inverse().expect("a product of numbers that are not 0; qed");
		for (i, (denominator, before)) in inverses.iter().enumerate().rev() {
			let (p, q) = (&left[i], &right[i]);
			let numerator = match kind(p, q) {
				Kind::Chord => q.y - p.y,
				Kind::Tangent => {
					let square = p.x.square();
					square.double() + square + P::COEFF_A
				},
				Kind::Trivial => {
					sums[i] = (Projective::from(*p) + q).into_affine();
					continue;
				},
			};
			let slope = numerator * inverse * before;
			inverse *= denominator;
			let x = slope.square() - p.x - q.x;
			let y = slope * (p.x - x) - p.y;
			sums[i] = Affine::new_unchecked(x, y);
		}
	}
}
