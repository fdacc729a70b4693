// SPDX-License-Identifier: Apache-2.0

//! Bundles: accepted when all proofs hold, and only then.

use crate::support::{Host, Plain, Proven, Random, Statement};
use ark_bls12_381::Fr;
use ark_ec::{CurveGroup, PrimeGroup, pairing::Pairing};
use ligature_zk_verifier::{
	BatchError, Claim, PreparedVerifyingKey, Proof, VerifyError, verify, verify_batch, verify_each,
};
use proptest::{prelude::*, test_runner::Config};

/// Two statements and three proofs, as of a block: one key for both chains, another for the join.
struct Block {
	chain: Statement,
	join: Statement,
	proven: [Proven; 3],
}

impl Block {
	fn new(seed: u64) -> Self {
		Self::of(Statement::new(1, seed), Statement::new(1, seed + 1))
	}

	/// With keys that have alpha, beta and gamma in common.
	fn one_phase1(seed: u64) -> Self {
		let mut random = Random::new(seed);
		let phase1 = [random.scalar(), random.scalar(), random.scalar()];
		Self::of(
			Statement::with_phase1(1, seed + 1, phase1),
			Statement::with_phase1(1, seed + 2, phase1),
		)
	}

	fn of(mut chain: Statement, mut join: Statement) -> Self {
		let proven = [chain.prove(), chain.prove(), join.prove()];
		Self { chain, join, proven }
	}

	fn verify<E: Pairing<ScalarField = Fr>>(&self) -> Result<(), BatchError> {
		self.with(verify_batch::<E>)
	}

	fn each<E: Pairing<ScalarField = Fr>>(&self) -> Vec<bool> {
		self.with(|claims: &[Claim<'_, E>]| verify_each(claims).iter().map(Result::is_ok).collect())
	}

	fn with<E: Pairing<ScalarField = Fr>, T>(&self, run: impl FnOnce(&[Claim<'_, E>]) -> T) -> T {
		let (chain, join) = (self.chain.key::<E>(), self.join.key::<E>());
		let proofs = self.proven.clone().map(|proven| proven.proof::<E>());
		let keys = [&chain, &chain, &join];
		let claims: Vec<_> = (0..3)
			.map(|i| Claim { key: keys[i], inputs: &self.proven[i].inputs, proof: &proofs[i] })
			.collect();
		run(&claims)
	}
}

const REJECTED: Result<(), BatchError> = Err(BatchError::Rejected);

#[test]
fn bundle_should_be_accepted_when_all_proofs_hold() {
	for block in [Block::new(1), Block::one_phase1(5)] {
		assert_eq!(block.verify::<Plain>(), Ok(()));
		assert_eq!(block.verify::<Host>(), Ok(()));
		assert_eq!(block.each::<Plain>(), [true; 3]);
	}
}

#[test]
fn bundle_should_be_accepted_in_any_order_and_size() {
	let mut statements = [Statement::new(1, 10), Statement::new(3, 11), Statement::new(0, 12)];
	let proven: Vec<_> = (0..9).map(|i| (i % 3, statements[i % 3].prove())).collect();
	let keys: Vec<PreparedVerifyingKey<Plain>> = statements.iter().map(Statement::key).collect();
	let proofs: Vec<Proof<Plain>> = proven.iter().map(|(_, proven)| proven.proof()).collect();
	let claim = |i: usize| Claim {
		key: &keys[proven[i].0],
		inputs: &proven[i].1.inputs,
		proof: &proofs[i],
	};
	for size in 1..=9 {
		let forward: Vec<_> = (0..size).map(claim).collect();
		let backward: Vec<_> = (0..size).rev().map(claim).collect();
		assert_eq!(verify_batch(&forward), Ok(()));
		assert_eq!(verify_batch(&backward), Ok(()));
	}
	// The same claim twice is nothing new.
	assert_eq!(verify_batch(&[claim(0), claim(0)]), Ok(()));
}

#[test]
fn bundle_should_be_refused_when_one_proof_is_bad_at_any_position() {
	type Spoil = fn(&mut Proven);
	let spoils: [Spoil; 4] = [
		|proven| proven.inputs[0] += Fr::from(1u64),
		|proven| proven.proof.a = (proven.proof.a * Fr::from(2u64)).into_affine(),
		|proven| proven.proof.b = (proven.proof.b * Fr::from(2u64)).into_affine(),
		|proven| {
			proven.proof.c =
				(proven.proof.c + ark_bls12_381::G1Projective::generator()).into_affine()
		},
	];
	let blocks = [|| Block::new(20), || Block::one_phase1(20)];
	for block in blocks {
		for spoil in spoils {
			for bad in 0..3 {
				let mut block = block();
				spoil(&mut block.proven[bad]);
				assert_eq!(block.verify::<Plain>(), REJECTED, "{bad}");
				assert_eq!(block.verify::<Host>(), REJECTED, "{bad}, host calls");
				let mut each = [true; 3];
				each[bad] = false;
				assert_eq!(block.each::<Plain>(), each);
			}
		}
	}
}

#[test]
fn bundle_should_be_refused_when_proofs_or_inputs_are_swapped() {
	for (one, two) in [(0, 1), (0, 2), (1, 2)] {
		let mut block = Block::new(30);
		let proof = block.proven[one].proof.clone();
		block.proven[one].proof = std::mem::replace(&mut block.proven[two].proof, proof);
		assert_eq!(block.verify::<Plain>(), REJECTED, "proofs {one} and {two}");
		let mut block = Block::new(30);
		let inputs = block.proven[one].inputs.clone();
		block.proven[one].inputs = std::mem::replace(&mut block.proven[two].inputs, inputs);
		assert_eq!(block.verify::<Plain>(), REJECTED, "inputs {one} and {two}");
	}
}

/// The two equations' product holds, so equal coefficients would accept them.
#[test]
fn bundle_should_be_refused_when_two_bad_proofs_cancel() {
	let mut block = Block::new(40);
	let shift = ark_bls12_381::G1Projective::generator() * Fr::from(123_456_789u64);
	block.proven[0].proof.c = (block.proven[0].proof.c + shift).into_affine();
	block.proven[1].proof.c = (block.proven[1].proof.c - shift).into_affine();

	let vk = &block.chain.proving.vk;
	let mut product = -Plain::pairing(vk.alpha_g1, vk.beta_g2) * Fr::from(2u64);
	for Proven { inputs, proof } in &block.proven[..2] {
		let statement = vk.gamma_abc_g1[0] + vk.gamma_abc_g1[1] * inputs[0];
		product += Plain::pairing(proof.a, proof.b);
		product -= Plain::pairing(statement, vk.gamma_g2);
		product -= Plain::pairing(proof.c, vk.delta_g2);
	}
	assert_eq!(product, ark_ec::pairing::PairingOutput::default(), "they cancel");

	assert_eq!(block.each::<Plain>(), [false, false, true]);
	assert_eq!(block.verify::<Plain>(), REJECTED);
	assert_eq!(block.verify::<Host>(), REJECTED);
}

/// The same for inputs: the sum of the inputs is right, and each is wrong.
#[test]
fn bundle_should_be_refused_when_two_bad_inputs_cancel() {
	let mut block = Block::new(41);
	block.proven[0].inputs[0] += Fr::from(5u64);
	block.proven[1].inputs[0] -= Fr::from(5u64);
	assert_eq!(block.each::<Plain>(), [false, false, true]);
	assert_eq!(block.verify::<Plain>(), REJECTED);
}

#[test]
fn bundle_should_be_refused_when_it_is_empty() {
	assert_eq!(verify_batch::<Plain>(&[]), Err(BatchError::Empty));
	assert_eq!(verify_each::<Plain>(&[]), []);
}

#[test]
fn bundle_should_name_the_claim_with_another_number_of_inputs() {
	let mut statement = Statement::new(1, 50);
	let proven = statement.prove();
	let (key, proof) = (statement.key::<Plain>(), proven.proof::<Plain>());
	let good = Claim { key: &key, inputs: &proven.inputs, proof: &proof };
	let two = [proven.inputs[0], Fr::from(0u64)];
	for (inputs, found) in [(&[][..], 0), (&two[..], 2)] {
		let error = VerifyError::InputCount { found, expected: 1 };
		let bad = Claim { inputs, ..good };
		assert_eq!(verify_batch(&[bad, good]), Err(BatchError::Claim { index: 0, error }));
		assert_eq!(verify_batch(&[good, good, bad]), Err(BatchError::Claim { index: 2, error }));
		assert_eq!(verify_each(&[good, bad]), [Ok(()), Err(error)]);
	}
}

proptest! {
	#![proptest_config(Config {
		cases: 16, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(11),
		..Config::default()
	})]

	/// A bundle holds if and only if each of its proofs does.
	#[test]
	fn bundle_should_agree_with_single_verifications(
		seed in any::<u64>(), size in 1usize..6, spoiled in 0u8..64,
	) {
		let mut statements = [Statement::new(1, seed), Statement::new(2, seed ^ 1)];
		let mut proven: Vec<_> = (0..size).map(|i| (i % 2, statements[i % 2].prove())).collect();
		for (i, (_, proven)) in proven.iter_mut().enumerate() {
			if spoiled >> i & 1 == 1 {
				proven.inputs[0] += Fr::from(u64::from(spoiled));
			}
		}
		let keys: [PreparedVerifyingKey<Plain>; 2] = [statements[0].key(), statements[1].key()];
		let proofs: Vec<Proof<Plain>> = proven.iter().map(|(_, proven)| proven.proof()).collect();
		let claims: Vec<_> = proven
			.iter()
			.zip(&proofs)
			.map(|((key, proven), proof)| Claim { key: &keys[*key], inputs: &proven.inputs, proof })
			.collect();
		let all = claims.iter().all(|claim| verify(claim.key, claim.inputs, claim.proof).is_ok());
		prop_assert_eq!(all, spoiled & ((1 << size) - 1) == 0);
		prop_assert_eq!(verify_batch(&claims).is_ok(), all);
	}
}
