// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::watch::{CancelFlag, Stage, Watch};
use ark_ec::{AffineRepr, PrimeGroup};
use ark_ff::{AdditiveGroup, Field};
use ark_std::{UniformRand, rand::Rng, test_rng};
use std::sync::Mutex;

fn backends() -> Vec<Arc<dyn MsmBackend>> {
	vec![
		Arc::new(ArkMsm),
		Arc::new(BlstMsm),
		Arc::new(AffineMsm::portable()),
		Arc::new(AffineMsm::new()),
	]
}

/// A scalar as witnesses have them: every third a bit, some small, some at the edges.
fn scalar(rng: &mut impl Rng) -> Fr {
	match rng.gen_range(0..12) {
		0..3 => Fr::ZERO,
		3..5 => Fr::ONE,
		5 => -Fr::ONE,
		6 => Fr::from(u64::rand(rng)),
		7 => Fr::from(rng.gen_range(2u64..100)),
		8 => Fr::from(u64::MAX),
		9 => -Fr::from(rng.gen_range(2u64..100)),
		10 => Fr::from(1u128 << rng.gen_range(64..112)),
		_ => Fr::rand(rng),
	}
}

/// Bases among which some are equal, opposite or infinity.
fn bases<A: AffineRepr>(rng: &mut impl Rng, count: usize) -> Vec<A> {
	let mut bases: Vec<A> = Vec::with_capacity(count);
	for i in 0..count {
		let earlier = |rng: &mut _| bases[usize::rand(rng) % i];
		let base = match rng.gen_range(0..10) {
			0 => A::zero(),
			1 if i > 0 => earlier(rng),
			2 if i > 0 => (-earlier(rng).into_group()).into(),
			_ => A::rand(rng),
		};
		bases.push(base);
	}
	bases
}

fn naive<A: AffineRepr<ScalarField = Fr>>(bases: &[A], scalars: &[Fr]) -> A::Group {
	bases.iter().zip(scalars).map(|(base, scalar)| *base * scalar).sum()
}

fn quiet() -> Ticker<'static> {
	Ticker::new(&(), Stage::H)
}

fn check(bases1: &[G1Affine], bases2: &[G2Affine], scalars: &[Fr], case: &str) {
	let (g1, g2) = (naive(bases1, scalars), naive(bases2, scalars));
	let terms = Terms::new(scalars);
	let (bases1, bases2) = (Points::from(bases1.to_vec()), Points::from(bases2.to_vec()));
	for backend in backends() {
		let name = backend.name();
		assert_eq!(backend.g1(&bases1, &terms, quiet()).unwrap(), g1, "{name}, G1, {case}");
		assert_eq!(backend.g2(&bases2, &terms, quiet()).unwrap(), g2, "{name}, G2, {case}");
	}
}

#[test]
fn backends_should_agree_with_the_naive_sum_for_scalars_and_bases_of_all_sorts() {
	let rng = &mut test_rng();
	for count in [0, 1, 2, 7, 8, 9, 31, 32, 33, 100, 1000] {
		let scalars: Vec<Fr> = (0..count).map(|_| scalar(rng)).collect();
		check(&bases(rng, count), &bases(rng, count), &scalars, &format!("{count} terms"));
	}
}

#[test]
fn backends_should_agree_with_the_naive_sum_when_all_scalars_are_of_one_sort() {
	let rng = &mut test_rng();
	let half = Fr::from(2u64).inverse().unwrap();
	let numbers = [0, 1, 2, 3, u64::MAX - 1, u64::MAX];
	let mut sorts: Vec<Fr> = numbers.into_iter().map(Fr::from).collect();
	sorts.extend([-Fr::ONE, -Fr::from(2u64), half, -half, Fr::from(1u128 << 64)]);
	sorts.extend((65..255).step_by(27).map(|bit| Fr::from(2u64).pow([bit])));
	let (bases1, bases2) = (bases(rng, 90), bases(rng, 90));
	for sort in sorts {
		check(&bases1, &bases2, &[sort; 90], &format!("all {sort}"));
	}
}

#[test]
fn backends_should_agree_with_the_naive_sum_when_all_bases_are_one_point() {
	let rng = &mut test_rng();
	let count = 300;
	let scalars: Vec<Fr> = (0..count).map(|_| scalar(rng)).collect();
	check(
		&vec![G1Affine::generator(); count],
		&vec![G2Affine::generator(); count],
		&scalars,
		"one base",
	);
	check(&vec![G1Affine::zero(); count], &vec![G2Affine::zero(); count], &scalars, "infinity");
}

#[test]
fn backends_should_agree_when_there_are_many_terms() {
	// Too many for the naive sum; but with bases that are known multiples of one point a scalar product says it.
	let rng = &mut test_rng();
	let count = BLOCK + 5_000;
	let mut logarithms = Vec::with_capacity(count);
	let (mut bases1, mut bases2) = (Vec::new(), Vec::new());
	let (mut point1, mut point2) = (G1Projective::generator(), G2Projective::generator());
	for i in 0..count as u64 {
		logarithms.push(Fr::from(2u64).pow([i]));
		bases1.push(point1);
		bases2.push(point2);
		point1.double_in_place();
		point2.double_in_place();
	}
	let bases1 = Points::from(ark_ec::CurveGroup::normalize_batch(&bases1));
	let bases2 = Points::from(ark_ec::CurveGroup::normalize_batch(&bases2));
	let scalars: Vec<Fr> = (0..count).map(|_| scalar(rng)).collect();
	let product: Fr = scalars.iter().zip(&logarithms).map(|(s, l)| *s * l).sum();
	let terms = Terms::new(&scalars);
	for backend in backends() {
		let name = backend.name();
		let expected = G1Projective::generator() * product;
		assert_eq!(backend.g1(&bases1, &terms, quiet()).unwrap(), expected, "{name}");
		let expected = G2Projective::generator() * product;
		assert_eq!(backend.g2(&bases2, &terms, quiet()).unwrap(), expected, "{name}");
	}
}

#[test]
fn terms_should_sort_scalars_by_size() {
	let scalars = [0, 1, 2, u64::MAX]
		.map(Fr::from)
		.into_iter()
		.chain([-Fr::ONE, Fr::ONE])
		.collect::<Vec<_>>();
	let terms = Terms::new(&scalars);
	assert_eq!(terms.sizes(), [2, 2, 1]);
	assert_eq!(terms.ones, [1, 5]);
	assert_eq!((terms.small_bases, terms.small), (vec![2, 3], vec![2, u64::MAX]));
	assert_eq!((terms.full_bases, terms.full), (vec![4], vec![(-Fr::ONE).into_bigint()]));
}

#[test]
fn backends_should_stop_when_cancelled() {
	let flag = CancelFlag::default();
	flag.cancel();
	let terms = Terms::new(&[Fr::from(5u64)]);
	for backend in backends() {
		let ticker = Ticker::new(&flag, Stage::A);
		let sum = backend.g1(&vec![G1Affine::generator()].into(), &terms, ticker);
		assert!(matches!(sum, Err(MsmError::Cancelled(_))));
		let sum = backend.g2(&vec![G2Affine::generator()].into(), &terms, ticker);
		assert!(matches!(sum, Err(MsmError::Cancelled(_))));
	}
}

#[test]
fn progress_should_rise_to_one() {
	#[derive(Default)]
	struct Log(Mutex<Vec<f64>>);
	impl Watch for Log {
		fn progress(&self, stage: Stage, done: f64) {
			assert_eq!(stage, Stage::B);
			self.0.lock().unwrap().push(done);
		}
	}
	let rng = &mut test_rng();
	let scalars: Vec<Fr> = (0..200).map(|_| scalar(rng)).collect();
	let (bases, terms) = (Points::from(bases::<G1Affine>(rng, 200)), Terms::new(&scalars));
	for backend in backends() {
		let log = Log::default();
		let sum = backend.g1(&bases, &terms, Ticker::new(&log, Stage::B));
		assert!(sum.is_ok());
		let log = log.0.into_inner().unwrap();
		assert!(log.iter().all(|done| (0.0..=1.0).contains(done)), "{log:?}");
		assert_eq!(log.last(), Some(&1.0));
	}
}
