// SPDX-License-Identifier: Apache-2.0

//! What the parties that users trust can take together: an operator and a threshold of the oracles, who could forge what
//! only another chain sees; and that threshold alone.

use ligature_chain_tests::{
	ALICE, ALPHA, BETA, CHARLIE, DAVE, EVE, FERDIE, Target, USDT_WETH, oracles::certificate_of,
	proofs::simulated, settlement::relay_call,
};
use ligature_primitives::{
	amount::Amount,
	ids::{BlockNumber, ChainId, PoolSlot, Side, TokenId},
	op::{Deposit, Operation},
	vote::VoteKind,
};

use crate::{Oracle, Rollup, RollupEvent, invested};

const WETH: TokenId = TokenId(2);

/// Operator and oracles show beta a deposit on alpha that alpha has never seen, and swap it into what beta holds. They get
/// a part of the pool's reserve there, and not a unit of anybody's balance; alpha does not take the block.
#[test]
fn operator_and_oracles_together_should_reach_reserves_of_pools_and_no_balance() {
	let mut network = invested();
	// The key with which the loot is withdrawn.
	let _ = network.change_key(BETA, FERDIE, None).ok();
	let (before, last) = (network.entitled(BETA, BlockNumber(1)), BlockNumber(1));
	let reserve = network.state(BETA).pool(PoolSlot(0)).unwrap().own.get();
	let invented = Deposit {
		chain: ALPHA,
		token: TokenId(1),
		owner: FERDIE.owner(),
		amount: Amount::new(1_000_000_000_000).unwrap(),
		key: Some(FERDIE.key()),
		target: Target::New,
	};
	let forged = network.block(|l| {
		l.act(Operation::from(invented)).unwrap();
		l.swap(USDT_WETH, Side::Zero, FERDIE, 1_000_000_000_000).unwrap();
		let account = l.account(BETA, FERDIE).unwrap();
		let loot = l.state(BETA).balance(account, WETH).get();
		l.withdraw(BETA, FERDIE, 2, loot).unwrap();
	});

	// The operator alone gets nowhere: alpha knows its queue, and honest oracles sign what is proven on all chains.
	let _ = network.commit(ALPHA, &forged).refused(Rollup::PriorityMissing);
	let _ = network.commit(BETA, &forged).ok();
	let _ = network.prove(BETA, &forged, simulated(&forged.header)).ok();
	let _ = network.execute(BETA, &forged).refused(Rollup::NotNextToExecute);
	// Nor do the oracles without a block that is proven.
	let _ = network.certify(ALPHA, &forged).refused(Rollup::NotProven);
	// Together they do.
	let _ = network.certify(BETA, &forged).ok();
	let _ = network.execute(BETA, &forged).ok();
	let loot = forged.pays(1)[&(FERDIE.owner(), WETH)];
	println!("{loot} of {reserve}");
	assert!(loot > reserve / 2 && loot < reserve);
	network.check_owed(BETA);
	network.check_owed(ALPHA);

	let after = network.entitled(BETA, forged.number());
	for ((owner, token), had) in before {
		let lost = had - after[&(owner, token)];
		// Charlie has all shares of the pool but those that are locked.
		let share = owner == CHARLIE.owner() && token == WETH;
		assert!(lost <= if share { loot } else { 0 }, "{lost} of token {token} of {owner:?}");
	}
	let charlie = network.account(BETA, CHARLIE).unwrap();
	let balance = |at| network.state_after(BETA, at).balance(charlie, WETH);
	assert_eq!(balance(last), balance(forged.number()), "only his share has lost");

	// The rest leaves as ever: alpha as if nothing had been.
	for chain in [ALPHA, BETA] {
		network.deposit(chain, DAVE, 1, 3_000_000);
	}
	network.wait_for_expiry();
	for chain in [ALPHA, BETA] {
		let _ = network.enter_exodus(chain, EVE).ok();
	}
	network.freeze_by_timeout();
	assert!(network.leave_to_the_unit(ALPHA, last, EVE).is_empty());
	assert!(network.leave_to_the_unit(BETA, forged.number(), EVE).is_empty());
	network.tick();
}

/// Without an operator the oracles can end the rollup though nothing has expired, and tear what is proven: here they
/// freeze alpha a block earlier than beta. They get nothing by it themselves, and each chain pays everybody.
#[test]
fn oracles_alone_should_end_the_rollup_and_take_nothing() {
	let mut network = invested();
	let first = network.built(BlockNumber(1)).clone();
	let second = network.block(|l| l.swap(USDT_WETH, Side::Zero, DAVE, 5_000_000).unwrap());
	// What is not proven they can certify nowhere.
	let _ = network.commit(ALPHA, &second).ok();
	let _ = network.certify(ALPHA, &second).refused(Rollup::NotProven);
	let freeze = second.message(VoteKind::Freeze, ChainId(0));
	let _ = network.relay(ALPHA, ALICE, &freeze).refused(Rollup::NotProven);
	let _ = network.commit(BETA, &second).ok();
	for chain in [ALPHA, BETA] {
		let _ = network.prove(chain, &second, simulated(&second.header)).ok();
	}
	// Half of them can do nothing at all.
	let half = relay_call(VoteKind::Block, certificate_of(&second.block_message(), &[1, 3]));
	let _ = network.chain(ALPHA).apply(EVE, half).refused(Oracle::NotEnoughSigners);

	let freeze = first.message(VoteKind::Freeze, ChainId(0));
	let _ = network.relay(ALPHA, ALICE, &freeze).ok().event(RollupEvent::ExodusBegun);
	let frozen = second.message(VoteKind::Frozen, ALPHA);
	let _ = network.relay(BETA, ALICE, &frozen).ok().event(RollupEvent::ExodusBegun);
	let _ = network.execute(BETA, &second).ok();
	assert!(network.leave_to_the_unit(ALPHA, first.number(), EVE).is_empty());
	assert!(network.leave_to_the_unit(BETA, second.number(), EVE).is_empty());
	network.tick();
}
