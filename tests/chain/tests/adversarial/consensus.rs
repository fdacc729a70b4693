// SPDX-License-Identifier: Apache-2.0

//! Attacks on the agreement of the chains.

use polkadot_sdk::*;

use frame_support::assert_ok;
use ligature_chain_tests::{
	ALICE, ALPHA, BETA, CHARLIE, DAVE, EVE,
	oracles::{certificate_of, oracles, vote},
	proofs::simulated,
	settlement::relay_call,
};
use ligature_primitives::{
	ids::{BlockNumber, ChainId},
	vote::{VoteKind, VoteMessage},
};
use ligature_runtime::{Runtime, RuntimeHoldReason, rollup::DEVELOPMENT_PARAMETERS};
use pallet_rollup::{Halted, Requests};

use sp_runtime::transaction_validity::InvalidTransaction;

use crate::{Oracle, OracleEvent, Rollup, RollupEvent, funded};

/// The operator shows each chain a tree of its own and then lets them agree again: in block 2 of beta's tree
/// Charlie's money goes to the attacker, block 3 is the same on both.
#[test]
fn parallel_trees_should_never_be_settled() {
	let mut network = funded();
	let parent = BlockNumber(1);
	let honest = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.forget(parent);
	let forged = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, EVE, 99_000_000).unwrap());
	let after_forged = network.serving_block();
	assert_ne!(honest.hash(), forged.hash());

	// Both are proven: the trapdoor of the development keys stands for an operator who has broken them.
	let proofs = [simulated(&honest.header), simulated(&forged.header)];
	let _ = network.commit(ALPHA, &honest).ok();
	let _ = network.prove(ALPHA, &honest, proofs[0].clone()).ok();
	let _ = network.commit(BETA, &forged).ok();
	let _ = network.prove(BETA, &forged, proofs[1].clone()).ok();

	// What the oracles sign for one tree is worth nothing in the other.
	let _ = network.certify(BETA, &honest).refused(Rollup::WrongBlock);
	let _ = network.certify(ALPHA, &forged).refused(Rollup::WrongBlock);
	// A later block that both trees share does not bring them together: headers chain.
	let _ = network.commit(ALPHA, &after_forged).refused(Rollup::WrongParent);
	let _ = network.commit(BETA, &after_forged).ok();
	let _ = network.prove(BETA, &after_forged, simulated(&after_forged.header)).ok();
	let _ = network.certify(BETA, &after_forged).refused(Rollup::NotNextToCertify);
	// Nothing was paid or executed.
	let _ = network.execute(ALPHA, &honest).refused(Rollup::NotNextToExecute);
	let _ = network.execute(BETA, &forged).refused(Rollup::NotNextToExecute);

	// Beta is told that alpha shall never prove its tree, goes back, and the honest block settles.
	let refuse = forged.message(VoteKind::Refuse, ALPHA);
	let _ = network.relay(ALPHA, ALICE, &refuse).ok().free();
	let refused = forged.message(VoteKind::Refused, ALPHA);
	let _ = network.relay(BETA, ALICE, &refused).ok().free();
	let back = pallet_rollup::Call::revert_blocks { to: parent, epoch: 1 };
	let _ = network.chain(BETA).apply(ALICE, back).ok();
	// Alpha has proven a block that beta has not: it goes back too, for the same reason.
	let _ = network.relay(BETA, ALICE, &honest.message(VoteKind::Refuse, BETA)).ok();
	let _ = network.relay(ALPHA, ALICE, &honest.message(VoteKind::Refused, BETA)).ok();
	let back = pallet_rollup::Call::revert_blocks { to: parent, epoch: 1 };
	let _ = network.chain(ALPHA).apply(ALICE, back).ok();
	network.forget(parent);
	network.set_revert_epoch(1);
	let again = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.settle(&again);
}

/// A block is certified on one chain, which pays; the other one tries to take back the deposit that paid for it.
#[test]
fn announced_block_should_stay_when_the_operator_reverts() {
	let mut network = funded();
	let before = BlockNumber(1);
	network.deposit(BETA, DAVE, 1, 5_000_000);
	let block = network.block(|l| l.withdraw(ALPHA, CHARLIE, 1, 1_000_000).unwrap());
	network.prove_block(&block);
	let _ = network.certify(ALPHA, &block).ok();
	let _ = network.execute(ALPHA, &block).ok();

	// Neither where it is certified nor where it is proven does it go back.
	for chain in [ALPHA, BETA] {
		let call = pallet_rollup::Call::revert_blocks { to: before, epoch: 1 };
		let _ = network.chain(chain).apply(ALICE, call).refused(Rollup::CannotRevert);
	}
	// A refusal of a proven block is none.
	let refuse = block.message(VoteKind::Refuse, BETA);
	let _ = network.relay(BETA, ALICE, &refuse).refused(Rollup::AlreadyProven);

	// Nor does the end of the rollup give the deposit back: its certificate reaches beta in exodus too.
	network.deposit(BETA, DAVE, 1, 7_000_000);
	network.wait_for_expiry();
	let _ = network.enter_exodus(BETA, DAVE).ok().event(RollupEvent::ExodusBegun);
	let _ = network.certify(BETA, &block).ok();
	network.freeze(&block);
	let _ = network.execute(BETA, &block).ok();
	network.check_solvency();
	let refund = pallet_rollup::Call::refund_deposit { index: 1 };
	let _ = network.chain(BETA).apply(DAVE, refund).refused(Rollup::NotRefundable);
	// The one that no block has taken goes back.
	let refund = pallet_rollup::Call::refund_deposit { index: 2 };
	let _ = network.chain(BETA).apply(DAVE, refund).ok();
	network.check_solvency();
}

/// A certificate for a block that was taken back, used for another one with its number.
#[test]
fn certificate_should_not_confirm_another_block_of_the_same_number() {
	let mut network = funded();
	let parent = BlockNumber(1);
	let first = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.commit_all(&first);
	network.revert(parent);
	let second = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 2_000_000).unwrap());
	assert_eq!(first.number(), second.number());
	network.prove_block(&second);
	for chain in [ALPHA, BETA] {
		// Even if all four members have signed it.
		let all = certificate_of(&first.block_message(), &[0, 1, 2, 3]);
		let call = relay_call(VoteKind::Block, all);
		let _ = network.chain(chain).apply(ALICE, call).refused(Rollup::WrongBlock);
		// Nor with the right hash, and other roots or another revert epoch.
		for message in [
			VoteMessage { revert_epoch: 0, ..second.block_message() },
			VoteMessage { new_final_root: 1u64.into(), ..second.block_message() },
			VoteMessage { old_final_root: 1u64.into(), ..second.block_message() },
		] {
			let _ = network.relay(chain, ALICE, &message).refused(Rollup::WrongMessage);
		}
	}
	network.certify_all(&second);
	network.execute_all(&second);
	network.check_solvency();
}

/// On one chain a refusal and a proof of one block exclude each other, whichever comes first.
#[test]
fn refusal_should_exclude_a_proof_and_a_proof_a_refusal() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	let proofs = simulated(&block.header);
	network.commit_all(&block);

	// On beta the proof is first.
	let _ = network.prove(BETA, &block, proofs.clone()).ok();
	let refuse = block.message(VoteKind::Refuse, BETA);
	let _ = network.relay(BETA, ALICE, &refuse).refused(Rollup::AlreadyProven);
	// On alpha the refusal is.
	let refuse = block.message(VoteKind::Refuse, ALPHA);
	let _ = network
		.relay(ALPHA, ALICE, &refuse)
		.ok()
		.event(RollupEvent::BlockRefused { number: block.number(), hash: block.hash() });
	let _ = network.prove(ALPHA, &block, proofs).refused(Rollup::BlockIsRefused);

	// Beta learns of it and stops; only then may its proven block go.
	let back = pallet_rollup::Call::revert_blocks { to: BlockNumber(1), epoch: 1 };
	let _ = network.chain(BETA).apply(ALICE, back.clone()).refused(Rollup::CannotRevert);
	let refused = block.message(VoteKind::Refused, ALPHA);
	let _ = network.relay(BETA, ALICE, &refused).ok();
	let _ = network.certify(BETA, &block).refused(Rollup::BlockIsRefused);
	let _ = network.commit(BETA, &block).invalid(InvalidTransaction::Stale);
	network.revert(BlockNumber(1));
	assert!(network.chain(BETA).with(|| Halted::<Runtime>::get().is_over()));
	// The same block once more is barred on alpha for ever; another one is not.
	let other = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.settle(&other);
}

/// One chain hears of new members, the other does not: they cannot agree on a header, and nothing else happens.
#[test]
fn oracle_epochs_that_differ_should_stop_commits_and_nothing_else() {
	let mut network = funded();
	let first_block = BlockNumber(3);
	let three: Vec<_> = oracles()[1..].iter().map(|member| member.public().0).collect();
	let call = pallet_root_oracle::Call::schedule_members {
		first_block,
		members: three.try_into().unwrap(),
	};
	assert_ok!(network.chain(ALPHA).root(call.clone()));
	// Blocks before it are as they were.
	let second = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.settle(&second);

	// Nobody commits under members whose notice is not over.
	let third = |network: &mut ligature_chain_tests::Network| {
		network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 3_000_000).unwrap())
	};
	network.skip(DEVELOPMENT_PARAMETERS.notice);
	let block = third(&mut network);
	assert_eq!(block.header.oracle_epoch, 1, "alpha's members");
	let _ = network.commit(ALPHA, &block).ok();
	let _ = network.commit(BETA, &block).refused(Rollup::WrongOracleEpoch);
	// Beta still takes requests, and so does alpha; the block goes back, and the schedule is withdrawn.
	network.deposit(BETA, CHARLIE, 1, 1_000_000);
	let in_use = network.chain(ALPHA).root(pallet_root_oracle::Call::cancel_epoch { epoch: 1 });
	assert_eq!(in_use, Err(Oracle::EpochInUse.into()));
	network.revert(BlockNumber(2));
	assert_ok!(network.chain(ALPHA).root(pallet_root_oracle::Call::cancel_epoch { epoch: 1 }));
	let block = third(&mut network);
	assert_eq!(block.header.oracle_epoch, 0, "the members of both");
	network.settle(&block);
}

/// A block is under way, and governance names other members: those of its header certify it.
#[test]
fn oracle_set_changed_under_an_open_block_should_not_change_who_certifies_it() {
	let mut network = funded();
	let block = network.block(|l| l.withdraw(ALPHA, CHARLIE, 1, 1_000_000).unwrap());
	network.prove_block(&block);
	let only: Vec<_> = vec![oracles()[0].public().0];
	for chain in [ALPHA, BETA] {
		let schedule = |first_block| pallet_root_oracle::Call::schedule_members {
			first_block: BlockNumber(first_block),
			members: only.clone().try_into().unwrap(),
		};
		let too_low = network.chain(chain).root(schedule(2));
		assert_eq!(too_low, Err(Oracle::FirstBlockTooLow.into()));
		assert_ok!(network.chain(chain).root(schedule(3)));
	}
	network.skip(DEVELOPMENT_PARAMETERS.notice);
	// The one new member cannot certify the old block, not with the new epoch's name either.
	let alone = relay_call(VoteKind::Block, certificate_of(&block.block_message(), &[0]));
	let _ = network.chain(ALPHA).apply(ALICE, alone).refused(Oracle::NotEnoughSigners);
	let renamed = VoteMessage { oracle_epoch: 1, ..block.block_message() };
	let _ = network.relay(ALPHA, ALICE, &renamed).refused(Oracle::WrongEpoch);
	network.certify_all(&block);
	network.execute_all(&block);
	network.check_solvency();
}

/// Beta's clock runs ahead: it can never take a block that alpha has proven. Oracles let alpha go back.
#[test]
fn block_proven_here_and_impossible_there_should_go_back_by_refusal() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	let _ = network.commit(ALPHA, &block).ok();
	let _ = network.prove(ALPHA, &block, simulated(&block.header)).ok();
	network.chain(BETA).skip(1_900);
	let _ = network.commit(BETA, &block).refused(Rollup::TimestampTooEarly);

	let back = pallet_rollup::Call::revert_blocks { to: BlockNumber(1), epoch: 1 };
	let _ = network.chain(ALPHA).apply(ALICE, back).refused(Rollup::CannotRevert);
	// Beta has never seen the block; the oracles have, on alpha.
	let _ = network.relay(BETA, ALICE, &block.message(VoteKind::Refuse, BETA)).ok();
	// Who asks beta about alpha's refusal, or alpha about its own, is sent away.
	let own = block.message(VoteKind::Refused, ALPHA);
	let _ = network.relay(ALPHA, ALICE, &own).refused(Rollup::WrongMessage);
	let _ = network.relay(ALPHA, ALICE, &block.message(VoteKind::Refused, BETA)).ok();
	let _ = network.execute(ALPHA, &block).refused(Rollup::RollupHalted);
	network.chain(ALPHA).skip(1_900);
	network.revert(BlockNumber(1));
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.settle(&block);
}

/// Exactly two thirds, one signer twice, strangers' signatures, another epoch, another network.
#[test]
fn certificate_should_need_more_than_two_thirds_of_the_members() {
	let mut network = funded();
	let block = network.block(|l| l.withdraw(ALPHA, CHARLIE, 1, 1_000_000).unwrap());
	network.prove_block(&block);
	let message = block.block_message();
	let send = |network: &mut ligature_chain_tests::Network, bytes| {
		network.chain(ALPHA).apply(EVE, relay_call(VoteKind::Block, bytes))
	};
	let _ = send(&mut network, certificate_of(&message, &[0, 1])).refused(Oracle::NotEnoughSigners);
	// Member 1's signature in member 2's place.
	let mut twice = certificate_of(&message, &[0, 1, 2]);
	let copy: Vec<u8> = twice[twice.len() - 128..twice.len() - 64].to_vec();
	let end = twice.len();
	twice[end - 64..].copy_from_slice(&copy);
	let _ = send(&mut network, twice).refused(Oracle::BadCertificate);
	let foreign =
		VoteMessage { network: ligature_primitives::ids::NetworkId(2), ..message.clone() };
	let _ = network.relay(ALPHA, EVE, &foreign).refused(Oracle::WrongNetwork);
	let other_epoch = VoteMessage { member_set_hash: [1; 32], ..message.clone() };
	let _ = network.relay(ALPHA, EVE, &other_epoch).refused(Oracle::WrongEpoch);
	// Anybody may bring the right one, for nothing.
	let _ = network.relay(ALPHA, EVE, &message).ok().free();
}

/// A member who signs two blocks of one number loses the bond on every chain to which anybody brings the two votes.
#[test]
fn equivocation_should_cost_the_bond_on_both_chains() {
	let mut network = funded();
	let one = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.forget(BlockNumber(1));
	let two = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 2_000_000).unwrap());
	let member = oracles()[1];
	let key = member.public().0;
	let signed = |block: &ligature_chain_tests::Built| pallet_root_oracle::Vote {
		message: block.block_message(),
		signature: vote(member, &block.block_message()),
	};
	for chain in [ALPHA, BETA] {
		let held = |network: &mut ligature_chain_tests::Network| {
			use frame_support::traits::fungible::InspectHold;
			let account = network
				.chain(chain)
				.with(|| ligature_runtime::RootOracle::member(key).unwrap().account);
			network.chain(chain).with(|| {
				let reason: RuntimeHoldReason = pallet_root_oracle::HoldReason::Bond.into();
				ligature_runtime::Balances::balance_on_hold(&reason, &account)
			})
		};
		assert!(held(&mut network) > 0);
		let report = |first: &_, second: &_| pallet_root_oracle::Call::report_equivocation {
			key,
			first: Box::new(signed(first)),
			second: Box::new(signed(second)),
		};
		let _ =
			network.chain(chain).apply(EVE, report(&one, &one)).refused(Oracle::NotContradicting);
		let slashed = network.chain(chain).apply(EVE, report(&one, &two)).ok().free();
		let named = slashed.events.iter().any(|event| {
			matches!(
				event,
				ligature_runtime::RuntimeEvent::RootOracle(OracleEvent::MemberSlashed { key: k, .. }) if *k == key
			)
		});
		assert!(named, "MemberSlashed names the key");
		assert_eq!(held(&mut network), 0);
		let again = network.chain(chain).apply(EVE, report(&two, &one));
		let _ = again.invalid(InvalidTransaction::Stale);
		let again = pallet_root_oracle::Call::schedule_members {
			first_block: BlockNumber(9),
			members: vec![key].try_into().unwrap(),
		};
		assert_eq!(network.chain(chain).root(again), Err(Oracle::KeySlashed.into()));
	}
	network.tick();
	// Until its epoch ends it counts, on both chains alike: the block settles.
	network.settle(&two);
}

/// The message names the chain: what alpha shall never prove, beta may.
#[test]
fn refusal_should_count_only_on_the_chain_that_it_names() {
	let mut network = funded();
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	network.commit_all(&block);
	let refuse = block.message(VoteKind::Refuse, ALPHA);
	let _ = network.relay(BETA, ALICE, &refuse).refused(Rollup::WrongMessage);
	let nobody = block.message(VoteKind::Refuse, ChainId(7));
	let _ = network.relay(ALPHA, ALICE, &nobody).refused(Rollup::WrongMessage);
	// A refusal of a hash that was never committed bars nothing else.
	let unknown = VoteMessage { hash: [9; 32], ..block.message(VoteKind::Refuse, BETA) };
	let _ = network.relay(BETA, ALICE, &unknown).ok();
	network.prove_all(&block, &simulated(&block.header));
	network.certify_all(&block);
	network.execute_all(&block);
	assert!(network.chain(ALPHA).with(|| Requests::<Runtime>::iter().next().is_none()));
}
