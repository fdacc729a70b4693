// SPDX-License-Identifier: Apache-2.0

//! Linear combinations of variables, with their value.

use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// A column of the matrices: 0 is the constant one, then come the public inputs, then the witnesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(pub(super) u32);

impl Variable {
	/// The constant one.
	pub const ONE: Self = Self(0);

	/// The column.
	pub const fn index(self) -> usize {
		self.0 as usize
	}
}

/// A linear combination of variables and the value that it has under the witness.
///
/// Where only values are wanted the terms are left out, and arithmetic on a `Num` is arithmetic on
/// one field element.
#[derive(Clone, Debug, Default)]
pub struct Num {
	pub(super) value: Fr,
	/// In no order, and a variable may stand in it several times.
	pub(super) terms: Vec<(Variable, Fr)>,
}

impl Num {
	/// The value under the witness.
	pub fn value(&self) -> Fr {
		self.value
	}

	/// Zero.
	pub fn zero() -> Self {
		Self::default()
	}

	/// One.
	pub fn one() -> Self {
		Self::constant(Fr::ONE)
	}

	/// A constant of the circuit.
	pub fn constant(value: impl Into<Fr>) -> Self {
		let value = value.into();
		Self { value, terms: vec![(Variable::ONE, value)] }
	}

	/// `2^exponent` as a constant.
	pub fn power_of_two(exponent: u32) -> Self {
		Self::constant(power_of_two(exponent))
	}

	/// `Σ coefficient·num`.
	pub fn sum<'a>(terms: impl IntoIterator<Item = (Fr, &'a Num)>) -> Self {
		let mut sum = Self::zero();
		for (coefficient, num) in terms {
			sum.add_scaled(coefficient, num);
		}
		sum
	}

	/// `self += coefficient·other`.
	pub fn add_scaled(&mut self, coefficient: Fr, other: &Num) {
		self.value += coefficient * other.value;
		self.terms.extend(other.terms.iter().map(|(variable, c)| (*variable, coefficient * c)));
	}

	/// The terms with every variable once, in order, and no zeros.
	pub(super) fn compact(&self) -> Vec<(Variable, Fr)> {
		let mut terms = self.terms.clone();
		terms.sort_unstable_by_key(|(variable, _)| *variable);
		terms.dedup_by(|next, kept| {
			let same = next.0 == kept.0;
			if same {
				kept.1 += next.1;
			}
			same
		});
		terms.retain(|(_, coefficient)| *coefficient != Fr::ZERO);
		terms
	}

	/// Shortens a combination that was put together from many and will be used often.
	pub fn simplified(mut self) -> Self {
		if self.terms.len() > 1 {
			self.terms = self.compact();
		}
		self
	}
}

/// `2^exponent`.
pub(crate) fn power_of_two(exponent: u32) -> Fr {
	Fr::from(2u64).pow([u64::from(exponent)])
}

impl From<u64> for Num {
	fn from(value: u64) -> Self {
		Self::constant(value)
	}
}

impl AddAssign<&Num> for Num {
	fn add_assign(&mut self, other: &Num) {
		self.value += other.value;
		self.terms.extend_from_slice(&other.terms);
	}
}

impl SubAssign<&Num> for Num {
	fn sub_assign(&mut self, other: &Num) {
		self.add_scaled(-Fr::ONE, other);
	}
}

impl Add<&Num> for Num {
	type Output = Num;

	fn add(mut self, other: &Num) -> Num {
		self += other;
		self
	}
}

impl Add<&Num> for &Num {
	type Output = Num;

	fn add(self, other: &Num) -> Num {
		self.clone() + other
	}
}

impl Sub<&Num> for Num {
	type Output = Num;

	fn sub(mut self, other: &Num) -> Num {
		self -= other;
		self
	}
}

impl Sub<&Num> for &Num {
	type Output = Num;

	fn sub(self, other: &Num) -> Num {
		self.clone() - other
	}
}

impl Neg for Num {
	type Output = Num;

	fn neg(self) -> Num {
		self * -Fr::ONE
	}
}

impl Mul<Fr> for Num {
	type Output = Num;

	fn mul(mut self, by: Fr) -> Num {
		self.value *= by;
		for (_, coefficient) in &mut self.terms {
			*coefficient *= by;
		}
		self
	}
}

impl Mul<Fr> for &Num {
	type Output = Num;

	fn mul(self, by: Fr) -> Num {
		self.clone() * by
	}
}
