// SPDX-License-Identifier: Apache-2.0

//! JubJub in two models.
//!
//! | model | equation | used for |
//! |---|---|---|
//! | twisted Edwards | `−x² + y² = 1 + d·x²·y²` | keys and commitments, as the protocol writes them; an addition that is right for all points |
//! | Montgomery | `v² = u³ + A·u² + u`, A = 40962 | multiples: three constraints for an addition that is right for most points |
//!
//! The models are one curve: `u = (1 + y)/(1 − y)`, `v = c·u/x` with `c² = −(A + 2)`. The map is undefined
//! for points of order 1 and 2 and for nothing else, and so is its inverse; the points here are of the
//! prime order l but where a function says otherwise.
//!
//! **Incomplete additions.** The Montgomery formulas divide by the difference of two u, which is zero
//! if and only if the points are equal or opposite. Then the quotient is a witness that nothing binds, so
//! whoever adds points here has to prove that this cannot happen: as a statement about *integers*
//! whose multiples of one point of order l are added, never about the chance of meeting them.

use crate::r1cs::{Builder, Label, Num};
use ark_bls12_381::Fr;
use ark_ec::twisted_edwards::{MontCurveConfig, TECurveConfig};
use ark_ed_on_bls12_381::{EdwardsAffine, JubjubConfig};
use ark_ff::{AdditiveGroup, Field, MontFp};

/// `u·(1 − y) = 1 + y` of a point that changes from Edwards to Montgomery.
pub const MONTGOMERY_U: Label = Label("curve/to Montgomery, u");
/// `v·x = c·u` of a point that changes from Edwards to Montgomery.
pub const MONTGOMERY_V: Label = Label("curve/to Montgomery, v");
/// `x·v = c·u` of a point that changes from Montgomery to Edwards.
pub const EDWARDS_X: Label = Label("curve/to Edwards, x");
/// `y·(u + 1) = u − 1` of a point that changes from Montgomery to Edwards.
pub const EDWARDS_Y: Label = Label("curve/to Edwards, y");
/// The slope of the line through two points.
pub const CHORD: Label = Label("curve/chord");
/// `u²` for a tangent.
pub const SQUARE: Label = Label("curve/square of u");
/// The slope of the tangent in a point.
pub const TANGENT: Label = Label("curve/tangent");
/// The u of a sum, from the slope.
pub const SUM_U: Label = Label("curve/sum, u");
/// The v of a sum, from the slope.
pub const SUM_V: Label = Label("curve/sum, v");
/// The slope of the line through a point and the sum of it and another, whose v is not computed.
pub const SECOND_CHORD: Label = Label("curve/second chord");
/// `x·y'` and `y·x'` of a complete addition.
pub const CROSS: Label = Label("curve/complete sum, cross products");
/// `x·y'·y·x'` of a complete addition.
pub const DENOMINATOR: Label = Label("curve/complete sum, denominator");
/// `(x + y)·(x' + y')` of a complete addition.
pub const ALL_PRODUCTS: Label = Label("curve/complete sum, all products");
/// The x of a complete addition.
pub const COMPLETE_X: Label = Label("curve/complete sum, x");
/// The y of a complete addition.
pub const COMPLETE_Y: Label = Label("curve/complete sum, y");

/// A of the Montgomery equation.
pub(super) const A: Fr = <JubjubConfig as MontCurveConfig>::COEFF_A;

/// d of the Edwards equation.
const D: Fr = <JubjubConfig as TECurveConfig>::COEFF_D;

/// c, a square root of −(A + 2), which takes the factor B out of the usual equation
/// `B·v² = u³ + A·u² + u`.
const SCALE: Fr =
	MontFp!("17814886934372412843466061268024708274627479829237077604635722030778476050649");

/// The quotient, or zero for a division by zero: a witness of which the constraints decide.
fn quotient(dividend: Fr, divisor: Fr) -> Fr {
	dividend * divisor.inverse().unwrap_or(Fr::ZERO)
}

/// The Montgomery coordinates of a point of order l.
pub(super) fn montgomery(point: &EdwardsAffine) -> (Fr, Fr) {
	let u = quotient(Fr::ONE + point.y, Fr::ONE - point.y);
	(u, quotient(SCALE * u, point.x))
}

/// A point in the twisted Edwards model.
#[derive(Clone, Debug)]
pub struct Edwards {
	/// The coordinate x.
	pub x: Num,
	/// The coordinate y.
	pub y: Num,
}

/// A point in the Montgomery model.
#[derive(Clone, Debug)]
pub struct Montgomery {
	/// The coordinate u.
	pub u: Num,
	/// The coordinate v.
	pub v: Num,
}

impl Edwards {
	/// Two witnesses, and nothing about them.
	pub fn witness(b: &mut Builder, point: &EdwardsAffine) -> Self {
		Self { x: b.witness(point.x), y: b.witness(point.y) }
	}

	/// The same point of order l in the other model. Two constraints.
	pub fn to_montgomery(&self, b: &mut Builder) -> Montgomery {
		let one_minus_y = b.combination(Fr::ONE, [(-Fr::ONE, &self.y)]);
		let one_plus_y = b.combination(Fr::ONE, [(Fr::ONE, &self.y)]);
		let u = b.witness(quotient(one_plus_y.value(), one_minus_y.value()));
		b.enforce(MONTGOMERY_U, &u, &one_minus_y, &one_plus_y);
		let v = b.witness(quotient(SCALE * u.value(), self.x.value()));
		b.enforce(MONTGOMERY_V, &v, &self.x, &(&u * SCALE));
		Montgomery { u, v }
	}

	/// The difference of two points, right for all points of the curve: the denominators
	/// `1 ± d·x·x'·y·y'` are never zero, because −1 is a square and d is none. Six constraints.
	pub fn minus(&self, b: &mut Builder, other: &Self) -> Self {
		let (x, y) = (-other.x.clone(), &other.y);
		let across = b.product(CROSS, &self.x, y);
		let back = b.product(CROSS, &self.y, &x);
		let all = b.product(DENOMINATOR, &across, &back);
		let sums = b.product(ALL_PRODUCTS, &(&self.x + &self.y), &(&x + y));

		let crosses = across + &back;
		let denominator = b.combination(Fr::ONE, [(D, &all)]);
		let sum_x = b.witness(quotient(crosses.value(), denominator.value()));
		b.enforce(COMPLETE_X, &denominator, &sum_x, &crosses);

		let denominator = b.combination(Fr::ONE, [(-D, &all)]);
		let squares = sums - &crosses;
		let sum_y = b.witness(quotient(squares.value(), denominator.value()));
		b.enforce(COMPLETE_Y, &denominator, &sum_y, &squares);
		Self { x: sum_x, y: sum_y }
	}
}

impl Montgomery {
	/// The same point of order l in the other model. Two constraints.
	///
	/// Neither v nor u + 1 is zero: v is in points of order 2 only, and no point of the curve has
	/// u = −1, because A − 2 is not a square.
	pub fn to_edwards(&self, b: &mut Builder) -> Edwards {
		let x = b.witness(quotient(SCALE * self.u.value(), self.v.value()));
		b.enforce(EDWARDS_X, &self.v, &x, &(&self.u * SCALE));
		let plus = b.combination(Fr::ONE, [(Fr::ONE, &self.u)]);
		let minus = b.combination(-Fr::ONE, [(Fr::ONE, &self.u)]);
		let y = b.witness(quotient(minus.value(), plus.value()));
		b.enforce(EDWARDS_Y, &plus, &y, &minus);
		Edwards { x, y }
	}

	/// The opposite point.
	pub fn negated(&self) -> Self {
		Self { u: self.u.clone(), v: -self.v.clone() }
	}

	/// `self + other`, if the points are neither equal nor opposite. Three constraints.
	pub fn plus(&self, b: &mut Builder, other: &Self) -> Self {
		let slope = self.chord(b, other);
		let u = sum_u(b, &slope, &self.u, &other.u);
		self.reflected(b, &slope, u)
	}

	/// `2·self + other`, if other is neither `±self` nor `−2·self`, and self has order l. Five
	/// constraints: as `(self + other) + self`, where the v of `self + other` is not needed.
	pub fn twice_plus(&self, b: &mut Builder, other: &Self) -> Self {
		let slope = self.chord(b, other);
		self.twice_along(b, &slope, &other.u)
	}

	/// `3·self` of a point of order l. Six constraints.
	pub fn tripled(&self, b: &mut Builder) -> Self {
		let square = b.product(SQUARE, &self.u, &self.u);
		let twice_v = &self.v * Fr::from(2u64);
		let rise =
			b.combination(Fr::ONE, [(Fr::from(3u64), &square), (Fr::from(2u64) * A, &self.u)]);
		let slope = b.witness(quotient(rise.value(), twice_v.value()));
		b.enforce(TANGENT, &twice_v, &slope, &rise);
		self.twice_along(b, &slope, &self.u)
	}

	/// The slope of the line through two points.
	fn chord(&self, b: &mut Builder, other: &Self) -> Num {
		let (run, rise) = (&self.u - &other.u, &self.v - &other.v);
		let slope = b.witness(quotient(rise.value(), run.value()));
		b.enforce(CHORD, &run, &slope, &rise);
		slope
	}

	/// `2·self + other`, for the slope of the line through self and other.
	fn twice_along(&self, b: &mut Builder, slope: &Num, other_u: &Num) -> Self {
		// With M = self + other: v_M = slope·(u − u_M) − v, so the line through self and M has the
		// slope (v − v_M)/(u − u_M) = 2·v/(u − u_M) − slope.
		let middle_u = sum_u(b, slope, &self.u, other_u);
		let (run, twice_v) = (&self.u - &middle_u, &self.v * Fr::from(2u64));
		let second = b.witness(quotient(twice_v.value(), run.value()) - slope.value());
		b.enforce(SECOND_CHORD, &run, &(slope + &second), &twice_v);
		let u = sum_u(b, &second, &self.u, &middle_u);
		self.reflected(b, &second, u)
	}

	/// The sum whose u is given: the third point of the line through self, reflected.
	fn reflected(&self, b: &mut Builder, slope: &Num, u: Num) -> Self {
		let run = &self.u - &u;
		let v = b.witness(slope.value() * run.value() - self.v.value());
		b.enforce(SUM_V, &run, slope, &(&v + &self.v));
		Self { u, v }
	}
}

/// The u of a sum of two points: the line through them meets the curve in a third point, and the three
/// u sum to `slope² − A`.
fn sum_u(b: &mut Builder, slope: &Num, u: &Num, other_u: &Num) -> Num {
	let sum = b.witness(slope.value().square() - A - u.value() - other_u.value());
	let three = b.combination(A, [(Fr::ONE, &sum), (Fr::ONE, u), (Fr::ONE, other_u)]);
	b.enforce(SUM_U, slope, slope, &three);
	sum
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::{
		r1cs::Shape,
		testing::{Forgery, Gadget, surviving_mutations},
	};
	use ark_ec::{AffineRepr, CurveGroup};
	use ark_ed_on_bls12_381::Fr as Scalar;
	use ark_ff::PrimeField;
	use proptest::prelude::*;

	fn multiple(scalar: u64) -> EdwardsAffine {
		(EdwardsAffine::generator() * Scalar::from(scalar)).into_affine()
	}

	fn witness(b: &mut Builder, point: &EdwardsAffine) -> Montgomery {
		Edwards::witness(b, point).to_montgomery(b)
	}

	fn assert_equal(point: &Montgomery, expected: &EdwardsAffine) {
		assert_eq!((point.u.value(), point.v.value()), montgomery(expected));
	}

	/// Everything that is done with points, once each: `(2·(3·P) + Q) + Q − P` with complete
	/// subtraction, as public input the sum of its coordinates.
	fn circuit(p: u64, q: u64) -> Gadget<impl Fn(&mut Builder)> {
		Gadget(move |b: &mut Builder| {
			let p = Edwards::witness(b, &multiple(p));
			let p_montgomery = p.to_montgomery(b);
			let q = witness(b, &multiple(q));
			let three = p_montgomery.tripled(b);
			let seven = three.twice_plus(b, &q);
			let sum = seven.plus(b, &q);
			let result = sum.to_edwards(b).minus(b, &p);
			let both = &result.x + &result.y;
			b.public_input(Label("test/output"), &both);
		})
	}

	fn output(p: u64, q: u64) -> Fr {
		let result = multiple(5 * p + 2 * q);
		result.x + result.y
	}

	#[test]
	fn constants_should_belong_to_the_curve() {
		assert_eq!(SCALE.square(), <JubjubConfig as MontCurveConfig>::COEFF_B);
		assert_eq!(SCALE.square(), -(A + Fr::from(2u64)));
		assert_eq!(D * (A + Fr::from(2u64)), -(A - Fr::from(2u64)));
		// The reasons why a sum is complete and a map defined.
		assert!((-Fr::ONE).legendre().is_qr());
		assert!(D.legendre().is_qnr());
		assert!((A - Fr::from(2u64)).legendre().is_qnr());
		// The order is prime to two, so that points of that order are of no other.
		assert_eq!(Scalar::MODULUS.0[0] % 2, 1);
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(64))]

		#[test]
		fn arithmetic_should_equal_the_native_one(p in 1u64.., q in 1u64..) {
			let (p, q) = (p >> 8, q >> 8);
			prop_assume!(p != 0 && q != 0 && [p, 2 * p, 3 * p, 6 * p].iter().all(|x| *x != q));
			let shape = Shape::of(&circuit(p, q));
			prop_assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
			prop_assert_eq!(shape.assignment[1], output(p, q));
		}
	}

	#[test]
	fn each_step_should_equal_the_native_one() {
		let test = Gadget(|b: &mut Builder| {
			let (p, q) = (witness(b, &multiple(5)), witness(b, &multiple(7)));
			assert_equal(&p, &multiple(5));
			assert_equal(&p.plus(b, &q), &multiple(12));
			assert_equal(&p.plus(b, &q.negated()), &(-multiple(2)));
			assert_equal(&p.twice_plus(b, &q), &multiple(17));
			assert_equal(&p.tripled(b), &multiple(15));
			let back = p.to_edwards(b);
			assert_eq!((back.x.value(), back.y.value()), (multiple(5).x, multiple(5).y));
			// The complete formulas take every pair.
			for (other, difference) in [(multiple(5), 0), (-multiple(5), 10), (multiple(0), 5)] {
				let other = Edwards::witness(b, &other);
				let sum = back.minus(b, &other);
				let expected = multiple(difference);
				assert_eq!((sum.x.value(), sum.y.value()), (expected.x, expected.y));
			}
		});
		let shape = Shape::of(&test);
		assert_eq!(shape.matrices.check(&shape.assignment), Ok(()));
	}

	#[test]
	fn an_addition_that_is_undefined_should_have_no_witness() {
		// Opposite points: the rise is not zero, the run is.
		let shape = Shape::of(&Gadget(|b: &mut Builder| {
			let p = witness(b, &multiple(5));
			p.plus(b, &p.negated());
		}));
		assert_eq!(shape.matrices.check(&shape.assignment).unwrap_err().label, CHORD);
	}

	#[test]
	fn every_mutated_witness_should_be_rejected() {
		assert_eq!(surviving_mutations(&Shape::of(&circuit(3, 5))), Vec::<usize>::new());
	}

	/// One for each label: a wrong coordinate or slope leads to another point.
	pub(crate) fn forgeries() -> Vec<Forgery> {
		let circuit = circuit(3, 5);
		let honest = Shape::of(&circuit);
		// Every witness but the coordinates of the two points is computed, each in one constraint: so the
		// constraint in which a column comes first is the one that binds it.
		let matrices = &honest.matrices;
		let mut forgeries: Vec<Forgery> = Vec::new();
		let mut bound = 1 + matrices.inputs;
		for row in 0..matrices.constraints() {
			let label = matrices.label(row);
			let newest = [&matrices.a, &matrices.b, &matrices.c]
				.into_iter()
				.flat_map(|matrix| matrix.row(row))
				.map(|(column, _)| *column as usize)
				.max()
				.unwrap_or_default();
			if newest > bound && forgeries.iter().all(|forgery| forgery.label != label) {
				let forged = honest.assignment[newest] + Fr::ONE;
				forgeries.push(Forgery::new(label, "another point", &circuit, [(newest, forged)]));
			}
			bound = bound.max(newest);
		}
		forgeries
	}

	#[test]
	fn each_rule_should_be_needed() {
		let forgeries = forgeries();
		let labels = Shape::of(&circuit(3, 5)).matrices.labels();
		for (label, _) in labels.iter().filter(|(label, _)| label.0.starts_with("curve/")) {
			assert!(forgeries.iter().any(|forgery| forgery.label == *label), "{label}");
		}
		for forgery in forgeries {
			forgery.check();
			assert_ne!(forgery.shape.assignment[1], output(3, 5), "{}", forgery.label);
		}
	}
}
