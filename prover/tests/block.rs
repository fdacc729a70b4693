// SPDX-License-Identifier: Apache-2.0

//! A block with a transfer and a swap becomes a bundle of three proofs that the chains' verifier takes.
//!
//! The keys of the smallest class are kept in the user's cache folder: only the first run makes them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use ark_bls12_381::Bls12_381;
use ark_serialize::CanonicalSerialize;
use common::{Block, World};
use ligature_primitives::ids::ChainId;
use ligature_prover::{
	Bundle, Job, Part, Provers,
	job::{BlockError, JobError, WatchJob},
	key::{KeyStore, insecure_development_verifying},
	watch::{CancelFlag, Watch},
};
use ligature_zk_verifier::{Claim, Proof, VerifyingKey, verify_batch};
use std::sync::{Mutex, OnceLock};

fn provers() -> &'static Provers {
	static PROVERS: OnceLock<Provers> = OnceLock::new();
	PROVERS.get_or_init(|| Provers::insecure_development(KeyStore::from_environment().unwrap()))
}

fn block() -> Block {
	World::new().unwrap().trade([1, 1], 1, 1).unwrap()
}

fn job(block: &Block) -> Result<Job, BlockError> {
	Job::of_block(&block.before, &block.header, &block.sealed, &block.record.operations)
}

#[derive(Default)]
struct Log(Mutex<Vec<(Part, usize, usize)>>);

impl Watch for Log {}

impl WatchJob for Log {
	fn begins(&self, part: Part, done: usize, all: usize) {
		self.0.lock().unwrap().push((part, done, all));
	}
}

#[test]
fn bundle_of_a_block_should_verify_on_chain() {
	let block = block();
	let job = job(&block).unwrap();
	let (one, two) = (Part::Half(ChainId(1)), Part::Half(ChainId(2)));
	let parts: Vec<Part> = job.statements.iter().map(|statement| statement.part).collect();
	assert_eq!(parts, [one, two, Part::Join]);

	let log = Log::default();
	let bundle = provers().prove(&job, &log).unwrap();
	assert_eq!(*log.0.lock().unwrap(), [(one, 0, 3), (two, 1, 3), (Part::Join, 2, 3)]);
	assert_eq!(Bundle::from_bytes(&bundle.to_bytes()).unwrap(), bundle);

	// As a chain does it: keys, header and bytes are all it has.
	let keys: Vec<_> = job
		.statements
		.iter()
		.map(|statement| {
			let mut bytes = Vec::new();
			let prover = provers().prover(&*statement.circuit).unwrap();
			let key = prover.key();
			assert_eq!(insecure_development_verifying(key.matrices()), *key.verifying());
			key.verifying().serialize_compressed(&mut bytes).unwrap();
			VerifyingKey::<Bls12_381>::from_bytes(&bytes).unwrap().prepare()
		})
		.collect();
	let header = &block.header;
	let inputs = [
		[header.chain_public_input(ChainId(1)).unwrap()],
		[header.chain_public_input(ChainId(2)).unwrap()],
		[header.join_public_input()],
	];
	let proofs: Vec<_> = bundle
		.proofs
		.iter()
		.map(|(_, proof)| Proof::<Bls12_381>::from_bytes(proof).unwrap())
		.collect();
	let claims = |inputs: &[[ark_bls12_381::Fr; 1]; 3]| {
		let claims: Vec<_> = (0..3)
			.map(|i| Claim { key: &keys[i], inputs: &inputs[i][..], proof: &proofs[i] })
			.collect();
		verify_batch(&claims)
	};
	assert!(claims(&inputs).is_ok());
	let swapped = [inputs[1], inputs[0], inputs[2]];
	assert!(claims(&swapped).is_err());

	// As another prover does it, who has only made one of them.
	for (part, proof) in &bundle.proofs {
		for other in parts.iter().copied() {
			let holds = provers().verifies(&job, other, proof).unwrap();
			assert_eq!(holds, other == *part, "the proof of the {part} as that of the {other}");
		}
	}
	let join = provers().prove_part(&job, Part::Join, &()).unwrap();
	assert_eq!(bundle.proof(Part::Join), Some(&join));
}

#[test]
fn a_part_that_the_block_has_not_should_be_refused() {
	let job = job(&block()).unwrap();
	let part = Part::Half(ChainId(3));
	assert!(job.statement(part).is_none());
	let error = provers().prove_part(&job, part, &()).unwrap_err();
	assert!(matches!(error, JobError::NoPart { .. }), "{error}");
	let error = provers().verifies(&job, part, &[0; 192]).unwrap_err();
	assert!(error.to_string().contains("half of chain 3 of block 3"), "{error}");
}

#[test]
fn block_with_another_header_should_be_refused() {
	let mut other = block();
	other.header.number.0 += 1;
	assert!(matches!(job(&other), Err(BlockError::OtherHeader)));

	let mut other = block();
	other.header.chains[1].new_root = other.header.chains[0].new_root;
	assert!(matches!(job(&other), Err(BlockError::OtherHeader)));

	let mut other = block();
	other.before.swap(0, 1);
	assert!(matches!(job(&other), Err(BlockError::Half(_))));
}

#[test]
fn statement_of_another_header_should_not_be_proven() {
	let mut job = job(&block()).unwrap();
	let join = job.statements.remove(2);
	job.statements = vec![ligature_prover::job::Statement {
		input: join.input + ark_bls12_381::Fr::from(1u64),
		..join
	}];
	let error = provers().prove(&job, &()).unwrap_err();
	assert!(matches!(error, JobError::OtherInput { part: Part::Join, .. }), "{error}");
}

#[test]
fn cancelled_job_should_stop() {
	let flag = CancelFlag::default();
	flag.cancel();
	let mut job = job(&block()).unwrap();
	job.statements.remove(0);
	job.statements.remove(0);
	let error = provers().prove(&job, &flag).unwrap_err();
	assert!(error.to_string().contains("cancelled"), "{error}");
}
