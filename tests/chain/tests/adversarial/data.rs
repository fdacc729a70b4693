// SPDX-License-Identifier: Apache-2.0

//! Attacks with headers and public data.

use polkadot_sdk::*;

use codec::{Decode, Encode};
use ligature_chain_tests::{
	ALICE, ALPHA, BETA, Built, CHARLIE, DAVE, EVE, Network,
	proofs::simulated,
	settlement::{commit_call, prove_call},
};
use ligature_primitives::{
	amount::Amount,
	constants::{MAX_ACCOUNTS, SizeClass},
	header::Header,
	ids::{BlockNumber, Timestamp, TokenId},
	op::{Deposit, FullExit, Operation, Target},
	refusal::Refusal,
};
use ligature_runtime::{RuntimeCall, RuntimeEvent, UncheckedExtrinsic};

use crate::{Rollup, RollupEvent, Verifier, funded};

/// Commits a header that somebody has changed, with its data, on one chain.
fn commit_changed(
	network: &mut Network,
	chain: ligature_primitives::ids::ChainId,
	block: &Built,
	change: impl FnOnce(&mut Header, &mut Vec<u8>),
) -> ligature_chain_tests::Applied {
	let mut header = block.header.clone();
	let mut data = block.data[network.place(chain)].clone();
	change(&mut header, &mut data);
	network.chain(chain).apply(ALICE, commit_call(&header, &data))
}

/// A half is called empty so that it needs no proof, and does something nevertheless.
#[test]
fn empty_half_with_public_data_should_be_refused() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	// Alpha's half with data but without a class, or the other way round.
	let changes: [fn(&mut Header); 6] = [
		|header| header.chains[0].size_class = SizeClass::EMPTY,
		|header| header.chains[1].data_length = 1,
		|header| header.chains[1].new_root = 1u64.into(),
		|header| header.chains[1].new_next += 1,
		|header| header.chains[1].log_count = 2,
		|header| header.chains[1].priority_count = 1,
	];
	for change in changes {
		let keys = |network: &mut Network, header: &Header| {
			use pallet_rollup::traits::ProofVerification;
			let classes: Vec<_> = header.chains.iter().map(|part| part.size_class).collect();
			network.chain(ALPHA).with(|| {
				ligature_runtime::ProofVerifier::keys_digest(1, header.join_class, &classes)
					.unwrap()
			})
		};
		let mut header = block.header.clone();
		change(&mut header);
		header.keys_digest = keys(&mut network, &header);
		for chain in [ALPHA, BETA] {
			let refused = commit_changed(&mut network, chain, &block, |it, _| *it = header.clone());
			let _ = refused.refused(Rollup::BadEmptyHalf);
		}
	}
	// Beta's half is empty, its data is not.
	let _ = commit_changed(&mut network, BETA, &block, |_, data| data.push(0))
		.refused(Rollup::DataLength);

	network.commit_all(&block);
	// A proof for the empty half is one too many.
	let mut proofs = simulated(&block.header).into_inner();
	proofs.push(proofs[0]);
	let call = prove_call(&block.header, proofs.try_into().unwrap());
	let _ = network.chain(BETA).apply(ALICE, call).refused(Rollup::WrongNumberOfProofs);
	network.prove_all(&block, &simulated(&block.header));
}

/// A header claims that the tree is full. Were it believed, nobody could deposit any more.
#[test]
fn forged_next_index_should_not_stop_deposits() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	for next in [MAX_ACCOUNTS, MAX_ACCOUNTS - (1 << 15), block.header.chains[0].new_next + 1] {
		let _ = commit_changed(&mut network, ALPHA, &block, |header, _| {
			header.chains[0].new_next = next;
		})
		.refused(Rollup::OldStateMismatch);
	}
	network.deposit(ALPHA, EVE, 1, 1_000_000);
	// An index that is too small is as wrong.
	let created = network.serving_block();
	network.commit_all(&block);
	let _ = commit_changed(&mut network, ALPHA, &created, |header, _| {
		header.chains[0].new_next -= 1;
	})
	.refused(Rollup::OldStateMismatch);
	network.commit_all(&created);
}

/// The requests of the second commit are those after the first one's, whoever sends the two how.
#[test]
fn priority_counter_should_advance_between_commits() {
	let mut network = funded();
	network.deposit(ALPHA, EVE, 1, 1_000_000);
	network.deposit(ALPHA, EVE, 1, 2_000_000);
	network.begin();
	assert!(network.serve_next(ALPHA));
	let first = network.seal();
	network.begin();
	assert!(network.serve_next(ALPHA));
	let second = network.seal();

	// Inside a batch no commit is found by its extrinsic: refused.
	let calls = [&first, &second].map(|block| commit_call(&block.header, &block.data[0]));
	let batch = pallet_utility::Call::batch { calls: calls.to_vec() };
	let applied = network.chain(ALPHA).apply(ALICE, batch).ok();
	let interrupted = applied.events.iter().find_map(|event| match event {
		RuntimeEvent::Utility(pallet_utility::Event::BatchInterrupted { index, error }) => {
			Some((*index, *error))
		},
		_ => None,
	});
	assert_eq!(interrupted, Some((0, Rollup::NotTopLevel.into())));
	let all = pallet_utility::Call::batch_all { calls: calls.to_vec() };
	let _ = network.chain(ALPHA).apply(ALICE, all).refused(Rollup::NotTopLevel);
	assert_eq!(network.counters(ALPHA).committed, BlockNumber(1));

	// Two extrinsics of one block of the chain: each serves its own request.
	for block in [&first, &second] {
		let applied = network.commit(ALPHA, block).ok();
		let number = network.chain(ALPHA).number();
		let named = applied.events.iter().any(|event| {
			matches!(
				event,
				RuntimeEvent::Rollup(RollupEvent::BlockCommitted { number: n, block: b, .. })
					if *n == block.number() && *b == number
			)
		});
		assert!(named, "BlockCommitted names the block of the chain");
	}
}

/// The operator serves another request than the next, changes one, or invents one.
#[test]
fn requests_should_be_served_in_order_and_content() {
	let mut network = funded();
	let owner = EVE.owner();
	network.deposit(ALPHA, CHARLIE, 1, 4_000_000);
	let _ = network.try_deposit(ALPHA, EVE, 1, owner, 1_000_000, false).ok();
	let _ = network.full_exit(ALPHA, CHARLIE, 0, 1).ok();
	let (first, second) = (network.request(ALPHA, 2).unwrap(), network.request(ALPHA, 3).unwrap());
	let third = network.request(ALPHA, 4).unwrap();
	let honest = network.operation_for(ALPHA, &first);
	let next = network.operation_for(ALPHA, &second);
	let Operation::Deposit(deposit) = honest.clone() else { panic!("a deposit was made") };
	let changed = |change: &dyn Fn(&mut Deposit)| {
		let mut deposit = deposit.clone();
		change(&mut deposit);
		Operation::from(deposit)
	};
	let forged: Vec<(Vec<Operation>, Rollup)> = vec![
		// Another one first.
		(vec![next.clone()], Rollup::PriorityMismatch),
		(vec![next.clone(), honest.clone()], Rollup::PriorityMismatch),
		// The same one twice.
		(vec![honest.clone(), honest.clone()], Rollup::PriorityMismatch),
		// More, for somebody else, of another token, without its key.
		(
			vec![changed(&|it| it.amount = Amount::new(40_000_000).unwrap())],
			Rollup::PriorityMismatch,
		),
		(
			vec![changed(&|it| {
				it.owner = ALICE.owner();
				it.target = Target::New;
			})],
			Rollup::PriorityMismatch,
		),
		(vec![changed(&|it| it.token = TokenId(2))], Rollup::PriorityMismatch),
		(vec![changed(&|it| it.key = None)], Rollup::PriorityMismatch),
		// One more than there are.
		(
			vec![
				honest.clone(),
				next.clone(),
				network.operation_for(ALPHA, &third),
				changed(&|it| it.key = None),
			],
			Rollup::PriorityMissing,
		),
		// An exit of another account.
		(
			vec![
				honest.clone(),
				next.clone(),
				FullExit {
					chain: ALPHA,
					account: ligature_primitives::ids::AccountIndex::new(1).unwrap(),
					token: TokenId(1),
					owner: CHARLIE.owner(),
					far: Target::New,
				}
				.into(),
			],
			Rollup::PriorityMismatch,
		),
	];
	for (operations, error) in forged {
		network.begin();
		for operation in operations {
			let operation = match operation {
				// The first of two may have made the account that the second names.
				Operation::Deposit(it) if it.target == Target::New => {
					let target = network.target(ALPHA, it.owner);
					Deposit { target, ..it }.into()
				},
				operation => operation,
			};
			network.act(operation).unwrap();
		}
		let block = network.seal();
		let _ = network.commit(ALPHA, &block).refused(error);
		network.forget(BlockNumber(1));
	}
	// A count that hides one of them.
	let block = network.serving_block();
	let _ = commit_changed(&mut network, ALPHA, &block, |header, _| {
		header.chains[0].priority_count -= 1;
	})
	.refused(Rollup::PriorityMismatch);
	network.settle(&block);
}

/// Times at the edges, and that none of them keeps the next block out.
#[test]
fn timestamps_should_not_brick_the_rollup() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	let now = network.chain(ALPHA).seconds();
	let parent = network.built(BlockNumber(1)).header.timestamp.get();
	for (time, error) in [
		(now + 61, Rollup::TimestampTooLate),
		((1 << 40) - 1, Rollup::TimestampTooLate),
		(parent - 1, Rollup::TimestampOrder),
		(0, Rollup::TimestampOrder),
	] {
		let _ = commit_changed(&mut network, ALPHA, &block, |header, _| {
			header.timestamp = Timestamp::new(time).unwrap();
		})
		.refused(error);
	}
	// As far ahead as may be: the next blocks wait for nothing.
	let mut ahead = block.clone();
	ahead.header.timestamp = Timestamp::new(now + 60).unwrap();
	for chain in [ALPHA, BETA] {
		let place = network.place(chain);
		let call = commit_call(&ahead.header, &ahead.data[place]);
		let _ = network.chain(chain).apply(ALICE, call).ok();
	}
	let next = Header {
		number: BlockNumber(3),
		parent: ahead.hash(),
		chains: ahead
			.header
			.chains
			.iter()
			.map(|part| {
				ligature_primitives::header::ChainHeader::unchanged(
					part.chain,
					part.new_root,
					part.new_next,
				)
			})
			.collect(),
		keys_digest: network.chain(ALPHA).with(|| {
			use pallet_rollup::traits::ProofVerification;
			let empty = [SizeClass::EMPTY; 2];
			ligature_runtime::ProofVerifier::keys_digest(1, ahead.header.join_class, &empty)
				.unwrap()
		}),
		..ahead.header.clone()
	};
	let _ = network.chain(ALPHA).apply(ALICE, commit_call(&next, &[])).ok();
	// A block that waits for an hour is too old, and is built anew.
	network.chain(BETA).skip(2_000);
	let _ = network
		.chain(BETA)
		.apply(ALICE, commit_call(&next, &[]))
		.refused(Rollup::TimestampTooEarly);
	for chain in [ALPHA, BETA] {
		let call = pallet_rollup::Call::revert_blocks { to: BlockNumber(1), epoch: 1 };
		let _ = network.chain(chain).apply(ALICE, call).ok();
	}
	network.chain(ALPHA).skip(2_000);
	network.forget(BlockNumber(1));
	network.set_revert_epoch(1);
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.settle(&block);
}

/// A number and the number plus the field's order are one and the same to a circuit.
#[test]
fn words_not_below_the_field_order_should_not_decode() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	let bytes = block.header.encode();
	// The field's order, added to each of alpha's words.
	const ORDER: [u8; 32] = [
		0x01, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0x02, 0xa4, 0xbd, 0x53,
		0x05, 0xd8, 0xa1, 0x09, 0x08, 0xd8, 0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29, 0x53, 0xa7, 0xed,
		0x73,
	];
	for word in [2, 34, 78, 114] {
		let start = 161 + word;
		let mut alias = Header::encode(&block.header);
		let mut carry = 0;
		for (byte, order) in alias[start..start + 32].iter_mut().zip(ORDER) {
			let sum = u16::from(*byte) + u16::from(order) + carry;
			*byte = sum as u8;
			carry = sum >> 8;
		}
		assert_eq!(Header::decode(&alias), Err(Refusal::WordNotCanonical));
		// The extrinsic that carries it is none.
		let call: RuntimeCall = commit_call(&block.header, &block.data[0]);
		let extrinsic = network.chain(ALPHA).extrinsic(ALICE, call);
		let mut encoded = extrinsic.encode();
		let at = encoded.windows(bytes.len()).position(|window| window == bytes);
		let at = at.expect("the header stands in the extrinsic as its bytes");
		encoded[at..at + alias.len()].copy_from_slice(&alias);
		assert!(UncheckedExtrinsic::decode(&mut &encoded[..]).is_err());
	}
}

/// Every field of a header that has to fit the chain, changed alone.
#[test]
fn header_should_be_refused_when_one_field_is_changed() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	type Change = fn(&mut Header);
	let changes: Vec<(Change, Rollup)> = vec![
		(|h| h.network.0 += 1, Rollup::WrongNetwork),
		(|h| h.chain_list_hash[0] ^= 1, Rollup::WrongNetwork),
		(|h| h.number.0 += 1, Rollup::WrongNumber),
		(|h| h.parent[0] ^= 1, Rollup::WrongParent),
		(|h| h.revert_epoch += 1, Rollup::WrongRevertEpoch),
		(|h| h.oracle_epoch += 1, Rollup::WrongOracleEpoch),
		(|h| h.member_set_hash[0] ^= 1, Rollup::WrongOracleEpoch),
		(|h| h.keys_digest[0] ^= 1, Rollup::UnknownKeys),
		(|h| h.chains[0].old_root = 1u64.into(), Rollup::OldStateMismatch),
		(|h| h.chains[1].old_root = 1u64.into(), Rollup::OldStateMismatch),
		(|h| h.chains[1].old_next += 1, Rollup::OldStateMismatch),
		(|h| h.chains[0].log_count = 2, Rollup::BadJoinClass),
		(|h| h.chains[0].log_commitment = 1u64.into(), Rollup::BadJoinClass),
		(|h| h.chains[0].data_length += 1, Rollup::DataLength),
		(|h| h.chains[0].data_commitment = 1u64.into(), Rollup::CommitmentMismatch),
		(|h| h.chains[0].priority_count = 1, Rollup::PriorityMismatch),
	];
	for (change, error) in changes {
		let applied = commit_changed(&mut network, ALPHA, &block, |header, _| change(header));
		let _ = applied.refused(error);
	}
	// What only proofs and the other chains see is not this chain's business at commit.
	let _ = commit_changed(&mut network, ALPHA, &block, |_, data| data[0] ^= 0x40)
		.refused(Rollup::MalformedPublicData);
	let _ = commit_changed(&mut network, ALPHA, &block, |_, data| {
		let last = data.len() - 1;
		data[last] ^= 1;
	});
	assert_eq!(network.counters(ALPHA).committed, BlockNumber(1));
	network.settle(&block);
}

/// What the operator writes into a header is proven or not at all: another new root has no proof.
#[test]
fn header_with_another_root_should_have_no_proof_of_the_true_one() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	let mut forged = block.header.clone();
	forged.chains[0].new_root = 1u64.into();
	let _ = network.chain(ALPHA).apply(ALICE, commit_call(&forged, &block.data[0])).ok();
	// The prover's proof is that of the true header.
	let proofs = simulated(&block.header);
	let call = prove_call(&forged, proofs);
	let _ = network.chain(ALPHA).apply(ALICE, call).refused(Verifier::ProofRejected);
	assert_eq!(network.counters(ALPHA).proven, BlockNumber(1));
}
