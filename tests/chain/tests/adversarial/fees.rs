// SPDX-License-Identifier: Apache-2.0

//! Who helps the rollup on pays nothing; who fails pays; what is done already is not sent at all.

use polkadot_sdk::*;

use ligature_chain_tests::{
	ALICE, ALPHA, BETA, CHARLIE, DAVE, EVE, FERDIE,
	oracles::certificate,
	proofs::simulated,
	settlement::{commit_call, prove_call, relay_call},
};
use ligature_primitives::{ids::BlockNumber, vote::VoteKind};
use ligature_runtime::{RuntimeCall, rollup::DEVELOPMENT_PARAMETERS};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

use crate::{Rollup, funded};

/// All four steps, each by who may do it: the balance before is the balance after.
#[test]
fn steps_of_a_block_should_cost_nothing_when_they_succeed() {
	let mut network = funded();
	let block = network.block(|l| l.withdraw(ALPHA, CHARLIE, 1, 1_000_000).unwrap());
	let chain = network.chain(ALPHA);
	let before = [ALICE, EVE].map(|person| chain.balance(&person.account()));
	let commit = commit_call(&block.header, &block.data[0]);
	let _ = chain.apply(ALICE, commit).ok().free();
	let _ = chain.apply(EVE, prove_call(&block.header, simulated(&block.header))).ok().free();
	let bytes = certificate(&block.block_message());
	let _ = chain.apply(EVE, relay_call(VoteKind::Block, bytes)).ok().free();
	// Anyone executes, once the operators have had their time.
	let execute = block.execute_call(0);
	let _ = chain.apply(EVE, execute.clone()).refused(Rollup::GraceNotOver).paid();
	chain.skip(DEVELOPMENT_PARAMETERS.execute_grace);
	let _ = chain.apply(EVE, execute).ok().free();
	assert_eq!(chain.balance(&ALICE.account()), before[0]);
	assert!(chain.balance(&EVE.account()) < before[1], "one call of hers failed");
}

/// Whatever is refused in a block has cost its fee.
#[test]
fn steps_of_a_block_should_cost_their_fee_when_they_fail() {
	let mut network = funded();
	let block = network.block(|l| l.withdraw(ALPHA, CHARLIE, 1, 1_000_000).unwrap());
	let commit = commit_call(&block.header, &block.data[0]);
	let proofs = simulated(&block.header);
	let chain = network.chain(ALPHA);
	let _ = chain.apply(FERDIE, commit.clone()).refused(Rollup::NotOperator).paid();
	let prove = prove_call(&block.header, proofs.clone());
	let _ = chain.apply(EVE, prove).refused(Rollup::UnknownBlock).paid();
	let _ = chain.apply(ALICE, commit).ok();
	let mut broken = proofs.into_inner();
	broken[0][191] ^= 1;
	let broken = prove_call(&block.header, broken.try_into().unwrap());
	let failed = chain.apply(EVE, broken);
	assert!(!failed.is_ok());
	let _ = failed.paid();
	let bytes = certificate(&block.block_message());
	let _ = chain.apply(EVE, relay_call(VoteKind::Block, bytes)).refused(Rollup::NotProven).paid();
	let _ = chain.apply(ALICE, block.execute_call(0)).refused(Rollup::NotNextToExecute).paid();
}

/// The second of two who do the same thing is told so before it costs anything.
#[test]
fn obsolete_calls_should_be_dropped_by_the_pool() {
	let mut network = funded();
	let block = network.block(|l| l.withdraw(ALPHA, CHARLIE, 1, 1_000_000).unwrap());
	let proofs = simulated(&block.header);
	let calls: Vec<RuntimeCall> = vec![
		commit_call(&block.header, &block.data[0]),
		prove_call(&block.header, proofs),
		relay_call(VoteKind::Block, certificate(&block.block_message())),
		block.execute_call(0),
	];
	let stale = Err(TransactionValidityError::Invalid(InvalidTransaction::Stale));
	let chain = network.chain(ALPHA);
	for call in calls {
		assert!(chain.pool(ALICE, call.clone()).is_ok(), "the call is wanted");
		let _ = chain.apply(ALICE, call.clone()).ok();
		assert_eq!(chain.pool(ALICE, call.clone()), stale, "it is done");
		let before = chain.balance(&EVE.account());
		let _ = chain.apply(EVE, call).invalid(InvalidTransaction::Stale);
		assert_eq!(chain.balance(&EVE.account()), before);
	}
	chain.block();
	// A block of an earlier revert epoch never comes back either; one of the next may be on its way.
	let next = network.block(|l| l.transfer(BETA, CHARLIE, 1, DAVE, 1).unwrap());
	let epoch = pallet_rollup::Call::revert_blocks { to: BlockNumber(2), epoch: 1 };
	let chain = network.chain(ALPHA);
	let _ = chain.apply(ALICE, epoch).ok().paid();
	assert_eq!(chain.pool(ALICE, commit_call(&next.header, &next.data[0])), stale);
}
