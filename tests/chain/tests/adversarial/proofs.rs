// SPDX-License-Identifier: Apache-2.0

//! Proofs of something else, proofs that somebody has changed, and keys that change under a block.

use polkadot_sdk::*;

use ark_bls12_381::Bls12_381;
use ark_groth16::Proof;
use ark_serialize::CanonicalDeserialize;
use frame_support::assert_ok;
use ligature_chain_tests::{
	ALICE, ALPHA, BETA, Built, CHARLIE, DAVE, EVE, Network, USDT_WETH,
	proofs::{bytes, simulate, simulated, statements},
	settlement::{commit_call, prove_call},
};
use ligature_primitives::{
	constants::SizeClass,
	header::Header,
	ids::{BlockNumber, NetworkId, Side},
};
use pallet_rollup::{CircuitId, ProofBytes};
use sp_runtime::{DispatchError, transaction_validity::InvalidTransaction};

use crate::{Rollup, Verifier, funded};

/// A block with a half on each chain and a join, committed on alpha.
fn joint() -> (Network, Built) {
	let mut network = funded();
	network.create_pool(CHARLIE, USDT_WETH);
	network.deposit(BETA, CHARLIE, 2, 3_000_000_000_000_000_000);
	let block = network.serving_block();
	network.settle(&block);
	let most = (20_000_000, 2_000_000_000_000_000_000);
	let block = network.block(|l| {
		l.add_liquidity(USDT_WETH, CHARLIE, 1, most).unwrap();
		l.swap(USDT_WETH, Side::Zero, DAVE, 1_000_000).unwrap();
	});
	let _ = network.commit(ALPHA, &block).ok();
	(network, block)
}

/// Sends proofs of a block to alpha; they must be refused for this reason.
#[track_caller]
fn refused(
	network: &mut Network,
	block: &Built,
	proofs: Vec<ProofBytes>,
	error: impl Into<DispatchError>,
) {
	let call = prove_call(&block.header, proofs.try_into().unwrap());
	let _ = network.chain(ALPHA).apply(EVE, call).refused(error);
	let proven = network.counters(ALPHA).proven;
	assert!(proven < block.number(), "nothing is proven");
}

/// A true proof of a false place: other chain, block, network, version, class, or order.
#[test]
fn proof_of_something_else_should_be_refused() {
	let (mut network, block) = joint();
	let honest = simulated(&block.header).into_inner();
	assert_eq!(honest.len(), 3, "two halves and the join");
	type Change = fn(&mut Header);
	let others: [Change; 7] = [
		|header| header.number = BlockNumber(header.number.0 + 1),
		|header| header.network = NetworkId(2),
		|header| header.circuit_version += 1,
		|header| header.timestamp = ligature_primitives::ids::Timestamp::new(1).unwrap(),
		|header| header.chains[0].new_root = 7u64.into(),
		|header| header.chains[0].log_count += 2,
		|header| header.chains[0].data_commitment = 7u64.into(),
	];
	for change in others {
		let mut header = block.header.clone();
		change(&mut header);
		let forged = simulated(&header).into_inner();
		refused(&mut network, &block, forged, Verifier::ProofRejected);
	}
	// Each proof in another's place, or in two.
	for order in [[1, 0, 2], [0, 2, 1], [0, 0, 2], [0, 1, 1]] {
		let shuffled = order.map(|i: usize| honest[i]).to_vec();
		refused(&mut network, &block, shuffled, Verifier::ProofRejected);
	}
	// The right statement under the key of another class.
	let class = block.header.chains[0].size_class;
	assert_eq!(class, SizeClass::new(2).unwrap());
	let mut other = honest.clone();
	let input = statements(&block.header)[0].1;
	other[0] = simulate(CircuitId::Chain(SizeClass::new(1).unwrap()), input, 1);
	refused(&mut network, &block, other, Verifier::ProofRejected);
	// One too few, one too many, none.
	for count in [0, 1, 2, 4] {
		let proofs: Vec<_> = honest.iter().copied().cycle().take(count).collect();
		refused(&mut network, &block, proofs, Rollup::WrongNumberOfProofs);
	}
	// Another block, and a block that is not the next.
	let mut wrong = block.header.clone();
	wrong.parent = [0; 32];
	let _ = network
		.chain(ALPHA)
		.apply(EVE, prove_call(&wrong, honest.clone().try_into().unwrap()))
		.invalid(InvalidTransaction::Stale);
	let next = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1).unwrap());
	let _ = network.commit(ALPHA, &next).ok();
	refused(&mut network, &next, simulated(&next.header).into_inner(), Rollup::NotNextToProve);

	let _ = network.prove(ALPHA, &block, honest.try_into().unwrap()).ok();
}

/// Changed points, other encodings of the same points, and what everybody can make of a proof that is public.
#[test]
fn malleated_proof_should_prove_nothing_new() {
	let (mut network, block) = joint();
	let honest = simulated(&block.header).into_inner();
	let change = |part: usize, change: &dyn Fn(&mut ProofBytes)| {
		let mut proofs = honest.clone();
		change(&mut proofs[part]);
		proofs
	};
	const POINTS: [usize; 3] = [0, 48, 144];
	for part in 0..honest.len() {
		for start in POINTS {
			// Not compressed; infinity; the other root; a coordinate that is no field element.
			let not_compressed = change(part, &|proof| proof[start] &= 0x7f);
			refused(&mut network, &block, not_compressed, Verifier::MalformedProof);
			let infinity = change(part, &|proof| {
				let end = POINTS.iter().find(|at| **at > start).copied().unwrap_or(192);
				proof[start..end].fill(0);
				proof[start] = 0xc0;
			});
			refused(&mut network, &block, infinity, Verifier::MalformedProof);
			let other_root = change(part, &|proof| proof[start] ^= 0x20);
			refused(&mut network, &block, other_root, Verifier::ProofRejected);
			let too_large = change(part, &|proof| {
				proof[start] |= 0x1f;
				proof[start + 1..start + 48].fill(0xff);
			});
			refused(&mut network, &block, too_large, Verifier::MalformedProof);
		}
	}
	// (−A, −B, C) and another salt prove the same. They are taken once, and then nothing is.
	let proof = Proof::<Bls12_381>::deserialize_compressed(&honest[0][..]).unwrap();
	let negated = bytes(&Proof { a: -proof.a, b: -proof.b, c: proof.c });
	assert_ne!(negated, honest[0]);
	let mut equivalent = honest.clone();
	equivalent[0] = negated;
	let (circuit, input) = statements(&block.header)[1];
	equivalent[1] = simulate(circuit, input, 99);
	let _ = network.prove(ALPHA, &block, equivalent.try_into().unwrap()).ok();
	let again = prove_call(&block.header, honest.try_into().unwrap());
	let _ = network.chain(ALPHA).apply(EVE, again).invalid(InvalidTransaction::Stale);
}

/// Governance retires a key: what is committed under it is proven with it, and nothing new is committed.
#[test]
fn key_retired_under_an_open_block_should_still_prove_it() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.commit_all(&block);
	let class = block.header.chains[0].size_class;
	let retire =
		pallet_proof_verifier::Call::retire_key { version: 1, circuit: CircuitId::Chain(class) };
	for chain in [ALPHA, BETA] {
		assert_ok!(network.chain(chain).root(retire.clone()));
		assert_eq!(network.chain(chain).root(retire.clone()), Err(Verifier::AlreadyRetired.into()));
	}
	network.prove_all(&block, &simulated(&block.header));
	network.certify_all(&block);
	network.execute_all(&block);
	// The next block of this class is refused; one of another class is not.
	let header = Header { number: BlockNumber(3), parent: block.hash(), ..block.header.clone() };
	let _ = network
		.chain(ALPHA)
		.apply(ALICE, commit_call(&header, &block.data[0]))
		.refused(Verifier::KeyIsRetired);
	network.set_class(1);
	let next = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.settle(&next);
}
