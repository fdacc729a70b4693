// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	r1cs::Shape,
	testing::{Forgery, Gadget, surviving_mutations},
};
use proptest::prelude::*;

fn satisfied(circuit: impl Fn(&mut Builder)) -> bool {
	let shape = Shape::of(&Gadget(circuit));
	shape.matrices.check(&shape.assignment).is_ok()
}

/// Makes numbers the output, so that none of them changes unseen.
fn output(b: &mut Builder, nums: &[Num]) {
	let mut sum = Num::zero();
	let mut weight = Fr::ONE;
	for num in nums {
		sum.add_scaled(weight, num);
		weight *= Fr::from(1_000_003u64);
	}
	b.public_input(Label("test/output"), &sum);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn range_should_accept_exactly_what_fits(value: u64, width in 1usize..70) {
		let fits = width >= 64 || value >> width == 0;
		let holds = satisfied(|b| {
			let num = b.witness(Fr::from(value));
			range(b, &num, width);
		});
		prop_assert_eq!(holds, fits);
	}

	#[test]
	fn one_hot_should_mark_the_number(value in 0u64..64) {
		let holds = satisfied(|b| {
			let (_, bits) = number(b, Fr::from(value), 6);
			let hot = one_hot(b, &bits);
			assert_eq!(hot.len(), 64);
			for (i, one) in hot.iter().enumerate() {
				assert_eq!(one.value(), Fr::from(u64::from(i as u64 == value)));
			}
		});
		prop_assert!(holds);
	}

	#[test]
	fn select_and_is_zero_should_follow_their_definition(x in 0u64..3, y: u64, condition: bool) {
		let holds = satisfied(|b| {
			let (x_num, y_num) = (b.witness(Fr::from(x)), b.witness(Fr::from(y)));
			let bit = boolean(b, condition);
			let selected = select(b, &bit, &x_num, &y_num);
			assert_eq!(selected.value(), Fr::from(if condition { x } else { y }));
			assert_eq!(is_zero(b, &x_num).value(), Fr::from(u64::from(x == 0)));
		});
		prop_assert!(holds);
	}
}

#[test]
fn the_widest_range_should_not_wrap_around() {
	let fits = |value: Fr| {
		satisfied(|b| {
			let num = b.witness(value);
			range(b, &num, 253);
		})
	};
	let limit = Fr::from(2u64).pow([253]);
	assert!(fits(limit - Fr::ONE));
	for value in [limit, -Fr::ONE, -limit] {
		assert!(!fits(value), "{value}");
	}
}

#[test]
fn packing_should_be_that_of_the_protocol() {
	let (x, y) = (Num::from(5), Num::from(7));
	assert_eq!(pack(&[(&x, 8), (&y, 16)]).value(), Fr::from(5u64 + (7 << 8)));
}

#[test]
fn sizes_should_be_as_stated() {
	let size = |circuit: &dyn Fn(&mut Builder)| Shape::of(&Gadget(circuit)).matrices.constraints();
	for width in [1, 8, 112, 253] {
		let one = size(&|b| drop(number(b, Fr::ONE, width)));
		assert_eq!(one, width);
		let one = size(&|b| drop(range(b, &Num::one(), width)));
		assert_eq!(one, width + 1);
	}
	for count in 1..=6 {
		let bits = vec![Num::zero(); count];
		let one = size(&|b| drop(one_hot(b, &bits)));
		assert_eq!(one, (1 << count) - count - 1);
	}
	let one = Num::one();
	assert_eq!(size(&|b| drop(and(b, &one, &one))), 1);
	assert_eq!(size(&|b| drop(select(b, &one, &one, &one))), 1);
	assert_eq!(size(&|b| drop(is_zero(b, &one))), 2);
}

#[test]
fn every_mutated_witness_should_be_rejected() {
	let survivors =
		|circuit: &dyn Fn(&mut Builder)| surviving_mutations(&Shape::of(&Gadget(circuit)));
	let none = Vec::<usize>::new();
	for value in [0, 44, 255] {
		let in_range = |b: &mut Builder| {
			let num = b.witness(Fr::from(value));
			range(b, &num, 8);
		};
		assert_eq!(survivors(&in_range), none);
		let as_number = |b: &mut Builder| {
			let (num, _) = number(b, Fr::from(value), 8);
			output(b, &[num]);
		};
		assert_eq!(survivors(&as_number), none);
		let of_many = |b: &mut Builder| {
			let (_, bits) = number(b, Fr::from(value), 8);
			let hot = one_hot(b, &bits);
			output(b, &hot);
		};
		assert_eq!(survivors(&of_many), none);
	}
	for (x, y) in [(false, false), (false, true), (true, false), (true, true)] {
		let both = |b: &mut Builder| {
			let [x, y] = [x, y].map(|bit| boolean(b, bit));
			let both = and(b, &x, &y);
			output(b, &[x, y, both]);
		};
		assert_eq!(survivors(&both), none);
	}
	for condition in [false, true] {
		let one_of_two = |b: &mut Builder| {
			let bit = boolean(b, condition);
			let [yes, no] = [5, 7].map(|value| b.witness(Fr::from(value)));
			let selected = select(b, &bit, &yes, &no);
			output(b, &[bit, yes, no, selected]);
		};
		assert_eq!(survivors(&one_of_two), none);
	}
	let zero_test = |value: u64| {
		move |b: &mut Builder| {
			let num = b.witness(Fr::from(value));
			let zero = is_zero(b, &num);
			output(b, &[num, zero]);
		}
	};
	assert_eq!(survivors(&zero_test(5)), none);
	// Zero has no inverse: what stands for it is multiplied with zero and read by nobody else.
	assert_eq!(survivors(&zero_test(0)), [INVERSE]);
}

/// The columns of a zero test of the first witness.
const IS_ZERO: usize = 3;
const INVERSE: usize = 4;

/// One for each label.
pub(crate) fn forgeries() -> Vec<Forgery> {
	// 300 is 256 + 44. Its lowest eight bits begin in the second column of witnesses.
	let byte = Gadget(|b: &mut Builder| {
		let num = b.witness(Fr::from(300u64));
		range(b, &num, 8);
	});
	let both = Gadget(|b: &mut Builder| {
		let [x, y] = [true, false].map(|bit| boolean(b, bit));
		let both = and(b, &x, &y);
		output(b, &[both]);
	});
	let one_of_two = Gadget(|b: &mut Builder| {
		let bit = boolean(b, false);
		let selected = select(b, &bit, &Num::from(5), &Num::from(7));
		output(b, &[selected]);
	});
	let zero_test = |value: u64| {
		Gadget(move |b: &mut Builder| {
			let num = b.witness(Fr::from(value));
			let zero = is_zero(b, &num);
			output(b, &[zero]);
		})
	};
	let highest = 3 + 7;
	vec![
		Forgery::new(SUM, "a number of nine bits in eight", &byte, []),
		Forgery::new(
			BOOLEAN,
			"a number of nine bits in eight, by a bit that is two",
			&byte,
			[(highest, Fr::from(2u64))],
		),
		Forgery::new(AND, "both hold although one does not", &both, [(4, Fr::ONE)]),
		Forgery::new(
			SELECT,
			"one number where the other was chosen",
			&one_of_two,
			[(3, Fr::from(5u64))],
		),
		Forgery::new(NOT_ZERO, "zero is not zero", &zero_test(0), [(IS_ZERO, Fr::ZERO)]),
		Forgery::new(
			ZERO,
			"five is zero",
			&zero_test(5),
			[(IS_ZERO, Fr::ONE), (INVERSE, Fr::ZERO)],
		),
	]
}

#[test]
fn each_rule_should_be_needed() {
	forgeries().iter().for_each(Forgery::check);
}
