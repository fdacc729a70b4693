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

mod clock;
mod trapdoor;

use ark_bls12_381::{Bls12_381, Fr};
use ark_ec::{CurveGroup, PrimeGroup, pairing::Pairing};
use ligature_zk_verifier::{Claim, PreparedVerifyingKey, Proof, verify, verify_batch};

use crate::trapdoor::{Trapdoor, scalar};

/// Calls per round.
const CALLS: u32 = 8;

type Host = sp_crypto_ec_utils::bls12_381::Bls12_381;

/// Microseconds per call.
fn time<T>(run: impl FnMut() -> T) -> f64 {
	clock::time(CALLS, run)
}

fn print(engine: &str, name: &str, value: f64, unit: &str) {
	println!("verifier_{engine}_{name} {value:.2} {unit}");
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
