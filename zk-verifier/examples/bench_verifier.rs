// SPDX-License-Identifier: Apache-2.0

//! Measures the verifier on both engines, outside of a runtime. Prints lines `name value unit`.
//!
//! `scripts/bench verifier` runs it. A *single* is what one proof of one input costs from its bytes on:
//! decoding, subgroup checks, verification under a prepared key. A *bundle* is a block's: two proofs
//! under one key, one under another, from their bytes on. The *pairing product* is the least that a
//! bundle could cost: its Miller loop and its final exponentiation, over points and lines that are there.
//!
//! Times are of the processor and of the whole process, which does not mind a busy machine much; arkworks is
//! to have one thread (`RAYON_NUM_THREADS=1`). Each is the least of several rounds.

use std::{hint::black_box, time::Duration};

use ark_bls12_381::{Bls12_381, Fr};
use ark_ec::{CurveGroup, PrimeGroup, pairing::Pairing};
use ark_ff::Field;
use ligature_zk_verifier::{
	Claim, PreparedVerifyingKey, Proof, VerifyingKey, verify, verify_batch,
};
use rustix::time::{ClockId, clock_gettime};

/// Rounds, of which the fastest counts.
const ROUNDS: usize = 15;
/// Calls per round.
const CALLS: u32 = 8;

type Host = sp_crypto_ec_utils::bls12_381::Bls12_381;

fn now() -> Duration {
	let now = clock_gettime(ClockId::ProcessCPUTime);
	Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Microseconds per call.
fn time<T>(mut run: impl FnMut() -> T) -> f64 {
	let round = |_| {
		let start = now();
		for _ in 0..CALLS {
			black_box(run());
		}
		(now() - start) / CALLS
	};
	(0..ROUNDS).map(round).min().unwrap_or_default().as_secs_f64() * 1e6
}

fn print(engine: &str, name: &str, value: f64, unit: &str) {
	println!("verifier_{engine}_{name} {value:.2} {unit}");
}

/// A key of which the logarithms are known, so that proofs can be made without a circuit.
struct Trapdoor {
	alpha: Fr,
	beta: Fr,
	gamma: Fr,
	delta: Fr,
	inputs: [Fr; 2],
}

/// The bytes of a proof, and its input.
struct Proven {
	bytes: Vec<u8>,
	input: [Fr; 1],
}

/// A scalar of full width; which one does not matter.
fn scalar(seed: u64) -> Fr {
	Fr::from(seed ^ 0x9E37_79B9_7F4A_7C15).pow([0xD134_2543_DE82_EF95])
}

impl Trapdoor {
	/// Keys with the same `phase1` share alpha, beta and gamma.
	fn new(phase1: u64, own: u64) -> Self {
		Self {
			alpha: scalar(phase1),
			beta: scalar(phase1 + 1),
			gamma: scalar(phase1 + 2),
			delta: scalar(own + 3),
			inputs: [scalar(own + 4), scalar(own + 5)],
		}
	}

	fn key<E: Pairing<ScalarField = Fr>>(&self) -> PreparedVerifyingKey<E> {
		let g1 = |scalar: Fr| (E::G1::generator() * scalar).into_affine();
		let g2 = |scalar: Fr| (E::G2::generator() * scalar).into_affine();
		let points = self.inputs.map(g1).to_vec();
		VerifyingKey::new(g1(self.alpha), g2(self.beta), g2(self.gamma), g2(self.delta), points)
			.expect("random points are fine")
			.prepare()
	}

	/// C from the equation of the proof, for any A and B.
	fn prove<E: Pairing<ScalarField = Fr>>(&self, seed: u64) -> Proven {
		let (a, b, input) = (scalar(seed), scalar(seed + 1), scalar(seed + 2));
		let statement = (self.inputs[0] + self.inputs[1] * input) * self.gamma;
		let c = (a * b - self.alpha * self.beta - statement) / self.delta;
		let g1 = |scalar: Fr| (E::G1::generator() * scalar).into_affine();
		let proof = Proof::<E>::new(g1(a), (E::G2::generator() * b).into_affine(), g1(c))
			.expect("random points are fine");
		Proven { bytes: proof.to_bytes(), input: [input] }
	}
}

/// Figures of one engine.
fn measure<E: Pairing<ScalarField = Fr>>(engine: &str) {
	let chain = Trapdoor::new(100, 200);
	let key = chain.key::<E>();
	let proven = [chain.prove::<E>(1), chain.prove::<E>(10)];

	let decode = time(|| Proof::<E>::from_bytes(&proven[0].bytes));
	let single = time(|| {
		let proof = Proof::<E>::from_bytes(&proven[0].bytes).expect("is a proof");
		verify(&key, &proven[0].input, &proof).expect("holds");
	});
	print(engine, "decode", decode, "us");
	print(engine, "single", single, "us");

	for (name, join) in [("", Trapdoor::new(300, 400)), ("_one_phase1", Trapdoor::new(100, 400))] {
		let join_key = join.key::<E>();
		let joint = join.prove::<E>(20);
		let bundle = [(&key, &proven[0]), (&key, &proven[1]), (&join_key, &joint)];
		let cost = time(|| {
			let proofs = bundle
				.map(|(_, proven)| Proof::<E>::from_bytes(&proven.bytes).expect("is a proof"));
			let claims: [_; 3] = core::array::from_fn(|i| Claim {
				key: bundle[i].0,
				inputs: &bundle[i].1.input,
				proof: &proofs[i],
			});
			verify_batch(&claims).expect("all hold");
		});
		print(engine, &format!("bundle{name}"), cost, "us");
		print(engine, &format!("bundle{name}_per_single"), cost / single, "ratio");
	}

	// Three pairs of proofs, two of each of two keys.
	let left = [(E::G1::generator() * scalar(30)).into_affine(); 7];
	let right: Vec<E::G2Prepared> = vec![(E::G2::generator() * scalar(31)).into_affine().into(); 7];
	let product = time(|| E::multi_pairing(left, right.clone()));
	print(engine, "pairing_product_of_7", product, "us");

	print(engine, "prepare_key", time(|| key.key().clone().prepare()), "us");
	let bytes = key.to_bytes();
	let load = time(|| PreparedVerifyingKey::<E>::from_trusted_bytes(&bytes));
	print(engine, "load_prepared_key", load, "us");
}

fn main() {
	measure::<Bls12_381>("plain");
	measure::<Host>("host_calls");
}
