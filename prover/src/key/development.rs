// SPDX-License-Identifier: Apache-2.0

//! The secrets of development keys, which are none.

use ark_bls12_381::Fr;
use ark_ff::PrimeField;
use blake2::{Blake2b, Digest, digest::consts::U32};
use rand_chacha::{
	ChaCha20Rng,
	rand_core::{RngCore, SeedableRng},
};

/// What all keys have in common, as those of a ceremony have: verifiers then take fewer pairings for several keys.
const COMMON: &[u8] = b"INSECURE Ligature development keys, common to all circuits";
/// What each circuit has to itself.
const CIRCUIT: &[u8] = b"INSECURE Ligature development keys, of the circuit";

/// Who knows these numbers can forge proofs for every circuit.
pub(super) struct Common {
	pub alpha: Fr,
	pub beta: Fr,
	pub gamma: Fr,
	pub tau: Fr,
}

impl Common {
	/// Known to everybody.
	pub(super) fn insecure() -> Self {
		let mut common = generator(&[COMMON]);
		let [alpha, beta, gamma, tau] = std::array::from_fn(|_| element(&mut common));
		Self { alpha, beta, gamma, tau }
	}
}

/// What the key of one circuit comes from.
pub(super) struct Secrets {
	pub common: Common,
	pub delta: Fr,
}

impl Secrets {
	/// Known to everybody. δ is the circuit's own: a proof for one cannot pass for another's.
	pub(super) fn insecure(circuit: &[u8; 32]) -> Self {
		let delta = element(&mut generator(&[CIRCUIT, circuit]));
		Self { common: Common::insecure(), delta }
	}
}

fn generator(seed: &[&[u8]]) -> ChaCha20Rng {
	let mut hasher = Blake2b::<U32>::new();
	seed.iter().for_each(|part| hasher.update(part));
	ChaCha20Rng::from_seed(hasher.finalize().into())
}

/// A field element from 512 bits.
fn element(generator: &mut ChaCha20Rng) -> Fr {
	let mut bytes = [0; 64];
	generator.fill_bytes(&mut bytes);
	Fr::from_le_bytes_mod_order(&bytes)
}
